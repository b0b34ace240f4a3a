"""The accepted rows of one release, cleaned and not yet loaded. The gate before the warehouse: it states the
rejecting rules of the register again, in SQL and over the cleaned columns, so that a fault in cleaning shows.

Knows no file and no rule table: the caller hands in the codes with their texts, and the counts of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from errors import DampinganError
from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from warehouse.accounting import RowAccounting
from warehouse.tables.registry import STAGED_PERSON

NIK_PATTERN = "^[0-9]{16}$"
_POSSIBLE_DAY_AND_MONTH = "^.{6}(0[1-9]|[12][0-9]|3[01]|4[1-9]|[56][0-9]|7[01])(0[1-9]|1[0-2])"

BROKEN: Mapping[str, str] = {
    "NIK_ILMIAH": "contains(nik, 'e') OR contains(nik, 'E')",
    "NIK_KARAKTER": "regexp_matches(nik, '[^0-9]')",
    "NIK_PANJANG": "length(nik) <> 16",
    "NIK_SERAGAM": "nik = repeat(nik[1], 16)",
    "NIK_TANGGAL": f"NOT regexp_matches(nik, '{_POSSIBLE_DAY_AND_MONTH}')",
    "NIK_SERI_NOL": "nik LIKE '%0000'",
    "KK_TIDAK_SAH": f"NOT regexp_matches(no_kk, '{NIK_PATTERN}')",
    "NIK_SAMA_KK": "nik = no_kk",
    "NAMA_KOSONG": "nama IS NULL OR trim(nama) = ''",
    "NAMA_ANGKA": "regexp_matches(nama, '[0-9]')",
    "KELURAHAN_TIDAK_DIKENAL": "kode_kemendagri IS NULL",
}
"""For each rejecting rule the rows of the cleaned table that break it."""
UNREADABLE_BIRTH = "TANGGAL_LAHIR_TIDAK_SAH"
NO_BIRTH = "TANGGAL_LAHIR_KOSONG"
INVISIBLE = frozenset({"JUMLAH_KOLOM"})
"""Rejecting rules about the raw line: the cleaned row keeps no trace, the row accounting covers them."""


def suite(
    release_id: str,
    *,
    rejects: Mapping[str, str],
    warnings: Sequence[str],
    rows: RowAccounting,
    relation: str = STAGED_PERSON.qualified,
    areas: str = "core.wilayah",
) -> Suite:
    """The suite of the release `release_id`.

    Args:
        rejects: code and explanation of every rejecting rule that the columns of the file can break.
        warnings: code of every warning rule, in the order of the bits of `peringatan`.
        rows: what became of the rows of the file.
        relation: table or view with the accepted rows, columns of `STAGED_PERSON`.
        areas: table with the known `kode_kemendagri`.

    Raises:
        DampinganError: a rejecting rule has no check here.
    """
    return structure.suite(
        STAGED_PERSON,
        *_shape_of_numbers(),
        *_accounting(rows),
        _known_area(areas),
        *_rules(rejects, warnings),
        name=f"diterima.{release_id}",
        title=f"Baris rilis {release_id} yang diterima, sebelum dimuat.",
        relation=relation,
    )


def _shape_of_numbers() -> tuple[Check, ...]:
    return tuple(
        Check(
            f"{column}_16_angka",
            f"{label} kosong atau tepat 16 angka.",
            "ExpectColumnValuesToMatchRegex",
            {"column": column, "regex": NIK_PATTERN},
            structure.failing_rows(STAGED_PERSON, f"NOT regexp_matches({column}, '{NIK_PATTERN}')"),
        )
        for column, label in (("nik", "NIK"), ("no_kk", "Nomor KK"))
    )


def _accounting(rows: RowAccounting) -> tuple[Check, ...]:
    accounted = f"{rows.accepted} + {rows.rejected} + {rows.skipped}"
    return (
        Check(
            "ada_baris",
            "Ada baris yang diterima.",
            "ExpectTableRowCountToBeBetween",
            {"min_value": 1},
        ),
        Check(
            "jumlah_diterima",
            f"Jumlah baris sama dengan yang dihitung saat pembersihan: {rows.accepted}.",
            "ExpectTableRowCountToEqual",
            {"value": rows.accepted},
        ),
        rows_check(
            "jumlah_baris_berkas",
            f"Diterima + ditolak + dilewati ({accounted}) sama dengan baris dalam berkas ({rows.in_file}).",
            f"SELECT count(*) AS diterima FROM {BATCH} "
            f"HAVING count(*) + {rows.rejected} + {rows.skipped} <> {rows.in_file}",
        ),
    )


def _known_area(areas: str) -> Check:
    return rows_check(
        "kelurahan_dikenal",
        "Kode kelurahan setiap baris ada dalam daftar wilayah, atau kelurahannya tidak disebut berkasnya.",
        f"SELECT baris_sumber FROM {BATCH} AS d ANTI JOIN {areas} AS w USING (kode_kemendagri) "
        f"WHERE NOT {structure.UNKNOWN_PLACE}",
    )


def _rules(rejects: Mapping[str, str], warnings: Sequence[str]) -> list[Check]:
    predicates = {**BROKEN, UNREADABLE_BIRTH: _unreadable_birth(warnings)}
    if unknown := sorted(set(rejects) - set(predicates) - INVISIBLE):
        raise DampinganError(
            f"Aturan penolakan tanpa pemeriksaan: {', '.join(unknown)}.",
            where="expectations/staged_release.py",
            next_step="Ini kesalahan program; laporkan.",
        )
    return [
        rows_check(
            f"aturan_{code}",
            f"Tidak ada baris diterima yang melanggar aturan {code}: {explanation}",
            structure.failing_rows(STAGED_PERSON, predicates[code]),
        )
        for code, explanation in rejects.items()
        if code not in INVISIBLE
    ]


def _unreadable_birth(warnings: Sequence[str]) -> str:
    """A birth date that is missing, in a row not marked as having had none in the file."""
    return f"tanggal_lahir IS NULL AND peringatan & (1::BIGINT << {warnings.index(NO_BIRTH)}) = 0"
