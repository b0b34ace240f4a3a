"""The exact bytes of lines in the raw store, whatever their text became."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.registry.raw_lines import RawLine, raw_lines, raw_lines_of_table
from tasks.registry.sniffing import sniff_text, write_utf8

BROKEN = b"3375|SITI \xe9\xff|JENGGOT\r"
CONTENT = b"NIK|NAMA|KELURAHAN\n" + "1|ÉLISA|A\n".encode() + BROKEN + b"\n\x1a|\n"


def test_the_bytes_of_a_line_and_where_they_stand() -> None:
    found = raw_lines(io.BytesIO(CONTENT), [4, 3, 9])
    assert found == {3: RawLine(CONTENT.index(BROKEN), BROKEN), 4: RawLine(CONTENT.index(b"\x1a"), b"\x1a|")}
    assert raw_lines(io.BytesIO(CONTENT), []) == {}


@given(lines=st.lists(st.binary(max_size=8).filter(lambda line: b"\n" not in line), min_size=1, max_size=8))
def test_a_line_is_found_by_the_number_that_it_has_in_the_text(
    lines: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("baris") / "a.csv"
    content = b"kepala\n" + b"\n".join(lines) + b"\n"
    file.write_bytes(content)
    write_utf8(file, file.with_name("utf-8"))
    count = sniff_text(file.with_name("utf-8"), name="a").lines
    found = raw_lines(io.BytesIO(content), range(1, count + 5))
    assert [raw.content for raw in found.values()] == [b"kepala", *lines]
    assert all(content[raw.offset :].startswith(raw.content) for raw in found.values())


def test_a_table_in_an_archive_is_found_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "kiriman"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("keluarga.csv", b"lain\nlain\nlain\n")
        archive.writestr("data/warga.csv", CONTENT)
    files = [("lain.csv", tmp_path / "tidak-ada"), ("arsip.zip", file)]
    found = raw_lines_of_table(files, "arsip.zip/data/warga.csv", [3])
    assert found == {3: RawLine(CONTENT.index(BROKEN), BROKEN)}
    assert raw_lines_of_table(files, "arsip.zip/hilang.csv", [3]) == {}


def test_a_workbook_has_no_lines(tmp_path: Path) -> None:
    files = [("a.xlsx", tmp_path / "a.xlsx")]
    files[0][1].write_bytes(b"PK\x03\x04 a\nb\nc\n")
    assert raw_lines_of_table(files, "a.xlsx", [2]) == {}
