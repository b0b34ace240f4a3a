"""Rules on small inline frames: each rule fires where it should and nowhere else."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from tasks.programmes import cleaning
from tasks.programmes.layout import report_layout
from tasks.programmes.lookup import find_area, find_opd
from tasks.programmes.rules import RULES
from tasks.programmes.table import FoundTable
from tasks.rules import of_severity
from warehouse.person_numbers import SIXTEEN_DIGITS
from warehouse.tables.programmes import ACTIVITY_COLUMNS

GOOD = {
    "kegiatan": "Jamban sehat",
    "horizon": "pendek",
    "klaster": "keluarga",
    "target": "10",
    "realisasi": "5",
    "anggaran_rp": "1.000.000",
    "realisasi_rp": "500.000",
    "sumber_dana": "APBD kota",
    "status": "berjalan",
}
TARGETS = {f"K{at}": column.name for at, column in enumerate(ACTIVITY_COLUMNS)}
FOUND = FoundTable("DLH", "Jenggot", 2022, 2, 1, TARGETS, {k: v.title() for k, v in TARGETS.items()})


def clean(*lines: dict[str, str | None], own_area: bool = True) -> pl.DataFrame:
    columns = {letter: [line.get(target) for line in lines] for letter, target in TARGETS.items()}
    rows = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    rows = rows.with_row_index("baris_sumber", offset=2).with_columns(pl.col("baris_sumber").cast(pl.Int64))
    return cleaning.clean(rows, FOUND, report_layout(), own_area=own_area)


def fired(frame: pl.DataFrame, row: int = 0) -> set[str]:
    masks = {"tolak": frame["penolakan"][row], "peringatan": frame["peringatan"][row]}
    return {
        rule.code
        for severity, mask in masks.items()
        for bit, rule in enumerate(of_severity(RULES, severity))
        if mask >> bit & 1
    }


def test_a_good_line_breaks_no_rule() -> None:
    assert fired(clean(GOOD)) == set()


CASES = {
    "LAPORAN_NOMOR_PRIBADI": {"masalah": "Rumah Bu S. (NIK3375.0441.0799.0017) bocor"},
    "LAPORAN_KEGIATAN_KOSONG": {"kegiatan": " - "},
    "LAPORAN_HORIZON_TIDAK_DIKENAL": {"horizon": "segera"},
    "LAPORAN_KLASTER_TIDAK_DIKENAL": {"klaster": None},
    "LAPORAN_SUMBER_DANA_TIDAK_DIKENAL": {"sumber_dana": "pribadi"},
    "LAPORAN_STATUS_TIDAK_DIKENAL": {"status": "?"},
    "LAPORAN_DANA_DESA": {"sumber_dana": "Dana Desa 2022"},
    "LAPORAN_SUMBER_DANA_KOSONG": {"sumber_dana": None},
    "LAPORAN_REALISASI_RENCANA": {"status": "Rencana"},
    "LAPORAN_TANGGAL_TIDAK_TERBACA": {"tanggal_lapor": "awal Juli"},
} | {
    f"LAPORAN_{column.upper()}_{kind}": {column: text}
    for column in ("target", "realisasi", "anggaran_rp", "realisasi_rp", "penerima_kk", "penerima_jiwa")
    for kind, text in (("BUKAN_ANGKA", "banyak"), ("NEGATIF", "-5"))
}


@pytest.mark.parametrize("code", CASES)
def test_each_rule_fires_alone(code: str) -> None:
    assert fired(clean(GOOD | CASES[code])) == {code}


def test_every_rule_has_a_case() -> None:
    assert set(CASES) | {"LAPORAN_BUKAN_DAMPINGAN"} == {rule.code for rule in RULES}
    assert fired(clean(GOOD, own_area=False)) == {"LAPORAN_BUKAN_DAMPINGAN"}


@pytest.mark.parametrize("column", [column.name for column in ACTIVITY_COLUMNS])
@pytest.mark.parametrize("text", ["3375044107990017", "KK 3375 0441-0799 0017a"])
def test_no_column_takes_a_number_of_a_person(column: str, text: str) -> None:
    assert "LAPORAN_NOMOR_PRIBADI" in fired(clean(GOOD | {column: text}))


@pytest.mark.parametrize(
    "cells",
    [
        {"kegiatan": "Pelatihan 12-07-2022 sampai 31-07-2022"},
        {"masalah": "Anggaran Rp 1.250.000.000, naik dari Rp 1.000.000.000"},
        {"anggaran_rp": "Rp 125.000.000.000,00"},
        {"bukti": "https://contoh.invalid/foto?id=1234567890123456"},
    ],
)
def test_other_numbers_are_taken(cells: dict[str, str | None]) -> None:
    assert fired(clean(GOOD | cells)) == set()


def test_a_number_of_a_person_beside_a_link_is_found() -> None:
    cells = {"bukti": "https://contoh.invalid/1 NIK 3375044107990017"}
    assert fired(clean(GOOD | cells)) == {"LAPORAN_NOMOR_PRIBADI"}


def test_what_the_rule_takes_the_publication_takes() -> None:
    """Both engines read the pattern alike."""
    texts = ["3375044107990017", "3375\u00a00441\u20130799\u200b0017", "337504410799001", "1.2-3 4" * 3, "12a" * 16]
    texts += ["3375\u20090441\u20110799.0017x", "NIK\n3375 0441\t0799 0017", "33.75.04.1004/2022", "\uff13" * 16]
    rule = pl.select(pl.Series(texts).str.contains(SIXTEEN_DIGITS)).to_series().to_list()
    sql = f"SELECT regexp_matches(unnest($1), '{SIXTEEN_DIGITS}')"
    assert [row[0] for row in duckdb.execute(sql, [texts]).fetchall()] == rule
    assert rule == [True, True, False, False, False, True, True, False, False]


def test_codes_are_unique_and_prefixed() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("LAPORAN_") for code in codes)


def test_village_fund_becomes_null() -> None:
    assert clean(GOOD | {"sumber_dana": "Dana Desa"})["sumber_dana"].to_list() == [None]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("horizon", "JANGKA  PENDEK", "pendek"),
        ("klaster", "Umkm", "UMK"),
        ("klaster", "PEMBERDAYAAN MASYARAKAT", "pemberdayaan masyarakat"),
        ("sumber_dana", "apbd  Kota", "APBD kota"),
        ("sumber_dana", "csr", "CSR"),
        ("status", "Dalam Proses", "berjalan"),
    ],
)
def test_code_lists_ignore_case_and_spaces(column: str, text: str, value: str) -> None:
    assert clean(GOOD | {column: text})[column][0] == value


def kinds(*lines: dict[str, str | None]) -> list[str]:
    return clean(*lines)[cleaning.KIND].to_list()


def test_rows_that_are_no_lines_are_told_apart() -> None:
    numbering = {target: f"({at})" for at, target in enumerate(TARGETS.values(), start=1)}
    total = {"potensi": "Sub Total", "anggaran_rp": "1.000.000"}
    signature = {"kegiatan": "Pekalongan, 5 Juli 2022"}
    assert kinds(numbering, GOOD, {}, GOOD, total, GOOD, {"bukti": "Kepala Dinas"}, {}, signature) == [
        "nomor", "kegiatan", "kosong", "kegiatan", "jumlah", "kegiatan", "catatan", "kosong", "catatan",
    ]  # fmt: skip


def test_an_activity_whose_name_begins_with_jumlah_is_a_line() -> None:
    assert kinds(GOOD | {"kegiatan": "Jumlah"}, GOOD | {"kegiatan": "Jumlah jamban ditambah"}) == ["kegiatan"] * 2


def test_a_bare_name_right_below_the_table_is_a_line_and_is_rejected() -> None:
    frame = clean(GOOD, {"kegiatan": "Bedah rumah"})
    assert frame[cleaning.KIND].to_list() == ["kegiatan"] * 2
    assert "LAPORAN_STATUS_TIDAK_DIKENAL" in fired(frame, 1)


def total(amount: str) -> dict[str, str | None]:
    return {"kegiatan": "TOTAL", "anggaran_rp": amount}


def test_totals_are_compared_with_all_lines_and_with_their_section() -> None:
    assert cleaning.wrong_totals(clean(GOOD, GOOD, total("2.000.000"), GOOD, total("1 juta"))) == []
    assert cleaning.wrong_totals(clean(GOOD, GOOD, total("2.000.000"), GOOD, total("3 juta"))) == []
    assert cleaning.wrong_totals(clean(GOOD, GOOD, total("2.000.001"))) == [(4, "anggaran_rp")]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("DLH", "DLH"),
        ("dinas lingkungan hidup", "DLH"),
        ("Dindagkop UKM", "Dindagkop-UKM"),
        ("DINDAGKOP-UKM", "Dindagkop-UKM"),
        ("Dinas Perdagangan, Koperasi, dan UKM", "Dindagkop-UKM"),
        ("DPMP2A", "DPMPPA"),
        ("Dinas Kesehatan", None),
    ],
)
def test_opd_names(references: dict[str, pl.DataFrame], text: str, short: str | None) -> None:
    assert find_opd(text, references["assignments"], references["opd_aliases"]) == short


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kelurahan Jenggot", "33.75.04.1004"),
        ("Soko – Duwet", "33.75.04.1010"),
        ("BUARAN ", "33.75.04.1003"),
        ("Kuripan", None),
    ],
)
def test_area_names(references: dict[str, pl.DataFrame], text: str, code: str | None) -> None:
    assert find_area(text, references["areas"], references["aliases"]) == code
