"""What people see: numbers as in Indonesia, every fact of an outcome, and texts from outside exactly as they are."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import pytest
from rich.console import Console

from terminal import day, moment, number, show_next, show_outcome, show_release, show_releases, show_status, signed


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


def test_days_and_moments_are_written_as_here() -> None:
    assert day("2022-04-04") == "04-04-2022"
    assert moment("2026-11-24T04:42:59+00:00") == "24-11-2026 11.42 WIB"
    assert moment("2026-11-24T20:00:00+00:00") == "25-11-2026 03.00 WIB"


def shown(show: Any, *arguments: Any) -> str:
    out = io.StringIO()
    show(Console(file=out, width=160, color_system=None), *arguments)
    return out.getvalue()


def outcome(**changes: Any) -> dict[str, Any]:
    return {
        "taken_in": [],
        "mended": [],
        "changes": [],
        "sk_comparison": [],
        "statistics": None,
        "checks": {"groups": [], "pages": ""},
        "notices": [],
        "generation": None,
        "published_changes": None,
        "current": None,
        "database": None,
        "query": None,
        "problems": [],
        "exit_code": 0,
    } | changes


def taken_in(file: str) -> dict[str, Any]:
    return {
        "id": "dtks-3375-2022-04-v1",
        "sumber": "register",
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
            mended=[{"release": "r2", "before": "r1", "mended": 1_012, "accepted": 1_010, "rejected": 2}],
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
                    "release": "r2",
                    "sk_number": "460/0233",
                    "sk_date": "2022-04-04",
                    "rows": [
                        {
                            "tingkat": "kecamatan",
                            "nama_wilayah": name,
                            "jumlah_sk_jiwa": total,
                            "jumlah_diterima_jiwa": 39_503,
                            "selisih_jiwa": difference,
                        }
                        for name, total, difference in (("Selatan", 39_503, 0), ("Barat", 39_600, -97))
                    ],
                }
            ],
            statistics={"new": 1_200, "revised": 3, "unchanged": 7, "withdrawn": 2},
            checks={
                "groups": [{"group": "Gudang", "run": 1_061, "passed": 1_060}],
                "pages": "/rumah/log/data-docs/index.html",
            },
            generation="20261124T120000Z-abc",
            notices=["Kunci BPS belum diatur."],
        ),
    )
    for part in (
        "rilis.csv", "140.001", "139.000", "1.000",
        "r2: 1.012 baris dibetulkan = 1.010 kini diterima + 2 tetap ditolak.",
        "r1 → r2", "5.600", "3.600", "1.120", "5.601",
        "r2: jiwa menurut SK 460/0233 tanggal 04-04-2022", "39.503", "39.600", "-97",
        "1.200 nilai baru, 3 direvisi, 7 tetap, 2 ditarik dari daftar publikasi",
        "Gudang", "1.061", "1.060",
        "/rumah/log/data-docs/index.html",
        "20261124T120000Z-abc (baru)",
        "Kunci BPS belum diatur.",
    ):  # fmt: skip
        assert part in text, part
    assert "Berikutnya" not in text


PROBLEM = {"subject": "x.csv", "paragraph": "Berkas kosong.", "exit_code": 3}


@pytest.mark.parametrize(
    ("changes", "waiting", "looks", "decides"),
    [
        ({}, [], True, False),
        ({"generation": "g"}, [], True, False),
        ({"generation": "g", "problems": [PROBLEM]}, [], True, False),
        ({"problems": [PROBLEM]}, [], False, False),
        ({"problems": [PROBLEM]}, ["r-1"], False, True),
        ({}, ["r-1"], False, True),
        ({"generation": "g"}, ["r-1"], True, True),
        ({"database": None}, [], False, False),
    ],
)
def test_what_comes_next(changes: dict[str, Any], waiting: list[str], looks: bool, decides: bool) -> None:
    database = {"database": "/rumah/published/current.duckdb", "query": "FROM marts.rilis"}
    text = shown(partial(show_next, shows_database=True), outcome(**database | changes), waiting)
    assert ("duckdb -readonly /rumah/published/current.duckdb" in text and "FROM marts.rilis" in text) == looks
    assert all(f'dampingan release {verb} r-1 --reason "..."' in text for verb in ("approve", "withdraw")) == decides
    assert text.count("Berikutnya") == (looks or decides)
    assert "duckdb" not in shown(show_next, outcome(**database | changes), waiting)


def test_rejected_rows_come_with_the_command_that_exports_them() -> None:
    report = taken_in("laporan.xlsx") | {"id": "dlh-1", "sumber": "laporan OPD"}
    clean = taken_in("bersih.csv") | {"id": "r-0", "baris_ditolak": 0}
    text = shown(show_next, outcome(taken_in=[taken_in("rilis.csv"), report, clean]), [])
    assert "dampingan release rejects dtks-3375-2022-04-v1 -o tolak.xlsx" in text
    assert "dampingan programmes rejects dlh-1 -o tolak.xlsx" in text
    assert "r-0" not in text


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
    assert "24-11-2026 10.04 WIB" in text
    assert "• dtks-3375-2022-04-v1 loaded, alasan: Total SK [x] berbeda." in text


def refused(name: str, day: int, reason: str, folder: str = "/r/inbox/registry/ditolak") -> dict[str, Any]:
    return {"file": name, "folder": folder, "refused_at": f"2026-11-{day:02d}T04:42:00+00:00", "reason": reason}


def status(**changes: Any) -> dict[str, Any]:
    return {
        "home": "/data [uji]/rumah",
        "sample": False,
        "current": None,
        "published_at": None,
        "database": None,
        "generations": ["a", "b"],
        "waiting": [],
        "waiting_statistics": 0,
        "refused_files": [],
        "releases": [],
    } | changes


def test_the_status_of_a_home() -> None:
    text = shown(show_status, status(sample=True))
    for part in ("/data [uji]/rumah (data contoh)", "belum ada", "2", "Belum ada rilis."):
        assert part in text, part
    assert "data contoh" not in shown(show_status, status())
    published = status(current="g1", published_at="2026-11-24T04:42:00+00:00", database="/d.duckdb")
    assert "g1 (terbit 24-11-2026 11.42 WIB)" in shown(show_status, published)


def test_the_status_begins_with_what_waits_and_how_to_decide() -> None:
    waits = release(release="r-2", state="menunggu persetujuan", reasons=["Susut 30 %."])
    gone = release(release="r-1", state="ditarik", reasons=["salah kirim"])
    text = shown(show_status, status(waiting=["r-2"], releases=[gone, waits]))
    assert text.startswith("• r-2 menunggu persetujuan, alasan: Susut 30 %.")
    assert text.count("Susut 30 %.") == 1
    assert text.index("release approve r-2") < text.index("release withdraw r-2") < text.index("Rumah data")
    assert "• r-1 ditarik, alasan: salah kirim" in text


def test_the_status_counts_the_statistics_that_wait() -> None:
    text = shown(show_status, status(waiting_statistics=1_204))
    assert text.startswith("1.204 nilai statistik menunggu persetujuan")
    assert "dampingan statistics waiting" in text
    assert "statistics" not in shown(show_status, status())


def test_the_status_says_once_why_a_release_and_its_file_were_refused() -> None:
    told = [release(release="r-1", state="ditolak", reasons=["Berkas kosong. [a.csv]"])]
    both = shown(show_status, status(releases=told, refused_files=[refused("a.csv", 1, "Berkas kosong. [a.csv]")]))
    assert both.count("Berkas kosong. [a.csv]") == 1
    assert "r-1 ditolak, alasan: Berkas kosong. [a.csv]" in shown(show_status, status(releases=told))


def test_the_status_shows_the_newest_refused_files_and_counts_the_others() -> None:
    older = [refused(f"lama-{at}.csv", 9 - at, "Berkas kosong.") for at in range(6)]
    report = refused("laporan.xlsx", 1, "Berkas kosong.", "/r/inbox/programmes/ditolak")
    newest = refused("x [2].csv", 24, "Berkas terpotong. [x [2].csv, baris 3] Serahkan lagi.")
    text = shown(show_status, status(refused_files=[newest, *older, report]))
    assert "• Ditolak 24-11-2026 11.42 WIB, alasan: Berkas terpotong. [x [2].csv, baris 3] Serahkan lagi." in text
    assert "• Ditolak 09-11-2026 11.42 WIB, alasan: lama-0.csv: Berkas kosong." in text
    assert ("lama-3.csv" in text, "lama-4.csv" in text) == (True, False)
    assert "• dan 2 lainnya di /r/inbox/registry/ditolak/" in text
    assert "• dan 1 lainnya di /r/inbox/programmes/ditolak/" in text
    assert "lainnya" not in shown(show_status, status(refused_files=older[:5]))


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
    assert "• loaded, alasan: Total SK berbeda." in text
    assert "NIK_PANJANG" not in shown(show_release, facts | {"by_reason": [], "rows": None})
