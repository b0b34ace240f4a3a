"""What an SK states against what was accepted."""

from __future__ import annotations

from tasks.registry.decree import against_control_totals
from tasks.registry.manifest import ReleaseManifest, parse_manifest


def manifest() -> ReleaseManifest:
    totals = [
        {"level": "kecamatan", "kode_kemendagri": "33.75.01", "persons": 10},
        {"level": "kelurahan", "kode_kemendagri": "33.75.01.1001", "persons": 4},
    ]
    content = {"source": "dtks", "area": "3375", "period": "2022-04", "sk_number": "1", "sk_date": "2022-04-04"}
    return parse_manifest(content | {"control_totals": totals}, where="x")


def test_each_area_of_the_decree_against_its_accepted_rows() -> None:
    accepted = {"33.75.01.1001": 5, "33.75.01.1002": 3, "33.75.02.1001": 100}
    rows = against_control_totals(manifest(), accepted, {"33.75.01": "Barat"})
    found = [(row["nama_wilayah"], row["jumlah_diterima_jiwa"], row["selisih_jiwa"]) for row in rows]
    assert found == [("Barat", 8, -2), ("33.75.01.1001", 5, 1)]


def test_what_was_accepted_may_be_unknown() -> None:
    rows = against_control_totals(manifest(), {}, {})
    assert {(row["jumlah_diterima_jiwa"], row["selisih_jiwa"]) for row in rows} == {(None, None)}
