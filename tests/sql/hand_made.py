"""A warehouse small enough to count by hand: the 27 kelurahan, three releases of one series and one of another, one
superseded, persons A to I, a few reports and statistics. All persons synthetic.

Who is registered where (J Jenggot, M Medono, S Sokoduwet); a capital with ' has changed since the release before:

| release  | J            | M        | S | accepted |
|----------|--------------|----------|---|----------|
| 2022-01  | A F          | B C H    |   | 5        |
| 2022-04  | A E F' G(1)  | D G(2)   | B | 7        |
| 2022-07  | A E F'       | D H      | B | 6        |
| BDT 2015 | I            |          |   | 1        |

D has no NIK and no KK, and a mother's name like C's; G(1) and G(2) use one NIK; A and E are one family.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

import duckdb

from settings import Settings
from tasks.reference import read_areas, read_assignments
from tests.expectations.small_warehouse import core, insert, person_key
from warehouse.columns import create_table_sql
from warehouse.dictionary import load_dictionary
from warehouse.tables import CORE_TABLES
from warehouse.views import create_views

EXACT = (1, 1)
"""Rounding base and threshold that leave small counts as they are, so that the tests can count."""
PROTECTED = (5, 5)

SERIES = "dtks-3375"
P1, P2, P3 = date(2022, 1, 1), date(2022, 4, 1), date(2022, 7, 1)
R1, R2_OLD, R2, R3, BDT = (
    "dtks-3375-2022-01-1",
    "dtks-3375-2022-04-1",
    "dtks-3375-2022-04-2",
    "dtks-3375-2022-07-1",
    "bdt2015-3375-2015-01-1",
)
JENGGOT, SOKODUWET, MEDONO = "33.75.04.1004", "33.75.04.1010", "33.75.01.1002"
SELATAN, BARAT = "33.75.04", "33.75.01"

Row = dict[str, Any]


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Base tables with their rows, in the current catalog; no views yet."""
    connection.execute("CREATE SCHEMA core")
    for table in CORE_TABLES:
        connection.execute(create_table_sql(table))
    areas = read_areas("3375", "Kota Pekalongan").areas
    insert(connection, core("wilayah"), *areas.to_dicts())
    insert(connection, core("opd_dampingan"), *read_assignments(areas).to_dicts())
    _releases(connection)
    _persons(connection)
    _rejects_and_warnings(connection)
    _statistics(connection)
    _reports(connection)
    load_dictionary(connection)


