"""Every reason for which a line of a programme report is rejected or marked; the only list of these codes.

Predicates see the cleaned frame of `tasks/programmes/cleaning.py`: target columns beside `asal_<column>`, the
tidied text of the sheet with its null tokens removed, and `bukan_dampingan`.
"""

from __future__ import annotations

import polars as pl

from tasks.rules import Rule
from warehouse.person_numbers import SIXTEEN_DIGITS
from warehouse.tables.programmes import ACTIVITY_COLUMNS

NUMBER_COLUMNS = tuple(
    column.name for column in ACTIVITY_COLUMNS if column.type == "BIGINT" or column.type.startswith("DECIMAL")
)
CODE_COLUMNS = tuple(column.name for column in ACTIVITY_COLUMNS if column.allowed)
_NAMES = {
    "target": "Target",
    "realisasi": "Realisasi",
    "anggaran_rp": "Anggaran",
    "realisasi_rp": "Realisasi anggaran",
    "penerima_kk": "Penerima (KK)",
    "penerima_jiwa": "Penerima (jiwa)",
    "horizon": "Horizon",
    "klaster": "Klaster",
    "status": "Status",
    "sumber_dana": "Sumber dana",
}
_LINK = r"https?://\S+"
_VILLAGE_FUND = r"^DANADESA|^DD$|^ADD$"


def _unknown(column: str) -> pl.Expr:
    return pl.col(f"asal_{column}").is_not_null() & pl.col(column).is_null()


_village_fund = (
    pl.col("asal_sumber_dana").str.to_uppercase().str.replace_all(r"[^A-Z]", "").str.contains(_VILLAGE_FUND)
).fill_null(False)


def _person_number() -> pl.Expr:
    """In whichever column: a number may also have slipped into a count. Links have long numbers of their own; they
    are not published."""
    texts = {column.name: pl.col(f"asal_{column.name}") for column in ACTIVITY_COLUMNS}
    texts["bukti"] = texts["bukti"].str.replace_all(_LINK, " / ")
    return pl.any_horizontal(text.str.contains(SIXTEEN_DIGITS).fill_null(False) for text in texts.values())


def _code_rules() -> tuple[Rule, ...]:
    rules = []
    for column in CODE_COLUMNS:
        declared = next(c for c in ACTIVITY_COLUMNS if c.name == column)
        broken = _unknown(column) & ~_village_fund if column == "sumber_dana" else pl.col(column).is_null()
        may_be_empty = "" if declared.nullable else "kosong atau "
        rules.append(
            Rule(
                f"LAPORAN_{column.upper()}_TIDAK_DIKENAL",
                "tolak",
                column,
                f"{_NAMES[column]} {may_be_empty}tidak ada dalam daftar.",
                f"Pilih salah satu: {', '.join(declared.allowed)}.",
                broken,
            )
        )
    return tuple(rules)


def _number_rules() -> tuple[Rule, ...]:
    rules = []
    for column in NUMBER_COLUMNS:
        rules.append(
            Rule(
                f"LAPORAN_{column.upper()}_BUKAN_ANGKA",
                "tolak",
                column,
                f"{_NAMES[column]} tidak dapat dibaca sebagai angka.",
                "Tulis angkanya saja, misalnya 1250000 atau 1.250.000.",
                _unknown(column),
            )
        )
        rules.append(
            Rule(
                f"LAPORAN_{column.upper()}_NEGATIF",
                "tolak",
                column,
                f"{_NAMES[column]} negatif.",
                "Tulis angka nol atau lebih.",
                pl.col(column) < 0,
            )
        )
    return tuple(rules)


RULES: tuple[Rule, ...] = (
    Rule(
        "LAPORAN_KEGIATAN_KOSONG",
        "tolak",
        "kegiatan",
        "Nama kegiatan kosong.",
        "Isi nama kegiatan.",
        pl.col("kegiatan").is_null(),
    ),
    Rule(
        "LAPORAN_NOMOR_PRIBADI",
        "tolak",
        "baris",
        "Ada 16 angka berurutan seperti NIK atau nomor KK, mungkin dengan spasi, titik atau garis di antaranya.",
        "Hapus nomor itu; isi laporan diterbitkan seperti ditulis. Pisahkan angka lain dengan kata, misalnya 'sampai'.",
        _person_number(),
    ),
    *_code_rules(),
    *_number_rules(),
    Rule(
        "LAPORAN_DANA_DESA",
        "peringatan",
        "sumber_dana",
        "Sumber dana tertulis Dana Desa, padahal kelurahan tidak menerimanya; sumber dana dikosongkan.",
        "Periksa sumber dananya, lalu pilih salah satu dari daftar.",
        _village_fund,
    ),
    Rule(
        "LAPORAN_SUMBER_DANA_KOSONG",
        "peringatan",
        "sumber_dana",
        "Kegiatan mempunyai anggaran tetapi sumber dananya kosong.",
        "Pilih sumber dana dari daftar.",
        pl.col("asal_sumber_dana").is_null() & (pl.col("anggaran_rp") > 0),
    ),
    Rule(
        "LAPORAN_REALISASI_RENCANA",
        "peringatan",
        "status",
        "Kegiatan berstatus rencana tetapi sudah mempunyai realisasi.",
        "Ubah status menjadi berjalan atau selesai, atau kosongkan realisasinya.",
        (pl.col("status") == "rencana")
        & ((pl.col("realisasi") > 0).fill_null(False) | (pl.col("realisasi_rp") > 0).fill_null(False)),
    ),
    Rule(
        "LAPORAN_TANGGAL_TIDAK_TERBACA",
        "peringatan",
        "tanggal_lapor",
        "Tanggal lapor tidak dapat dibaca; tanggalnya dikosongkan.",
        "Tulis tanggal sebagai hh-bb-tttt, misalnya 05-04-2022.",
        _unknown("tanggal_lapor"),
    ),
    Rule(
        "LAPORAN_BUKAN_DAMPINGAN",
        "peringatan",
        "kelurahan",
        "OPD melapor atas kelurahan yang bukan dampingannya.",
        "Periksa isian Kelurahan di atas tabel; bila benar, perbarui daftar pasangan OPD dan kelurahan.",
        pl.col("bukan_dampingan"),
    ),
)
"""In one order; the rejecting and the marking ones each keep their order in the bit masks."""
