"""Small valid submissions in several layouts and kinds of files; every person in them is invented.

A specimen is made of texts: each of its tables is a list of lines of fields, and `dressed` turns them into the bytes
of one kind of file. It knows the headings of the layouts and nothing else of the product.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import polars as pl

from settings import PROJECT_ROOT
from tasks.registry.layouts import layout_named, load_layouts

LAYOUTS = load_layouts()
FIXTURES = PROJECT_ROOT / "tests" / "fixtures" / "registry"

Lines = list[list[str]]

_KELURAHAN = (
    ("PEKALONGAN SELATAN", "JENGGOT", "3375030005", "33.75.04.1004"),
    ("PEKALONGAN UTARA", "DEGAYU", "3375040009", "33.75.03.1007"),
    ("PEKALONGAN BARAT", "TIRTO", "3375010010", "33.75.01.1009"),
)
_GIVEN = ("SITI", "BUDI", "ÉLISA", "NUR'AINI", "SLAMET", "WAGE", "PONIMAN", "RENÉ", "DEWI", "TUKIJO", "AYU", "JOKO")
_FAMILY = ("SINTETIS", "CONTOHAN", "REKAAN")
BROKEN_NIK = "33750441079900"
STREETS = ("JL. CONTOH 1", "JL. REKA 22 GANG 3", "PERUM SINTETIS BLOK C/4")


@dataclass(frozen=True)
class Person:
    """What the specimens say of one invented person, in the words of layout A."""

    number: int

    @property
    def is_woman(self) -> bool:
        return self.number % 2 == 0

    @property
    def nik(self) -> str:
        """The fourth has none, the sixth one that is too short."""
        day = 1 + self.number % 28 + (40 if self.is_woman else 0)
        return {3: "", 5: BROKEN_NIK}.get(self.number, f"337504{day:02d}0799{self.number + 17:04d}")

    @property
    def born(self) -> str:
        return f"1999-07-{1 + self.number % 28:02d}"

    @property
    def card(self) -> str:
        return f"33750401020304{self.number // 3:02d}"

    @property
    def name(self) -> str:
        return f"{_GIVEN[self.number % len(_GIVEN)]} {_FAMILY[self.number % len(_FAMILY)]}"

    @property
    def place(self) -> tuple[str, str, str, str]:
        return _KELURAHAN[self.number // 3 % len(_KELURAHAN)]

    def words(self) -> dict[str, str]:
        kecamatan, kelurahan, bps, kemendagri = self.place
        return {
            "id_rumah_tangga": f"33750300050{self.number // 3:04d}",
            "provinsi": "JAWA TENGAH",
            "kabupaten_kota": "KOTA PEKALONGAN",
            "kecamatan": kecamatan,
            "kelurahan": kelurahan,
            "kode_kelurahan": bps,
            "kode_kelurahan_ktp": kemendagri,
            "alamat": STREETS[self.number % len(STREETS)],
            "dusun": "-",
            "rt": "003",
            "rw": "001",
            "no_kk": self.card,
            "nik": self.nik,
            "nama": self.name,
            "tanggal_lahir": self.born,
            "tempat_lahir": "PEKALONGAN",
            "jenis_kelamin": "P" if self.is_woman else "L",
            "pekerjaan": "BURUH",
            "nama_ibu_kandung": f"IBU {_GIVEN[(self.number + 5) % len(_GIVEN)]}",
            "hubungan_keluarga": "ANAK",
            "padan": "Y",
            "desil": str(1 + self.number % 10),
        }


PERSONS = tuple(Person(number) for number in range(12))


def planted() -> set[str]:
    """What no message may quote."""
    texts = {text for person in PERSONS for text in (person.nik, person.name, person.card, person.words()["alamat"])}
    return {*texts, *(person.words()["nama_ibu_kandung"] for person in PERSONS)} - {""}


@dataclass(frozen=True)
class Dress:
    """How a table is written; `titles` are lines above its heading."""

    kind: str = "text"
    delimiter: str = "|"
    quoted: bool = False
    line_end: str = "\n"
    mark: bytes = b""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Specimen:
    """A release: its register, its layout, its tables in order (persons first), and how they are written."""

    name: str
    source: str
    layout: str
    tables: tuple[Lines, ...]
    dress: Dress = Dress()
    zipped: bool = False

    @property
    def file_names(self) -> tuple[str, ...]:
        suffix = {"text": "csv", "parquet": "parquet", "xlsx": "xlsx", "ods": "ods"}[self.dress.kind]
        return tuple(
            f"{part}-{self.name}.{suffix}" for part, _ in zip(("warga", "keluarga"), self.tables, strict=False)
        )

    def with_table(self, number: int, lines: Lines) -> Specimen:
        return replace(self, tables=(*self.tables[:number], lines, *self.tables[number + 1 :]))

    def contents(self) -> list[bytes]:
        return [dressed(lines, self.dress) for lines in self.tables]


def zipped(names: tuple[str, ...], contents: list[bytes]) -> bytes:
    """One archive of these files, the same bytes every time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in zip(names, contents, strict=True):
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def dressed(lines: Lines, dress: Dress) -> bytes:
    """The bytes of one table."""
    if dress.kind == "parquet":
        return _parquet(lines)
    if dress.kind == "xlsx":
        return _xlsx(lines)
    if dress.kind == "ods":
        return _ods(lines)
    text = io.StringIO()
    style = csv.QUOTE_ALL if dress.quoted else csv.QUOTE_MINIMAL
    text.writelines(title + dress.line_end for title in dress.titles)
    csv.writer(text, delimiter=dress.delimiter, quoting=style, lineterminator=dress.line_end).writerows(lines)
    return dress.mark + text.getvalue().encode()


