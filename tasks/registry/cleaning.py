"""The rules of cleaning one release: text fields in, typed columns and reason masks out. Pure and streaming.

Nothing here knows files, the clock or the warehouse. Formulations were chosen by measurement: `when/then` instead of
`replace_strict` (which holds the whole input), literal replacements instead of regular expressions.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tasks.areas import match_key
from tasks.registry.layouts import Layout, MatchedHeader
from tasks.rules import Rule, mask, of_severity

_SHORT_TEXTS = ("nama", "tempat_lahir", "pekerjaan", "nama_ibu_kandung", "alamat", "dusun")


@dataclass(frozen=True, slots=True)
class PersonKey:
    """Makes the stand-in of a person: HMAC-SHA256 of the NIK under a secret, cut to 128 bits (32 hex digits).

    A person without a usable NIK gets one from the release and the line, so it never meets another.
    """

    secret: bytes
    release_id: str

    def of(self, identity: pl.Series) -> pl.Series:
        secret = self.secret
        return pl.Series(
            identity.name,
            [hmac.digest(secret, text.encode(), "sha256")[:16].hex() for text in identity],
            dtype=pl.String,
        )


def stated(field: pl.Expr, nulls: Sequence[str]) -> pl.Expr:
    """The field without outer blanks; a null token is NULL."""
    trimmed = field.str.replace_all("\u00a0", " ", literal=True).str.strip_chars()
    return pl.when(trimmed.is_in([*nulls])).then(None).otherwise(trimmed)


def _single_spaces(text: pl.Expr) -> pl.Expr:
    for _ in range(3):
        text = text.str.replace_all("  ", " ", literal=True)
    return text


def identity_number(text: pl.Expr) -> pl.Expr:
    """A NIK or No KK as its sender meant it: no apostrophe, no '.0', no separators; NULL for a placeholder.

    A number in scientific notation keeps its E, and nothing is padded: both are for a rule to reject.
    """
    plain = text.str.strip_prefix("'")
    plain = pl.when(plain.str.contains(r"^[0-9]+\.0$")).then(plain.str.strip_suffix(".0")).otherwise(plain)
    for separator in (" ", ".", "-"):
        plain = plain.str.replace_all(separator, "", literal=True)
    empty = (plain.str.strip_chars("0") == "") | (plain.str.strip_chars("9") == "")
    return pl.when(empty).then(None).otherwise(plain)


def neighbourhood_number(text: pl.Expr) -> pl.Expr:
    """RT or RW as three digits; other texts stay as they are."""
    plain = text.str.strip_suffix(".0")
    return pl.when(plain.str.contains(r"^[0-9]{1,3}$")).then(plain.str.zfill(3)).otherwise(plain)


def calendar_date(text: pl.Expr, formats: Sequence[str]) -> pl.Expr:
    """The date under the first format of `formats` that gives one; four-digit years only.

    `%Y` reads "99" as the year 99, so a year below 1000 was written with fewer digits.
    """
    ten_letters = pl.when(text.str.len_chars().is_between(8, 10)).then(text)
    parsed = pl.coalesce(ten_letters.str.to_date(pattern, strict=False) for pattern in formats)
    return pl.when(parsed.dt.year() >= 1000).then(parsed)


def coded(text: pl.Expr, codes: dict[str, str | bool]) -> pl.Expr:
    """The code list's value for the text, NULL where the list does not have it."""
    kind = pl.Boolean if all(isinstance(value, bool) for value in codes.values()) else pl.String
    upper = text.str.to_uppercase()
    result = pl.lit(None, kind)
    for value in dict.fromkeys(codes.values()):
        spellings = [spelling for spelling, meaning in codes.items() if meaning == value]
        result = pl.when(upper.is_in(spellings)).then(pl.lit(value, kind)).otherwise(result)
    return result


def _cleaned_columns(matched: MatchedHeader) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """First the originals (`asal_<column>`), then the typed columns made of them."""
    layout = matched.layout
    originals = [
        stated(pl.col(f"isi_{position}"), layout.null_tokens).alias(f"asal_{target}")
        for position, target in enumerate(matched.targets)
    ]
    return originals, [_cleaned(target, layout).alias(target) for target in matched.targets]


