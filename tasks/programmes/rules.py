"""Every reason for which a line of a programme report is rejected or marked; the only list of these codes.

Predicates see the cleaned frame of `tasks/programmes/cleaning.py`: target columns beside `asal_<column>`, the
tidied text of the sheet with its null tokens removed, `bukan_dampingan`, `id_asing` and `periode_salah`.
"""

from __future__ import annotations

import polars as pl

from tasks.rules import Rule
from warehouse.columns import Column
from warehouse.person_numbers import SIXTEEN_DIGITS
from warehouse.tables.programmes import PARTS, Part

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
    "jenis": "Jenis",
    "sektor": "Sektor",
    "penindak_lanjut": "Penindak lanjut",
    "status_tindak_lanjut": "Status tindak lanjut",
    "tanggal_lapor": "Tanggal lapor",
    "tanggal_pertemuan": "Tanggal pertemuan",
    "tenggat": "Tenggat",
    "kegiatan": "Nama kegiatan",
    "uraian": "Uraian masalah atau potensi",
    "kesepakatan": "Kesepakatan",
    "hadir_lurah": "Kehadiran lurah",
    "hadir_lpm": "Kehadiran LPM",
    "hadir_bkm": "Kehadiran BKM",
    "hadir_tp_pkk": "Kehadiran TP-PKK",
}
_PREFIX = {"pemetaan": "PEMETAAN", "kegiatan": "LAPORAN", "catur_pilar": "CATUR_PILAR", "penerima": "PENERIMA"}
MAIN = {"pemetaan": "uraian", "kegiatan": "kegiatan", "catur_pilar": "kesepakatan", "penerima": "nama"}
"""The free text that a line of each part is about."""
_FALLS_BACK = {"sektor": "lainnya", "penindak_lanjut": "lainnya"}
"""Codes without which a line still says what matters: another word than those of the list is marked, not rejected."""
_LINK = r"https?://\S+"
_VILLAGE_FUND = r"^DANADESA|^DD$|^ADD$"


def number_columns(part: Part) -> tuple[str, ...]:
    """Columns of amounts and counts."""
    return tuple(c.name for c in part.columns if c.type == "BIGINT" or c.type.startswith("DECIMAL"))


def code_columns(part: Part) -> tuple[str, ...]:
    """Columns with a closed list of values."""
    return tuple(column.name for column in part.columns if column.allowed)


def fallback(column: Column) -> str | None:
    """The value that stands for a word that is not in the list of `column`."""
    return _FALLS_BACK.get(column.name)


def _unknown(column: str) -> pl.Expr:
    return pl.col(f"asal_{column}").is_not_null() & pl.col(column).is_null()


_village_fund = (
    pl.col("asal_sumber_dana").str.to_uppercase().str.replace_all(r"[^A-Z]", "").str.contains(_VILLAGE_FUND)
).fill_null(False)


def _person_number(part: Part) -> pl.Expr:
    """In whichever column: a number may also have slipped into a count. Links have long numbers of their own; they
    are not published."""
    texts = {column.name: pl.col(f"asal_{column.name}") for column in part.columns if column.name != "nik"}
    if "bukti" in texts:
        texts["bukti"] = texts["bukti"].str.replace_all(_LINK, " / ")
    # all texts at once, since the pattern takes longer to prepare than to match; a bar ends a number
    return pl.concat_str(list(texts.values()), separator=" | ", ignore_nulls=True).str.contains(SIXTEEN_DIGITS)


def _code_rules(part: Part) -> list[Rule]:
    rules = []
    for column in part.columns:
        if not column.allowed:
            continue
        code, name = f"{_PREFIX[part.name]}_{column.name.upper()}_TIDAK_DIKENAL", _NAMES[column.name]
        action = f"Pilih salah satu: {', '.join(column.allowed)}."
        if other := fallback(column):
            key = pl.col(f"asal_{column.name}").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
            known = key.str.starts_with("LAIN")
            text = f"{name} tidak ada dalam daftar; dicatat sebagai '{other}'."
            broken = (pl.col(column.name) == other) & pl.col(f"asal_{column.name}").is_not_null() & ~known
            rules.append(Rule(code, "peringatan", column.name, text, action, broken))
            continue
        broken = pl.col(column.name).is_null()
        if column.nullable:
            broken = _unknown(column.name) & ~_village_fund if column.name == "sumber_dana" else _unknown(column.name)
        may_be_empty = "" if column.nullable else "kosong atau "
        text = f"{name} {may_be_empty}tidak ada dalam daftar."
        rules.append(Rule(code, "tolak", column.name, text, action, broken))
    return rules


def _number_rules(part: Part) -> list[Rule]:
    rules = []
    for column in number_columns(part):
        code, name = f"{_PREFIX[part.name]}_{column.upper()}", _NAMES[column]
        action = "Tulis angkanya saja, misalnya 1250000 atau 1.250.000."
        text = f"{name} tidak dapat dibaca sebagai angka."
        rules.append(Rule(f"{code}_BUKAN_ANGKA", "tolak", column, text, action, _unknown(column)))
        negative = pl.col(column) < 0
        rules.append(
            Rule(f"{code}_NEGATIF", "tolak", column, f"{name} negatif.", "Tulis angka nol atau lebih.", negative)
        )
    return rules


