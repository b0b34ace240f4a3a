"""How results look in a terminal: short tables in Bahasa Indonesia, numbers as in id-ID. Decides nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

import errors
from errors import CheckFailedError, DampinganError
from settings import local_time

_UNPUBLISHED = (DampinganError.exit_code, CheckFailedError.exit_code)
"""Exit codes of a run that may have taken something in and published nothing of it."""
_REFUSED_SHOWN = 5
_VIEWS_SHOWN = 4


def number(value: int | None) -> str:
    """1234567 -> 1.234.567"""
    return "" if value is None else errors.number(value)


def signed(value: int | None) -> str:
    """-3 -> -3, 3 -> +3, 0 -> 0"""
    return "" if value is None else ("+" if value > 0 else "") + number(value)


def day(value: str) -> str:
    """2022-04-04 -> 04-04-2022"""
    return f"{date.fromisoformat(value):%d-%m-%Y}"


def moment(value: str) -> str:
    """2026-11-24T04:42:00+00:00 -> 24-11-2026 11.42 WIB"""
    return local_time(datetime.fromisoformat(value))


class _StepHandler(logging.Handler):
    """Shows each step of a run while it lasts, with its time; finished ones stay."""

    def __init__(self, progress: Progress, first: str) -> None:
        super().__init__()
        self._progress = progress
        self._current: TaskID = progress.add_task(first, total=1)

    def emit(self, record: logging.LogRecord) -> None:
        step = getattr(record, "step", None)
        if step is None:
            return
        self._progress.update(self._current, completed=1)
        if not hasattr(record, "seconds"):
            self._current = self._progress.add_task(step, total=1)


@contextmanager
def step_progress(console: Console, first: str) -> Iterator[None]:
    """While it lasts, every step that `flows.runner` reports has a line; nothing where the console is no terminal."""
    columns = (SpinnerColumn(finished_text="[green]✓[/]"), TextColumn("{task.description}"), TimeElapsedColumn())
    logger = logging.getLogger("dampingan")
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        handler = _StepHandler(progress, first)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            logger.removeHandler(handler)


def table(title: str, headings: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> Table:
    """A table; each heading comes with its alignment, `left` or `right`.

    Cells and title are shown as they are: a file may be called `rilis [final].csv`, which is markup to Rich.
    """
    bold = Text(title, style="bold")
    result = Table(title=bold, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, align in headings:
        result.add_column(heading, justify="right" if align == "right" else "left", overflow="fold")
    for row in rows:
        result.add_row(*(Text(cell) for cell in row))
    return result


def facts_table(rows: Sequence[tuple[str, str]]) -> Table:
    """Names and values below each other."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(name, Text(value))
    return grid


def show_outcome(console: Console, outcome: dict[str, Any]) -> None:
    """The end of a refresh: taken in, changed, checked, published."""
    if outcome["taken_in"]:
        console.print(_row_accounts("Yang masuk", outcome["taken_in"]))
    elif not outcome["generation"] and not outcome["exit_code"]:
        console.print(Text("Tidak ada yang baru; terbitan tetap.", style="bold green"))
    for found in outcome["mended"]:
        console.print(_mended(found))
    for change in outcome["changes"]:
        console.print(_changes(change))
    for found in outcome["sk_comparison"]:
        console.print(_sk_comparison(found))
    checks = outcome["checks"]
    if checks["groups"]:
        console.print(_checks(checks["groups"]))
    facts = []
    if statistics := outcome["statistics"]:
        new, revised, unchanged = (number(statistics[name]) for name in ("new", "revised", "unchanged"))
        text = f"{new} nilai baru, {revised} direvisi, {unchanged} tetap"
        if statistics["withdrawn"]:
            text += f", {number(statistics['withdrawn'])} ditarik dari daftar publikasi"
        facts.append(("Statistik BPS", text))
    if checks["pages"]:
        facts.append(("Rincian periksa", checks["pages"]))
    console.print(facts_table([*facts, ("Terbitan", _publication(outcome))]))
    if outcome["published_changes"]:
        console.print(Text(changed_views(outcome["published_changes"])))
    for notice in outcome["notices"]:
        console.print(Text(f"• {notice}", style="yellow"))


def changed_views(found: dict[str, Any]) -> str:
    """One sentence on what a publication changed for its readers, the views with most cells first."""
    views = sorted(found["views"], key=lambda view: -view["cells_changed"] - view["rows_added"] - view["rows_removed"])
    names = ", ".join(view["view"] for view in views[:_VIEWS_SHOWN])
    more = f" dan {len(views) - _VIEWS_SHOWN} lagi" if len(views) > _VIEWS_SHOWN else ""
    sums = {name: sum(view[name] for view in views) for name in ("rows_added", "rows_removed", "cells_changed")}
    return (
        f"Bagi pembaca berubah {len(views)} tampilan ({names}{more}): {number(sums['rows_added'])} baris baru, "
        f"{number(sums['rows_removed'])} hilang, {number(sums['cells_changed'])} sel lain. Rinciannya: "
        f"dampingan diff {found['since']} current"
    )


