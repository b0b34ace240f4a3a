"""The marts on macro indicators and on the sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from settings import Settings
from tests.sql.hand_made import SERIES, build, rows
from warehouse.columns import polars_schema
from warehouse.statistics import load_sources, load_statistics
from warehouse.tables.statistics import NILAI_INDIKATOR, STAGED_VALUE_COLUMNS
from warehouse.views import create_views


@pytest.fixture
def own() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of its own for a test that changes it."""
    with duckdb.connect() as connection:
        build(connection)
        create_views(connection, Settings())
        yield connection


def test_indicator_is_the_newest_vintage_of_the_best_source_beside_the_province() -> None:
    found = rows(
        "SELECT periode, indikator, nama_wilayah, nilai, sumber, terbitan, jumlah_sumber, sumber_berbeda,"
        " nilai_provinsi, selisih_provinsi, tahun_terakhir FROM marts.indikator_makro"
        " WHERE kode_wilayah = '3375' ORDER BY indikator, tahun"
    )
    city = "Kota Pekalongan"
    p0, province = Decimal("7.59"), Decimal("11.79")
    assert found == [
        (date(2020, 3, 1), "kemiskinan_p0", city, Decimal("7.17"), "BPS WebAPI", 1, 1, False, None, None, False),
        (date(2021, 3, 1), "kemiskinan_p0", city, p0, "BPS WebAPI", 2, 2, False, province, p0 - province, True),
        (date(2021, 8, 1), "tpt", city, Decimal("6.89"), "pers mengutip BPS", 1, 2, True, None, None, True),
    ]


def test_the_province_is_not_compared_with_itself() -> None:
    assert rows(
        "SELECT nilai, nilai_provinsi, nama_wilayah FROM marts.indikator_makro WHERE kode_wilayah = '3300'"
    ) == [(Decimal("11.79"), None, None)]


def test_revisions_give_both_values() -> None:
    assert rows(
        "SELECT indikator, tahun, terbitan, nilai_lama, nilai_baru, selisih, nilai_berubah, diterbitkan_pada_lama"
        " FROM marts.revisi_bps"
    ) == [
        (
            "kemiskinan_p0", 2021, 2, Decimal("7.50"), Decimal("7.59"), Decimal("0.09"), True, datetime(2021, 12, 1)
        )
    ]  # fmt: skip


def test_sources_that_differ_stand_side_by_side() -> None:
    assert rows(
        "SELECT indikator, tahun, sumber, nilai, dipakai, nilai_dipakai, selisih, catatan FROM marts.selisih_sumber"
        " ORDER BY nilai"
    ) == [
        ("tpt", 2021, "artikel", Decimal("6.09"), False, Decimal("6.89"), Decimal("-0.80"), "angka tertukar"),
        ("tpt", 2021, "pers mengutip BPS", Decimal("6.89"), True, Decimal("6.89"), Decimal("0"), None),
    ]


def test_freshness_gives_dates() -> None:
    found = rows(
        "SELECT kelompok_sumber, sumber, periode_pertama, periode_terbaru, diterima_terakhir, jumlah_periode"
        " FROM marts.kesegaran_data"
    )
    assert ("register", SERIES, date(2022, 1, 1), date(2022, 7, 1), datetime(2026, 11, 1, 12), 3) in found
    assert ("laporan OPD", "DLH", date(2022, 1, 1), date(2022, 1, 1), datetime(2022, 4, 10), 1) in found
    assert [row[1:4] for row in found if row[0] == "statistik" and row[1] == "artikel"] == [
        ("artikel", date(2021, 3, 1), date(2021, 8, 1))
    ]


def test_published_dictionary_holds_published_tables_only() -> None:
    assert rows("SELECT count(*) FROM marts.kamus_data WHERE NOT starts_with(tabel, 'marts.')") == [(0,)]
    assert rows(
        "SELECT tipe, satuan, peran FROM marts.kamus_data"
        " WHERE tabel = 'marts.rekonsiliasi_sk' AND kolom = 'jumlah_sk_jiwa'"
    ) == [("BIGINT", "jiwa", "tidak dapat dijumlahkan")]


def test_a_rank_that_is_edited_holds_for_values_already_loaded(own: duckdb.DuckDBPyConnection) -> None:
    used = "SELECT nilai, sumber FROM marts.indikator_makro WHERE indikator = 'tpt'"
    assert own.execute(used).fetchall() == [(Decimal("6.89"), "pers mengutip BPS")]
    load_sources(
        own,
        [
            {"sumber": "BPS WebAPI", "jenis_sumber": "webapi_bps", "peringkat": 1},
            {"sumber": "pers mengutip BPS", "jenis_sumber": "publikasi", "peringkat": 3},
            {"sumber": "artikel", "jenis_sumber": "publikasi", "peringkat": 2},
        ],
    )
    assert own.execute(used).fetchall() == [(Decimal("6.09"), "artikel")]
    assert own.execute("SELECT sumber FROM marts.selisih_sumber WHERE dipakai").fetchall() == [("artikel",)]


def test_a_source_without_rank_comes_last(own: duckdb.DuckDBPyConnection) -> None:
    own.execute("DELETE FROM core.sumber_indikator WHERE sumber = 'pers mengutip BPS'")
    found = own.execute("SELECT sumber FROM marts.indikator_makro WHERE indikator = 'tpt'").fetchall()
    assert found == [("artikel",)]


def test_a_publication_off_the_list_is_published_no_longer(own: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The list of publications had only wrong rows but one: P0 2021 of the article stays."""
    kept: dict[str, object] = dict.fromkeys(column.name for column in STAGED_VALUE_COLUMNS)
    kept |= {"kode_wilayah": "3375", "indikator": "kemiskinan_p0", "tahun": 2021, "nilai": Decimal("7.59")}
    kept |= {"sumber": "artikel", "jenis_sumber": "publikasi", "diambil_pada": datetime(2026, 12, 1), "sha256": "4"}
    schema = {name: kind for name, kind in polars_schema(NILAI_INDIKATOR).items() if name in kept}
    pl.DataFrame([kept], schema=schema).write_parquet(tmp_path / "s.parquet")
    assert load_statistics(own, tmp_path / "s.parquet").withdrawn == 2
    assert own.execute("SELECT count(*) FROM marts.indikator_makro WHERE indikator = 'tpt'").fetchall() == [(0,)]
    assert own.execute("SELECT count(*) FROM marts.selisih_sumber").fetchall() == [(0,)]
    assert own.execute(
        "SELECT nilai, jumlah_sumber FROM marts.indikator_makro"
        " WHERE indikator = 'kemiskinan_p0' AND tahun = 2021 AND kode_wilayah = '3375'"
    ).fetchall() == [(Decimal("7.59"), 2)]
    sources = own.execute(
        "SELECT sumber, periode_terbaru FROM marts.kesegaran_data WHERE kelompok_sumber = 'statistik'"
    )
    assert sorted(sources.fetchall()) == [("BPS WebAPI", date(2021, 3, 1)), ("artikel", date(2021, 3, 1))]


def test_a_revision_of_a_value_that_counts_no_longer_is_not_shown(own: duckdb.DuckDBPyConnection) -> None:
    own.execute("UPDATE core.nilai_indikator SET berlaku = FALSE WHERE indikator = 'kemiskinan_p0' AND tahun = 2021")
    assert own.execute("SELECT count(*) FROM marts.revisi_bps").fetchall() == [(0,)]
