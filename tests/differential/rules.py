"""What becomes of each row: accepted, with warnings, or rejected, with reasons. One row after the other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from tests.differential.raw_files import BDT, DTKS, FAMILIES, MEMBERS, RawTable, read_table

Row = dict[str, Any]

REFERENCE = Path(__file__).resolve().parents[2] / "reference" / "wilayah" / "3375"
CITY, CITY_CODE = "PEKALONGAN", "3375"
PERSON = (
    "id_rumah_tangga", "id_anggota", "kode_kemendagri", "alamat", "dusun", "rt", "rw", "no_kk", "nik", "nama",
    "tanggal_lahir", "tempat_lahir", "jenis_kelamin", "pekerjaan", "nama_ibu_kandung", "umur_tahun",
    "hubungan_keluarga", "desil", "kelompok_desil", "persentil", "padan", "bansos_bpnt", "bansos_pkh",
    "bansos_bpnt_ppkm", "bansos_rastra", "pbi_jkn", "pbi_pemda",
)  # fmt: skip
TEXTS = ("nama", "tempat_lahir", "pekerjaan", "nama_ibu_kandung", "alamat", "dusun")

SEXES = {"L": "L", "LAKI-LAKI": "L", "LAKI LAKI": "L", "1": "L", "P": "P", "PEREMPUAN": "P", "2": "P"}
RELATIONS = ("kepala keluarga", "istri/suami", "anak", "menantu", "cucu", "orang tua/mertua", "pembantu", "lainnya")
RELATION_CODES = {str(code): name for code, name in enumerate(RELATIONS, start=1)}
RELATION_WORDS = {name.upper(): name for name in RELATIONS} | {
    "KEPALA ART": "kepala keluarga", "KEPALA RUMAH TANGGA": "kepala keluarga", "ISTRI": "istri/suami",
    "SUAMI": "istri/suami", "ORANG TUA": "orang tua/mertua", "MERTUA": "orang tua/mertua",
    "PEMBANTU RUTA": "pembantu", "FAMILI LAIN": "lainnya",
}  # fmt: skip
YES_NO = {"Y": True, "YA": True, "N": False, "TIDAK": False}
AID = YES_NO | {"DAPAT": True, "TIDAK DAPAT": False}
ODD_IS_YES = {"1": True, "2": False, "3": True, "4": False}
YES_OR_ONE = YES_NO | {"1": True, "0": False}
LISTS: dict[str, dict[str, dict[str, Any]]] = {
    "dtks_a": {
        "jenis_kelamin": SEXES, "hubungan_keluarga": RELATION_WORDS,
        "padan": YES_NO | {"PADAN": True, "TIDAK PADAN": False},
        **dict.fromkeys(("bansos_bpnt", "bansos_pkh", "bansos_bpnt_ppkm", "pbi_jkn"), AID),
    },
    "bdt_d": {
        "jenis_kelamin": SEXES, "hubungan_keluarga": RELATION_CODES,
        **dict.fromkeys(("bansos_pkh", "bansos_rastra"), ODD_IS_YES),
    },
    "dtsen_g": {
        "jenis_kelamin": SEXES, "hubungan_keluarga": RELATION_CODES,
        **dict.fromkeys(("pbi_jkn", "pbi_pemda"), YES_OR_ONE),
    },
}  # fmt: skip
FLAGS = ("padan", "bansos_bpnt", "bansos_pkh", "bansos_bpnt_ppkm", "bansos_rastra", "pbi_jkn", "pbi_pemda")


@dataclass
class Computed:
    """One release. `persons` has `line` and PERSON; reasons and warnings are sets of codes by line."""

    layout: str
    period: date
    manifest: dict[str, Any]
    persons: pd.DataFrame
    tables: dict[str, RawTable]
    rejected: dict[str, dict[int, set[str]]]
    warned: dict[int, set[str]] = field(default_factory=dict)

    @property
    def release_id(self) -> str:
        return f"{self.series}-{self.manifest['period']}-v1"

    @property
    def series(self) -> str:
        return f"{self.manifest['source']}-{self.manifest['area']}"

    def sums(self, part: str) -> tuple[int, int, int, int]:
        """Rows in the file, accepted, rejected, skipped."""
        table, rejected = self.tables[part], len(self.rejected[part])
        return table.lines, table.lines - rejected - len(table.skipped), rejected, len(table.skipped)


class Places:
    """The kelurahan of the city by code and by name."""

    def __init__(self) -> None:
        def read(name: str) -> list[Row]:
            rows: list[Row] = pd.read_csv(REFERENCE / name, dtype=str, keep_default_na=False).to_dict("records")
            return rows

        self.areas = [area for area in read("wilayah.csv") if area["kode_bps"].startswith(CITY_CODE)]
        self._official = {area["kelurahan"]: area for area in self.areas}
        self._aliases, self._former = read("kelurahan_alias.csv"), read("kelurahan_lama.csv")

    def by_code(self, column: str, code: str | None) -> Row | None:
        return next((area for area in self.areas if area[column].replace(".", "") == code), None)

    def by_name(self, said: Row, day: date) -> Row | None:
        """Another city's kelurahan is none of ours; `Kabupaten` with our name counts for official names only."""
        city = (said.get("kabupaten_kota") or f"KOTA {CITY}").upper()
        if letters(re.sub(r"^(KOTA|KABUPATEN|KAB\.?)\s+", "", city)) != CITY:
            return None
        wanted = letters(re.sub(r"(?i)^((kel|kec)\.\s*|(kelurahan|kel|desa)\s+)", "", said.get("kelurahan") or ""))
        names = [(name, name) for name in self._official]
        if not city.startswith("KAB"):
            names += [(row["alias"], row["kelurahan"]) for row in self._aliases]
            names += [
                (row["kelurahan_lama"], row["kelurahan"])
                for row in self._former
                if date.fromisoformat(row["berlaku_sampai"]) >= day
            ]
        found = next((official for name, official in names if letters(name) == wanted), None)
        return self._official[found] if found else None


