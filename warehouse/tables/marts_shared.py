"""Columns that several views have in common, and what a view declares here.

Grain and purpose of a view stand in the header of its file under sql/ and nowhere else; `warehouse/views.py`
puts both halves together.
"""

from dataclasses import dataclass

from warehouse.columns import Column, Role
from warehouse.tables import shared


@dataclass(frozen=True, slots=True)
class ViewColumns:
    """The key and the columns of the view in sql/`schema`/`name`.sql."""

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


_ROUNDED = " Dibulatkan; kosong bila terlalu kecil untuk ditampilkan, jadi jumlahnya bukan jumlah sebenarnya."


def rounded(name: str, description: str, unit: str = "jiwa") -> Column:
    """A small count that `core.bulatkan` protects."""
    return Column(name, "BIGINT", description + _ROUNDED, unit, nullable=True, role=Role.NON_ADDITIVE)


def count(name: str, description: str, unit: str = "jiwa") -> Column:
    """An exact count that may be summed over the rows of its view."""
    return Column(name, "BIGINT", description, unit, role=Role.ADDITIVE)


def fixed_count(name: str, description: str, unit: str = "jiwa") -> Column:
    """An exact count that repeats on several rows, so that summing it is wrong."""
    return Column(name, "BIGINT", description, unit, role=Role.NON_ADDITIVE)


def percent(name: str, description: str) -> Column:
    return Column(name, "DECIMAL(18,2)", description, "persen", nullable=True, role=Role.NON_ADDITIVE)


def rank(name: str, description: str) -> Column:
    return Column(name, "BIGINT", description, "peringkat", role=Role.NON_ADDITIVE)


def flag(name: str, description: str) -> Column:
    return Column(name, "BOOLEAN", description)


TAHUN = Column("tahun", "INTEGER", "Tahun dari periode.", "tahun", role=Role.KEY)
PERIODE_SEBELUMNYA = Column(
    "periode_sebelumnya",
    "DATE",
    "Periode rilis berlaku sebelum ini dalam seri yang sama; kosong pada rilis pertama.",
    nullable=True,
)
RILIS_TERAKHIR = flag(
    "rilis_terakhir", "Benar pada satu rilis berlaku yang terbaru dari semua register di wilayah ini."
)
TAHUN_TERAKHIR = flag("tahun_terakhir", "Benar pada tahun terbaru yang ada nilainya.")
TRIWULAN_TERAKHIR = flag("triwulan_terakhir", "Benar pada triwulan terbaru yang ada laporannya.")
TERAKHIR_DALAM_TAHUN = flag(
    "terakhir_dalam_tahun",
    "Benar pada laporan terakhir OPD atas kelurahan ini dalam tahunnya; angka setahun = jumlah baris seperti ini saja.",
)
DISAMARKAN = flag("disamarkan", "Benar bila ada angka baris ini yang dikosongkan karena terlalu kecil.")

RELEASE = (shared.PERIODE, TAHUN, shared.SERI, shared.SISTEM_SUMBER)
"""Which release a row speaks of; figures of different registers are never joined up."""

PLACE = (
    shared.KODE_KEMENDAGRI,
    shared.KODE_BPS,
    shared.KELURAHAN,
    shared.KODE_KEMENDAGRI_KECAMATAN,
    shared.KECAMATAN,
)
"""Which kelurahan a row speaks of."""

PERIODE_TRIWULAN = shared.PERIODE.but(description="Hari pertama triwulan laporan.")
PERIODE_TAHUN = shared.PERIODE.but(description="Hari pertama tahun.")

JUMLAH_JIWA = count(
    "jumlah_jiwa",
    "Orang terdaftar: baris rilis yang diterima; NIK yang berulang dihitung sebagai baris, seperti dalam SK.",
)
TERDAFTAR_JIWA = fixed_count("terdaftar_jiwa", "Orang terdaftar di kelurahan ini pada rilis ini, sebagai penyebut.")
