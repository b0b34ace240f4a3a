"""Colours, widths and cell formats of the workbook that an OPD fills in. It must not know what a column means."""

from __future__ import annotations

from typing import Any

NAVY, TEAL, PALE, GRID, MUTED, AMBER, RED = (
    "#1F3864",
    "#1B7F79",
    "#E8EEF7",
    "#B7C3D6",
    "#6B7686",
    "#FFE9B8",
    "#F8CFC9",
)
TABS = {"pemetaan": "#C98B1B", "kegiatan": NAVY, "catur_pilar": TEAL, "penerima": "#8A3B5C"}
WIDTHS = {
    "jenis": 13,
    "uraian": 46,
    "sektor": 22,
    "akar_masalah": 46,
    "lokasi": 20,
    "masalah": 32,
    "kategori_intervensi": 20,
    "kegiatan": 42,
    "klaster": 24,
    "indikator": 28,
    "satuan": 11,
    "target": 11,
    "realisasi": 11,
    "anggaran_rp": 19,
    "realisasi_rp": 19,
    "sumber_dana": 15,
    "mitra": 24,
    "bukti": 34,
    "id_kegiatan": 34,
    "tanggal_pertemuan": 15,
    "forum": 24,
    "hadir_lurah": 9,
    "hadir_lpm": 9,
    "hadir_bkm": 9,
    "hadir_tp_pkk": 9,
    "kesepakatan": 52,
    "penindak_lanjut": 16,
    "tenggat": 14,
    "status_tindak_lanjut": 15,
    "id_kesepakatan": 34,
    "nik": 22,
    "nama": 34,
    "nama_kegiatan": 46,
}
COMMON_WIDTH = 13


def formats(workbook: Any) -> dict[str, Any]:
    """Every cell format by name. The kinds of columns are `text`, `number`, `whole`, `rupiah`, `date`, `flag`,
    `digits` and `id`; `example <kind>` is the same for the row that shows how to fill in."""
    body = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    cell = {**body, "border": 1, "border_color": GRID, "locked": False}
    kinds: dict[str, dict[str, Any]] = {
        "text": {"text_wrap": True, "indent": 1},
        "number": {"num_format": "#,##0.##"},
        "whole": {"num_format": "#,##0"},
        "rupiah": {"num_format": "#,##0"},
        "date": {"num_format": "dd-mm-yyyy", "align": "center"},
        "flag": {"align": "center"},
        "digits": {"num_format": "@", "indent": 1},
        "id": {"font_color": MUTED, "font_size": 9},
    }
    shown = {**body, "border": 1, "border_color": GRID, "italic": True, "font_color": MUTED, "bg_color": "#F3F4F6"}
    looks = {
        "title": {**body, "bold": True, "font_size": 16, "font_color": NAVY},
        "subtitle": {**body, "bold": True, "font_size": 12, "font_color": TEAL},
        "hint": {**body, "italic": True, "font_color": MUTED},
        "label": {**body, "bold": True, "font_color": NAVY},
        "identity": {**body, "font_color": NAVY, "bottom": 1, "bottom_color": GRID, "align": "left"},
        "field": {**cell, "bg_color": "#FFF8E5", "align": "left", "bold": True, "indent": 1},
        "heading": {
            **body,
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": NAVY,
            "border": 1,
            "border_color": GRID,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
        },
        "part": {**body, "bold": True, "font_color": "#FFFFFF", "bg_color": TEAL, "indent": 1},
        "number of step": {**body, "bold": True, "font_color": TEAL, "align": "center"},
        "open": {**body, "locked": False},
        "wrapped": {**body, "text_wrap": True},
        "grid": {**body, "border": 1, "border_color": GRID, "text_wrap": True, "indent": 1},
        "amber": {"bg_color": AMBER},
        "red": {"bg_color": RED},
    }
    looks |= {name: {**cell, **more} for name, more in kinds.items()}
    looks |= {f"example {name}": {**shown, **more, "font_color": MUTED} for name, more in kinds.items()}
    return {name: workbook.add_format(look) for name, look in looks.items()}
