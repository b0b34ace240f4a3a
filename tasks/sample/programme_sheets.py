"""Rows of the sheets Pemetaan, Catur Pilar and Penerima of the sample's reports. Persons are invented; the same dice
give the same rows."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from tasks.programmes.template import Value
from warehouse.tables.programmes import PARTS

EXAMPLE_ROWS = len(PARTS)
"""Rows that the template has on its sheets beside those written: one that shows how to fill in."""

_MOST_PEOPLE = 12
_STRANGERS = ("WAHYU SINTETIS", "SRI CONTOH LESTARI", "MUH. REKAAN", "NUR UJI HIDAYAH")
_ROOTS = ("Modal terbatas", "Belum ada pelatihan", "Prasarana belum dibangun", "Data keluarga belum lengkap")
_SECTORS = ("infrastruktur", "kesehatan", "pendidikan", "Sosial", "perumahan", "lingkungan")
_AGREEMENTS = (
    ("Menyiapkan lahan untuk instalasi pengolahan limbah", "lurah"),
    ("Mendata ulang rumah tidak layak huni bersama RT", "BKM"),
    ("Membentuk kelompok kebun gizi dasawisma", "TP-PKK"),
    ("Mencari mitra pemasaran produk kelurahan", "OPD"),
    ("Menyusun jadwal kerja bakti saluran air", "LPM"),
)
_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "November", "Desember")  # fmt: skip


@dataclass(slots=True)
class SheetRow:
    """A sheet row with what it must become."""

    cells: dict[str, Value]
    fate: str = "diterima"
    warned: bool = False


def mapping(problems: list[str], sector: str | None, dice: random.Random) -> list[SheetRow]:
    """One row for each problem, and one for the sector the kelurahan is known for."""
    rows = [
        SheetRow(
            {
                "jenis": dice.choice(("masalah", "Masalah", "permasalahan")),
                "uraian": problem,
                "sektor": dice.choice(_SECTORS),
                "akar_masalah": dice.choice(_ROOTS),
                "lokasi": f"RT {dice.randint(1, 9):02d} / RW {dice.randint(1, 12):02d}",
            }
        )
        for problem in problems
    ]
    if sector:
        rows.append(SheetRow({"jenis": "potensi", "uraian": f"Sentra {sector}", "sektor": sector}))
    return rows


def agreements(year: int, quarter: int, dice: random.Random) -> list[SheetRow]:
    """Agreements of one meeting, one of them done; the last names a person instead of an office."""
    met = date(year, 3 * quarter - 2, 1) + timedelta(days=dice.randrange(5, 60))
    rows = []
    for at, (text, who) in enumerate(dice.sample(_AGREEMENTS, 3)):
        due = met + timedelta(days=dice.randrange(14, 90))
        rows.append(
            SheetRow(
                {
                    "tanggal_pertemuan": _written_day(met, dice),
                    "forum": "Catur Pilar",
                    "hadir_lurah": dice.choice(("ya", "v", "hadir")),
                    "hadir_lpm": "ya",
                    "hadir_bkm": dice.choice(("ya", "tidak")),
                    "hadir_tp_pkk": "x",
                    "kesepakatan": text,
                    "penindak_lanjut": who,
                    "tenggat": _written_day(due, dice),
                    "status_tindak_lanjut": ("sudah selesai", "berjalan", None)[at],
                }
            )
        )
    rows[-1].cells["penindak_lanjut"] = "Pak RW"
    rows[-1].warned = True
    return rows


def recipients(
    registered: list[tuple[str, str]], activities: list[str], dice: random.Random, area_code: str
) -> list[SheetRow]:
    """Some registered people by NIK, one by name alone, and strangers; one of them without NIK and name."""
    chosen = dice.sample(registered, min(_MOST_PEOPLE, len(registered)))
    rows = [SheetRow({"nik": nik, "nama": name, "nama_kegiatan": dice.choice(activities)}) for nik, name in chosen[1:]]
    rows += [SheetRow({"nama": name, "nama_kegiatan": activities[0]}) for _, name in chosen[:1]]
    for at, name in enumerate(_STRANGERS):
        nik = f"{area_code}049{dice.randrange(10**5):05d}{8000 + at}"
        rows.append(SheetRow({"nik": nik, "nama": name, "nama_kegiatan": activities[-1]}))
    rows.append(SheetRow({"nik": f"{area_code}0", "nama_kegiatan": activities[0]}, fate="ditolak"))
    return rows


def registered_people(release: Path, area_code: str) -> dict[str, list[tuple[str, str]]]:
    """NIK and name of people by the name of their kelurahan, in capitals, out of a release in layout dtks_a."""
    lines = pl.read_csv(
        release, separator="|", infer_schema=False, quote_char=None, encoding="utf8-lossy", truncate_ragged_lines=True
    )
    known = lines.filter(pl.col("NIK").str.contains(f"^{area_code}[0-9]{{12}}$")).select(
        "DESA/KELUARAHAN", "NIK", "NAMA"
    )
    people: dict[str, list[tuple[str, str]]] = {}
    for area, nik, name in known.drop_nulls().unique("NIK", keep="none", maintain_order=True).iter_rows():
        people.setdefault(area, []).append((nik, name))
    return people


def _written_day(day: date, dice: random.Random) -> Value:
    month = _MONTHS[day.month - 1]
    return dice.choice((day, f"{day:%d-%m-%Y}", f"{day:%d/%m/%y}", f"{day.day} {month} {day.year}"))
