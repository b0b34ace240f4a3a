"""How the difference of two releases and one entry of the ledger are shown."""

from __future__ import annotations

from typing import Any

from terminal_release import show_difference, show_ledger_entry
from tests.test_terminal import shown, taken_in

COUNTS = {
    "jumlah_sebelum_jiwa": 39_000,
    "masuk_jiwa": 1_584,
    "keluar_jiwa": 953,
    "pindah_masuk_jiwa": 256,
    "pindah_keluar_jiwa": 321,
    "tanpa_nik_sebelum_jiwa": 1_820,
    "tanpa_nik_sesudah_jiwa": 1_893,
    "nik_berulang_sebelum_baris": 34,
    "nik_berulang_sesudah_baris": 30,
    "jumlah_sesudah_jiwa": 39_635,
    "berubah_jiwa": 1_597,
}
SELATAN = {"kode_kemendagri_kecamatan": "33.75.04", "kecamatan": "Pekalongan Selatan"}
BARAT = {"kode_kemendagri_kecamatan": "33.75.01", "kecamatan": "Pekalongan Barat"}


def difference(**changes: Any) -> dict[str, Any]:
    return {
        "before": {"release_id": "r-1"},
        "after": {"release_id": "r-2"},
        "districts": [COUNTS | BARAT, COUNTS | SELATAN],
        "areas": [
            COUNTS | BARAT | {"kelurahan": "Medono"},
            COUNTS | SELATAN | {"kelurahan": "Kuripan [Kertoharjo]"},
        ],
        "total": COUNTS,
        "columns": [{"kolom": "alamat", "jumlah_jiwa": 3_406}],
        "notices": [],
        "workbook": None,
    } | changes


def test_a_difference_by_kecamatan_and_kelurahan() -> None:
    text = shown(show_difference, difference(notices=["DTKS dan [DTSEN] berbeda."], workbook="/x/beda [1].xlsx"))
    assert text.startswith("• DTKS dan [DTSEN] berbeda.")
    lines = text.splitlines()
    [total] = [line.split() for line in lines if line.startswith("Jumlah")]
    assert total == ["Jumlah", "39.000", "1.584", "953", "256", "321", "+69", "39.635", "1.597"]
    names = ("Pekalongan Barat", " Medono", "Pekalongan Selatan", " Kuripan [Kertoharjo]", "Jumlah")
    assert sorted(names, key=text.index) == list(names)
    for part in (
        "r-1 → r-2",
        "tanpa NIK 1.820 → 1.893 jiwa",
        "NIK berulang 34 → 30 baris",
        "alamat",
        "3.406",
        "/x/beda [1].xlsx (berisi data pribadi)",
    ):
        assert part in text, part


def test_what_is_not_counted_is_a_dash() -> None:
    uncounted = COUNTS | {"berubah_jiwa": None}
    text = shown(show_difference, difference(total=uncounted, columns=None))
    [total] = [line.split() for line in text.splitlines() if line.startswith("Jumlah")]
    assert total[-1] == "-"
    assert "Kolom yang berubah" not in text


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "release": "r-1",
        "state": "berlaku",
        "reasons": [],
        "decree": {
            "sk_number": "460/[0233]",
            "sk_date": "2022-04-04",
            "source": "dtks",
            "area": "3375",
            "period": "2022-04",
            "version": 2,
        },
        "files": [{"name": "april [1].csv", "sha256": "ab" * 32}],
        "rows": taken_in("april [1].csv"),
        "by_reason": [],
        "control_totals": [],
        "history": [
            {"at": "2026-11-24T04:42:00+00:00", "state": "diterima", "by": "siti", "reasons": []},
            {"at": "2026-11-24T05:42:00+00:00", "state": "ditarik", "by": None, "reasons": ["salah [kirim]", "lama"]},
        ],
    } | changes


def test_an_entry_of_the_ledger() -> None:
    text = shown(show_ledger_entry, entry())
    parts = (
        "r-1 — berlaku",
        "460/[0233] tanggal 04-04-2022",
        "DTKS 3375",
        "2022-04, versi 2",
        "april [1].csv",
        "ab" * 32,
        "140.001",
        "24-11-2026 11.42 WIB",
        "siti",
        "ditarik",
        "salah [kirim] lama",
    )
    assert sorted(parts, key=text.index) == list(parts)
    assert "menurut SK" not in text


def test_control_totals_with_their_differences() -> None:
    row = {"tingkat": "kecamatan", "nama_wilayah": "Selatan", "jumlah_sk_jiwa": 39_600}
    totals = [
        row | {"jumlah_diterima_jiwa": 39_503, "selisih_jiwa": -97},
        row | {"nama_wilayah": "Utara", "jumlah_diterima_jiwa": None, "selisih_jiwa": None},
    ]
    lines = [line.split() for line in shown(show_ledger_entry, entry(control_totals=totals)).splitlines()]
    assert ["kecamatan", "Selatan", "39.600", "39.503", "-97"] in lines
    assert ["kecamatan", "Utara", "39.600", "tidak", "diketahui"] in lines