def show_next(
    console: Console, outcome: dict[str, Any], waiting: Sequence[str], *, shows_database: bool = False
) -> None:
    """What to do next: decide on the releases that wait, mend the rows that were rejected, and, for who asked for
    `shows_database`, look at what is published unless something else comes first."""
    parts = [_decisions(waiting)] if waiting else []
    if rejecting := [file for file in outcome["taken_in"] if file["baris_ditolak"]]:
        parts.append(_mending(rejecting))
    is_settled = not outcome["problems"] and not waiting
    if shows_database and outcome["database"] and (outcome["generation"] or is_settled):
        parts.append(_look(outcome))
    if parts:
        body = Text("\n\n").join(parts)
        console.print(Panel(body, title="Berikutnya", title_align="left", border_style="green", box=box.ROUNDED))


def _decisions(waiting: Sequence[str]) -> Text:
    body = Text("Setujui atau batalkan rilis yang menunggu, sesudah melihat isinya:")
    for release_id in waiting:
        body.append(f"\n  dampingan release show {release_id}", style="cyan")
        body.append(f"\n  dampingan release rejects {release_id} -o tolak.xlsx", style="cyan")
        for verb in ("approve", "withdraw"):
            body.append(f'\n  dampingan release {verb} {release_id} --reason "..."', style="cyan")
    return body


def _mending(files: Sequence[dict[str, Any]]) -> Text:
    body = Text("Baris yang ditolak dapat dibetulkan dalam buku kerja, lalu diserahkan lagi:")
    for file in files:
        command = "release" if file["sumber"] == "register" else "programmes"
        body.append(f"\n  dampingan {command} rejects {file['id']} -o tolak.xlsx", style="cyan")
    return body


def _mended(found: dict[str, Any]) -> Text:
    counts = {name: number(found[name]) for name in ("mended", "accepted", "rejected")}
    return Text.assemble(
        (f"{found['release']}: {counts['mended']} baris dibetulkan", "bold"),
        f" = {counts['accepted']} kini diterima + {counts['rejected']} tetap ditolak.",
    )


def _row_accounts(title: str, files: list[dict[str, Any]]) -> Table:
    headings = [("Berkas", "left"), ("Baris", "right"), ("= diterima", "right"), ("+ ditolak", "right")]
    headings.append(("+ dilewati", "right"))
    counts = ("baris_berkas", "baris_diterima", "baris_ditolak", "baris_dilewati")
    return table(title, headings, [[file["berkas"], *(number(file[count]) for count in counts)] for file in files])


def _checks(groups: list[dict[str, Any]]) -> Table:
    headings = [("Yang diperiksa", "left"), ("Pemeriksaan", "right"), ("Lolos", "right"), ("Gagal", "right")]
    rows = [
        [group["group"], number(group["run"]), number(group["passed"]), number(group["run"] - group["passed"])]
        for group in groups
    ]
    return table("Pemeriksaan", headings, rows)


def _changes(change: dict[str, Any]) -> Table:
    title = f"Perubahan {change['rilis_sebelumnya']} → {change['rilis']}"
    headings = [(name, "right") for name in ("Terdaftar dulu", "Kini", "Masuk", "Keluar", "Pindah", "Berubah")]
    names = ("terdaftar_sebelumnya", "terdaftar", "masuk", "keluar", "pindah", "berubah")
    return table(title, headings, [[number(change[name]) for name in names]])


def _sk_comparison(found: dict[str, Any]) -> Table:
    title = f"{found['release']}: jiwa menurut SK {found['sk_number']} tanggal {day(found['sk_date'])}"
    return control_totals(title, found["rows"])


def control_totals(title: str, rows: list[dict[str, Any]]) -> Table:
    """What the decree states of each area against what was accepted; a difference stands out."""
    headings = [("Tingkat", "left"), ("Wilayah", "left"), ("Menurut SK", "right"), ("Diterima", "right")]
    result = table(title, [*headings, ("Selisih", "right")], [])
    for row in rows:
        difference = row["selisih_jiwa"]
        counts = (number(row["jumlah_sk_jiwa"]), number(row["jumlah_diterima_jiwa"]) or "tidak diketahui")
        cells = (row["tingkat"], row["nama_wilayah"], *counts, signed(difference))
        result.add_row(*(Text(cell) for cell in cells), style="bold yellow" if difference else None)
    return result


def _publication(outcome: dict[str, Any]) -> str:
    if outcome["generation"]:
        return f"{outcome['generation']} (baru)"
    if outcome["current"]:
        kept = "tetap; yang baru tidak diterbitkan" if outcome["exit_code"] in _UNPUBLISHED else "tetap"
        return f"{outcome['current']} ({kept})"
    return "belum ada"


