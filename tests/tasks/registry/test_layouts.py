"""Headers of files against layouts: all mapped, or an error that names what the file and what the layout has."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputRejectedError, UsageError
from tasks.registry.headers import match_header
from tasks.registry.layouts import Layout, code_lists, layout_named, load_layouts, slug, synonyms
from tests.tasks.registry.rows import GOOD, LAYOUT

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
    [(target, spelling) for target in sorted(LAYOUT.targets) for spelling in synonyms().get(target, [])],
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


def test_an_unknown_column_too_many_is_named_with_its_letter() -> None:
    error = refusal([*EXACT, "DESIL"])
    assert "Kolom yang tidak dikenal: DESIL (kolom X)." in error.what
    assert "tidak ada" not in error.what


def test_what_stands_behind_a_part_of_a_heading_is_not_quoted() -> None:
    error = refusal([*EXACT[:-1], "SITI", "SINTETIS"])
    assert "kolom ke-23 (W), kolom ke-24 (X)" in error.what
    assert "SITI" not in error.paragraph


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("NOMOR INDUK", "NOMOR INDUK (kolom K)"),
        ("NOMOR INDUK KEPENDUDUKAN WARGA", "NOMOR INDUK KEPENDUDUKAN WARGA (kolom K)"),
        ("NOMOR INDUK KEPENDUDUKAN WARGA.", "kolom ke-11 (K)"),
        ("NIK 2021", "kolom ke-11 (K)"),
        ("3375044107990017", "kolom ke-11 (K)"),
        ("INDUK ١٢", "kolom ke-11 (K)"),
        ("", "kolom ke-11 (K, kosong)"),
    ],
)
def test_an_unknown_cell_is_quoted_when_it_looks_like_a_heading(cell: str, shown: str) -> None:
    error = refusal([cell if header == "NIK" else header for header in EXACT])
    assert f"Kolom yang tidak dikenal: {shown}." in error.what


def test_many_unknown_columns_are_counted() -> None:
    error = refusal([*EXACT, *["X"] * 1_000])
    assert error.what.endswith(f"kolom ke-{len(EXACT) + 10} (AG) dan 990 kolom lagi.")


def test_a_renamed_column_names_both_sides() -> None:
    error = refusal(["NOMOR INDUK" if header == "NIK" else header for header in EXACT])
    assert "Kolom yang tidak ada: NIK." in error.what
    assert "Kolom yang tidak dikenal: NOMOR INDUK (kolom K)." in error.what
    assert "alias" in error.next_step
    assert "dtks_a.toml" in error.next_step


PERSON = [text for text in GOOD.values() if len(text) > 1]
"""What must not be told of the planted person; single letters stand in every sentence."""


def assert_nothing_of_the_person(error: InputRejectedError) -> None:
    told = error.paragraph.replace(LAYOUT.title, "")
    assert not [text for text in PERSON if re.search(rf"\b{re.escape(text)}\b", told)]


def test_a_file_without_header_shows_nothing_of_its_first_person() -> None:
    assert_nothing_of_the_person(refusal(list(GOOD.values())))


@pytest.mark.parametrize("heading", EXACT)
@pytest.mark.parametrize("target", ["alamat", "dusun", "pekerjaan"])
def test_a_person_with_a_heading_for_a_value_is_still_a_person(target: str, heading: str) -> None:
    """The street or hamlet of a person can be called like a column."""
    assert_nothing_of_the_person(refusal(list({**GOOD, target: heading}.values())))


@pytest.mark.parametrize("columns", [2, 3, 8, 11, 12, 22, 23])
@pytest.mark.parametrize("offset", range(0, 23, 5))
def test_a_person_glued_to_the_header_is_not_shown(columns: int, offset: int) -> None:
    """A lost line end: the last heading and the first field are one cell."""
    kept = [(offset + place) % len(EXACT) for place in range(columns)]
    headings, fields = [EXACT[place] for place in kept], [list(GOOD.values())[place] for place in kept]
    error = refusal([*headings[:-1], headings[-1] + fields[0], *fields[1:]])
    assert_nothing_of_the_person(error)
    assert "baris pertama" in error.next_step


def test_cells_without_text_beside_the_headings_are_left_out() -> None:
    matched = match_header(["", *EXACT, "", ""], (LAYOUT,), where="")
    assert (matched.nameless, matched.fewest_fields) == ((0, 24, 25), 24)
    assert matched.targets == (None, *LAYOUT.columns.values(), None, None)


@pytest.mark.parametrize("heading", ["No", "NO.", "Nomor", "No Urut", "NOMOR URUT"])
def test_a_running_number_is_left_out_of_every_layout(heading: str) -> None:
    for layout in load_layouts():
        for form in layout.forms.values():
            assert match_header([heading, *form.columns], (layout,), where="").targets[0] is None


@pytest.mark.parametrize("second", ["NIK", "NO KTP"])
def test_a_column_that_comes_twice_is_named(second: str) -> None:
    assert "Kolom yang muncul dua kali: nik." in refusal([*EXACT, second]).what


def test_a_file_with_no_known_heading_is_not_compared_in_detail() -> None:
    error = refusal(["a", "b"])
    assert "Tidak ada kepala kolom yang dikenal" in error.what
    assert "ID DTKS" not in error.what


def test_two_layouts_that_fit_are_both_named() -> None:
    error = refusal(["NIK", "NAMA"], (other_layout("x1", {"NIK": "nik", "NAMA": "nama"}),) * 2)
    assert "x1 dan x1" in error.what
    assert "--layout" in error.next_step


def test_the_nearest_layout_is_the_one_compared() -> None:
    small = other_layout("kecil", {"NIK": "nik", "NAMA": "nama"})
    assert "tidak cocok dengan kecil" in refusal(["NIK", "NAMA", "X"], (small, LAYOUT)).what
    assert "tidak cocok dengan DTKS by name by address" in refusal(EXACT[1:], (small, LAYOUT)).what


def test_layouts_are_found_by_name() -> None:
    assert layout_named("dtks_a", load_layouts()) == LAYOUT
    with pytest.raises(UsageError, match="dtks_z") as refused:
        layout_named("dtks_z", load_layouts())
    assert "dtks_a" in refused.value.next_step


def test_every_code_list_a_layout_names_exists() -> None:
    for layout in load_layouts():
        assert set(layout.code_lists) <= layout.all_targets
        assert all(layout.codes_of(target) for target in layout.code_lists)


def test_codes_are_written_as_texts_are_compared() -> None:
    for name, codes in code_lists().items():
        assert all(spelling == " ".join(spelling.upper().split()) for spelling in codes), name


@pytest.mark.parametrize("layout", load_layouts(), ids=lambda layout: layout.name)
def test_the_columns_of_a_layout_are_its_own_and_no_others(layout: Layout) -> None:
    for part, form in layout.forms.items():
        for headers in ([*form.columns], [*form.columns, *form.optional], [*form.columns, *form.ignored]):
            matched = match_header(headers, load_layouts(), where="")
            assert (matched.layout.name, matched.part) == (layout.name, part)
            assert set(matched.position_of) >= set(form.columns.values())
            assert all(slug(header) in form.meaning for header in headers)
