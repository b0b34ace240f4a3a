"""The workbook of a difference, read back by another library."""

from __future__ import annotations

import dataclasses
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tasks.registry import diff_workbook
from tasks.registry.diff_workbook import write_difference
from warehouse.differences import ColumnChange, ComparedRelease, Difference, Kind, PersonChange

SELATAN = "Pekalongan Selatan"
JENGGOT, SOKODUWET = (SELATAN, "Jenggot"), (SELATAN, "Sokoduwet")
PEOPLE: dict[Kind, list[PersonChange]] = {
    "masuk": [PersonChange("3375040101990001", "=1+1", None, JENGGOT, ())],
    "keluar": [PersonChange("0075040101990002", "SINTETIS 2", JENGGOT, None, ())],
    "pindah": [PersonChange("3375040101990003", "SINTETIS 3", JENGGOT, SOKODUWET, (ColumnChange("rt", None, "004"),))],
    "berubah": [
        PersonChange(
            f"337504010199001{number}",
            "SINTETIS",
            JENGGOT,
            JENGGOT,
            (
                ColumnChange("alamat", "=CMD|A", "JL. MAWAR"),
                ColumnChange("bansos_pkh", False, True),
                ColumnChange("tanggal_lahir", date(1999, 1, 31), None),
            ),
        )
        for number in range(3)
    ],
}


def _area(kelurahan: str, code: str, **counts: int | None) -> dict[str, Any]:
    names = ("jumlah_sebelum", "masuk", "keluar", "pindah_masuk", "pindah_keluar", "tanpa_nik_sebelum")
    row: dict[str, Any] = {f"{name}_jiwa": 0 for name in (*names, "tanpa_nik_sesudah", "jumlah_sesudah", "berubah")}
    row |= {"nik_berulang_sebelum_baris": 0, "nik_berulang_sesudah_baris": 0}
    row |= {"kode_kemendagri": code, "kelurahan": kelurahan, "kecamatan": SELATAN}
    return row | {"kode_kemendagri_kecamatan": "33.75.04"} | {f"{name}_jiwa": count for name, count in counts.items()}


def _release(release_id: str, series: str) -> ComparedRelease:
    return ComparedRelease(release_id, series, "DTKS", "3375", date(2022, 4, 1), "460/1", date(2022, 4, 4), "dtks_a")


DIFFERENCE = Difference(
    _release("r-1", "dtks-3375"),
    _release("r-2", "dtks-3375"),
    [
        _area(
            "Jenggot",
            "33.75.04.1004",
            jumlah_sebelum=1_500,
            masuk=1,
            keluar=1,
            pindah_keluar=1,
            tanpa_nik_sesudah=2,
            jumlah_sesudah=1_501,
            berubah=3,
        ),
        _area("Sokoduwet", "33.75.04.1010", pindah_masuk=1, jumlah_sesudah=1),
    ],
    [{"kolom": "alamat", "jumlah_jiwa": 3}, {"kolom": "rt", "jumlah_jiwa": 1}],
)


def written(folder: Path, difference: Difference = DIFFERENCE, *notices: str) -> openpyxl.Workbook:
    def people(kind: Kind) -> Iterator[PersonChange]:
        return iter(PEOPLE[kind])

    out = folder / "beda.xlsx"
    write_difference(out, difference, people, notices=notices)
    return openpyxl.load_workbook(out)


def cells(sheet: Any, line: int) -> list[object]:
    return [None if cell.value == "" else cell.value for cell in sheet[line]]


