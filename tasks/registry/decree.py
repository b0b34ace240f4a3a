"""What the decree says of a release against what was accepted of it. Pure; it decides nothing: tasks/registry/gates.py
does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.registry.gates import accepted_in
from tasks.registry.manifest import ReleaseManifest


def against_control_totals(
    manifest: ReleaseManifest, accepted_by_area: Mapping[str, int], area_names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A row per area of the decree, in its order; what was accepted is None where `accepted_by_area` is empty.

    Args:
        accepted_by_area: code of a kelurahan -> accepted persons.
        area_names: code of a kecamatan or kelurahan -> its name.
    """
    rows = []
    for total in manifest.control_totals:
        accepted = accepted_in(total.kode_kemendagri, accepted_by_area) if accepted_by_area else None
        rows.append(
            {
                "tingkat": total.level,
                "kode_kemendagri": total.kode_kemendagri,
                "nama_wilayah": area_names.get(total.kode_kemendagri, total.kode_kemendagri),
                "jumlah_sk_jiwa": total.persons,
                "jumlah_diterima_jiwa": accepted,
                "selisih_jiwa": None if accepted is None else accepted - total.persons,
            }
        )
    return rows
