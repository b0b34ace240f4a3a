"""The tables of the statistics: values stay plausible unless a person let them pass, and no published version is
lost."""

from __future__ import annotations

from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from warehouse.tables.statistics import BATAS_INDIKATOR, INDIKATOR, NILAI_INDIKATOR, WILAYAH_STATISTIK


def suites() -> tuple[Suite, ...]:
    """One suite per table."""
    return (
        structure.suite(INDIKATOR),
        structure.suite(BATAS_INDIKATOR, _limits_in_order()),
        structure.suite(WILAYAH_STATISTIK),
        structure.suite(
            NILAI_INDIKATOR,
            _indicator_known(),
            _source_known(),
            _possible(),
            _plausible(),
            _poverty_agrees(),
            _waits_with_reason(),
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
        structure.failing_rows(BATAS_INDIKATOR, "nilai_maksimum <= nilai_minimum"),
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


def _possible() -> Check:
    return rows_check(
        "nilai_mungkin",
        "Setiap nilai mungkin untuk indikatornya, misalnya persentase 0 sampai 100.",
        f"SELECT {', '.join(NILAI_INDIKATOR.key)} FROM {BATCH} AS n JOIN core.indikator AS i USING (indikator) "
        "WHERE n.nilai < i.mungkin_minimum OR n.nilai > i.mungkin_maksimum",
    )


def _plausible() -> Check:
    return rows_check(
        "nilai_masuk_akal",
        "Setiap nilai yang diterima tanpa persetujuan ada di dalam kisaran yang masuk akal.",
        f"SELECT {', '.join(f'n.{name}' for name in NILAI_INDIKATOR.key)} FROM {BATCH} AS n "
        "JOIN core.batas_indikator AS b "
        "ON n.indikator = b.indikator AND b.tingkat = CASE WHEN n.kode_wilayah = '0000' THEN 'nasional' "
        "WHEN right(n.kode_wilayah, 2) = '00' THEN 'provinsi' ELSE 'kabupaten_kota' END "
        "WHERE n.keadaan = 'diterima' AND n.nilai NOT BETWEEN b.nilai_minimum AND b.nilai_maksimum",
    )


def _poverty_agrees() -> Check:
    newest = (
        "SELECT *, CASE indikator WHEN 'kemiskinan_p0' THEN 0 WHEN 'kemiskinan_p1' THEN 1 ELSE 2 END AS derajat "
        f"FROM {BATCH} AS n "
        "WHERE indikator IN ('kemiskinan_p0', 'kemiskinan_p1', 'kemiskinan_p2') AND keadaan = 'diterima' "
        "QUALIFY row_number() OVER (PARTITION BY kode_wilayah, indikator, tahun, sumber ORDER BY terbitan DESC) = 1"
    )
    return rows_check(
        "p0_p1_p2_selaras",
        "P1 tidak melebihi P0 dan P2 tidak melebihi P1 dari sumber yang sama, kecuali disetujui orang.",
        f"WITH terbaru AS ({newest}) SELECT {', '.join(f'b.{name}' for name in NILAI_INDIKATOR.key)} "
        "FROM terbaru AS a JOIN terbaru AS b ON a.kode_wilayah = b.kode_wilayah AND a.tahun = b.tahun "
        "AND a.sumber = b.sumber AND a.derajat + 1 = b.derajat WHERE b.nilai > a.nilai + 0.01",
    )


def _waits_with_reason() -> Check:
    return rows_check(
        "menunggu_beralasan",
        "Setiap nilai yang menunggu atau disetujui menyebut alasannya, dan yang lain tidak.",
        structure.failing_rows(NILAI_INDIKATOR, "(keadaan = 'diterima') <> (alasan_menunggu IS NULL)"),
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
