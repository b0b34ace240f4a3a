"""Quirks of whole files: how they are cut, where the heading stands, what they are. And none is forgotten."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from errors import InputRejectedError
from tasks.registry.intake import Submission, receive_release, submission_of
from tasks.registry.manifest import ReleaseManifest
from tasks.registry.rejects import write_rejects
from tests.tasks.registry.quirks import QUIRKS
from tests.tasks.registry.rows import accepted_rows, staged_text
from tests.tasks.registry.submissions import (
    FIXTURES,
    fates,
    headings,
    layout,
    persons,
    row,
    staged,
    table,
    text,
    xlsx,
    zipped,
)
from tests.tasks.registry.test_containers import locked, old_office
from warehouse.journal import Journal
from warehouse.raw import RawStore
from warehouse.rejects import Reason, RejectedRow


def test_every_quirk_has_a_test_of_its_own() -> None:
    written = [file.read_text("utf-8") for file in Path(__file__).parent.glob("test_quirks*.py")]
    numbers = [int(number) for text_of in written for number in re.findall(r"^def test_quirk_(\d\d)_", text_of, re.M)]
    assert sorted(numbers) == sorted(QUIRKS)
    assert len(QUIRKS) == 39


@pytest.mark.parametrize("delimiter", "|;,\t")
def test_quirk_01_delimiters_of_a_csv(delimiter: str, tmp_path: Path) -> None:
    rows = table("dtks_a", {}, {"alamat": '"JL. A, B; C|D\tE"'})
    found = staged(tmp_path, text(rows, delimiter))
    assert fates(found) == {2: set(), 3: set()}
    assert persons(found, "alamat") == ["JL. CONTOH 1", "JL. A, B; C|D E"]


@pytest.mark.parametrize("spelling", ["DESA/KELUARAHAN", "Desa/Kelurahan", "KELURAHAN / DESA", "kelurahan"])
def test_quirk_02_misspelt_header(spelling: str, tmp_path: Path) -> None:
    header = [spelling if heading == "DESA/KELUARAHAN" else heading for heading in headings("dtks_a")]
    found = staged(tmp_path, text([header, row("dtks_a")]))
    assert persons(found, "kode_kemendagri") == ["33.75.04.1004"]


def test_quirk_03_one_field_under_many_names(tmp_path: Path) -> None:
    names = {"NIK": "No. KTP", "NOKK": "Nomor Kartu Keluarga", "NAMA": "Nama Lengkap", "TANGGAL LAHIR": "Tgl Lahir"}
    header = [names.get(heading, heading) for heading in headings("dtks_a")]
    found = staged(tmp_path / "a", text([header, row("dtks_a")]))
    assert persons(found, "nik") == ["3375044107990017"]
    twice = [[*headings("dtks_a"), "NOMOR KTP"], [*row("dtks_a"), "3375044107990018"]]
    with pytest.raises(InputRejectedError, match="muncul dua kali: nik"):
        staged(tmp_path / "b", text(twice))


def test_quirk_04_header_below_merged_titles(tmp_path: Path) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("Individu")
        sheet.merge_range(0, 0, 0, 9, "DATA P3KE KOTA PEKALONGAN")
        sheet.merge_range(1, 0, 1, 9, "PERINGKAT 1 SAMPAI 4")
        for number, cells in enumerate(table("p3ke_f", {}, {"nama": "BUDI"}), start=3):
            sheet.write_row(number, 0, cells)
    found = staged(tmp_path, book.getvalue(), source="P3KE")
    assert fates(found) == {5: set(), 6: set()}
    assert found.accounting.in_file == 2


@pytest.mark.parametrize("start", ["KOLOM", "1"])
def test_quirk_05_row_that_numbers_the_columns(start: str, tmp_path: Path) -> None:
    width = len(headings("bdt_d"))
    numbers = [start, *(str(place) for place in range(2, width + 1))]
    found = staged(tmp_path, xlsx(Sheet1=[headings("bdt_d"), numbers, row("bdt_d")]), source="BDT2015")
    assert fates(found) == {3: set()}
    assert (found.accounting.in_file, found.accounting.skipped) == (2, 1)


def test_quirk_06_notes_below_the_end_mark(tmp_path: Path) -> None:
    notes = [["###"], ["Catatan: petugas wajib memeriksa"], ["Kepala"]]
    rows = [headings("dtks_a"), row("dtks_a"), ["" for _ in headings("dtks_a")], row("dtks_a"), *notes]
    for name, content in (("teks", text(rows)), ("buku", xlsx(Data=rows))):
        found = staged(tmp_path / name, content)
        assert fates(found) == {2: set(), 4: set()}
        assert (found.accounting.in_file, found.accounting.skipped) == (6, 4)


def test_quirk_31_encodings(tmp_path: Path) -> None:
    rows = text(table("dtks_a", {"nama": "RIZKÉ"}, {"nama": "SITI"}))
    for name, content in {
        "bom": b"\xef\xbb\xbf" + rows,
        "utf-8": rows,
        "cp1252": rows.decode().encode("cp1252"),
    }.items():
        found = staged(tmp_path / name, content)
        assert persons(found, "nama") == ["RIZKÉ", "SITI"], name
        assert fates(found) == {2: set(), 3: set()}
    broken = staged(tmp_path / "rusak", rows.replace(b"SITI", b"SI\xff\xfeTI"))
    assert fates(broken) == {2: set(), 3: {"HURUF_RUSAK"}}


def test_quirk_32_lines_with_more_or_fewer_fields(tmp_path: Path) -> None:
    good = [row("dtks_a")] * 8
    rows = text([headings("dtks_a"), *good, [*row("dtks_a"), "LEBIH"], row("dtks_a")[:-1]])
    found = staged(tmp_path / "a", rows, malformed_share_limit=0.2)
    assert {at: codes for at, codes in fates(found).items() if codes} == {10: {"JUMLAH_KOLOM"}, 11: {"JUMLAH_KOLOM"}}
    with pytest.raises(InputRejectedError, match="2 dari 10 baris mempunyai jumlah kolom yang salah"):
        staged(tmp_path / "b", rows, malformed_share_limit=0.1)


def test_quirk_33_kinds_are_known_by_their_bytes(tmp_path: Path) -> None:
    for name in ("dtks_a.xls", "dtks_a.ods"):
        found = staged(tmp_path / name, (FIXTURES / name).read_bytes())
        assert fates(found) == {4: set(), 5: set(), 6: {"NIK_PANJANG"}}, name
    as_text = staged_text(text(table("dtks_a", {})), tmp_path, file_name="rilis.xls")
    assert as_text.accounting.accepted == 1
    with pytest.raises(InputRejectedError, match="halaman web"):
        staged(tmp_path / "html", b"<html><table><tr><td>NIK</td></tr></table></html>")


def test_quirk_34_formulas(tmp_path: Path) -> None:
    def book(cached: str | None) -> bytes:
        made = io.BytesIO()
        with xlsxwriter.Workbook(made) as workbook:
            sheet = workbook.add_worksheet("Data")
            for number, cells in enumerate(table("dtks_a", {}, {})):
                sheet.write_row(number, 0, cells)
            if cached is not None:
                sheet.write_formula(1, headings("dtks_a").index("NAMA"), '="SITI "&"RUMUS"', None, cached)
        if cached is not None:
            return made.getvalue()
        uncalculated = openpyxl.load_workbook(made)
        uncalculated.active.cell(2, headings("dtks_a").index("RT") + 1).value = "=1+2"
        again = io.BytesIO()
        uncalculated.save(again)
        return again.getvalue()

    assert persons(staged(tmp_path / "a", book("SITI RUMUS")), "nama")[0] == "SITI RUMUS"
    with pytest.raises(InputRejectedError, match="rumus yang hasilnya tidak tersimpan di sel H2"):
        staged(tmp_path / "b", book(None))


class Office:
    """A raw store and a journal, and files that come in for April 2022."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.raw = folder, RawStore(folder / "raw")
        self.journal = Journal(folder / "journal.sqlite", run_id="r", code_version="v")

    def receive(self, name: str, content: bytes) -> tuple[str, bool]:
        (self.folder / name).write_bytes(content)
        manifest = ReleaseManifest(
            source="dtks", area="3375", period="2022-04", sk_number="460/1", sk_date=date(2022, 4, 4)
        )
        submission = Submission((self.folder / name,), manifest, "petugas")
        received = receive_release(submission, self.raw, self.journal, area_code="3375", today=date(2026, 11, 24))
        return received.release_id, received.is_new


