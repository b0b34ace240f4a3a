"""Many regions, indicators and years from few requests."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from errors import InputRejectedError
from tasks.reference import read_text_table
from tasks.sample.bps import SampleBpsServer
from tasks.sample.bps_tables import SampleTable
from tasks.statistics.catalogue import BpsVariable, Catalogue, Indicator, Limits, Source
from tasks.statistics.publications import HEADER
from tasks.statistics.pull import StagedStatistics, stage_statistics
from warehouse.raw import RawStore

from .conftest import PUBLICATIONS, REFERENCE, MakeClient

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
YEARS = range(2010, 2025)
NAMES = read_text_table(REFERENCE / "indicators" / "wilayah.csv")
AREAS = [code for code in NAMES["kode_wilayah"] if code.startswith("33")]


def _table(domain: str, number: int, *levels: str) -> BpsVariable:
    return BpsVariable(
        domain=domain,
        variabel=number,
        tingkat=levels,
        kata_label=("contoh",),
        kata_baris=("wilayah",),
        satuan={"persen": Decimal(1)},
        periode=("tahun",),
        keyakinan="perkiraan",
    )


def _indicator(number: int, *tables: BpsVariable) -> Indicator:
    levels = ("nasional", "provinsi", "kabupaten_kota")
    return Indicator(
        indikator=f"contoh_{number}",
        nama_indikator=f"Contoh {number}",
        satuan="persen",
        uraian="Angka buatan.",
        jeda_terbit_bulan=5,
        lompatan_nilai=100,
        batas=tuple(Limits(tingkat=level, nilai_minimum=-1000, nilai_maksimum=1000) for level in levels),
        bps=tables,
    )


def _serve(server: SampleBpsServer, table: BpsVariable) -> None:
    rows = [{"val": int(code), "label": f"<b>{name}</b>"} for code, name in NAMES.iter_rows() if code != "0000"]
    values = {year: Decimal(year - 2000) + table.variabel for year in YEARS}
    server.tables.append(
        SampleTable(table.domain, table.variabel, "Contoh", "Persen", rows, values, row_label="Wilayah")
    )


def _pull(
    server: SampleBpsServer, make_client: MakeClient, folder: Path, indicators: list[Indicator], areas: list[str]
) -> StagedStatistics:
    catalogue = Catalogue(
        indikator=tuple(indicators), sumber=(Source(sumber="WebAPI BPS", jenis_sumber="webapi_bps", peringkat=1),)
    )
    for _, table in {table.place: (entry, table) for entry, table in catalogue.tables()}.values():
        _serve(server, table)
    empty = folder / "publikasi.csv"
    empty.write_text(",".join(HEADER) + "\n")
    return stage_statistics(
        catalogue, make_client(server), RawStore(folder / "raw"), empty, folder / "staging", NOW, areas, YEARS
    )


def test_twelve_indicators_of_36_regions_over_15_years_need_no_request_too_many(
    server: SampleBpsServer, make_client: MakeClient, tmp_path: Path
) -> None:
    """A list of 15 years has two pages of ten; 15 years come in 5 answers of three from the country's domain, in 8 of
    two from the province's. One answer serves all 36 regions."""
    national = [_indicator(n, _table("0000", 9000 + n, "provinsi", "kabupaten_kota")) for n in range(9)]
    regional = [_indicator(n, _table("3300", 9000 + n, "provinsi", "kabupaten_kota")) for n in range(9, 12)]
    start = time.perf_counter()
    staged = _pull(server, make_client, tmp_path, national + regional, AREAS)
    seconds = time.perf_counter() - start
    assert len(AREAS) == 36
    assert staged.failures == ()
    assert staged.requests == len(server.requests) == 9 * (2 + 5) + 3 * (2 + 8)
    assert staged.rows.accepted == 12 * 15 * 36
    frame = pl.read_parquet(staged.parquet)
    assert frame.select("kode_wilayah", "indikator", "tahun").n_unique() == frame.height == 12 * 15 * 36
    assert seconds < 20


def test_indicators_in_one_table_share_its_answers(
    server: SampleBpsServer, make_client: MakeClient, tmp_path: Path
) -> None:
    table = _table("0000", 9000, "kabupaten_kota")
    staged = _pull(server, make_client, tmp_path, [_indicator(1, table), _indicator(2, table)], AREAS)
    assert staged.requests == 2 + 5
    assert staged.rows.accepted == 2 * 15 * 35


def test_a_table_that_serves_none_of_the_regions_is_not_asked(
    server: SampleBpsServer, make_client: MakeClient, tmp_path: Path
) -> None:
    staged = _pull(server, make_client, tmp_path, [_indicator(1, _table("3400", 9000, "kabupaten_kota"))], AREAS)
    assert (staged.requests, staged.rows.accepted, staged.failures) == (0, 0, ())


def test_a_region_that_its_table_lacks_refuses_the_table(
    server: SampleBpsServer, make_client: MakeClient, tmp_path: Path
) -> None:
    staged = _pull(
        server, make_client, tmp_path, [_indicator(1, _table("0000", 9000, "kabupaten_kota"))], ["3375", "9471"]
    )
    (failure,) = staged.failures
    assert isinstance(failure, InputRejectedError)
    assert "baris 9471 tidak ada" in failure.what


def test_country_province_and_neighbours_come_from_the_tables_of_their_level(
    server: SampleBpsServer, make_client: MakeClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    staged = stage_statistics(
        catalogue,
        make_client(server),
        RawStore(tmp_path / "raw"),
        PUBLICATIONS,
        tmp_path / "staging",
        NOW,
        ("3375", "0000", "3300", "3326"),
        range(2021, 2022),
    )
    assert staged.failures == ()
    frame = pl.read_parquet(staged.parquet).filter(jenis_sumber="webapi_bps", indikator="kemiskinan_p0")
    notes = dict(frame.select("kode_wilayah", "catatan").iter_rows())
    assert set(notes) == {"3375", "0000", "3300", "3326"}
    assert "variabel 192" in notes["0000"]
    assert notes["0000"].endswith("baris INDONESIA.")
    assert "variabel 192" in notes["3300"]
    assert notes["3326"].endswith(
        "variabel 621: Persentase Penduduk Miskin (P0) Menurut Kabupaten/Kota (Persen), baris Pekalongan (contoh)."
    )


def test_a_country_that_stands_twice_is_refused(
    server: SampleBpsServer, make_client: MakeClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    for table in server.tables:
        if table.variable == 192:
            table.rows = [*table.rows, {"val": 8888, "label": "Indonesia"}]
    staged = stage_statistics(
        catalogue,
        make_client(server),
        RawStore(tmp_path / "raw"),
        PUBLICATIONS,
        tmp_path / "staging",
        NOW,
        ("0000",),
        range(2021, 2022),
        ["kemiskinan_p0"],
    )
    assert "baris 0000 lebih dari satu" in staged.failures[0].what


def test_the_sample_serves_whatever_regions_the_settings_name(
    make_client: MakeClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    areas = ("9871", "9800", "0000")
    with SampleBpsServer(REFERENCE, area_codes=areas) as server:
        staged = stage_statistics(
            catalogue,
            make_client(server),
            RawStore(tmp_path / "raw"),
            PUBLICATIONS,
            tmp_path / "staging",
            NOW,
            areas,
            range(2021, 2022),
        )
    assert staged.failures == ()
    assert set(pl.read_parquet(staged.parquet)["kode_wilayah"]) == set(areas)
