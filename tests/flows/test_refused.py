"""Refused files as they are told of: newest first, from every inbox, also two of one name."""

from __future__ import annotations

import os
from pathlib import Path

from errors import InputRejectedError
from flows.steps.refused import FOLDER, REASON_SUFFIX, move_out, refused_files


def test_refused_files_of_every_inbox_newest_first(tmp_path: Path) -> None:
    registry, programmes = tmp_path / "registry", tmp_path / "programmes"
    for at, (inbox, name) in enumerate([(registry, "a.csv"), (programmes, "a.csv"), (registry, "b[1].csv")]):
        inbox.mkdir(exist_ok=True)
        (inbox / name).write_text("isi")
        move_out(inbox / name, InputRejectedError("Berkas kosong.", where=name))
        os.utime(inbox / FOLDER / f"{name}{REASON_SUFFIX}", (at * 86_400, at * 86_400))
    found = refused_files(registry, programmes)
    assert [(file["file"], file["folder"], file["refused_at"], file["reason"]) for file in found] == [
        ("b[1].csv", str(registry / FOLDER), "1970-01-03T00:00:00+00:00", "Berkas kosong. [b[1].csv]"),
        ("a.csv", str(programmes / FOLDER), "1970-01-02T00:00:00+00:00", "Berkas kosong. [a.csv]"),
        ("a.csv", str(registry / FOLDER), "1970-01-01T00:00:00+00:00", "Berkas kosong. [a.csv]"),
    ]
    assert refused_files(tmp_path / "tidak-ada") == []
