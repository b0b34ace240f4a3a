"""What a chart and a dashboard are. Knows the declared tables, not any BI tool.

A measure says whether it sums; a sum of a column that must not be summed is refused when the chart is declared, so that
no dashboard can show a number that the data dictionary warns of.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.columns import Column, Role, Table
from warehouse.views import marts

TABLES: dict[str, Table] = {table.name: table for table in marts()}
"""The published tables by name."""

_ONE_PERIOD = ("rilis_terakhir", "tahun_terakhir", "triwulan_terakhir")
_ONE_REPORT = ("triwulan_terakhir", "terakhir_dalam_tahun")
_PERIODS = ("periode", "tahun")

_ENDINGS = {"_persen": "persen", "_jiwa": "jiwa", "_kk": "KK", "_rp": "rupiah", "_hari": "hari"}
_CAPITALS = {"opd": "OPD", "sk": "SK", "nik": "NIK", "kk": "KK", "bps": "BPS"}
_LABELS = {
    "opd_singkat": "OPD",
    "opd": "Nama OPD",
    "periode_terbaru": "Data terbaru",
    "horizon": "Jangka",
    "status": "Keadaan",
}

WHOLE = ",d"
ONE_DIGIT = ",.1f"
TWO_DIGITS = ",.2f"


def label_of(column: str) -> str:
    """A column's name as people read it: `tanpa_bansos_persen` -> Tanpa bansos (persen)."""
    if column in _LABELS:
        return _LABELS[column]
    unit = next((ending for ending in _ENDINGS if column.endswith(ending)), "")
    words = [_CAPITALS.get(word, word) for word in column.removesuffix(unit).split("_")]
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}{f' ({_ENDINGS[unit]})' if unit else ''}"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a chart; `sums` are the columns it adds up."""

    label: str
    sql: str
    sums: tuple[str, ...] = ()


def total(column: str, label: str, *, millions: bool = False) -> Measure:
    """The sum over rows; in millions where asked."""
    return Measure(label, f"SUM({column}){' / 1000000.0' if millions else ''}", (column,))


def value(column: str, label: str) -> Measure:
    """The value of the one row that is shown; nothing where there are several, rather than a wrong number."""
    return Measure(label, f"CASE WHEN COUNT(*) = 1 THEN MAX({column}) END")


def share(part: str, whole: str, label: str) -> Measure:
    """Sum of `part` divided by sum of `whole`, in percent."""
    return Measure(label, f"SUM({part}) * 100.0 / NULLIF(SUM({whole}), 0)", (part, whole))


def count(label: str) -> Measure:
    """How many rows."""
    return Measure(label, "COUNT(*)")


def share_of_rows(flag: str, label: str) -> Measure:
    """In how many of 100 rows `flag` is true."""
    return Measure(label, f"COUNT(CASE WHEN {flag} THEN 1 END) * 100.0 / NULLIF(COUNT(*), 0)")


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart over one published table.

    Args:
        title: with its unit, unique among all charts.
        table: name of a published table.
        where: SQL conditions over its columns, without sub-queries.
    """

    title: str
    table: str
    where: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        return ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        return ()

    def __post_init__(self) -> None:
        for name in self.dimensions:
            self.column(name)
        conditions = " ".join(self.where)
        for column in [self.column(name) for measure in self.measures for name in measure.sums]:
            if column.role is not Role.ADDITIVE and not any(flag in conditions for flag in _ONE_REPORT):
                raise ValueError(f"{self.title}: {self.table}.{column.name} tidak dapat dijumlahkan")
            if not any(flag in conditions for flag in _ONE_PERIOD) and not set(self.dimensions) & set(_PERIODS):
                raise ValueError(f"{self.title}: {self.table}.{column.name} dijumlahkan lintas periode")

    def column(self, name: str) -> Column:
        """Raises KeyError for a column that is not published."""
        return TABLES[self.table].column(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Chart):
    """One big number and what it says."""

    measure: Measure
    subtitle: str
    number_format: str = WHOLE

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.measure,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot(Chart):
    """Bars or lines.

    Args:
        x: column of the axis; a DATE makes it an axis of time, written as `time_format`.
        series: column whose values are told apart by colour.
        axis: what the numbers are, on their axis.
    """

    x: str
    plotted: tuple[Measure, ...]
    axis: str
    series: str = ""
    lines: bool = False
    horizontal: bool = False
    stacked: bool = False
    number_format: str = WHOLE
    time_format: str = "%Y"

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.plotted

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (self.x, *([self.series] if self.series else []))

    @property
    def over_time(self) -> bool:
        return self.column(self.x).type == "DATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Chart):
    """Rows as they are published, in the order of `order` (column, ascending)."""

    columns: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    page: int = 0

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (*self.columns, *(name for name, _ in self.order))


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown on a dashboard."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Placed:
    """What stands in a row: `width` of 12 columns, `height` in units of 8 pixels."""

    content: Chart | Text
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the dashboard; it holds for every chart that has the column."""

    label: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    title: str
    slug: str
    rows: tuple[tuple[Placed, ...], ...]
    filters: tuple[Filter, ...] = ()

    @property
    def charts(self) -> list[Chart]:
        return [placed.content for row in self.rows for placed in row if isinstance(placed.content, Chart)]
