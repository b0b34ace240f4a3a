"""Known errors of a source: which rows are changed, that they are marked, and that the guard fails when it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from errors import DampinganError, InputRejectedError
from tasks.registry.corrections import CORRECTION_FOLDER, Correction, load_corrections
from tests.tasks.registry.rows import HEADER, accepted_rows, decoded, line, staged_text

KNOWN = {
    "id": "kecamatan-keliru",
    "reason": "Ekspor menulis kecamatan yang salah.",
    "source": "Surat 1",
    "status": "aktif",
    "column": "kecamatan",
    "equals": "PEKALONGAN UTARA",
    "action": "set",
    "value": "PEKALONGAN SELATAN",
    "rows": 2,
}
ROWS = [line(kecamatan=" PEKALONGAN UTARA "), line(kecamatan="PEKALONGAN UTARA"), line()]


def staged(folder: Path, *changes: dict[str, Any]) -> Any:
    folder.mkdir(exist_ok=True)
    corrections = tuple(Correction.model_validate(KNOWN | change) for change in changes)
    return staged_text("\n".join([HEADER, *ROWS]) + "\n", folder, corrections=corrections)


def test_a_known_error_is_corrected_marked_and_written_down(tmp_path: Path) -> None:
    before = [decoded(row["peringatan"], "peringatan") for row in accepted_rows(staged(tmp_path / "a"))]
    assert before == [{"KECAMATAN_BEDA"}] * 2 + [set()]
    release = staged(tmp_path / "b", {})
    assert [decoded(row["peringatan"], "peringatan") for row in accepted_rows(release)] == [{"DIKOREKSI"}] * 2 + [set()]
    assert [(known.id, known.rows) for known in release.corrections] == [("kecamatan-keliru", 2)]


def test_a_row_may_be_named_by_its_line_and_a_value_cleared(tmp_path: Path) -> None:
    change = {"column": "alamat", "equals": None, "lines": (3,), "action": "clear", "value": None, "rows": 1}
    rows = accepted_rows(staged(tmp_path, change))
    assert [row["alamat"] for row in rows] == ["JL. CONTOH 1", None, "JL. CONTOH 1"]


def test_corrections_are_made_one_after_the_other(tmp_path: Path) -> None:
    second = {"id": "kedua", "equals": "PEKALONGAN SELATAN", "value": "PEKALONGAN TIMUR", "rows": 3}
    rows = accepted_rows(staged(tmp_path, {}, second))
    assert [decoded(row["peringatan"], "peringatan") for row in rows] == [{"DIKOREKSI", "KECAMATAN_BEDA"}] * 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_guard_refuses_a_file_whose_error_is_another(rows: int, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match=f"seharusnya mengenai {rows} baris, tetapi mengenai 2") as refused:
        staged(tmp_path, {"rows": rows})
    assert "corrections" in refused.value.next_step


def test_a_column_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="kolom desil, yang tidak ada"):
        staged(tmp_path, {"column": "desil"})


@pytest.mark.parametrize(
    "change",
    [{"lines": (1,)}, {"equals": None}, {"value": None}, {"action": "clear"}, {"rows": 0}, {"reason": " "}, {"x": 1}],
)
def test_an_incomplete_correction_is_no_correction(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Correction.model_validate(KNOWN | change)


def _file(folder: Path, name: str, head: str, status: str = "aktif") -> None:
    fields = {key: value for key, value in KNOWN.items() if key != "status"}
    body = "\n".join(f"{key} = {value!r}" for key, value in fields.items())
    (folder / name).write_text(f"{head}\n[[correction]]\nstatus = '{status}'\n{body}\n", encoding="utf-8")


def test_only_active_corrections_of_the_release_and_its_bytes_are_loaded(tmp_path: Path) -> None:
    _file(tmp_path, "a.toml", "release = 'dtks-3375-2022-04'")
    _file(tmp_path, "b.toml", "release = 'dtks-3375-2022-04'\nsha256 = 'ff'")
    _file(tmp_path, "c.toml", "release = 'dtks-3375-2022-04'", status="selesai")
    _file(tmp_path, "d.toml", "release = 'dtks-3375-2021-10'")
    assert len(load_corrections("dtks-3375-2022-04", ["00"], tmp_path)) == 1
    assert len(load_corrections("dtks-3375-2022-04", ["ff"], tmp_path)) == 2
    assert load_corrections("dtks-3375-2020-01", [], tmp_path) == ()


def test_lines_are_named_only_of_certain_bytes(tmp_path: Path) -> None:
    fields = "\n".join(f"{key} = {value!r}" for key, value in KNOWN.items() if key != "equals")
    body = f"[[correction]]\nlines = [3, 4]\n{fields}\n"
    (tmp_path / "a.toml").write_text(f"release = 'r'\nsha256 = 'ff'\n{body}", encoding="utf-8")
    assert len(load_corrections("r", ["ff"], tmp_path)) == 1
    (tmp_path / "a.toml").write_text(f"release = 'r'\n{body}", encoding="utf-8")
    with pytest.raises(DampinganError, match="lines hanya bersama sha256"):
        load_corrections("r", ["ff"], tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"release = 'r'\nsha256 = \n",
            r"bukan TOML yang benar\. \[corrections/a\.toml, baris 2, kolom 10\]",
        ),
        (b"release = 'r", r"bukan TOML yang benar\. \[corrections/a\.toml, "),
        (b"release = 'r'\n", r"correction: belum diisi\. \[corrections/a\.toml\]"),
        (b"release = 'r'\ncorrection = []\nlain = 3375044107990017\n", r"lain: tidak dikenal\."),
        (
            b"release = 'r'\n[[correction]]\nid = ''\n",
            r"correction\.0\.id: kosong; correction\.0\.reason: belum diisi; ",
        ),
        (b"release = '\xe9'\n", "bukan teks UTF-8"),
    ],
)
def test_a_file_of_corrections_that_is_wrong_says_where(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(DampinganError, match=said) as caught:
        load_corrections("r", ["ff"], tmp_path)
    assert "3375044107990017" not in caught.value.paragraph


def test_the_corrections_that_are_shipped_can_be_read() -> None:
    assert load_corrections("tidak-ada", [], CORRECTION_FOLDER) == ()
