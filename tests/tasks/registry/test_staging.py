"""A whole file from bytes to staged rows: against the slow reading, streaming, private, nothing left when refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from errors import DampinganError, InputRejectedError
from settings import PROJECT_ROOT
from tasks.registry import opening, quotes, staging
from tasks.registry.accounts import read_staged
from tasks.registry.cleaning import originals, person_rows
from tasks.registry.person_key import PersonKey
from tasks.registry.places import Places
from tasks.registry.reading import scan_fields
from tasks.registry.rules import rules
from tasks.registry.staging import reject_codes, warning_codes
from tasks.sample.plan import REJECT_RATES, WARNING_RATES, SamplePlan
from tasks.sample.registry import write_registry_sample
from tests.tasks.registry import by_hand
from tests.tasks.registry.rows import (
    AREAS,
    CITY,
    HEADER,
    MATCHED,
    PERIOD,
    RULES,
    SECRET,
    accepted_rows,
    decoded,
    line,
    rejected_rows,
    staged_file,
    staged_text,
    table_of,
)
from warehouse.columns import polars_schema
from warehouse.tables.registry import PERSON_COLUMNS, STAGED_PERSON

RELEASE = "dtks-3375-2021-10-v1"
DIRTY = SamplePlan(
    warning_rates={code: max(rate, 0.02) for code, rate in WARNING_RATES.items()},
    reject_rates={code: max(rate, 0.01) for code, rate in REJECT_RATES.items()},
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Some hundred rows with every defect, and the truth about them."""
    folder = tmp_path_factory.mktemp("sample")
    truth = json.loads(write_registry_sample(folder, persons=600, releases=1, seed=11, plan=DIRTY).read_text("utf-8"))
    return folder / truth["releases"][0]["file"], truth["releases"][0]


