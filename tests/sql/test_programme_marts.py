"""The marts on OPD and their programmes against counts made by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import duckdb

from settings import Settings
from tests.sql.hand_made import JENGGOT, MEDONO, P3, PROTECTED, SERIES, build, rows
from warehouse.columns import Role
from warehouse.tables.marts_programmes import PROGRAMME_MARTS
from warehouse.views import create_views

Q1, Q2, Q3 = date(2022, 1, 1), date(2022, 4, 1), date(2022, 7, 1)


def test_every_kelurahan_has_one_row_and_unknown_opd_stays_empty() -> None:
    assert rows(
        "SELECT count(*), count(opd_singkat), count(*) FILTER (WHERE ada_pendamping), count(DISTINCT kode_kemendagri)"
        " FROM marts.pendampingan"
    ) == [(27, 6, 6, 27)]
    assert rows("SELECT opd_singkat FROM marts.pendampingan WHERE kelurahan = 'Sokoduwet'") == [("DPMPPA",)]


def test_opd_counts_reports_in_force_only() -> None:
    found = rows("SELECT * FROM marts.opd WHERE opd_singkat IN ('DLH', 'Dinkes', 'DPMPPA') ORDER BY opd_singkat")
    assert [(row[0], *row[2:]) for row in found] == [
        ("DLH", 1, 1, Q1),
        ("DPMPPA", 1, 0, None),
        ("Dinkes", 0, 2, Q2),
    ]


def test_achievement_adds_up_only_within_one_unit() -> None:
    found = rows(
        "SELECT periode, satuan, jumlah_kegiatan, kegiatan_bertarget, kegiatan_tercapai, target, realisasi,"
        " capaian_persen, anggaran_rp, realisasi_rp, serapan_persen FROM marts.capaian_opd"
        " WHERE opd_singkat = 'DLH' ORDER BY satuan"
    )
    assert found == [
        (Q1, "orang", 2, 2, 1, 50, 25, 50, 1500, 750, 50),
    ]
    assert rows(
        "SELECT target, capaian_persen, triwulan_terakhir FROM marts.capaian_opd WHERE opd_singkat = 'BPBD'"
    ) == [(None, None, True)]


def test_activities_per_horizon_and_state() -> None:
    assert rows(
        "SELECT horizon, status, jumlah_kegiatan, anggaran_rp FROM marts.kegiatan_horizon"
        " WHERE opd_singkat = 'DLH' ORDER BY ALL"
    ) == [("panjang", "berjalan", 1, 1000), ("pendek", "batal", 1, 300), ("pendek", "selesai", 1, 500)]


def test_budget_per_source_of_funds() -> None:
    assert rows(
        "SELECT opd_singkat, sumber_dana, jumlah_kegiatan, anggaran_rp, serapan_persen FROM marts.anggaran_sumber"
        " ORDER BY ALL"
    ) == [
        ("BPBD", "tidak diisi", 1, None, None),
        ("DLH", "APBD kota", 2, 1500, 50),
        ("Dinkes", "APBD kota", 1, 70, Decimal("28.57")),
        ("Dinkes", "APBD kota", 2, 100, 80),
        ("Dinsos", "APBD kota", 1, 5, 100),
    ]


def test_budget_per_registered_person_uses_the_last_release_of_the_year() -> None:
    found = rows(
        "SELECT kode_kemendagri, triwulan_dilaporkan, anggaran_rp, periode_rilis, terdaftar_jiwa, anggaran_per_jiwa_rp"
        " FROM marts.anggaran_per_jiwa"
        f" WHERE kode_kemendagri IN ('{JENGGOT}', '{MEDONO}', '33.75.04.1010') ORDER BY ALL"
    )
    assert found == [
        (MEDONO, 2, 105, P3, 2, Decimal("52.50")),
        (JENGGOT, 1, 1500, P3, 3, 500),
        ("33.75.04.1010", 0, None, P3, 1, None),
    ]
    assert rows("SELECT count(*) FROM marts.anggaran_per_jiwa") == [(27,)]


def test_a_year_is_the_last_report_of_each_opd_and_never_a_sum_of_quarters() -> None:
    """Budgets are for the year, spending is since its beginning: Dinkes said 70 then 100, Dinsos 5 once."""
    year = [(MEDONO, 105, 85)]
    assert (
        rows(
            "SELECT kode_kemendagri, anggaran_rp, realisasi_rp FROM marts.anggaran_per_jiwa"
            f" WHERE kode_kemendagri = '{MEDONO}'"
        )
        == year
    )
    for view in ("anggaran_sumber", "kegiatan_horizon", "capaian_opd"):
        assert (
            rows(
                f"SELECT kode_kemendagri, sum(anggaran_rp), sum(realisasi_rp) FROM marts.{view}"
                f" WHERE kode_kemendagri = '{MEDONO}' AND terakhir_dalam_tahun GROUP BY ALL"
            )
            == year
        )
    assert rows(
        "SELECT opd_singkat, triwulan, terakhir_dalam_tahun FROM marts.anggaran_sumber"
        f" WHERE kode_kemendagri = '{MEDONO}' ORDER BY ALL"
    ) == [("Dinkes", 1, False), ("Dinkes", 2, True), ("Dinsos", 1, True)]


def test_a_cancelled_activity_counts_in_no_budget_and_no_target_and_shows_by_its_status() -> None:
    """Jenggot: 1500 in force, 300 of a cancelled one."""
    for view in ("anggaran_sumber", "capaian_opd", "anggaran_per_jiwa", "prioritas_kelurahan"):
        assert rows(f"SELECT sum(anggaran_rp) FROM marts.{view} WHERE kode_kemendagri = '{JENGGOT}'") == [(1500,)]
    assert rows(
        "SELECT status = 'batal', sum(jumlah_kegiatan), sum(anggaran_rp) FROM marts.kegiatan_horizon"
        f" WHERE kode_kemendagri = '{JENGGOT}' GROUP BY ALL ORDER BY ALL"
    ) == [(False, 2, 1500), (True, 1, 300)]


def test_the_comment_of_an_amount_says_how_the_cancelled_count_and_which_rows_may_be_added() -> None:
    for view in PROGRAMME_MARTS:
        quarterly = {"triwulan", "anggaran_rp"} <= {column.name for column in view.columns}
        for column in view.columns:
            if column.name in ("anggaran_rp", "realisasi_rp"):
                assert quarterly == ("Jumlahkan hanya baris dengan terakhir_dalam_tahun" in column.description)
                assert "batal" in column.description or view.name == "prioritas_kelurahan", view.name


def test_amounts_of_one_quarter_are_not_declared_additive() -> None:
    for view in PROGRAMME_MARTS:
        quarterly = {"triwulan", "anggaran_rp"} <= {column.name for column in view.columns}
        for column in view.columns:
            if column.unit == "rupiah":
                assert (column.role is Role.NON_ADDITIVE) == quarterly, (view.name, column.name)


def test_problems_and_potential_are_listed_once_with_their_activities() -> None:
    found = rows(
        "SELECT jenis, uraian, sektor, akar_masalah, jumlah_kegiatan, kelurahan FROM marts.potensi_masalah ORDER BY ALL"
    )
    assert found == [
        ("masalah", "limbah batik", "batik", "belum ada IPAL", 2, "Jenggot"),
        ("potensi", "kampung batik", None, None, 1, "Jenggot"),
        ("potensi", "sungai", "jasa", None, 0, "Jenggot"),
    ]


def test_an_activity_is_a_series_over_its_reports() -> None:
    assert rows(
        "SELECT triwulan, kegiatan, laporan_ke, status_sebelumnya, status, anggaran_rp, serapan_persen"
        " FROM marts.kemajuan_kegiatan WHERE opd_singkat = 'Dinkes' ORDER BY id_kegiatan, triwulan"
    ) == [
        (1, "Posyandu", 1, None, "berjalan", 70, Decimal("28.57")),
        (2, "Posyandu", 2, "berjalan", "selesai", 90, Decimal("88.89")),
        (2, "Imunisasi", 1, None, "rencana", 10, None),
    ]


def test_an_agreement_has_the_state_of_the_last_report_that_names_it() -> None:
    assert rows(
        "SELECT kesepakatan, triwulan, per_tanggal, keadaan_tenggat, terlambat_hari"
        " FROM marts.tindak_lanjut_catur_pilar ORDER BY id_kesepakatan"
    ) == [
        ("lahan", 2, date(2022, 4, 10), "selesai", None),
        ("data", 2, date(2022, 4, 10), "lewat tenggat", 9),
        ("dana", 2, date(2022, 4, 10), "jatuh tempo 30 hari", None),
    ]


def test_recipients_are_persons_and_are_matched_to_the_register() -> None:
    """A stands twice; the stranger has a NIK; one of two names is that of somebody registered in Jenggot."""
    columns = (
        "penerima_jiwa, penerima_bernik_jiwa, terdaftar_jiwa, terdaftar_di_kelurahan_jiwa, diusulkan_jiwa,"
        " tidak_ditemukan_jiwa, disamarkan"
    )
    assert rows(f"SELECT {columns} FROM marts.penerima_program") == [(4, 2, 1, 1, 1, 2, False)]
    assert rows(f"SELECT {columns} FROM marts.penerima_program", PROTECTED) == [(*[None] * 6, True)]
    assert rows("SELECT DISTINCT nama, bukti_nama FROM internal.calon_penerima") == [("H. Sintetis", "sama")]


def test_how_many_registered_people_got_nothing_from_an_opd() -> None:
    assert rows(
        "SELECT kelurahan, golongan_desil, tahun_laporan, terdaftar_jiwa, menerima_program_jiwa, tanpa_program_jiwa,"
        " menerima_persen FROM marts.jangkauan_program WHERE kelurahan = 'Jenggot' ORDER BY golongan_desil"
    ) == [
        ("Jenggot", "semua", 2022, 3, 1, 2, Decimal("33.33")),
        ("Jenggot", "tidak diketahui", 2022, 3, 1, 2, Decimal("33.33")),
    ]


def test_assignments_hold_in_their_time_only() -> None:
    with duckdb.connect() as connection:
        build(connection)
        connection.execute(
            "UPDATE core.opd_dampingan SET berlaku_sampai = DATE '2022-03-31' WHERE opd_singkat = 'DLH';"
            "INSERT INTO core.opd_dampingan"
            " SELECT * REPLACE ('DPUPR' AS opd_singkat, DATE '2022-04-01' AS berlaku_dari, NULL AS berlaku_sampai,"
            " '401/9' AS nomor_sk) FROM core.opd_dampingan WHERE opd_singkat = 'DLH'"
        )
        create_views(connection, Settings(rounding_base=1, suppression_threshold=1))
        assert connection.execute(
            "SELECT opd_singkat, nomor_sk, berlaku_dari FROM marts.pendampingan WHERE kelurahan = 'Jenggot'"
        ).fetchall() == [("DPUPR", "401/9", Q2)]
        assert connection.execute(
            "SELECT opd_singkat, triwulan, sudah_lapor FROM marts.kepatuhan_laporan WHERE kelurahan = 'Jenggot'"
            " ORDER BY triwulan"
        ).fetchall() == [("DLH", 1, True), ("DPUPR", 2, False), ("DPUPR", 3, False)]
        assert connection.execute("SELECT count(*) FROM marts.pendampingan").fetchall() == [(27,)]


def test_missing_reports_show_for_every_quarter_in_between() -> None:
    assert rows(
        "SELECT periode, triwulan, count(*), count(*) FILTER (WHERE sudah_lapor), bool_or(triwulan_terakhir)"
        " FROM marts.kepatuhan_laporan WHERE sesuai_penetapan GROUP BY ALL ORDER BY ALL"
    ) == [(Q1, 1, 6, 1, False), (Q2, 2, 6, 0, False), (Q3, 3, 6, 1, True)]
    assert rows(
        "SELECT opd_singkat, periode, versi, diserahkan_pada, baris_ditolak FROM marts.kepatuhan_laporan"
        " WHERE sudah_lapor AND opd_singkat <> 'BPBD' ORDER BY opd_singkat, periode"
    ) == [
        ("DLH", Q1, 2, datetime(2022, 4, 10), 1),
        ("Dinkes", Q1, 1, datetime(2022, 4, 10), 0),
        ("Dinkes", Q2, 1, datetime(2022, 4, 10), 0),
        ("Dinsos", Q1, 1, datetime(2022, 4, 10), 0),
    ]


def test_priority_is_the_sum_of_plain_ranks() -> None:
    found = rows(
        "SELECT kelurahan, terdaftar_jiwa, porsi_terdaftar_persen, tanpa_bansos_jiwa, tanpa_bansos_persen,"
        " jumlah_kegiatan, anggaran_rp, peringkat_terdaftar, peringkat_tanpa_bansos, peringkat_kegiatan,"
        " peringkat_anggaran, jumlah_peringkat, urutan_prioritas FROM marts.prioritas_kelurahan"
        " WHERE terdaftar_jiwa > 0 ORDER BY kelurahan"
    )
    # activities: Medono 3 in the last reports of two OPD, Jenggot 2 (the cancelled one does not count), Banyurip 1,
    # the other 24 none; budget per person: Sokoduwet 0, Medono (90 + 10 + 5) / 2, Jenggot 1500 / 3; NULL, hence last,
    # where nobody is registered; so 23 kelurahan without persons and activities share place 2 with 4 + 4 + 1 + 4 = 13
    assert found == [
        ("Jenggot", 3, 50, 0, 0, 2, 1500, 1, 3, 26, 3, 33, 26),
        ("Medono", 2, Decimal("33.33"), 2, 100, 3, 105, 2, 1, 27, 2, 32, 25),
        ("Sokoduwet", 1, Decimal("16.67"), 1, 100, 0, 0, 3, 1, 1, 1, 6, 1),
    ]
    assert rows("SELECT count(*), any_value(seri), any_value(periode) FROM marts.prioritas_kelurahan") == [
        (27, SERIES, P3)
    ]