def test_the_summary_holds_numbers_that_add_up(tmp_path: Path) -> None:
    book = written(tmp_path, DIFFERENCE, "Cara menghitung berbeda.")
    assert book.sheetnames == ["Ringkasan", "Masuk", "Keluar", "Pindah", "Berubah"]
    sheet = book["Ringkasan"]
    assert sheet["A1"].value == "Perubahan per kelurahan: r-1 → r-2"
    assert sheet["A3"].value == "Cara menghitung berbeda."
    assert cells(sheet, 5)[:10] == [SELATAN, "Jenggot", 1_500, 1, 1, 0, 1, 2, 1_501, 3]
    assert cells(sheet, 7)[:10] == ["Jumlah", None, 1_500, 1, 1, 1, 1, 2, 1_502, 3]
    assert {cell.data_type for cell in sheet[7][2:]} == {"n"}
    for line in (5, 6, 7):
        _, _, before, entered, left, moved_in, moved_out, apart, after, *_ = cells(sheet, line)
        assert after == before + entered - left + moved_in - moved_out + apart  # type: ignore[operator]
    assert [cells(sheet, line)[:2] for line in (9, 10, 11)] == [
        ["Kolom yang berubah", "Jiwa"],
        ["alamat", 3],
        ["rt", 1],
    ]


def test_persons_are_text_and_nothing_is_a_formula(tmp_path: Path) -> None:
    book = written(tmp_path)
    assert cells(book["Masuk"], 5) == ["3375040101990001", "=1+1", None, None, *JENGGOT]
    assert cells(book["Keluar"], 5) == ["0075040101990002", "SINTETIS 2", *JENGGOT, None, None]
    assert cells(book["Pindah"], 5)[2:] == [*JENGGOT, *SOKODUWET, "rt", "rt: (kosong) → 004"]
    assert cells(book["Berubah"], 5)[6:] == [
        "alamat, bansos_pkh, tanggal_lahir",
        "alamat: =CMD|A → JL. MAWAR\nbansos_pkh: tidak → ya\ntanggal_lahir: 31-01-1999 → (kosong)",
    ]
    assert book["Berubah"].max_row == 7
    assert book["Berubah"].row_dimensions[5].height == 45
    for sheet in book.worksheets[1:]:
        assert {cell.data_type for row in sheet.iter_rows(min_row=5) for cell in row if cell.value} == {"s"}
        assert sheet["A5"].number_format == "@"


def test_every_sheet_says_that_it_is_private_and_only_the_owner_may_read(tmp_path: Path) -> None:
    (tmp_path / "beda.xlsx").write_text("lama")
    (tmp_path / "beda.xlsx").chmod(0o644)
    book = written(tmp_path)
    assert stat.S_IMODE((tmp_path / "beda.xlsx").stat().st_mode) == 0o600
    for sheet in book.worksheets:
        assert sheet["A2"].value.startswith("Berisi data pribadi")
        assert sheet.oddHeader.right.text == "Berisi data pribadi"


def test_across_series_a_sheet_says_that_changes_are_not_counted(tmp_path: Path) -> None:
    areas = [row | {"berubah_jiwa": None} for row in DIFFERENCE.areas]
    difference = dataclasses.replace(DIFFERENCE, after=_release("d-1", "dtsen-3375"), areas=areas, columns=None)
    book = written(tmp_path, difference)
    assert cells(book["Ringkasan"], 7)[8:10] == [1_502, "-"]
    assert book["Ringkasan"].max_row == 7
    assert book["Berubah"]["A3"].value.startswith("Tidak dihitung")
    assert book["Berubah"].max_row == 4
    assert len(cells(book["Pindah"], 5)) == 6


def test_a_sheet_that_is_full_says_how_many_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff_workbook, "_SHEET_ROWS", 6)
    book = written(tmp_path)
    assert book["Berubah"].max_row == 6
    assert book["Berubah"]["A3"].value == "1 orang tidak termuat: satu lembar Excel paling banyak memuat 6 baris."
    assert book["Masuk"]["A3"].value == "1 orang."


def test_a_text_longer_than_a_cell_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = PersonChange("3375040101990001", "A" * 40_000, None, JENGGOT, ())
    monkeypatch.setitem(PEOPLE, "masuk", [long])
    assert len(str(written(tmp_path)["Masuk"]["B5"].value)) == 32_767
