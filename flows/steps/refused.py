"""Where a refused file goes: a folder beside its inbox, with a text that says why. Its sender finds both there."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from errors import DampinganError
from tasks.inbox import manifest_beside

FOLDER = "ditolak"
REASON_SUFFIX = ".alasan.txt"


def move_out(file: Path, fault: DampinganError) -> None:
    """Move a file, and its manifest if it has one, out of the inbox."""
    folder = _folder(file.parent)
    _write_reason(folder, file.name, fault)
    for path in (manifest_beside(file), file):
        if path.exists():
            shutil.move(path, folder / path.name)


def give_back(
    inbox: Path, file_name: str, stored: Path, fault: DampinganError, *, manifest: dict[str, Any] | None = None
) -> None:
    """Put a copy of the stored bytes of a file that was already taken out of the inbox, and of its manifest."""
    folder = _folder(inbox)
    _write_reason(folder, file_name, fault)
    copy = folder / file_name
    if manifest is not None:
        manifest_beside(copy).write_text(json.dumps(manifest, indent=2, ensure_ascii=False), encoding="utf-8")
    unfinished = folder / f".{file_name}"
    shutil.copyfile(stored, unfinished)
    unfinished.replace(copy)


def refused_files(*inboxes: Path) -> list[dict[str, Any]]:
    """The files that lie refused beside these inboxes, newest first: `file`, `folder`, `refused_at` and `reason`."""
    notes = [path for inbox in inboxes for path in (inbox / FOLDER).glob(f"*{REASON_SUFFIX}")]
    found = [
        {
            "file": note.name.removesuffix(REASON_SUFFIX),
            "folder": str(note.parent),
            "refused_at": datetime.fromtimestamp(note.stat().st_mtime, UTC).isoformat(timespec="seconds"),
            "reason": note.read_text("utf-8").strip(),
        }
        for note in notes
    ]
    return sorted(found, key=itemgetter("refused_at"), reverse=True)


def _folder(inbox: Path) -> Path:
    folder = inbox / FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _write_reason(folder: Path, file_name: str, fault: DampinganError) -> None:
    (folder / f"{file_name}{REASON_SUFFIX}").write_text(f"{fault.paragraph}\n", encoding="utf-8")