@cache
def hand_made(base: int, threshold: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    build(connection)
    create_views(connection, Settings(rounding_base=base, suppression_threshold=threshold))
    return connection


def rows(sql: str, protection: tuple[int, int] = EXACT) -> list[tuple[Any, ...]]:
    return hand_made(*protection).cursor().execute(sql).fetchall()


def _releases(connection: duckdb.DuckDBPyConnection) -> None:
    shared = {
        "seri": SERIES,
        "sistem_sumber": "DTKS",
        "kode_wilayah": "3375",
        "satuan_analisis": "individu",
        "versi_kode": "0.1.0",
    }
    insert(
        connection,
        core("rilis"),
        {**shared, "id_rilis": R1, "periode": P1, "baris_berkas": 5, "baris_diterima": 5, "versi": 1},
        {**shared, "id_rilis": R2_OLD, "periode": P2, "baris_diterima": 3, "versi": 1, "keadaan": "digantikan"},
        {
            **shared,
            "id_rilis": R2,
            "periode": P2,
            "versi": 2,
            "nomor_sk": "400/0123",
            "tanggal_sk": date(2022, 4, 4),
            "nama_berkas": "april.csv",
            "sha256": "a" * 64,
            "baris_berkas": 10,
            "baris_diterima": 7,
            "baris_ditolak": 2,
            "baris_dilewati": 1,
            "tanpa_nik": 1,
            "diserahkan_pada": datetime(2022, 4, 5, 8),
        },
        {**shared, "id_rilis": R3, "periode": P3, "baris_diterima": 6, "diserahkan_pada": datetime(2022, 7, 2)},
        {
            **shared,
            "id_rilis": BDT,
            "seri": "bdt2015-3375",
            "sistem_sumber": "BDT2015",
            "periode": date(2015, 1, 1),
            "baris_diterima": 1,
        },
    )
    insert(
        connection,
        core("total_kontrol"),
        {"id_rilis": R2, "tingkat": "kecamatan", "kode_kemendagri": SELATAN, "jumlah_sk_jiwa": 5},
        {"id_rilis": R2, "tingkat": "kecamatan", "kode_kemendagri": BARAT, "jumlah_sk_jiwa": 3},
        {"id_rilis": R2, "tingkat": "kelurahan", "kode_kemendagri": JENGGOT, "jumlah_sk_jiwa": 4},
    )


def _person(number: int, code: str, since: date, until: date | None = None, **more: Any) -> Row:
    release = {P1: R1, P2: R2, P3: R3}[since]
    return {
        "seri": SERIES,
        "id_rilis": release,
        "baris_sumber": number + 1,
        "kunci_warga": person_key(number),
        "urutan_nik": 1,
        "kode_kemendagri": code,
        "berlaku_dari": since,
        "berlaku_sampai": until,
        "nik": f"33750401019000{number:02d}",
        "nama": f"Sintetis {number}",
        "no_kk": f"33750401012200{number:02d}",
        "sidik_baris": number,
        **more,
    }


def _persons(connection: duckdb.DuckDBPyConnection) -> None:
    a, b, c, d, e, f, g, h, i = range(1, 10)
    family_of_a: Row = {"no_kk": "3375040101220001"}
    aid: Row = {"bansos_bpnt": False, "bansos_pkh": False, "bansos_bpnt_ppkm": False, "pbi_jkn": False}
    head: Row = {"hubungan_keluarga": "kepala keluarga"}
    a_says: Row = {**aid, "bansos_bpnt": True, "bansos_pkh": True, "padan": True, "jenis_kelamin": "P"}
    b_says: Row = {**aid, **head, "padan": False, "jenis_kelamin": "L", "tanggal_lahir": date(1946, 4, 1), "rt": "003"}
    insert(
        connection,
        core("riwayat_warga"),
        _person(a, JENGGOT, P1, **family_of_a, **a_says, tanggal_lahir=date(1992, 4, 2)),
        _person(b, MEDONO, P1, P2, **b_says),
        _person(b, SOKODUWET, P2, **b_says, sidik_baris=22),
        _person(c, MEDONO, P1, P2, **aid, nama_ibu_kandung="Ibu Sintetis"),
        _person(d, MEDONO, P2, nik=None, no_kk=None, nama_ibu_kandung="Ibu Sintetis"),
        _person(e, JENGGOT, P2, **family_of_a, **{**aid, "pbi_jkn": True}),
        _person(f, JENGGOT, P1, P2, **aid),
        _person(f, JENGGOT, P2, **{**aid, "bansos_pkh": True}, sidik_baris=66),
        _person(g, JENGGOT, P2, P3, **aid),
        _person(g, MEDONO, P2, P3, **aid, urutan_nik=2, baris_sumber=20, no_kk="3375040101220077"),
        _person(h, MEDONO, P1, P2, **aid, tanggal_lahir=date(1850, 1, 1)),
        _person(h, MEDONO, P3, **aid, tanggal_lahir=date(1850, 1, 1), desil=2),
        _person(i, JENGGOT, P1, seri="bdt2015-3375", id_rilis=BDT, berlaku_dari=date(2015, 1, 1)),
    )


def _rejects_and_warnings(connection: duckdb.DuckDBPyConnection) -> None:
    insert(
        connection,
        core("alasan"),
        {"kode_alasan": "NIK_PANJANG", "tingkat": "tolak", "kolom": "nik", "penjelasan": "Bukan 16 angka."},
        {"kode_alasan": "NAMA_KOSONG", "tingkat": "tolak", "kolom": "nama"},
        {"kode_alasan": "NIK_GANDA", "tingkat": "peringatan", "kolom": "nik"},
        {"kode_alasan": "NIK_TANGGAL_BEDA", "tingkat": "peringatan", "penjelasan": "Tanggal lahir berbeda."},
    )
    insert(
        connection,
        core("ditolak"),
        {"id_kiriman": R2, "bagian": "warga", "baris_sumber": 9, "isi": '{"NIK": "123"}'},
        {"id_kiriman": R2, "bagian": "warga", "baris_sumber": 10, "isi": '{"NIK": "4"}'},
        {"id_kiriman": "dlh-jenggot-2022-1-2", "bagian": "kegiatan", "baris_sumber": 4, "isi": "{}"},
    )
    insert(
        connection,
        core("ditolak_alasan"),
        {"id_kiriman": R2, "bagian": "warga", "baris_sumber": 9, "kode_alasan": "NIK_PANJANG"},
        {"id_kiriman": R2, "bagian": "warga", "baris_sumber": 9, "kode_alasan": "NAMA_KOSONG"},
        {"id_kiriman": R2, "bagian": "warga", "baris_sumber": 10, "kode_alasan": "NIK_PANJANG"},
        {"id_kiriman": "dlh-jenggot-2022-1-2", "bagian": "kegiatan", "baris_sumber": 4, "kode_alasan": "TARGET_TEKS"},
    )
    twice = {"id_kiriman": R2, "kode_alasan": "NIK_GANDA", "kunci_warga": person_key(7)}
    differs = {"kode_alasan": "NIK_TANGGAL_BEDA"}
    insert(
        connection,
        core("peringatan"),
        {**twice, "baris_sumber": 8, "kode_kemendagri": JENGGOT},
        {**twice, "baris_sumber": 20, "kode_kemendagri": MEDONO},
        {**differs, "id_kiriman": R1, "baris_sumber": 3, "kode_kemendagri": MEDONO, "kunci_warga": person_key(2)},
        {**differs, "id_kiriman": R2, "baris_sumber": 33, "kode_kemendagri": SOKODUWET, "kunci_warga": person_key(2)},
        {**differs, "id_kiriman": R2, "baris_sumber": 20, "kode_kemendagri": MEDONO, "kunci_warga": person_key(7)},
        {**differs, "id_kiriman": R2_OLD, "baris_sumber": 3, "kode_kemendagri": MEDONO, "kunci_warga": person_key(2)},
    )
    check = {"id_kiriman": R2, "suite": "rilis"}
    insert(
        connection,
        core("pemeriksaan"),
        {**check, "id_jalan": "1", "pemeriksaan": "a", "lolos": False, "diperiksa_pada": datetime(2022, 4, 5)},
        {**check, "id_jalan": "2", "pemeriksaan": "a", "lolos": True, "diperiksa_pada": datetime(2022, 4, 6)},
        {**check, "id_jalan": "2", "pemeriksaan": "b", "lolos": True, "diperiksa_pada": datetime(2022, 4, 6)},
    )


def _statistics(connection: duckdb.DuckDBPyConnection) -> None:
    insert(
        connection,
        core("indikator"),
        {"indikator": "kemiskinan_p0", "nama_indikator": "Persentase penduduk miskin", "bulan_acuan": 3},
        {"indikator": "tpt", "nama_indikator": "Tingkat pengangguran terbuka", "bulan_acuan": 8},
        {"indikator": "ipm", "nama_indikator": "Indeks pembangunan manusia", "bulan_acuan": None},
    )
    city = {"kode_wilayah": "3375", "terbitan": 1}
    insert(
        connection,
        core("sumber_indikator"),
        {"sumber": "BPS WebAPI", "jenis_sumber": "webapi_bps", "peringkat": 1},
        {"sumber": "pers mengutip BPS", "jenis_sumber": "publikasi", "peringkat": 2},
        {"sumber": "artikel", "jenis_sumber": "publikasi", "peringkat": 3},
    )
    p0 = {**city, "indikator": "kemiskinan_p0", "sumber": "BPS WebAPI", "jenis_sumber": "webapi_bps"}
    tpt = {**city, "indikator": "tpt", "tahun": 2021, "jenis_sumber": "publikasi"}
    insert(
        connection,
        core("nilai_indikator"),
        {**p0, "tahun": 2020, "nilai": 7.17, "sha256": "1"},
        {**p0, "tahun": 2021, "nilai": 7.50, "sha256": "1", "diterbitkan_pada": datetime(2021, 12, 1)},
        {**p0, "tahun": 2021, "nilai": 7.59, "sha256": "2", "terbitan": 2, "diterbitkan_pada": datetime(2022, 2, 1)},
        {**p0, "tahun": 2021, "nilai": 7.59, "sumber": "artikel", "jenis_sumber": "publikasi", "sha256": "3"},
        {**p0, "tahun": 2021, "nilai": 11.79, "kode_wilayah": "3300", "sha256": "2"},
        {**tpt, "nilai": 6.09, "sumber": "artikel", "sha256": "3", "catatan": "angka tertukar"},
        {**tpt, "nilai": 6.89, "sumber": "pers mengutip BPS", "sha256": "3"},
    )


def _reports(connection: duckdb.DuckDBPyConnection) -> None:
    banyurip = "33.75.04.1002"
    dlh = {"opd_singkat": "DLH", "kode_kemendagri": JENGGOT, "tahun": 2022, "triwulan": 1}
    bpbd = {"opd_singkat": "BPBD", "kode_kemendagri": banyurip, "tahun": 2022, "triwulan": 3}
    other = {"opd_singkat": "Dinkes", "kode_kemendagri": MEDONO, "tahun": 2022, "triwulan": 1}
    old, new = {"id_laporan": "dlh-jenggot-2022-1-1"}, {"id_laporan": "dlh-jenggot-2022-1-2"}
    bpbd["id_laporan"], other["id_laporan"] = "bpbd-banyurip-2022-3-1", "dinkes-medono-2022-1-1"
    later = {**other, "triwulan": 2, "id_laporan": "dinkes-medono-2022-2-1"}
    second = {**other, "opd_singkat": "Dinsos", "id_laporan": "dinsos-medono-2022-1-1"}
    taken = {"diserahkan_pada": datetime(2022, 4, 10), "baris_diterima": 3}
    insert(
        connection,
        core("laporan"),
        {**dlh, **old, **taken, "keadaan": "digantikan"},
        {**dlh, **new, **taken, "versi": 2, "baris_ditolak": 1},
        {**bpbd, **taken},
        {**other, **taken},
        {**later, **taken},
        {**second, **taken},
    )
    people, money = {"satuan": "orang"}, {"sumber_dana": "APBD kota"}
    rob = {"masalah": "limbah batik", "potensi": "kampung batik"}
    insert(
        connection,
        core("kegiatan"),
        {**dlh, **old, "baris_sumber": 2, "kegiatan": "lama", "id_kegiatan": "dlh-1", "anggaran_rp": 999},
        {**dlh, **new, **people, **money, **rob, "baris_sumber": 2, "kegiatan": "IPAL",
         "id_kegiatan": "dlh-1", "horizon": "panjang",
         "status": "berjalan", "target": 40, "realisasi": 10, "anggaran_rp": 1000, "realisasi_rp": 250},
        {**dlh, **new, **people, **money, "baris_sumber": 3, "kegiatan": "Pelatihan",
         "id_kegiatan": "dlh-2", "status": "selesai",
         "target": 10, "realisasi": 15, "anggaran_rp": 500, "realisasi_rp": 500, "masalah": "limbah batik"},
        {**dlh, **new, "baris_sumber": 5, "kegiatan": "Taman",
         "id_kegiatan": "dlh-3", "status": "batal", "sumber_dana": "CSR",
         "anggaran_rp": 300},
        {**bpbd, **people, "baris_sumber": 2, "kegiatan": "Simulasi",
         "id_kegiatan": "bpbd-1", "status": "rencana", "target": 0},
        {**other, **money, "baris_sumber": 2, "kegiatan": "Posyandu",
         "id_kegiatan": "dinkes-1", "status": "berjalan", "anggaran_rp": 70,
         "realisasi_rp": 20},
        {**later, **money, "baris_sumber": 2, "kegiatan": "Posyandu",
         "id_kegiatan": "dinkes-1", "status": "selesai", "anggaran_rp": 90,
         "realisasi_rp": 80},
        {**later, **money, "baris_sumber": 3, "kegiatan": "Imunisasi",
         "id_kegiatan": "dinkes-2", "status": "rencana", "anggaran_rp": 10},
        {**second, **money, "baris_sumber": 2, "kegiatan": "Sembako",
         "id_kegiatan": "dinsos-1", "status": "selesai", "anggaran_rp": 5,
         "realisasi_rp": 5},
    )  # fmt: skip
    _other_sheets(connection, {**dlh, **new}, {**dlh, **old}, other, later)


def _other_sheets(connection: duckdb.DuckDBPyConnection, dlh: Row, old: Row, first: Row, later: Row) -> None:
    """Of DLH in Jenggot a problem that an activity names and one that none does; of Dinkes in Medono an agreement that
    is done in its second report, and two that are not; recipients A, D by name, and a stranger."""
    insert(
        connection,
        core("pemetaan"),
        {**dlh, "baris_sumber": 2, "jenis": "masalah", "uraian": "limbah batik", "sektor": "batik",
         "akar_masalah": "belum ada IPAL"},
        {**dlh, "baris_sumber": 3, "jenis": "potensi", "uraian": "sungai", "sektor": "jasa"},
        {**old, "baris_sumber": 2, "jenis": "masalah", "uraian": "lama"},
    )  # fmt: skip
    met = {"tanggal_pertemuan": date(2022, 2, 1)}
    insert(
        connection,
        core("catur_pilar"),
        {**first, **met, "baris_sumber": 2, "id_kesepakatan": "1", "kesepakatan": "lahan", "tenggat": date(2022, 3, 1),
         "status_tindak_lanjut": "belum"},
        {**later, **met, "baris_sumber": 2, "id_kesepakatan": "1", "kesepakatan": "lahan", "tenggat": date(2022, 3, 1),
         "status_tindak_lanjut": "selesai"},
        {**later, **met, "baris_sumber": 3, "id_kesepakatan": "2", "kesepakatan": "data", "tenggat": date(2022, 4, 1),
         "status_tindak_lanjut": "berjalan", "penindak_lanjut": "lurah"},
        {**later, **met, "baris_sumber": 4, "id_kesepakatan": "3", "kesepakatan": "dana", "tenggat": date(2022, 5, 1),
         "status_tindak_lanjut": "belum"},
    )  # fmt: skip
    insert(
        connection,
        core("penerima"),
        {**dlh, "baris_sumber": 2, "kunci_warga": person_key(1), "nama": "Sintetis 1", "id_kegiatan": "dlh-1"},
        {**dlh, "baris_sumber": 3, "kunci_warga": person_key(1), "nama": "Sintetis 1", "id_kegiatan": "dlh-2"},
        {**dlh, "baris_sumber": 4, "kunci_warga": person_key(77), "nama": "Orang Asing"},
        {**dlh, "baris_sumber": 5, "nama": "H. Sintetis"},
        {**dlh, "baris_sumber": 6, "nama": "Tak Dikenal"},
    )
