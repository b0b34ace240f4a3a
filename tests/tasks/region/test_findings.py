"""Every fault in a region's tables is found, with its file, line and column; sound tables have none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InputRejectedError
from tasks.reference import BUNDLED, Region
from tasks.region.checking import findings, require_sound, still_empty, table_findings
from tasks.region.tables import DAY, OPD_DAMPINGAN, TABLES, WILAYAH, Column
from tests.flows import second_region


@pytest.fixture
def region(tmp_path: Path) -> Region:
    """The invented kabupaten with its tables filled in."""
    return second_region.made(tmp_path / "acuan")


def sentences(region: Region) -> list[str]:
    return [str(found) for found in findings(region)]


def test_the_bundled_tables_and_those_of_the_invented_region_are_sound(region: Region) -> None:
    assert findings(BUNDLED) == []
    assert findings(region) == []
    assert still_empty(region) == []
    require_sound(region)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "wilayah.csv",
            "33.49.01.2002,",
            "33.49.01.3002,",
            "wilayah.csv, baris 3, kolom kode_kemendagri: '33.49.01.3002' bukan",
        ),
        ("wilayah.csv", "3349020088,", "334902008,", "baris 3, kolom kode_bps: '334902008' bukan kode BPS 10 angka"),
        (
            "wilayah.csv",
            "33.49.01.2002,",
            "33.50.01.2002,",
            "baris 3, kolom kode_kemendagri: tidak berawalan sama dengan 33.49.",
        ),
        (
            "wilayah.csv",
            "33.49.01.2002,",
            "33.49.02.2002,",
            "baris 3, kolom kode_kemendagri_kecamatan: tidak berawalan",
        ),
        ("wilayah.csv", "33.49.01.2002,", "33.49.01.1001,", "baris 3, kolom kode_kemendagri: sama dengan baris 2"),
        ("wilayah.csv", ",Waru Rekaan", ",RANDU REKAAN", "baris 5, kolom kelurahan: sama dengan baris 4"),
        (
            "wilayah.csv",
            ",Randu Rekaan",
            ", Randu Rekaan",
            "baris 4, kolom kelurahan: ' Randu Rekaan' bukan teks tanpa spasi",
        ),
        (
            "wilayah.csv",
            "Lembah Rekaan,33.49.01,3349020,Waru",
            "Lembah,33.49.01,3349020,Waru",
            "baris 5, kolom kecamatan: lain",
        ),
        (
            "wilayah.csv",
            "kode_bps,",
            "kode bps,",
            "wilayah.csv, baris 1: kepala kolomnya harus kode_kemendagri,kode_bps",
        ),
        ("wilayah.csv", ",Waru Rekaan", ",Waru, Rekaan", "wilayah.csv, baris 5: mempunyai 7 kolom, seharusnya 6"),
        ("wilayah.csv", "33.49.02.2001", "\n33.49.02.2001", "wilayah.csv, baris 6: kosong; hapus baris itu"),
        ("kelurahan_alias.csv", "Randu Rekaan,", "Randu,", "baris 2, kolom kelurahan: tidak ada pada wilayah.csv"),
        (
            "kelurahan_alias.csv",
            ",Bukit Rekaan",
            ",",
            "baris 3, kolom kelurahan: nama itu ada di kecamatan Bukit Rekaan, Lembah Rekaan",
        ),
        ("kelurahan_alias.csv", ",Bukit Rekaan", ",Tanjung Rekaan", "baris 3, kolom kecamatan: tidak mempunyai"),
        (
            "kelurahan_alias.csv",
            "Rd. Rekaan",
            "Waru-rekaan",
            "baris 2, kolom alias: nama resmi kelurahan atau desa lain",
        ),
        ("kelurahan_lama.csv", "2014-12-31", "31-12-2014", "baris 2, kolom berlaku_sampai: '31-12-2014' bukan tanggal"),
        ("kelurahan_lama.csv", "2014-12-31", "2014-02-30", "baris 2, kolom berlaku_sampai: '2014-02-30' bukan tanggal"),
        (
            "opd_dampingan.csv",
            "2022-01-03,,",
            "2022-01-03,2022-02-01,2022-01-31",
            "baris 2, kolom berlaku_sampai: lebih awal",
        ),
        ("opd_dampingan.csv", ",DUP,", ",DUL,", "opd_dampingan.csv, baris 3, kolom opd: lain daripada baris 2"),
        ("opd_dampingan.csv", ",DUP,", ",,", "baris 3, kolom opd_singkat: kosong; isi teks"),
        (
            "opd_alias.csv",
            ",DUL,",
            ",DLH,",
            "opd_alias.csv, baris 2, kolom opd_singkat: tidak ada pada opd_dampingan.csv",
        ),
        ("indikator_publikasi.csv", "6.37", "6,37 %", "indikator_publikasi.csv, baris 2"),
        (
            "indikator_publikasi.csv",
            ",kemiskinan_p0,2005",
            ",kemiskinan,2005",
            "baris 2, kolom indikator: tidak ada pada katalog",
        ),
        (
            "sumber.toml",
            "BPS ",
            "Badan ",
            "baris 2, kolom sumber: 'BPS Kabupaten Contoh Raya' tidak ada pada sumber.toml",
        ),
        ("sumber.toml", "peringkat = 2", "peringkat = ", "Katalog indikator tidak dapat dibaca"),
    ],
)
def test_a_fault_is_told_with_its_place(region: Region, file: str, old: str, new: str, said: str) -> None:
    path = region.folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(said in sentence for sentence in sentences(region)), sentences(region)


def test_a_table_that_is_missing_or_of_another_coding_is_told(region: Region) -> None:
    (region.folder / "opd_alias.csv").unlink()
    (region.folder / "opd_dampingan.csv").write_bytes("Kelurahan é".encode("cp1252"))
    said = " ".join(sentences(region))
    assert "opd_alias.csv: tidak ada" in said
    assert "opd_dampingan.csv: tidak dapat dibaca (UnicodeDecodeError)" in said


def test_a_run_is_refused_with_the_first_faults_and_their_number(region: Region) -> None:
    path = region.folder / WILAYAH.file
    path.write_text(path.read_text("utf-8").replace("33.49.", "33.50."), encoding="utf-8")
    with pytest.raises(InputRejectedError) as refused:
        require_sound(region)
    assert f"{WILAYAH.file}, baris 2, kolom kode_kemendagri" in refused.value.what
    assert f"Dan {len(table_findings(region)) - 5} lagi." in refused.value.what
    assert "init --check" in refused.value.next_step


def test_the_tables_of_another_region_are_refused(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED.folder, tmp_path / "acuan")
    said = sentences(Region(second_region.CODE, second_region.NAME, tmp_path / "acuan"))
    assert len([sentence for sentence in said if "tidak berawalan sama" in sentence]) == 2 * 27


def test_a_folder_without_rows_says_what_does_not_work(tmp_path: Path) -> None:
    for table in TABLES:
        (tmp_path / table.file).write_text(f"{table.heading}\n", encoding="utf-8")
    region = Region(second_region.CODE, second_region.NAME, tmp_path)
    assert [text.partition(" ")[0] for text in still_empty(region)] == [table.file for table in TABLES]
    assert [str(found) for found in table_findings(region)] == [
        "wilayah.csv: belum berisi satu kelurahan atau desa pun."
    ]


@given(st.dates().map(str))
def test_every_day_of_the_calendar_is_a_day(text: str) -> None:
    assert Column("hari", "", DAY).accepts(text)


@given(st.text(max_size=12))
def test_no_text_makes_a_cell_fall_over(text: str) -> None:
    for table in TABLES:
        for column in table.columns:
            assert column.accepts(text) in (True, False)
    assert not next(column for column in OPD_DAMPINGAN.columns if column.name == "opd").accepts(f" {text}")
