"""Puts defects into synthetic persons and rows, each one known. Pure.

Warnings are properties of a person, so that they never look like a change between releases. Rejecting defects spoil the
written row of a person who appears in that release only, and each breaks one rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from tasks.sample import names
from tasks.sample.persons import AID_COLUMNS, Bools, Ints, People, Serials, nik_numbers
from tasks.sample.plan import REJECT_RATES, WARNING_RATES, SamplePlan

WARNING_CODES = tuple(WARNING_RATES)
REJECT_CODES = tuple(REJECT_RATES)
Row = dict[str, str]

NO_NIK_TEXTS = ("", "-", "0", "0" * 16, "9" * 16)
NO_KK_TEXTS = ("", "-", "0", "0" * 16, "9" * 16)
UNKNOWN_SEX_TEXTS = ("", "-", "X", "PRIA", "3")
UNKNOWN_RELATION_TEXTS = ("KEPONAKAN", "SEPUPU", "ANAK ANGKAT", "99")
UNKNOWN_AID_TEXTS = ("X", "TDK TAHU", "9", "BELUM")


def bit(code: str) -> int:
    """The bit of a warning in `People.warnings`."""
    return 1 << WARNING_CODES.index(code)


def carries(people: People, code: str) -> Bools:
    """Who carries this warning."""
    carriers: Bools = (people.warnings & bit(code)) != 0
    return carriers


class _Assigner:
    """Chooses at random who gets a warning, so many as the rate says."""

    def __init__(
        self, rng: np.random.Generator, people: People, rates: Mapping[str, float], *, at_least_one: bool
    ) -> None:
        self.rng = rng
        self.people = people
        self.rates = rates
        self.minimum = 1 if at_least_one else 0

    def give(self, code: str, eligible: Bools, *, rows: int = 1) -> Ints:
        """Positions of the chosen, a multiple of `rows`; the fraction of a person is decided by chance."""
        positions = self.rng.permutation(np.flatnonzero(eligible))
        wanted = int(self.rates.get(code, 0.0) * len(self.people) + self.rng.random())
        if self.rates.get(code, 0.0) > 0:
            wanted = max(wanted, self.minimum * rows)
        wanted = min(wanted, len(positions))
        chosen = positions[: wanted - wanted % rows]
        self.people.warnings[chosen] |= bit(code)
        return chosen


def assign_warnings(
    rng: np.random.Generator,
    people: People,
    rates: Mapping[str, float],
    *,
    area_code: str,
    serials: Serials,
    with_twins: bool,
    at_least_one: bool,
) -> None:
    """Mark who carries which warning and change what must differ (NIK, birth date, sex).

    Args:
        with_twins: also make pairs of rows with one NIK.
        at_least_one: every code with a rate occurs, however small the group.
    """
    assigner = _Assigner(rng, people, rates, at_least_one=at_least_one)
    everyone = np.ones(len(people), bool)
    assigner.give("NIK_KOSONG", everyone)
    usable = ~carries(people, "NIK_KOSONG")
    _issue_elsewhere(rng, people, assigner.give("NIK_LUAR_DAERAH", usable), area_code, serials)
    if with_twins:
        _pair(people, assigner.give("NIK_GANDA", usable & ~carries(people, "NIK_LUAR_DAERAH"), rows=2))
    single = people.twin < 0
    usable &= single
    _shift_birth_dates(rng, people, assigner.give("NIK_TANGGAL_BEDA", usable))
    dated = single & ~carries(people, "NIK_TANGGAL_BEDA")
    _make_impossibly_old(rng, people, assigner.give("UMUR_MUSTAHIL", dated & _century_can_move(people)))
    assigner.give("TANGGAL_LAHIR_KOSONG", dated & ~carries(people, "UMUR_MUSTAHIL"))
    other_sex = assigner.give("NIK_KELAMIN_BEDA", usable)
    people.sex[other_sex] = 1 - people.sex[other_sex]
    assigner.give("KELAMIN_TIDAK_DIKENAL", single & ~carries(people, "NIK_KELAMIN_BEDA"))
    assigner.give("HUBUNGAN_KOSONG", everyone)
    assigner.give("HUBUNGAN_TIDAK_DIKENAL", ~carries(people, "HUBUNGAN_KOSONG"))
    assigner.give("KK_KOSONG", everyone)
    assigner.give("KECAMATAN_BEDA", everyone)
    unknown_aid = assigner.give("BANTUAN_TIDAK_DIKENAL", everyone)
    people.odd_aid[unknown_aid] = rng.integers(0, len(AID_COLUMNS), len(unknown_aid))


def _issue_elsewhere(rng: np.random.Generator, people: People, chosen: Ints, area_code: str, serials: Serials) -> None:
    prefixes = np.array([code for code in names.OTHER_REGENCIES if not str(code).startswith(area_code)])
    prefix = rng.choice(prefixes, len(chosen))
    people.nik[chosen] = nik_numbers(prefix, people.born[chosen], people.sex[chosen], serials)


def _pair(people: People, chosen: Ints) -> None:
    """Every second one becomes another row of the one before it: same NIK, birth date, sex and name."""
    first, second = chosen[::2], chosen[1::2]
    for column in (people.nik, people.born, people.sex, people.name):
        column[second] = column[first]
    people.twin[first], people.twin[second] = second, first


def _shift_birth_dates(rng: np.random.Generator, people: People, chosen: Ints) -> None:
    """Earlier by 1 to 700 days: never a whole century, never a birth in the future."""
    people.born[chosen] -= rng.integers(1, 701, len(chosen))


def _century_can_move(people: People) -> Bools:
    """Born 1950 to 1999 and not on 29 February, which most centuries do not have."""
    dates = people.born.astype("datetime64[D]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    month = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    can_move: Bools = (year >= 1950) & (year <= 1999) & ~((month == 2) & (day == 29))
    return can_move


def _make_impossibly_old(rng: np.random.Generator, people: People, chosen: Ints) -> None:
    """A century off in either direction, so that day, month and year of century still agree with the NIK."""
    months = people.born[chosen].astype("datetime64[D]").astype("datetime64[M]")
    day = people.born[chosen].astype("datetime64[D]") - months
    moved = months.astype(np.int64) + np.where(rng.random(len(chosen)) < 0.5, -1200, 1200)
    people.born[chosen] = moved.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day.astype(np.int64)


def _pick(rng: np.random.Generator, texts: tuple[str, ...]) -> str:
    return texts[int(rng.integers(len(texts)))]


def _with_digits(row: Row, start: int, end: int, digits: str) -> None:
    nik = row["nik"]
    row["nik"] = nik[:start] + digits + nik[end:]


def _scientific(row: Row, rng: np.random.Generator) -> None:
    digits = row["nik"][:6]
    row["nik"] = f"{digits[0]}{_pick(rng, (',', '.'))}{digits[1:]}E+15"


def _letter(row: Row, rng: np.random.Generator) -> None:
    place = int(rng.integers(6, 15))
    _with_digits(row, place, place + 1, _pick(rng, ("O", "I", "B", "?", "/")))


def _length(row: Row, rng: np.random.Generator) -> None:
    row["nik"] = row["nik"][:-1] if rng.random() < 0.6 else row["nik"] + "7"


def _impossible_date(row: Row, rng: np.random.Generator) -> None:
    if rng.random() < 0.5:
        _with_digits(row, 6, 8, _pick(rng, ("00", "32", "40", "72", "99")))
    else:
        _with_digits(row, 8, 10, _pick(rng, ("00", "13", "27", "99")))


def _card(row: Row, rng: np.random.Generator) -> None:
    row["no_kk"] = _pick(rng, (row["no_kk"][:-1], row["no_kk"] + "1", row["no_kk"][:10] + "XX0001", "3,37504E+15"))


def _digit_in_name(row: Row, rng: np.random.Generator) -> None:
    row["nama"] = f"{row['nama']} {int(rng.integers(1, 10))}"


_DATES_IN_NO_FORM = ("31-02-1985", "1985-13-40", "00-00-0000", "TIDAK TAHU", "25708", "12/25/1985", "17 AGUSTUS 1985")
_FORMS_OF = {"serial": "25708", "dd bulan yyyy": "17 AGUSTUS 1985"}
"""Of these dates those that some layouts read."""
_NEIGHBOURS = (("33", "26"), ("33", "25"))


def _codes_elsewhere(area_code: str) -> dict[str, tuple[str, ...]]:
    """Codes of places that are not in the region, by column."""
    province, regency = next(codes for codes in _NEIGHBOURS if "".join(codes) != area_code)
    other = province + regency
    return {
        "kode_kelurahan": ("", f"{other}010001", f"{province}.{regency}.01.2001", f"{area_code}09XXXX"),
        "kode_kelurahan_ktp": ("", f"{other}012001", "0000000000"),
        "kode_kabupaten_kota": (regency, "", "XX"),
        "id_rumah_tangga": ("", f"{other}010001000001"),
    }


def no_date_under(forms: Collection[str]) -> Callable[[Row, np.random.Generator], None]:
    """Writes a date that none of the forms reads."""
    texts = tuple(text for text in _DATES_IN_NO_FORM if text not in [_FORMS_OF.get(form) for form in forms])

    def spoil(row: Row, rng: np.random.Generator) -> None:
        row["tanggal_lahir"] = _pick(rng, texts)

    return spoil


def no_place(
    columns: Collection[str], plan: SamplePlan, *, by_household: bool
) -> Callable[[Row, np.random.Generator], None]:
    """Writes a place that is not in the region into every one of these columns; a row whose place would be its
    household's loses that too."""
    codes = _codes_elsewhere(plan.region.code)

    def spoil(row: Row, rng: np.random.Generator) -> None:
        if "kelurahan" in columns:
            _no_kelurahan(row, rng, plan)
        for column, texts in codes.items():
            if column in columns:
                row[column] = _pick(rng, texts)
        if by_household:
            row["no_kk"] = _pick(rng, NO_KK_TEXTS)

    return spoil


