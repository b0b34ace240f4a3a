"""An obvious, slow reading of a register file, row by row in plain Python, to compare the product with."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.tasks.registry.rows import AREAS, LAYOUT, SECRET
from warehouse.tables.registry import PERSON_COLUMNS

NOTHING = dict.fromkeys(column.name for column in PERSON_COLUMNS)
OFFICIAL = {row["kelurahan"]: row for row in AREAS.areas.to_dicts()}
AID = ("padan", "bansos_bpnt", "bansos_pkh", "bansos_bpnt_ppkm", "pbi_jkn")
WHO = ("nik", "no_kk", "tanggal_lahir")
TEXTS = ("nama", "tempat_lahir", "pekerjaan", "nama_ibu_kandung", "alamat", "dusun")


@dataclass
class Reading:
    accepted: dict[int, dict[str, Any]] = field(default_factory=dict)
    warnings: dict[int, set[str]] = field(default_factory=dict)
    rejected: dict[int, set[str]] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)


def read(text: str, *, period: date, release_id: str) -> Reading:
    """Everything about the file's rows below the header; the file has no quotes."""
    reading = Reading()
    columns = list(LAYOUT.columns.values())
    for number, line in enumerate(text.splitlines()[1:], start=2):
        fields = line.split("|")
        first = next((cell.strip() for cell in fields if cell.strip()), "")
        says_who = [_said(fields[columns.index(name)]) for name in WHO] if len(fields) == len(columns) else []
        if (
            not first
            or (re.split(r"\W", first.upper())[0] in ("TOTAL", "JUMLAH") and not any(says_who))
            or fields == [str(place + 1) for place in range(len(columns))]
        ):
            reading.skipped.add(number)
        elif len(fields) != len(columns):
            reading.rejected[number] = {"JUMLAH_KOLOM"}
        else:
            _take(reading, number, dict(zip(columns, fields, strict=True)), period, release_id)
    return reading


def _take(reading: Reading, number: int, raw: dict[str, str], period: date, release_id: str) -> None:
    said = {column: _said(value) for column, value in raw.items()}
    person = {column: _value(column, value) for column, value in said.items()}
    area = _area(said)
    rejects = _rejects(said, person, area)
    if rejects:
        reading.rejected[number] = rejects
        return
    assert area is not None
    identity = person["nik"] or f"{release_id}:{number}"
    key = hmac.new(SECRET, identity.encode(), hashlib.sha256).digest()[:16]
    reading.accepted[number] = NOTHING | person | {"kunci_warga": key, "kode_kemendagri": area["kode_kemendagri"]}
    reading.warnings[number] = _warnings(said, person, area, period)


def _said(value: str) -> str | None:
    value = value.replace("\u00a0", " ").strip()
    return None if value in LAYOUT.null_tokens else value


def _value(column: str, text: str | None) -> Any:
    if text is None:
        return None
    if column in ("nik", "no_kk"):
        return _number(text)
    if column in ("rt", "rw"):
        return f"{int(float(text)):03d}" if re.fullmatch(r"\d{1,3}(\.0)?", text) else text
    if column == "tanggal_lahir":
        return _date(text)
    if column in LAYOUT.code_lists:
        return LAYOUT.codes_of(column).get(" ".join(text.upper().split()))
    return re.sub(" +", " ", text) if column in TEXTS else text


def _number(text: str) -> str | None:
    text = text[1:] if text.startswith("'") else text
    text = text[:-2] if re.fullmatch(r"\d+\.0", text) else text
    text = "".join(letter for letter in text if letter not in " .-")
    return None if set(text) <= {"0"} or set(text) <= {"9"} else text


def _date(text: str) -> date | None:
    found = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})( 00:00:00)?", text) or re.fullmatch(
        r"(?P<d>\d{1,2})(?P<sep>[-/])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4})", text
    )
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


def _letters(text: str | None) -> str:
    plain = unicodedata.normalize("NFC", (text or "").upper())
    return "".join(letter for letter in plain if "A" <= letter <= "Z")


