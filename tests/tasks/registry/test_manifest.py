"""What people say of a file: every field checked, every fault named, never the value."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from errors import InputRejectedError
from tasks.registry.manifest import (
    ControlTotalEntry,
    parse_manifest,
    read_annexes,
    read_control_totals,
    read_manifest,
    refuse_unequal_levels,
    wrong_fields,
)
from tests.tasks.registry.rows import AREAS

GOOD: dict[str, Any] = {
    "source": "dtks",
    "area": "3375",
    "period": "2022-04",
    "sk_number": "460/0233",
    "sk_date": "2022-04-04",
}
TOTAL = {"level": "kecamatan", "kode_kemendagri": "33.75.04", "persons": 39_503}


def test_a_good_manifest() -> None:
    manifest = parse_manifest(GOOD | {"control_totals": [TOTAL]}, where="x")
    assert manifest.series == "dtks-3375"
    assert manifest.period_start == date(2022, 4, 1)
    assert manifest.sk_date == date(2022, 4, 4)
    assert manifest.layout is None
    assert manifest.control_totals == (ControlTotalEntry(**TOTAL),)
    assert parse_manifest(manifest.model_dump(mode="json"), where="x") == manifest


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "siks"),
        ("area", "33.75"),
        ("area", "337"),
        ("period", "2022-13"),
        ("period", "2022-4"),
        ("period", "April 2022"),
        ("period", "2022-04-01"),
        ("sk_number", ""),
        ("sk_date", "04-04-2022"),
        ("sk_date", "2022-02-30"),
        ("periode", "2022-04"),
        ("control_totals", [TOTAL, TOTAL]),
        ("control_totals", [TOTAL | {"persons": -1}]),
        ("control_totals", [TOTAL | {"level": "kota"}]),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(InputRejectedError) as refused:
        parse_manifest(GOOD | {field: value}, where="a.csv.manifest.json")
    assert field in refused.value.what
    assert refused.value.where == "a.csv.manifest.json"
    assert not {other for other in GOOD if other != field and f"{other}," in f"{refused.value.what},"}


@pytest.mark.parametrize("field", GOOD)
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(InputRejectedError, match=rf"pada: {field}\."):
        parse_manifest({name: value for name, value in GOOD.items() if name != field}, where="x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_manifest_file(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv.manifest.json"
    file.write_text(json.dumps(GOOD), encoding=encoding)
    assert read_manifest(file) == parse_manifest(GOOD, where="x")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{", b"[]", b'"x"', b"null"])
def test_a_file_that_is_no_manifest_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.csv.manifest.json"
    file.write_bytes(content)
    with pytest.raises(InputRejectedError) as refused:
        read_manifest(file)
    assert refused.value.where == "a.csv.manifest.json"


def totals(content: str | bytes, folder: Path) -> tuple[ControlTotalEntry, ...]:
    file = folder / "total.csv"
    file.write_bytes(content.encode("utf-8-sig") if isinstance(content, str) else content)
    return read_control_totals(file, AREAS)


def test_control_totals_by_kecamatan_and_by_kelurahan(tmp_path: Path) -> None:
    assert totals("Kecamatan,Jiwa\r\nPekalongan Selatan,39.503\r\npekalongan utara, 12 \r\n\r\n", tmp_path) == (
        ControlTotalEntry(level="kecamatan", kode_kemendagri="33.75.04", persons=39_503),
        ControlTotalEntry(level="kecamatan", kode_kemendagri="33.75.03", persons=12),
    )
    assert totals("kelurahan,jiwa\nJenggot,7", tmp_path) == (
        ControlTotalEntry(level="kelurahan", kode_kemendagri="33.75.04.1004", persons=7),
    )


@pytest.mark.parametrize("content", ["", "kecamatan\nx", "jiwa,kecamatan\n1,x", b"kecamatan,jiwa\nR\xe9,1\n"])
def test_another_header_or_coding_is_refused(content: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="kecamatan,jiwa"):
        totals(content, tmp_path)


@pytest.mark.parametrize(
    "row",
    [
        "Jenggot,7",
        "Pekalongan Selatan",
        "Pekalongan Selatan,",
        "Pekalongan Selatan,-1",
        "Pekalongan Selatan,1.5",
        "Pekalongan Selatan,1,2",
        ",7",
        "JUMLAH,1\nPekalongan Selatan,2",
    ],
)
def test_a_wrong_row_is_named_by_its_line(row: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError) as refused:
        totals(f"kecamatan,jiwa\nPekalongan Utara,1\n{row}\n", tmp_path)
    assert refused.value.where == "total.csv, baris 3"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("last", ["", "JUMLAH{}1.012\n", "Total{}1012{}\n\n"])
def test_every_usual_delimiter_and_a_last_line_with_the_sum(delimiter: str, last: str, tmp_path: Path) -> None:
    rows = "kecamatan{}jiwa\nPekalongan Selatan{}1.000\nPekalongan Utara{}12\n" + last
    found = totals(rows.replace("{}", delimiter), tmp_path)
    assert [(total.kode_kemendagri, total.persons) for total in found] == [("33.75.04", 1_000), ("33.75.03", 12)]


def test_a_last_line_that_is_not_the_sum_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match=r"1\.013 .* 1\.012") as refused:
        totals("kecamatan;jiwa\nPekalongan Selatan;1.000\nPekalongan Utara;12\nJUMLAH;1.013\n", tmp_path)
    assert refused.value.where == "total.csv, baris 4"


def test_an_unknown_area_comes_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match=r"Pekalongan Tengah tidak dikenal; yang dikenal: .*Pekalongan Utara"):
        totals("kecamatan,jiwa\nPekalongan Tengah,1\n", tmp_path)


def test_an_area_named_twice_is_named_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="Pekalongan Utara disebut dua kali") as refused:
        totals("kecamatan,jiwa\nPekalongan Utara,1\n\nPekalongan Utara,2\n", tmp_path)
    assert refused.value.where == "total.csv, baris 4"


@pytest.mark.parametrize("content", ["kecamatan,jiwa\n", "kecamatan,jiwa\nJUMLAH,0\n"])
def test_an_annex_without_an_area_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="tidak menyebut satu kecamatan pun"):
        totals(content, tmp_path)


@pytest.mark.parametrize(("content", "kind"), [(b"\xff\xd8\xff\xe0JFIF", "JPEG"), (b"PK\x03\x04", "ZIP")])
def test_an_annex_of_another_kind_is_no_csv(content: bytes, kind: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match=f"{kind}.*total kontrol"):
        totals(content, tmp_path)


def workbook(path: Path, *sheets: Sequence[tuple[object, ...]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


ANNEX = [("Kecamatan", "Jiwa"), ("Pekalongan Selatan", 39_503), ("Pekalongan Utara", "1.012"), ("JUMLAH", 40_515)]


def test_an_annex_may_be_a_workbook_with_its_sum_below(tmp_path: Path) -> None:
    found = read_control_totals(workbook(tmp_path / "a.xlsx", [("Lampiran",)], ANNEX), AREAS)
    assert [(total.kode_kemendagri, total.persons) for total in found] == [("33.75.04", 39_503), ("33.75.03", 1_012)]


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0" xmlns:text="{ns}:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Lampiran">{rows}</table:table></office:spreadsheet>
</office:body></office:document-content>"""


