"""Every reason for which a row of a register is rejected or marked; the only list of these codes.

Predicates see the cleaned frame of `tasks/registry/cleaning.py`: target columns beside `asal_<column>`, the
trimmed text of the file with its null tokens removed. Levels follow the domain notes: a NIK that cannot be one
rejects the row, a NIK that is missing or disagrees with other columns only marks it, since registers carry such
persons rightly (migrants keep the prefix of their first residence, 7 % of birth dates differ).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import polars as pl

from tasks.rules import Rule
from warehouse.tables.registry import PERSON_COLUMNS
from warehouse.tables.shared import WITHOUT_KELURAHAN

_nik = pl.col("nik")
_nik_number = pl.col("nik_angka")
_day_code = _nik_number // 10**8 % 100
_day = pl.when(_day_code > 40).then(_day_code - 40).otherwise(_day_code)
_month = _nik_number // 10**6 % 100
_year = _nik_number // 10**4 % 100
_born = pl.col("tanggal_lahir")
_digits = r"^[0-9]+$"
_scientific = r"^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$"
_SIXTEEN_ONES = 1_111_111_111_111_111
_OLDEST_AGE_YEARS = 120


def _unknown(column: str) -> pl.Expr:
    """The file says something that the layout's code list does not have."""
    return pl.col(f"asal_{column}").is_not_null() & pl.col(column).is_null()


_PROGRAMMES = tuple(
    column.name for column in PERSON_COLUMNS if column.name.startswith(("bansos_", "pbi_")) or column.name == "padan"
)
_EVERY_ROW = ("baris", "kelurahan", "keluarga", "bansos")
"""What a rule can look at in whatever file: the line, the place found for it, the programmes it has."""


def _any_unknown(columns: Collection[str]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(_unknown(column) for column in columns))


def rules(*, area_code: str, period: date, columns: Collection[str] | None = None) -> tuple[Rule, ...]:
    """The rule table for a release of `period` in the kabupaten or kota with BPS code `area_code`.

    The first four digits of a NIK are the Kemendagri code of the regency, which equals the BPS code there.

    Args:
        columns: what the file's tables have; a rule about a column that is not there cannot be broken. All when left
            out. The order of the rules, and with it their bits, is the same for every file.
    """
    table = _table(area_code, period, columns)
    if columns is None:
        return table
    return tuple(
        rule if rule.column in columns or rule.column in _EVERY_ROW else replace(rule, broken=None) for rule in table
    )


