"""Every rule of the register has a row that breaks it alone, and that row mended breaks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from tasks.rules import of_severity
from tests.tasks.registry.rows import RULES, cleaned, line

Changes = Mapping[str, str]

REJECTED: Mapping[str, tuple[Changes, ...]] = {
    "JUMLAH_KOLOM": ({"alamat": "JL. CONTOH|1"}, {"pbi_jkn": "Y|"}, {"alamat": "||||"}),
    "NIK_ILMIAH": tuple(
        {"nik": text} for text in ("3,37504E+15", "3.37504E+15", "3,37504e+15", "3E15", "3.37504410799E+15")
    ),
    "NIK_KARAKTER": tuple({"nik": text} for text in ("337504410799O017", "TIDAK ADA", "3375044107990017/2", "٣٣٧٥")),
    "NIK_PANJANG": tuple({"nik": text} for text in ("337504410799001", "33750441079900170", "3375", "1")),
    "NIK_SERAGAM": tuple({"nik": str(digit) * 16} for digit in range(1, 9)),
    "NIK_TANGGAL": tuple(
        {"nik": f"337504{date_part}0017"}
        for date_part in ("000799", "320799", "400799", "720799", "990799", "410099", "411399", "010099")
    ),
    "NIK_SERI_NOL": ({"nik": "3375044107990000"},),
    "KK_TIDAK_SAH": tuple(
        {"no_kk": text} for text in ("337504010203040", "33750401020304055", "3,37504E+15", "33750401020304XX", "TIDAK")
    ),
    "NIK_SAMA_KK": ({"no_kk": "3375044107990017"}, {"no_kk": "'3375 0441 0799 0017"}),
    "NAMA_KOSONG": tuple({"nama": text} for text in ("", "-", "  ", "NULL", "\u00a0")),
    "NAMA_ANGKA": ({"nama": "SITI 2"}, {"nama": "3375044107990017"}),
    "TANGGAL_LAHIR_TIDAK_SAH": tuple(
        {"tanggal_lahir": text}
        for text in (
            "31-02-1999",
            "29-02-1999",
            "1999-02-29",
            "32/07/1999",
            "1999-13-01",
            "07/25/1999",
            "00-00-0000",
            "36342",
            "01-07-99",
            "01/07/99",
            "99-07-01",
            "0099-07-01",
            "1 JULI 1999",
            "19990701",
        )
    ),
    "KELURAHAN_TIDAK_DIKENAL": (
        {"kelurahan": ""},
        {"kelurahan": "KEDUNGWUNI"},
        {"kelurahan": "JENGGOT2 BARU"},
        {"kelurahan": "BUARAN", "kabupaten_kota": "KABUPATEN PEKALONGAN"},
        {"kabupaten_kota": "KABUPATEN BATANG"},
        {"kelurahan": "LANDUNGSARI"},
    ),
}
WARNED: Mapping[str, tuple[Changes, ...]] = {
    "NIK_KOSONG": tuple({"nik": text} for text in ("", "-", "0", "0000000000000000", "9999999999999999", "0.0", "'")),
    "NIK_LUAR_DAERAH": ({"nik": "3326044107990017"}, {"nik": "9201014107990017"}),
    "NIK_TANGGAL_BEDA": (
        {"tanggal_lahir": "1999-07-02"},
        {"tanggal_lahir": "1999-08-01"},
        {"tanggal_lahir": "1998-07-01"},
    ),
    "NIK_KELAMIN_BEDA": ({"jenis_kelamin": "L"}, {"nik": "3375040107990017"}),
    "KK_KOSONG": tuple({"no_kk": text} for text in ("", "-", "0", "0" * 16, "9" * 16)),
    "TANGGAL_LAHIR_KOSONG": ({"tanggal_lahir": ""}, {"tanggal_lahir": "-"}),
    "UMUR_MUSTAHIL": ({"tanggal_lahir": "1899-07-01"}, {"tanggal_lahir": "2099-07-01"}),
    "HUBUNGAN_KOSONG": ({"hubungan_keluarga": ""}, {"hubungan_keluarga": "-"}),
    "HUBUNGAN_TIDAK_DIKENAL": ({"hubungan_keluarga": "KEPONAKAN"}, {"hubungan_keluarga": "3"}),
    "KELAMIN_TIDAK_DIKENAL": ({"jenis_kelamin": ""}, {"jenis_kelamin": "PRIA"}, {"jenis_kelamin": "3"}),
    "BANTUAN_TIDAK_DIKENAL": tuple(
        {column: "9"} for column in ("padan", "bansos_bpnt", "bansos_pkh", "bansos_bpnt_ppkm", "pbi_jkn")
    ),
    "KECAMATAN_BEDA": ({"kecamatan": "PEKALONGAN UTARA"}, {"kecamatan": "BUARAN"}),
}
NEEDS_MORE_THAN_ITS_ROW = {"NIK_GANDA", "RUMAH_TANGGA_TIDAK_TETAP"}
"""Applied while loading; tests/warehouse/test_releases.py breaks them."""
OF_OTHER_LAYOUTS = [
    "KELURAHAN_BEDA",
    "KELURAHAN_TIDAK_DISEBUT",
    "KELUARGA_TIDAK_ADA",
    "DESIL_TIDAK_DIKENAL",
    "PERSENTIL_TIDAK_DIKENAL",
    "UMUR_TIDAK_DIKENAL",
    "KEBERADAAN_TIDAK_DIKENAL",
    "TIDAK_BERADA",
    "HURUF_RUSAK",
    "DIKOREKSI",
]
"""What no row of layout A in good UTF-8 can break; tests/tasks/registry/test_rules_elsewhere.py breaks them."""


def test_every_rule_has_a_case() -> None:
    assert [rule.code for rule in of_severity(RULES, "tolak")] == list(REJECTED)
    own_row = [rule.code for rule in of_severity(RULES, "peringatan") if rule.broken is not None]
    assert own_row == [*WARNED, *OF_OTHER_LAYOUTS]
    assert {rule.code for rule in RULES if rule.broken is None} == NEEDS_MORE_THAN_ITS_ROW


@pytest.mark.parametrize("code", REJECTED)
def test_a_rejecting_rule_is_broken_alone(code: str, tmp_path: Path) -> None:
    rows = cleaned(tmp_path, [line(**changes) for changes in REJECTED[code]])
    broken = [(changes, row["tolak"]) for changes, row in zip(REJECTED[code], rows, strict=True)]
    assert broken == [(changes, {code}) for changes in REJECTED[code]]


@pytest.mark.parametrize("code", WARNED)
def test_a_warning_rule_is_broken_alone(code: str, tmp_path: Path) -> None:
    rows = cleaned(tmp_path, [line(**changes) for changes in WARNED[code]])
    broken = [(changes, row["tolak"], row["ingat"]) for changes, row in zip(WARNED[code], rows, strict=True)]
    assert broken == [(changes, set(), {code}) for changes in WARNED[code]]


GOOD_ROWS: tuple[Changes, ...] = (
    {},
    {"nik": "'3375044107990017", "no_kk": "'3375040102030405"},
    {"nik": "3375044107990017.0", "no_kk": "3375040102030405.0"},
    {"nik": "33.7504.410799.0017", "no_kk": "3375-0401-0203-0405"},
    {"nik": "3375 0441 0799 0017", "no_kk": "3375\u00a00401\u00a00203\u00a00405"},
    {"nik": "\u00a03375044107990017 "},
    {"nik": "3375047107990017", "tanggal_lahir": "31-07-1999"},
    {"nik": "3375043107990017", "tanggal_lahir": "31/07/1999", "jenis_kelamin": "laki-laki"},
    {"nik": "3375040101050001", "tanggal_lahir": "2005-01-01", "jenis_kelamin": "1"},
    {"nik": "3375040101050001", "tanggal_lahir": "1905-01-01", "jenis_kelamin": "1"},
    {"nama": "NUR'AINI"},
    {"nama": "HJ. SITI, S.PD"},
    {"nama": "SUMARNI"},
    {"kelurahan": "Kelurahan Jenggot"},
    {"kabupaten_kota": "KAB. PEKALONGAN"},
    {"kabupaten_kota": ""},
    {"kecamatan": "PEKALONGAN SEL."},
    {"kecamatan": ""},
    {"tanggal_lahir": "1-7-1999"},
)


def test_the_mended_rows_break_no_rule(tmp_path: Path) -> None:
    rows = cleaned(tmp_path, [line(**changes) for changes in GOOD_ROWS])
    broken = [(changes, row["tolak"] | row["ingat"]) for changes, row in zip(GOOD_ROWS, rows, strict=True)]
    assert broken == [(changes, set()) for changes in GOOD_ROWS]


@pytest.mark.parametrize(
    ("nik", "born", "differs"),
    [
        ("3375040101000001", "2000-01-01", False),
        ("3375040101000001", "1900-01-01", False),
        ("3375040101220001", "2022-01-01", False),
        ("3375040101990001", "1999-01-01", False),
        ("3375040101990001", "2000-01-01", True),
        ("3375040101010001", "2010-01-01", True),
    ],
)
def test_the_century_of_a_nik_is_open(nik: str, born: str, differs: bool, tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(nik=nik, tanggal_lahir=born, jenis_kelamin="L")])
    assert ("NIK_TANGGAL_BEDA" in row["ingat"]) is differs


def test_a_card_number_is_not_held_to_the_rule_of_birth_dates(tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(no_kk="3375049999990000")])
    assert not row["tolak"]
    assert not row["ingat"]


@pytest.mark.parametrize(
    ("born", "impossible"),
    [("2022-04-01", False), ("2022-04-02", True), ("1922-04-01", False), ("1900-01-01", True)],
)
def test_age_is_judged_at_the_period_of_the_release(born: str, impossible: bool, tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(nik="", tanggal_lahir=born)])
    assert ("UMUR_MUSTAHIL" in row["ingat"]) is impossible
    [later] = cleaned(tmp_path, [line(nik="", tanggal_lahir="2022-04-02")], period=date(2022, 5, 1))
    assert "UMUR_MUSTAHIL" not in later["ingat"]


def test_a_row_keeps_all_its_reasons(tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(nik="1", nama="A1", no_kk="2", kelurahan="KEDUNGWUNI", tanggal_lahir="x")])
    assert row["tolak"] == {
        "NIK_PANJANG",
        "NAMA_ANGKA",
        "KK_TIDAK_SAH",
        "KELURAHAN_TIDAK_DIKENAL",
        "TANGGAL_LAHIR_TIDAK_SAH",
    }


def test_every_rule_tells_the_officer_what_to_do() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.explanation.endswith("."), rule.code
        assert rule.action.endswith("."), rule.code
        assert rule.code == rule.code.upper()
