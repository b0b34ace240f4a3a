"""Every setting of the system, in one typed place. Environment: `DAMPINGAN_<NAME>`; the table in
docs/settings.md is written from these fields."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from errors import UsageError

PROJECT_ROOT = Path(__file__).resolve().parent
LOCAL_TIME_ZONE = ZoneInfo("Asia/Jakarta")


def local_time(moment: datetime) -> str:
    """A moment as people here write it: `24-11-2026 11.42 WIB`."""
    return f"{moment.astimezone(LOCAL_TIME_ZONE):%d-%m-%Y %H.%M} WIB"


@cache
def code_version() -> str:
    """Version of the program, with the commit when it runs from a checkout: `0.1.0+g1a2b3c4`."""
    try:
        commit = subprocess.run(
            ["git", "-C", str(PROJECT_ROOT), "rev-parse", "--short", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
            timeout=5,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return version("dampingan")
    return f"{version('dampingan')}+g{commit}"


class Home:
    """The folders of a data home; see docs/architecture.md. Everything in it is private (0700)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbox_registry = root / "inbox" / "registry"
        self.inbox_programmes = root / "inbox" / "programmes"
        self.raw = root / "raw"
        self.staging = root / "staging"
        self.warehouse_file = root / "warehouse" / "warehouse.duckdb"
        self.published = root / "published"
        self.current = self.published / "current"
        self.current_database = self.published / "current.duckdb"
        self.data_docs = root / "log" / "data-docs"
        self.log = root / "log"
        self.backup = root / "backup"
        self.journal_file = root / "journal.sqlite"
        self.writer_lock = root / "writer.lock"
        self.sample_marker = root / "contoh.json"
        self.sample_truth = root / "contoh-kebenaran.json"
        self.person_key_file = root / "keys" / "person.key"

    def create(self) -> None:
        """Make every folder, private. Harmless when they exist. Raises UsageError where they cannot be."""
        try:
            for folder in self._folders:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as fault:
            raise UsageError(
                "Folder data tidak dapat dibuat atau ditulisi.",
                where=str(fault.filename or self.root),
                next_step="Beri izin menulis di sana, atau pilih folder lain dengan setelan DAMPINGAN_HOME.",
            ) from None
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise UsageError(
                "Folder data tidak dapat ditulisi.",
                where=str(self.root),
                next_step="Beri izin menulis di sana, atau pilih folder lain dengan setelan DAMPINGAN_HOME.",
            )

    @property
    def _folders(self) -> tuple[Path, ...]:
        return (
            self.root,
            self.inbox_registry.parent,
            self.inbox_registry,
            self.inbox_programmes,
            self.raw,
            self.staging,
            self.warehouse_file.parent,
            self.published,
            self.log,
            self.backup,
            self.person_key_file.parent,
        )


_PREFIX = "DAMPINGAN_"
_KINDS = {int: "bilangan bulat", float: "angka (pecahan dengan titik)", bool: "true atau false"}
_BOUNDS = {"ge": "paling kecil {}", "gt": "lebih dari {}", "le": "paling besar {}"}


