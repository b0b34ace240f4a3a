"""Verdicts: what failed, what broke, and what never shows."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import duckdb
import polars as pl
import pytest

from errors import CheckFailedError, DampinganError
from expectations.model import Check, CheckResult, Suite, SuiteResult, rows_check
from expectations.runner import gate, ledger_rows, run_suites
from tests.expectations.planting import only, planted, run_check
from tests.expectations.small_warehouse import PLANTED_KK, PLANTED_NAME, PLANTED_NIK, RELEASE
from warehouse.columns import polars_schema
from warehouse.tables.accounting import PEMERIKSAAN

Base = tuple[duckdb.DuckDBPyConnection, Mapping[str, Suite]]
STAGED = f"diterima.{RELEASE}"
BREAKS = rows_check("rusak", "Uji.", "SELECT baris_sumber FROM {batch} WHERE CAST(nama AS INTEGER) = 1")


def suite_result(*failed: int) -> SuiteResult:
    checks = tuple(
        CheckResult(
            suite="uji",
            check=f"periksa_{number}",
            table="core.rilis",
            passed=rows == 0,
            failed_rows=rows,
            failing_keys=tuple(f"baris {line}" for line in range(rows)),
            title="Judul.",
            expectation="X",
            parameters={},
            query="",
        )
        for number, rows in enumerate(failed)
    )
    return SuiteResult("jalan", "kiriman", "uji", "Uji.", "core.rilis", 9, datetime(2026, 11, 1), checks)


def test_a_check_that_cannot_run_is_a_fault_of_the_program(
    base: Base, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    connection, suites = base
    suite = only(suites[STAGED], "nik_16_angka")
    broken = replace(suite, checks=(*suite.checks, BREAKS))
    with caplog.at_level(logging.DEBUG), pytest.raises(DampinganError) as raised:
        run_suites(connection, [broken], run_id="uji")
    fault = raised.value
    assert not isinstance(fault, CheckFailedError)
    assert fault.exit_code == 1
    assert "tidak dapat dijalankan: rusak." in fault.what
    assert "bukan kesalahan data" in fault.what
    assert fault.__cause__ is None
    assert fault.__context__ is None
    seen = caplog.text + "".join(capfd.readouterr()) + pickle.dumps(fault).decode("latin-1")
    assert "Sintetis" not in seen


def test_an_expectation_on_an_unknown_column_is_broken_too(base: Base) -> None:
    connection, _ = base
    check = Check("salah_kolom", "Uji.", "ExpectColumnValuesToNotBeNull", {"column": "tidak_ada"})
    with pytest.raises(DampinganError, match="salah_kolom"):
        run_suites(connection, [Suite("uji", "Uji.", "core.rilis", (check,))], run_id="uji")


def test_a_missing_table_fails_its_suite(base: Base) -> None:
    connection, suites = base
    suite = replace(suites["core.rilis"], relation="core.tidak_ada")
    (result,) = run_suites(connection, [suite], run_id="uji")
    assert [(check.check, check.passed) for check in result.checks] == [("tabel_ada", False)]
    with pytest.raises(CheckFailedError, match=r"tabel_ada pada core\.tidak_ada"):
        gate([result])


def test_at_most_twenty_keys_are_shown_in_order(base: Base) -> None:
    connection, suites = base
    copies = """
        INSERT INTO staged.diterima
        SELECT d.* REPLACE (100 + i AS baris_sumber, 'x' AS nik)
        FROM staged.diterima AS d
        CROSS JOIN range(40) AS bilangan (i)
        WHERE d.baris_sumber = 2
    """
    with planted(connection, "staged.diterima", copies):
        result = run_check(connection, suites[STAGED], "nik_16_angka")
    assert result.failed_rows == 40
    assert result.failing_keys == tuple(f"baris {number}" for number in range(100, 120))


def test_no_person_shows_in_results_or_messages(base: Base, caplog: pytest.LogCaptureFixture) -> None:
    connection, suites = base
    defect = f"""
        UPDATE staged.diterima SET nik = nik || '1', no_kk = '1', nama = nama || ' 1', jenis_kelamin = '{PLANTED_NAME}',
            hubungan_keluarga = '{PLANTED_NIK}', kode_kemendagri = NULL, tanggal_lahir = NULL;
        INSERT INTO staged.diterima FROM staged.diterima WHERE baris_sumber = 2
    """
    with planted(connection, "staged.diterima", defect), caplog.at_level(logging.DEBUG):
        affected = [suites[STAGED], suites["core.ditolak"], suites["core.riwayat_warga"]]
        results = run_suites(connection, affected, run_id="uji", submission_id=RELEASE)
        with pytest.raises(CheckFailedError) as raised:
            gate(results)
    failed = {failure.check for result in results for failure in result.failures}
    assert {"nik_16_angka", "kunci_unik", "jenis_kelamin_dari_daftar", "hubungan_keluarga_dari_daftar"} <= failed
    seen = repr(results) + raised.value.paragraph + repr(ledger_rows(results)) + caplog.text
    for value in (PLANTED_NIK, PLANTED_KK, PLANTED_NAME, "Sintetis"):
        assert value not in seen


def test_no_check_asks_for_values_of_a_personal_column(base: Base) -> None:
    """Beside patterns, whose values the result format withholds, nothing but counting queries."""
    _, suites = base
    personal = {"nik", "no_kk", "nama", "jenis_kelamin", "hubungan_keluarga", "kunci_warga", "isi", "sidik_baris"}
    for suite in suites.values():
        for check in suite.checks:
            columns = {check.parameters.get("column"), *(_listed(check, "column_list"))} & personal
            assert not columns or check.expectation in {
                "ExpectColumnValuesToMatchRegex",
                "ExpectTableColumnsToMatchOrderedList",
            }, (suite.name, check.name)


def _listed(check: Check, name: str) -> list[str]:
    value = check.parameters.get(name, [])
    return value if isinstance(value, list) else []


def test_the_gate_names_check_table_rows_and_first_keys() -> None:
    gate([suite_result(0, 0)])
    with pytest.raises(CheckFailedError) as raised:
        gate([suite_result(0, 7), suite_result(1)])
    message = raised.value.paragraph
    assert raised.value.exit_code == 4
    assert message.startswith("2 pemeriksaan data tidak lolos: periksa_1 pada core.rilis, 7 baris (baris 0 | baris 1")
    assert "baris 4 | …): Judul" in message
    assert "baris 5" not in message
    assert "Terbitan terakhir tetap berlaku." in message


def test_the_gate_cuts_a_long_list() -> None:
    with pytest.raises(CheckFailedError, match="; dan 3 lainnya"):
        gate([suite_result(*[1] * 8)])


def test_ledger_rows_fit_the_table_of_checks(base: Base) -> None:
    connection, suites = base
    results = run_suites(connection, [suites["core.alasan"]], run_id="jalan-1", submission_id="kiriman-1")
    rows = pl.DataFrame(ledger_rows(results), schema=polars_schema(PEMERIKSAAN), orient="row")
    assert rows.columns == PEMERIKSAAN.column_names
    assert rows.height == len(suites["core.alasan"].checks)
    assert rows["lolos"].all()
    assert rows.select(PEMERIKSAAN.key).is_unique().all()


def test_a_check_name_is_unique_in_its_suite() -> None:
    with pytest.raises(ValueError, match="ganda"):
        Suite("uji", "Uji.", "core.rilis", (BREAKS, BREAKS))


def test_a_query_must_be_about_the_checked_table() -> None:
    with pytest.raises(ValueError, match="batch"):
        rows_check("uji", "Uji.", "SELECT 1 FROM core.rilis")
