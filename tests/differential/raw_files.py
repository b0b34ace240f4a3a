"""Raw files of the layouts A (DTKS), D (BDT 2015) and G (DTSEN) as tables of text, one row per line of the file."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

NOTHING = {"", "-", "NULL", "#N/A"}
BLANKS = str.maketrans({"\u00a0": " ", "\t": " "})

DTKS = {
    "ID DTKS": "id_rumah_tangga", "KABUPATEN/KOTA": "kabupaten_kota", "KECAMATAN": "kecamatan",
    "DESA/KELUARAHAN": "kelurahan", "ALAMAT": "alamat", "DUSUN": "dusun", "RT": "rt", "RW": "rw", "NOKK": "no_kk",
    "NIK": "nik", "NAMA": "nama", "TANGGAL LAHIR": "tanggal_lahir", "TEMPAT LAHIR": "tempat_lahir",
    "JENIS KELAMIN": "jenis_kelamin", "PEKERJAAN": "pekerjaan", "NAMA IBU KANDUNG": "nama_ibu_kandung",
    "HUB KELUARGA": "hubungan_keluarga", "KETERANGAN PADAN": "padan", "BANSOS BPNT": "bansos_bpnt",
    "BANSOS PKH": "bansos_pkh", "BANSOS BPNT-PPKM": "bansos_bpnt_ppkm", "PBI JKN": "pbi_jkn",
}  # fmt: skip
BDT = {
    "ID rumah tangga (2)": "id_rumah_tangga", "Kode Provinsi (4)": "kode_provinsi", "Kab/Kota (5)": "kabupaten_kota",
    "Kode Kab/Kota (6)": "kode_kabupaten_kota", "Kecamatan (7)": "kecamatan", "Kode Kecamatan (8)": "kode_kecamatan",
    "Desa/Kelurahan (9)": "kelurahan", "Kode Desa/Kelurahan (10)": "kode_desa", "Nama SLS (11)": "dusun",
    "Alamat (12)": "alamat", "Status PKH": "bansos_pkh", "Status Rastra": "bansos_rastra", "percentile": "persentil",
    "Nomor urut ART": "id_anggota", "Nama ART": "nama", "NIK": "nik", "HubKRT": "hubungan_keluarga",
    "jenis kelamin": "jenis_kelamin", "Umur anggota rumah tangga (tahun)": "umur_tahun",
}  # fmt: skip
MEMBERS = {
    "nomor_induk_kependudukan": "nik", "nomor_kartu_keluarga": "no_kk", "nama": "nama",
    "tanggal_lahir": "tanggal_lahir", "jenis_kelamin": "jenis_kelamin", "status_hubungan_keluarga": "hubungan_keluarga",
    "pbi_nas": "pbi_jkn", "pbi_pemda": "pbi_pemda", "kode_kelurahan_desa_ktp": "kode_ktp", "rt_ktp": "rt",
    "rw_ktp": "rw", "dusun_ktp": "dusun", "pekerjaan_ktp": "pekerjaan",
}  # fmt: skip
FAMILIES = {
    "kabupaten_kota": "kabupaten_kota", "kecamatan": "kecamatan", "kode_kelurahan_desa": "kode_kelurahan",
    "kelurahan_desa": "kelurahan", "alamat": "alamat", "nomor_kartu_keluarga": "no_kk", "desil_nasional": "desil",
}  # fmt: skip


@dataclass
class RawTable:
    """One table. `said` has a row per line that can be a person or a family: `line`, and what each column says."""

    headings: list[str]
    said: pd.DataFrame
    skipped: set[int] = field(default_factory=set)
    miscut: set[int] = field(default_factory=set)

    @property
    def lines(self) -> int:
        return len(self.said) + len(self.skipped) + len(self.miscut)


def read_table(file: Path, meaning: dict[str, str]) -> RawTable:
    """Read a pipe-separated file, with or without quotes; no field of it holds a line end."""
    content = file.read_bytes()
    texts = _decoded(content)
    headings = next(csv.reader([texts[0]], delimiter="|"))
    table = RawTable(headings, pd.DataFrame())
    rows = []
    for number, text in enumerate(texts[1:], start=2):
        cells = next(csv.reader([text], delimiter="|"), [])
        if _is_no_row(cells, headings, meaning):
            table.skipped.add(number)
        elif len(cells) != len(headings):
            table.miscut.add(number)
        else:
            said = {meaning[name]: _said(cell) for name, cell in zip(headings, cells, strict=True) if name in meaning}
            rows.append({"line": number, "has_broken_letters": "\ufffd" in text, **said})
    table.said = pd.DataFrame(rows).astype(object)
    table.said = table.said.where(table.said.notna(), None)
    return table


def _decoded(content: bytes) -> list[str]:
    """UTF-8; a file without one line of right UTF-8 letters is Windows-1252."""
    lines = content.split(b"\n")
    lines = lines[:-1] if not lines[-1] else lines
    try:
        return [line.decode("utf-8") for line in lines]
    except UnicodeDecodeError:
        pass
    right = 0
    for line in lines:
        try:
            right += not line.decode("utf-8").isascii()
        except UnicodeDecodeError:
            continue
    return [line.decode("utf-8" if right else "cp1252", "replace") for line in lines]


def _said(cell: str) -> str | None:
    text = cell.translate(BLANKS).strip(" ")
    return None if text in NOTHING else text


def _is_no_row(cells: list[str], headings: list[str], meaning: dict[str, str]) -> bool:
    """A blank line, a total, the numbers of the columns."""
    filled = [cell.translate(BLANKS).strip() for cell in cells]
    if not any(filled):
        return True
    if filled[0].upper() in ("1", "KOLOM") and filled[1:3] in (["1", "2"], ["2", "3"]):
        return True
    first = next(cell for cell in filled if cell).upper()
    who = {
        meaning.get(name): _said(cell)
        for name, cell in zip(headings, cells, strict=False)
        if len(cells) == len(headings)
    }
    says_who = any(who.get(column) for column in ("nik", "no_kk", "tanggal_lahir"))
    return first in ("TOTAL", "JUMLAH") and not says_who
