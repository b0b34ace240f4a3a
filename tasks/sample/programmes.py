"""Writes filled-in programme reports, one for each known OPD pair, and says what reading them must give.

Amounts and days are in the writings that officers use; a few rows are wrong on purpose. Companies and persons are
invented. The same seed and register give the same bytes.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import number
from tasks.programmes.template import Value, write_report
from tasks.programmes.template_guide import ReportHead
from tasks.reference import BUNDLED, Region
from tasks.sample.programme_sheets import EXAMPLE_ROWS, SheetRow, agreements, mapping, recipients, registered_people

YEAR, QUARTER = 2022, 2
NO_FUND = "(kosong)"
"""Key in the truth for activities whose source of funds is empty after reading."""

_STEP_RP = 250_000
_PARTNER = "PT Contoh Batik Pesisir (perusahaan rekaan)"


@dataclass(frozen=True, slots=True)
class _Activity:
    masalah: str
    kategori: str
    kegiatan: str
    horizon: str
    klaster: str
    indikator: str
    satuan: str
    target: tuple[int, int]
    juta: tuple[int, int]
    sumber_dana: str


_COMMON = tuple(
    _Activity(*fields)
    for fields in (
        ("Keluarga tanpa jamban sehat", "Sanitasi", "Pembangunan jamban sehat keluarga", "pendek", "keluarga",
         "Jamban terbangun", "unit", (8, 25), (20, 75), "APBD kota"),
        ("Rumah tidak layak huni di bantaran sungai", "Perumahan", "Perbaikan rumah tidak layak huni (RTLH)",
         "menengah", "keluarga", "Rumah diperbaiki", "unit", (3, 12), (60, 240), "APBD provinsi"),
        ("Gizi balita kurang", "Kesehatan", "Pemberian makanan tambahan untuk balita", "pendek", "keluarga",
         "Balita menerima", "anak", (20, 60), (10, 30), "APBD kota"),
        ("Remaja putus sekolah", "Pendidikan", "Bimbingan kejar paket bagi remaja putus sekolah", "menengah",
         "pemberdayaan masyarakat", "Peserta lulus", "orang", (8, 24), (12, 36), "APBN"),
        ("Saluran air dangkal dan tersumbat", "Infrastruktur", "Normalisasi saluran air lingkungan", "pendek",
         "pemberdayaan masyarakat", "Panjang saluran", "meter", (120, 900), (40, 160), "DAK"),
        ("Kelompok lansia belum terlayani", "Sosial", "Bantuan sembako bagi lansia tunggal", "pendek", "keluarga",
         "Lansia menerima", "orang", (15, 40), (6, 18), "Baznas"),
        ("Lahan pekarangan belum dimanfaatkan", "Ketahanan pangan", "Kebun gizi pekarangan dasawisma", "panjang",
         "pemberdayaan masyarakat", "Kelompok aktif", "kelompok", (2, 8), (5, 20), "swadaya"),
    )
)  # fmt: skip

_LOCAL = {
    "batik": tuple(
        _Activity(*fields)
        for fields in (
            ("Perajin batik kekurangan modal", "Ekonomi", "Bantuan alat dan bahan bagi perajin batik", "menengah",
             "UMK", "Perajin dibantu", "orang", (10, 40), (30, 90), "APBD kota"),
            ("Limbah batik mencemari sungai", "Lingkungan", "Instalasi pengolahan limbah batik komunal", "panjang",
             "UMK", "IPAL berfungsi", "unit", (1, 2), (150, 350), "APBD provinsi"),
            ("Pemuda enggan membatik", "Pelatihan", "Pelatihan batik tulis untuk pemuda", "pendek",
             "pemberdayaan masyarakat", "Pemuda terlatih", "orang", (15, 40), (15, 45), "APBD kota"),
        )
    ),
    "tempe": tuple(
        _Activity(*fields)
        for fields in (
            ("Harga kedelai naik", "Ekonomi", "Koperasi bahan baku Kampung Tempe", "menengah", "UMK",
             "Anggota koperasi", "orang", (20, 60), (25, 75), "APBD kota"),
            ("Kemasan tempe sederhana", "Pelatihan", "Pelatihan kemasan dan izin PIRT olahan tempe", "pendek",
             "UMK", "Produk ber-PIRT", "produk", (5, 20), (12, 36), "APBN"),
            ("Air limbah tahu dan tempe", "Lingkungan", "Digester limbah cair Kampung Tempe", "panjang", "UMK",
             "Digester berfungsi", "unit", (1, 3), (90, 180), "DAK"),
        )
    ),
    "pemasaran daring": tuple(
        _Activity(*fields)
        for fields in (
            ("Produk rumahan hanya dijual di sekitar", "Pelatihan", "Pelatihan pemasaran daring bagi ibu rumah tangga",
             "pendek", "UMK", "Peserta berjualan daring", "orang", (20, 50), (12, 30), "APBD kota"),
            ("Foto dan deskripsi produk lemah", "Pendampingan", "Klinik foto produk dan lokapasar", "menengah",
             "UMK", "Toko daring aktif", "toko", (10, 30), (8, 24), "APBD kota"),
        )
    ),
}  # fmt: skip
_SECTORS = {
    "Jenggot": "batik",
    "Banyurip": "batik",
    "Buaran Kradenan": "batik",
    "Kuripan Kertoharjo": "tempe",
    "Sokoduwet": "pemasaran daring",
}
_HEAD_WRITINGS = {
    ("DLH", "Jenggot"): ("Dinas Lingkungan Hidup", "Kelurahan Jenggot"),
    ("Dinarpus", "Buaran Kradenan"): ("Dinas Kearsipan dan Perpustakaan", "Buaran"),
    ("Dindagkop-UKM", "Kuripan Kertoharjo"): ("Dindagkop UKM", "KURIPAN KERTOHARJO"),
    ("DPMPPA", "Sokoduwet"): ("DPMPPA", "Duwet"),
}


@dataclass(slots=True)
class _Line(SheetRow):
    """A row of Kegiatan with what it must become."""

    rupiah: int = 0
    fund: str = NO_FUND
    cancelled: bool = False


def write_programme_sample(
    folder: Path, seed: int, register: Path | None = None, region: Region = BUNDLED
) -> dict[str, Any]:
    """Write one XLSX per pair of the region's opd_dampingan.csv for triwulan 2 of 2022 into `folder`.

    Args:
        register: a release of the sample in layout dtks_a, from which some recipients come; without it all recipients
            are strangers to the register.

    Returns:
        `laporan`: one entry per file (`berkas`, `opd_singkat`, `kelurahan`, `tahun`, `triwulan`, `baris`,
        `diterima`, `ditolak`, `dilewati`, `berperingatan`, `anggaran_rp` by source of funds in whole rupiah,
        accepted rows only, and `anggaran_batal_rp`, the part of it that is for cancelled activities), and `jumlah`:
        the same counts and sums over all files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = region.areas.areas.select("kode_kemendagri", "kelurahan")
    pairs = region.assignments.join(names, on="kode_kemendagri", maintain_order="left")
    people = registered_people(register, region.code) if register else {}
    return _with_totals(
        [_write_one(folder, pair, at, seed, people, region.code) for at, pair in enumerate(pairs.iter_rows(named=True))]
    )


