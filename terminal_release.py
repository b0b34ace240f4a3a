"""How a release and the difference between two releases look in a terminal. Decides nothing."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from terminal import control_totals, day, facts_table, moment, number, show_rows, show_state, signed, table

_COUNTS = (
    ("jumlah_sebelum_jiwa", "Dulu"),
    ("masuk_jiwa", "+\nmasuk"),
    ("keluar_jiwa", "−\nkeluar"),
    ("pindah_masuk_jiwa", "+\npindah\nmasuk"),
    ("pindah_keluar_jiwa", "−\npindah\nkeluar"),
    ("", "± tak\nterikuti"),
    ("jumlah_sesudah_jiwa", "=\nkini"),
    ("berubah_jiwa", "Berubah"),
)


_ROWS = ("Baris", "= diterima", "+ ditolak", "+ dilewati")


def show_ledger_entry(console: Console, facts: dict[str, Any]) -> None:
    """One release: state, decree, files, rows, reasons, control totals and history."""
    decree = facts["decree"]
    show_state(console, facts)
    console.print(
        facts_table(
            [
                ("SK", f"{decree['sk_number']} tanggal {day(decree['sk_date'])}"),
                ("Register", f"{decree['source'].upper()} {decree['area']}"),
                ("Periode", f"{decree['period']}, versi {decree['version']}"),
                *(("Berkas", f"{file['name']}\nsha256 {file['sha256']}") for file in facts["files"]),
            ]
        )
    )
    show_rows(console, facts)
    _show_contents(console, facts)
    if facts["control_totals"]:
        console.print(control_totals("Jumlah jiwa menurut SK", facts["control_totals"]))
    console.print(_history(facts["history"]))


def _show_contents(console: Console, facts: dict[str, Any]) -> None:
    """The tables where there are several, the values no list knows, the corrections."""
    tables = facts.get("tables", [])
    if len(tables) > 1:
        names = ("baris_berkas", "baris_diterima", "baris_ditolak", "baris_dilewati")
        headings = [("Tabel", "left"), ("Berkas", "left"), *((name, "right") for name in _ROWS)]
        cells = [[row["bagian"], row["nama_berkas"], *(number(row[name]) for name in names)] for row in tables]
        console.print(table("Tabel demi tabel", headings, cells))
    if unknown := facts.get("unknown_values"):
        headings = [("Kolom", "left"), ("Isi yang tidak dikenal", "left"), ("Baris", "right")]
        cells = [[row["kolom"], row["isi_sel"], number(row["jumlah_baris"])] for row in unknown]
        console.print(table("Di luar daftar kode", headings, cells))
    if corrections := facts.get("corrections"):
        headings = [("Koreksi", "left"), ("Alasan", "left"), ("Dasar", "left"), ("Baris", "right")]
        cells = [[row["id_koreksi"], row["alasan"], row["sumber"], number(row["jumlah_baris"])] for row in corrections]
        console.print(table("Kesalahan sumber yang dikoreksi", headings, cells))


def _history(events: list[dict[str, Any]]) -> Table:
    headings = [(name, "left") for name in ("Kapan", "Apa", "Oleh", "Alasan")]
    cells = [[moment(event["at"]), event["state"], event["by"] or "", " ".join(event["reasons"])] for event in events]
    return table("Riwayat", headings, cells)


def show_difference(console: Console, facts: dict[str, Any]) -> None:
    """Two releases, per kecamatan with its kelurahan below."""
    for notice in facts["notices"]:
        console.print(Text(f"• {notice}", style="yellow"))
    console.print(_difference(facts))
    total = facts["total"]
    console.print(
        Text(
            "Tak terikuti: tanpa NIK "
            f"{number(total['tanpa_nik_sebelum_jiwa'])} → {number(total['tanpa_nik_sesudah_jiwa'])} jiwa, NIK berulang "
            f"{number(total['nik_berulang_sebelum_baris'])} → {number(total['nik_berulang_sesudah_baris'])} baris."
        )
    )
    if facts["columns"]:
        cells = [[column["kolom"], number(column["jumlah_jiwa"])] for column in facts["columns"]]
        console.print(table("Kolom yang berubah", [("Kolom", "left"), ("Jiwa", "right")], cells))
    if facts["workbook"]:
        text = f"Orang demi orang: {facts['workbook']} (berisi data pribadi)."
        console.print(Text(text, style="bold"), soft_wrap=True)


def _difference(facts: dict[str, Any]) -> Table:
    title = f"Perubahan {facts['before']['release_id']} → {facts['after']['release_id']} (jiwa)"
    result = table(title, [("Wilayah", "left"), *((heading, "right") for _, heading in _COUNTS)], [])
    # Eighty columns are enough for a city's 27 kelurahan with their names and numbers whole.
    result.padding, result.show_edge = 0, False
    for column in result.columns[1:]:
        column.no_wrap = True
    for district in facts["districts"]:
        result.add_row(*_cells(district["kecamatan"], district), style="bold")
        inside = [
            area
            for area in facts["areas"]
            if area["kode_kemendagri_kecamatan"] == district["kode_kemendagri_kecamatan"]
        ]
        for area in inside:
            result.add_row(*_cells(f" {area['kelurahan']}", area), end_section=area is inside[-1])
    result.add_row(*_cells("Jumlah", facts["total"]), style="bold")
    return result


def _cells(name: str, row: dict[str, Any]) -> list[Text]:
    apart = row["tanpa_nik_sesudah_jiwa"] + row["nik_berulang_sesudah_baris"]
    apart -= row["tanpa_nik_sebelum_jiwa"] + row["nik_berulang_sebelum_baris"]
    counts = [(number(row[key]) or "-") if key else signed(apart) for key, _ in _COUNTS]
    return [Text(cell) for cell in (name, *counts)]
