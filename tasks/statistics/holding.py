"""Which new values a person must look at before they are published, and why. Pure: values in, reasons out.

It must not know where values come from, where they are kept or who approves them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from babel.numbers import format_decimal

from tasks.statistics.catalogue import Catalogue, Indicator
from warehouse.statistics import Value

P0, P1, P2, POOR, POPULATION = "kemiskinan_p0", "kemiskinan_p1", "kemiskinan_p2", "penduduk_miskin", "penduduk"
ROUNDING = Decimal("0.005")
"""BPS rounds these to two decimals."""
POOR_SHARE_TOLERANCE = Decimal("0.1")
"""Poor persons over population may differ from P0 by this share of it: the two are of different months."""

_Series = dict[int, Decimal]
_Known = dict[tuple[str, str, str], _Series]


def reasons(
    incoming: Collection[Value], known: Iterable[Value], catalogue: Catalogue, approved: Collection[Value]
) -> Mapping[Value, str]:
    """For every odd value of `incoming`: why, in Bahasa Indonesia.

    Args:
        known: the values that count now, at most one per area, indicator, year and source.
        approved: what a person has let pass; it may be odd, and others are compared with it.
    """
    passed: _Known = {}
    for value in known:
        passed.setdefault(_series(value), {})[value.tahun] = value.nilai
    found: dict[Value, str] = {}
    for value in sorted(incoming, key=lambda value: (_series(value), value.tahun)):
        series = passed.setdefault(_series(value), {})
        if reason := _alone(value, series, catalogue):
            found[value] = reason
        if not reason or value in approved:
            series[value.tahun] = value.nilai
    for value in incoming:
        if value not in found and (reason := _beside_others(value, passed)):
            found[value] = reason
    return found


def _series(value: Value) -> tuple[str, str, str]:
    return value.kode_wilayah, value.indikator, value.sumber


def _alone(value: Value, series: _Series, catalogue: Catalogue) -> str | None:
    """What is odd about a value within its own series."""
    indicator = catalogue.indicator(value.indikator)
    if indicator is None:
        return None
    limits = indicator.limits(value.kode_wilayah)
    if not limits.nilai_minimum <= value.nilai <= limits.nilai_maksimum:
        lowest, highest = (_text(Decimal(str(end))) for end in (limits.nilai_minimum, limits.nilai_maksimum))
        return f"nilai {_text(value.nilai)} di luar kisaran yang wajar ({lowest} sampai {highest})"
    if value.tahun in series and _is_jump(indicator, series[value.tahun], value.nilai, years=1):
        return f"revisi dari {_text(series[value.tahun])} menjadi {_text(value.nilai)} melebihi perubahan yang wajar"
    year = _nearest(value.tahun, series)
    if year is None or any(
        min(year, value.tahun) < change.tahun <= max(year, value.tahun) for change in indicator.putus_metode
    ):
        return None
    earlier, later = (series[year], value.nilai) if year < value.tahun else (value.nilai, series[year])
    if indicator.tidak_turun and later < earlier:
        return f"{_text(series[year])} pada {year} dan {_text(value.nilai)} pada {value.tahun}, padahal biasanya naik"
    if _is_jump(indicator, series[year], value.nilai, years=abs(value.tahun - year)):
        return (
            f"{_text(series[year])} pada {year} dan {_text(value.nilai)} pada {value.tahun}, melebihi perubahan wajar"
        )
    return None


def _nearest(year: int, series: _Series) -> int | None:
    """The nearest year before, else the nearest after."""
    before, after = [other for other in series if other < year], [other for other in series if other > year]
    return max(before) if before else min(after, default=None)


def _is_jump(indicator: Indicator, before: Decimal, after: Decimal, *, years: int) -> bool:
    if indicator.lompatan_persen is not None:
        allowed = abs(before) * Decimal(str(indicator.lompatan_persen)) / 100
    else:
        allowed = Decimal(str(indicator.lompatan_nilai))
    return abs(after - before) > allowed * years


def _beside_others(value: Value, passed: _Known) -> str | None:
    """What does not fit between a value and the others of its area and year."""

    def same_source(indicator: str) -> Decimal | None:
        return passed.get((value.kode_wilayah, indicator, value.sumber), {}).get(value.tahun)

    if value.indikator in (P0, P1, P2):
        degrees = [same_source(indicator) for indicator in (P0, P1, P2)]
        if reason := next(_disagreements_of_poverty(degrees), None):
            return reason
    if value.indikator in (P0, POOR, POPULATION):
        return next(_disagreements_of_share(value, passed), None)
    return None


def _disagreements_of_poverty(values: Sequence[Decimal | None]) -> Iterator[str]:
    """P2 <= P1 <= P0, and P1 squared is at most P0 times P2: both hold for every distribution of spending."""
    p0, p1, p2 = values
    if p0 is not None and p1 is not None and p1 > p0 + 2 * ROUNDING:
        yield f"P1 {_text(p1)} lebih besar daripada P0 {_text(p0)}"
    if p1 is not None and p2 is not None and p2 > p1 + 2 * ROUNDING:
        yield f"P2 {_text(p2)} lebih besar daripada P1 {_text(p1)}"
    if p0 is None or p1 is None or p2 is None:
        return
    if max(p1 - ROUNDING, Decimal(0)) ** 2 > (p0 + ROUNDING) * (p2 + ROUNDING):
        yield f"P1 {_text(p1)} tidak mungkin bersama P0 {_text(p0)} dan P2 {_text(p2)}"


def _disagreements_of_share(value: Value, passed: _Known) -> Iterator[str]:
    """Poor persons over population against P0; enough when it fits with the population of one source."""
    found = {
        (indicator, source): series[value.tahun]
        for (area, indicator, source), series in passed.items()
        if area == value.kode_wilayah and value.tahun in series
    }
    if value.indikator == POPULATION:
        sources, populations = {source for _, source in found}, [value.nilai]
    else:
        sources = {value.sumber}
        populations = [amount for (indicator, _), amount in found.items() if indicator == POPULATION]
    for source in sorted(sources):
        share, poor = found.get((P0, source)), found.get((POOR, source))
        if not share or not poor:
            continue
        shares = [poor / population * 100 for population in populations if population]
        if shares and all(abs(other - share) > share * POOR_SHARE_TOLERANCE for other in shares):
            yield f"penduduk miskin dibagi penduduk {_text(shares[0])} persen, sedangkan P0 {_text(share)} persen"


def _text(value: Decimal) -> str:
    return str(format_decimal(value, format="#,##0.####", locale="id_ID"))
