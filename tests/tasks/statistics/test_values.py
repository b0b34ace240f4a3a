from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from errors import InputRejectedError
from tasks.sample.bps import SampleBpsServer
from tasks.statistics.catalogue import Catalogue
from tasks.statistics.models import DataAnswer
from tasks.statistics.values import STAGED_SCHEMA, Candidate, answer_candidates, judge, staged_frame
from warehouse.tables.statistics import LOADING_DECIDES, NILAI_INDIKATOR

from .conftest import P0, POOR, REFERENCE, TPT

Content = dict[str, Any]


@pytest.fixture(scope="module")
def sample() -> SampleBpsServer:
    """Its answers are taken without a request."""
    server = SampleBpsServer(REFERENCE)
    with server:
        return server


def _content(sample: SampleBpsServer, variable: int, th: str) -> Content:
    domain = "3300" if variable == TPT else "0000"
    query = {"model": "data", "domain": domain, "var": str(variable), "th": th, "key": sample.key}
    content = sample.content(query)
    assert content["status"] == "OK"
    return content | {"var": [dict(content["var"][0])], "datacontent": dict(content["datacontent"])}


def _candidates(catalogue: Catalogue, content: Content, *area_codes: str) -> tuple[list[Candidate], int]:
    answer = DataAnswer.model_validate(content)
    area_codes = area_codes or ("3375",)
    indicator, table = next(pair for pair in catalogue.tables() if str(pair[1].variabel) == answer.var[0].val)
    return answer_candidates(answer, indicator, table, area_codes=area_codes, source=catalogue.webapi, sha256="0" * 64)


def test_the_unit_of_bps_decides_the_factor(sample: SampleBpsServer, catalogue: Catalogue) -> None:
    content = _content(sample, POOR, "120")
    assert content["datacontent"]["337561901200"] == 22.16
    content["datacontent"]["337561901200"] = Decimal("22.16")
    ((value,), _) = _candidates(catalogue, content)
    assert (value.tahun, value.nilai) == (2020, Decimal(22160))
    assert value.diterbitkan_pada == datetime(2026, 3, 2, 10, 15, 31)
    content["var"][0]["unit"] = "Jiwa"
    content["datacontent"]["337561901200"] = 22160
    assert _candidates(catalogue, content)[0][0].nilai == 22160


def test_only_the_total_of_both_sexes_is_taken(sample: SampleBpsServer, catalogue: Catalogue) -> None:
    content = _content(sample, TPT, "121")
    content["datacontent"] |= {"337518622111210": "9,99", "337518622121210": "3,33", "337518622131210": "6,89"}
    ((value,), empty) = _candidates(catalogue, content)
    assert (value.nilai, empty) == (Decimal("6.89"), 0)


def test_no_other_row_is_ever_taken_for_ours(sample: SampleBpsServer, catalogue: Catalogue) -> None:
    content = _content(sample, P0, "121")
    del content["datacontent"]["337562101210"]
    assert len(content["datacontent"]) == 8
    assert _candidates(catalogue, content) == ([], 0)
    content["vervar"] = [row for row in content["vervar"] if row["val"] != 3375]
    with pytest.raises(InputRejectedError, match="baris 3375 tidak ada"):
        _candidates(catalogue, content)


def test_an_empty_cell_is_skipped_and_a_doubtful_one_refused(sample: SampleBpsServer, catalogue: Catalogue) -> None:
    content = _content(sample, P0, "120;121;122")
    content["datacontent"] |= {"337562101200": "-", "337562101210": "7.590", "337562101220": 7}
    candidates, empty = _candidates(catalogue, content)
    assert empty == 1
    assert {c.tahun: c.refusal is None for c in candidates} == {2021: False, 2022: True}


def test_a_cell_with_an_ambiguous_key_is_refused(sample: SampleBpsServer, catalogue: Catalogue) -> None:
    content = _content(sample, P0, "121")
    content["vervar"] = [{"val": 3375, "label": "Kota Pekalongan"}, {"val": 3375, "label": "Pekalongan lama"}]
    candidates, _ = _candidates(catalogue, content)
    assert candidates
    assert all("lebih dari satu sel" in str(candidate.refusal) for candidate in candidates)


