"""Says, from the first bytes and the directory of a zip file, whether a file can be an XLSX workbook at all.

Cheap: nothing is unpacked. What kinds of files there are is known to tasks/registry/magic.py. It must not know what a
report is. A file that lies in its directory is caught by the limits of the child process that parses it.
"""

from __future__ import annotations

from pathlib import Path

from errors import InputRejectedError
from tasks.office import is_bomb, zip_directory
from tasks.registry.magic import FileKind, Refusal, diagnose

_MOST_BYTES = 20 << 20
_MOST_UNPACKED_BYTES = 200 << 20
_MOST_MEMBERS = 2_000
_SAVE_AS = "Buka berkas itu, simpan sebagai 'Excel Workbook (.xlsx)' dari templat laporan, lalu kirim lagi."
_NO_REPORT = {
    FileKind.XLS: "buku kerja Excel lama (.xls)",
    FileKind.ODS: "lembar kerja OpenDocument (.ods)",
    FileKind.PARQUET: "tabel Parquet",
    FileKind.TEXT: "teks (misalnya CSV)",
    FileKind.ZIP: "arsip zip",
}
"""The kinds that a register may have and a report may not."""


def check_package(file: Path, where: str) -> None:
    """Reads at most the directory of `file`.

    Raises:
        InputRejectedError: naming `where`, when it is no XLSX workbook, is protected by a password, or would
            unpack to an unreasonable size.
    """
    size = file.stat().st_size
    if size == 0:
        raise InputRejectedError("Berkas kosong (0 byte).", where=where, next_step="Kirim lagi berkas yang lengkap.")
    if size > _MOST_BYTES:
        raise InputRejectedError(
            f"Berkas laporan lebih besar dari {_MOST_BYTES >> 20} MB.",
            where=where,
            next_step="Hapus gambar dan lembar lain dari buku kerja; bukti cukup sebagai tautan.",
        )
    found = diagnose(file)
    if isinstance(found, Refusal) and not found.kind:
        raise InputRejectedError(found.what, where=where, next_step=found.next_step)
    if found is not FileKind.XLSX:
        kind = found.kind if isinstance(found, Refusal) else _NO_REPORT[found]
        raise InputRejectedError(f"Berkas ini {kind}, bukan buku kerja Excel (.xlsx).", where=where, next_step=_SAVE_AS)
    if is_bomb(zip_directory(file), most_bytes=_MOST_UNPACKED_BYTES, most_members=_MOST_MEMBERS):
        raise InputRejectedError(
            "Isi buku kerja terlalu besar untuk sebuah laporan.",
            where=where,
            next_step="Salin tabelnya saja ke templat baru, lalu kirim lagi.",
        )
