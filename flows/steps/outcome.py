"""What a run did, as plain data: for the terminal, for `--json`, for Prefect. Ids, counts and sentences only."""

from __future__ import annotations

from typing import Any

from expectations import docs
from flows.steps.job import Job
from warehouse import publication
from warehouse.connection import open_warehouse
from warehouse.journal import Kind, Step
from warehouse.summary import last_changes, sk_comparison, taken_in

QUERY_TO_TRY = (
    "SELECT nama_wilayah, tanggal_sk, jumlah_sk_jiwa, jumlah_diterima_jiwa, selisih_jiwa "
    "FROM marts.rekonsiliasi_sk WHERE rilis_terakhir AND tingkat = 'kecamatan';"
)


def describe(job: Job, generation: str | None) -> dict[str, Any]:
    """The outcome of a run.

    Keys: `run_id`, `exit_code`, `taken_in` (files with their row accounting), `changes` and `sk_comparison` (only
    when a release was loaded), `statistics`, `checks`, `generation` (None when nothing was published), `current`,
    `database`, `query`, `problems`, `notices`.
    """
    current = publication.current_manifest(job.home)
    files: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    comparison: list[dict[str, Any]] = []
    loaded = _loaded_in_this_run(job)
    if loaded:
        with open_warehouse(job.settings) as connection:
            files = taken_in(connection, loaded)
            if generation is not None and any(file["sumber"] == "register" for file in files):
                changes = last_changes(connection)
                comparison = sk_comparison(connection)
    return {
        "run_id": job.run_id,
        "exit_code": job.exit_code,
        "taken_in": files,
        "changes": changes,
        "sk_comparison": comparison,
        "statistics": job.statistics,
        "checks": _checks(job),
        "generation": generation,
        "current": current["generation"] if current else None,
        "database": str(job.home.current_database) if current else None,
        "query": QUERY_TO_TRY,
        "problems": [
            {"subject": problem.subject, "paragraph": problem.paragraph, "exit_code": problem.exit_code}
            for problem in job.problems
        ],
        "notices": list(job.notices),
    }


def _checks(job: Job) -> dict[str, Any]:
    groups: dict[str, list[bool]] = {}
    for result in job.results:
        group = result.submission_id or ("gudang data" if result.table.startswith("core.") else "terbitan")
        groups.setdefault(group, []).extend(check.passed for check in result.checks)
    return {
        "groups": [{"group": name, "run": len(passed), "passed": sum(passed)} for name, passed in groups.items()],
        "pages": str(job.home.data_docs / "index.html") if job.results else None,
    }


def write_data_docs(job: Job) -> None:
    """Pages of every check that ran, if any did."""
    if job.results:
        docs.write(job.results, job.home.data_docs)


def _loaded_in_this_run(job: Job) -> list[str]:
    ids = []
    for kind in (Kind.RELEASE, Kind.REPORT):
        for event in job.journal.events(kind):
            if event.run_id == job.run_id and event.step is Step.LOADED:
                ids.append(event.details.get("report_id", event.subject))
    return ids
