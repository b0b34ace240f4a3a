"""What a file is, by its bytes; and the place of the first byte that is not UTF-8, wherever the chunks end."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, assume, example, given, settings

from errors import InputRejectedError
from tasks.registry import sniffing
from tasks.registry.sniffing import TextFacts, last_lines, require_utf8, sniff_text, write_utf8


def sniffed(data: bytes, folder: Path) -> TextFacts:
    file = folder / "data"
    file.write_bytes(data)
    return sniff_text(file, name="register.csv")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="kosong"):
        sniffed(b"", tmp_path)


@pytest.mark.parametrize(("bad_line", "lines"), [(1, 3), (2, 3), (3, 3), (700, 900)])
def test_cp1252_is_refused_with_the_first_bad_line(bad_line: int, lines: int, tmp_path: Path) -> None:
    text = [b"RIZK\xc3\x89|KRAPYAK"] * lines
    text[bad_line - 1] = "RIZKÉ|KRAPYAK".encode("cp1252")
    text[-1] = text[bad_line - 1]
    with pytest.raises(InputRejectedError) as refused:
        require_utf8(sniffed(b"\n".join(text), tmp_path), name="register.csv")
    assert refused.value.where == f"register.csv, baris {bad_line}"
    assert "RIZK" not in refused.value.paragraph


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.text(alphabet="a\né–😀", max_size=8),
    bad=st.sampled_from([b"\xe9", b"\xff", b"\xe2\x80", b"\xc3\n", b"\xf0\x9f"]),
    after=st.text(alphabet="a\né😀", max_size=6),
    chunk=st.integers(1, 9),
)
@example(before="a–", bad=b"\xc3\n", after="", chunk=3)
def test_the_bad_line_does_not_depend_on_where_chunks_end(
    before: str, bad: bytes, after: str, chunk: int, tmp_path: Path
) -> None:
    data = before.encode() + bad + b"a" + after.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sniffing, "_CHUNK_BYTES", chunk)
        assert sniffed(data, tmp_path).not_utf8_line == before.count("\n") + 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet='aé–😀\n\r"|', min_size=1, max_size=20), bom=st.booleans(), chunk=st.integers(1, 9))
def test_facts_of_good_text(text: str, bom: bool, chunk: int, tmp_path: Path) -> None:
    data = text.encode("utf-8-sig" if bom else "utf-8")
    lines = text.split("\n")
    assume("\r" not in lines[0].rstrip("\r"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sniffing, "_CHUNK_BYTES", chunk)
        facts = sniffed(data, tmp_path)
    assert facts.first_line == lines[0].rstrip("\r")
    assert facts.lines == len(lines) - (lines[-1] == "")
    assert facts.ends_with_newline is (lines[-1] == "")
    assert facts.last_line.removeprefix("\ufeff") == lines[-1]
    assert (facts.has_quotes, facts.has_carriage_returns) == ('"' in text, "\r" in text)
    assert facts.size_bytes == len(data)


def test_a_character_cut_off_at_the_end_is_not_utf8(tmp_path: Path) -> None:
    assert sniffed("a\nb\né".encode()[:-1], tmp_path).not_utf8_line == 3


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.sampled_from(["", "a", "ab##", "###", "### TOTAL", '"###"', "x###", "#"]), min_size=1, max_size=8
    ),
    chunk=st.integers(1, 9),
)
def test_the_line_of_the_notes_does_not_depend_on_where_chunks_end(
    lines: list[str], chunk: int, tmp_path: Path
) -> None:
    marked = [number for number, line in enumerate(lines, 1) if line.startswith(("###", '"###'))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sniffing, "_CHUNK_BYTES", chunk)
        facts = sniffed("\n".join([*lines, "x"]).encode(), tmp_path)
    assert facts.notes_line == (marked[0] if marked else None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("RIZKÉ|NUR\u2019AINI\n".encode("cp1252"), "RIZKÉ|NUR\u2019AINI\n"),
        ("RIZKÉ\n".encode() + b"RIZK\xe9\n", "RIZKÉ\nRIZK\ufffd\n"),
        (b"a\x81\r\nb", "a\ufffd\r\nb"),
        ("\ufeffA\nÉ".encode() + b"\xff", "A\nÉ\ufffd"),
    ],
)
def test_the_ladder_of_encodings(written: bytes, read: str, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(written)
    write_utf8(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out").read_bytes().decode() == read


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\r", "", "\n", "\r\n"])
def test_line_ends_of_old_macs_are_refused(end: str, bom: str, tmp_path: Path) -> None:
    person = "3375044107990017|SITI SINTETIS"
    with pytest.raises(InputRejectedError, match="Mac lama") as refused:
        sniffed(f"{bom}NIK|NAMA\r{person}\r{person}{end}".encode(), tmp_path)
    assert refused.value.where == "register.csv"
    assert "CSV UTF-8" in refused.value.next_step
    assert not [value for value in person.split("|") if value in refused.value.paragraph]


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_last_lines_have_their_numbers(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_text("".join(f"baris {number}\n" for number in range(1, 10)) + f"akhir{end}", encoding="utf-8")
    facts = sniff_text(file, name="a.csv")
    assert last_lines(file, facts, 2) == [(9, "baris 9"), (10, "akhir")]
    assert [number for number, _ in last_lines(file, facts, 40)] == list(range(1, 11))
    monkeypatch.setattr(sniffing, "_TAIL_BYTES", 20)
    assert last_lines(file, facts, 40)[-1] == (10, "akhir")
    assert last_lines(file, facts, 40)[0] == (9, "baris 9")
