"""What people see: numbers as in Indonesia, every fact of an outcome, and texts from outside exactly as they are."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from terminal import number, show_outcome, show_release, show_releases, show_status, signed


@pytest.mark.parametrize(
    ("value", "plain", "with_sign"),
    [
        (0, "0", "0"),
        (39_503, "39.503", "+39.503"),
        (-1_234_567, "-1.234.567", "-1.234.567"),
        (3, "3", "+3"),
        (None, "", ""),
    ],
)
def test_numbers(value: int | None, plain: str, with_sign: str) -> None:
    assert (number(value), signed(value)) == (plain, with_sign)


def shown(show: Any, *arguments: Any) -> str:
    out = io.StringIO()
    show(Console(file=out, width=160, color_system=None), *arguments)
    return out.getvalue()


def outcome(**changes: Any) -> dict[str, Any]:
    return {
        "taken_in": [],
        "changes": [],
        "sk_comparison": [],
        "statistics": None,
        "checks": {"groups": [], "pages": ""},
        "notices": [],
        "generation": None,
        "current": None,
        "database": None,
        "query": None,
        "exit_code": 0,
    } | changes


def taken_in(file: str) -> dict[str, Any]:
    return {
        "id": "dtks-3375-2022-04-v1",
        "berkas": file,
        "baris_berkas": 140_001,
        "baris_diterima": 139_000,
        "baris_ditolak": 1_000,
        "baris_dilewati": 1,
    }


def test_nothing_new_is_said_in_so_many_words() -> None:
    text = shown(show_outcome, outcome(current="20261124T120000Z-abc"))
    assert text.startswith("Tidak ada yang baru; terbitan tetap.")
    assert "20261124T120000Z-abc (tetap)" in text
    assert "Yang masuk" not in text
    failed = shown(show_outcome, outcome(current="20261124T120000Z-abc", exit_code=4))
    assert "Tidak ada yang baru" not in failed
    assert "20261124T120000Z-abc (tetap; yang baru tidak diterbitkan)" in failed
    assert "belum ada" in shown(show_outcome, outcome())


def test_a_full_outcome_shows_every_part() -> None:
    text = shown(
        show_outcome,
        outcome(
            taken_in=[taken_in("rilis.csv")],
            changes=[
                {
                    "rilis": "r2",
                    "rilis_sebelumnya": "r1",
                    "terdaftar_sebelumnya": 137_000,
                    "terdaftar": 139_000,
                    "masuk": 5_600,
                    "keluar": 3_600,
                    "pindah": 1_120,
                    "berubah": 5_601,
                }
            ],
            sk_comparison=[
                {
                    "nomor_sk": "460/0233",
                    "tanggal_sk": "2022-04-04",
                    "wilayah": wilayah,
                    "jumlah_sk_jiwa": total,
                    "jumlah_diterima_jiwa": 39_503,
                    "selisih_jiwa": difference,
                }
                for wilayah, total, difference in (
                    ("Selatan", 39_503, 0),
                    ("Utara", None, None),
                    ("Barat", 39_600, -97),
                )
            ],
            statistics={"new": 1_200, "revised": 3, "unchanged": 7, "withdrawn": 2},
            checks={
                "groups": [{"group": "Gudang", "run": 1_061, "passed": 1_060}],
                "pages": "/rumah/log/data-docs/index.html",
            },
            generation="20261124T120000Z-abc",
            notices=["Kunci BPS belum diatur."],
            database="/rumah/published/current.duckdb",
            query="FROM marts.rilis",
        ),
    )
    for part in (
        "rilis.csv", "140.001", "139.000", "1.000",
        "r1 → r2", "5.600", "3.600", "1.120", "5.601",
        "460/0233", "2022-04-04", "39.503", "tidak disebut", "-97",
        "1.200 nilai baru, 3 direvisi, 7 tetap, 2 ditarik dari daftar publikasi",
        "Gudang", "1.061", "1.060",
        "/rumah/log/data-docs/index.html",
        "20261124T120000Z-abc (baru)",
        "Kunci BPS belum diatur.",
        "duckdb -readonly /rumah/published/current.duckdb",
        "FROM marts.rilis",
    ):  # fmt: skip
        assert part in text, part


def test_a_file_name_is_shown_as_it_is() -> None:
    """Square brackets are markup to the library that draws the tables."""
    assert "rilis [final].csv" in shown(show_outcome, outcome(taken_in=[taken_in("rilis [final].csv")]))


def release(**changes: Any) -> dict[str, Any]:
    return {
        "release": "dtks-3375-2022-04-v1",
        "state": "loaded",
        "accepted": 139_000,
        "received_at": "2026-11-24T03:04:05+00:00",
        "reasons": [],
    } | changes


def test_releases_with_their_reasons() -> None:
    assert "Belum ada rilis." in shown(show_releases, [])
    text = shown(show_releases, [release(), release(accepted=None, reasons=["Total SK [x] berbeda."])])
    assert "139.000" in text
    assert "2026-11-24T03:04" in text
    assert "03:04:05" not in text
    assert "• dtks-3375-2022-04-v1: Total SK [x] berbeda." in text


def test_the_status_of_a_home() -> None:
    facts = {
        "home": "/data [uji]/rumah",
        "sample": True,
        "current": None,
        "database": None,
        "generations": ["a", "b"],
        "refused_files": {"x [2].csv": "Berkas kosong.", "y[z].csv": "Berkas terpotong."},
        "releases": [],
    }
    text = shown(show_status, facts)
    for part in ("/data [uji]/rumah (data contoh)", "belum ada", "2", "• x [2].csv ditolak: Berkas kosong."):
        assert part in text, part
    assert "data contoh" not in shown(show_status, facts | {"sample": False})


def test_one_release_with_its_rows_and_reasons() -> None:
    facts: dict[str, Any] = {
        "release": "dtks-3375-2022-04-v1",
        "state": "loaded",
        "rows": taken_in("rilis [final].csv"),
        "by_reason": [
            {"tingkat": "tolak", "kode_alasan": "NIK_PANJANG", "jumlah_baris": 1_234, "penjelasan": "NIK [x] salah."}
        ],
        "reasons": ["Total SK berbeda."],
    }
    text = shown(show_release, facts)
    for part in ("dtks-3375-2022-04-v1 — loaded", "rilis [final].csv", "NIK_PANJANG", "1.234", "NIK [x] salah."):
        assert part in text, part
    assert "• Total SK berbeda." in text
    assert "NIK_PANJANG" not in shown(show_release, facts | {"by_reason": [], "rows": None})
