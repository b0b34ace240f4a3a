"""A slow reading of layout A in plain Python, written from the domain notes alone. It shares no code with the product,
so that generator and cleaning are held against a third opinion."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[3] / "reference" / "wilayah" / "3375"
HEADER = (
    "ID DTKS|PROVINSI|KABUPATEN/KOTA|KECAMATAN|DESA/KELUARAHAN|ALAMAT|DUSUN|RT|RW|NOKK|NIK|NAMA|TANGGAL LAHIR|"
    "TEMPAT LAHIR|JENIS KELAMIN|PEKERJAAN|NAMA IBU KANDUNG|HUB KELUARGA|KETERANGAN PADAN|BANSOS BPNT|BANSOS PKH|"
    "BANSOS BPNT-PPKM|PBI JKN"
)
NULLS = {"", "-", "NULL", "#N/A"}
SEXES = {"L": "L", "LAKI-LAKI": "L", "LAKI LAKI": "L", "1": "L", "P": "P", "PEREMPUAN": "P", "2": "P"}
RELATIONS = {
    "KEPALA KELUARGA": "kepala", "KEPALA ART": "kepala", "KEPALA RUMAH TANGGA": "kepala", "ISTRI/SUAMI": "pasangan",
    "ISTRI": "pasangan", "SUAMI": "pasangan", "ANAK": "anak", "MENANTU": "menantu", "CUCU": "cucu",
    "ORANG TUA/MERTUA": "orang tua", "ORANG TUA": "orang tua", "MERTUA": "orang tua", "PEMBANTU RUTA": "pembantu",
    "PEMBANTU": "pembantu", "FAMILI LAIN": "lain", "LAINNYA": "lain",
}  # fmt: skip
MATCHED = {"Y": True, "YA": True, "PADAN": True, "N": False, "TIDAK": False, "TIDAK PADAN": False}
AID = {"Y": True, "YA": True, "DAPAT": True, "N": False, "TIDAK": False, "TIDAK DAPAT": False}


def _key(name: str) -> str:
    bare = re.sub(r"^(KELURAHAN |KEL\. )", "", name.upper().strip())
    return re.sub(r"[^A-Z]", "", bare)


def _areas() -> tuple[dict[str, str], dict[str, str], set[str]]:
    with (REFERENCE / "wilayah.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    code = {row["kelurahan"]: row["kode_kemendagri"] for row in rows}
    known = {_key(name): found for name, found in code.items()}
    with (REFERENCE / "kelurahan_alias.csv").open(encoding="utf-8") as file:
        other = {_key(row["alias"]): code[row["kelurahan"]] for row in csv.DictReader(file)}
    return known | other, {row["kode_kemendagri"]: row["kecamatan"].upper() for row in rows}, set(known)


KNOWN, KECAMATAN_OF, OFFICIAL = _areas()


@dataclass
class Person:
    """One data row after cleaning."""

    line: int
    rejects: set[str]
    warnings: set[str]
    nik: str | None = None
    kk: str | None = None
    kelurahan: str | None = None
    relation: str | None = None
    rest: tuple[object, ...] = ()


@dataclass
class Reading:
    rows: int = 0
    skipped: int = 0
    accepted: list[Person] = field(default_factory=list)
    rejected: list[Person] = field(default_factory=list)

    def counted(self, severity: str) -> Counter[str]:
        persons = self.rejected if severity == "rejects" else self.accepted
        return Counter(code for person in persons for code in getattr(person, severity))


def _number(text: str | None) -> str | None:
    if text is None:
        return None
    text = text.removeprefix("'")
    text = text[:-2] if re.fullmatch(r"[0-9]+\.0", text) else text
    text = re.sub(r"[ .]", "", text)
    return None if set(text) in ({"0"}, {"9"}) else text


def _three_digits(text: str | None) -> str | None:
    return None if text is None else f"{int(float(text)):03d}"


def _date(text: str) -> date | None:
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _judge_nik(nik: str, born: date | None, sex: str | None) -> tuple[set[str], set[str]]:
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?E\+?[0-9]+", nik):
        return {"NIK_ILMIAH"}, set()
    if not nik.isdigit():
        return {"NIK_KARAKTER"}, set()
    if len(nik) != 16:
        return {"NIK_PANJANG"}, set()
    if len(set(nik)) == 1:
        return {"NIK_SERAGAM"}, set()
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    is_female, day = day > 40, day - 40 * (day > 40)
    rejects = set() if 1 <= day <= 31 and 1 <= month <= 12 else {"NIK_TANGGAL"}
    if nik.endswith("0000"):
        rejects.add("NIK_SERI_NOL")
    warnings = set() if nik.startswith("3375") else {"NIK_LUAR_DAERAH"}
    if born and (day, month, year) != (born.day, born.month, born.year % 100):
        warnings.add("NIK_TANGGAL_BEDA")
    if sex and is_female != (sex == "P"):
        warnings.add("NIK_KELAMIN_BEDA")
    return rejects, warnings


def _person(line: int, cells: list[str], period: date) -> Person:
    clean = [" ".join(cell.replace("\u00a0", " ").split()) for cell in cells]
    text = [None if cell in NULLS else cell for cell in clean]
    upper = [(cell or "").upper() for cell in text]
    nik, kk = _number(text[10]), _number(text[9])
    born = _date(text[12]) if text[12] else None
    sex, relation = SEXES.get(upper[14]), RELATIONS.get(upper[17])
    key = _key(text[4] or "")
    inside = upper[2] == "KOTA PEKALONGAN" or key in OFFICIAL
    kelurahan = KNOWN.get(key) if inside else None
    aid = [MATCHED.get(upper[18]), *(AID.get(cell) for cell in upper[19:])]
    rejects, warnings = _judge_nik(nik, born, sex) if nik else (set(), {"NIK_KOSONG"})
    found_rejects = {
        "KK_TIDAK_SAH": kk is not None and not re.fullmatch(r"[0-9]{16}", kk),
        "NIK_SAMA_KK": nik is not None and nik == kk,
        "NAMA_KOSONG": text[11] is None,
        "NAMA_ANGKA": bool(re.search(r"\d", text[11] or "")),
        "TANGGAL_LAHIR_TIDAK_SAH": text[12] is not None and born is None,
        "KELURAHAN_TIDAK_DIKENAL": kelurahan is None,
    }
    kecamatan = KECAMATAN_OF.get(kelurahan or "", "")
    found_warnings = {
        "KK_KOSONG": kk is None,
        "TANGGAL_LAHIR_KOSONG": text[12] is None,
        "UMUR_MUSTAHIL": born is not None and (born > period or born.year < period.year - 120),
        "HUBUNGAN_KOSONG": text[17] is None,
        "HUBUNGAN_TIDAK_DIKENAL": text[17] is not None and relation is None,
        "KELAMIN_TIDAK_DIKENAL": sex is None,
        "BANTUAN_TIDAK_DIKENAL": any(c is not None and v is None for c, v in zip(text[18:], aid, strict=True)),
        "KECAMATAN_BEDA": not kecamatan.startswith(upper[3].rstrip(".")),
    }
    rejects |= {code for code, broken in found_rejects.items() if broken}
    warnings |= {code for code, broken in found_warnings.items() if broken}
    numbers = (_three_digits(text[7]), _three_digits(text[8])) if not rejects else ()
    rest = (text[0], *text[5:7], *numbers, kk, text[11], born, text[13], sex, *text[15:17], relation, *aid)
    return Person(line, rejects, warnings, nik, kk, kelurahan, relation, rest)


def read(path: Path, period: date) -> Reading:
    """Every line of the file, judged."""
    content = path.read_bytes().decode("utf-8")
    assert content.endswith("\n")
    header, *lines = content.split("\n")[:-1]
    assert header == HEADER
    reading = Reading(rows=len(lines))
    for number, line in enumerate(lines, start=2):
        cells = line.split("|")
        if line == "" or cells[0] in ("JUMLAH", "TOTAL") or cells == [str(i) for i in range(1, 24)]:
            reading.skipped += 1
            continue
        person = Person(number, {"JUMLAH_KOLOM"}, set()) if len(cells) != 23 else _person(number, cells, period)
        (reading.rejected if person.rejects else reading.accepted).append(person)
    uses = Counter(person.nik for person in reading.accepted if person.nik)
    for person in reading.accepted:
        if person.nik and uses[person.nik] > 1:
            person.warnings.add("NIK_GANDA")
    return reading
