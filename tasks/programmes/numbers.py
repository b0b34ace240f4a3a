"""Indonesian writings of money, numbers, percentages and dates, as expressions from text to value.

Pure. A text that cannot be read with certainty gives NULL; the caller knows from the text that something stood
there. Amounts are exact decimals with two places, rounded half to even.
"""

from __future__ import annotations

import polars as pl

_AMOUNT = pl.Decimal(18, 2)
_EXACT = pl.Decimal(38, 8)
_MOST_WHOLE_DIGITS = 16

_GROUPED = r"^-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?$"
_INDONESIAN = r"^-?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?$"
_POINT = r"^-?[0-9]+\.[0-9]{1,2}$"
_COMMA_GROUPED = r"^-?[0-9]{1,3}(,[0-9]{3})+$"
_CURRENCY = r"^([-(]?)\s*(RP\.?|IDR)\s*"
_NO_CENTS = r"\s*[,.]\s*[-–]+$"
_PERCENT = r"\s*(%|PERSEN|PROSEN)$"
_PEOPLE = r"\s*(KK|KELUARGA|JIWA|ORANG)$"
_IN_WORDS = r"\s*\([A-Z ]*RUPIAH\)$"
_LAST_WORD = r"\s*([A-Z]+)$"
_SCALES = {
    10**3: ("RIBU", "RB"),
    10**6: ("JUTA", "JT"),
    10**9: ("MILIAR", "MILYAR"),
    10**12: ("TRILIUN", "TRILYUN"),
}

_MONTHS = (
    "JANUARI JAN JANUARY",
    "FEBRUARI FEB FEBRUARY PEBRUARI",
    "MARET MAR MARCH",
    "APRIL APR",
    "MEI MAY",
    "JUNI JUN JUNE",
    "JULI JUL JULY",
    "AGUSTUS AGU AGT AGS AUG AUGUST",
    "SEPTEMBER SEP SEPT",
    "OKTOBER OKT OCT OCTOBER",
    "NOVEMBER NOV NOP NOPEMBER",
    "DESEMBER DES DEC DECEMBER",
)
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_AROUND_DATE = (
    r"^(?:TANGGAL|TGL)\.?\s*:?\s*",
    r"^(?:SENIN|SELASA|RABU|KAMIS|JUM'?AT|SABTU|MINGGU|AHAD)\s*[,/]?\s*",
    r"\s*\((?:SENIN|SELASA|RABU|KAMIS|JUM'?AT|SABTU|MINGGU|AHAD)\)$",
    r"[T ,]*(?:PUKUL|JAM|PK\.?)?\s*[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:\.[0-9]+)?)?\s*(?:WIB|WITA|WIT)?$",
)
_TIME_AFTER_DATE = r"[0-9]{4}[T ,]+(?:PUKUL|JAM|PK\.?)?\s*[0-9]{1,2}[:.][0-9]{2}|-[0-9]{2}[T ]+[0-9]{2}:[0-9]{2}"
"""A time is only a time behind a whole date: '5.7.2022' ends in figures and points too."""
_ISO = r"^([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})$"
_DAY_FIRST = r"^([0-9]{1,2})\s*[-/. ]\s*([0-9]{1,2})\s*[-/. ]\s*(20[0-9]{2}|19[0-9]{2}|[2-7][0-9])$"
_NAMED = r"^([0-9]{1,2})[-/. ]+([A-Z]+)\.?[-/., ]+'?(20[0-9]{2}|19[0-9]{2}|[2-7][0-9])$"
_SERIAL = r"^[1-6][0-9]{4}$"
_SERIAL_ZERO = "1899-12-30"


def parse_number(text: pl.Expr) -> pl.Expr:
    """`1.250` is 1250, `7,5` is 7.5, `75 %` is 75; Decimal(18,2)."""
    upper = _upper(text)
    plain = _exact(upper).round(2).cast(_AMOUNT, strict=False)
    return pl.when(upper.str.contains(_PERCENT)).then(parse_percent(text)).otherwise(plain)


def parse_percent(text: pl.Expr) -> pl.Expr:
    """`7,59 %` is 7.59; `1.250 %` could be 1250 or 1.25 and gives NULL; Decimal(18,2)."""
    number = _upper(text).str.replace(_PERCENT, "")
    exact = pl.when(~number.str.contains(_GROUPED)).then(_exact(number))
    return exact.round(2).cast(_AMOUNT, strict=False)


