"""`core.indikator` and `core.nilai_indikator`: values stay plausible and no published version is lost."""

from __future__ import annotations

from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from warehouse.tables.statistics import INDIKATOR, NILAI_INDIKATOR


def suites() -> tuple[Suite, ...]:
    """One suite per table."""
    return (
        structure.suite(INDIKATOR, _limits_in_order()),
        structure.suite(
            NILAI_INDIKATOR,
            _indicator_known(),
            _source_known(),
            _plausible(),
            _numbered_without_gap(),
            _webapi_counts(),
        ),
    )


def _limits_in_order() -> Check:
    return Check(
        "batas_berurutan",
        "Batas atas setiap indikator di atas batas bawahnya.",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {"column_A": "nilai_maksimum", "column_B": "nilai_minimum"},
        structure.failing_rows(INDIKATOR, "nilai_maksimum <= nilai_minimum"),
    )


def _indicator_known() -> Check:
    return rows_check(
        "indikator_dikenal",
        "Setiap nilai menyangkut indikator dalam katalog.",
        f"SELECT {', '.join(NILAI_INDIKATOR.key)} FROM {BATCH} AS n ANTI JOIN core.indikator AS i USING (indikator)",
    )


def _source_known() -> Check:
    return rows_check(
        "sumber_dikenal",
        "Setiap nilai yang berlaku berasal dari sumber yang mempunyai peringkat.",
        f"SELECT {', '.join(NILAI_INDIKATOR.key)} FROM {BATCH} AS n "
        "ANTI JOIN core.sumber_indikator AS s USING (sumber) WHERE n.berlaku",
    )


def _plausible() -> Check:
    return rows_check(
        "nilai_masuk_akal",
        "Setiap nilai di dalam batas yang masuk akal untuk indikatornya.",
        f"SELECT {', '.join(NILAI_INDIKATOR.key)} FROM {BATCH} AS n "
        "JOIN core.indikator AS i USING (indikator) "
        "WHERE n.nilai NOT BETWEEN i.nilai_minimum AND i.nilai_maksimum",
    )


def _webapi_counts() -> Check:
    return rows_check(
        "webapi_selalu_berlaku",
        "Hanya nilai publikasi yang dapat berhenti berlaku.",
        structure.failing_rows(NILAI_INDIKATOR, "NOT berlaku AND jenis_sumber <> 'publikasi'"),
    )


def _numbered_without_gap() -> Check:
    value = ", ".join(name for name in NILAI_INDIKATOR.key if name != "terbitan")
    return rows_check(
        "terbitan_berurutan",
        "Terbitan setiap nilai bernomor 1, 2, 3 dan seterusnya tanpa celah.",
        f"{structure.failing_rows(NILAI_INDIKATOR, 'true')} "
        f"QUALIFY terbitan <> row_number() OVER (PARTITION BY {value} ORDER BY terbitan)",
    )
