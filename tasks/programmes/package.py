"""Says, from the first bytes and the directory of a zip file, whether a file can be an XLSX workbook at all.

Cheap: nothing is unpacked. It must not know what a report is. A file that lies in its directory is caught by the
limits of the child process that parses it.
"""

from __future__ import annotations

from pathlib import Path

from errors import InputRejectedError
from tasks.office import (
    OLE_MAGIC,
    XLSX_WORKBOOK,
    ZIP_FAULTS,
    ZIP_MAGIC,
    is_bomb,
    is_locked,
    is_ole_encrypted,
    zip_directory,
)

_TEXT_START = (b"<", b"\xef\xbb\xbf<")
_HEAD_BYTES = 512
_MOST_BYTES = 20 << 20
_MOST_UNPACKED_BYTES = 200 << 20
_MOST_MEMBERS = 2_000
_SAVE_AS = "Buka berkas itu, simpan sebagai 'Excel Workbook (.xlsx)' dari templat laporan, lalu kirim lagi."

_UNPROTECT = "Hapus kata sandinya (File, Info, Protect Workbook), simpan, lalu kirim lagi."


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
    with file.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head.startswith(ZIP_MAGIC):
        what, next_step = _diagnosis(file, head)
        raise InputRejectedError(what, where=where, next_step=next_step)
    _check_directory(file, where)


def _diagnosis(file: Path, head: bytes) -> tuple[str, str]:
    if head.startswith(OLE_MAGIC):
        if is_ole_encrypted(file):
            return "Buku kerja dilindungi kata sandi.", _UNPROTECT
        return "Berkas ini buku kerja Excel lama (.xls).", _SAVE_AS
    if head.lstrip().startswith(_TEXT_START):
        return "Berkas ini halaman HTML atau XML, bukan buku kerja Excel.", _SAVE_AS
    if b"\x00" not in head and (b"," in head or b";" in head or b"\t" in head):
        return "Berkas ini teks (misalnya CSV), bukan buku kerja Excel.", _SAVE_AS
    return "Berkas ini bukan buku kerja Excel (.xlsx).", _SAVE_AS


def _check_directory(file: Path, where: str) -> None:
    try:
        members = zip_directory(file)
    except (*ZIP_FAULTS, NotImplementedError):
        raise InputRejectedError(
            "Buku kerja terpotong atau rusak.", where=where, next_step="Kirim lagi berkas yang lengkap."
        ) from None
    if XLSX_WORKBOOK not in {member.filename for member in members}:
        raise InputRejectedError(
            "Berkas ini arsip zip, tetapi isinya bukan buku kerja Excel (.xlsx).", where=where, next_step=_SAVE_AS
        )
    if is_locked(members):
        raise InputRejectedError("Buku kerja dilindungi kata sandi.", where=where, next_step=_UNPROTECT)
    if is_bomb(members, most_bytes=_MOST_UNPACKED_BYTES, most_members=_MOST_MEMBERS):
        raise InputRejectedError(
            "Isi buku kerja terlalu besar untuk sebuah laporan.",
            where=where,
            next_step="Salin tabelnya saja ke templat baru, lalu kirim lagi.",
        )
