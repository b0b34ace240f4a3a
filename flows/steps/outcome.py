"""What a run did, as plain data: for the terminal, for `--json`, for Prefect. Ids, counts and sentences only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from expectations import docs
from flows.steps.job import Job
from flows.steps.mended import mended_in
from flows.steps.publishing import changes_since_last
from tasks.registry.decree import against_control_totals
from tasks.registry.intake import received_release
from warehouse import publication
from warehouse.connection import open_warehouse
from warehouse.journal import Kind, Step
from warehouse.summary import accepted_by_area, last_changes, taken_in

QUERY_TO_TRY = (
    "SELECT nama_wilayah, tanggal_sk, jumlah_sk_jiwa, jumlah_diterima_jiwa, selisih_jiwa "
    "FROM marts.rekonsiliasi_sk WHERE rilis_terakhir AND tingkat = 'kecamatan';"
)


def describe(job: Job, generation: str | None) -> dict[str, Any]:
    """The outcome of a run.

    Keys: `run_id`, `exit_code`, `taken_in` (files with their row accounting), `mended` (see `flows.steps.mended`),
    `changes` and `sk_comparison` (of what was loaded and is in force), `statistics`, `checks`, `generation` (None when
    nothing was published), `published_changes` (see `flows.steps.publishing.changes_since_last`), `current`,
    `database`, `query`, `problems`, `notices`.
    """
    current = publication.current_manifest(job.home)
    files: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    comparison: list[dict[str, Any]] = []
    mended: list[dict[str, Any]] = []
    loaded = _loaded_in_this_run(job)
    if loaded:
        with open_warehouse(job.settings) as connection:
            files = taken_in(connection, loaded)
            if generation is not None:
                changes = [change for change in last_changes(connection) if _is_of(change, loaded)]
            releases = [file["id"] for file in files if file["sumber"] == "register"]
            accepted = {release_id: accepted_by_area(connection, release_id) for release_id in releases}
        mended = [found for release_id in releases if (found := mended_in(job, release_id))]
        comparison = _sk_comparison(job, accepted)
    return {
        "run_id": job.run_id,
        "exit_code": job.exit_code,
        "taken_in": files,
        "mended": mended,
        "changes": changes,
        "sk_comparison": comparison,
        "statistics": job.statistics,
        "checks": _checks(job),
        "generation": generation,
        "published_changes": changes_since_last(job, generation) if generation else None,
        "current": current["generation"] if current else None,
        "database": str(job.home.current_database) if current else None,
        "query": QUERY_TO_TRY,
        "problems": [
            {"subject": problem.subject, "paragraph": problem.paragraph, "exit_code": problem.exit_code}
            for problem in job.problems
        ],
        "notices": list(job.notices),
    }


def _is_of(change: dict[str, Any], loaded: Collection[str]) -> bool:
    return bool(change["rilis"] in loaded or change["rilis_sebelumnya"] in loaded)


def _sk_comparison(job: Job, accepted: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Per release in force with totals in its decree: `release`, `sk_number`, `sk_date` and `rows`."""
    found = []
    for release_id, by_area in accepted.items():
        if not by_area:
            continue
        manifest = received_release(release_id, job.raw, job.journal).manifest
        if rows := against_control_totals(manifest, by_area, job.areas.names):
            sk = {"sk_number": manifest.sk_number, "sk_date": manifest.sk_date.isoformat()}
            found.append({"release": release_id, **sk, "rows": rows})
    return found


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
                ids += event.details.get("report_ids", [event.subject])
    return ids