def test_staging_equals_the_slow_reading(sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    file, truth = sample
    period = date.fromisoformat(f"{truth['period']}-01")
    staged = staged_file(file, tmp_path / "staging", release_id=RELEASE, period=period)
    expected = by_hand.read(file.read_text("utf-8"), period=period, release_id=RELEASE)
    columns = ("kunci_warga", *(column.name for column in PERSON_COLUMNS))
    rows = {row["baris_sumber"]: row for row in accepted_rows(staged)}
    assert {number: {name: row[name] for name in columns} for number, row in rows.items()} == {
        number: {name: person[name] for name in columns} for number, person in expected.accepted.items()
    }
    assert {number: decoded(row["peringatan"], "peringatan") for number, row in rows.items()} == expected.warnings
    assert rejected_rows(staged) == expected.rejected
    sums = staged.accounting
    assert (sums.accepted, sums.rejected, sums.skipped) == (
        len(expected.accepted),
        len(expected.rejected),
        len(expected.skipped),
    )
    assert sums.warned == sum(bool(codes) for codes in expected.warnings.values())
    assert {code for codes in expected.rejected.values() for code in codes} == set(REJECT_RATES)


def test_staging_equals_the_truth_of_the_sample(sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    file, truth = sample
    staged = staged_file(file, tmp_path / "staging", period=date.fromisoformat(f"{truth['period']}-01"))
    sums = staged.accounting
    assert [sums.in_file, sums.accepted, sums.rejected, sums.skipped] == [
        truth[name] for name in ("rows_in_file", "accepted", "rejected", "skipped")
    ]
    assert staged.without_nik == truth["tanpa_nik"]
    assert staged.accepted_by_area == {code: n for code, n in truth["accepted_by_kelurahan"].items() if n}
    found = list(rejected_rows(staged).values())
    assert {code: sum(code in codes for codes in found) for code in truth["rejects_by_code"]} == truth[
        "rejects_by_code"
    ]


def test_staged_rows_have_the_declared_schema(sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    staged = staged_file(sample[0], tmp_path / "staging")
    marks = {"penolakan": pl.Int64, "baris": pl.String}
    declared = polars_schema(STAGED_PERSON) | {"kunci_warga": pl.Binary}
    unsaid = {"id_anggota", "no_bpjs", "umur_tahun", "keberadaan", "desil", "kelompok_desil", "persentil"}
    unsaid |= {"bansos_sembako", "bansos_bst", "bansos_bpum", "bansos_rastra", "pbi_pemda"}
    said = {name: kind for name, kind in declared.items() if name not in unsaid}
    assert dict(pl.read_parquet_schema(staged.rows)) == said | marks
    assert dict(pl.read_parquet_schema(staged.rejected)) == {
        "bagian": pl.String,
        "baris_sumber": pl.Int64,
        "isi": pl.String,
        "penolakan": pl.Int64,
    }


def test_what_was_staged_can_be_read_again(sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    staged = staged_file(sample[0], tmp_path / "staging")
    assert read_staged(tmp_path / "staging") == staged
    assert staged.size_bytes == sample[0].stat().st_size


def test_a_quoted_file_stages_like_the_plain_one(sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    lines = sample[0].read_text("utf-8").splitlines()
    quoted = [f'"{text}"'.replace("|", '"|"') if number % 2 else text for number, text in enumerate(lines)]
    (tmp_path / "quoted").write_text("\n".join(quoted) + "\n", "utf-8")
    plain = staged_file(sample[0], tmp_path / "a")
    other = staged_file(tmp_path / "quoted", tmp_path / "b")
    assert other.accounting == plain.accounting
    assert accepted_rows(other) == accepted_rows(plain)
    assert rejected_rows(other) == rejected_rows(plain)


def test_codes_stand_in_the_order_of_the_bits() -> None:
    codes = [rule.code for rule in RULES]
    assert reject_codes("3375", PERIOD)["warga"] + warning_codes("3375", PERIOD) == codes
    assert reject_codes("3375", PERIOD)["warga"][0] == "JUMLAH_KOLOM"


def test_lines_that_the_rewriting_loses_are_a_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is counted against the bytes of the file, never against itself."""
    complete = quotes._records

    def lossy(*arguments: Any) -> Iterator[tuple[int, int, str]]:
        return islice(complete(*arguments), 2)

    monkeypatch.setattr(quotes, "_records", lossy)
    lines = [HEADER, line(alamat='"JL.\nCONTOH"'), line(), line(), line()]
    with pytest.raises(DampinganError, match="hanya 4 ") as fault:
        staged_text("\n".join(lines) + "\n", tmp_path)
    assert fault.value.exit_code == 1
    assert "kesalahan program" in fault.value.next_step


def test_a_rewritten_file_that_lost_its_end_is_a_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(source: Path, target: Path, *arguments: Any, **others: Any) -> quotes.Rewritten:
        rewritten = quotes.rewrite_without_quotes(source, target, *arguments, **others)
        target.write_bytes(b"".join(target.read_bytes().splitlines(keepends=True)[:-1]))
        return rewritten

    monkeypatch.setattr(opening, "rewrite_without_quotes", cut)
    with pytest.raises(DampinganError, match="Jumlah baris tidak cocok: 3 dalam berkas, 2 diterima"):
        staged_text("\n".join([HEADER, line(alamat='"JL. 1"'), line(), line()]) + "\n", tmp_path)


@pytest.mark.parametrize("file_end", ["", "\n", "\r\n", "\n\n", '\n"\n', '\n"\n\n'])
def test_rows_of_a_quoted_file_are_its_records(file_end: str, tmp_path: Path) -> None:
    lines = [HEADER, line(alamat='"JL.\n\nCONTOH"'), "", line(nama='AN"A'), line(dusun='"A|B"'), line()]
    sums = staged_text("\n".join(lines) + file_end, tmp_path).accounting
    extra = {"\n\n": (0, 1), '\n"\n': (1, 0), '\n"\n\n': (1, 1)}.get(file_end, (0, 0))
    assert (sums.in_file, sums.accepted) == (5 + sum(extra), 4)
    assert (sums.rejected, sums.skipped) == (extra[0], 1 + extra[1])


def test_an_open_quote_in_the_header_swallows_no_row(tmp_path: Path) -> None:
    header = HEADER.replace("PBI JKN", '"PBI JKN')
    staged = staged_text("\n".join([header, line() + '"', line()]) + "\n", tmp_path)
    assert [row["baris_sumber"] for row in accepted_rows(staged)] == [2, 3]
    assert staged.accounting.in_file == 2


def test_malformed_lines_are_known_by_their_rule_and_not_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "rules", lambda **arguments: rules(**arguments)[::-1])
    others = "\n".join([HEADER, *[line()] * 6, *[line(kelurahan="KEDUNGWUNI")] * 3, "a|b"]) + "\n"
    assert staged_text(others, tmp_path, malformed_share_limit=0.1).accounting.rejected == 4
    with pytest.raises(InputRejectedError, match="2 dari 8 baris"):
        staged_text("\n".join([HEADER, *[line()] * 6, "a|b", "a"]) + "\n", tmp_path, malformed_share_limit=0.1)


@pytest.mark.parametrize(("bad", "limit", "refused"), [(1, 0.1, False), (2, 0.1, True), (1, 0.0, True)])
def test_too_many_malformed_lines_refuse_the_file(bad: int, limit: float, refused: bool, tmp_path: Path) -> None:
    text = "\n".join([HEADER, *[line()] * (10 - bad), *["a|b"] * bad]) + "\n"
    if not refused:
        assert staged_text(text, tmp_path, malformed_share_limit=limit).accounting.rejected == bad
        return
    with pytest.raises(InputRejectedError, match=f"{bad} dari 10 baris") as error:
        staged_text(text, tmp_path, malformed_share_limit=limit)
    assert error.value.where == "rilis.csv"


def test_rows_rejected_for_other_reasons_are_not_malformed(tmp_path: Path) -> None:
    text = "\n".join([HEADER, *[line()] * 6, *[line(nik="1")] * 3, "a|b"]) + "\n"
    assert staged_text(text, tmp_path, malformed_share_limit=0.1).accounting.rejected == 4


@pytest.mark.parametrize(
    "content",
    [
        "\n".join([HEADER, *["a|b"] * 3]) + "\n",
        "\n".join([HEADER, line(nama='"A"', kelurahan="KEDUNGWUNI")]) + "\n",
        "\n".join([HEADER, "", ""]) + "\n",
    ],
)
def test_a_refused_file_leaves_nothing_in_staging(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError):
        staged_text(content, tmp_path, malformed_share_limit=0.5)
    assert not [path for path in (tmp_path / "staging").rglob("*") if path.is_file()]


def test_staging_is_private(sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    staged_file(sample[0], tmp_path / "staging")
    assert (tmp_path / "staging").stat().st_mode & 0o777 == 0o700


def fallbacks(plan: pl.LazyFrame) -> list[str]:
    """Steps for which the streaming engine hands all rows to the other one; its graph marks them by colour."""
    graph = plan.show_graph(engine="streaming", plan_stage="physical", raw_output=True, show=False) or ""
    colour = re.search(r'<FONT COLOR="([^"]+)">[^<]*</FONT> in-memory engine fallback', graph)
    assert colour
    return [node for node in graph.splitlines() if f'fillcolor="{colour[1]}"' in node]


def test_the_plan_streams_to_the_end(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("\n".join([HEADER, line()]) + "\n")
    for written in ("lines", "numbered"):
        fields = scan_fields(table_of(file, 1, written=written, carriage_returns=True))
        rows = person_rows(
            fields.with_columns(originals(MATCHED)),
            MATCHED,
            columns=MATCHED.layout.targets,
            places=Places(AREAS, CITY),
            period=PERIOD,
            rules=rules(area_code="3375", period=PERIOD, columns=MATCHED.layout.targets),
            person_key=PersonKey(SECRET, RELEASE),
        )
        assert fallbacks(rows) == []
        assert fallbacks(rows.with_columns(pl.col("nama").replace_strict({"a": "b"}, default=None)))


STAGE_AND_REPORT = """
import resource, sys
from pathlib import Path
from tests.tasks.registry.rows import staged_file
staged = staged_file(Path(sys.argv[1]), Path(sys.argv[2]))
print(staged.accounting.accepted, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.system
def test_memory_hardly_grows_with_the_file(sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    header, *lines = sample[0].read_bytes().splitlines(keepends=True)
    peaks = []
    for rows in (200_000, 600_000):
        file = tmp_path / f"{rows}.csv"
        with file.open("wb") as out:
            out.write(header)
            block = b"".join(lines)
            for _ in range(rows // len(lines)):
                out.write(block)
        command = [sys.executable, "-c", STAGE_AND_REPORT, str(file), str(tmp_path / f"staging-{rows}")]
        done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True, timeout=300)
        accepted, peak = map(int, done.stdout.split())
        assert accepted > rows * 0.7
        peaks.append(peak)
        file.unlink()
    assert peaks[1] < 1.5 * peaks[0], peaks
