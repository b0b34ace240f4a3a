"""Rules on small inline frames: each rule fires where it should and nowhere else."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from errors import InputRejectedError
from tasks.programmes import cleaning
from tasks.programmes.grids import Grid
from tasks.programmes.layout import report_layout, word_key
from tasks.programmes.lookup import area_names, find_area, find_opd, require_area
from tasks.programmes.rules import RULES, RULES_OF
from tasks.programmes.table import FoundTable
from tasks.rules import of_severity
from warehouse.person_numbers import SIXTEEN_DIGITS
from warehouse.tables.programmes import ACTIVITY_COLUMNS, PARTS

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
TARGETS = {part.name: {f"K{at}": name for at, name in enumerate(part.written)} for part in PARTS.values()}
START = "dlh-33.75.04.1004-"


def clean(
    *lines: dict[str, str | None], part: str = "kegiatan", own_area: bool = True, activities: tuple[str, ...] = ()
) -> pl.DataFrame:
    targets = TARGETS[part]
    columns = {letter: [line.get(target) for line in lines] for letter, target in targets.items()}
    rows = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    rows = rows.with_row_index("baris_sumber", offset=2).with_columns(pl.col("baris_sumber").cast(pl.Int64))
    rows = rows.with_columns(periode_salah=pl.Series([line.get("periode") == "salah" for line in lines]))
    headings = {letter: name.title() for letter, name in targets.items()}
    found = FoundTable(part, Grid(part, True, pl.DataFrame()), 1, targets, headings, {}, ())
    context = cleaning.Context(own_area, START, set(map(word_key, activities)))
    return cleaning.clean(rows, found, report_layout(), context)


def fired(frame: pl.DataFrame, row: int = 0, part: str = "kegiatan") -> set[str]:
    masks = {"tolak": frame["penolakan"][row], "peringatan": frame["peringatan"][row]}
    return {
        rule.code
        for severity, mask in masks.items()
        for bit, rule in enumerate(of_severity(RULES_OF[part], severity))
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
    "LAPORAN_REALISASI_LEBIH": {"realisasi_rp": "1.000.001"},
    "LAPORAN_ID_ASING": {"id_kegiatan": "bpbd-33.75.04.1002-0123abcd"},
    "LAPORAN_PERIODE_SALAH": {"periode": "salah"},
} | {
    f"LAPORAN_{column.upper()}_{kind}": {column: text}
    for column in ("target", "realisasi", "anggaran_rp", "realisasi_rp", "penerima_kk", "penerima_jiwa")
    for kind, text in (("BUKAN_ANGKA", "banyak"), ("NEGATIF", "-5"))
}


@pytest.mark.parametrize("code", CASES)
def test_each_rule_fires_alone(code: str) -> None:
    assert fired(clean(GOOD | CASES[code])) == {code}


GOOD_OF = {
    "pemetaan": {"jenis": "masalah", "uraian": "Limbah batik", "sektor": "batik"},
    "catur_pilar": {"tanggal_pertemuan": "05-07-2022", "kesepakatan": "Lahan disiapkan", "tenggat": "31-08-2022"},
    "penerima": {"nik": "3375044107990017", "nama": "NAMA UJI", "nama_kegiatan": "Jamban"},
}
CASES_OF = {
    "pemetaan": {
        "PEMETAAN_URAIAN_KOSONG": {"uraian": "-"},
        "PEMETAAN_NOMOR_PRIBADI": {"lokasi": "NIK 3375044107990017"},
        "PEMETAAN_PERIODE_SALAH": {"periode": "salah"},
        "PEMETAAN_JENIS_TIDAK_DIKENAL": {"jenis": "lain"},
        "PEMETAAN_SEKTOR_TIDAK_DIKENAL": {"sektor": "antariksa"},
    },
    "catur_pilar": {
        "CATUR_PILAR_KESEPAKATAN_KOSONG": {"kesepakatan": None},
        "CATUR_PILAR_NOMOR_PRIBADI": {"forum": "3375044107990017"},
        "CATUR_PILAR_PERIODE_SALAH": {"periode": "salah"},
        "CATUR_PILAR_ID_ASING": {"id_kesepakatan": "1"},
        "CATUR_PILAR_PENINDAK_LANJUT_TIDAK_DIKENAL": {"penindak_lanjut": "Pak RW"},
        "CATUR_PILAR_STATUS_TINDAK_LANJUT_TIDAK_DIKENAL": {"status_tindak_lanjut": "entah"},
        "CATUR_PILAR_TANGGAL_PERTEMUAN_TIDAK_TERBACA": {"tanggal_pertemuan": "awal Juli"},
        "CATUR_PILAR_TENGGAT_TIDAK_TERBACA": {"tenggat": "segera"},
        "CATUR_PILAR_TENGGAT_MUNDUR": {"tenggat": "04-07-2022"},
        "CATUR_PILAR_HADIR_LURAH_TIDAK_TERBACA": {"hadir_lurah": "mungkin"},
        "CATUR_PILAR_HADIR_LPM_TIDAK_TERBACA": {"hadir_lpm": "mungkin"},
        "CATUR_PILAR_HADIR_BKM_TIDAK_TERBACA": {"hadir_bkm": "mungkin"},
        "CATUR_PILAR_HADIR_TP_PKK_TIDAK_TERBACA": {"hadir_tp_pkk": "mungkin"},
    },
    "penerima": {
        "PENERIMA_NOMOR_PRIBADI": {"nama": "NAMA 3375044107990017"},
        "PENERIMA_PERIODE_SALAH": {"periode": "salah"},
        "PENERIMA_KOSONG": {"nama": None, "nik": None},
        "PENERIMA_NIK_TIDAK_TERBACA": {"nik": "3,37504E+15"},
        "PENERIMA_KEGIATAN_TIDAK_DITEMUKAN": {"nama_kegiatan": "Umrah"},
    },
}


@pytest.mark.parametrize(("part", "code"), [(part, code) for part, cases in CASES_OF.items() for code in cases])
def test_each_rule_of_the_other_sheets_fires_alone(part: str, code: str) -> None:
    good = GOOD_OF[part]
    assert fired(clean(good, part=part, activities=("jamban",)), part=part) == set()
    line = good | CASES_OF[part][code]
    assert fired(clean(line, part=part, activities=("jamban",)), part=part) == {code}


def test_every_rule_has_a_case() -> None:
    others = {code for cases in CASES_OF.values() for code in cases}
    assert set(CASES) | others | {"LAPORAN_BUKAN_DAMPINGAN"} == {rule.code for rule in RULES}
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
    assert all(code.startswith(("LAPORAN_", "PEMETAAN_", "CATUR_PILAR_", "PENERIMA_")) for code in codes)


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
    numbering = {target: f"({at})" for at, target in enumerate(TARGETS["kegiatan"].values(), start=1)}
    total = {"potensi": "Sub Total", "anggaran_rp": "1.000.000"}
    signature = {"kegiatan": "Pekalongan, 5 Juli 2022"}
    assert kinds(numbering, GOOD, {}, GOOD, total, GOOD, {"bukti": "Kepala Dinas"}, {}, signature) == [
        "nomor", "isian", "kosong", "isian", "jumlah", "isian", "catatan", "kosong", "catatan",
    ]  # fmt: skip


def test_an_activity_whose_name_begins_with_jumlah_is_a_line() -> None:
    assert kinds(GOOD | {"kegiatan": "Jumlah"}, GOOD | {"kegiatan": "Jumlah jamban ditambah"}) == ["isian"] * 2


def test_a_bare_name_right_below_the_table_is_a_line_and_is_rejected() -> None:
    frame = clean(GOOD, {"kegiatan": "Bedah rumah"})
    assert frame[cleaning.KIND].to_list() == ["isian"] * 2
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


SHARED = pl.DataFrame(
    {
        "kode_kemendagri": ["33.49.01.2001", "33.49.02.2001", "33.49.02.2002"],
        "kecamatan": ["Utara Raya", "Selatan Raya", "Selatan Raya"],
        "kelurahan": ["Sukamaju", "Sukamaju", "Contoh"],
    }
)
NO_ALIASES = pl.DataFrame(schema={"alias": pl.String, "kode_kemendagri": pl.String})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sukamaju", None),
        ("Desa Sukamaju, Kec. Utara Raya", "33.49.01.2001"),
        ("SUKAMAJU (Kecamatan Selatan Raya)", "33.49.02.2001"),
        ("sukamaju kec utara", "33.49.01.2001"),
        ("Sukamaju, Kecamatan Barat", None),
        ("Contoh", "33.49.02.2002"),
        ("Contoh, Kec. Utara Raya", None),
    ],
)
def test_a_name_that_several_have_needs_its_kecamatan(text: str, code: str | None) -> None:
    assert find_area(text, SHARED, NO_ALIASES) == code


def test_the_refusal_of_a_shared_name_tells_the_choices() -> None:
    with pytest.raises(InputRejectedError, match="beberapa kecamatan") as refused:
        require_area("Sukamaju", SHARED, NO_ALIASES, "laporan.xlsx")
    choices = list(area_names(SHARED).values())
    assert choices == ["Sukamaju, Kecamatan Utara Raya", "Sukamaju, Kecamatan Selatan Raya", "Contoh"]
    assert all(choice in refused.value.next_step for choice in choices[:2])
    assert [find_area(choice, SHARED, NO_ALIASES) for choice in choices] == SHARED["kode_kemendagri"].to_list()


@pytest.mark.parametrize(("target", "realisasi"), [("25 orang", "10 Orang"), ("25", "10")])
def test_a_unit_behind_a_number_is_the_unit_of_the_line(target: str, realisasi: str) -> None:
    frame = clean(GOOD | {"satuan": "orang", "target": target, "realisasi": realisasi})
    assert (frame["target"][0], frame["realisasi"][0], fired(frame)) == (25, 10, set())
    assert "LAPORAN_TARGET_BUKAN_ANGKA" in fired(clean(GOOD | {"satuan": "orang", "target": "25 unit"}))


@pytest.mark.parametrize(("text", "value"), [("ya", True), ("✓", True), ("X", True), ("Tidak", False), ("-", None)])
def test_presence_in_many_marks(text: str, value: bool | None) -> None:
    assert clean(GOOD_OF["catur_pilar"] | {"hadir_lpm": text}, part="catur_pilar")["hadir_lpm"].to_list() == [value]


@pytest.mark.parametrize("text", ["3375 0441 0799 0017", "'3375044107990017", "3375.0441.0799.0017"])
def test_a_nik_is_read_with_what_people_put_between(text: str) -> None:
    assert clean(GOOD_OF["penerima"] | {"nik": text}, part="penerima")["nik"][0] == "3375044107990017"


def test_the_example_row_is_skipped_until_somebody_writes_over_it() -> None:
    shown = {name: str(text) for name, text in report_layout().sheets["kegiatan"].examples.items()}
    found = FoundTable(
        "kegiatan", Grid("Kegiatan", True, pl.DataFrame()), 1, dict(TARGETS["kegiatan"]),
        {"N": "No", **TARGETS["kegiatan"]}, {}, (),
    )  # fmt: skip
    for line, kind in ((shown, "contoh"), (shown | {"kegiatan": "Kegiatan kami"}, "isian")):
        cells = {"N": "Contoh"} | {letter: line.get(name) for letter, name in TARGETS["kegiatan"].items()}
        rows = pl.DataFrame({"baris_sumber": [2], **{k: [v] for k, v in cells.items()}, "periode_salah": [False]})
        rows = rows.cast(dict.fromkeys(cells, pl.String))
        cleaned = cleaning.clean(rows, found, report_layout(), cleaning.Context())
        assert cleaned[cleaning.KIND].to_list() == [kind]
