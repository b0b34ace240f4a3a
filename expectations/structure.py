"""The structural half of a suite, derived from a table's definition: columns, types, filled columns, closed
lists, counts and the key. Knows no table by name.

A check on a personal column counts rows and shows line numbers; none asks Great Expectations for its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from expectations.model import BATCH, Check, Suite, rows_check
from warehouse.columns import Column, Privacy, Table, sql_text
from warehouse.tables.shared import WITHOUT_KELURAHAN

COUNT_UNITS = ("baris", "jiwa", "kk", "rupiah", "byte")
SIGNED_PREFIXES = ("selisih", "perubahan")
"""A column of counts may be negative only when its name starts so."""
_LOCATORS = ("id_rilis", "id_kiriman", "id_laporan", "baris_sumber")


UNKNOWN_PLACE = f"kode_kemendagri LIKE '%{WITHOUT_KELURAHAN}'"
"""In SQL: the row is of a person whose kelurahan no column of the file says."""


def locator(table: Table) -> tuple[str, ...]:
    """The columns that say which row is meant and may be shown: the key, or, when the key is personal, its
    other columns and the place in the source file."""
    key = [name for name in table.key if table.column(name).privacy is Privacy.NONE]
    if len(key) < len(table.key):
        key += [name for name in _LOCATORS if name in table.column_names and name not in key]
    return tuple(key)


def failing_rows(table: Table, predicate: str) -> str:
    """Query for the rows of `table` for which `predicate` holds; selects the locator only."""
    return f"SELECT {', '.join(locator(table))} FROM {BATCH} WHERE {predicate}"


def duplicates(table: Table, key: tuple[str, ...], *, where: str = "true") -> str:
    """Query for the rows of `table` that share `key` with another row."""
    return f"{failing_rows(table, where)} QUALIFY count(*) OVER (PARTITION BY {', '.join(key)}) > 1"


def _repeated(table: Table, column: str) -> str:
    """The same for a key of one column, without a window over all rows."""
    twice = f"SELECT {column} FROM {BATCH} GROUP BY {column} HAVING count(*) > 1"
    return f"SELECT {', '.join(locator(table))} FROM {BATCH} AS d SEMI JOIN ({twice}) USING ({column})"


def suite(table: Table, *checks: Check, name: str = "", title: str = "", relation: str = "") -> Suite:
    """The structural checks of `table`, then `checks`. `relation` is where to read it, if elsewhere."""
    return Suite(
        name or table.qualified,
        title or table.purpose,
        relation or table.qualified,
        (*structural_checks(table), *checks),
    )


def structural_checks(table: Table) -> Iterator[Check]:
    """Every check that follows from the definition of `table`."""
    yield Check(
        "kolom_dan_urutan",
        "Kolom tabel persis seperti dalam definisi, dengan urutan yang sama.",
        "ExpectTableColumnsToMatchOrderedList",
        {"column_list": table.column_names},
    )
    yield _types(table)
    yield _unique_key(table)
    yield _columns_check(
        table,
        "kolom_wajib_terisi",
        "Kolom yang wajib diisi tidak pernah kosong.",
        {column.name: f"{column.name} IS NULL" for column in table.columns if not column.nullable},
    )
    if counts := {column.name: f"{column.name} < 0" for column in table.columns if _is_count(column)}:
        yield _columns_check(table, "jumlah_tidak_negatif", "Hitungan dan nilai uang tidak pernah negatif.", counts)
    for column in table.columns:
        if column.allowed:
            yield _closed_list(table, column)


def _is_count(column: Column) -> bool:
    return column.unit in COUNT_UNITS and not column.name.startswith(SIGNED_PREFIXES)


def _columns_check(table: Table, name: str, title: str, broken: Mapping[str, str]) -> Check:
    """One check for several columns: a failing row says which of them are broken (column name to predicate)."""
    named = ", ".join(f"CASE WHEN {predicate} THEN {sql_text(column)} END" for column, predicate in broken.items())
    anywhere = " OR ".join(broken.values())
    shown = ", ".join((*locator(table), f"concat_ws(' ', {named}) AS kolom"))
    return rows_check(name, title, f"SELECT {shown} FROM {BATCH} WHERE {anywhere}")


def _types(table: Table) -> Check:
    declared = ", ".join(f"({sql_text(column.name)}, {sql_text(column.type)})" for column in table.columns)
    return rows_check(
        "tipe_kolom",
        "Tipe setiap kolom sama dengan definisinya.",
        f"""
        SELECT definisi.kolom
        FROM (VALUES {declared}) AS definisi (kolom, tipe)
        JOIN (DESCRIBE FROM {BATCH}) AS nyata ON nyata.column_name = definisi.kolom
        WHERE nyata.column_type <> definisi.tipe
        """,
    )


def _unique_key(table: Table) -> Check:
    title = f"Setiap baris hanya satu kali: {', '.join(table.key)} tidak berulang."
    query = duplicates(table, table.key)
    if any(table.column(name).privacy is not Privacy.NONE for name in table.key):
        return rows_check("kunci_unik", title, query)
    if len(table.key) == 1:
        return rows_check("kunci_unik", title, _repeated(table, table.key[0]))
    return Check("kunci_unik", title, "ExpectCompoundColumnsToBeUnique", {"column_list": list(table.key)}, query)


def _closed_list(table: Table, column: Column) -> Check:
    name = f"{column.name}_dari_daftar"
    title = f"Isi kolom {column.name} hanya dari daftar tertutupnya."
    values = ", ".join(sql_text(value) for value in column.allowed)
    query = failing_rows(table, f"CAST({column.name} AS VARCHAR) NOT IN ({values})")
    if column.privacy is not Privacy.NONE or column.type != "VARCHAR":
        return rows_check(name, title, query)
    arguments = {"column": column.name, "value_set": list(column.allowed)}
    return Check(name, title, "ExpectColumnValuesToBeInSet", arguments, query)
