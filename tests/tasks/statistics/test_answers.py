from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputRejectedError
from tasks.statistics import answers
from tasks.statistics.answers import CELL_SCHEMA, decode
from tasks.statistics.models import DataAnswer


def _items(*codes: str | int) -> list[dict[str, object]]:
    return [{"val": code, "label": f"label {code}"} for code in codes]


def _answer(content: dict[str, object] | list[object], **changes: Any) -> DataAnswer:
    fields: dict[str, Any] = {
        "var": [{"val": 31, "label": "Jumlah Penduduk", "unit": "Jiwa"}],
        "turvar": _items(0),
        "vervar": _items(7315, 7316),
        "tahun": _items(99),
        "turtahun": _items(0),
        "datacontent": content,
    }
    return DataAnswer.model_validate(fields | changes)


def test_a_key_is_vervar_var_turvar_th_turth() -> None:
    cells, report = decode(_answer({"7315310990": 308669, "7316310990": "1.234,5"}))
    assert cells.select("kode_baris", "kode_turunan", "kode_tahun", "kode_periode", "keadaan", "nilai").rows() == [
        ("7315", "0", "99", "0", "angka", Decimal(308669)),
        ("7316", "0", "99", "0", "angka", Decimal("1234.5")),
    ]
    assert (report.keys, report.numbers) == (2, 2)


def test_every_key_is_counted_once() -> None:
    content: dict[str, object] = {"7315310990": None, "7316310990": "tidak ada", "7317310990": 5}
    cells, report = decode(_answer(content))
    assert dict(cells.select("kode_baris", "keadaan").rows()) == {"7315": "kosong", "7316": "bukan_angka"}
    assert (report.empty, report.not_numeric, report.unmatched, report.numbers) == (1, 1, 1, 0)


def test_a_key_that_two_cells_build_is_refused_for_both() -> None:
    # 1|1|1|1|0 for the row 1 and the year 1; 11|1|..: "11" + "1" + "0" + ... would be another length.
    answer = _answer(
        {"11110": 7},
        var=[{"val": 1, "label": "x", "unit": ""}],
        vervar=_items(1, 11),
        turvar=_items(1, 11),
        tahun=_items(1),
        turtahun=_items(0),
    )
    cells, report = decode(answer)
    assert cells["keadaan"].to_list() == ["angka"]
    ambiguous = _answer(
        {"111110": 7},
        var=[{"val": 1, "label": "x", "unit": ""}],
        vervar=_items(1, 11),
        turvar=_items(1, 11),
        tahun=_items(1),
        turtahun=_items(0),
    )
    cells, report = decode(ambiguous)
    assert sorted(cells.select("kode_baris", "kode_turunan", "keadaan", "nilai").rows()) == [
        ("1", "11", "kunci_ganda", None),
        ("11", "1", "kunci_ganda", None),
    ]
    assert (report.ambiguous, report.numbers) == (1, 0)


def test_the_same_entry_twice_is_one_but_one_code_with_two_labels_is_doubt() -> None:
    twice = _answer({"7315310990": 1}, vervar=_items(7315, 7315))
    assert decode(twice)[0]["keadaan"].to_list() == ["angka"]
    split = [{"val": 7315, "label": "Pinrang"}, {"val": 7315, "label": "Pinrang (lama)"}]
    assert decode(_answer({"7315310990": 1}, vervar=split))[0]["keadaan"].to_list() == ["kunci_ganda"] * 2


def test_labels_lose_html_and_an_empty_list_is_an_empty_object() -> None:
    named = _answer({"7315310990": 1}, vervar=[{"val": 7315, "label": "&lt;b&gt;ACEH  &amp; lain&lt;/b&gt;<br>"}])
    assert decode(named)[0]["label_baris"].item() == "ACEH & lain"
    cells, report = decode(_answer([]))
    assert (cells.height, report.keys, cells.schema) == (0, 0, CELL_SCHEMA)


def test_an_absurd_number_of_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAXIMUM_KEYS", 1)
    with pytest.raises(InputRejectedError, match="lebih dari 1 sel"):
        decode(_answer({"7315310990": 1}))


# Codes that are pieces of each other make keys collide; random numbers alone never do.
_code = st.one_of(st.sampled_from(["0", "1", "10", "11", "101", "111"]), st.integers(0, 9999).map(str))
_codes = st.lists(_code, min_size=1, max_size=4, unique=True)


@settings(max_examples=150, deadline=None)
@given(_codes, st.integers(1, 2100).map(str), _codes, _codes, _codes)
def test_keys_of_any_width_decode_to_exactly_their_cells(
    rows: list[str], variable: str, derived: list[str], years: list[str], periods: list[str]
) -> None:
    built = [("".join((r, variable, d, y, p)), (r, d, y, p)) for r, d, y, p in product(rows, derived, years, periods)]
    times = Counter(key for key, _ in built)
    content: dict[str, object] = {key: number for number, key in enumerate(times)}
    answer = _answer(
        content,
        var=[{"val": variable, "label": "x", "unit": ""}],
        vervar=_items(*rows),
        turvar=_items(*derived),
        tahun=_items(*years),
        turtahun=_items(*periods),
    )
    cells, report = decode(answer)
    decoded = {
        (r, d, y, p): (state, value)
        for r, d, y, p, state, value in cells.select(
            "kode_baris", "kode_turunan", "kode_tahun", "kode_periode", "keadaan", "nilai"
        ).iter_rows()
    }
    expected = {cell: ("angka", content[key]) if times[key] == 1 else ("kunci_ganda", None) for key, cell in built}
    assert decoded == expected
    assert report.ambiguous == sum(count > 1 for count in times.values())
    assert report.unmatched == 0
    assert report.keys == report.numbers + report.ambiguous
