"""Rules that no row of layout A can break, each broken alone: of other layouts, of broken bytes, of households."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from tasks.registry.rules import household_rules
from tests.tasks.registry.submissions import families, fates, row, staged, staged_rows, table, text
from tests.tasks.registry.test_rules import OF_OTHER_LAYOUTS

Changes = Mapping[str, str]
BROKEN: Mapping[str, tuple[str, tuple[Changes, ...]]] = {
    "KELURAHAN_BEDA": ("dtks_c", ({"kelurahan": "BUARAN KRADENAN"}, {"kode_kelurahan": "3375030013"})),
    "KELURAHAN_TIDAK_DISEBUT": ("minimal", ({}, {"nama": "BUDI"})),
    "PERSENTIL_TIDAK_DIKENAL": ("bdt_d", ({"persentil": "0"}, {"persentil": "101"}, {"persentil": "A"})),
    "UMUR_TIDAK_DIKENAL": ("bdt_d", ({"umur_tahun": "121"}, {"umur_tahun": "-1"}, {"umur_tahun": "DUA"})),
    "KEBERADAAN_TIDAK_DIKENAL": ("dtks_c", ({"keberadaan": "6"}, {"keberadaan": "ADA"})),
    "TIDAK_BERADA": ("dtks_c", ({"keberadaan": "2"}, {"keberadaan": "3"}, {"keberadaan": "04"})),
    "DESIL_TIDAK_DIKENAL": ("p3ke_f", ({"desil": "11"}, {"desil": "D"}, {"desil": "DESIL_6_11"})),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_rule_of_another_layout_is_broken_alone(code: str, tmp_path: Path) -> None:
    name, changes = BROKEN[code]
    found = fates(staged_rows(tmp_path, name, *changes))
    assert found == {at: {code} for at in range(2, 2 + len(changes))}


@pytest.mark.parametrize("name", ["dtks_a", "dtks_a17", "dtks_c", "bdt_d", "p3ke_f"])
def test_good_rows_of_a_layout_break_nothing(name: str, tmp_path: Path) -> None:
    assert fates(staged_rows(tmp_path, name, {})) == {2: set()}


@pytest.mark.parametrize("name", ["dtks_b", "dtsen_g"])
def test_good_families_break_nothing(name: str, tmp_path: Path) -> None:
    assert fates(families(tmp_path, name, [{}], [{}])) == {2: set()}


def test_a_person_without_a_household_is_marked(tmp_path: Path) -> None:
    orphan = {"id_rumah_tangga": "3375030005000999"}
    assert fates(families(tmp_path, "dtks_b", [{}, orphan], [{}])) == {2: set(), 3: {"KELUARGA_TIDAK_ADA"}}


def test_broken_letters_mark_their_row_only(tmp_path: Path) -> None:
    rows = text(table("dtks_a", {"nama": "RIZK\u00c9"}, {"nama": "SITI X"})).replace(b"SITI X", b"SITI \xe9")
    assert fates(staged(tmp_path, rows)) == {2: set(), 3: {"HURUF_RUSAK"}}


def test_every_such_rule_is_broken_here() -> None:
    here = {*BROKEN, "KELUARGA_TIDAK_ADA", "HURUF_RUSAK"}
    assert here | {"DIKOREKSI"} == set(OF_OTHER_LAYOUTS), "DIKOREKSI: tests/tasks/registry/test_corrections.py"


def test_household_rules_are_broken_alone(tmp_path: Path) -> None:
    rows = [
        *table(
            "dtsen_g",
            {},
            {"no_kk": ""},
            {"no_kk": "3,37504E+15"},
            {},
            {"no_kk": "'3375040102030406.0"},
            part="keluarga",
        ),
        row("dtsen_g", "keluarga")[:-1],
        row("dtsen_g", "keluarga"),
    ]
    members = table("dtsen_g", {}, {"no_kk": "3375040102030406"})
    found = staged(tmp_path, text(members), text(rows), source="DTSEN")
    [_, households] = found.tables
    assert households.rejected_by == {"KELUARGA_JUMLAH_KOLOM": 1, "KELUARGA_TANPA_NOMOR": 2, "KELUARGA_GANDA": 2}
    assert list(households.rejected_by) == [rule.code for rule in household_rules()]
    rejected = pl.read_parquet(found.rejected).sort("baris_sumber").select("bagian", "baris_sumber", "penolakan").rows()
    assert rejected == [("keluarga", at, bit) for at, bit in ((3, 2), (4, 2), (5, 4), (7, 1), (8, 4))]
    assert fates(found).keys() >= {2, 3}
    assert found.accounting.accepted == 2


def test_values_that_no_list_has_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    relations = ["KEPONAKAN"] * 3 + ["SEPUPU"] * 2 + ["IPAR"]
    found = staged_rows(tmp_path / "a", "dtks_a", *({"hubungan_keluarga": one} for one in relations), {"padan": "?"})
    assert found.unknown_values == {"hubungan_keluarga": {"KEPONAKAN": 3, "SEPUPU": 2, "IPAR": 1}, "padan": {"?": 1}}
    assert list(found.unknown_values["hubungan_keluarga"]) == ["KEPONAKAN", "SEPUPU", "IPAR"]
    desil = families(tmp_path / "g", "dtsen_g", [{}], [{"desil": "XI"}])
    assert desil.unknown_values == {"desil": {"XI": 1}}