def _parquet(lines: Lines) -> bytes:
    heading, *rows = lines
    made = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(heading, pl.String), orient="row").write_parquet(made)
    return made.getvalue()


def _xlsx(lines: Lines) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(line)
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as archive:
        names = tuple(archive.namelist())
        # When it was saved stands in the properties and beside every member.
        contents = [_SAVED_AT.sub(b"2022-01-01T00:00:00Z", archive.read(name)) for name in names]
    return zipped(names, contents)


_SAVED_AT = re.compile(rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = "urn:oasis:names:tc:opendocument:xmlns"


def _ods(lines: Lines) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            if cell
            else "<table:table-cell/>"
            for cell in line
        )
        + "</table:table-row>"
        for line in lines
    )
    content = (
        f'<office:document-content xmlns:office="{_SPACES}:office:1.0" xmlns:table="{_SPACES}:table:1.0" '
        f'xmlns:text="{_SPACES}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Daftar">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_SPACES}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{_ODS_TYPE}"/></manifest:manifest>'
    )
    names = ("mimetype", "content.xml", "META-INF/manifest.xml")
    return zipped(names, [_ODS_TYPE.encode(), content.encode(), manifest.encode()])


def _table(columns: dict[str, str], *, left_out: tuple[str, ...] = ()) -> Lines:
    """The heading and a line per person; an ignored column says `1`, an aid says `Y` or what its list knows."""
    lines = [[*columns, *left_out]]
    for person in PERSONS:
        words = person.words()
        lines.append([words.get(target, "1") for target in columns.values()] + ["1"] * len(left_out))
    return lines


def _with_no_persons(lines: Lines) -> Lines:
    """A blank line and a total among the persons."""
    width = len(lines[0])
    return [*lines[:5], [""] * width, *lines[5:], ["TOTAL", *[""] * (width - 2), str(len(PERSONS))]]


def _layout_a() -> Lines:
    lines = _table(layout_named("dtks_a", LAYOUTS).columns)
    return _with_no_persons([[cell if cell != "1" else "Y" for cell in line] for line in lines])


def _minimal() -> Lines:
    layout = layout_named("minimal", LAYOUTS)
    return _with_no_persons(_table({**layout.columns, **layout.optional}))


def _p3ke() -> Lines:
    layout = layout_named("p3ke_f", LAYOUTS)
    lines = _table(layout.columns, left_out=("No", "Status Kawin", "Resiko Stunting"))
    code = list(layout.columns.values()).index("kode_kelurahan")
    for person, line in zip(PERSONS, lines[1:], strict=True):
        line[code] = person.place[3]
    return lines


def _dtsen() -> tuple[Lines, Lines]:
    layout = layout_named("dtsen_g", LAYOUTS)
    assert layout.household is not None
    members = _table(layout.columns, left_out=("status_kawin", "omzet_usaha_utama"))
    relation = list(layout.columns.values()).index("hubungan_keluarga")
    for line in members[1:]:
        line[relation] = "3"
    families = _table(layout.household.columns, left_out=("luas_lantai", "nama_kepala_keluarga"))
    return members, [families[0], *families[1::3]]


def _verification() -> Lines:
    """Layout C."""
    layout = layout_named("dtks_c", LAYOUTS)
    lines = _table(layout.columns, left_out=("nama_krt", "sumber_data", "stereotype"))
    return _with_words(lines, layout.columns, {"keberadaan": "4", "hubungan_keluarga": "3"})