def _look(outcome: dict[str, Any]) -> Text:
    return Text.assemble(
        ("Buka dengan DuckDB (1.2 sampai 2.0) atau alat BI, hanya-baca:\n", ""),
        (f"  duckdb -readonly {outcome['database']}\n", "cyan"),
        ("lalu coba:\n", ""),
        (f"  {outcome['query']}", "cyan"),
    )


def show_releases(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    """Every release with its state; below, why one waits or was approved, refused or withdrawn."""
    _list_releases(console, rows)
    _reasons(console, rows)


def _list_releases(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    headings = [("Rilis", "left"), ("Keadaan", "left"), ("Diterima", "right"), ("Diserahkan", "left")]
    cells = [[row["release"], row["state"], number(row["accepted"]), moment(row["received_at"])] for row in rows]
    console.print(table("Rilis", headings, cells) if rows else "Belum ada rilis.")


def _reasons(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        for reason in row["reasons"]:
            console.print(Text(f"• {row['release']} {row['state']}, alasan: {reason}", style="yellow"))


def show_reports(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    """Every programme report with its state; below, why one was refused or withdrawn."""
    headings = [("Laporan", "left"), ("Keadaan", "left"), ("Diterima", "right"), ("Ditolak", "right")]
    cells = [[row["report"], row["state"], number(row["accepted"]), number(row["rejected"])] for row in rows]
    console.print(table("Laporan OPD", headings, cells) if rows else "Belum ada laporan.")
    for row in rows:
        for reason in row["reasons"]:
            console.print(Text(f"• {row['file_name']} {row['state']}, alasan: {reason}", style="yellow"))


def show_status(console: Console, facts: dict[str, Any]) -> None:
    """What waits for a decision, what is published, what was refused."""
    waiting = facts["waiting"]
    if waiting:
        _reasons(console, [row for row in facts["releases"] if row["release"] in waiting])
        console.print(_decisions(waiting))
        console.print()
    if values := facts["waiting_statistics"]:
        body = Text(f"{number(values)} nilai statistik menunggu persetujuan; lihat alasannya dengan")
        console.print(body.append("\n  dampingan statistics waiting", style="cyan"))
        console.print()
    published = f" (terbit {moment(facts['published_at'])})" if facts["published_at"] else ""
    rows = [
        ("Rumah data", facts["home"] + (" (data contoh)" if facts["sample"] else "")),
        ("Terbitan", (facts["current"] or "belum ada") + published),
        ("Berkas", facts["database"] or ""),
        ("Terbitan tersimpan", str(len(facts["generations"]))),
    ]
    console.print(facts_table([(name, value) for name, value in rows if value]))
    _list_releases(console, facts["releases"])
    said_below = {file["reason"] for file in facts["refused_files"]}
    others = [row for row in facts["releases"] if row["release"] not in waiting]
    _reasons(console, [row for row in others if not said_below.issuperset(row["reasons"])])
    _refused(console, facts["refused_files"])


def _refused(console: Console, files: Sequence[dict[str, Any]]) -> None:
    for file in files[:_REFUSED_SHOWN]:
        name = "" if file["file"] in file["reason"] else f"{file['file']}: "
        text = f"• Ditolak {moment(file['refused_at'])}, alasan: {name}{file['reason']}"
        console.print(Text(text, style="yellow"))
    rest = files[_REFUSED_SHOWN:]
    for folder in dict.fromkeys(file["folder"] for file in rest):
        count = sum(file["folder"] == folder for file in rest)
        console.print(Text(f"• dan {number(count)} lainnya di {folder}/", style="yellow"))


def show_release(console: Console, facts: dict[str, Any]) -> None:
    """One release or report: state, rows, reasons."""
    show_state(console, facts)
    show_rows(console, facts)


def show_state(console: Console, facts: dict[str, Any]) -> None:
    """The id of a release or report and its state."""
    console.print(Text.assemble((facts.get("release") or facts["report"], "bold"), f" — {facts['state']}"))


def show_rows(console: Console, facts: dict[str, Any]) -> None:
    """Where its rows went, and why."""
    if facts["rows"]:
        console.print(_row_accounts("Baris", [facts["rows"]]))
    if facts["by_reason"]:
        headings = [("Tingkat", "left"), ("Alasan", "left"), ("Baris", "right"), ("Penjelasan", "left")]
        names = ("tingkat", "kode_alasan", "jumlah_baris", "penjelasan")
        cells = [
            [number(reason[name]) if name == "jumlah_baris" else reason[name] for name in names]
            for reason in facts["by_reason"]
        ]
        console.print(table("Alasan", headings, cells))
    for reason in facts["reasons"]:
        console.print(Text(f"• {facts['state']}, alasan: {reason}", style="yellow"))