def _cleaned(target: str, layout: Layout) -> pl.Expr:
    text = pl.col(f"asal_{target}")
    if target in ("nik", "no_kk"):
        return identity_number(text)
    if target in ("rt", "rw"):
        return neighbourhood_number(text)
    if target == "tanggal_lahir":
        return calendar_date(text, layout.date_order)
    if target in layout.code_lists:
        return coded(text.str.replace_all("  ", " ", literal=True), layout.codes_of(target))
    return _single_spaces(text) if target in _SHORT_TEXTS else text


def _usable_number(nik: pl.Expr) -> pl.Expr:
    return pl.when((nik.str.len_bytes() == 16) & nik.str.contains(r"^[0-9]+$")).then(nik.cast(pl.Int64, strict=False))


def _with_area(frame: pl.LazyFrame, layout: Layout, names: pl.DataFrame, city: str) -> pl.LazyFrame:
    """Adds `kode_kemendagri` and `kecamatan_beda`.

    A name counts only inside the city: Buaran is also a kecamatan of the kabupaten of the same name. People do write
    Kabupaten for the city, so there only official names count.
    """
    stated_city = pl.col("asal_kabupaten_kota").str.to_uppercase()
    is_kabupaten = stated_city.str.starts_with("KAB").fill_null(False)
    bare_city = match_key(stated_city.str.replace(r"^(KOTA|KABUPATEN|KAB\.|KAB)\s+", ""))
    city_key = "".join(
        letter for letter in city.upper().removeprefix("KOTA ").removeprefix("KABUPATEN ") if letter.isalpha()
    )
    inside = bare_city.is_null() | (bare_city == city_key)
    key = match_key(pl.col("asal_kelurahan"))
    if layout.area_system != "nama":
        key = pl.col("asal_kelurahan").str.replace_all(".", "", literal=True)
    stated_kecamatan = match_key(pl.col("asal_kecamatan"))
    joined = frame.with_columns(key.alias("kunci_kelurahan")).join(
        names.lazy(), on="kunci_kelurahan", how="left", maintain_order="left"
    )
    found = inside & (pl.col("nama_resmi") | ~is_kabupaten)
    return joined.with_columns(
        pl.when(found).then(pl.col("kode_kemendagri")).alias("kode_kemendagri"),
        (stated_kecamatan != pl.col("kunci_kecamatan").str.slice(0, stated_kecamatan.str.len_chars())).alias(
            "kecamatan_beda"
        ),
    )


def clean(
    fields: pl.LazyFrame,
    matched: MatchedHeader,
    *,
    names: pl.DataFrame,
    city: str,
    rules: Sequence[Rule],
    person_key: PersonKey,
) -> pl.LazyFrame:
    """Everything known of each data row.

    Args:
        fields: what `tasks.registry.reading.scan_fields` gives.
        names: `tasks.areas.names_in_use` or `codes_of`, whichever the layout needs.
        city: name of the city, `Kota Pekalongan`.

    Returns:
        The input's columns of data rows (skipped ones are gone), the columns of STAGED_PERSON, and `penolakan` Int64,
        whose bit i is the i-th rejecting rule.
    """
    originals, cleaned = _cleaned_columns(matched)
    frame = fields.filter(~pl.col("dilewati")).with_columns(originals).with_columns(cleaned)
    frame = _with_area(frame, matched.layout, names, city)
    frame = frame.with_columns(_usable_number(pl.col("nik")).alias("nik_angka"))
    frame = frame.with_columns(
        mask(of_severity(rules, "tolak")).alias("penolakan"),
        mask(of_severity(rules, "peringatan")).alias("peringatan"),
    )
    identity = pl.coalesce(pl.col("nik"), pl.lit(f"{person_key.release_id}:") + pl.col("baris_sumber").cast(pl.String))
    return frame.with_columns(
        identity.map_batches(person_key.of, return_dtype=pl.String, is_elementwise=True).alias("kunci_warga")
    )


def original_row(matched: MatchedHeader) -> pl.Expr:
    """The row as JSON: header -> text, or the whole line where it has the wrong number of fields."""
    fields = [pl.col(f"isi_{position}").alias(header) for position, header in enumerate(matched.headers)]
    return (
        pl.when(pl.col("jumlah_kolom_salah"))
        .then(pl.struct(pl.col("baris")).struct.json_encode())
        .otherwise(pl.struct(fields).struct.json_encode())
    )
