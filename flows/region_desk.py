"""What a person does once to bring the system to another kabupaten or kota: a settings file, a folder of tables, and
the check of these. Takes no lock and touches no data."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from errors import DampinganError, UsageError
from flows.steps.job import region_of
from flows.steps.statistics import open_client
from settings import Settings
from tasks.region.checking import findings, still_empty
from tasks.region.folder import SETTINGS_FILE, known_name, write_region

_FIRST_CITY = "71"
"""Codes of a kota begin here within a province; those below are kabupaten."""


def prepare_region(code: str, *, into: Path | None, name: str | None) -> dict[str, Any]:
    """Write the settings file and the tables of the kabupaten or kota with BPS code `code`.

    Args:
        into: the folder for both; `wilayah-<code>` in the current one when left out.
        name: without it the name the program knows, else the one BPS says when there is a key.

    Returns:
        `name`, `settings_file`, `folder`, `to_do` (what is still empty) and `findings` (what is wrong, as texts).

    Raises:
        UsageError: the code or the name cannot be, or something is there already.
    """
    if not re.fullmatch(r"[0-9]{4}", code) or code.endswith("00"):
        raise UsageError(
            f"Domain {code[:20]} bukan kode BPS kabupaten atau kota.",
            next_step="Sebut 4 angka, misalnya --domain 3326.",
        )
    name = name or known_name(code) or _name_at_bps(code)
    if name is None:
        raise UsageError(f"Nama wilayah {code} tidak diketahui.", next_step='Sebut --name "Kabupaten ...".')
    if not re.fullmatch(r"(Kabupaten|Kota) [^'\r\n]+", name):
        raise UsageError(
            "Nama wilayah harus diawali Kabupaten atau Kota.", next_step='Misalnya --name "Kabupaten Contoh Raya".'
        )
    folder = into or Path(f"wilayah-{code}")
    region = write_region(folder, code=code, name=name)
    return {
        "code": code,
        "name": name,
        "settings_file": str(folder / SETTINGS_FILE),
        "folder": str(region.folder),
        "to_do": still_empty(region),
        "findings": [str(found) for found in findings(region)],
    }


def check_region() -> dict[str, Any]:
    """The tables that the settings name: `name`, `folder`, `to_do`, and `findings` with `file`, `line`, `column`,
    `text`."""
    region = region_of(Settings())
    found = [asdict(each) | {"sentence": str(each)} for each in findings(region)]
    return {"name": region.name, "folder": str(region.folder), "to_do": still_empty(region), "findings": found}


def _name_at_bps(code: str) -> str | None:
    """None without a key, or when BPS does not answer or know the code."""
    try:
        with open_client(Settings(), sample=False) as client:
            offices = client.domains(f"{code[:2]}00") if client is not None else []
    except DampinganError:
        return None
    found = next((office.domain_name for office in offices if office.domain_id == code), None)
    if found is None or found.startswith(("Kabupaten ", "Kota ")):
        return found
    return f"{'Kota' if code[2:] >= _FIRST_CITY else 'Kabupaten'} {found}"
