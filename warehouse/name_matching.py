"""How alike two rows of registers are when one of them has no usable NIK: SQL macros of schema core.

Which pairs are looked at and what is done with them stands in sql/internal/calon_padanan.sql; nothing is merged here
or there. The weights are in bits, in the manner of Fellegi and Sunter: log2 of how much more often an observation is
made on two rows of one person than on two rows of two. `benchmarks/matching.py` measures what they are worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from warehouse.columns import sql_text

SAME, ALIKE, DIFFERENT = "sama", "mirip", "beda"
SWAPPED, YEAR_OFF = "hari dan bulan tertukar", "tahun berbeda satu"
PROPOSED_NAME_LEVELS = (SAME, ALIKE)
"""With a name that is different nobody is proposed, whatever else agrees: twins share all but the name."""
MOTHER_LEVELS = (SAME, ALIKE, DIFFERENT)
DATE_LEVELS = (SAME, SWAPPED, YEAR_OFF, DIFFERENT)

ALIKE_FROM = 0.80
"""Jaro-Winkler similarity of two name keys from which names are alike."""

_PRIOR = -17.0
"""Two rows of a city's registers taken at random are of one person about once in 130 thousand times."""
_NAME_SAME = 9.5
_ALIKE_PER_SIMILARITY = 60.0
"""What similarity above `ALIKE_FROM` is worth, up to a name that is the same."""
_DATE: Mapping[str, float] = MappingProxyType({SAME: 14.0, SWAPPED: 9.0, YEAR_OFF: 9.0, DIFFERENT: -4.5})
_MOTHER: Mapping[str, float] = MappingProxyType({SAME: 9.0, ALIKE: 3.0, DIFFERENT: -4.0})
_MOTHER_IN_FAMILY: Mapping[str, float] = MappingProxyType({SAME: 1.0, ALIKE: 1.0, DIFFERENT: -4.0})
"""On one family card brothers and sisters have one mother: that says little about who of them it is."""
_KELURAHAN: Mapping[str, float] = MappingProxyType({"true": 4.5, "false": -4.0})
_FAMILY_CARD: Mapping[str, float] = MappingProxyType({"true": 10.0, "false": -2.5})
_SEX: Mapping[str, float] = MappingProxyType({"true": 1.0, "false": -5.0})

_APOSTROPHES = "'`’‘´ʼ"
_IN_BRACKETS = r"\(.*?\)"
_DEGREES = (
    r",.*$",
    r"\s(S\.\s?(PD|AG|E|H|KOM|SOS|T|KEP|KM|IP|P|PI|SI|HUM|PSI|FARM|ST|TR)|M\.(PD|M|SI|AG|H|KOM|T|KES)|A\.\s?MD)\b.*$",
)
_TITLES = (
    r"^(\s*(H|HJ|HAJI|HAJJAH|KH|KYAI|NY|TN|DR|DRS|DRA|IR|PROF|ALM|ALMH|ALMARHUM|ALMARHUMAH)(\.|\s|$))+"
    r"|(\s(ALM|ALMH|ALMARHUM|ALMARHUMAH)\.?\s*)$"
)
_MUHAMMAD = r"^\s*(M|MD|MHD|MUH|MOH|MUCH|MOCH|M[OU]C?HAM+[AE]D)(\.|\s)\s*"


def _name_key(text: str) -> str:
    """SQL for the key of the name that the SQL expression `text` gives."""
    key = f"translate(upper(strip_accents({text})), {sql_text(_APOSTROPHES)}, '')"
    for pattern in (_IN_BRACKETS, *_DEGREES):
        key = f"regexp_replace({key}, {sql_text(pattern)}, '', 'g')"
    key = f"regexp_replace({key}, {sql_text(_TITLES)}, '', 'g')"
    key = f"regexp_replace({key}, {sql_text(_MUHAMMAD)}, 'M ')"
    return f"nullif(regexp_replace({key}, '[^A-Z]', '', 'g'), '')"


def _bits(level: str, weights: Mapping[str, float]) -> str:
    """SQL for the weight of what the expression `level` says; what is not known weighs nothing."""
    cases = " ".join(f"WHEN '{value}' THEN {weight}" for value, weight in weights.items())
    return f"CASE CAST({level} AS VARCHAR) {cases} ELSE 0.0 END"


def macro_sql() -> tuple[str, ...]:
    """The macros, all of schema core.

    - `kunci_nama(nama)`: capital letters A to Z without titles, degrees, ALM, apostrophes and blanks, with one writing
      of Muhammad; NULL when nothing remains.
    - `kunci_hari(tanggal)`: day and month in ascending order, the same when they are swapped.
    - `banding_nama(kunci, kunci_lain)`: one of MOTHER_LEVELS; NULL when one is missing.
    - `banding_tanggal(tanggal, tanggal_lain)`: one of DATE_LEVELS; NULL when one is missing.
    - `skor_padanan(nama, kemiripan, tanggal, ibu, kelurahan, kk, kelamin)`: 0 to 1, from two name levels, the
      similarity of the name keys, a date level and three booleans. NULL weighs nothing, but without a name there is
      no more to propose than with a different one.
    """
    alike = f"least({_NAME_SAME}, {_ALIKE_PER_SIMILARITY} * (kemiripan - {ALIKE_FROM}))"
    bits = " + ".join(
        (
            str(_PRIOR),
            f"CASE nama WHEN '{SAME}' THEN {_NAME_SAME} WHEN '{ALIKE}' THEN {alike} ELSE -{_NAME_SAME} END",
            _bits("tanggal", _DATE),
            f"CASE WHEN kk THEN {_bits('ibu', _MOTHER_IN_FAMILY)} ELSE {_bits('ibu', _MOTHER)} END",
            _bits("kelurahan", _KELURAHAN),
            _bits("kk", _FAMILY_CARD),
            _bits("kelamin", _SEX),
        )
    )
    return (
        f"CREATE OR REPLACE MACRO core.kunci_nama(nama) AS {_name_key('nama')}",
        f"""CREATE OR REPLACE MACRO core.banding_nama(kunci, kunci_lain) AS CASE
            WHEN kunci = kunci_lain THEN '{SAME}'
            WHEN jaro_winkler_similarity(kunci, kunci_lain) >= {ALIKE_FROM} THEN '{ALIKE}'
            WHEN kunci IS NOT NULL AND kunci_lain IS NOT NULL THEN '{DIFFERENT}' END""",
        """CREATE OR REPLACE MACRO core.kunci_hari(tanggal) AS
            100 * least(day(tanggal), month(tanggal)) + greatest(day(tanggal), month(tanggal))""",
        f"""CREATE OR REPLACE MACRO core.banding_tanggal(tanggal, tanggal_lain) AS CASE
            WHEN tanggal = tanggal_lain THEN '{SAME}'
            WHEN year(tanggal) = year(tanggal_lain) AND month(tanggal) = day(tanggal_lain)
                AND day(tanggal) = month(tanggal_lain) THEN '{SWAPPED}'
            WHEN abs(year(tanggal) - year(tanggal_lain)) = 1 AND month(tanggal) = month(tanggal_lain)
                AND day(tanggal) = day(tanggal_lain) THEN '{YEAR_OFF}'
            WHEN tanggal IS NOT NULL AND tanggal_lain IS NOT NULL THEN '{DIFFERENT}' END""",
        f"""CREATE OR REPLACE MACRO core.skor_padanan(nama, kemiripan, tanggal, ibu, kelurahan, kk, kelamin) AS
            CAST(1 / (1 + pow(2, -({bits}))) AS DOUBLE)""",
    )