def letters(text: str) -> str:
    plain = unicodedata.normalize("NFC", text.upper())
    return "".join(letter for letter in plain if "A" <= letter <= "Z")


def compute(layout: str, files: dict[str, Path], manifest: dict[str, Any]) -> Computed:
    """One release from its raw files; `files` has `warga` and, for layout G, `keluarga`."""
    meaning = {"dtks_a": DTKS, "bdt_d": BDT, "dtsen_g": MEMBERS}[layout]
    tables = {"warga": read_table(files["warga"], meaning)}
    families: dict[str, Row] | None = None
    rejected: dict[str, dict[int, set[str]]] = {"warga": {}}
    if "keluarga" in files:
        tables["keluarga"] = read_table(files["keluarga"], FAMILIES)
        families, rejected["keluarga"] = _families(tables["keluarga"])
    period = date.fromisoformat(f"{manifest['period']}-01")
    done = Computed(layout, period, manifest, pd.DataFrame(), tables, rejected)
    accepted, places = [], Places()
    for said in tables["warga"].said.to_dict("records"):
        family = None
        if families is not None:
            family = families.get(number(said["no_kk"]) or "")
            said = dict.fromkeys(FAMILIES.values()) | (family or {}) | said
        found = _Found(layout, said, period, places)
        reasons = found.reasons()
        if reasons:
            rejected["warga"][said["line"]] = reasons
            continue
        done.warned[said["line"]] = found.warnings() | (
            {"KELUARGA_TIDAK_ADA"} if families is not None and family is None else set()
        )
        accepted.append({"line": said["line"], **dict.fromkeys(PERSON), **found.person})
    rejected["warga"] |= {line: {"JUMLAH_KOLOM"} for line in tables["warga"].miscut}
    done.persons = pd.DataFrame(accepted, columns=["line", *PERSON], dtype=object)
    _warn_of_others(done)
    done.warned = {line: codes for line, codes in done.warned.items() if codes}
    return done


def _families(table: RawTable) -> tuple[dict[str, Row], dict[int, set[str]]]:
    """The first row of each card number; reasons for the rest."""
    families: dict[str, Row] = {}
    rejected = {line: {"KELUARGA_JUMLAH_KOLOM"} for line in table.miscut}
    for said in table.said.to_dict("records"):
        card = number(said["no_kk"])
        if card is None or not re.fullmatch(r"[0-9]{16}", card):
            rejected[said["line"]] = {"KELUARGA_TANPA_NOMOR"}
        elif card in families:
            rejected[said["line"]] = {"KELUARGA_GANDA"}
        else:
            families[card] = {name: value for name, value in said.items() if name not in ("line", "has_broken_letters")}
    return families, rejected


