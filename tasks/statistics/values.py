"""What a value must satisfy before it is staged. Pure: answers and rows in, judged values out.

It must not know where answers come from or where values go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl

from errors import InputRejectedError
from tasks.statistics.answers import decode
from tasks.statistics.catalogue import NATIONAL_AREA, BpsVariable, Catalogue, Indicator, Source
from tasks.statistics.models import DataAnswer, Item, normal_text
from warehouse.columns import polars_schema
from warehouse.tables.statistics import NILAI_INDIKATOR, STAGED_VALUE_COLUMNS

STAGED_SCHEMA = {column.name: polars_schema(NILAI_INDIKATOR)[column.name] for column in STAGED_VALUE_COLUMNS}
"""Columns of `statistics.parquet`."""

_STORED_SCALE = Decimal("0.0001")
_WHOLE_YEAR = re.compile(r"[12]\d{3}")
_NO_DERIVED_CODE = "0"
_COUNTRY = "indonesia"
_CATALOGUE_ADVICE = "Cocokkan variabel ini di reference/indicators dengan tabel BPS."
_CELL_REFUSALS = {
    "bukan_angka": "isinya bukan angka atau dapat dibaca sebagai dua angka",
    "kunci_ganda": "kuncinya menunjuk lebih dari satu sel",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value found in a source, at `place`; with a `refusal` (Indonesian) it is not accepted."""

    kode_wilayah: str
    indikator: str
    tahun: int
    nilai: Decimal | None
    source: Source | None
    diterbitkan_pada: datetime | None
    sha256: str
    catatan: str | None
    place: str
    refusal: str | None = None

    @property
    def identity(self) -> tuple[str, str, int, str]:
        """What a value is unique by within one pull."""
        return self.kode_wilayah, self.indikator, self.tahun, self.source.sumber if self.source else ""

    @property
    def sentence(self) -> str:
        """Why it was refused, for an officer."""
        return f"{self.indikator} {self.tahun} wilayah {self.kode_wilayah}: {self.refusal} [{self.place}]"


def answer_candidates(
    answer: DataAnswer,
    indicator: Indicator,
    bps: BpsVariable,
    *,
    area_codes: Iterable[str],
    source: Source,
    sha256: str,
) -> tuple[list[Candidate], int]:
    """The values `answer` has for those of `area_codes` that the table `bps` serves, in the unit of `indicator`, and
    how many of their cells are empty.

    Raises InputRejectedError when the answer is about something else than the catalogue expects, or lacks one of
    these areas.
    """
    factor = _factor(answer, bps)
    areas = {_row_of(answer, code): code for code in area_codes if bps.serves(code)}
    derived = _chosen(answer, answer.turvar, bps.turunan, "rincian")
    period = _chosen(answer, answer.turtahun, bps.periode, "periode")
    cells, report = decode(answer)
    if report.unmatched == report.keys > 0:
        raise _mismatch(answer, "tidak satu pun kunci isinya cocok dengan daftar dimensinya")
    ours = cells.filter(
        pl.col("kode_baris").is_in(list(areas)), pl.col("kode_turunan") == derived, pl.col("kode_periode") == period
    )
    filled = ours.filter(pl.col("keadaan") != "kosong")
    variable = answer.var[0]
    note = f"Domain {bps.domain}, variabel {bps.variabel}: {variable.label} ({variable.unit}), baris "
    candidates = [
        Candidate(
            kode_wilayah=areas[row],
            indikator=indicator.indikator,
            tahun=_year(answer, year),
            nilai=None if value is None else value * factor,
            source=source,
            diterbitkan_pada=_published(answer.last_update),
            sha256=sha256,
            catatan=f"{note}{label}.",
            place=f"domain {bps.domain}, variabel {bps.variabel}",
            refusal=_CELL_REFUSALS.get(state),
        )
        for row, label, year, state, value in filled.select(
            "kode_baris", "label_baris", "label_tahun", "keadaan", "nilai"
        ).iter_rows()
    ]
    return candidates, ours.height - filled.height


def judge(candidates: Sequence[Candidate], catalogue: Catalogue) -> tuple[list[Candidate], list[Candidate]]:
    """Accepted and rejected values: rejected are the refused, the implausible and the contradictory."""
    found = Counter(candidate.identity for candidate in candidates if candidate.refusal is None)
    judged = [
        candidate
        if candidate.refusal
        else replace(candidate, refusal=_refusal(candidate, catalogue, found[candidate.identity]))
        for candidate in candidates
    ]
    accepted = [candidate for candidate in judged if candidate.refusal is None]
    return accepted, [candidate for candidate in judged if candidate.refusal is not None]


