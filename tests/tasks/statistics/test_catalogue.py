from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.reference import read_text_table
from tasks.statistics.catalogue import Catalogue, level_of, load_catalogue
from tasks.statistics.models import normal_text
from warehouse.tables.statistics import (
    BATAS_INDIKATOR,
    INDIKATOR,
    NILAI_INDIKATOR,
    SUMBER_INDIKATOR,
    WILAYAH_STATISTIK,
)

from .conftest import REFERENCE


def test_rows_are_those_of_the_table(catalogue: Catalogue) -> None:
    rows = catalogue.indicator_rows()
    assert all(sorted(row) == sorted(INDIKATOR.column_names) for row in rows)
    assert {row["indikator"] for row in rows} == {
        "kemiskinan_p0",
        "kemiskinan_p1",
        "kemiskinan_p2",
        "garis_kemiskinan",
        "penduduk_miskin",
        "gini",
        "tpt",
        "tpak",
        "pertumbuhan_ekonomi",
        "ipm",
        "penduduk",
    }
    assert {row["indikator"]: row["tahun_putus_metode"] for row in rows}["ipm"] == 2010


def test_every_indicator_has_plausible_limits_within_the_possible_for_every_level(catalogue: Catalogue) -> None:
    rows = catalogue.limit_rows()
    assert all(list(row) == BATAS_INDIKATOR.column_names for row in rows)
    assert len(rows) == 3 * len(catalogue.indikator)
    for entry in catalogue.indikator:
        for limits in entry.batas:
            assert entry.is_possible(Decimal(str(limits.nilai_minimum)))
            assert entry.is_possible(Decimal(str(limits.nilai_maksimum)))


def test_source_rows_are_those_of_the_table(catalogue: Catalogue) -> None:
    rows = catalogue.source_rows()
    assert all(list(row) == SUMBER_INDIKATOR.column_names for row in rows)
    assert {"sumber": "Databoks", "jenis_sumber": "publikasi", "peringkat": 3} in rows


def test_areas_have_names_and_no_code_twice() -> None:
    names = read_text_table(REFERENCE / "indicators" / "wilayah.csv")
    assert names.columns == WILAYAH_STATISTIK.column_names
    assert names.height == names["kode_wilayah"].n_unique() == 1 + 1 + 35
    assert dict(names.iter_rows())["3375"] == "Kota Pekalongan"
    assert {level_of(code) for code in names["kode_wilayah"]} == {"nasional", "provinsi", "kabupaten_kota"}


def test_every_indicator_says_for_every_level_where_it_is_or_that_nobody_knows(catalogue: Catalogue) -> None:
    for entry in catalogue.indikator:
        domains = {table.domain for table in entry.bps} | {unknown.domain for unknown in entry.belum_diketahui}
        levels = {level for table in entry.bps for level in table.tingkat}
        assert "0000" in domains, entry.indikator
        assert len(levels) == 3 or entry.belum_diketahui, entry.indikator


def test_a_table_serves_the_areas_of_its_levels_within_its_domain(catalogue: Catalogue) -> None:
    tables = {table.variabel: table for _, table in catalogue.tables()}
    assert [tables[621].serves(code) for code in ("3375", "3209", "3300", "0000")] == [True, True, False, False]
    assert [tables[1862].serves(code) for code in ("3375", "3209", "3300")] == [True, False, False]
    assert [tables[543].serves(code) for code in ("3375", "3300", "0000")] == [False, True, True]


def test_survey_figures_say_that_they_are_estimates(catalogue: Catalogue) -> None:
    surveys = [entry for entry in catalogue.indikator if entry.bulan_acuan is not None]
    assert {entry.indikator: entry.bulan_acuan for entry in surveys if entry.bulan_acuan == 8} == {"tpt": 8, "tpak": 8}
    assert len(surveys) == 8
    assert all("estimasi survei" in entry.uraian for entry in surveys)


def test_expected_words_and_units_are_in_comparable_form(catalogue: Catalogue) -> None:
    for _, table in catalogue.tables():
        expected = [*table.kata_label, *table.kata_baris, *table.satuan, *table.turunan, *table.periode]
        assert expected == [normal_text(text) for text in expected]


def test_sources_are_ranked_and_of_a_known_kind(catalogue: Catalogue) -> None:
    assert {source.jenis_sumber for source in catalogue.sumber} == set(NILAI_INDIKATOR.column("jenis_sumber").allowed)
    assert [source.sumber for source in catalogue.sumber if source.peringkat == 1] == [catalogue.webapi.sumber]


POVERTY, WORK = "indicators/kemiskinan.toml", "indicators/tenaga_kerja.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (POVERTY, "[[indikator]]", "[[indikator", "tidak dapat dibaca"),
        (WORK, 'indikator = "tpt"', 'indikator = "ipm"', "indikator ganda"),
        (POVERTY, "nilai_maksimum = 30", "nilai_maksimum = -1", "nilai_minimum harus"),
        (POVERTY, 'tingkat = "nasional"', 'tingkat = "provinsi"', "tepat satu untuk nasional"),
        (POVERTY, 'tingkat = ["kabupaten_kota"]', 'tingkat = ["nasional"]', "dari satu tabel"),
        (POVERTY, "variabel = 621", "nomor = 621", "bps"),
        (WORK, "lompatan_nilai = 3", "", "isi salah satu"),
        (WORK, "lompatan_nilai = 3", "lompatan_nilai = 3\nlompatan_persen = 3", "isi salah satu"),
        ("sumber.toml", "peringkat = 1", "peringkat = 0", "peringkat"),
        ("sumber.toml", '"webapi_bps"', '"publikasi"', "tepat satu"),
    ],
)
def test_a_broken_catalogue_is_named(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    shutil.copytree(REFERENCE / "indicators", tmp_path / "indicators")
    shutil.copy(REFERENCE / "sumber.toml", tmp_path)
    broken = tmp_path / file
    text = broken.read_text()
    assert old in text
    broken.write_text(text.replace(old, new, 1))
    with pytest.raises(InputRejectedError, match=words) as caught:
        load_catalogue(tmp_path)
    about_both = words in ("indikator ganda", "tepat satu")
    assert (file in caught.value.where) or (about_both and "sumber.toml" in caught.value.where)


def test_a_catalogue_without_indicators_is_refused(tmp_path: Path) -> None:
    shutil.copy(REFERENCE / "sumber.toml", tmp_path)
    with pytest.raises(InputRejectedError, match="indikator"):
        load_catalogue(tmp_path)
