"""Where a refused file goes: a folder beside its inbox, with a text that says why. Its sender finds both there."""

from __future__ import annotations

import shutil
from pathlib import Path

from errors import DampinganError

FOLDER = "ditolak"
REASON_SUFFIX = ".alasan.txt"


def move_out(file: Path, fault: DampinganError) -> None:
    """Move a file, and its manifest if it has one, out of the inbox."""
    for companion in file.parent.glob(f"{file.name}*"):
        shutil.move(companion, _folder(file.parent) / companion.name)
    _write_reason(file.parent, file.name, fault)


def give_back(inbox: Path, file_name: str, stored: Path, fault: DampinganError) -> None:
    """Put a copy of the stored bytes of a file that was already taken out of the inbox."""
    shutil.copyfile(stored, _folder(inbox) / file_name)
    _write_reason(inbox, file_name, fault)


def reasons(*inboxes: Path) -> list[str]:
    """Names of the files that lie refused beside these inboxes."""
    return sorted(
        path.name.removesuffix(REASON_SUFFIX)
        for inbox in inboxes
        for path in (inbox / FOLDER).glob(f"*{REASON_SUFFIX}")
    )


def _folder(inbox: Path) -> Path:
    folder = inbox / FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _write_reason(inbox: Path, file_name: str, fault: DampinganError) -> None:
    (_folder(inbox) / f"{file_name}{REASON_SUFFIX}").write_text(f"{fault.paragraph}\n", encoding="utf-8")