def _warn_of_others(done: Computed) -> None:
    """Warnings that need more than one row."""
    persons = done.persons
    twice = persons[persons["nik"].notna() & persons.duplicated("nik", keep=False)]
    for line in twice["line"]:
        done.warned[line].add("NIK_GANDA")
    if done.layout == "bdt_d":
        for _, home in persons[persons["id_rumah_tangga"].notna()].groupby("id_rumah_tangga"):
            constant = home[["kode_kemendagri", "alamat", "persentil", "bansos_pkh", "bansos_rastra"]]
            if len(set(constant.itertuples(index=False, name=None))) > 1:
                for line in home["line"]:
                    done.warned[line].add("RUMAH_TANGGA_TIDAK_TETAP")


def number(text: str | None) -> str | None:
    """A NIK or card number without an apostrophe, '.0' and separators; None for a placeholder."""
    if text is None:
        return None
    text = text.removeprefix("'")
    text = text[:-2] if re.fullmatch(r"[0-9]+\.0", text) else text
    text = re.sub(r"[ .-]", "", text)
    return None if set(text) <= {"0"} or set(text) <= {"9"} else text


def _date(text: str) -> date | None:
    found = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})( 00:00:00)?", text) or re.fullmatch(
        r"(?P<d>\d{1,2})(?P<mark>[-/])(?P<m>\d{1,2})(?P=mark)(?P<y>\d{4})", text
    )
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


def _whole(text: str, smallest: int, largest: int) -> int | None:
    plain = text.removesuffix(".0")
    return int(plain) if re.fullmatch(r"\d{1,9}", plain) and smallest <= int(plain) <= largest else None


def _desil(text: str) -> tuple[int | None, str | None, bool]:
    """The decile, the group of deciles, and whether something was said that is neither."""
    plain = re.sub(r"DESIL|BELUM[_ ]DITENTUKAN", "", text.upper()).strip(" _-").replace("_", "-").replace(" ", "")
    plain = plain.removesuffix(".0").removeprefix("0")
    if not plain:
        return None, None, False
    if re.fullmatch(r"([1-9]|10)-([1-9]|10)", plain):
        return None, plain, False
    decile = _whole(plain, 1, 10)
    return decile, None, decile is None


