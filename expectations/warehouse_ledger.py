"""The ledger of releases and the accounts of rows: `core.rilis`, `core.berkas_rilis`, `core.total_kontrol`,
`core.ditolak`, `core.ditolak_alasan` and `core.peringatan` agree with each other."""

from __future__ import annotations

from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from warehouse.columns import Table
from warehouse.tables.accounting import DITOLAK, DITOLAK_ALASAN, PERINGATAN
from warehouse.tables.registry import BERKAS_RILIS, KOREKSI, NILAI_TIDAK_DIKENAL, RILIS, TOTAL_KONTROL

SHA256_PATTERN = "^[0-9a-f]{64}$"


def suites() -> tuple[Suite, ...]:
    """One suite per table."""
    return (
        structure.suite(
            RILIS,
            rows_add_up("id_rilis"),
            hashed("id_rilis"),
            one_in_force("id_rilis", ("seri", "periode")),
            rejects_kept("id_rilis", part="'warga'"),
            _marked_within_accepted(),
            _marked_rows_kept(),
        ),
        structure.suite(BERKAS_RILIS, rows_add_up("id_rilis"), rejects_kept("id_rilis", part="buku.bagian")),
        structure.suite(TOTAL_KONTROL, _release_known()),
        structure.suite(NILAI_TIDAK_DIKENAL),
        structure.suite(KOREKSI),
        structure.suite(DITOLAK, _has_reason()),
        structure.suite(DITOLAK_ALASAN, _has_row(), _code_known(DITOLAK_ALASAN, "tolak")),
        structure.suite(PERINGATAN, _code_known(PERINGATAN, "peringatan")),
    )


def rows_add_up(identifier: str) -> Check:
    """Rows in file = accepted + rejected + skipped, for a ledger with the four columns and key `identifier`."""
    return rows_check(
        "jumlah_baris",
        "Baris dalam berkas = diterima + ditolak + dilewati.",
        f"SELECT {identifier} FROM {BATCH} WHERE baris_berkas <> baris_diterima + baris_ditolak + baris_dilewati",
    )


def hashed(identifier: str) -> Check:
    """Column `sha256` of a ledger with key `identifier` is one."""
    return Check(
        "sha256_utuh",
        "Sidik berkas terdiri dari 64 angka heksadesimal.",
        "ExpectColumnValuesToMatchRegex",
        {"column": "sha256", "regex": SHA256_PATTERN},
        f"SELECT {identifier} FROM {BATCH} WHERE NOT regexp_matches(sha256, '{SHA256_PATTERN}')",
    )


def one_in_force(identifier: str, subject: tuple[str, ...]) -> Check:
    """At most one version per `subject` has the state `berlaku`."""
    return rows_check(
        "satu_yang_berlaku",
        f"Paling banyak satu versi berlaku per {', '.join(subject)}.",
        f"SELECT {identifier} FROM {BATCH} WHERE keadaan = 'berlaku' "
        f"QUALIFY count(*) OVER (PARTITION BY {', '.join(subject)}) > 1",
    )


def rejects_kept(identifier: str, *, part: str, where: str = "true") -> Check:
    """`core.ditolak` holds as many rows of a file as the ledger with key `identifier` says were rejected; `part` is the
    part of the submission, in SQL."""
    return rows_check(
        "ditolak_tersimpan",
        "Baris ditolak yang tersimpan sebanyak yang dicatat buku besar.",
        f"""
        SELECT buku.{identifier}
        FROM {BATCH} AS buku
        LEFT JOIN core.ditolak AS d ON d.id_kiriman = buku.{identifier} AND d.bagian = {part}
        WHERE {where}
        GROUP BY buku.{identifier}, {part}, buku.baris_ditolak
        HAVING count(d.id_kiriman) <> buku.baris_ditolak
        """,
    )


def _marked_within_accepted() -> Check:
    return rows_check(
        "peringatan_dalam_diterima",
        "Baris berperingatan dan baris tanpa NIK tidak melebihi baris yang diterima.",
        structure.failing_rows(RILIS, "greatest(baris_peringatan, tanpa_nik) > baris_diterima"),
    )


def _marked_rows_kept() -> Check:
    return rows_check(
        "peringatan_tersimpan",
        "Baris berperingatan yang tersimpan sebanyak yang dicatat buku besar.",
        f"""
        SELECT buku.id_rilis
        FROM {BATCH} AS buku
        LEFT JOIN core.peringatan AS p ON p.id_kiriman = buku.id_rilis
        GROUP BY buku.id_rilis, buku.baris_peringatan
        HAVING count(DISTINCT p.baris_sumber) <> buku.baris_peringatan
        """,
    )


def _release_known() -> Check:
    return rows_check(
        "rilis_dikenal",
        "Setiap total kontrol menyangkut rilis dalam buku besar.",
        f"SELECT id_rilis, tingkat, kode_kemendagri FROM {BATCH} AS t "
        "WHERE NOT EXISTS (FROM core.rilis AS r WHERE r.id_rilis = t.id_rilis)",
    )


def _has_reason() -> Check:
    return rows_check(
        "ada_alasan",
        "Setiap baris yang ditolak mempunyai alasan.",
        f"SELECT id_kiriman, bagian, baris_sumber FROM {BATCH} AS d "
        "ANTI JOIN core.ditolak_alasan AS a USING (id_kiriman, bagian, baris_sumber)",
    )


def _has_row() -> Check:
    return rows_check(
        "ada_barisnya",
        "Setiap alasan penolakan menunjuk baris ditolak yang tersimpan.",
        f"SELECT id_kiriman, bagian, baris_sumber, kode_alasan FROM {BATCH} AS a "
        "ANTI JOIN core.ditolak AS d USING (id_kiriman, bagian, baris_sumber)",
    )


def _code_known(table: Table, severity: str) -> Check:
    return rows_check(
        "kode_dikenal",
        f"Setiap kode alasan ada dalam daftar alasan dengan tingkat {severity}.",
        f"SELECT {', '.join(structure.locator(table))} FROM {BATCH} AS t "
        f"WHERE NOT EXISTS (FROM core.alasan AS a "
        f"WHERE a.kode_alasan = t.kode_alasan AND a.tingkat = '{severity}')",
    )