def _area(said: dict[str, str | None]) -> dict[str, str] | None:
    city = (said["kabupaten_kota"] or "").upper()
    if city and _letters(re.sub(r"^(KOTA|KABUPATEN|KAB\.?)\s+", "", city)) != "PEKALONGAN":
        return None
    wanted = _letters(re.sub(r"(?i)^(kelurahan|kel\.?|desa)\s+", "", said["kelurahan"] or ""))
    for name, area in OFFICIAL.items():
        if _letters(name) == wanted:
            return area
    if not city.startswith("KAB"):
        for alias, name in AREAS.aliases.select("alias", "kelurahan").rows():
            if _letters(alias) == wanted:
                return OFFICIAL[name]
    return None


def _rejects(said: dict[str, str | None], person: dict[str, Any], area: object) -> set[str]:
    codes = set()
    nik, card = person["nik"], person["no_kk"]
    if nik is not None:
        codes |= _nik_faults(nik)
        if nik == card and len(nik) == 16:
            codes.add("NIK_SAMA_KK")
    if card is not None and not (card.isdigit() and len(card) == 16):
        codes.add("KK_TIDAK_SAH")
    if person["nama"] is None:
        codes.add("NAMA_KOSONG")
    elif any(letter.isdigit() for letter in person["nama"]):
        codes.add("NAMA_ANGKA")
    if said["tanggal_lahir"] and person["tanggal_lahir"] is None:
        codes.add("TANGGAL_LAHIR_TIDAK_SAH")
    if area is None:
        codes.add("KELURAHAN_TIDAK_DIKENAL")
    return codes


def _nik_faults(nik: str) -> set[str]:
    if re.fullmatch(r"\d+(,\d+)?[eE]\+?\d+", nik):
        return {"NIK_ILMIAH"}
    if not nik.isdigit():
        return {"NIK_KARAKTER"}
    if len(nik) != 16:
        return {"NIK_PANJANG"}
    if len(set(nik)) == 1:
        return {"NIK_SERAGAM"}
    codes = set()
    day, month = int(nik[6:8]), int(nik[8:10])
    if not (1 <= day <= 31 or 41 <= day <= 71) or not 1 <= month <= 12:
        codes.add("NIK_TANGGAL")
    if nik.endswith("0000"):
        codes.add("NIK_SERI_NOL")
    return codes


def _warnings(said: dict[str, str | None], person: dict[str, Any], area: dict[str, str], period: date) -> set[str]:
    nik, born, sex = person["nik"], person["tanggal_lahir"], person["jenis_kelamin"]
    codes = _nik_warnings(nik, born, sex) if nik else {"NIK_KOSONG"}
    if person["no_kk"] is None:
        codes.add("KK_KOSONG")
    if born is None:
        codes.add("TANGGAL_LAHIR_KOSONG")
    elif born > period or born.year < period.year - 120:
        codes.add("UMUR_MUSTAHIL")
    if said["hubungan_keluarga"] is None:
        codes.add("HUBUNGAN_KOSONG")
    elif person["hubungan_keluarga"] is None:
        codes.add("HUBUNGAN_TIDAK_DIKENAL")
    if sex is None:
        codes.add("KELAMIN_TIDAK_DIKENAL")
    if any(said[column] and person[column] is None for column in AID):
        codes.add("BANTUAN_TIDAK_DIKENAL")
    if said["kecamatan"] and not _letters(area["kecamatan"]).startswith(_letters(said["kecamatan"])):
        codes.add("KECAMATAN_BEDA")
    return codes


def _nik_warnings(nik: str, born: date | None, sex: str | None) -> set[str]:
    codes = set()
    day = int(nik[6:8])
    if not nik.startswith("3375"):
        codes.add("NIK_LUAR_DAERAH")
    if born and f"{day - 40 if day > 40 else day:02d}{nik[8:12]}" != f"{born:%d%m}{born.year % 100:02d}":
        codes.add("NIK_TANGGAL_BEDA")
    if sex and (day > 40) != (sex == "P"):
        codes.add("NIK_KELAMIN_BEDA")
    return codes