def _no_kelurahan(row: Row, rng: np.random.Generator, plan: SamplePlan) -> None:
    """Empty, unknown, or another name that counts inside the city only while the row says kabupaten."""
    other_name, elsewhere = plan.namesake or ("", "")
    texts = ("", "-", *plan.names_elsewhere, "SELURUH KELURAHAN")
    row["kelurahan"] = _pick(rng, (*texts, other_name) if other_name else texts)
    if other_name and row["kelurahan"] == other_name:
        row["kabupaten_kota"] = elsewhere


Spoiler = Callable[[Row, np.random.Generator], None]
_SPOILERS: Mapping[str, Spoiler] = {
    "NIK_ILMIAH": _scientific,
    "NIK_KARAKTER": _letter,
    "NIK_PANJANG": _length,
    "NIK_SERAGAM": lambda row, rng: row.update(nik=str(rng.integers(1, 9)) * 16),
    "NIK_TANGGAL": _impossible_date,
    "NIK_SERI_NOL": lambda row, _rng: _with_digits(row, 12, 16, "0000"),
    "KK_TIDAK_SAH": _card,
    "NIK_SAMA_KK": lambda row, _rng: row.update(no_kk=row["nik"]),
    "NAMA_KOSONG": lambda row, rng: row.update(nama=_pick(rng, ("", "-"))),
    "NAMA_ANGKA": _digit_in_name,
}
_NEEDS = {
    "KK_TIDAK_SAH": {"no_kk"},
    "NIK_SAMA_KK": {"nik", "no_kk"},
    "NAMA_KOSONG": {"nama"},
    "NAMA_ANGKA": {"nama"},
}
_ALONE = ("JUMLAH_KOLOM", "NAMA_KOSONG", "NAMA_ANGKA")
_SECOND_CODE = "NAMA_ANGKA"