def test_quirk_39_a_file_sent_again(tmp_path: Path) -> None:
    office = Office(tmp_path)
    assert office.receive("rilis.csv", b"a") == ("dtks-3375-2022-04-v1", True)
    assert office.receive("rilis (1).csv", b"a") == ("dtks-3375-2022-04-v1", False)
    assert office.receive("rilis.csv", b"b") == ("dtks-3375-2022-04-v2", True)


def test_quirk_40_a_release_without_a_manifest(tmp_path: Path) -> None:
    file = tmp_path / "rilis.csv"
    file.write_bytes(text(table("dtks_a", {})))
    with pytest.raises(InputRejectedError, match="periode dan SK-nya tidak diketahui"):
        submission_of(file)
    manifest = {"source": "dtks", "area": "3375", "period": "2022-04", "sk_number": "460/1", "sk_date": "2022-04-04"}
    beside = tmp_path / "rilis.csv.manifest.json"
    beside.write_text(json.dumps(manifest | {"sk_date": None}))
    with pytest.raises(InputRejectedError, match="sk_date"):
        submission_of(file)
    beside.write_text(json.dumps(manifest))
    assert submission_of(file).release == ("dtks-3375", "2022-04")


@pytest.mark.parametrize("evil", ["=1+1", "+62812", "@SUM(A1)", "-2+3"])
def test_quirk_46_formulas_as_names(evil: str, tmp_path: Path) -> None:
    found = staged(tmp_path, text(table("dtks_a", {"alamat": evil, "nik": "1"}, {"alamat": evil})))
    assert accepted_rows(found)[0]["alamat"] == evil
    out = tmp_path / "tolak.xlsx"
    reason = Reason("NIK_PANJANG", "nik", "NIK tidak terdiri dari 16 angka.", "Perbaiki NIK.")
    rejected = [
        RejectedRow("warga", at, json.loads(isi), (reason,))
        for at, isi in pl.read_parquet(found.rejected).select("baris_sumber", "isi").rows()
    ]
    write_rejects(out, rejected, layout("dtks_a"), release_id="r", headers={"warga": headings("dtks_a")})
    cells = [cell for cells in openpyxl.load_workbook(out).active.iter_rows() for cell in cells if cell.value == evil]
    assert [cell.data_type for cell in cells] == ["s"]


def test_quirk_47_passwords_and_zips(tmp_path: Path) -> None:
    book = xlsx(Data=table("dtks_a", {}, {}))
    inside = staged(tmp_path / "a", zipped(**{"rilis.xlsx": book, "BACA SAYA.txt": b"Dikirim oleh Dinsos\n"}))
    assert inside.accounting.accepted == 2
    assert ["BACA SAYA.txt" in notice for notice in inside.notices] == [True]
    for number, closed in enumerate((old_office("EncryptedPackage", "EncryptionInfo"), locked(zipped(a=book)))):
        with pytest.raises(InputRejectedError, match="kata sandi"):
            staged(tmp_path / f"sandi-{number}", closed)
