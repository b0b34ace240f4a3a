"""The workbook of the rejected rows of a release, loaded or not. Of a loaded one nothing is touched; one that is not
loaded is read again for it, which takes the writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from errors import UsageError
from flows.inspection import journal_of, latest_event, ledger_of, states_of, unknown_release
from flows.steps.job import open_job
from flows.steps.releases import stage_into, staging_folder
from settings import Settings
from tasks.registry.intake import ReceivedRelease, received_release
from tasks.registry.layouts import layout_named, load_layouts
from tasks.registry.raw_lines import RawLine, raw_lines_of_table
from tasks.registry.rejects import needs_raw, write_rejects
from tasks.registry.staged_rejects import staged_rejects
from warehouse.connection import open_read_only
from warehouse.journal import PENDING, Step
from warehouse.raw import RawStore
from warehouse.rejects import RejectedRow, headers_of, rejected_rows
from warehouse.summary import contents_of


def export_rejects(release_id: str, out: Path) -> int:
    """Write the rejected rows of a release as a workbook; returns their number.

    Raises:
        UsageError: an unknown release, or one that was refused or withdrawn before it was loaded.
        BusyError: a run holds the warehouse.
    """
    settings = Settings()
    home = settings.home_folders
    journal = journal_of(home)
    if journal is None:
        raise unknown_release(release_id)
    entry = ledger_of(home).get(release_id)
    if entry is None:
        return _export_unloaded(settings, release_id, out)
    with open_read_only(home.warehouse_file) as connection:
        rows, headers = rejected_rows(connection, release_id), headers_of(connection, release_id)
        tables = {table["bagian"]: table["nama_berkas"] for table in contents_of(connection, release_id)["tables"]}
    raw = RawStore(home.raw)
    as_submitted = _as_submitted(rows, tables, received_release(release_id, raw, journal), raw)
    layout = layout_named(entry.layout, load_layouts())
    write_rejects(out, rows, layout, release_id=release_id, headers=headers, raw=as_submitted)
    return len(rows)


def _export_unloaded(settings: Settings, release_id: str, out: Path) -> int:
    with open_job(settings) as job:
        step = latest_event(job.journal, release_id).step
        if step not in (*PENDING, Step.WAITING):
            raise UsageError(
                f"Rilis {release_id} tidak pernah dimuat, melainkan {states_of(job.journal, {})[release_id]}.",
                next_step=f"Lihat alasannya dengan `dampingan release show {release_id}`.",
            )
        release = received_release(release_id, job.raw, job.journal)
        staged = stage_into(staging_folder(job, release_id), job, release)
        rows = staged_rejects(staged, area_code=settings.kode_wilayah, period=release.manifest.period_start)
        tables = {table.part: table.file_name for table in staged.tables}
        layout = layout_named(staged.layout, load_layouts())
        headers = {table.part: table.headers for table in staged.tables}
        as_submitted = _as_submitted(rows, tables, release, job.raw)
        write_rejects(out, rows, layout, release_id=release_id, headers=headers, raw=as_submitted)
        return len(rows)


def _as_submitted(
    rows: Sequence[RejectedRow], tables: Mapping[str, str], release: ReceivedRelease, raw: RawStore
) -> dict[tuple[str, int], RawLine]:
    """The bytes of the rows whose kept text does not tell them."""
    files = [(file.name, raw.path(file.sha256)) for file in release.files if not file.is_correction]
    found: dict[tuple[str, int], RawLine] = {}
    for part, table in tables.items():
        lines = [row.line for row in rows if row.part == part and needs_raw(row)]
        found |= {(part, line): there for line, there in raw_lines_of_table(files, table, lines).items()}
    return found
