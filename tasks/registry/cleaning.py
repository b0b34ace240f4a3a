"""The rules of cleaning one release: text fields in, typed columns and reason masks out. Pure and streaming.

Nothing here knows files, the clock or the warehouse. Formulations were chosen by measurement: `when/then` instead of
`replace_strict` (which holds the whole input), literal replacements instead of regular expressions.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tasks.registry.dates import calendar_date
from tasks.registry.headers import MatchedHeader
from tasks.registry.layouts import Codes, Layout
from tasks.registry.places import Places, with_kelurahan
from tasks.rules import Rule, mask, of_severity
from warehouse.columns import polars_schema
from warehouse.tables.registry import STAGED_PERSON

SKIPPED = -1
"""`penolakan` of a row that is no person."""

_SHORT_TEXTS = ("nama", "tempat_lahir", "pekerjaan", "nama_ibu_kandung", "alamat", "dusun")
_DESIL_WORDS = ("DESIL", "BELUM_DITENTUKAN", "BELUM DITENTUKAN")
_LARGEST = {"desil": 10, "persentil": 100, "umur_tahun": 120}
_KINDS = polars_schema(STAGED_PERSON)
_MARKS = ("ada_keluarga", "huruf_rusak", "dikoreksi")
"""Set by those who know; NULL where the question does not arise."""


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


def originals(header: MatchedHeader) -> list[pl.Expr]:
    """What the file says of each column: `asal_<column>`, without outer blanks and null tokens."""
    return [
        stated(pl.col(f"isi_{position}"), header.layout.null_tokens).alias(f"asal_{target}")
        for target, position in header.position_of.items()
    ]


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


def coded(text: pl.Expr, codes: Codes) -> pl.Expr:
    """The code list's value for the text, NULL where the list does not have it."""
    kind = pl.Boolean if all(isinstance(value, bool) for value in codes.values()) else pl.String
    upper = text.str.to_uppercase().str.strip_suffix(".0")
    result = pl.lit(None, kind)
    for value in dict.fromkeys(codes.values()):
        spellings = [spelling for spelling, meaning in codes.items() if meaning == value]
        result = pl.when(upper.is_in(spellings)).then(pl.lit(value, kind)).otherwise(result)
    return result


def whole_number(text: pl.Expr, largest: int, *, smallest: int = 0) -> pl.Expr:
    """An Int32 of the range; NULL otherwise."""
    number = text.str.strip_suffix(".0").cast(pl.Int32, strict=False)
    return pl.when(number.is_between(smallest, largest)).then(number)


def _bare_desil(text: pl.Expr) -> pl.Expr:
    """'Desil 3' -> '3', 'DESIL_6_10' -> '6-10', 'DESIL_BELUM_DITENTUKAN' and '0' -> ''."""
    bare = text.str.to_uppercase()
    for word in _DESIL_WORDS:
        bare = bare.str.replace(word, "", literal=True)
    bare = bare.str.strip_chars(" _-").str.replace_all("_", "-", literal=True).str.replace_all(" ", "", literal=True)
    return bare.str.strip_suffix(".0").str.strip_prefix("0")


def _desil(target: str, text: pl.Expr) -> list[pl.Expr]:
    bare = _bare_desil(text)
    is_group = bare.str.contains(r"^([1-9]|10)-([1-9]|10)$")
    return [
        whole_number(bare, _LARGEST["desil"], smallest=1).alias(target),
        pl.when(is_group).then(bare).alias("kelompok_desil"),
        pl.when(bare != "").then(bare).alias("asal_desil"),
    ]


def _cleaned(target: str, layout: Layout) -> list[pl.Expr]:
    text = pl.col(f"asal_{target}")
    if target in layout.tokens:
        return _flags(text, layout.tokens[target])
    if target == "desil":
        return _desil(target, text)
    return [_cleaned_text(target, text, layout).alias(target)]