def staged_frame(accepted: Sequence[Candidate], fetched_at: datetime) -> pl.DataFrame:
    """STAGED_SCHEMA, in key order. `fetched_at` is UTC without zone."""
    rows = [
        {
            "kode_wilayah": candidate.kode_wilayah,
            "indikator": candidate.indikator,
            "tahun": candidate.tahun,
            "nilai": candidate.nilai.quantize(_STORED_SCALE, ROUND_HALF_EVEN),
            "sumber": candidate.source.sumber,
            "jenis_sumber": candidate.source.jenis_sumber,
            "diterbitkan_pada": candidate.diterbitkan_pada,
            "diambil_pada": fetched_at,
            "sha256": candidate.sha256,
            "catatan": candidate.catatan,
        }
        for candidate in accepted
        if candidate.nilai is not None and candidate.source is not None
    ]
    key = [name for name in NILAI_INDIKATOR.key if name in STAGED_SCHEMA]
    return pl.DataFrame(rows, schema=STAGED_SCHEMA).sort(key)


def _refusal(candidate: Candidate, catalogue: Catalogue, times: int) -> str | None:
    indicator = catalogue.indicator(candidate.indikator)
    if indicator is None:
        return "indikator tidak ada di reference/indicators"
    if candidate.source is None:
        return "sumber tidak ada di sumber.toml, umum maupun wilayah"
    if candidate.nilai is None:
        return _CELL_REFUSALS["bukan_angka"]
    if not indicator.is_possible(candidate.nilai):
        return (
            f"nilai {candidate.nilai.normalize():f} mustahil (batas "
            f"{_bound(indicator.mungkin_minimum)} sampai {_bound(indicator.mungkin_maksimum)})"
        )
    return "sumber yang sama menyebut nilai ini lebih dari sekali" if times > 1 else None


def _bound(value: float | None) -> str:
    return "tanpa batas" if value is None else f"{value:g}"


def _row_of(answer: DataAnswer, area_code: str) -> str:
    """Code of the row of an area. The country has no code of its own: its row goes by its name."""
    codes = {
        row.val
        for row in answer.vervar
        if row.val == area_code or (area_code == NATIONAL_AREA and normal_text(row.label) == _COUNTRY)
    }
    if len(codes) != 1:
        raise _mismatch(answer, f"baris {area_code} tidak ada" if not codes else f"baris {area_code} lebih dari satu")
    return codes.pop()


def _factor(answer: DataAnswer, bps: BpsVariable) -> Decimal:
    """What turns the answer's unit into ours, once label and unit are those of the catalogue."""
    variable = answer.var[0]
    for text, words in ((variable.label, bps.kata_label), (answer.labelvervar, bps.kata_baris)):
        if missing := [word for word in words if word not in normal_text(text)]:
            raise _mismatch(answer, f"'{text[:120]}' tidak memuat kata: {', '.join(missing)}")
    factor = bps.satuan.get(normal_text(variable.unit))
    if factor is None:
        raise _mismatch(answer, f"satuannya '{variable.unit[:60]}', bukan salah satu dari: {', '.join(bps.satuan)}")
    return factor


def _chosen(answer: DataAnswer, items: Sequence[Item], wanted: Sequence[str], what: str) -> str:
    """Code of the first of `wanted` that `items` has; without `wanted`, of the only, undivided entry."""
    if not wanted:
        if [item.val for item in items] != [_NO_DERIVED_CODE]:
            raise _mismatch(answer, f"kini terbagi menurut {what}")
        return _NO_DERIVED_CODE
    for label in wanted:
        codes = {item.val for item in items if normal_text(item.label) == label}
        if len(codes) == 1:
            return codes.pop()
    raise _mismatch(answer, f"{what} tidak dikenal: {', '.join(item.label[:40] for item in items[:5]) or 'kosong'}")


def _year(answer: DataAnswer, label: str) -> int:
    if not _WHOLE_YEAR.fullmatch(label):
        raise _mismatch(answer, f"tahun tidak dikenal: '{label[:40]}'")
    return int(label)


def _published(last_update: str | None) -> datetime | None:
    """None when BPS gives no usable time; it writes zeros for an unknown one."""
    try:
        return datetime.fromisoformat(last_update or "").replace(tzinfo=None)
    except ValueError:
        return None


def _mismatch(answer: DataAnswer, what: str) -> InputRejectedError:
    return InputRejectedError(
        f"Jawaban BPS tidak sesuai katalog: {what}.",
        where=f"variabel {answer.var[0].val}",
        next_step=_CATALOGUE_ADVICE,
    )