@pytest.mark.parametrize(
    ("variable", "change", "words"),
    [
        (P0, lambda c: c["var"][0].update(label="Indeks Kedalaman Kemiskinan (P1)"), "tidak memuat kata: persentase"),
        (P0, lambda c: c["var"][0].update(unit="Ribu Jiwa"), "satuannya 'Ribu Jiwa'"),
        (P0, lambda c: c.update(labelvervar="Golongan Pengeluaran"), "tidak memuat kata: kabupaten, kota"),
        (P0, lambda c: c.update(turvar=[{"val": 1, "label": "Perkotaan"}]), "terbagi menurut rincian"),
        (P0, lambda c: c.update(turtahun=[{"val": 63, "label": "Semester 2"}]), "periode tidak dikenal: Semester 2"),
        (P0, lambda c: c.update(datacontent={"1": 1}), "tidak satu pun kunci"),
        (P0, lambda c: c.update(tahun=[{"val": 121, "label": "2021/2022"}]), "tahun tidak dikenal"),
        (TPT, lambda c: c.update(turvar=c["turvar"][:2]), "rincian tidak dikenal: Laki-Laki, Perempuan"),
    ],
)
def test_an_answer_about_something_else_is_refused(
    sample: SampleBpsServer,
    catalogue: Catalogue,
    variable: int,
    change: Callable[[Content], object],
    words: str,
) -> None:
    content = _content(sample, variable, "121")
    change(content)
    with pytest.raises(InputRejectedError, match=words) as caught:
        _candidates(catalogue, content)
    assert "reference/indicators" in caught.value.next_step


def test_an_unknown_time_of_publication_is_none(sample: SampleBpsServer, catalogue: Catalogue) -> None:
    content = _content(sample, P0, "121") | {"last_update": "0000-00-00 00:00:00"}
    assert _candidates(catalogue, content)[0][0].diterbitkan_pada is None


def _value(catalogue: Catalogue, value: str, **changes: Any) -> Candidate:
    return replace(
        Candidate("3375", "tpt", 2021, Decimal(value), catalogue.webapi, None, "0" * 64, None, "uji"), **changes
    )


def test_implausible_unknown_and_contradictory_values_are_rejected_and_named(catalogue: Catalogue) -> None:
    good = _value(catalogue, "6.89")
    values = [
        good,
        _value(catalogue, "689", tahun=2020),
        _value(catalogue, "-0.1", tahun=2019),
        _value(catalogue, "1", tahun=2018, source=None),
        _value(catalogue, "1", tahun=2017, indikator="apa"),
        _value(catalogue, "5", tahun=2016),
        _value(catalogue, "6", tahun=2016),
    ]
    accepted, rejected = judge(values, catalogue)
    assert accepted == [good]
    assert rejected[0].sentence == "tpt 2020 wilayah 3375: nilai 689 mustahil (batas 0 sampai 100) [uji]"
    assert [v.tahun for v in rejected] == [2020, 2019, 2018, 2017, 2016, 2016]


def test_both_ends_of_the_range_are_possible(catalogue: Catalogue) -> None:
    values = [_value(catalogue, "0", tahun=2020), _value(catalogue, "100", tahun=2021)]
    assert judge(values, catalogue) == (values, [])


def test_the_staged_columns_are_those_that_loading_does_not_decide(catalogue: Catalogue) -> None:
    frame = staged_frame(
        [_value(catalogue, "6.891251"), _value(catalogue, "1", tahun=2001)], datetime(2026, 11, 24, 3, 0)
    )
    assert [*frame.columns] == [name for name in NILAI_INDIKATOR.column_names if name not in LOADING_DECIDES]
    assert frame.schema == STAGED_SCHEMA
    assert frame["nilai"].to_list() == [Decimal("1.0000"), Decimal("6.8913")]
    assert staged_frame([], datetime(2026, 11, 24)).schema == STAGED_SCHEMA
