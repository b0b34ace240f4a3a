"""Measures how well persons without a NIK are matched, on synthetic truth: two exact rules, the scored rule of
`internal.calon_padanan`, and Splink on DuckDB where it is installed (it is no dependency of the project).

    python -m benchmarks.matching [--persons 40000] [--seeds 1 2 3] [--carelessness 1.0 1.5]

The rule's weights were set on seed 101 at carelessness 1; measure on others.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.matching_truth import Truth, build

THRESHOLDS = (0.5, 0.7, 0.9, 0.95, 0.99)
Proposal = tuple[str, str, float]
"""Stand-in of a person without NIK, stand-in of the candidate, score."""


@dataclass(slots=True)
class Counted:
    """Proposals of one rule at one threshold."""

    proposed: int = 0
    right: int = 0
    findable: int = 0

    def add(self, truth: Truth, proposals: Iterable[Proposal]) -> None:
        pairs = {(person, candidate) for person, candidate, _ in proposals}
        self.proposed += len(pairs)
        self.right += sum(truth.of[person] == candidate for person, candidate in pairs)
        self.findable += truth.findable

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.findable


def exact(name: str) -> Callable[[duckdb.DuckDBPyConnection], list[Proposal]]:
    """Equal name (after the SQL function `name`), birth date and kelurahan."""

    def propose(connection: duckdb.DuckDBPyConnection) -> list[Proposal]:
        return connection.execute(
            f"""
            SELECT orang.kunci_warga::VARCHAR, calon.kunci_warga::VARCHAR, 1.0
            FROM core.riwayat_warga AS orang
            INNER JOIN core.riwayat_warga AS calon
                ON orang.tanggal_lahir = calon.tanggal_lahir
                AND orang.kode_kemendagri = calon.kode_kemendagri
                AND {name}(orang.nama) = {name}(calon.nama)
                AND orang.kunci_warga <> calon.kunci_warga
            WHERE orang.nik IS NULL
            """
        ).fetchall()

    return propose


def scored(connection: duckdb.DuckDBPyConnection) -> list[Proposal]:
    """What the product proposes."""
    return connection.execute(
        "SELECT kunci_warga::VARCHAR, kunci_warga_calon::VARCHAR, skor FROM internal.calon_padanan"
    ).fetchall()


def _splink(name: str, *, guarded: bool = False) -> Callable[[duckdb.DuckDBPyConnection], list[Proposal]]:
    """Splink with its own comparisons for names and dates and our blocking, trained without labels on the same two
    releases. `name` is the SQL function that prepares its names; `guarded` drops pairs whose names are not alike, as
    our rule does."""

    def propose(connection: duckdb.DuckDBPyConnection) -> list[Proposal]:
        columns = f"""
            kunci_warga::VARCHAR AS unique_id, {name}(nama) AS nama, tanggal_lahir, kode_kemendagri, no_kk,
            jenis_kelamin, {name}(nama_ibu_kandung) AS ibu FROM core.riwayat_warga
        """
        sides = [
            connection.execute(f"SELECT {columns} WHERE nik IS {condition} NULL").to_arrow_table()
            for condition in ("", "NOT")
        ]
        return _predicted(sides, 0.8 if guarded else 0.0)

    return propose


def _predicted(sides: list[Any], alike_from: float) -> list[Proposal]:
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    same_day = (
        "least(day(l.tanggal_lahir), month(l.tanggal_lahir)) = least(day(r.tanggal_lahir), month(r.tanggal_lahir))"
        " AND greatest(day(l.tanggal_lahir), month(l.tanggal_lahir))"
        " = greatest(day(r.tanggal_lahir), month(r.tanggal_lahir))"
        " AND abs(year(l.tanggal_lahir) - year(r.tanggal_lahir)) <= 1"
    )
    blocks = [
        f"l.kode_kemendagri = r.kode_kemendagri AND {same_day}",
        f"l.nama = r.nama AND {same_day}",
        block_on("kode_kemendagri", "nama"),
        block_on("no_kk"),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.NameComparison("nama").configure(term_frequency_adjustments=True),
            compare.DateOfBirthComparison("tanggal_lahir", input_is_string=False),
            compare.NameComparison("ibu"),
            compare.ExactMatch("kode_kemendagri"),
            compare.ExactMatch("no_kk"),
            compare.ExactMatch("jenis_kelamin"),
        ],
        blocking_rules_to_generate_predictions=blocks,
    )
    database = DuckDBAPI(connection=duckdb.connect(config={"threads": 2}))
    frames = [
        database.register(side, dataset_display_name=label)
        for side, label in zip(sides, ("orang", "calon"), strict=True)
    ]
    linker = Linker(frames, settings, log_level=40)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("nama", "tanggal_lahir"), block_on("no_kk", "nama")], recall=0.75
    )
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(
        block_on("nama", "kode_kemendagri"), record_sample_proportion=1.0
    )
    training.estimate_parameters_using_expectation_maximisation(block_on("tanggal_lahir"), record_sample_proportion=1.0)
    found = linker.inference.predict(threshold_match_probability=min(THRESHOLDS)).as_duckdbpyrelation()
    alike = found.filter(f"jaro_winkler_similarity(nama_l, nama_r) >= {alike_from}")
    rows = alike.project("source_dataset_l, unique_id_l, unique_id_r, match_probability").fetchall()
    return [(left, right, score) if source == "orang" else (right, left, score) for source, left, right, score in rows]


def rules() -> dict[str, Callable[[duckdb.DuckDBPyConnection], list[Proposal]]]:
    """Name of each rule that can be run here."""
    known = {
        "exact, name as written": exact("upper"),
        "exact, name key": exact("core.kunci_nama"),
        "internal.calon_padanan": scored,
    }
    if find_spec("splink"):
        known |= {
            "Splink, name as written": _splink("upper"),
            "Splink, name key": _splink("core.kunci_nama"),
            "Splink, name key, alike": _splink("core.kunci_nama", guarded=True),
        }
    return known


def measure(
    persons: int, seeds: Iterable[int], carelessness: float
) -> tuple[dict[tuple[str, float], Counted], dict[str, float]]:
    """Counts per rule and threshold over all seeds, and the CPU seconds each rule took."""
    counted: dict[tuple[str, float], Counted] = defaultdict(Counted)
    seconds: dict[str, float] = defaultdict(float)
    for seed in seeds:
        truth = build(persons, seed, carelessness)
        for name, propose in rules().items():
            start = time.process_time()
            proposals = propose(truth.connection)
            seconds[name] += time.process_time() - start
            for threshold in (1.0,) if name.startswith("exact") else THRESHOLDS:
                counted[name, threshold].add(truth, (row for row in proposals if row[2] >= threshold))
    return counted, seconds


def _table(title: str, counted: dict[tuple[str, float], Counted], seconds: dict[str, float]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("rule", "score from", "proposed", "precision %", "recall %", "F1 %", "CPU s"):
        table.add_column(heading, justify="left" if heading == "rule" else "right")
    for (name, threshold), count in counted.items():
        shares = (count.precision, count.recall, 2 * count.right / (count.proposed + count.findable))
        spent = f"{seconds[name]:.1f}" if threshold in (THRESHOLDS[0], 1.0) else ""
        table.add_row(name, f"{threshold:g}", str(count.proposed), *(f"{100 * share:.1f}" for share in shares), spent)
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=40_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--carelessness", type=float, nargs="+", default=[1.0, 1.5])
    options = parser.parse_args()
    console = Console(width=120)
    for carelessness in options.carelessness:
        counted, seconds = measure(options.persons, options.seeds, carelessness)
        title = f"{options.persons} persons, seeds {options.seeds}, carelessness {carelessness:g}"
        console.print(_table(title, counted, seconds))


if __name__ == "__main__":
    main()
