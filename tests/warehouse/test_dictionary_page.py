"""The dictionary as a page: complete, quiet, and honest about what may be added; the pictures of lineage."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from warehouse import dictionary_page
from warehouse.columns import Role
from warehouse.contract import Deprecation
from warehouse.dictionary_page import write_dictionary_page
from warehouse.lineage import lineage_svg
from warehouse.views import base_tables_of, marts

COUNTS = {table.name: 1_234 for table in marts()}
VOID = {"meta", "input", "wbr", "rect", "path"}


def _page(folder: Path, *, sample: bool = False) -> str:
    file = write_dictionary_page(
        folder, marts(), COUNTS, area_name="Kota <Contoh>", content_hash="0123456789abcdef", sample=sample
    )
    return file.read_text("utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _page(tmp_path_factory.mktemp("kamus"))


class _Tags(HTMLParser):
    """Holds that every element is closed in its turn; collects addresses and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        given = dict(attrs)
        self.addresses += [text for name in ("href", "src", "action") if (text := given.get(name))]
        self.ids += [text for text in [given.get("id")] if text]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_every_table_and_column_is_there_with_its_meaning(page: str) -> None:
    text = page.replace("<wbr>", "")
    for table in marts():
        [article] = re.findall(rf'<article id="{table.name}".*?</article>', text, re.DOTALL)
        assert "1.234" in article
        assert article.count("<tr>") == len(table.columns) + article.count("<thead><tr>")
        for column in table.columns:
            assert f"<code>{column.name}</code>" in article
        fixed = [column.name for column in table.columns if column.role is Role.NON_ADDITIVE]
        assert (f"Jangan dijumlahkan: {', '.join(fixed)}." in article) is bool(fixed)


def test_the_page_is_well_formed_and_loads_nothing(page: str) -> None:
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    assert [address for address in tags.addresses if "//" in address] == []
    assert {address.removeprefix("#") for address in tags.addresses if address.startswith("#")} <= set(tags.ids)
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|@import|url\(", page)
    assert "Kota &lt;Contoh&gt;" in page


def test_the_same_content_gives_the_same_page(page: str, tmp_path: Path) -> None:
    assert _page(tmp_path) == page
    assert "Data contoh, bukan data sungguhan." not in page
    assert "Data contoh, bukan data sungguhan." in _page(tmp_path, sample=True)


def test_breaks_of_series_and_an_announced_end_are_warned_of(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "DTSEN menggantikan DTKS" in page
    ends = Deprecation("marts.wilayah", "kelurahan", date(2026, 1, 1), date(2026, 12, 31), "nama")
    monkeypatch.setattr(dictionary_page, "deprecations", lambda: (ends,))
    assert page.count("Usang sejak") == 0
    assert _page(tmp_path).count("Usang sejak 01-01-2026, hilang sesudah 31-12-2026. Gantinya: nama") == 1


@pytest.mark.parametrize("name", [table.qualified for table in marts()])
def test_the_picture_shows_every_base_table_and_ends_in_the_view(name: str) -> None:
    picture = ElementTree.fromstring(lineage_svg(name))
    labels = [(group.get("class"), group.findtext("text")) for group in picture.iter("g")]
    assert [label for kind, label in labels if kind == "terbit"] == [name.removeprefix("marts.")]
    tables = {label for kind, label in labels if kind == "tabel"}
    assert tables == {table.removeprefix("core.") for table in base_tables_of(name)}
    assert any(kind == "sumber" for kind, _ in labels)
    boxes = [{key: float(rect.get(key) or 0) for key in ("x", "y", "width", "height")} for rect in picture.iter("rect")]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert apart or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