def reject_plan(
    rng: np.random.Generator, accepted: int, rates: Mapping[str, float], double_share: float, *, at_least_one: bool
) -> list[tuple[str, ...]]:
    """The codes of each rejected row beside `accepted` rows, in random order; a few rows break two rules."""
    codes: list[tuple[str, ...]] = []
    for code in REJECT_CODES:
        rate = rates.get(code, 0.0)
        count = int(rate * accepted + rng.random())
        codes += [(code,)] * (max(count, 1) if at_least_one and rate else count)
    breakable = [index for index, (code,) in enumerate(codes) if code not in _ALONE]
    doubled = [index for index in breakable if rng.random() < double_share]
    if at_least_one and double_share > 0 and not doubled:
        doubled = breakable[:1]
    for index in doubled:
        codes[index] = (*codes[index], _SECOND_CODE)
    return [codes[int(index)] for index in rng.permutation(len(codes))]


def spoilers_of(
    columns: Collection[str],
    forms: Collection[str],
    area_columns: Collection[str],
    plan: SamplePlan,
    *,
    by_household: bool,
    is_text: bool,
) -> dict[str, Spoiler]:
    """What each reason does to a row with these columns; reasons that such a row cannot show are left out.

    Args:
        forms: forms of dates that are read.
        area_columns: those of the columns that say where a person lives.
        by_household: whether the household's row says it first.
        is_text: a row can have too few or too many fields.
    """
    found = {code: spoil for code, spoil in _SPOILERS.items() if _NEEDS.get(code, {"nik"}) <= set(columns)}
    if "tanggal_lahir" in columns:
        found["TANGGAL_LAHIR_TIDAK_SAH"] = no_date_under(forms)
    if area_columns:
        found["KELURAHAN_TIDAK_DIKENAL"] = no_place(area_columns, plan, by_household=by_household)
    if is_text:
        found["JUMLAH_KOLOM"] = lambda _row, _rng: None
    return found


def spoiled_fields(
    row: Row, codes: tuple[str, ...], rng: np.random.Generator, spoilers: Mapping[str, Spoiler]
) -> list[str]:
    """The fields of a row (columns in file order, plainly written) that breaks just these rules."""
    for code in codes:
        spoilers[code](row, rng)
    fields = list(row.values())
    if "JUMLAH_KOLOM" in codes:
        fields = fields[:-1] if rng.random() < 0.5 else [*fields, "Y"]
    return fields
