"""The rows of one report as the warehouse takes them: accepted ones with their ids and stand-ins, rejected ones as they
were written. Pure."""

from __future__ import annotations

import polars as pl

from tasks.programmes.cleaning import KIND, LINE
from tasks.programmes.identity import id_start, line_ids
from tasks.programmes.layout import word_key
from tasks.programmes.rules import MAIN
from tasks.programmes.table import FoundTable
from tasks.registry.person_key import PersonKey
from warehouse.columns import polars_schema
from warehouse.tables.programmes import PARTS, Part
from warehouse.tables.registry import KUNCI_WARGA


def accepted_rows(
    part_name: str,
    cleaned: pl.DataFrame,
    key: dict[str, str | int],
    *,
    secret: bytes,
    activities: pl.DataFrame | None,
) -> pl.DataFrame:
    """The lines to load: columns of the part's table without `id_laporan`, and `peringatan`.

    Args:
        cleaned: as `cleaning.clean` returns it.
        key: `opd_singkat`, `kode_kemendagri`, `tahun`, `triwulan` of the report.
        secret: what the stand-ins of persons are made with.
        activities: accepted rows of the report's Kegiatan, where it has them.
    """
    part = PARTS[part_name]
    lines = cleaned.filter((pl.col(KIND) == LINE) & (pl.col("penolakan") == 0))
    lines = lines.with_columns(**{name: pl.lit(value) for name, value in key.items()})
    if part.identity:
        start = id_start(str(key["opd_singkat"]), str(key["kode_kemendagri"]))
        ids = line_ids(start, lines[part.identity].to_list(), _contents(part, lines))
        lines = lines.with_columns(pl.Series(part.identity, ids, dtype=pl.String))
    if part_name == "penerima":
        lines = lines.with_columns(_stand_ins(lines, secret), _received(lines, activities))
    schema = {name: kind for name, kind in polars_schema(part.table).items() if name != "id_laporan"}
    schema |= {KUNCI_WARGA.name: pl.String()} if KUNCI_WARGA.name in schema else {}
    return lines.select(*(pl.col(name).cast(kind) for name, kind in schema.items()), "peringatan")


def rejected_rows(cleaned: pl.DataFrame, rows: pl.DataFrame, found: FoundTable) -> pl.DataFrame:
    """`bagian`, `baris_sumber`, `isi` (JSON object: heading to the original text), `penolakan`."""
    content = pl.struct(pl.col(letter).alias(heading) for letter, heading in _unique(found.headings).items())
    return (
        cleaned.filter(pl.col("penolakan") != 0)
        .select("baris_sumber", "penolakan")
        .join(rows, on="baris_sumber", how="inner", maintain_order="left")
        .select(
            pl.lit(found.part).alias("bagian"), "baris_sumber", content.struct.json_encode().alias("isi"), "penolakan"
        )
    )


def _contents(part: Part, lines: pl.DataFrame) -> list[str]:
    """What makes a line the same one in the next quarter: the activity's name; day and wording of an agreement."""
    texts = lines[MAIN[part.name]].to_list()
    if part.name != "catur_pilar":
        return texts
    return [f"{day:%Y%m%d} {text}" for day, text in zip(lines["tanggal_pertemuan"], texts, strict=True)]


def _stand_ins(lines: pl.DataFrame, secret: bytes) -> pl.Series:
    """`kunci_warga` in hexadecimal digits: the same as the register's for the same NIK; NULL without one."""
    known = lines.select("baris_sumber", "nik").drop_nulls()
    keys = PersonKey(secret, "").of(known["nik"])
    digits = (keys.bin.encode("hex") if keys.dtype == pl.Binary else keys).to_list()
    found = dict(zip(known["baris_sumber"].to_list(), digits, strict=True))
    return pl.Series("kunci_warga", [found.get(row) for row in lines["baris_sumber"]], dtype=pl.String)


def _received(lines: pl.DataFrame, activities: pl.DataFrame | None) -> pl.Series:
    """`id_kegiatan`: the first activity of that name in the report."""
    ids: dict[str, str] = {}
    if activities is not None:
        for name, identity in activities.select("kegiatan", "id_kegiatan").iter_rows():
            ids.setdefault(word_key(name), identity)
    names = lines["nama_kegiatan"].to_list()
    return pl.Series("id_kegiatan", [ids.get(word_key(name)) if name else None for name in names], dtype=pl.String)


def _unique(headings: dict[str, str]) -> dict[str, str]:
    """Letter to heading, a repeated heading followed by its letter."""
    names = list(headings.values())
    return {
        letter: heading if names.count(heading) == 1 else f"{heading} ({letter})"
        for letter, heading in headings.items()
    }
