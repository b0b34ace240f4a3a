"""The way of the data into a published view, as a picture: sources, tables, views, left to right, in SVG.

Derived from what the views read; knows nothing of their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from xml.sax.saxutils import escape

from warehouse.tables.accounting import ACCOUNTING_TABLES
from warehouse.tables.programmes import PROGRAMME_TABLES
from warehouse.tables.reference import REFERENCE_TABLES
from warehouse.tables.registry import REGISTRY_TABLES
from warehouse.tables.statistics import STATISTICS_TABLES
from warehouse.views import reads

_SOURCES = {
    "Rilis register (SK)": REGISTRY_TABLES,
    "Laporan OPD": PROGRAMME_TABLES,
    "Statistik BPS": STATISTICS_TABLES,
    "Tabel acuan": REFERENCE_TABLES,
    "Catatan program": ACCOUNTING_TABLES,
}
_SOURCE_OF = {table.qualified: source for source, tables in _SOURCES.items() for table in tables}

_CHARACTER, _PADDING, _HEIGHT, _LANE, _GAP_X, _GAP_Y, _MARGIN = 7.3, 22, 30, 8, 40, 12, 4
"""Of the picture, in pixels: width of a character, what a box adds to its text, height of a box and of a line that
passes by boxes, the space between them."""

_LEGIBLE_WIDTH = 760
"""A wider picture may shrink to this; below it has to be scrolled."""


@dataclass(frozen=True, slots=True, order=True)
class _Node:
    """Something in a column of the picture: a box, or the place where the line from `name` passes this column by."""

    name: str
    level: int
    is_box: bool

    @property
    def label(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def width(self) -> float:
        return len(self.label) * _CHARACTER + _PADDING if self.is_box else 0

    @property
    def height(self) -> float:
        return _HEIGHT if self.is_box else _LANE


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    width: float


def _before(name: str) -> frozenset[str]:
    """What a box comes from: a view from what it reads, a base table from its source."""
    if name in _SOURCE_OF:
        return frozenset({_SOURCE_OF[name]})
    return reads(name)


@cache
def _level(name: str) -> int:
    return 1 + max((_level(other) for other in _before(name)), default=-1)


def _boxes(view: str) -> dict[str, _Node]:
    """The view and everything it comes from."""
    found, waiting = {view: _Node(view, _level(view), True)}, [view]
    while waiting:
        new = {other: _Node(other, _level(other), True) for other in _before(waiting.pop()) if other not in found}
        found |= new
        waiting.extend(new)
    return found


def _lines(boxes: Mapping[str, _Node]) -> set[tuple[_Node, _Node]]:
    """The pieces of all lines, each from one column to the next."""
    pieces = set()
    for name, box in boxes.items():
        for other in _before(name):
            passed = [_Node(other, level, False) for level in range(_level(other) + 1, box.level)]
            pieces |= set(pairwise([boxes[other], *passed, box]))
    return pieces


def _layout(boxes: Mapping[str, _Node], lines: set[tuple[_Node, _Node]]) -> dict[_Node, _Place]:
    """Columns by level; within a column everything stands beside what it comes from, so that few lines cross."""
    columns: dict[int, set[_Node]] = {}
    sources: dict[_Node, list[_Node]] = {}
    for node in {*boxes.values(), *(end for line in lines for end in line)}:
        columns.setdefault(node.level, set()).add(node)
    for start, end in lines:
        sources.setdefault(end, []).append(start)
    tallest = max(sum(node.height + _GAP_Y for node in nodes) for nodes in columns.values())
    places: dict[_Node, _Place] = {}
    x = float(_MARGIN)
    for level in sorted(columns):
        nodes = sorted(columns[level], key=lambda node: (_mean_height(sources.get(node, []), places), node))
        width = max(node.width for node in nodes)
        y = _MARGIN + (tallest - sum(node.height + _GAP_Y for node in nodes)) / 2
        for node in nodes:
            places[node] = _Place(x, y + node.height / 2, width)
            y += node.height + _GAP_Y
        x += width + _GAP_X
    return places


def _mean_height(nodes: Sequence[_Node], places: Mapping[_Node, _Place]) -> float:
    return sum(places[node].y for node in nodes) / len(nodes) if nodes else 0.0


def lineage_svg(view: str) -> str:
    """The picture for the view `schema.name`; its colours come from the page, by the classes `sumber`, `tabel`,
    `tampilan` and `terbit`."""
    boxes = _boxes(view)
    lines = _lines(boxes)
    places = _layout(boxes, lines)
    width = max(place.x + place.width for place in places.values()) + _MARGIN
    height = max(place.y for place in places.values()) + _HEIGHT / 2 + _MARGIN
    drawn = [_curve(places[start], places[end]) for start, end in sorted(lines)]
    drawn += [_past(place) for node, place in places.items() if not node.is_box]
    drawn += [_box(node, places[node], view) for node in boxes.values()]
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'style="min-width:min({_LEGIBLE_WIDTH}px,{width:.0f}px)" aria-label="Asal-usul {escape(view)}">'
        f"{''.join(drawn)}</svg>"
    )


def _curve(start: _Place, end: _Place) -> str:
    x, bend = start.x + start.width, _GAP_X / 2
    return (
        f'<path d="M{x:.0f} {start.y:.0f}C{x + bend:.0f} {start.y:.0f} {end.x - bend:.0f} {end.y:.0f} '
        f'{end.x:.0f} {end.y:.0f}"/>'
    )


def _past(place: _Place) -> str:
    return f'<path d="M{place.x:.0f} {place.y:.0f}H{place.x + place.width:.0f}"/>'


def _box(node: _Node, place: _Place, view: str) -> str:
    return (
        f'<g class="{_class(node.name, view)}"><rect x="{place.x:.0f}" y="{place.y - _HEIGHT / 2:.0f}" '
        f'width="{place.width:.0f}" height="{_HEIGHT}" rx="7"/><text x="{place.x + place.width / 2:.0f}" '
        f'y="{place.y + 4:.0f}">{escape(node.label)}</text></g>'
    )


def _class(name: str, view: str) -> str:
    if name == view:
        return "terbit"
    if name in _SOURCES:
        return "sumber"
    return "tabel" if name in _SOURCE_OF else "tampilan"
