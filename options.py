"""Checks of what the command line was given. Each raises UsageError, naming the option, its form and an example."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from errors import UsageError


def existing(file: Path) -> Path:
    """The file, if it can be read."""
    if not file.exists():
        raise UsageError(f"Berkas {file} tidak ada.", next_step="Periksa nama dan foldernya.")
    if not file.is_file() or not os.access(file, os.R_OK):
        raise UsageError(f"{file} bukan berkas yang dapat dibaca.", next_step="Sebut satu berkas.")
    return file


def workbook_to_write(out: Path) -> Path:
    """The path, if an XLSX can be written there."""
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"Nama berkas --out harus berakhiran .xlsx, bukan {out}.", next_step="Misalnya hasil.xlsx.")
    if not out.parent.is_dir():
        raise UsageError(f"Folder {out.parent} untuk --out tidak ada.", next_step="Buat dahulu, atau pilih yang lain.")
    if out.is_dir() or not os.access(out if out.exists() else out.parent, os.W_OK):
        raise UsageError(f"{out} tidak dapat ditulisi.", next_step="Pilih nama atau folder lain untuk --out.")
    return out


def sk_date(text: str) -> date:
    """A date as people write it, dd-mm-yyyy, or as ISO 8601."""
    for form in ("%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise UsageError("Tanggal --sk-date harus hh-bb-tttt, misalnya 04-04-2022.", next_step="Ulangi dengan tanggal itu.")


def all_stated(**given: str | None) -> list[str]:
    """Every option that a release needs, in this order."""
    missing = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is None]
    if missing:
        raise UsageError(
            f"Pilihan yang belum disebut: {', '.join(missing)}.",
            next_step="Misalnya --period 2022-04 --sk-number 460/0233 --sk-date 04-04-2022.",
        )
    return [value for value in given.values() if value is not None]


def refuse_with_mended(**given: object) -> None:
    """Options that mean nothing without a period and its decree, which a workbook of mended rows needs not."""
    stated = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if stated:
        raise UsageError(
            f"{' dan '.join(stated)} tidak berlaku tanpa --period, --sk-number dan --sk-date.",
            next_step="Sebut ketiganya; buku kerja baris ditolak yang dibetulkan diserahkan tanpa pilihan apa pun.",
        )


def stated(reason: str) -> str:
    """A reason that says something."""
    if not reason.strip():
        raise UsageError("--reason tidak boleh kosong.", next_step='Sebut alasannya, misalnya --reason "ralat SK".')
    return reason.strip()


def check_submission(*, layout: str | None, **fields: str) -> None:
    """What the manifest would refuse is the fault of an option here, so it is named by its option."""
    from tasks.registry.layouts import load_layouts
    from tasks.registry.manifest import SOURCES, wrong_fields

    layouts = [known.name for known in load_layouts()]
    forms = {
        "source": f"--source harus {' atau '.join(SOURCES)}",
        "period": "--period harus tttt-bb, misalnya 2022-04",
        "sk_number": "--sk-number harus berisi nomor SK Wali Kota atau Bupati, misalnya 460/0233",
    }
    wrong = [forms[name] for name in wrong_fields(fields) if name in forms]
    if layout not in (None, *layouts):
        wrong.append(f"--layout harus salah satu dari {', '.join(layouts)}, dan biasanya tidak perlu")
    if wrong:
        raise UsageError(f"Pilihan tidak dapat dipakai: {'; '.join(wrong)}.", next_step="Perbaiki, lalu ulangi.")
