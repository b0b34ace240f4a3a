"""How differences between generations and the way back from a figure are shown."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console

from terminal import changed_views
from terminal_published import cell, show_generation_diff, show_trace, value

VIEW: dict[str, Any] = {
    "view": "tren_rilis",
    "rows_before": 5,
    "rows_after": 1_234,
    "rows_added": 1_230,
    "rows_removed": 1,
    "rows_changed": 2,
    "cells_changed": 3,
    "columns_added": ["baru"],
    "columns_removed": [],
    "columns": [
        {"column": "nama_wilayah", "cells": 1},
        {
            "column": "jumlah_jiwa",
            "cells": 2,
            "largest": {"key": {"seri": "dtks-3375", "tahun": 2022}, "before": 39_503, "after": None},
        },
    ],
}
SOURCE: dict[str, Any] = {
    "periode": date(2022, 4, 1), "jenis_kiriman": "register", "id_kiriman": "dtks-3375-2022-04-v1",
    "sumber": "dtks-3375", "keadaan": "berlaku", "nama_berkas": "rilis [final].csv", "sha256": "ab" * 32,
    "nomor_sk": "460/0233", "tanggal_sk": date(2022, 4, 4), "diserahkan_pada": datetime(2022, 4, 5, 8, 30),
    "baris_berkas": 39_520, "baris_diterima": 39_503, "baris_ditolak": 15, "baris_dilewati": 2, "koreksi": None,
    "versi_kode": "0.1.0",
}  # fmt: skip


def shown(show: Any, content: dict[str, Any]) -> str:
    console = Console(width=140, record=True, force_terminal=False)
    with console.capture() as capture:
        show(console, content)
    return capture.get()


def test_values_are_written_as_people_here_write_them() -> None:
    written = [value(content) for content in (None, True, 1_234, Decimal("7.59"), date(2022, 4, 4), "a")]
    assert written == ["kosong", "ya", "1.234", "7,59", "04-04-2022", "a"]
    assert (cell("tahun", 2022), cell("jumlah_jiwa", 2022)) == ("2022", "2.022")


def test_the_difference_shows_views_counts_and_the_biggest_change() -> None:
    text = shown(show_generation_diff, {"before": "a", "after": "b", "views": [VIEW]})
    assert "a → b" in text
    for part in ("tren_rilis", "1.234", "1.230", "jumlah_jiwa", "dtks-3375, 2022", "39.503", "kosong"):
        assert part in text, part
    assert "kolom baru baru" in text
    assert "Isinya sama." in shown(show_generation_diff, {"before": "a", "after": "b", "views": []})


def test_one_sentence_after_a_publication() -> None:
    assert changed_views({"since": "a", "views": [VIEW, VIEW | {"view": "rilis", "cells_changed": 9}]}) == (
        "Bagi pembaca berubah 2 tampilan (rilis, tren_rilis): 2.460 baris baru, 2 hilang, 12 sel lain. Rinciannya: "
        "dampingan diff a current"
    )


def test_the_way_back_shows_file_decree_rows_and_checks() -> None:
    found = {
        "view": "marts.tren_rilis", "purpose": "Tren.", "rows": 7, "shown": [{"tahun": 2022, "jumlah_jiwa": 39_503}],
        "sources": [SOURCE], "checks": ["Kunci unik."], "generation": "g", "code_version": "0.1.0",
        "published_at": "2026-11-24T04:42:00+00:00",
    }  # fmt: skip
    text = shown(show_trace, found)
    for part in (
        "7 baris",
        "dan 6 baris lagi",
        "rilis [final].csv",
        "ab" * 32,
        "460/0233 tanggal 04-04-2022",
        "39.520 dalam berkas = 39.503 diterima + 15 ditolak + 2 dilewati",
        "✓ Kunci unik.",
        "24-11-2026 11.42 WIB",
    ):
        assert part in text, part
    assert "tabel acuan" in shown(show_trace, found | {"sources": []})