class Settings(BaseSettings):
    """Settings of one city's installation. Raises UsageError naming every setting that cannot be, never its value."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=".env", extra="ignore", hide_input_in_errors=True)

    home: Path = Field(Path("var"), description="Folder that holds all data: raw files, warehouse, publications.")
    kode_wilayah: Annotated[str, Field(pattern=r"^\d{4}$")] = Field(
        "3375", description="BPS code (4 digits) of the kabupaten or kota this installation serves."
    )
    nama_wilayah: str = Field("Kota Pekalongan", description="Name of that kabupaten or kota.")
    reference: Path | None = Field(
        None,
        description="Folder with the reference tables of that kabupaten or kota; `dampingan init` makes one. "
        "Without it `reference/wilayah/<kode_wilayah>` of the program.",
    )
    bps_api_key: SecretStr | None = Field(
        None, description="Key of the BPS WebAPI; without it no statistics are pulled."
    )
    bps_url: str = Field("https://webapi.bps.go.id/v1/api", description="Base address of the BPS WebAPI.")
    bps_timeout_seconds: float = Field(30.0, gt=0, description="Time limit of one request to BPS.")
    bps_attempts: int = Field(4, ge=1, description="How often a request to BPS is tried in all.")
    bps_requests_per_second: float = Field(2.0, gt=0, description="BPS is asked no faster than this.")
    comparison_areas: Annotated[str, Field(pattern=r"^(\d{4}(,\d{4})*)?$")] = Field(
        "0000,3300,3325,3326",
        description="BPS codes (4 digits, commas between) whose statistics are pulled for comparison.",
    )
    first_statistics_year: int = Field(2005, ge=1990, description="First year for which statistics are pulled.")
    inbox_settle_seconds: float = Field(
        5.0, ge=0, description="A file in a drop folder is taken when it has not changed for this long."
    )
    inbox_grace_seconds: float = Field(
        600.0, ge=0, description="How long a register file in the drop folder may lie there without its manifest."
    )
    debug: bool = Field(False, description="Show library errors in full. They may quote rows: never on a shared log.")
    memory_limit: str = Field("1GB", description="Memory DuckDB may use before it spills to disk.")
    threads: int = Field(os.cpu_count() or 1, ge=1, description="Threads DuckDB may use.")
    change_share_for_approval: float = Field(
        0.2, gt=0, description="A release that grows or shrinks by more than this share waits for approval."
    )
    truncated_nik_share_for_approval: float = Field(
        0.3,
        gt=0,
        le=1,
        description="A file in which more than this share of NIKs end in 0 waits for approval.",
    )
    malformed_share_limit: float = Field(
        0.05, ge=0, le=1, description="A file in which more than this share of lines is malformed is refused."
    )
    rounding_base: int = Field(5, ge=1, description="Small counts are rounded to a multiple of this.")
    suppression_threshold: int = Field(5, ge=1, description="Counts from 1 up to below this are not published.")
    keep_generations: int = Field(5, ge=1, description="How many publications stay for a rollback.")

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as fault:
            wrong = sorted({str(error["loc"][0]) for error in fault.errors() if error["loc"]})
        else:
            return
        allowed = "; ".join(
            f"{_PREFIX}{name.upper()} harus {_allowed(type(self).model_fields[name])}" for name in wrong
        )
        raise UsageError(
            f"Setelan tidak dapat dipakai: {allowed}.",
            where="lingkungan atau berkas .env",
            next_step="Perbaiki di sana, lalu ulangi; semua setelan ada di docs/settings.md.",
        )

    @property
    def statistics_areas(self) -> tuple[str, ...]:
        """The areas whose statistics are pulled: our own first, each once."""
        return tuple(dict.fromkeys([self.kode_wilayah, *filter(None, self.comparison_areas.split(","))]))

    @property
    def reference_folder(self) -> Path:
        """The tables of our kabupaten or kota."""
        if self.reference is not None:
            return self.reference.expanduser().resolve()
        return PROJECT_ROOT / "reference" / "wilayah" / self.kode_wilayah

    @property
    def as_environment(self) -> dict[str, str]:
        """What was set, here or in the settings file, as variables for a process that starts in another folder."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        texts = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in given.items()
            if value is not None
        }
        folders = {"home": self.home_folders.root}
        if self.reference is not None:
            folders["reference"] = self.reference_folder
        return {f"{_PREFIX}{name.upper()}": str(value) for name, value in (texts | folders).items()}

    @cached_property
    def home_folders(self) -> Home:
        return Home(self.home.expanduser().resolve())


def _allowed(field: FieldInfo) -> str:
    """What a setting may be: its kind, its bounds, or an example where it has a pattern."""
    parts = [_KINDS[field.annotation]] if field.annotation in _KINDS else []
    for rule in field.metadata:
        parts += [text.format(getattr(rule, name)) for name, text in _BOUNDS.items() if hasattr(rule, name)]
        if getattr(rule, "pattern", None):
            parts.append(f"berbentuk seperti {field.default}")
    return ", ".join(parts) or "diisi dengan benar"
