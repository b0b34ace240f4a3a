"""Decides whether a report that could be read may also be loaded. Pure."""

from __future__ import annotations

from errors import InputRejectedError
from tasks.programmes.findings import shortened
from warehouse.programmes import StagedReport


def require_acceptable(report: StagedReport, *, in_force: str | None) -> None:
    """A report must have an accepted row; one that replaces another must not have more rejected rows than accepted.

    Args:
        in_force: id of the version that `report` would replace; None when there is none.

    Raises:
        InputRejectedError: with the reasons of the rows.
    """
    rejected, accepted = report.accounting.rejected, report.accounting.accepted
    if accepted == 0:
        what = f"Semua {rejected} baris kegiatan ditolak; laporan ini tidak dimuat."
    elif in_force is not None and rejected > accepted:
        what = (
            f"{rejected} dari {rejected + accepted} baris kegiatan ditolak, lebih dari separuh; laporan ini tidak "
            f"dimuat dan {in_force} tetap berlaku."
        )
    else:
        return
    reasons = " ".join(shortened(report.findings))
    raise InputRejectedError(
        what, where=report.file_name, next_step=f"Perbaiki yang berikut, lalu kirim lagi: {reasons}"
    )
