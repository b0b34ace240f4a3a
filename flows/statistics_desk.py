"""What a person does with the statistics beside a refresh: look for variables, verify the catalogue, let values pass.

Looking at BPS takes no lock and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from errors import UsageError
from flows.steps.job import open_job
from flows.steps.statistics import apply_approvals, open_client, record_approval
from settings import Settings
from tasks.reference import REFERENCE_FOLDER
from tasks.statistics.catalogue import load_catalogue
from tasks.statistics.client import BpsClient
from tasks.statistics.discovery import found_variables
from tasks.statistics.verification import verify_catalogue
from warehouse.connection import open_read_only, open_warehouse
from warehouse.statistics import WaitingValue, waiting_values


def discover(words: str, domains: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The variables, press releases and static tables of `domains` (our city, its province and the country when left
    out) whose title has all of `words`.

    Keys: `kind`, `domain`, `id`, `title`, `unit`, `subject`, `date`; texts are empty where a kind has none.
    Raises UsageError without a key or without a word.
    """
    settings = Settings()
    if not words.strip():
        raise UsageError("Kata yang dicari kosong.", next_step="Sebut satu kata atau lebih, misalnya: pengangguran.")
    own = settings.kode_wilayah
    with _asking(settings) as client:
        return [found.as_row() for found in found_variables(client, domains or (own, f"{own[:2]}00", "0000"), words)]


def verify() -> list[dict[str, Any]]:
    """What BPS says of every table of the catalogue, and where an unknown one may be.

    Keys: `indicator`, `domain`, `variable` (None where it is unknown), `sureness`, `state` (`cocok`, `berbeda`,
    `belum diketahui`), `label`, `unit`, `years`, `problem`, `candidates`. Raises UsageError without a key.
    """
    settings = Settings()
    with _asking(settings) as client:
        catalogue = load_catalogue(REFERENCE_FOLDER, settings.reference_folder)
        rows = verify_catalogue(client, catalogue, settings.statistics_areas)
        return [row.as_row() for row in rows]


def list_waiting() -> list[dict[str, Any]]:
    """The values that wait for a person. Keys: `id`, `indicator`, `area`, `year`, `source`, `value`, `counting`,
    `reason`."""
    home = Settings().home_folders
    if not home.warehouse_file.exists():
        return []
    with open_read_only(home.warehouse_file) as connection:
        return [_as_row(value) for value in waiting_values(connection)]


def approve(value_ids: Sequence[str], *, reason: str, by: str) -> list[dict[str, Any]]:
    """Let waiting values pass; returns them. Raises UsageError when one of the ids does not wait."""
    with open_job(Settings()) as job:
        with open_warehouse(job.settings) as connection:
            waiting = {value.id: value for value in waiting_values(connection)}
        if unknown := [value_id for value_id in value_ids if value_id not in waiting]:
            raise UsageError(
                f"Tidak sedang menunggu persetujuan: {', '.join(unknown)}.",
                next_step="Lihat daftarnya dengan `dampingan statistics waiting`.",
            )
        chosen = [waiting[value_id] for value_id in dict.fromkeys(value_ids)]
        for value in chosen:
            record_approval(job.journal, value.id, value.value, reason=reason, by=by)
        apply_approvals(job)
        return [_as_row(value) for value in chosen]


def _as_row(waiting: WaitingValue) -> dict[str, Any]:
    value = waiting.value
    return {
        "id": waiting.id,
        "indicator": value.indikator,
        "area": value.kode_wilayah,
        "year": value.tahun,
        "source": value.sumber,
        "value": value.nilai,
        "counting": waiting.counting,
        "reason": waiting.reason,
    }


@contextmanager
def _asking(settings: Settings) -> Iterator[BpsClient]:
    is_sample = settings.home_folders.sample_marker.exists()
    with open_client(settings, sample=is_sample) as client:
        if client is None:
            raise UsageError(
                "Kunci API BPS belum diisi, jadi WebAPI BPS tidak dapat ditanya.",
                next_step="Isi setelan DAMPINGAN_BPS_API_KEY; kunci diminta di webapi.bps.go.id.",
            )
        yield client
