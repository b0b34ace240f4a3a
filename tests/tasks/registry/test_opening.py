"""From files to the tables of one layout: every kind of file, what is set aside, refused, or sent by a clerk."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from errors import InputRejectedError
from tasks.registry.layouts import load_layouts
from tests.tasks.registry.rows import accepted_rows
from tests.tasks.registry.submissions import (
    FIXTURES,
    LAYOUTS,
    Row,
    fates,
    headings,
    layout,
    parquet,
    persons,
    row,
    source_of,
    staged,
    table,
    text,
    xlsx,
    zipped,
)

NAMES = [one.name for one in LAYOUTS]


def tables_of(name: str) -> list[list[list[str]]]:
    return [table(name, {}, {"nama": "BUDI"} if part == "warga" else {}, part=part) for part in layout(name).forms]


@pytest.mark.parametrize(("name", "delimiter"), product(NAMES, "|;,\t"))
def test_every_layout_is_found_in_a_text_with_every_delimiter(name: str, delimiter: str, tmp_path: Path) -> None:
    quoted = [
        [[f'"{cell}"' if delimiter in cell else cell for cell in cells] for cells in one] for one in tables_of(name)
    ]
    found = staged(tmp_path, *(text(rows, delimiter) for rows in quoted), source=source_of(name))
    assert found.layout == name
    assert (found.accounting.in_file, found.accounting.accepted) == (2, 2)


KINDS: Mapping[str, Callable[[list[list[str]]], bytes]] = {
    "text": text,
    "bom": lambda rows: b"\xef\xbb\xbf" + text(rows),
    "crlf": lambda rows: text(rows, line_end="\r\n"),
    "xlsx": lambda rows: xlsx(Data=rows),
    "parquet": parquet,
}


@pytest.mark.parametrize(("name", "kind", "is_zipped"), product(["dtks_a", "dtsen_g"], KINDS, [False, True]))
def test_every_kind_of_file_gives_the_same_rows(name: str, kind: str, is_zipped: bool, tmp_path: Path) -> None:
    plain = staged(tmp_path / "teks", *map(text, tables_of(name)), source=source_of(name))
    contents = [KINDS[kind](rows) for rows in tables_of(name)]
    if is_zipped:
        contents = [zipped(**{f"{number}/tabel": content for number, content in enumerate(contents)})]
    found = staged(tmp_path / kind, *contents, source=source_of(name))
    assert accepted_rows(found) == accepted_rows(plain)
    assert found.notices == []


@pytest.mark.parametrize("file", ["dtks_a.xls", "dtks_a.ods"])
def test_old_and_open_workbooks_are_read_from_a_zip_too(file: str, tmp_path: Path) -> None:
    content = (FIXTURES / file).read_bytes()
    alone, inside = staged(tmp_path / "a", content), staged(tmp_path / "b", zipped(**{file: content}))
    assert accepted_rows(alone) == accepted_rows(inside)
    assert persons(alone, "nama") == ["SITI SINTETIS", "BUDI SINTETIS"]


def test_both_tables_may_be_sheets_of_one_workbook_in_any_order(tmp_path: Path) -> None:
    members, families = tables_of("dtsen_g")
    found = staged(tmp_path, xlsx(Keluarga=families[:2], Anggota=members), source="DTSEN")
    assert [table.part for table in found.tables] == ["warga", "keluarga"]
    assert persons(found, "desil") == [3, 3]


def refused(folder: Path, *contents: bytes, source: str = "DTKS") -> InputRejectedError:
    with pytest.raises(InputRejectedError) as caught:
        staged(folder, *contents, source=source)
    assert not (folder / "staging").exists()
    return caught.value


def test_one_of_two_tables_alone_is_refused(tmp_path: Path) -> None:
    members, families = map(text, tables_of("dtsen_g"))
    assert "Tabel keluarga tidak ada" in refused(tmp_path / "a", members, source="DTSEN").what
    error = refused(tmp_path / "b", families, source="DTSEN")
    assert "Tabel anggota tidak ada" in error.what
    assert "bersama-sama" in error.next_step


def test_two_files_of_persons_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, text(table("dtks_a", {})), text(table("dtks_a", {"nama": "BUDI"})))
    assert "Ada dua tabel" in error.what
    assert error.where == "berkas-1 dan berkas-2"


def test_sheets_of_one_heading_are_joined(tmp_path: Path) -> None:
    """A sheet per kelurahan: every row is found again by its sheet and its row there."""
    jenggot, medono = table("dtks_a", {}, {"nama": "BUDI"}), table("dtks_a", {"nama": "WAGE"}, {"nik": "12"})
    found = staged(tmp_path, xlsx(Jenggot=jenggot, Tirto=jenggot[:1], Medono=medono))
    assert sorted(fates(found)) == [2, 3, 12, 13]
    assert found.accounting.in_file == 4
    assert found.notices == [
        "berkas-1, lembar Tirto: hanya kepala tabel, tanpa baris.",
        "berkas-1: 2 lembar digabung (Jenggot, Medono). Nomor baris lembar kedua dan seterusnya = "
        "(urutan lembar - 1) x 10 + nomor barisnya di lembar itu.",
    ]


FOOTER = (["", "Pekalongan, 12 April 2022"], ["", "Mengetahui,"], ["", "Lurah Jenggot"], ["", "BUDI SINTETIS"])


@pytest.mark.parametrize(
    "make", [lambda rows: text(rows, ";"), lambda rows: text(rows, ";")[:-1], lambda rows: xlsx(A=rows)]
)
def test_a_footer_below_a_list_is_no_person(make: Callable[[Any], bytes], tmp_path: Path) -> None:
    rows = [["NIK", "NAMA"], ["3375044107990017", "SITI SINTETIS"], ["", "AYU SINTETIS"], *FOOTER]
    found = staged(tmp_path, make(rows))
    assert sorted(fates(found)) == [2, 3]
    assert (found.accounting.in_file, found.accounting.skipped) == (6, 4)
    assert found.notices == ["berkas-1: mulai baris 4 dibaca sebagai catatan di bawah tabel, bukan orang."]


def test_a_copy_of_a_sheet_is_refused(tmp_path: Path) -> None:
    rows = table("dtks_a", {})
    assert "terhitung dua kali" in refused(tmp_path, xlsx(Jenggot=rows, Salinan=rows)).what


def test_tables_of_two_layouts_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, text(table("dtks_a", {})), text(table("dtks_c", {})))
    assert "tata letak berbeda" in error.what
    assert all(layout(name).title in error.what for name in ("dtks_a", "dtks_c"))


def test_a_file_of_another_register_is_refused(tmp_path: Path) -> None:
    assert "menyebut DTKS, tetapi berkasnya" in refused(tmp_path, text(table("p3ke_f", {}))).what


def test_sheets_without_heading_are_set_aside_with_a_notice(tmp_path: Path) -> None:
    cover = [["SK WALI KOTA", "460/1"], ["Jumlah", "2"]]
    found = staged(tmp_path, xlsx(Sampul=cover, Data=table("dtks_a", {}, {})))
    assert found.accounting.accepted == 2
    assert found.notices == ["berkas-1, lembar Sampul diabaikan: 2 baris tanpa kepala tabel register."]


def test_a_sheet_of_persons_without_heading_is_never_set_aside(tmp_path: Path) -> None:
    """Where one sheet was full, programs go on in the next without repeating the heading."""
    error = refused(tmp_path, xlsx(Sheet1=table("dtks_a", {}), Sheet2=[row("dtks_a"), row("dtks_a")]))
    assert "16 angka" in error.what
    assert error.where == "berkas-1, lembar Sheet2, baris 1"
    assert "3375044107990017" not in error.paragraph


def test_a_file_without_any_known_heading_lists_what_is_known(tmp_path: Path) -> None:
    error = refused(tmp_path, b"a;b\n1;2\n")
    assert all(one.title in error.what for one in LAYOUTS)


def test_a_table_of_headings_only_is_refused(tmp_path: Path) -> None:
    assert "tanpa satu baris pun" in refused(tmp_path, text([headings("dtks_a")])).what


def with_number(cells: Row, number: str) -> list[str]:
    return [number, *cells]


@pytest.mark.parametrize("heading", ["NO", "No.", "Nomor Urut", ""])
@pytest.mark.parametrize("write", [text, lambda rows: xlsx(Data=rows)], ids=["teks", "xlsx"])
def test_a_running_number_before_the_table(heading: str, write: Callable[..., bytes], tmp_path: Path) -> None:
    rows = [with_number(cells, str(at) if at else heading) for at, cells in enumerate(table("dtks_a", {}, {"nik": ""}))]
    found = staged(tmp_path, write(rows))
    assert fates(found) == {2: set(), 3: {"NIK_KOSONG"}}


def test_empty_columns_beside_the_table(tmp_path: Path) -> None:
    """Spreadsheets save as many separators as their widest row had; what has no heading above it is not passed over."""
    good = row("dtks_a")
    rows = [[*headings("dtks_a"), "", ""], [*good, "", ""], good, [*good, " "], [*good, "", "x"], [*good, "", "", ""]]
    found = staged(tmp_path / "a", text(rows, ";"))
    assert fates(found) == {2: set(), 3: set(), 4: set(), 5: {"JUMLAH_KOLOM"}, 6: {"JUMLAH_KOLOM"}}
    book = staged(tmp_path / "b", xlsx(Data=[[*headings("dtks_a"), ""], [*good, ""], [*good, "lihat KK"]]))
    assert fates(book) == {2: set(), 3: {"JUMLAH_KOLOM"}}


def test_the_last_line_may_lack_the_empty_columns_and_its_end(tmp_path: Path) -> None:
    rows = text([[*headings("dtks_a"), ""], row("dtks_a")]).rstrip(b"\n")
    assert fates(staged(tmp_path / "a", rows)) == {2: set()}
    cut = text([headings("dtks_a"), row("dtks_a"), row("dtks_a")[:9]]).rstrip(b"\n")
    assert "terpotong" in refused(tmp_path / "b", cut).what


def test_blank_rows_totals_and_a_heading_that_comes_again_are_no_persons(tmp_path: Path) -> None:
    blank = [""] * len(headings("dtks_a"))
    total = ["TOTAL", *blank[1:]]
    rows = [headings("dtks_a"), row("dtks_a"), blank, headings("dtks_a"), row("dtks_a"), total]
    for name, content in (("teks", text(rows, ";")), ("buku", xlsx(Data=rows))):
        found = staged(tmp_path / name, content)
        assert list(fates(found)) == [2, 5], name
        assert (found.accounting.in_file, found.accounting.skipped) == (5, 3)


def test_a_signature_below_the_table_is_rejected_and_not_counted_as_a_person(tmp_path: Path) -> None:
    blank = [""] * len(headings("dtks_a"))
    signature = [[*blank[:11], words, *blank[12:]] for words in ("Mengetahui,", "Lurah Jenggot", "SRI CONTOH")]
    found = staged(tmp_path, xlsx(Data=[headings("dtks_a"), row("dtks_a"), *signature]))
    assert fates(found) == {2: set()} | {at: {"KELURAHAN_TIDAK_DIKENAL"} for at in (3, 4, 5)}


def test_headings_with_line_breaks(tmp_path: Path) -> None:
    broken = [heading.replace(" ", "\n", 1) for heading in headings("dtks_a")]
    book = staged(tmp_path / "a", xlsx(Data=[["DAFTAR"], broken, row("dtks_a")]))
    assert fates(book) == {3: set()}
    quoted = [f'"{heading}"' for heading in broken]
    found = staged(tmp_path / "b", text([["DAFTAR"], quoted, row("dtks_a")], ";"))
    breaks = sum(heading.count("\n") for heading in broken)
    assert fates(found) == {3 + breaks: set()}
    assert found.accounting.in_file == 1


def test_the_separator_that_excel_is_told_is_no_heading(tmp_path: Path) -> None:
    assert fates(staged(tmp_path, b"sep=;\n" + text(table("dtks_a", {}), ";"))) == {3: set()}


def test_a_parquet_column_without_name_is_not_passed_over(tmp_path: Path) -> None:
    made = io.BytesIO()
    rows = table("dtks_a", {})
    pl.DataFrame([[*rows[1], "x"]], schema=[*rows[0], ""], orient="row").write_parquet(made)
    assert "kolom ke-24" in refused(tmp_path, made.getvalue()).what


NEW = """
name = "baru"
title = "tata letak baru"
unit_of_analysis = "individu"
null_tokens = ["", "kosong"]
date_order = ["dd/mm/yyyy"]
ignored = ["Catatan"]

[area]
system = "nama"

[columns]
"Nomor Penduduk" = "nik"
"Nama Warga" = "nama"
"Wilayah" = "kelurahan"
"Lahir" = "tanggal_lahir"
"J.K." = "jenis_kelamin"

[code_lists]
jenis_kelamin = "jenis_kelamin"
"""


def test_a_new_layout_is_a_file_and_no_code(tmp_path: Path) -> None:
    (tmp_path / "baru.toml").write_text(NEW)
    content = "Nomor Penduduk,Nama Warga,Wilayah,Lahir,J.K.,Catatan\n3375044107990017,SITI,Jenggot,01/07/1999,P,x\n"
    found = staged(tmp_path / "a", content.encode(), layouts=load_layouts(tmp_path))
    [person] = accepted_rows(found)
    assert (person["nik"], person["kode_kemendagri"], person["jenis_kelamin"]) == (
        "3375044107990017",
        "33.75.04.1004",
        "P",
    )
    assert str(person["tanggal_lahir"]) == "1999-07-01"