def test_an_ods_annex_is_read_too(tmp_path: Path) -> None:
    def cell(value: object) -> str:
        kind = f'"float" office:value="{value}"' if isinstance(value, int) else '"string"'
        return f"<table:table-cell office:value-type={kind}><text:p>{value}</text:p></table:table-cell>"

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ANNEX)
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", _ODS.format(ns=_OFFICE, rows=rows))
    assert [total.persons for total in read_control_totals(tmp_path / "a.ods", AREAS)] == [39_503, 1_012]


@pytest.mark.parametrize(
    ("sheets", "where", "what"),
    [
        ([[*ANNEX[:-1], ("JUMLAH", 40_516)]], "a.xlsx, baris 4", "40.516"),
        ([[("Wilayah", "Jiwa")]], "a.xlsx, baris 1", "kecamatan,jiwa"),
        ([[*ANNEX[:2], ("Pekalongan Utara", 1.5)]], "a.xlsx, baris 3", "bilangan bulat"),
        ([ANNEX, ANNEX], "a.xlsx", "Ada 2 lembar"),
    ],
)
def test_a_wrong_workbook_is_named_by_its_row(
    sheets: list[list[tuple[object, ...]]], where: str, what: str, tmp_path: Path
) -> None:
    with pytest.raises(InputRejectedError, match=what) as refused:
        read_control_totals(workbook(tmp_path / "a.xlsx", *sheets), AREAS)
    assert refused.value.where == where