def _date_rules(part: Part) -> list[Rule]:
    rules = []
    for column in part.columns:
        code, name = f"{_PREFIX[part.name]}_{column.name.upper()}_TIDAK_TERBACA", _NAMES.get(column.name, "")
        action = "Tulis tanggal sebagai hh-bb-tttt, misalnya 05-07-2022."
        if column.type == "DATE" and column.nullable:
            # the code of the first template's column is kept
            code = "LAPORAN_TANGGAL_TIDAK_TERBACA" if column.name == "tanggal_lapor" else code
            text = f"{name} tidak dapat dibaca; tanggalnya dikosongkan."
            rules.append(Rule(code, "peringatan", column.name, text, action, _unknown(column.name)))
        elif column.type == "DATE":
            text = f"{name} kosong atau tidak dapat dibaca."
            rules.append(Rule(code, "tolak", column.name, text, action, pl.col(column.name).is_null()))
        elif column.type == "BOOLEAN":
            text, action = f"{name} bukan ya dan bukan tidak; dikosongkan.", "Tulis ya atau tidak."
            rules.append(Rule(code, "peringatan", column.name, text, action, _unknown(column.name)))
    return rules


def _common(part: Part) -> list[Rule]:
    prefix, main = _PREFIX[part.name], MAIN[part.name]
    rules = [
        Rule(
            f"{prefix}_NOMOR_PRIBADI",
            "tolak",
            "baris",
            "Ada 16 angka berurutan seperti NIK atau nomor KK, mungkin dengan spasi, titik atau garis di antaranya.",
            "Hapus nomor itu; isi laporan diterbitkan seperti ditulis. Pisahkan angka lain dengan kata, misalnya "
            "'sampai'.",
            _person_number(part),
        ),
        Rule(
            f"{prefix}_PERIODE_SALAH",
            "tolak",
            "baris",
            "Tahun atau triwulan pada baris ini tidak terbaca atau belum dimulai.",
            "Tulis Tahun (misalnya 2022) dan Triwulan (1 sampai 4) pada baris ini.",
            pl.col("periode_salah"),
        ),
    ]
    if part.name != "penerima":
        empty = Rule(
            f"{prefix}_{main.upper()}_KOSONG",
            "tolak",
            main,
            f"{_NAMES[main]} kosong.",
            f"Isi {_NAMES[main][0].lower()}{_NAMES[main][1:]}.",
            pl.col(main).is_null(),
        )
        rules.insert(0, empty)
    if part.identity:
        foreign = Rule(
            f"{prefix}_ID_ASING",
            "peringatan",
            part.identity,
            "ID baris ini bukan dari templat untuk OPD dan kelurahan ini; ID dibuat baru dari isinya.",
            "Jangan mengubah kolom ID; kosongkan pada baris baru.",
            pl.col("id_asing"),
        )
        rules.append(foreign)
    return rules


_OF_ACTIVITIES = (
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
        "LAPORAN_REALISASI_LEBIH",
        "peringatan",
        "realisasi_rp",
        "Realisasi anggaran lebih besar daripada anggarannya.",
        "Periksa kedua angkanya; anggaran ditulis untuk setahun penuh.",
        (pl.col("realisasi_rp") > pl.col("anggaran_rp")) & (pl.col("anggaran_rp") >= 0),
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
_OF_MEETINGS = (
    Rule(
        "CATUR_PILAR_TENGGAT_MUNDUR",
        "peringatan",
        "tenggat",
        "Tenggat lebih awal daripada pertemuannya.",
        "Periksa kedua tanggalnya.",
        pl.col("tenggat") < pl.col("tanggal_pertemuan"),
    ),
)
_OF_RECIPIENTS = (
    Rule(
        "PENERIMA_KOSONG",
        "tolak",
        "nama",
        "NIK tidak terbaca dan nama kosong: penerima tidak dapat dikenali.",
        "Tulis NIK 16 angka sebagai teks, atau nama lengkapnya.",
        pl.col("nik").is_null() & pl.col("nama").is_null(),
    ),
    Rule(
        "PENERIMA_NIK_TIDAK_TERBACA",
        "peringatan",
        "nik",
        "NIK bukan 16 angka, atau sel angka yang angka akhirnya sudah hilang; penerima hanya dicocokkan menurut nama.",
        "Jadikan selnya teks, lalu ketik NIK 16 angka.",
        _unknown("nik") & pl.col("nama").is_not_null(),
    ),
    Rule(
        "PENERIMA_KEGIATAN_TIDAK_DITEMUKAN",
        "peringatan",
        "nama_kegiatan",
        "Kegiatan yang diterima tidak ada di lembar Kegiatan laporan ini.",
        "Pilih nama kegiatan dari daftar.",
        pl.col("tanpa_kegiatan"),
    ),
)
_OWN = {"pemetaan": (), "kegiatan": _OF_ACTIVITIES, "catur_pilar": _OF_MEETINGS, "penerima": _OF_RECIPIENTS}

RULES_OF: dict[str, tuple[Rule, ...]] = {
    name: (*_common(part), *_code_rules(part), *_number_rules(part), *_date_rules(part), *_OWN[name])
    for name, part in PARTS.items()
}
"""By part, in one order; the rejecting and the marking ones each keep their order in the bit masks."""

RULES: tuple[Rule, ...] = tuple(rule for rules in RULES_OF.values() for rule in rules)