class _Found:
    """One row: what it says, and what that means."""

    def __init__(self, layout: str, said: Row, period: date, places: Places) -> None:
        self.layout, self.said, self.period = layout, said, period
        self.unknown: set[str] = set()
        self.person: Row = {}
        for column, text in said.items():
            if column in PERSON or column == "desil":
                self.person[column] = None if text is None else self._value(column, text)
        self.by_code, self.by_name, self.area = self._area(places)
        self.person["kode_kemendagri"] = self.area["kode_kemendagri"] if self.area else None

    def _value(self, column: str, text: str) -> Any:
        if column in ("nik", "no_kk"):
            return number(text)
        if column in ("rt", "rw"):
            plain = text.removesuffix(".0")
            return plain.zfill(3) if re.fullmatch("[0-9]{1,3}", plain) else plain
        if column == "desil":
            decile, self.person["kelompok_desil"], is_unknown = _desil(text)
            self.unknown |= {"desil"} if is_unknown else set()
            return decile
        if column in TEXTS:
            return re.sub(" {2,}", " ", text)
        value: Any = text
        if column == "tanggal_lahir":
            value = _date(text)
        elif column in LISTS[self.layout]:
            plain = re.sub(" {2,}", " ", text.upper()).removesuffix(".0")
            plain = plain[1:] if re.fullmatch("0[0-9]", plain) else plain
            value = LISTS[self.layout][column].get(plain)
        elif column in ("persentil", "umur_tahun"):
            value = _whole(text, 1, 100) if column == "persentil" else _whole(text, 0, 120)
        if value is None:
            self.unknown.add(column)
        return value

    def _area(self, places: Places) -> tuple[Row | None, Row | None, Row | None]:
        """By code, by name, and what counts: the code, else the name, else (layout G) the address on the card."""
        said, code, card = self.said, None, None
        if self.layout == "bdt_d":
            parts = (("kode_provinsi", 2), ("kode_kabupaten_kota", 2), ("kode_kecamatan", 3), ("kode_desa", 3))
            texts = [said[column] and said[column].removesuffix(".0").zfill(width) for column, width in parts]
            code = "".join(texts) if all(texts) else None
        elif self.layout == "dtsen_g":
            code = said["kode_kelurahan"] and said["kode_kelurahan"].removesuffix(".0").replace(".", "")
            card = said["kode_ktp"] and said["kode_ktp"].removesuffix(".0").replace(".", "")
        by_code = places.by_code("kode_bps", code) if code else None
        by_name = places.by_name(said, date(2014, 12, 31) if self.layout == "bdt_d" else self.period)
        on_card = places.by_code("kode_kemendagri", card) if card else None
        return by_code, by_name, by_code or by_name or on_card

    def reasons(self) -> set[str]:
        person = self.person
        nik, card, name = person["nik"], person.get("no_kk"), person["nama"]
        codes = _nik_reasons(nik) if nik is not None else set()
        if nik is not None and re.fullmatch("[0-9]{16}", nik) and nik == card:
            codes.add("NIK_SAMA_KK")
        if card is not None and not re.fullmatch("[0-9]{16}", card):
            codes.add("KK_TIDAK_SAH")
        if name is None:
            codes.add("NAMA_KOSONG")
        elif re.search("[0-9]", name):
            codes.add("NAMA_ANGKA")
        if "tanggal_lahir" in self.unknown:
            codes.add("TANGGAL_LAHIR_TIDAK_SAH")
        if self.area is None:
            codes.add("KELURAHAN_TIDAK_DIKENAL")
        return codes

    def warnings(self) -> set[str]:
        person, said = self.person, self.said
        nik, sex, born = person["nik"], person["jenis_kelamin"], person.get("tanggal_lahir")
        codes = {"NIK_KOSONG"} if nik is None else _nik_warnings(nik, born, sex)
        if "no_kk" in person and person["no_kk"] is None:
            codes.add("KK_KOSONG")
        if "tanggal_lahir" in person and said["tanggal_lahir"] is None:
            codes.add("TANGGAL_LAHIR_KOSONG")
        if born is not None and (born > self.period or born <= self.period.replace(year=self.period.year - 121)):
            codes.add("UMUR_MUSTAHIL")
        if said["hubungan_keluarga"] is None:
            codes.add("HUBUNGAN_KOSONG")
        if sex is None:
            codes.add("KELAMIN_TIDAK_DIKENAL")
        if self.unknown & set(FLAGS):
            codes.add("BANTUAN_TIDAK_DIKENAL")
        for column, code in (
            ("hubungan_keluarga", "HUBUNGAN_TIDAK_DIKENAL"),
            ("desil", "DESIL_TIDAK_DIKENAL"),
            ("persentil", "PERSENTIL_TIDAK_DIKENAL"),
            ("umur_tahun", "UMUR_TIDAK_DIKENAL"),
        ):
            if column in self.unknown:
                codes.add(code)
        stated = letters(re.sub(r"(?i)^(kec\.\s*|(kecamatan|kec)\s+)", "", said["kecamatan"] or ""))
        if self.area and said["kecamatan"] and not letters(self.area["kecamatan"]).startswith(stated):
            codes.add("KECAMATAN_BEDA")
        if self.by_code and self.by_name and self.by_code != self.by_name:
            codes.add("KELURAHAN_BEDA")
        return codes | ({"HURUF_RUSAK"} if said["has_broken_letters"] else set())


def _nik_reasons(nik: str) -> set[str]:
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+", nik):
        return {"NIK_ILMIAH"}
    if not re.fullmatch("[0-9]+", nik):
        return {"NIK_KARAKTER"}
    if len(nik) != 16:
        return {"NIK_PANJANG"}
    if len(set(nik)) == 1:
        return {"NIK_SERAGAM"}
    day, month = int(nik[6:8]), int(nik[8:10])
    is_date = (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12
    return (set() if is_date else {"NIK_TANGGAL"}) | ({"NIK_SERI_NOL"} if nik.endswith("0000") else set())


def _nik_warnings(nik: str, born: date | None, sex: str | None) -> set[str]:
    day = int(nik[6:8])
    codes = set() if nik.startswith(CITY_CODE) else {"NIK_LUAR_DAERAH"}
    if born and (day - 40 if day > 40 else day, int(nik[8:10]), int(nik[10:12])) != (
        born.day,
        born.month,
        born.year % 100,
    ):
        codes.add("NIK_TANGGAL_BEDA")
    if sex and (day > 40) != (sex == "P"):
        codes.add("NIK_KELAMIN_BEDA")
    return codes
