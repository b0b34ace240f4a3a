from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.statistics.catalogue import Catalogue, load_catalogue
from tasks.statistics.models import normal_text
from warehouse.tables.statistics import INDIKATOR, NILAI_INDIKATOR, SUMBER_INDIKATOR

from .conftest import REFERENCE


def test_rows_are_those_of_the_table(catalogue: Catalogue) -> None:
    rows = catalogue.indicator_rows()
    assert all(list(row) == INDIKATOR.column_names for row in rows)
    assert {row["indikator"] for row in rows} == {
        "kemiskinan_p0",
        "kemiskinan_p1",
        "kemiskinan_p2",
        "garis_kemiskinan",
        "penduduk_miskin",
        "tpt",
        "pertumbuhan_ekonomi",
        "ipm",
        "penduduk",
    }


def test_source_rows_are_those_of_the_table(catalogue: Catalogue) -> None:
    rows = catalogue.source_rows()
    assert all(list(row) == SUMBER_INDIKATOR.column_names for row in rows)
    assert {"sumber": "Databoks", "jenis_sumber": "publikasi", "peringkat": 3} in rows


def test_survey_figures_say_that_they_are_estimates(catalogue: Catalogue) -> None:
    surveys = [entry for entry in catalogue.indikator if entry.bulan_acuan is not None]
    assert len(surveys) == 6
    assert all("estimasi survei" in entry.uraian for entry in surveys)


def test_expected_words_and_units_are_in_comparable_form(catalogue: Catalogue) -> None:
    for entry in catalogue.indikator:
        if entry.bps:
            expected = [
                *entry.bps.kata_label,
                *entry.bps.kata_baris,
                *entry.bps.satuan,
                *entry.bps.turunan,
                *entry.bps.periode,
            ]
            assert expected == [normal_text(text) for text in expected]


def test_sources_are_ranked_and_of_a_known_kind(catalogue: Catalogue) -> None:
    assert {source.jenis_sumber for source in catalogue.sumber} == set(NILAI_INDIKATOR.column("jenis_sumber").allowed)
    assert [source.sumber for source in catalogue.sumber if source.peringkat == 1] == [catalogue.webapi.sumber]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("indicators.toml", "[[indikator]]", "[[indikator", "tidak dapat dibaca"),
        ("indicators.toml", 'indikator = "tpt"', 'indikator = "ipm"', "indikator ganda"),
        ("indicators.toml", "nilai_maksimum = 60", "nilai_maksimum = -1", "nilai_minimum harus"),
        ("indicators.toml", "variabel = 621", "nomor = 621", "bps"),
        ("sumber.toml", "peringkat = 1", "peringkat = 0", "peringkat"),
        ("sumber.toml", '"webapi_bps"', '"publikasi"', "tepat satu"),
    ],
)
def test_a_broken_catalogue_is_named(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    for name in ("indicators.toml", "sumber.toml"):
        shutil.copy(REFERENCE / name, tmp_path)
    broken = tmp_path / file
    text = broken.read_text()
    assert old in text
    broken.write_text(text.replace(old, new, 1))
    with pytest.raises(InputRejectedError, match=words) as caught:
        load_catalogue(tmp_path)
    assert file in caught.value.where