def parse_rupiah(text: pl.Expr) -> pl.Expr:
    """`Rp 1.250.000,00`, `1,25 juta`, `1.250` (1250); `1,250` follows no Indonesian rule and gives NULL;
    Decimal(18,2) in rupiah."""
    number = _upper(text).str.replace(_IN_WORDS, "").str.replace(_CURRENCY, "$1").str.replace(_NO_CENTS, "")
    word = number.str.extract(_LAST_WORD, 1)
    scale: pl.Expr = pl.when(word.is_null()).then(pl.lit(1, pl.Int64))
    for factor, words in _SCALES.items():
        scale = pl.when(word.is_in(words)).then(pl.lit(factor, pl.Int64)).otherwise(scale)
    bare = number.str.replace(_LAST_WORD, "")
    foreign = word.is_null() & bare.str.contains(_COMMA_GROUPED)
    exact = _exact(pl.when(~foreign).then(bare)) * scale.cast(pl.Decimal(38, 0))
    return exact.round(2).cast(_AMOUNT, strict=False)


def parse_count(text: pl.Expr) -> pl.Expr:
    """A whole number, also followed by KK, keluarga, jiwa or orang; Int64. `12,5` gives NULL."""
    exact = _exact(_upper(text).str.replace(_PEOPLE, ""))
    whole = exact.cast(pl.Int64, strict=False)
    return pl.when(exact == whole.cast(_EXACT, strict=False)).then(whole)


def parse_date(text: pl.Expr) -> pl.Expr:
    """Day first; ISO, Excel dates and serial numbers, month names and Roman months, a weekday before and a time behind
    are understood. Years of two digits from 20 to 79 are of this century, others are not understood."""
    upper = _upper(text)
    for pattern in _AROUND_DATE[:-1]:
        upper = upper.str.replace(pattern, "")
    upper = pl.when(upper.str.contains(_TIME_AFTER_DATE)).then(upper.str.replace(_AROUND_DATE[-1], "")).otherwise(upper)
    names = {name: str(number) for number, listed in enumerate(_MONTHS, start=1) for name in listed.split()}
    names |= {roman: str(number) for number, roman in enumerate(_ROMAN_MONTHS, start=1)}
    month = upper.str.extract(_NAMED, 2).replace_strict(names, default=None, return_dtype=pl.String)
    iso = pl.coalesce(
        _iso(upper.str.extract(_ISO, 1), upper.str.extract(_ISO, 2), upper.str.extract(_ISO, 3)),
        _iso(
            _year(upper.str.extract(_DAY_FIRST, 3)), upper.str.extract(_DAY_FIRST, 2), upper.str.extract(_DAY_FIRST, 1)
        ),
        _iso(_year(upper.str.extract(_NAMED, 3)), month, upper.str.extract(_NAMED, 1)),
    )
    days = pl.when(upper.str.contains(_SERIAL)).then(upper).cast(pl.Int64, strict=False)
    serial = pl.lit(_SERIAL_ZERO).str.to_date("%Y-%m-%d") + pl.duration(days=days)
    return pl.coalesce(iso.str.to_date("%Y-%m-%d", strict=False), serial)


def _year(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_bytes() == 2).then(pl.lit("20") + text).otherwise(text)


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    return pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")


def _upper(text: pl.Expr) -> pl.Expr:
    spaced = text.str.replace_all(r"[\s\u{00A0}]+", " ")
    return spaced.str.strip_chars().str.to_uppercase().str.replace("−", "-", literal=True)


def _exact(upper: pl.Expr) -> pl.Expr:
    """Decimal(38,8) of a number without unit; brackets and a leading minus make it negative."""
    signed = upper.str.replace(r"^\((.+)\)$", "-$1").str.replace(r"^-\s+", "-")
    canonical = (
        pl.when(signed.str.contains(_INDONESIAN))
        .then(signed.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(signed.str.contains(_POINT))
        .then(signed)
    )
    fits = canonical.str.extract(r"^-?([0-9]+)", 1).str.len_bytes() <= _MOST_WHOLE_DIGITS
    return pl.when(fits).then(canonical).cast(_EXACT, strict=False)
