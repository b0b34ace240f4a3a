"""What makes a release wait for a person: sizes and totals that may be right but must not pass unseen. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from babel.numbers import format_decimal

from errors import number
from tasks.registry.accounts import StagedRelease
from tasks.registry.manifest import ReleaseManifest

_FARTHEST_DECREE_DAYS = 366


def reasons_to_wait(
    staged: StagedRelease,
    manifest: ReleaseManifest,
    *,
    previous_accepted: int | None,
    change_share: float,
    truncated_nik_share: float,
    area_names: Mapping[str, str],
) -> list[str]:
    """Sentences in Bahasa Indonesia; empty when the release may go on.

    Args:
        previous_accepted: accepted rows of the release in force before this one, if any.
        change_share: how much the number of accepted rows may change.
        truncated_nik_share: how many NIKs may end in 0 before the file looks cut to 15 digits by Excel.
        area_names: code of a kecamatan or kelurahan -> its name.
    """
    reasons = []
    accepted = staged.accounting.accepted
    if previous_accepted and abs(accepted - previous_accepted) > change_share * previous_accepted:
        change = (accepted - previous_accepted) / previous_accepted * 100
        reasons.append(
            f"Jumlah baris diterima berubah {format_decimal(change, '+0.0;-0.0', 'id_ID')} % dari rilis sebelumnya "
            f"({number(previous_accepted)} menjadi {number(accepted)})."
        )
    if abs((manifest.sk_date - manifest.period_start).days) > _FARTHEST_DECREE_DAYS:
        reasons.append(
            f"Tanggal SK ({manifest.sk_date:%d-%m-%Y}) dan periode ({manifest.period}) terpaut lebih dari setahun."
        )
    scientific = staged.rejected_by.get("NIK_ILMIAH", 0)
    damaged, with_nik = staged.niks_ending_in_zero + scientific, accepted - staged.without_nik + scientific
    if with_nik and damaged > truncated_nik_share * with_nik:
        reasons.append(
            f"{number(damaged)} dari {number(with_nik)} NIK berakhir dengan 0 atau tersimpan sebagai angka; berkas "
            "ini mungkin dipotong Excel menjadi 15 angka."
        )
    for total in manifest.control_totals:
        counted = accepted_in(total.kode_kemendagri, staged.accepted_by_area)
        if counted != total.persons:
            name = area_names.get(total.kode_kemendagri, total.kode_kemendagri)
            reasons.append(
                f"Total SK untuk {name} adalah {number(total.persons)} jiwa, yang diterima {number(counted)} "
                f"(selisih {format_decimal(counted - total.persons, '+#,##0;-#,##0', 'id_ID')})."
            )
    return reasons


def accepted_in(code: str, accepted_by_area: Mapping[str, int]) -> int:
    """Accepted rows in the kelurahan with this code, or in all kelurahan of the kecamatan with this code."""
    return sum(persons for area, persons in accepted_by_area.items() if area == code or area.startswith(f"{code}."))
