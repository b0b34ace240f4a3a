"""What every step of a run has in common: settings, folders, journal, and the problems met on the way."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from logging.handlers import RotatingFileHandler
from pathlib import Path

from errors import BusyError, CheckFailedError, DampinganError, UsageError
from expectations.model import SuiteResult
from settings import LOCAL_TIME_ZONE, Settings, code_version
from tasks.inbox import look_into
from tasks.reference import Areas, Region
from tasks.region.checking import require_sound
from warehouse.journal import Journal
from warehouse.lock import writer_lock
from warehouse.publication import current_manifest, remove_unfinished
from warehouse.raw import RawStore

logger = logging.getLogger("dampingan")


@dataclass(slots=True, frozen=True)
class Problem:
    """Something that was left out of this run, and why; the rest went on."""

    subject: str
    paragraph: str
    exit_code: int


class Job:
    """One run over a data home whose writer it holds."""

    def __init__(self, settings: Settings, *, run_id: str, started_at: datetime) -> None:
        self.settings = settings
        self.home = settings.home_folders
        self.run_id = run_id
        self.started_at = started_at
        self.version = code_version()
        self.journal = Journal(self.home.journal_file, run_id=run_id, code_version=self.version)
        self.raw = RawStore(self.home.raw)
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.statistics: dict[str, int] = {}
        self.results: list[SuiteResult] = []

    @property
    def today(self) -> date:
        """The day on which the run began, where the city is: an SK of today is no SK of tomorrow."""
        return self.started_at.astimezone(LOCAL_TIME_ZONE).date()

    def finished_files(self, inbox: Path) -> list[Path]:
        """Files of a drop folder that nobody writes to any more; a notice names the others."""
        found = look_into(inbox, settle_seconds=self.settings.inbox_settle_seconds)
        self.notices.extend(
            f"{file.name} masih ditulis; diambil pada pembaruan berikutnya." for file in found.unfinished
        )
        return found.ready

    @cached_property
    def region(self) -> Region:
        return region_of(self.settings)

    @property
    def areas(self) -> Areas:
        return self.region.areas

    @contextmanager
    def collecting(self, subject: str) -> Iterator[None]:
        """What goes wrong with one submission or source is noted, and the run goes on with the others."""
        try:
            yield
        except BusyError:
            raise
        except DampinganError as fault:
            self.note(subject, fault)

    def note(self, subject: str, fault: DampinganError) -> None:
        logger.warning("%s: %s", subject, fault.paragraph)
        self.problems.append(Problem(subject, fault.paragraph, fault.exit_code))

    @property
    def may_publish(self) -> bool:
        """Whether all that was taken in is sound: nothing failed a check, nothing broke the program."""
        return not any(
            problem.exit_code in (DampinganError.exit_code, CheckFailedError.exit_code) for problem in self.problems
        )

    @property
    def exit_code(self) -> int:
        """The gravest of the problems: a fault of ours, then a failed check, then what waits or was refused."""
        codes = {problem.exit_code for problem in self.problems}
        for code in (DampinganError.exit_code, CheckFailedError.exit_code):
            if code in codes:
                return code
        return max(codes, default=0)


def region_of(settings: Settings) -> Region:
    """Our kabupaten or kota with its tables."""
    return Region(settings.kode_wilayah, settings.nama_wilayah, settings.reference_folder)


def new_run_id(at: datetime) -> str:
    """Unique and in order of time, e.g. `20221124T024512-3f9a`."""
    return f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


@contextmanager
def _log_file(job: Job) -> Iterator[None]:
    """Steps, notices and problems of the run, without any value of a person, in `log/dampingan.log`."""
    handler = RotatingFileHandler(job.home.log / "dampingan.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8")
    handler.setFormatter(logging.Formatter(f"%(asctime)s {job.run_id} %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.info("Mulai, versi %s", job.version)
    try:
        yield
        for notice in job.notices:
            logger.info(notice)
    except DampinganError as fault:
        logger.error(fault.paragraph)
        raise
    finally:
        logger.info("Selesai")
        logger.removeHandler(handler)
        handler.close()


def _require_own_home(job: Job) -> None:
    """Two regions in one home would be published as one."""
    published = current_manifest(job.home)
    if published is not None and (code := published["area"]["kode_bps"]) != job.region.code:
        raise UsageError(
            f"Rumah data ini milik wilayah {code} ({published['area']['nama']}), bukan {job.region.code}.",
            where=str(job.home.root),
            next_step="Pakai rumah data lain dengan setelan DAMPINGAN_HOME, atau perbaiki DAMPINGAN_KODE_WILAYAH.",
        )


@contextmanager
def open_job(settings: Settings) -> Iterator[Job]:
    """Take the writer, clear what a killed run left, and begin a run. Nothing stays staged after it.

    Raises:
        BusyError: another run holds the writer.
        InputRejectedError: a table of the region is wrong.
        UsageError: the home is another region's.
    """
    home = settings.home_folders
    home.create()
    with writer_lock(home.writer_lock):
        RawStore(home.raw).remove_leftovers()
        remove_unfinished(home)
        _empty(home.staging)
        now = datetime.now(UTC)
        job = Job(settings, run_id=new_run_id(now), started_at=now)
        try:
            with _log_file(job):
                require_sound(job.region)
                _require_own_home(job)
                yield job
        finally:
            _empty(home.staging)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
