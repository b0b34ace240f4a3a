"""Quirks of single values: numbers, dates, codes, names of areas, programmes, and persons that come twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tasks.registry.accounts import StagedRelease
from tests.tasks.registry.rows import accepted_rows
from tests.tasks.registry.submissions import (
    families,
    fates,
    headings,
    persons,
    row,
    staged,
    staged_rows,
    text,
    to_load,
    xlsx,
)
from tests.warehouse.register import warehouse
from warehouse.releases import load_release

JENGGOT, KANDANG_PANJANG, SAPURO = "33.75.04.1004", "33.75.03.1003", "33.75.01.1004"
NIK = "3375044107990017"


def loaded_warnings(found: StagedRelease, folder: Path, layout: str) -> list[tuple[int, str]]:
    """Line and code of every warning after loading; those that need all rows are found there."""
    with warehouse() as connection:
        load_release(connection, to_load(found, folder, layout))
        return connection.execute("SELECT baris_sumber, kode_alasan FROM core.peringatan ORDER BY ALL").fetchall()


def test_quirk_09_household_columns_on_each_member(tmp_path: Path) -> None:
    other = {"id_rumah_tangga": "3375030005000999", "persentil": "40"}
    steady = staged_rows(tmp_path / "a", "bdt_d", {}, {"nama": "BUDI", "nik": ""}, other)
    assert persons(steady, "persentil") == [17, 17, 40]
    assert "RUMAH_TANGGA_TIDAK_TETAP" not in dict(loaded_warnings(steady, tmp_path, "bdt_d")).values()
    torn = staged_rows(tmp_path / "b", "bdt_d", {"nik": ""}, {"nik": "", "persentil": "18"}, other)
    codes = [at for at, code in loaded_warnings(torn, tmp_path, "bdt_d") if code == "RUMAH_TANGGA_TIDAK_TETAP"]
    assert codes == [2, 3]


def test_quirk_10_a_nik_as_number(tmp_path: Path) -> None:
    cut = row("dtks_a", nik="3375044107990010")
    place = headings("dtks_a").index("NIK")
    numeric = [*cut[:place], 3375044107990010, *cut[place + 1 :]]
    found = staged(tmp_path, xlsx(Data=[headings("dtks_a"), cut, numeric, row("dtks_a")]))
    assert fates(found) == {2: set(), 3: {"NIK_ILMIAH"}, 4: set()}
    assert found.niks_ending_in_zero >= 1
    papua = [*cut[:place], 9201014107990017, *cut[place + 1 :]]
    inexact = staged(tmp_path / "papua", xlsx(Data=[headings("dtks_a"), papua, row("dtks_a")]))
    assert fates(inexact) == {2: {"NIK_ILMIAH"}, 3: set()}


def test_quirk_11_scientific_notation(tmp_path: Path) -> None:
    found = staged_rows(
        tmp_path, "dtks_a", {"nik": "3,37504E+15"}, {"nik": "3.37504e+15"}, {"no_kk": "3,37504E+15"}, {}
    )
    assert fates(found) == {2: {"NIK_ILMIAH"}, 3: {"NIK_ILMIAH"}, 4: {"KK_TIDAK_SAH"}, 5: set()}


def test_quirk_12_a_leading_apostrophe(tmp_path: Path) -> None:
    found = staged_rows(tmp_path, "dtks_a", {"nik": f"'{NIK}", "no_kk": "'3375040102030405"})
    assert (persons(found, "nik"), persons(found, "no_kk")) == ([NIK], ["3375040102030405"])


def test_quirk_13_a_trailing_point_zero(tmp_path: Path) -> None:
    found = staged_rows(tmp_path, "dtks_a", {"nik": f"{NIK}.0"}, {"nik": f"{NIK}.05"}, {"nik": "33750441079900A7.0"})
    assert fates(found) == {2: set(), 3: {"NIK_PANJANG"}, 4: {"NIK_KARAKTER"}}
    assert persons(found, "nik") == [NIK]


def test_quirk_14_separators_in_a_nik(tmp_path: Path) -> None:
    written = ("33.7504.410799.0017", "3375 0441 0799 0017", "3375\u00a00441\u00a00799\u00a00017", "337504-410799-0017")
    found = staged_rows(tmp_path, "dtks_a", *({"nik": nik} for nik in written), {"nik": "35.2318.00000000000"})
    assert persons(found, "nik") == [NIK] * 4
    assert fates(found)[6] == {"NIK_PANJANG"}


def test_quirk_15_numbers_of_15_or_17_digits(tmp_path: Path) -> None:
    changes: list[dict[str, str]] = [
        {"nik": NIK[:-1]},
        {"nik": f"{NIK}0"},
        {"no_kk": "337504010203040"},
        {"no_kk": "33750401020304050"},
        {},
    ]
    expected: list[set[str]] = [{"NIK_PANJANG"}, {"NIK_PANJANG"}, {"KK_TIDAK_SAH"}, {"KK_TIDAK_SAH"}, set()]
    assert fates(staged_rows(tmp_path, "dtks_a", *changes)) == dict(enumerate(expected, start=2))


def test_quirk_16_placeholders_for_a_nik(tmp_path: Path) -> None:
    written = ("", "0", "-", "0" * 16, "9" * 16)
    found = staged_rows(tmp_path, "dtks_a", *({"nik": nik} for nik in written))
    assert fates(found) == {at: {"NIK_KOSONG"} for at in range(2, 7)}
    assert found.without_nik == 5
    assert len(set(persons(found, "kunci_warga"))) == 5


def test_quirk_17_ids_of_18_digits(tmp_path: Path) -> None:
    found = families(tmp_path, "dtks_b", [{"id_anggota": "337503000500012001"}], [{}])
    assert persons(found, "id_anggota") == ["337503000500012001"]
    assert persons(found, "id_rumah_tangga") == ["3375030005000120"]


def test_quirk_18_leading_zeros_of_a_bpjs_number(tmp_path: Path) -> None:
    assert persons(families(tmp_path, "dtks_b", [{"no_bpjs": "0001234567890"}], [{}]), "no_bpjs") == ["0001234567890"]


def test_quirk_19_rt_and_rw(tmp_path: Path) -> None:
    found = staged_rows(tmp_path, "dtks_a", *({"rt": rt, "rw": rt} for rt in ("003", "3", "3.0", "03", "-", "")))
    assert persons(found, "rt") == persons(found, "rw") == ["003"] * 4 + [None] * 2


def test_quirk_20_dates(tmp_path: Path) -> None:
    forms = ("1999-07-01", "01-07-1999", "01/07/1999", "1-7-1999", "1 Juli 1999", "01-JUL-1999", "36342", "36342.0")
    found = staged_rows(tmp_path / "a", "p3ke_f", *({"tanggal_lahir": form} for form in forms))
    assert persons(found, "tanggal_lahir") == [date(1999, 7, 1)] * len(forms)
    august = staged_rows(tmp_path / "b", "p3ke_f", {"tanggal_lahir": "17 Agustus 1999"})
    assert persons(august, "tanggal_lahir") == [date(1999, 8, 17)]
    american = staged_rows(tmp_path / "c", "p3ke_f", {"tanggal_lahir": "02/03/1999"}, {"tanggal_lahir": "07/25/1999"})
    assert persons(american, "tanggal_lahir") == [date(1999, 3, 2)]
    assert fates(american)[3] == {"TANGGAL_LAHIR_TIDAK_SAH"}


def test_quirk_21_birth_date_and_nik_differ(tmp_path: Path) -> None:
    found = staged_rows(tmp_path, "dtks_a", {"tanggal_lahir": "1999-07-02"})
    assert fates(found) == {2: {"NIK_TANGGAL_BEDA"}}
    assert (persons(found, "nik"), persons(found, "tanggal_lahir")) == ([NIK], [date(1999, 7, 2)])


def test_quirk_22_sex(tmp_path: Path) -> None:
    men = ("L", "1", "01", "1.0", "LAKI-LAKI", "Laki-laki", "laki laki")
    women = ("P", "2", "02", "PEREMPUAN", "Perempuan", "perempuan ")
    found = staged_rows(tmp_path, "dtks_a", *({"jenis_kelamin": sex, "nik": ""} for sex in (*men, *women, "PRIA", "3")))
    assert persons(found, "jenis_kelamin") == ["L"] * len(men) + ["P"] * len(women) + [None, None]
    assert found.unknown_values == {"jenis_kelamin": {"3": 1, "PRIA": 1}}


def test_quirk_23_relation_by_the_list_of_the_layout(tmp_path: Path) -> None:
    for name, written, expected in (
        (
            "dtks_a",
            ("Istri/Suami", "SUAMI", "Anak", "Kepala ART", "2"),
            ["istri/suami"] * 2 + ["anak", "kepala keluarga", None],
        ),
        ("bdt_d", ("1", "2", "3", "4", "Anak"), ["kepala keluarga", "istri/suami", "anak", "menantu", None]),
    ):
        found = staged_rows(tmp_path / name, name, *({"hubungan_keluarga": relation} for relation in written))
        assert persons(found, "hubungan_keluarga") == expected
        assert fates(found)[6] >= {"HUBUNGAN_TIDAK_DIKENAL"}


def test_quirk_24_programmes_in_many_forms(tmp_path: Path) -> None:
    for name, column, yes, no in (
        ("dtks_a", "bansos_pkh", ("Y", "Ya", "Dapat"), ("N", "TIDAK DAPAT")),
        ("p3ke_f", "bansos_pkh", ("YA", "1", "ya"), ("TIDAK", "0")),
        ("bdt_d", "bansos_pkh", ("1", "3"), ("2", "4")),
    ):
        found = staged_rows(tmp_path / name, name, *({column: said} for said in (*yes, *no, "", "ENTAH")))
        assert persons(found, column) == [True] * len(yes) + [False] * len(no) + [None, None]
        assert [at for at, codes in fates(found).items() if codes] == [len(yes) + len(no) + 3]
        assert found.unknown_values == {column: {"ENTAH": 1}}


def test_quirk_25_concatenated_programmes(tmp_path: Path) -> None:
    told = {
        " PKH+ BSP+-": (True, True, False),
        "- BSP+-": (False, True, False),
        "-- BST ": (False, False, True),
        "---": (False,) * 3,
    }
    numbers = [f"337503000500012{place}" for place in range(len(told) + 1)]
    found = families(
        tmp_path,
        "dtks_b",
        [{"id_rumah_tangga": number} for number in numbers],
        [{"id_rumah_tangga": number, "program": said} for number, said in zip(numbers, [*told, "BLT"], strict=True)],
    )
    flags = [
        tuple(person[name] for name in ("bansos_pkh", "bansos_bpnt", "bansos_bst")) for person in accepted_rows(found)
    ]
    assert flags == [*told.values(), (None,) * 3]
    assert fates(found)[6] == {"BANTUAN_TIDAK_DIKENAL"}


def test_quirk_27_codes_with_and_without_zero(tmp_path: Path) -> None:
    found = families(tmp_path, "dtsen_g", [{"hubungan_keluarga": code} for code in ("3", "03", "3.0", "003")], [{}])
    assert persons(found, "hubungan_keluarga") == ["anak", "anak", "anak", None]
    assert fates(found)[5] == {"HUBUNGAN_TIDAK_DIKENAL"}


def test_quirk_28_deciles_and_percentiles(tmp_path: Path) -> None:
    told: dict[str, tuple[int | None, str | None]] = {
        "3": (3, None),
        "Desil 3": (3, None),
        "03": (3, None),
        "10": (10, None),
        "0": (None, None),
        "": (None, None),
    }
    told |= {"DESIL_6_10": (None, "6-10"), "DESIL_BELUM_DITENTUKAN": (None, None), "11": (None, None)}
    cards = [f"337504010203040{place}" for place in range(len(told))]
    found = families(
        tmp_path / "g",
        "dtsen_g",
        [{"no_kk": card} for card in cards],
        [{"no_kk": card, "desil": said} for card, said in zip(cards, told, strict=True)],
    )
    assert [(person["desil"], person["kelompok_desil"]) for person in accepted_rows(found)] == list(told.values())
    assert {at: codes for at, codes in fates(found).items() if codes} == {10: {"DESIL_TIDAK_DIKENAL"}}
    ranks = staged_rows(tmp_path / "d", "bdt_d", *({"persentil": said} for said in ("1", "100", "", "0", "101")))
    assert persons(ranks, "persentil") == [1, 100, None, None, None]
    assert [at for at, codes in fates(ranks).items() if codes == {"PERSENTIL_TIDAK_DIKENAL"}] == [5, 6]


def test_quirk_29_null_tokens(tmp_path: Path) -> None:
    found = staged_rows(
        tmp_path, "dtks_a", *({"alamat": said, "pekerjaan": said} for said in ("-", "NULL", "#N/A", "", " - "))
    )
    assert persons(found, "alamat") == persons(found, "pekerjaan") == [None] * 5


def test_quirk_30_line_breaks_and_blanks_in_cells(tmp_path: Path) -> None:
    rows = [
        headings("dtks_a"),
        row("dtks_a", nama='"SITI\nSINTETIS"', pekerjaan='"BELUM/TIDAK \nBEKERJA"'),
        row("dtks_a", nama="SITI\u00a0 SINTETIS "),
    ]
    found = staged(tmp_path / "a", text(rows))
    assert fates(found) == {2: set(), 5: set()}
    assert persons(found, "nama") == ["SITI SINTETIS"] * 2
    assert persons(found, "pekerjaan") == ["BELUM/TIDAK BEKERJA", "BURUH"]
    book = staged(tmp_path / "b", xlsx(Data=[[cell.strip('"') for cell in cells] for cells in rows]))
    assert persons(book, "nama") == ["SITI SINTETIS"] * 2


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("JENGGOT", JENGGOT),
        ("Kel. Jenggot", JENGGOT),
        ("KD. PANJANG", KANDANG_PANJANG),
        ("KANDANGPANJANG", KANDANG_PANJANG),
    ],
)
def test_quirk_35_areas_by_name(written: str, found: str, tmp_path: Path) -> None:
    today = staged_rows(tmp_path / "a", "dtks_a", {"kelurahan": written, "kecamatan": ""}, {"kelurahan": "LANDUNGSARI"})
    assert persons(today, "kode_kemendagri") == [found]
    assert fates(today)[3] == {"KELURAHAN_TIDAK_DIKENAL"}
    before = {"kelurahan": "SAPURO", "kecamatan": "", "kode_kelurahan": "999"}
    assert persons(staged_rows(tmp_path / "b", "bdt_d", before), "kode_kemendagri") == [SAPURO]


def test_quirk_36_codes_that_swap_utara_and_selatan(tmp_path: Path) -> None:
    south = staged_rows(tmp_path / "bps", "dtks_c", {"kode_kelurahan": "3375030005"})
    assert (persons(south, "kode_kemendagri"), fates(south)) == ([JENGGOT], {2: set()})
    north = {"kode_kelurahan": "33.75.03.1003", "kelurahan": "KANDANG PANJANG", "kecamatan": "PEKALONGAN UTARA"}
    kemendagri = staged_rows(tmp_path / "kemendagri", "p3ke_f", north)
    assert (persons(kemendagri, "kode_kemendagri"), fates(kemendagri)) == ([KANDANG_PANJANG], {2: set()})
    swapped = staged_rows(tmp_path / "tertukar", "p3ke_f", north | {"kelurahan": "JENGGOT", "kecamatan": ""})
    assert (persons(swapped, "kode_kemendagri"), fates(swapped)) == ([KANDANG_PANJANG], {2: {"KELURAHAN_BEDA"}})


def test_quirk_37_members_without_a_family(tmp_path: Path) -> None:
    orphan = {"no_kk": "3375040102039999", "nama": "BUDI"}
    nowhere = orphan | {"kode_kelurahan_ktp": ""}
    found = families(tmp_path, "dtsen_g", [{}, orphan, nowhere], [{}])
    assert fates(found) == {2: set(), 3: {"KELUARGA_TIDAK_ADA"}, 4: {"KELURAHAN_TIDAK_DIKENAL"}}
    assert persons(found, "desil") == [3, None]
    assert persons(found, "kode_kemendagri") == [JENGGOT, JENGGOT]


def test_quirk_38_one_nik_twice(tmp_path: Path) -> None:
    twin = {"nama": "LAIN", "kelurahan": "KANDANG PANJANG", "kecamatan": ""}
    found = staged_rows(tmp_path, "dtks_a", {}, twin, {"nik": "3375044107990018"})
    assert found.accounting.accepted == 3
    assert loaded_warnings(found, tmp_path, "dtks_a") == [(2, "NIK_GANDA"), (3, "NIK_GANDA")]
