"""A new region's folder and settings file, filled in as far as its code and name tell. Only writes files."""

from __future__ import annotations

import shutil
from pathlib import Path

from errors import UsageError
from tasks.reference import BUNDLED_REGION, REFERENCE_FOLDER, Region, read_text_table
from tasks.region.tables import TABLES

SETTINGS_FILE = ".env"
TABLES_FOLDER = "acuan"
GUIDE = "BACA-DULU.md"
NATIONAL_CODE = "0000"


def known_name(code: str) -> str | None:
    """The name of an area with this BPS code (4 digits), where the program knows it."""
    names = read_text_table(REFERENCE_FOLDER / "indicators" / "wilayah.csv")
    return dict(names.select("kode_wilayah", "nama_wilayah").iter_rows()).get(code)


def write_region(into: Path, *, code: str, name: str) -> Region:
    """Write the settings file and the folder of tables into the folder `into`, which may not have them yet.

    Args:
        code: BPS code of the kabupaten or kota, 4 digits.
        name: as it is to be shown, with the word Kabupaten or Kota.

    Raises:
        UsageError: something of that name is there already, or nothing can be written there.
    """
    tables, settings = into / TABLES_FOLDER, into / SETTINGS_FILE
    for path in (tables, settings):
        if path.exists():
            raise UsageError(f"{path} sudah ada dan tidak ditimpa.", next_step="Pilih folder lain dengan --into.")
    try:
        into.mkdir(parents=True, exist_ok=True)
        _write_tables(tables, code, name)
        settings.write_text(_settings_text(into.resolve(), code, name), encoding="utf-8")
    except OSError as fault:
        raise UsageError(
            "Folder wilayah tidak dapat ditulis.",
            where=str(fault.filename or into),
            next_step="Beri izin menulis di sana, atau pilih folder lain dengan --into.",
        ) from None
    return Region(code, name, tables.resolve())


def _write_tables(folder: Path, code: str, name: str) -> None:
    bundled = REFERENCE_FOLDER / "wilayah" / code
    if bundled.is_dir():
        shutil.copytree(bundled, folder)
    else:
        (folder / "corrections").mkdir(parents=True)
        shutil.copy(BUNDLED_REGION / "corrections" / "README.md", folder / "corrections")
        for table in TABLES:
            (folder / table.file).write_text(f"{table.heading}\n", encoding="utf-8")
        (folder / "sumber.toml").write_text(_SOURCES.format(name=name), encoding="utf-8")
    (folder / GUIDE).write_text(guide_text(code, name), encoding="utf-8")


def guide_text(code: str, name: str) -> str:
    """The explanation of every table, in Markdown."""
    parts = [_GUIDE_HEAD.format(name=name, code=code, dotted=f"{code[:2]}.{code[2:]}")]
    for table in TABLES:
        parts.append(f"\n## {table.file}\n\n{table.purpose} Bila kosong: {table.when_empty}\n\n")
        parts.append("| kolom | isi | bentuk | wajib |\n|---|---|---|---|\n")
        for column in table.columns:
            needed = "boleh tidak ada" if column.may_be_missing else "boleh kosong" if column.may_be_empty else "wajib"
            parts.append(f"| `{column.name}` | {column.meaning} | {column.form[1]} | {needed} |\n")
    parts.append(_GUIDE_TAIL)
    return "".join(parts)


def _settings_text(into: Path, code: str, name: str) -> str:
    province = f"{code[:2]}00"
    return _SETTINGS.format(
        name=name,
        code=code,
        tables=into / TABLES_FOLDER,
        home=into / "var",
        comparison=f"{NATIONAL_CODE},{province}",
        province=known_name(province) or f"provinsi {province}",
    )


_SOURCES = """\
# Sumber angka makro {name}, di samping yang umum (reference/sumber.toml program); peringkat 1 didahulukan bila
# angkanya berbeda. Setiap sumber pada indikator_publikasi.csv harus ada di sini atau di sana.

[[sumber]]
sumber = "BPS {name}"
jenis_sumber = "publikasi"
peringkat = 2
"""
_SETTINGS = """\
# Setelan dampingan untuk {name}. Dibaca dari folder tempat perintah dijalankan; setelan selebihnya, dengan nilai
# bawaannya, ada di docs/settings.md.

# Kode BPS (4 angka) dan nama wilayah ini.
DAMPINGAN_KODE_WILAYAH='{code}'
DAMPINGAN_NAMA_WILAYAH='{name}'

# Folder tabel acuan wilayah ini; penjelasannya ada di BACA-DULU.md di sana.
DAMPINGAN_REFERENCE='{tables}'

# Rumah data: berkas mentah, gudang data, terbitan. Hanya untuk wilayah ini.
DAMPINGAN_HOME='{home}'

# Wilayah pembanding: kode BPS, dipisah koma. Terisi Indonesia dan {province}; tambahkan kabupaten/kota tetangga.
DAMPINGAN_COMPARISON_AREAS='{comparison}'

# Kunci WebAPI BPS, diminta di webapi.bps.go.id; tanpa kunci hanya angka publikasi yang dipakai.
# DAMPINGAN_BPS_API_KEY=''
"""
_GUIDE_HEAD = """\
# Tabel acuan {name}

Tabel di folder ini milik {name} (kode BPS {code}, kode Kemendagri {dotted}) dan dipelihara dengan tangan.
Simpan sebagai CSV UTF-8 dengan koma, kepala kolom di baris pertama; tanggal sebagai tttt-bb-hh. Sesudah mengubah,
jalankan `dampingan init --check`: setiap kesalahan disebut dengan berkas, baris dan kolomnya. Jangan menulis nama orang
atau NIK.
"""
_GUIDE_TAIL = """
## sumber.toml

Sumber angka makro milik wilayah ini, di samping yang umum. Tiap sumber mempunyai `sumber` (namanya), `jenis_sumber`
(selalu `publikasi` di sini) dan `peringkat` (1 didahulukan bila angkanya berbeda).

## corrections/

Koreksi kesalahan sumber yang dikenal, satu berkas TOML per rilis; lihat README.md di sana. Boleh kosong.
"""
