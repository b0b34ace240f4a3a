"""Many readers of the publication in one process, as a BI server has them; run as a program by test_concurrent_readers.

Usage: dashboard_readers.py DATABASE READERS SEED. Prints `ready`, reads until its stdin closes, then prints one object:
`milliseconds` (of each query), `generations` (seen), `errors`, `mixed` (answers that do not belong together).
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb

QUERIES = {
    "kota": "SELECT periode, jumlah_jiwa FROM marts.tren_rilis WHERE tingkat = 'kabupaten/kota' ORDER BY periode",
    "kelurahan": "SELECT periode, sum(jumlah_jiwa)::BIGINT FROM marts.penduduk_terdaftar_kelurahan"
    " GROUP BY periode ORDER BY periode",
    "rilis": "SELECT periode, baris_diterima FROM marts.rilis WHERE keadaan = 'berlaku' ORDER BY periode",
    "bansos": "SELECT kelurahan, program, penerima_jiwa, penerima_persen FROM marts.bansos_kelurahan"
    " WHERE rilis_terakhir ORDER BY penerima_jiwa DESC NULLS LAST LIMIT 20",
    "umur": "SELECT kelompok_umur, jenis_kelamin, sum(jumlah_kelompok_jiwa) FROM marts.umur_jenis_kelamin"
    " WHERE rilis_terakhir GROUP BY ALL ORDER BY ALL",
    "prioritas": "SELECT kelurahan, urutan_prioritas FROM marts.prioritas_kelurahan ORDER BY urutan_prioritas",
    "program": "SELECT sumber_dana, sum(anggaran_rp)::DECIMAL(18,2) FROM marts.anggaran_sumber"
    " WHERE terakhir_dalam_tahun GROUP BY ALL ORDER BY ALL",
}
SECONDS_BETWEEN_LOOKS = (2.0, 6.0)


class Readers:
    """What the readers of this process found."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.stop = threading.Event()
        self._opening = threading.Lock()
        self._opened: tuple[Path, duckdb.DuckDBPyConnection] | None = None
        self.found: dict[str, list[Any]] = {"milliseconds": [], "generations": [], "errors": [], "mixed": []}

    def read(self, seed: int) -> None:
        """Look at the dashboard, think, look again."""
        chance = random.Random(seed)
        while not self.stop.wait(chance.uniform(*SECONDS_BETWEEN_LOOKS)):
            try:
                self.look()
            except (duckdb.Error, OSError) as fault:
                self.found["errors"].append(repr(fault))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """On the generation that the link names now; all readers of it share one open database, as in a BI server."""
        path = self.database.resolve()
        with self._opening:
            if self._opened is None or self._opened[0] != path:
                self._opened = path, duckdb.connect(str(path), read_only=True)
            return self._opened[1].cursor()

    def look(self) -> None:
        """One dashboard from one connection; the first query's time holds that of opening a new generation."""
        answers = {}
        start = time.perf_counter()
        with self.cursor() as connection:
            for name, query in QUERIES.items():
                answers[name] = connection.execute(query).fetchall()
                now = time.perf_counter()
                self.found["milliseconds"].append((now - start) * 1000)
                start = now
            path = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()[0][0]
        self.found["generations"].append(Path(path).parent.name)
        if not answers["kota"] == answers["kelurahan"] == answers["rilis"]:
            self.found["mixed"].append([str(answers[name]) for name in ("kota", "kelurahan", "rilis")])


def main(database: str, readers: str, seed: str) -> None:
    here = Readers(Path(database))
    threads = [threading.Thread(target=here.read, args=(int(seed) * 1000 + at,)) for at in range(int(readers))]
    for thread in threads:
        thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    here.stop.set()
    for thread in threads:
        thread.join()
    found = here.found | {
        "generations": sorted(set(here.found["generations"])),
        "looks": len(here.found["generations"]),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    os.umask(0o077)
    main(*sys.argv[1:])
