"""What people say of a file: every field checked, every fault named, never the value."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from errors import InputRejectedError
from tasks.registry.manifest import (
    ControlTotalEntry,
    parse_manifest,
    read_control_totals,
    read_manifest,
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
    with pytest.raises(InputRejectedError, match=r"1013 .* 1012") as refused:
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


@pytest.mark.parametrize(("content", "kind"), [(b"\xff\xd8\xff\xe0JFIF", "JPEG"), (b"PK\x03\x04", "Excel")])
def test_an_annex_of_another_kind_is_no_csv(content: bytes, kind: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match=f"bukan CSV .*{kind}.*total kontrol"):
        totals(content, tmp_path)


def test_a_number_of_the_decree_is_not_blank_and_has_no_blanks_around() -> None:
    assert parse_manifest(GOOD | {"sk_number": " 460/0233 "}, where="x").sk_number == "460/0233"
    assert wrong_fields(GOOD | {"sk_number": "  ", "source": "dtsen"}) == ["sk_number", "source"]
    assert wrong_fields(GOOD) == []
