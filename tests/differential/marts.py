"""The register's tables and marts from the computed releases of one register, with pandas. No count is protected here.

Every function gives rows as a set of tuples, its columns named by a constant of the same name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from tests.differential.rules import CITY_CODE, PERSON, Computed, Places

Rows = Counter[tuple[Any, ...]]

AREAS = pd.DataFrame(Places().areas)
PROGRAMMES = {
    "BPNT": "bansos_bpnt", "PKH": "bansos_pkh", "BPNT-PPKM": "bansos_bpnt_ppkm", "Rastra": "bansos_rastra",
    "PBI JKN": "pbi_jkn", "PBI daerah": "pbi_pemda",
}  # fmt: skip

_RELEASE = ("periode", "tahun", "seri", "sistem_sumber")
_PLACE = ("kode_kemendagri", "kode_bps", "kelurahan", "kode_kemendagri_kecamatan", "kecamatan")
_OF_ANOTHER_REGISTER = (None, None)
"""There is none before this one."""
COLUMNS = {
    "penduduk_terdaftar_kelurahan": (
        *_RELEASE, *_PLACE, "rilis_terakhir", "jumlah_jiwa", "jumlah_kk", "jumlah_wilayah_jiwa", "porsi_persen",
        "disamarkan",
    ),
    "rekonsiliasi_sk": (
        *_RELEASE, "tingkat", "kode_kemendagri", "nama_wilayah", "kecamatan", "rilis_terakhir", "nomor_sk",
        "tanggal_sk", "jumlah_sk_jiwa", "jumlah_diterima_jiwa", "selisih_jiwa", "cocok",
    ),
    "mutasi_kelurahan": (
        *_RELEASE, "periode_sebelumnya", *_PLACE, "rilis_terakhir", "jumlah_sebelum_jiwa", "jumlah_sesudah_jiwa",
        "perubahan_jiwa", "masuk_jiwa", "keluar_jiwa", "pindah_masuk_jiwa", "pindah_keluar_jiwa", "berubah_jiwa",
        "tanpa_nik_sebelum_jiwa", "tanpa_nik_sesudah_jiwa", "nik_berulang_sebelum_baris",
        "nik_berulang_sesudah_baris", "disamarkan",
    ),
    "tren_rilis": (
        *_RELEASE, "tingkat", "kode_wilayah", "nama_wilayah", "periode_sebelumnya", "awal_seri", "rilis_terakhir",
        "jumlah_jiwa", "jumlah_sebelumnya_jiwa", "perubahan_jiwa", "perubahan_persen",
        "register_pendahulu", "dari_register_pendahulu_jiwa",
    ),
    "bansos_kelurahan": (
        *_RELEASE, *_PLACE, "program", "rilis_terakhir", "penerima_jiwa", "terdaftar_jiwa", "penerima_persen",
        "penerima_kecamatan_jiwa", "terdaftar_kecamatan_jiwa", "penerima_kecamatan_persen", "disamarkan",
    ),
    "bansos_tumpang_tindih": (
        *_RELEASE, *_PLACE, "jumlah_program", "rilis_terakhir", "keluarga_kk", "keluarga_terdaftar_kk",
        "keluarga_persen", "disamarkan",
    ),
    "kualitas_nik": (
        *_RELEASE, *_PLACE, "rilis_terakhir", "terdaftar_jiwa", "nik_kosong_jiwa", "nik_ganda_jiwa",
        "nik_luar_daerah_jiwa", "tanggal_lahir_beda_jiwa", "jenis_kelamin_beda_jiwa", "kk_kosong_jiwa", "padan_jiwa",
        "tidak_padan_jiwa", "nik_kosong_persen", "tidak_padan_persen", "disamarkan",
    ),
    "umur_jenis_kelamin": (
        *_RELEASE, *_PLACE, "kelompok_umur", "jenis_kelamin", "umur_mulai", "rilis_terakhir", "jumlah_kelompok_jiwa",
        "terdaftar_jiwa", "porsi_persen", "disamarkan",
    ),
    "rilis": (
        *_RELEASE, "id_rilis", "versi", "keadaan", "rilis_terakhir", "nomor_sk", "tanggal_sk", "tata_letak",
        "satuan_analisis", "baris_berkas", "baris_diterima", "baris_ditolak", "baris_dilewati", "baris_peringatan",
        "tanpa_nik", "baris_ditolak_persen",
    ),
}  # fmt: skip
"""All columns of each mart, but for the time of receipt and the digest of the file in `rilis`."""


def percent(part: int | None, whole: int | None) -> Decimal | None:
    """Two decimals, half away from zero; None of nothing."""
    if part is None or not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


class Register:
    """The releases of one register in the order of their periods."""

    def __init__(self, releases: Sequence[Computed]) -> None:
        self.releases = sorted(releases, key=lambda release: release.period)

    def marts(self) -> dict[str, Rows]:
        found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
        before: Computed | None = None
        for release in self.releases:
            one = _Release(release, before, is_last=release is self.releases[-1])
            for name in COLUMNS:
                found[name] += getattr(one, name)()
            before = release
        return {name: Counter(rows) for name, rows in found.items()}

    def changes(self) -> Rows:
        """`id_rilis`, kind, kelurahan before, kelurahan after, `nik` of each person who changed."""
        pairs = zip(self.releases[:-1], self.releases[1:], strict=True)
        return Counter(
            (new.release_id, kind, place_before, place_after, nik)
            for old, new in pairs
            for nik, (kind, place_before, place_after) in changes(old, new).items()
        )


def followed(release: Computed) -> pd.DataFrame:
    """Persons by NIK; of one that occurs twice the first by kelurahan and name."""
    persons = release.persons[release.persons["nik"].notna()]
    twice = persons[persons.duplicated(["nik", "kode_kemendagri", "nama"], keep=False)]
    assert twice.drop_duplicates(list(PERSON)).shape[0] in (0, twice["nik"].nunique()), "the first cannot be told"
    ordered = persons.sort_values(["kode_kemendagri", "nama", "line"], kind="stable")
    return ordered.drop_duplicates("nik").set_index("nik", drop=False)


def changes(old: Computed, new: Computed) -> dict[str, tuple[str, str | None, str | None]]:
    """NIK -> what happened, from which kelurahan, to which."""
    before = {row["nik"]: row for row in followed(old)[list(PERSON)].to_dict("records")}
    after = {row["nik"]: row for row in followed(new)[list(PERSON)].to_dict("records")}
    found: dict[str, tuple[str, str | None, str | None]] = {}
    for nik in before.keys() | after.keys():
        one, other = before.get(nik), after.get(nik)
        place_before, place_after = one and one["kode_kemendagri"], other and other["kode_kemendagri"]
        if one is None:
            found[nik] = ("masuk", None, place_after)
        elif other is None:
            found[nik] = ("keluar", place_before, None)
        elif place_before != place_after:
            found[nik] = ("pindah", place_before, place_after)
        elif one != other:
            found[nik] = ("berubah", place_before, place_after)
    return found


def _age(born: date | None, stated: int | None, day: date) -> int | None:
    if born is None:
        return stated
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born <= day else None


def _flag(values: pd.Series) -> pd.Series:
    """True where the register says yes; silence is no."""
    return values.map(lambda value: value is True)


class _Release:
    """One release against the one before it."""

    def __init__(self, release: Computed, before: Computed | None, *, is_last: bool) -> None:
        self.release, self.before, self.is_last = release, before, is_last
        self.persons = release.persons.assign(
            kecamatan=release.persons["kode_kemendagri"].str[:8],
            is_repeated=~release.persons["line"].isin(followed(release)["line"]) & release.persons["nik"].notna(),
        )
        source = str(release.manifest["source"]).upper()
        self.said = (release.period, release.period.year, release.series, source)
        self.places = [tuple(area[name] for name in _PLACE) for area in AREAS.to_dict("records")]

    def _in(self, code: str) -> pd.DataFrame:
        return self.persons[self.persons["kode_kemendagri"] == code]

    def _cards(self, code: str) -> Counter[int]:
        """How many families get how many programmes; a family gets what one of its members gets."""
        flags = pd.DataFrame({name: _flag(self.persons[name]) for name in PROGRAMMES.values()}, dtype=bool)
        here = (self.persons["kode_kemendagri"] == code) & self.persons["no_kk"].notna()
        return Counter(flags[here].groupby(self.persons["no_kk"][here]).any().sum(axis=1).tolist())

    def penduduk_terdaftar_kelurahan(self) -> list[tuple[Any, ...]]:
        total = len(self.persons)
        rows = []
        for place in self.places:
            here = self._in(place[0])
            cards = here["no_kk"].nunique()
            rows.append((*self.said, *place, self.is_last, len(here), cards, total, percent(len(here), total), False))
        return rows

    def rekonsiliasi_sk(self) -> list[tuple[Any, ...]]:
        decree = {
            (total["level"], total["kode_kemendagri"]): total["persons"]
            for total in self.release.manifest.get("control_totals", [])
        }
        manifest, rows = self.release.manifest, []
        signed = (self.is_last, manifest["sk_number"], date.fromisoformat(manifest["sk_date"]))
        for code, name in AREAS[["kode_kemendagri_kecamatan", "kecamatan"]].drop_duplicates().itertuples(index=False):
            stated, found = decree.get(("kecamatan", code)), int((self.persons["kecamatan"] == code).sum())
            rows.append((*self.said, "kecamatan", code, name, name, *signed, *_against(stated, found)))
        for place in self.places:
            if ("kelurahan", place[0]) in decree:
                stated, found = decree["kelurahan", place[0]], len(self._in(place[0]))
                rows.append((*self.said, "kelurahan", place[0], place[2], place[4], *signed, *_against(stated, found)))
        return rows

    def mutasi_kelurahan(self) -> list[tuple[Any, ...]]:
        if self.before is None:
            return []
        old = _Release(self.before, None, is_last=False)
        happened = changes(self.before, self.release).values()
        rows = []
        for place in self.places:
            code = place[0]
            earlier, later = old._in(code), self._in(code)
            counts = (
                sum(kind == "masuk" and end == code for kind, _, end in happened),
                sum(kind == "keluar" and start == code for kind, start, _ in happened),
                sum(kind == "pindah" and end == code for kind, _, end in happened),
                sum(kind == "pindah" and start == code for kind, start, _ in happened),
                sum(kind == "berubah" and end == code for kind, _, end in happened),
            )
            aside = (int(earlier["nik"].isna().sum()), int(later["nik"].isna().sum()))
            twice = (int(earlier["is_repeated"].sum()), int(later["is_repeated"].sum()))
            sums = (len(earlier), len(later), len(later) - len(earlier))
            rows.append((*self.said, self.before.period, *place, self.is_last, *sums, *counts, *aside, *twice, False))
        return rows

    def tren_rilis(self) -> list[tuple[Any, ...]]:
        kecamatan = AREAS[["kode_kemendagri_kecamatan", "kecamatan"]].drop_duplicates().itertuples(index=False)
        levels = [("kecamatan", code, name, code) for code, name in kecamatan]
        levels.append(("kabupaten/kota", CITY_CODE, "Kota Pekalongan", ""))
        rows = []
        for level, code, name, start in levels:
            count = int(self.persons["kode_kemendagri"].str.startswith(start).sum())
            old = (
                None if self.before is None else int(self.before.persons["kode_kemendagri"].str.startswith(start).sum())
            )
            period = self.before.period if self.before else None
            change = None if old is None else count - old
            figures = (count, old, change, percent(change, old), *_OF_ANOTHER_REGISTER)
            rows.append((*self.said, level, code, name, period, self.before is None, self.is_last, *figures))
        return rows

    def bansos_kelurahan(self) -> list[tuple[Any, ...]]:
        rows = []
        for programme, column in PROGRAMMES.items():
            if not self.persons[column].map(lambda value: isinstance(value, bool)).any():
                continue
            receives = _flag(self.persons[column])
            for place in self.places:
                here = self.persons["kode_kemendagri"] == place[0]
                around = self.persons["kecamatan"] == place[3]
                figures = (int((receives & here).sum()), int(here.sum()))
                wider = (int((receives & around).sum()), int(around.sum()))
                rows.append(
                    (
                        *self.said,
                        *place,
                        programme,
                        self.is_last,
                        *figures,
                        percent(*figures),
                        *wider,
                        percent(*wider),
                        False,
                    )
                )
        return rows

    def bansos_tumpang_tindih(self) -> list[tuple[Any, ...]]:
        rows = []
        for place in self.places:
            cards = self._cards(place[0])
            total = sum(cards.values())
            for programmes in range(5):
                cards_with = cards[programmes] if programmes < 4 else total - sum(cards[few] for few in range(4))
                figures = (cards_with, total)
                rows.append((*self.said, *place, programmes, self.is_last, *figures, percent(*figures), False))
        return rows

    def kualitas_nik(self) -> list[tuple[Any, ...]]:
        rows = []
        kinds = ("NIK_GANDA", "NIK_LUAR_DAERAH", "NIK_TANGGAL_BEDA", "NIK_KELAMIN_BEDA", "KK_KOSONG")
        for place in self.places:
            here = self._in(place[0])
            codes = Counter(code for line in here["line"] for code in self.release.warned.get(line, ()))
            empty, total = int(here["nik"].isna().sum()), len(here)
            matched = int(_flag(here["padan"]).sum())
            unmatched = int(here["padan"].map(lambda value: value is False).sum())
            figures = (total, empty, *(codes[kind] for kind in kinds), matched, unmatched)
            shares = (percent(empty, total), percent(unmatched, total))
            rows.append((*self.said, *place, self.is_last, *figures, *shares, False))
        return rows

    def umur_jenis_kelamin(self) -> list[tuple[Any, ...]]:
        rows = []
        for place in self.places:
            here = self._in(place[0])
            groups: Counter[tuple[int | None, str]] = Counter()
            for born, stated, sex in here[["tanggal_lahir", "umur_tahun", "jenis_kelamin"]].itertuples(index=False):
                age = _age(born, stated, self.release.period)
                start = None if age is None or age > 120 else min(age // 5 * 5, 75)
                groups[start, sex or "tidak diketahui"] += 1
            for (start, sex), count in groups.items():
                name = "tidak diketahui" if start is None else "75+" if start == 75 else f"{start:02d}-{start + 4:02d}"
                figures = (count, len(here), percent(count, len(here)))
                rows.append((*self.said, *place, name, sex, start, self.is_last, *figures, False))
        return rows

    def rilis(self) -> list[tuple[Any, ...]]:
        release, manifest = self.release, self.release.manifest
        sums = release.sums("warga")
        unit = "keluarga" if "keluarga" in release.tables else "individu"
        decree = (manifest["sk_number"], date.fromisoformat(manifest["sk_date"]))
        marks = (len(release.warned), int(self.persons["nik"].isna().sum()), percent(sums[2], sums[0]))
        state = (1, "berlaku", self.is_last)
        return [(*self.said, release.release_id, *state, *decree, release.layout, unit, *sums, *marks)]


def _against(stated: int | None, found: int) -> tuple[int | None, int, int | None, bool | None]:
    if stated is None:
        return None, found, None, None
    return stated, found, found - stated, found == stated