def _cleaned_text(target: str, text: pl.Expr, layout: Layout) -> pl.Expr:
    if target in ("nik", "no_kk"):
        return identity_number(text)
    if target in ("rt", "rw"):
        return neighbourhood_number(text)
    if target == "tanggal_lahir":
        return calendar_date(text, layout.date_order)
    if target in layout.code_lists:
        return coded(text.str.replace_all("  ", " ", literal=True), layout.codes_of(target))
    if target in _LARGEST:
        return whole_number(text, _LARGEST[target])
    return _single_spaces(text) if target in _SHORT_TEXTS else text


def _flags(text: pl.Expr, words: dict[str, str]) -> list[pl.Expr]:
    """One flag per programme of a text such as ' PKH+ BSP+-'; `asal_<programme>` is stated where a word is unknown."""
    upper = text.str.to_uppercase()
    flags = [upper.str.contains(word, literal=True).alias(target) for word, target in words.items()]
    rest = upper
    for word in words:
        rest = rest.str.replace_all(word, "", literal=True)
    is_unknown = rest.str.contains(r"[A-Z0-9]")
    first = next(iter(words.values()))
    return [*flags, pl.when(is_unknown).then(text).alias(f"asal_{first}")]


def closed_columns(header: MatchedHeader) -> list[str]:
    """The columns of a table whose values come from a closed list."""
    layout = header.layout
    closed = {*layout.code_lists, *layout.tokens, *_LARGEST}
    return [target for target in header.position_of if target in closed]


def outside_its_list(target: str, layout: Layout) -> pl.Expr:
    """Whether the file says something in a closed column that its list does not have."""
    made = _cleaned(target, layout)
    if target in layout.tokens:
        return made[-1].is_not_null()
    if target == "desil":
        return made[0].is_null() & made[1].is_null() & made[2].is_not_null()
    return pl.col(f"asal_{target}").is_not_null() & made[0].is_null()


def _usable_number(nik: pl.Expr) -> pl.Expr:
    return pl.when((nik.str.len_bytes() == 16) & nik.str.contains(r"^[0-9]+$")).then(nik.cast(pl.Int64, strict=False))


def person_rows(
    fields: pl.LazyFrame,
    header: MatchedHeader,
    *,
    columns: Collection[str],
    places: Places,
    period: date,
    rules: Sequence[Rule],
    person_key: PersonKey,
) -> pl.LazyFrame:
    """Everything known of each row.

    Args:
        fields: what `tasks.registry.reading.scan_fields` gives, with `originals`, and those of the household where the
            layout has one (`ada_keluarga` says whether it was found).
        columns: the columns that the files have, of persons and households.
        rules: the rule table for these columns.

    Returns:
        The columns of STAGED_PERSON, and `penolakan` Int64, whose bit i is the i-th rejecting rule; SKIPPED for a row
        that is no person.
    """
    layout = header.layout
    made = [expression for target in sorted(columns) for expression in _cleaned(target, layout)]
    frame = with_kelurahan(fields.with_columns(made), layout.area, places, period=period, columns=columns)
    frame = frame.with_columns(_usable_number(pl.col("nik")).alias("nik_angka"))
    known = set(frame.collect_schema().names())
    absent = {
        name: kind for name, kind in {**_KINDS, **dict.fromkeys(_MARKS, pl.Boolean())}.items() if name not in known
    }
    frame = frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in absent.items())
    frame = frame.with_columns(
        pl.when(pl.col("dilewati"))
        .then(pl.lit(SKIPPED, pl.Int64))
        .otherwise(mask(of_severity(rules, "tolak")))
        .alias("penolakan"),
        mask(of_severity(rules, "peringatan")).alias("peringatan"),
    )
    identity = pl.coalesce(pl.col("nik"), pl.lit(f"{person_key.release_id}:") + pl.col("baris_sumber").cast(pl.String))
    key = identity.map_batches(person_key.of, return_dtype=pl.String, is_elementwise=True)
    return frame.with_columns(key.alias("kunci_warga")).select(
        *(pl.col(name).cast(kind) for name, kind in _KINDS.items())
    )