def test_a_number_of_the_decree_is_not_blank_and_has_no_blanks_around() -> None:
    assert parse_manifest(GOOD | {"sk_number": " 460/0233 "}, where="x").sk_number == "460/0233"
    assert wrong_fields(GOOD | {"sk_number": "  ", "source": "pbdt"}) == ["sk_number", "source"]
    assert wrong_fields(GOOD) == []


SELATAN = AREAS.areas.filter(pl.col("kecamatan") == "Pekalongan Selatan")["kelurahan"].to_list()


def annexes(folder: Path, *contents: str) -> tuple[ControlTotalEntry, ...]:
    files = [folder / f"lampiran-{number}.csv" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_text(content)
    return read_annexes(files, AREAS)


def by_kelurahan(*names: str, persons: int = 10) -> str:
    return "kelurahan,jiwa\n" + "".join(f"{name},{persons}\n" for name in names)


def test_an_annex_per_kecamatan_and_one_per_kelurahan(tmp_path: Path) -> None:
    both = (f"kecamatan,jiwa\nPekalongan Selatan,{10 * len(SELATAN)}\nPekalongan Utara,7\n", by_kelurahan(*SELATAN))
    found = annexes(tmp_path, *both)
    assert [total.level for total in found] == ["kecamatan"] * 2 + ["kelurahan"] * len(SELATAN)
    assert set(annexes(tmp_path, *reversed(both))) == set(found)
    assert annexes(tmp_path) == ()


def test_two_annexes_of_one_level_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="dua lampiran per kelurahan") as refused:
        annexes(tmp_path, by_kelurahan(SELATAN[0]), by_kelurahan(SELATAN[1]))
    assert refused.value.where == "lampiran-0.csv, lampiran-1.csv"


@pytest.mark.parametrize(
    ("kecamatan", "kelurahan", "said"),
    [
        (10 * len(SELATAN) + 1, SELATAN, "Kecamatan Pekalongan Selatan 61 jiwa, 6 kelurahannya 60 jiwa"),
        (10 * len(SELATAN) - 1, SELATAN, "Kecamatan Pekalongan Selatan 59 jiwa, 6 kelurahannya 60 jiwa"),
        (19, SELATAN[:2], "Kecamatan Pekalongan Selatan 19 jiwa, 2 kelurahannya 20 jiwa"),
        (20, SELATAN[:2], None),
        (1_000, SELATAN[:2], None),
    ],
)
def test_a_kecamatan_and_its_kelurahan_must_agree(
    kecamatan: int, kelurahan: list[str], said: str | None, tmp_path: Path
) -> None:
    contents = (f"kecamatan,jiwa\nPekalongan Selatan,{kecamatan}\n", by_kelurahan(*kelurahan))
    if said is None:
        assert len(annexes(tmp_path, *contents)) == 1 + len(kelurahan)
        return
    with pytest.raises(InputRejectedError, match=said) as refused:
        annexes(tmp_path, *contents)
    assert refused.value.where == "lampiran-0.csv, lampiran-1.csv"


def test_every_kecamatan_that_disagrees_is_named() -> None:
    totals = [
        ControlTotalEntry(level=level, kode_kemendagri=code, persons=persons)
        for level, code, persons in (
            ("kecamatan", "33.75.04", 1),
            ("kelurahan", "33.75.04.1004", 2),
            ("kecamatan", "33.75.01", 3),
            ("kelurahan", "33.75.01.1002", 4),
            ("kecamatan", "33.75.03", 5),
        )
    ]
    with pytest.raises(InputRejectedError, match=r"Barat 3 jiwa, 1 kelurahannya 4 jiwa; .*Selatan 1 jiwa, .* 2 jiwa"):
        refuse_unequal_levels(totals, AREAS, where="x.csv")
