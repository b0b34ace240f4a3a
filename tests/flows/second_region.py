"""An invented kabupaten with a code that nobody has: three kecamatan, kelurahan and desa of which two share a name, and
OPDs of its own. Its folder is begun by `dampingan init` and filled in here, as an officer would."""

from __future__ import annotations

import csv
from pathlib import Path

from tasks.reference import BUNDLED, Region
from tasks.region.tables import TABLES

CODE, NAME = "3349", "Kabupaten Contoh Raya"
SHARED_NAME = "Sukamaju"
# Kemendagri and BPS number the kecamatan in another order, as they do in real regions.
_KECAMATAN = {
    "Lembah Rekaan": ("33.49.01", "3349020", ("Kota Lembah", SHARED_NAME, "Randu Rekaan", "Waru Rekaan")),
    "Tanjung Rekaan": ("33.49.02", "3349030", ("Pesisir Rekaan", "Karang Rekaan", "Muara Rekaan")),
    "Bukit Rekaan": ("33.49.03", "3349010", ("Puncak Rekaan", SHARED_NAME, "Lereng Rekaan")),
}
_URBAN = "Kota Lembah"
OPDS = {"Dinas Uji Lingkungan": "DUL", "Dinas Uji Pangan": "DUP", "Badan Uji Bencana": "BUB"}


def area_rows() -> list[list[str]]:
    """Rows of wilayah.csv."""
    return [
        [f"{code}.{1 if name == _URBAN else 2}{number:03d}", f"{bps}{90 - number:03d}", kecamatan, code, bps, name]
        for kecamatan, (code, bps, names) in _KECAMATAN.items()
        for number, name in enumerate(names, start=1)
    ]


def codes_of_shared_name() -> list[str]:
    return [row[0] for row in area_rows() if row[-1] == SHARED_NAME]


def fill(folder: Path) -> None:
    """Write the region's rows below the headings that are there."""
    _append(folder / "wilayah.csv", area_rows())
    _append(
        folder / "kelurahan_alias.csv",
        [["Rd. Rekaan", "Randu Rekaan", "", ""], ["Maju", SHARED_NAME, "Bukit Rekaan", ""]],
    )
    _append(folder / "kelurahan_lama.csv", [["Waru Lama", "Waru Rekaan", "", "2014-12-31", "pasti"]])
    places = (("Randu Rekaan", ""), ("Pesisir Rekaan", ""), ("Kota Lembah", "Lembah Rekaan"))
    _append(
        folder / "opd_dampingan.csv",
        [
            [*place, opd, short, "Keputusan Bupati (contoh)", "uji", "1/2022", "2022-01-03", "", ""]
            for place, (opd, short) in zip(places, OPDS.items(), strict=True)
        ],
    )
    _append(folder / "opd_alias.csv", [["Dinas Lingkungan (contoh)", "DUL", ""]])
    with BUNDLED.publications.open(encoding="utf-8", newline="") as stream:
        figures = [row for row in csv.DictReader(stream) if row["angka_bps"] == "ya"]
    changed = {"kode_wilayah": CODE, "sumber": f"BPS {NAME}", "tanggal_terbit": "", "catatan": ""}
    distinct = {(row["indikator"], row["tahun"]): list((row | changed).values()) for row in figures}
    _append(folder / "indikator_publikasi.csv", list(distinct.values()))


def made(folder: Path) -> Region:
    """The region with all its tables in `folder`, as `dampingan init` and an officer would leave it."""
    folder.mkdir()
    for table in TABLES:
        (folder / table.file).write_text(f"{table.heading}\n", encoding="utf-8")
    source = f'[[sumber]]\nsumber = "BPS {NAME}"\njenis_sumber = "publikasi"\nperingkat = 2\n'
    (folder / "sumber.toml").write_text(source, encoding="utf-8")
    fill(folder)
    return Region(CODE, NAME, folder)


def _append(file: Path, rows: list[list[str]]) -> None:
    with file.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
