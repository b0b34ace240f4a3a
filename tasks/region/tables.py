"""Every table of a region's folder, declared once: its columns, what they mean, what their cells look like.

The headings, the explanation and the check of a table come from here. It must not know how a table is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tasks.statistics.publications import HEADER as PUBLICATION_COLUMNS


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        meaning: for the officer who fills it in.
        form: what a cell that is not empty must look like, as a regular expression and in words.
        may_be_empty: whether a cell may be empty.
        may_be_missing: whether the table may do without the column.
    """

    name: str
    meaning: str
    form: tuple[str, str] = (r"\S(.*\S)?", "teks tanpa spasi di tepi")
    may_be_empty: bool = False
    may_be_missing: bool = False

    def accepts(self, cell: str) -> bool:
        if cell == "":
            return self.may_be_empty
        return re.fullmatch(self.form[0], cell) is not None and (self.form is not DAY or _is_day(cell))


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV of the folder: its purpose, and what holds when it is empty."""

    file: str
    purpose: str
    when_empty: str
    columns: tuple[Column, ...]

    @property
    def heading(self) -> str:
        """The first line of a new table, with every column."""
        return ",".join(column.name for column in self.columns)


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


DAY = (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "tanggal tttt-bb-hh, misalnya 2022-04-04")
_ANY = (r".*", "teks apa pun")
_NOTE = Column("catatan", "keterangan untuk pemelihara tabel; tidak dibaca program", _ANY, may_be_empty=True)
_KELURAHAN = Column("kelurahan", "nama kelurahan atau desa, persis seperti pada wilayah.csv")
_KECAMATAN = Column(
    "kecamatan",
    "kecamatannya, persis seperti pada wilayah.csv; hanya perlu bila nama desa itu ada di beberapa kecamatan",
    may_be_empty=True,
    may_be_missing=True,
)

WILAYAH = Table(
    "wilayah.csv",
    "Semua kelurahan dan desa, satu baris satu. Kode Kemendagri dan kode BPS berbeda isinya; ambil keduanya dari "
    "daftar resmi (Kepmendagri dan master wilayah BPS), jangan mengubah yang satu menjadi yang lain.",
    "Tidak ada yang dapat dimuat: tabel ini wajib diisi.",
    (
        Column(
            "kode_kemendagri",
            "kode Kemendagri; bagian terakhir 1xxx untuk kelurahan, 2xxx untuk desa",
            (
                r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[12][0-9]{3}",
                "kode Kemendagri berbentuk 33.xx.xx.1001 atau 33.xx.xx.2001",
            ),
        ),
        Column("kode_bps", "kode BPS", (r"[0-9]{10}", "kode BPS 10 angka")),
        Column("kecamatan", "nama kecamatan tanpa kata Kecamatan"),
        Column(
            "kode_kemendagri_kecamatan",
            "kode Kemendagri kecamatan",
            (r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}", "kode Kemendagri kecamatan berbentuk 33.xx.xx"),
        ),
        Column("kode_bps_kecamatan", "kode BPS kecamatan", (r"[0-9]{7}", "kode BPS kecamatan 7 angka")),
        Column("kelurahan", "nama kelurahan atau desa tanpa kata Kelurahan atau Desa"),
    ),
)
KELURAHAN_ALIAS = Table(
    "kelurahan_alias.csv",
    "Nama lain yang lazim ditulis orang untuk kelurahan atau desa. Huruf besar-kecil, spasi, titik dan tanda hubung "
    "tidak perlu dibedakan.",
    "Hanya nama resmi yang dikenali.",
    (Column("alias", "nama lain"), _KELURAHAN, _KECAMATAN, _NOTE),
)
KELURAHAN_LAMA = Table(
    "kelurahan_lama.csv",
    "Nama sebelum penggabungan atau penggantian nama, untuk rilis dari masa itu.",
    "Rilis lama hanya dikenali menurut nama sekarang.",
    (
        Column("kelurahan_lama", "nama lama"),
        _KELURAHAN,
        _KECAMATAN,
        Column("berlaku_sampai", "hari terakhir nama itu berlaku", DAY),
        Column("keyakinan", "seberapa pasti; tidak dibaca program", _ANY, may_be_empty=True),
    ),
)
OPD_DAMPINGAN = Table(
    "opd_dampingan.csv",
    "Perangkat daerah (OPD) pendamping tiap kelurahan atau desa, menurut keputusan kepala daerah.",
    "Tidak ada OPD yang dapat melapor.",
    (
        _KELURAHAN,
        _KECAMATAN,
        Column("opd", "nama lengkap OPD"),
        Column("opd_singkat", "nama singkat OPD; dipakai di mana-mana, satu nama untuk satu OPD"),
        Column("dasar", "keputusan yang menugaskan", may_be_empty=True),
        Column("sumber", "dari mana baris ini diketahui", may_be_empty=True),
        Column("nomor_sk", "nomor keputusan", may_be_empty=True),
        Column("tanggal_sk", "tanggal keputusan", DAY, may_be_empty=True),
        Column("berlaku_dari", "hari pertama penugasan; kosong: sejak semula", DAY, may_be_empty=True),
        Column("berlaku_sampai", "hari terakhir penugasan; kosong: masih berlaku", DAY, may_be_empty=True),
    ),
)
OPD_ALIAS = Table(
    "opd_alias.csv",
    "Nama lain OPD yang boleh dipakai pada laporan.",
    "Hanya nama lengkap dan nama singkat OPD yang dikenali.",
    (Column("alias", "nama lain"), Column("opd_singkat", "nama singkat seperti pada opd_dampingan.csv"), _NOTE),
)
_PUBLICATION_MEANINGS = {
    "kode_wilayah": "kode BPS 4 angka: wilayah sendiri, pembanding, provinsi, atau 0000 untuk Indonesia",
    "indikator": "kode indikator menurut reference/indicators",
    "tahun": "tahun acuan",
    "nilai": "angka dengan titik desimal dan tanpa pemisah ribuan",
    "satuan": "satuan menurut katalog indikator",
    "sumber": "sumber yang ada pada sumber.toml",
    "tanggal_terbit": "hari sumber itu terbit, tttt-bb-hh; kosong bila tidak diketahui",
    "angka_bps": "ya bila sumber itu meneruskan angka BPS, selain itu tidak",
    "catatan": "keterangan yang ikut diterbitkan",
}
INDIKATOR_PUBLIKASI = Table(
    "indikator_publikasi.csv",
    "Angka makro dari publikasi dan pers yang sudah ditinjau orang, untuk yang tidak ada pada WebAPI BPS.",
    "Hanya angka WebAPI BPS yang terbit.",
    tuple(
        # statistics itself judges these cells, with the catalogue at hand
        Column(name, _PUBLICATION_MEANINGS[name], _ANY, may_be_empty=True, may_be_missing=name == "tanggal_terbit")
        for name in PUBLICATION_COLUMNS
    ),
)
TABLES = (WILAYAH, KELURAHAN_ALIAS, KELURAHAN_LAMA, OPD_DAMPINGAN, OPD_ALIAS, INDIKATOR_PUBLIKASI)