def _table(area_code: str, period: date, columns: Collection[str] | None) -> tuple[Rule, ...]:
    programmes = [column for column in _PROGRAMMES if columns is None or column in columns]
    is_scientific = _nik.str.contains(_scientific)
    is_number = _nik.str.contains(_digits)
    usable = (_nik.str.len_bytes() == 16) & _nik_number.is_not_null()
    uniform = usable & (_nik_number % _SIXTEEN_ONES == 0)
    return (
        Rule(
            "JUMLAH_KOLOM",
            "tolak",
            "baris",
            "Jumlah kolom pada baris ini tidak sama dengan jumlah kolom pada kepala tabel.",
            "Periksa tanda pemisah di dalam isi sel, lalu perbaiki baris ini.",
            pl.col("jumlah_kolom_salah"),
        ),
        Rule(
            "NIK_ILMIAH",
            "tolak",
            "nik",
            "NIK tersimpan sebagai angka atau notasi ilmiah (misalnya 3,37504E+15) sehingga angka ke-16 hilang.",
            "Ambil kembali NIK dari sumbernya dan simpan kolomnya sebagai teks.",
            is_scientific,
        ),
        Rule(
            "NIK_KARAKTER",
            "tolak",
            "nik",
            "NIK memuat huruf atau tanda selain angka.",
            "Perbaiki NIK menurut KTP atau KK.",
            ~is_number & ~is_scientific,
        ),
        Rule(
            "NIK_PANJANG",
            "tolak",
            "nik",
            "NIK tidak terdiri dari 16 angka.",
            "Perbaiki NIK menurut KTP atau KK; jangan menambah angka nol.",
            is_number & (_nik.str.len_bytes() != 16),
        ),
        Rule(
            "NIK_SERAGAM",
            "tolak",
            "nik",
            "NIK terdiri dari satu angka yang diulang.",
            "Isi NIK yang sebenarnya, atau kosongkan bila belum ada.",
            uniform,
        ),
        Rule(
            "NIK_TANGGAL",
            "tolak",
            "nik",
            "Angka ke-7 sampai ke-12 NIK bukan tanggal lahir yang mungkin.",
            "Perbaiki NIK menurut KTP atau KK.",
            usable & ~uniform & ~(_day.is_between(1, 31) & _month.is_between(1, 12)),
        ),
        Rule(
            "NIK_SERI_NOL",
            "tolak",
            "nik",
            "Empat angka terakhir NIK adalah 0000.",
            "Perbaiki NIK menurut KTP atau KK; biasanya rusak oleh Excel.",
            usable & ~uniform & (_nik_number % 10**4 == 0),
        ),
        Rule(
            "KK_TIDAK_SAH",
            "tolak",
            "no_kk",
            "Nomor KK tidak terdiri dari 16 angka, atau tersimpan sebagai angka sehingga angka ke-16 hilang.",
            "Perbaiki nomor KK menurut Kartu Keluarga.",
            ~pl.col("no_kk").str.contains(r"^[0-9]{16}$"),
        ),
        Rule(
            "NIK_SAMA_KK",
            "tolak",
            "nik",
            "NIK sama dengan nomor KK.",
            "Isi NIK dan nomor KK masing-masing; salah satunya salah kolom.",
            usable & (_nik == pl.col("no_kk")),
        ),
        Rule(
            "NAMA_KOSONG",
            "tolak",
            "nama",
            "Nama kosong.",
            "Isi nama menurut KTP.",
            pl.col("nama").is_null() & ~pl.col("jumlah_kolom_salah"),
        ),
        Rule(
            "NAMA_ANGKA",
            "tolak",
            "nama",
            "Nama memuat angka.",
            "Perbaiki nama; kemungkinan isi kolom bergeser.",
            pl.col("nama").str.contains(r"[0-9]"),
        ),
        Rule(
            "TANGGAL_LAHIR_TIDAK_SAH",
            "tolak",
            "tanggal_lahir",
            "Tanggal lahir tidak dapat dibaca sebagai tanggal.",
            "Tulis tanggal lahir sebagai hh-bb-tttt atau tttt-bb-hh.",
            _unknown("tanggal_lahir"),
        ),
        Rule(
            "KELURAHAN_TIDAK_DIKENAL",
            "tolak",
            "kelurahan",
            "Kelurahan kosong atau tidak ada dalam daftar wilayah dan daftar nama lain; nama yang dipakai beberapa "
            "desa hanya dikenali bersama kecamatannya.",
            "Perbaiki nama kelurahan dan kecamatannya lalu serahkan sebagai ralat; nama lain yang lazim dapat "
            "didaftarkan di kelurahan_alias.csv untuk rilis berikutnya.",
            pl.col("kode_kemendagri").is_null() & ~pl.col("jumlah_kolom_salah"),
        ),
        Rule(
            "NIK_KOSONG",
            "peringatan",
            "nik",
            "NIK kosong atau hanya pengganti (0, 0000000000000000, 9999999999999999).",
            "Lengkapi NIK; orang ini dihitung terpisah karena tidak dapat diikuti antar-rilis.",
            _nik.is_null(),
        ),
        Rule(
            "NIK_LUAR_DAERAH",
            "peringatan",
            "nik",
            "NIK diterbitkan di kabupaten atau kota lain.",
            "Tidak perlu tindakan bila warga pindahan.",
            _nik_number // 10**12 != int(area_code),
        ),
        Rule(
            "NIK_TANGGAL_BEDA",
            "peringatan",
            "tanggal_lahir",
            "Tanggal lahir tidak sama dengan yang tertulis dalam NIK.",
            "Cocokkan dengan KK.",
            (_day != _born.dt.day()) | (_month != _born.dt.month()) | (_year != _born.dt.year() % 100),
        ),
        Rule(
            "NIK_KELAMIN_BEDA",
            "peringatan",
            "jenis_kelamin",
            "Jenis kelamin tidak sama dengan yang tertulis dalam NIK.",
            "Cocokkan dengan KK.",
            (_day_code > 40) != (pl.col("jenis_kelamin") == "P"),
        ),
        Rule(
            "NIK_GANDA",
            "peringatan",
            "nik",
            "NIK ini dipakai lebih dari satu baris dalam rilis yang sama.",
            "Tentukan siapa pemilik NIK dan perbaiki yang lain.",
        ),
        Rule(
            "KK_KOSONG",
            "peringatan",
            "no_kk",
            "Nomor KK kosong atau hanya pengganti.",
            "Lengkapi nomor KK.",
            pl.col("no_kk").is_null(),
        ),
        Rule(
            "TANGGAL_LAHIR_KOSONG",
            "peringatan",
            "tanggal_lahir",
            "Tanggal lahir kosong.",
            "Lengkapi tanggal lahir.",
            pl.col("asal_tanggal_lahir").is_null(),
        ),
        Rule(
            "UMUR_MUSTAHIL",
            "peringatan",
            "tanggal_lahir",
            "Menurut tanggal lahirnya orang ini belum lahir atau berumur lebih dari 120 tahun.",
            "Perbaiki tanggal lahir.",
            (_born > period) | (_born <= period.replace(year=period.year - _OLDEST_AGE_YEARS - 1)),
        ),
        Rule(
            "HUBUNGAN_KOSONG",
            "peringatan",
            "hubungan_keluarga",
            "Hubungan keluarga kosong.",
            "Lengkapi hubungan keluarga.",
            pl.col("asal_hubungan_keluarga").is_null(),
        ),
        Rule(
            "HUBUNGAN_TIDAK_DIKENAL",
            "peringatan",
            "hubungan_keluarga",
            "Hubungan keluarga tidak ada dalam daftar kode.",
            "Pakai salah satu sebutan dalam daftar kode.",
            _unknown("hubungan_keluarga"),
        ),
        Rule(
            "KELAMIN_TIDAK_DIKENAL",
            "peringatan",
            "jenis_kelamin",
            "Jenis kelamin kosong atau tidak ada dalam daftar kode.",
            "Isi L atau P.",
            pl.col("jenis_kelamin").is_null(),
        ),
        Rule(
            "BANTUAN_TIDAK_DIKENAL",
            "peringatan",
            "bansos",
            "Isi kolom padan, bantuan sosial atau PBI JKN tidak ada dalam daftar kode.",
            "Isi menurut daftar kode register itu, misalnya Y atau N.",
            _any_unknown(programmes),
        ),
        Rule(
            "KECAMATAN_BEDA",
            "peringatan",
            "kecamatan",
            "Kecamatan yang tertulis bukan kecamatan dari kelurahan itu.",
            "Perbaiki nama kecamatan; kelurahan yang dipakai.",
            pl.col("kecamatan_beda"),
        ),
        Rule(
            "KELURAHAN_BEDA",
            "peringatan",
            "kelurahan",
            "Kode wilayah dan nama kelurahan menunjuk kelurahan yang berbeda.",
            "Periksa keduanya; kode yang dipakai.",
            pl.col("kelurahan_beda"),
        ),
        Rule(
            "KELURAHAN_TIDAK_DISEBUT",
            "peringatan",
            "kelurahan",
            "Berkas tidak mempunyai kolom yang menyebut kelurahan.",
            "Orang ini dihitung untuk kota saja; mintalah berkas dengan kolom kelurahan.",
            pl.col("kode_kemendagri").str.ends_with(WITHOUT_KELURAHAN),
        ),
        Rule(
            "KELUARGA_TIDAK_ADA",
            "peringatan",
            "keluarga",
            "Keluarga atau rumah tangga orang ini tidak ada dalam tabel keluarga.",
            "Lengkapi tabel keluarga; desil dan alamatnya kosong sampai ada.",
            ~pl.col("ada_keluarga"),
        ),
        Rule(
            "RUMAH_TANGGA_TIDAK_TETAP",
            "peringatan",
            "id_rumah_tangga",
            "Keterangan rumah tangga tidak sama pada semua anggotanya.",
            "Samakan keterangan rumah tangga pada setiap anggotanya.",
        ),
        Rule(
            "DESIL_TIDAK_DIKENAL",
            "peringatan",
            "desil",
            "Desil bukan angka 1 sampai 10 dan bukan kelompok desil.",
            "Isi desil 1 sampai 10, atau kosongkan bila belum ditentukan.",
            _unknown("desil") & pl.col("kelompok_desil").is_null(),
        ),
        Rule(
            "PERSENTIL_TIDAK_DIKENAL",
            "peringatan",
            "persentil",
            "Persentil bukan angka 1 sampai 100.",
            "Isi persentil 1 sampai 100, atau kosongkan bila tidak ada.",
            _unknown("persentil"),
        ),
        Rule(
            "UMUR_TIDAK_DIKENAL",
            "peringatan",
            "umur_tahun",
            "Umur bukan angka 0 sampai 120.",
            "Isi umur dalam tahun.",
            _unknown("umur_tahun"),
        ),
        Rule(
            "KEBERADAAN_TIDAK_DIKENAL",
            "peringatan",
            "keberadaan",
            "Keberadaan tidak ada dalam daftar kode.",
            "Isi kode keberadaan 1 sampai 5.",
            _unknown("keberadaan"),
        ),
        Rule(
            "TIDAK_BERADA",
            "peringatan",
            "keberadaan",
            "Menurut verifikasi orang ini meninggal, ganda, atau tidak terkonfirmasi.",
            "Periksa di lapangan; orang ini tetap dihitung karena masih tercantum dalam rilis.",
            pl.col("keberadaan").is_in(["meninggal", "ganda", "tidak terkonfirmasi"]),
        ),
        Rule(
            "HURUF_RUSAK",
            "peringatan",
            "baris",
            "Ada huruf yang rusak karena berkas tidak tersimpan utuh sebagai UTF-8.",
            "Cocokkan nama dan alamat dengan sumbernya.",
            pl.col("huruf_rusak"),
        ),
        Rule(
            "DIKOREKSI",
            "peringatan",
            "baris",
            "Kesalahan sumber yang dikenal pada baris ini dibetulkan menurut folder corrections.",
            "Tidak perlu tindakan.",
            pl.col("dikoreksi"),
        ),
    )


def household_rules() -> tuple[Rule, ...]:
    """Every reason for which a row of the table of households is rejected."""
    return (
        Rule(
            "KELUARGA_JUMLAH_KOLOM",
            "tolak",
            "baris",
            "Jumlah kolom pada baris keluarga ini tidak sama dengan jumlah kolom pada kepala tabel.",
            "Periksa tanda pemisah di dalam isi sel, lalu perbaiki baris ini.",
            pl.col("jumlah_kolom_salah"),
        ),
        Rule(
            "KELUARGA_TANPA_NOMOR",
            "tolak",
            "tautan",
            "Nomor keluarga atau rumah tangga kosong atau rusak, sehingga anggotanya tidak dapat ditemukan.",
            "Isi nomor KK (16 angka) atau nomor rumah tangga yang benar.",
            ~pl.col("jumlah_kolom_salah") & pl.col("tautan").is_null(),
        ),
        Rule(
            "KELUARGA_GANDA",
            "tolak",
            "tautan",
            "Nomor keluarga atau rumah tangga ini sudah ada di baris sebelumnya.",
            "Pakai satu baris untuk satu keluarga; baris pertama yang dipakai.",
        ),
    )
