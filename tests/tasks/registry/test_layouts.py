"""Headers of files against layouts: all mapped, or an error that names what the file and what the layout has."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputRejectedError, UsageError
from tasks.registry.layouts import Layout, layout_named, load_layouts, match_header
from tests.tasks.registry.rows import LAYOUT

EXACT = list(LAYOUT.columns)
MINISTRY = (
    "ID DTKS|PROVINSI|KABUPATEN/KOTA|KECAMATAN|DESA/KELUARAHAN|ALAMAT|DUSUN|RT|RW|NOKK|NIK|NAMA|TANGGAL LAHIR|"
    "TEMPAT LAHIR|JENIS KELAMIN|PEKERJAAN|NAMA IBU KANDUNG|HUB KELUARGA|KETERANGAN PADAN|BANSOS BPNT|BANSOS PKH|"
    "BANSOS BPNT-PPKM|PBI JKN"
)


def other_layout(name: str, columns: dict[str, str]) -> Layout:
    return Layout.model_validate(LAYOUT.model_dump() | {"name": name, "title": name, "columns": columns, "aliases": {}})


def refusal(headers: list[str], layouts: tuple[Layout, ...] = (LAYOUT,)) -> InputRejectedError:
    with pytest.raises(InputRejectedError) as refused:
        match_header(headers, layouts, where="f.csv, baris 1")
    assert refused.value.where == "f.csv, baris 1"
    return refused.value


def test_the_header_of_the_ministry_fits() -> None:
    matched = match_header(MINISTRY.split("|"), load_layouts(), where="f.csv")
    assert matched.layout.name == "dtks_a"
    assert matched.headers == tuple(MINISTRY.split("|"))
    assert matched.targets == tuple(LAYOUT.columns.values())


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_order_case_and_punctuation_do_not_matter(data: st.DataObject) -> None:
    headers = data.draw(st.permutations(EXACT))
    written = [
        data.draw(st.sampled_from([header, header.lower(), f" {header}.", header.replace(" ", "_")]))
        for header in headers
    ]
    matched = match_header(written, (LAYOUT,), where="")
    assert matched.targets == tuple(LAYOUT.columns[header] for header in headers)


@pytest.mark.parametrize(
    ("target", "spelling"),
    [(target, spelling) for target, spellings in LAYOUT.aliases.items() for spelling in spellings],
)
def test_every_alias_of_a_header_is_its_column(target: str, spelling: str) -> None:
    headers = [spelling if LAYOUT.columns[header] == target else header for header in EXACT]
    assert match_header(headers, (LAYOUT,), where="").targets == tuple(LAYOUT.columns.values())


@pytest.mark.parametrize("missing", EXACT)
def test_a_missing_column_is_named(missing: str) -> None:
    error = refusal([header for header in EXACT if header != missing])
    assert f"Kolom yang tidak ada: {missing}." in error.what
    assert "tidak dikenal" not in error.what
    assert LAYOUT.title in error.what


def test_an_unknown_column_is_named() -> None:
    error = refusal([*EXACT, "DESIL"])
    assert "Kolom yang tidak dikenal: DESIL." in error.what
    assert "tidak ada" not in error.what


def test_a_renamed_column_names_both_sides() -> None:
    error = refusal(["NOMOR INDUK" if header == "NIK" else header for header in EXACT])
    assert "Kolom yang tidak ada: NIK." in error.what
    assert "Kolom yang tidak dikenal: NOMOR INDUK." in error.what
    assert "alias" in error.next_step
    assert "dtks_a.toml" in error.next_step


def test_a_heading_without_text_is_shown_as_empty() -> None:
    assert "Kolom yang tidak dikenal: (kosong)." in refusal([*EXACT, ""]).what


@pytest.mark.parametrize("second", ["NIK", "NO KTP"])
def test_a_column_that_comes_twice_is_named(second: str) -> None:
    assert "Kolom yang muncul dua kali: nik." in refusal([*EXACT, second]).what


def test_a_file_with_no_known_heading_is_not_compared_in_detail() -> None:
    error = refusal(["a", "b"])
    assert "Tidak ada kepala kolom yang dikenal" in error.what
    assert "ID DTKS" not in error.what


def test_two_layouts_that_fit_are_both_named() -> None:
    error = refusal(["NIK", "NAMA"], (other_layout("x1", {"NIK": "nik", "NAMA": "nama"}),) * 2)
    assert "x1, x1" in error.what
    assert "--layout" in error.next_step


def test_the_nearest_layout_is_the_one_compared() -> None:
    small = other_layout("kecil", {"NIK": "nik", "NAMA": "nama"})
    assert "tidak cocok dengan kecil" in refusal(["NIK", "NAMA", "X"], (small, LAYOUT)).what
    assert "tidak cocok dengan DTKS layout A" in refusal(EXACT[1:], (small, LAYOUT)).what


def test_layouts_are_found_by_name() -> None:
    assert layout_named("dtks_a", load_layouts()) == LAYOUT
    with pytest.raises(UsageError, match="dtks_z") as refused:
        layout_named("dtks_z", load_layouts())
    assert "dtks_a" in refused.value.next_step


def test_every_code_list_a_layout_names_exists() -> None:
    for layout in load_layouts():
        assert set(layout.code_lists) <= set(layout.columns.values())
        for target in layout.code_lists:
            codes = layout.codes_of(target)
            assert codes
            assert all(spelling == " ".join(spelling.upper().split()) for spelling in codes), target
