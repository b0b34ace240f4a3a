"""Every way to write a kelurahan finds it, and only it; the two code systems are never mixed up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks.areas import codes_of, match_key, names_in_use
from tasks.reference import Areas, read_areas, read_assignments, read_text_table
from tasks.registry.layouts import AreaRule
from tasks.registry.places import Places, with_kelurahan
from tests.tasks.registry.rows import AREAS, cleaned, line

NOW = date(2022, 4, 1)
BEFORE_2015 = date(2014, 10, 1)
CODE_OF = dict(AREAS.areas.select("kelurahan", "kode_kemendagri").iter_rows())
KECAMATAN_OF = dict(AREAS.areas.select("kelurahan", "kecamatan").iter_rows())


def found(folder: Path, *changes: dict[str, str], period: date = NOW) -> list[str | None]:
    """Codes of the kelurahan of rows that say this."""
    return [row["kode_kemendagri"] for row in cleaned(folder, [line(**change) for change in changes], period=period)]


def key(text: str) -> Any:
    return pl.select(match_key(pl.lit(text))).item()


WRITINGS = (
    str,
    str.upper,
    str.lower,
    lambda name: f"  {name} ",
    lambda name: f"Kelurahan {name}",
    lambda name: f"KEL. {name.upper()}",
    lambda name: f"Kel.{name}",
    lambda name: f"Kel {name}",
    lambda name: f"DESA {name}",
    lambda name: name.replace(" ", ""),
    lambda name: name.replace(" ", "  "),
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name.replace(" ", " – "),
    lambda name: name.replace(" ", "-"),
)


@pytest.mark.parametrize("number", range(len(WRITINGS)))
def test_every_official_name_is_found_in_every_writing(number: int, tmp_path: Path) -> None:
    names = list(CODE_OF)
    assert len(names) == 27
    assert found(tmp_path, *({"kelurahan": WRITINGS[number](name)} for name in names)) == list(CODE_OF.values())


def test_every_alias_is_found(tmp_path: Path) -> None:
    aliases = AREAS.aliases.select("alias", "kelurahan").rows()
    rows = [{"kelurahan": write(alias)} for alias, _ in aliases for write in (str, str.upper)]
    assert found(tmp_path, *rows) == [CODE_OF[kelurahan] for _, kelurahan in aliases for _ in range(2)]


def test_the_names_of_the_decree(tmp_path: Path) -> None:
    assert found(tmp_path, {"kelurahan": "Duwet"}, {"kelurahan": "Buaran"}) == ["33.75.04.1010", "33.75.04.1003"]


@pytest.mark.parametrize(
    ("city", "name", "code"),
    [
        ("KOTA PEKALONGAN", "BUARAN", "33.75.04.1003"),
        ("PEKALONGAN", "BUARAN", "33.75.04.1003"),
        ("", "BUARAN", "33.75.04.1003"),
        ("KABUPATEN PEKALONGAN", "BUARAN", None),
        ("KAB. PEKALONGAN", "BUARAN", None),
        ("Kab Pekalongan", "Buaran", None),
        ("KABUPATEN PEKALONGAN", "DUWET", None),
        ("KABUPATEN PEKALONGAN", "BUARAN KRADENAN", "33.75.04.1003"),
        ("KAB PEKALONGAN", "MEDONO", "33.75.01.1002"),
        ("KOTA SEMARANG", "MEDONO", None),
        ("KABUPATEN BATANG", "MEDONO", None),
    ],
)
def test_other_names_count_only_inside_the_city(city: str, name: str, code: str | None, tmp_path: Path) -> None:
    assert found(tmp_path, {"kabupaten_kota": city, "kelurahan": name}) == [code]


def test_former_names_count_only_before_the_merger(tmp_path: Path) -> None:
    former = AREAS.former.select("kelurahan_lama", "kelurahan").rows()
    still_known = {key(name) for name in (*CODE_OF, *AREAS.aliases["alias"])}
    rows = [{"kelurahan": old} for old, _ in former]
    assert len(rows) == 35
    assert found(tmp_path, *rows, period=BEFORE_2015) == [CODE_OF[new] for _, new in former]
    assert found(tmp_path, *rows, period=date(2014, 12, 31)) == [CODE_OF[new] for _, new in former]
    after = found(tmp_path, *rows, period=date(2015, 1, 1))
    assert after == [CODE_OF[new] if key(old) in still_known else None for old, new in former]
    assert after.count(None) == 31


def test_a_name_has_one_meaning() -> None:
    for period in (NOW, BEFORE_2015):
        names = names_in_use(AREAS.areas, AREAS.aliases, AREAS.former, period)
        assert names["kunci_kelurahan"].is_unique().all()
        assert names.null_count().sum_horizontal().item() == 0
        official = names.filter("nama_resmi")
        assert dict(official.select("kunci_kelurahan", "kode_kemendagri").iter_rows()) == {
            key(name): code for name, code in CODE_OF.items()
        }


def test_other_names_of_another_city_are_left_out() -> None:
    medono = AREAS.areas.filter(pl.col("kelurahan") == "Medono")
    assert names_in_use(medono, AREAS.aliases, AREAS.former, BEFORE_2015)["kunci_kelurahan"].to_list() == ["MEDONO"]


@pytest.mark.parametrize("text", ["KELAPA", "Desantara", "KELURAHAN"])
def test_a_name_that_begins_like_kelurahan_keeps_its_letters(text: str) -> None:
    assert key(text) == text.upper()


def test_utara_and_selatan_swap_between_the_code_systems() -> None:
    """Kemendagri 33.75.03 is Utara and .04 Selatan; BPS 3375030 is Selatan and 3375040 Utara."""
    pairs = set(AREAS.areas.select("kecamatan", "kode_kemendagri_kecamatan", "kode_bps_kecamatan").unique().iter_rows())
    assert pairs == {
        ("Pekalongan Barat", "33.75.01", "3375010"),
        ("Pekalongan Timur", "33.75.02", "3375020"),
        ("Pekalongan Utara", "33.75.03", "3375040"),
        ("Pekalongan Selatan", "33.75.04", "3375030"),
    }


@pytest.mark.parametrize(
    ("system", "code", "kelurahan", "kecamatan"),
    [
        ("bps", "3375030005", "Jenggot", "PEKALONGANSELATAN"),
        ("bps", "3375040011", "Krapyak", "PEKALONGANUTARA"),
        ("kemendagri", "3375041004", "Jenggot", "PEKALONGANSELATAN"),
        ("kemendagri", "3375031002", "Krapyak", "PEKALONGANUTARA"),
    ],
)
def test_a_code_means_what_its_own_system_says(system: Any, code: str, kelurahan: str, kecamatan: str) -> None:
    codes = codes_of(AREAS.areas, system)
    assert codes["kunci_kelurahan"].is_unique().all()
    assert len(codes) == 27
    [row] = codes.filter(pl.col("kunci_kelurahan") == code).to_dicts()
    assert row == {
        "kunci_kelurahan": code,
        "kode_kemendagri": CODE_OF[kelurahan],
        "kunci_kecamatan": kecamatan,
        "nama_kecamatan": kecamatan.replace("PEKALONGAN", "PEKALONGAN "),
        "nama_resmi": True,
    }


def test_no_code_of_one_system_is_a_code_of_the_other() -> None:
    bps, kemendagri = (set(codes_of(AREAS.areas, system)["kunci_kelurahan"]) for system in ("bps", "kemendagri"))
    assert not bps & kemendagri


def test_each_code_begins_with_its_kecamatan() -> None:
    for row in AREAS.areas.iter_rows(named=True):
        assert row["kode_kemendagri"].startswith(row["kode_kemendagri_kecamatan"] + ".")
        assert row["kode_bps"].startswith(row["kode_bps_kecamatan"])


@pytest.mark.parametrize(
    ("kecamatan", "differs"),
    [
        ("PEKALONGAN SELATAN", False),
        ("Pekalongan Sel.", False),
        ("pekalongan selatan ", False),
        ("", False),
        ("PEKALONGAN UTARA", True),
        ("PEKALONGAN SELATANX", True),
        ("BUARAN", True),
    ],
)
def test_the_kelurahan_decides_and_another_kecamatan_is_marked(kecamatan: str, differs: bool, tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(kelurahan="JENGGOT", kecamatan=kecamatan)])
    assert row["kode_kemendagri"] == "33.75.04.1004"
    assert ("KECAMATAN_BEDA" in row["ingat"]) is differs


def test_reading_the_areas_keeps_to_one_city() -> None:
    assert read_areas("3326", "Kabupaten Pekalongan").areas.is_empty()
    assert set(AREAS.areas["kabupaten_kota"]) == {"Kota Pekalongan"}


def test_empty_cells_of_a_reference_table_are_null(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n007,\n")
    assert read_text_table(tmp_path / "t.csv").rows() == [("007", None)]


def test_six_pairs_of_agency_and_kelurahan_are_known() -> None:
    pairs = dict(read_assignments(AREAS.areas).select("opd_singkat", "kode_kemendagri").iter_rows())
    assert len(pairs) == 6
    assert pairs["DLH"] == CODE_OF["Jenggot"]
    assert CODE_OF["Sokoduwet"] in pairs.values()


def shared(*changes: dict[str, str | None], city: str = "Kabupaten Contoh") -> list[Any]:
    """Codes of the desa of rows in a kabupaten in which two kecamatan have a desa Sukamaju each."""
    areas = pl.DataFrame(
        [
            ("33.49.01.2001", "3349020001", "Lembah Barat", "Sukamaju"),
            ("33.49.02.2001", "3349010001", "Lembah Timur", "Sukamaju"),
            ("33.49.02.2002", "3349010002", "Lembah Timur", "Karang"),
            ("33.49.02.1003", "3349010003", "Lembah Timur", "Pasar"),
        ],
        schema=["kode_kemendagri", "kode_bps", "kecamatan", "kelurahan"],
        orient="row",
    )
    aliases = pl.DataFrame({"alias": ["Karang Maju", "Pasar"], "kode_kemendagri": ["33.49.02.2002", "33.49.01.2001"]})
    former = pl.DataFrame(
        schema={"kelurahan_lama": pl.String, "kode_kemendagri": pl.String, "berlaku_sampai": pl.String}
    )
    places = Places(Areas(areas, aliases, former), city)
    frame = pl.DataFrame(changes).select(pl.all().name.prefix("asal_")).lazy()
    rule = AreaRule(system="nama")
    return (
        with_kelurahan(frame, rule, places, period=NOW, columns=set(changes[0]))
        .collect(engine="streaming")["kode_kemendagri"]
        .to_list()
    )


@pytest.mark.parametrize(
    ("kecamatan", "kelurahan", "code"),
    [
        ("LEMBAH BARAT", "SUKAMAJU", "33.49.01.2001"),
        ("Kec. Lembah Timur", "Desa Sukamaju", "33.49.02.2001"),
        ("LEMBAH TIM.", "Suka Maju", "33.49.02.2001"),
        ("LEMBAH", "SUKAMAJU", None),
        ("", "SUKAMAJU", None),
        (None, "SUKAMAJU", None),
        ("LEMBAH UTARA", "SUKAMAJU", None),
        ("LEMBAH BARAT", "KARANG", "33.49.02.2002"),
        (None, "Karang Maju", "33.49.02.2002"),
        ("LEMBAH TIMUR", "PASAR", "33.49.02.1003"),
        ("LEMBAH BARAT", "PASAR", "33.49.01.2001"),
        ("", "PASAR", None),
    ],
)
def test_a_name_that_several_have_counts_only_with_its_kecamatan(
    kecamatan: str | None, kelurahan: str, code: str | None
) -> None:
    assert shared({"kecamatan": kecamatan, "kelurahan": kelurahan}) == [code]


def test_without_a_column_of_the_kecamatan_a_shared_name_finds_nothing() -> None:
    assert shared({"kelurahan": "SUKAMAJU"}, {"kelurahan": "KARANG"}) == [None, "33.49.02.2002"]


@pytest.mark.parametrize(
    ("city", "said", "is_ours"),
    [
        ("Kabupaten Contoh", "KABUPATEN CONTOH", True),
        ("Kabupaten Contoh", "KAB. CONTOH", True),
        ("Kabupaten Contoh", "CONTOH", True),
        ("Kabupaten Contoh", "KOTA CONTOH", False),
        ("Kabupaten Contoh", "KABUPATEN LAIN", False),
        ("Kota Contoh", "KAB. CONTOH", True),
        ("Kabupaten Kotabaru", "KOTABARU", True),
    ],
)
def test_the_kota_of_a_kabupatens_name_is_another_one(city: str, said: str, is_ours: bool) -> None:
    found = shared({"kabupaten_kota": said, "kelurahan": "KARANG"}, city=city)
    assert found == ["33.49.02.2002" if is_ours else None]


def test_rows_about_a_shared_name_are_left_out_unless_they_say_the_kecamatan(tmp_path: Path) -> None:
    (tmp_path / "wilayah.csv").write_text(
        "kode_kemendagri,kode_bps,kecamatan,kode_kemendagri_kecamatan,kode_bps_kecamatan,kelurahan\n"
        "33.49.01.2001,3349020001,Barat,33.49.01,3349020,Sukamaju\n"
        "33.49.02.2001,3349010001,Timur,33.49.02,3349010,Sukamaju\n"
    )
    (tmp_path / "kelurahan_alias.csv").write_text("alias,kelurahan,kecamatan\nMaju,Sukamaju,Timur\nSuka,Sukamaju,\n")
    (tmp_path / "kelurahan_lama.csv").write_text("kelurahan_lama,kelurahan,berlaku_sampai\n")
    aliases = read_areas("3349", "Kabupaten Contoh", tmp_path).aliases
    assert aliases.select("alias", "kode_kemendagri").rows() == [("Maju", "33.49.02.2001")]