def _with_totals(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """The entries of single files with their totals."""
    counts = ("baris", "diterima", "ditolak", "dilewati", "berperingatan")
    totals = {name: sum(report[name] for report in reports) for name in counts}
    budgets = {name: _by_fund(report[name] for report in reports) for name in ("anggaran_rp", "anggaran_batal_rp")}
    return {"laporan": reports, "jumlah": totals | budgets}


def _by_fund(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    funds: Counter[str] = Counter()
    for part in parts:
        funds.update(part)
    return dict(sorted(funds.items()))


def _write_one(
    folder: Path,
    pair: dict[str, str],
    at: int,
    seed: int,
    people: dict[str, list[tuple[str, str]]],
    area_code: str,
) -> dict[str, Any]:
    dice = random.Random(f"{seed}-{pair['opd_singkat']}")  # noqa: S311 (sample data)
    local = _LOCAL.get(_SECTORS.get(pair["kelurahan"], ""), ())
    chosen = [*local, *dice.sample(_COMMON, dice.randint(5, len(_COMMON)))]
    sector = _SECTORS.get(pair["kelurahan"])
    lines = [_line(activity, dice) for activity in chosen]
    _DEFECTS[at % len(_DEFECTS)](lines)
    opd, kelurahan = _HEAD_WRITINGS.get(
        (pair["opd_singkat"], pair["kelurahan"]), (pair["opd_singkat"], pair["kelurahan"])
    )
    name = f"laporan-{pair['opd_singkat'].lower()}-{YEAR}-tw{QUARTER}.xlsx"
    given = [str(line.cells["kegiatan"]) for line in lines if line.fate == "diterima"]
    other = {
        "pemetaan": mapping([activity.masalah for activity in chosen], sector, dice),
        "catur_pilar": agreements(YEAR, QUARTER, dice),
        "penerima": recipients(people.get(pair["kelurahan"].upper(), []), given, dice, area_code),
    }
    write_report(
        folder / name,
        ReportHead(opd, kelurahan, YEAR, QUARTER),
        [line.cells for line in lines],
        pemetaan=[row.cells for row in other["pemetaan"]],
        catur_pilar=[row.cells for row in other["catur_pilar"]],
        penerima=[row.cells for row in other["penerima"]],
    )
    return _truth(name, pair, lines, [row for rows in other.values() for row in rows])


def _line(activity: _Activity, dice: random.Random) -> _Line:
    target = dice.randint(*activity.target)
    status = dice.choice(("rencana", "berjalan", "berjalan", "selesai"))
    share = {"rencana": 0.0, "berjalan": dice.uniform(0.2, 0.8), "selesai": 1.0}[status]
    budget = dice.randint(activity.juta[0] * 4, activity.juta[1] * 4) * _STEP_RP
    spent = round(budget * share / _STEP_RP) * _STEP_RP
    families = dice.randint(5, 60) if activity.klaster == "keluarga" else None
    cells: dict[str, Value] = {
        "masalah": activity.masalah,
        "kategori_intervensi": activity.kategori,
        "kegiatan": activity.kegiatan,
        "horizon": dice.choice((activity.horizon, activity.horizon.upper(), f"jangka {activity.horizon}")),
        "klaster": dice.choice((activity.klaster, activity.klaster.title())),
        "indikator": activity.indikator,
        "satuan": activity.satuan,
        "target": target,
        "realisasi": round(target * share),
        "anggaran_rp": _written(budget, dice),
        "realisasi_rp": _written(spent, dice),
        "sumber_dana": dice.choice((activity.sumber_dana, activity.sumber_dana.upper())),
        "penerima_kk": families,
        "penerima_jiwa": families * 4 if families else target,
        "status": dice.choice((status, status.capitalize())),
    }
    return _Line(cells, rupiah=budget, fund=activity.sumber_dana)


def _written(rupiah: int, dice: random.Random) -> Value:
    grouped = number(rupiah)
    millions = f"{rupiah / 1_000_000:.2f}".replace(".", ",").rstrip("0").rstrip(",")
    writings: tuple[Value, ...] = (
        rupiah,
        rupiah,
        f"Rp {grouped},00",
        f"Rp. {grouped}",
        f"Rp{grouped},-",
        grouped,
        f"{millions} juta",
    )
    return dice.choice(writings)


def _reject(line: _Line, **cells: Value) -> None:
    line.cells |= cells
    line.fate = "ditolak"


def _warn(line: _Line, **cells: Value) -> None:
    line.cells |= cells
    line.warned = True


def _unknown_horizon(lines: list[_Line]) -> None:
    _reject(lines[1], horizon="secepatnya")
    _warn(lines[2], status="rencana", realisasi=3)


def _unreadable_budget(lines: list[_Line]) -> None:
    _reject(lines[0], anggaran_rp="menunggu perubahan anggaran")
    lines.insert(2, _Line({}, fate="dilewati"))


def _village_fund(lines: list[_Line]) -> None:
    _warn(lines[-1], sumber_dana="Dana Desa")
    lines[-1].fund = NO_FUND


def _with_cancelled_and_total(lines: list[_Line]) -> None:
    lines[1].cells |= {"status": "Batal", "realisasi": 0, "realisasi_rp": 0}
    lines[1].cancelled = True
    total = sum(line.rupiah for line in lines)
    lines.append(_Line({"kegiatan": "JUMLAH", "anggaran_rp": f"Rp {number(total)}"}, fate="dilewati"))


def _company_and_wrong_total(lines: list[_Line]) -> None:
    lines[0].cells |= {"sumber_dana": "CSR", "mitra": _PARTNER}
    lines[0].fund = "CSR"
    total = sum(line.rupiah for line in lines) + _STEP_RP
    lines.append(_Line({"kegiatan": "TOTAL", "anggaran_rp": total}, fate="dilewati"))


def _overspent(lines: list[_Line]) -> None:
    _warn(lines[0], realisasi_rp=lines[0].rupiah + _STEP_RP)
    numbers = {name: at for at, name in enumerate(lines[0].cells, start=1)}
    lines.insert(0, _Line(dict(numbers), fate="dilewati"))


_DEFECTS: tuple[Callable[[list[_Line]], None], ...] = (
    _unknown_horizon,
    _unreadable_budget,
    _village_fund,
    _with_cancelled_and_total,
    _company_and_wrong_total,
    _overspent,
)


def _truth(name: str, pair: dict[str, str], lines: list[_Line], other: list[SheetRow]) -> dict[str, Any]:
    fates = Counter(row.fate for row in (*lines, *other))
    accepted = [line for line in lines if line.fate == "diterima"]
    return {
        "berkas": name,
        "opd_singkat": pair["opd_singkat"],
        "kelurahan": pair["kelurahan"],
        "tahun": YEAR,
        "triwulan": QUARTER,
        "baris": len(lines) + len(other) + EXAMPLE_ROWS,
        "diterima": fates["diterima"],
        "ditolak": fates["ditolak"],
        "dilewati": fates["dilewati"] + EXAMPLE_ROWS,
        "berperingatan": sum(row.warned for row in (*lines, *other)),
        "anggaran_rp": _by_fund({line.fund: line.rupiah} for line in accepted),
        "anggaran_batal_rp": _by_fund({line.fund: line.rupiah} for line in accepted if line.cancelled),
    }