def _bdt() -> Lines:
    """Layout D: a second row that numbers the columns, area codes in four parts, the household on each member's row."""
    layout = layout_named("bdt_d", LAYOUTS)
    lines = _table(layout.columns, left_out=tuple(layout.ignored))
    lines = _with_words(lines, layout.columns, {"hubungan_keluarga": "3", "umur_tahun": "16", "persentil": "12"})
    at = {target: place for place, target in enumerate(layout.columns.values())}
    for person, line in zip(PERSONS, lines[1:], strict=True):
        code = person.place[2]
        parts = {"kode_provinsi": code[:2], "kode_kabupaten_kota": code[2:4], "kode_kecamatan": code[4:7]}
        for target, text in (parts | {"kode_kelurahan": code[7:]}).items():
            line[at[target]] = text
        line[at["jenis_kelamin"]] = "2" if person.is_woman else "1"
    width = len(lines[0])
    return [lines[0], ["KOLOM", *(str(number) for number in range(2, width + 1))], *lines[1:]]


def _households() -> tuple[Lines, Lines]:
    """Layout B: members, and the households that they belong to by a number which begins with the desa code."""
    layout = layout_named("dtks_b", LAYOUTS)
    assert layout.household is not None
    words = {"hubungan_keluarga": "ANAK", "program": " PKH+ BSP+-", "no_bpjs": "0001234567890"}
    members = _with_words(_table(layout.columns, left_out=("ruta6",)), layout.columns, words)
    columns = layout.household.columns
    families = _table(columns, left_out=("nik", "nama_krt", "jml_kel", "perubahan"))
    families = _with_words(families, columns, words)
    for lines in (members, families):
        for person, line in zip(PERSONS, lines[1:], strict=True):
            line[0] = f"{person.place[2]}{person.number // 3 + 1:08d}"
    return members, [families[0], *families[1::3]]


def _with_words(lines: Lines, columns: dict[str, str], words: dict[str, str]) -> Lines:
    """The same text in a column on every line."""
    places = {place: words[target] for place, target in enumerate(columns.values()) if target in words}
    rows = [[places.get(place, cell) for place, cell in enumerate(line)] for line in lines[1:]]
    return [lines[0], *rows]


def _with_line_breaks(lines: Lines) -> Lines:
    """Two addresses with what needs quotes."""
    place = lines[0].index("ALAMAT")
    changed = [list(line) for line in lines]
    changed[3][place] = 'JL. "CONTOH"\nGANG 2'
    changed[8][place] = "JL. REKA, NO; 5 | A\tB"
    return changed


def texts() -> list[Specimen]:
    """The specimens that are text."""
    a, minimal = _layout_a(), _minimal()
    return [
        Specimen("pipa", "DTKS", "dtks_a", (a,)),
        Specimen("kutip", "DTKS", "dtks_a", (_with_line_breaks(a),), Dress(quoted=True)),
        Specimen("koma", "DTKS", "dtks_a", (_with_line_breaks(a),), Dress(delimiter=",")),
        Specimen("titik-koma", "DTKS", "dtks_a", (a,), Dress(delimiter=";", line_end="\r\n", mark=b"\xef\xbb\xbf")),
        Specimen("tab", "DTKS", "minimal", (minimal,), Dress(delimiter="\t")),
        Specimen("judul", "P3KE", "p3ke_f", (_p3ke(),), Dress(delimiter=";", titles=("DAFTAR P3KE", "", "Hal 1"))),
        Specimen("dua", "DTSEN", "dtsen_g", _dtsen(), Dress(quoted=True)),
        Specimen("dua-koma", "DTSEN", "dtsen_g", _dtsen(), Dress(delimiter=",")),
        Specimen("rumah-tangga", "DTKS", "dtks_b", _households(), Dress(delimiter=",")),
        Specimen("rumah-tangga-kutip", "DTKS", "dtks_b", _households(), Dress(quoted=True)),
        Specimen("verifikasi", "DTKS", "dtks_c", (_verification(),)),
        Specimen("bdt", "BDT2015", "bdt_d", (_bdt(),), Dress(delimiter=";", line_end="\r\n")),
        Specimen("arsip", "DTKS", "dtks_a", (a,), zipped=True),
        Specimen("arsip-dua", "DTSEN", "dtsen_g", _dtsen(), zipped=True),
    ]


def others() -> list[Specimen]:
    """The specimens that are tables of another kind."""
    return [
        Specimen("kolom", "DTKS", "dtks_a", (_layout_a(),), Dress("parquet")),
        Specimen("kolom-dua", "DTSEN", "dtsen_g", _dtsen(), Dress("parquet")),
        Specimen("kolom-rumah-tangga", "DTKS", "dtks_b", _households(), Dress("parquet")),
        Specimen("buku-bdt", "BDT2015", "bdt_d", (_bdt(),), Dress("xlsx")),
        Specimen("buku", "DTKS", "minimal", (_minimal(),), Dress("xlsx")),
        Specimen("lembar", "DTKS", "minimal", (_minimal(),), Dress("ods")),
    ]


def old_workbook() -> bytes:
    """A BIFF file; no register, but its cells are of every kind."""
    return Path(FIXTURES / "jenis_sel.xls").read_bytes()
