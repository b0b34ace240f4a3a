"""The last steps of a run: refresh reference tables and views, check the warehouse, build, check, publish."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import polars as pl

from errors import DampinganError
from expectations import published, warehouse
from expectations.runner import gate, ledger_rows, run_suites
from flows.steps.job import Job
from tasks.programmes.rules import RULES
from tasks.reference import REFERENCE_FOLDER
from tasks.registry.rules import household_rules
from tasks.registry.rules import rules as register_rules
from warehouse import publication
from warehouse.columns import polars_schema
from warehouse.connection import open_read_only, open_warehouse, replace_rows, transaction
from warehouse.dictionary import load_dictionary
from warehouse.dictionary_page import write_dictionary_page
from warehouse.generation_diff import compare_generations
from warehouse.journal import Event, Kind, Step
from warehouse.open_data import write_open_data
from warehouse.tables.accounting import PEMERIKSAAN
from warehouse.tables.reference import ALASAN, OPD_DAMPINGAN, WILAYAH
from warehouse.views import create_views, marts

_CHANGES = (Step.LOADED, Step.WITHDRAWN)
_SHOWN_SETTINGS = {"kode_wilayah", "nama_wilayah", "rounding_base", "suppression_threshold"}


def is_due(job: Job) -> bool:
    """Whether something was loaded or withdrawn, or the program, reference/ or a setting that shows in the publication
    changed, since the last one."""
    events = job.journal.events()
    if publication.current_manifest(job.home) is None:
        return any(event.step in _CHANGES for event in events)
    if (rollback := rolled_back(job)) is not None:
        job.notices.append(
            f"Terbitan dikembalikan ke {rollback.subject}; yang baru tidak diterbitkan sampai ada `dampingan publish`."
        )
        return False
    last_change = max((event.number for event in events if event.step in _CHANGES), default=0)
    published = [event for event in events if event.step is Step.PUBLISHED]
    if not published or last_change > published[-1].number or published[-1].code_version != job.version:
        return True
    return published[-1].details.get("fingerprint") != fingerprint(job)


def rolled_back(job: Job) -> Event | None:
    """The rollback that is in effect, if one is: until somebody publishes on purpose nothing replaces what a person
    went back to."""
    published = [event for event in job.journal.events(Kind.PUBLICATION) if event.step is Step.PUBLISHED]
    return published[-1] if published and published[-1].details.get("rollback") else None


def fingerprint(job: Job) -> str:
    """SHA-256 over what people maintain by hand and what they set, as far as it shows in a publication."""
    digest = hashlib.sha256()
    for path in _reference_files(job.region.folder):
        digest.update(f"{path.name} {publication.file_sha256(path)}\n".encode())
    digest.update(job.settings.model_dump_json(include=_SHOWN_SETTINGS).encode())
    return digest.hexdigest()


def _reference_files(own: Path) -> list[Path]:
    """What every region shares, then the tables of ours; those of other regions show nowhere."""
    shared = (path for path in REFERENCE_FOLDER.rglob("*") if REFERENCE_FOLDER / "wilayah" not in path.parents)
    return [path for path in (*sorted(shared), *sorted(own.rglob("*"))) if path.suffix in (".csv", ".toml")]


def refresh_warehouse(job: Job) -> None:
    """Reference tables, reason codes, dictionary and views as the program and reference/ have them now."""
    areas = job.areas.areas
    reasons = [
        {
            "kode_alasan": rule.code,
            "tingkat": rule.severity,
            "kolom": rule.column,
            "penjelasan": rule.explanation,
            "tindakan": rule.action,
        }
        for rule in (
            *register_rules(area_code=job.settings.kode_wilayah, period=job.started_at.date()),
            *household_rules(),
            *RULES,
        )
    ]
    with open_warehouse(job.settings) as connection:
        with transaction(connection):
            replace_rows(connection, WILAYAH.qualified, areas.select(WILAYAH.column_names))
            replace_rows(connection, OPD_DAMPINGAN.qualified, job.region.assignments)
            replace_rows(connection, ALASAN.qualified, pl.DataFrame(reasons, schema=polars_schema(ALASAN)))
            load_dictionary(connection)
        create_views(connection, job.settings)


def check_warehouse(job: Job) -> None:
    """Every suite of the warehouse. Raises CheckFailedError; then nothing is published."""
    with open_warehouse(job.settings) as connection:
        results = run_suites(connection, warehouse.suites(), run_id=job.run_id)
        job.results.extend(results)
        rows = pl.DataFrame(ledger_rows(job.results), schema=polars_schema(PEMERIKSAAN), orient="row")
        connection.register("check_rows", rows.to_arrow())
        with transaction(connection):
            connection.execute(f"INSERT INTO {PEMERIKSAAN.qualified} BY NAME FROM check_rows")
        connection.unregister("check_rows")
    gate(results)


def publish(job: Job) -> str | None:
    """Build the marts aside, check the built file, make it current. None when its content is what is published.

    Raises:
        CheckFailedError: the built file is deleted and the last publication stays.
    """
    tables = marts()
    with open_warehouse(job.settings) as connection:
        remark = "DATA CONTOH, bukan data sungguhan. " if job.home.sample_marker.exists() else ""
        built = publication.build(connection, job.home, tables, run_id=job.run_id, remark=remark)
        releases = _releases(connection.sql(_RELEASES).pl())
    try:
        with open_read_only(built.database) as connection:
            results = run_suites(connection, published.suites(tables), run_id=job.run_id)
        job.results.extend(results)
        gate(results)
    except DampinganError:
        publication.discard(built)
        raise
    details = {"content_hash": built.content_hash, "fingerprint": fingerprint(job)}
    current = publication.current_manifest(job.home)
    if current is not None and current["content_hash"] == built.content_hash:
        publication.discard(built)
        job.journal.record(
            Kind.PUBLICATION, current["generation"], Step.PUBLISHED, details=details | {"unchanged": True}
        )
        return None
    _write_companions(job, built, remark)
    checks = [check for result in job.results for check in result.checks]
    manifest = {
        "code_version": job.version,
        "run_id": job.run_id,
        "sample": job.home.sample_marker.exists(),
        "area": {"kode_bps": job.settings.kode_wilayah, "nama": job.settings.nama_wilayah},
        "releases": releases,
        "checks": {"passed": sum(check.passed for check in checks), "run": len(checks)},
    }
    generation = publication.publish(built, job.home, manifest, at=job.started_at, keep=job.settings.keep_generations)
    job.journal.record(Kind.PUBLICATION, generation, Step.PUBLISHED, details=details)
    return generation


def _write_companions(job: Job, built: publication.Built, remark: str) -> None:
    """What lies beside the database for people and portals: CSV, data package, data dictionary."""
    tables, area_name = marts(), job.settings.nama_wilayah
    with open_read_only(built.database) as connection:
        write_open_data(
            connection,
            built.folder,
            tables,
            area={"kode_bps": job.settings.kode_wilayah, "nama": area_name},
            content_hash=built.content_hash,
            remark=remark,
        )
    write_dictionary_page(
        built.folder,
        tables,
        built.row_counts,
        area_name=area_name,
        content_hash=built.content_hash,
        sample=job.home.sample_marker.exists(),
    )


def changes_since_last(job: Job, generation: str) -> dict[str, Any] | None:
    """What `generation`, just published, changed for readers: `since` and `views` as `warehouse.generation_diff` tells
    them. None where there is no generation before it that can be read: what is published stays published."""
    published = [event.subject for event in job.journal.events(Kind.PUBLICATION) if event.step is Step.PUBLISHED]
    before = next((name for name in reversed(published) if name != generation), None)
    if before is None or before not in publication.generations(job.home):
        return None
    try:
        views = compare_generations(job.home.published / before, job.home.published / generation)
    except DampinganError:
        return None
    return {"since": before, "views": views}


_RELEASES = """
SELECT id_rilis, nomor_sk, tanggal_sk, periode, sha256, baris_berkas, baris_diterima, baris_ditolak, baris_dilewati
FROM core.rilis WHERE keadaan = 'berlaku' ORDER BY id_rilis
"""


def _releases(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: str(value) if value is not None and not isinstance(value, int) else value for name, value in row.items()}
        for row in rows.to_dicts()
    ]
