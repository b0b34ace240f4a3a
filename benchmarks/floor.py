"""Runs benchmarks/floor.sql on one release, in this process; the settings of DuckDB are the product's.

python -m benchmarks.floor RAW WAREHOUSE PERIOD SECRET_FILE
"""

from __future__ import annotations

import hashlib
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.counts import counts
from benchmarks.measuring import Stopwatch
from settings import PROJECT_ROOT, Settings

HERE = PROJECT_ROOT / "benchmarks"
REFERENCE = PROJECT_ROOT / "reference" / "wilayah" / "3375"
SERIES = "dtks-3375"
_HMAC_BLOCK_BYTES = 64


def _variables(raw: Path, period: str, secret: bytes) -> dict[str, Any]:
    key = secret if len(secret) <= _HMAC_BLOCK_BYTES else hashlib.sha256(secret).digest()
    block = key.ljust(_HMAC_BLOCK_BYTES, b"\0")
    with raw.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "raw": str(raw),
        "wilayah": str(REFERENCE / "wilayah.csv"),
        "alias": str(REFERENCE / "kelurahan_alias.csv"),
        "lama": str(REFERENCE / "kelurahan_lama.csv"),
        "rilis": f"{SERIES}-{period}-v1",
        "seri": SERIES,
        "periode": date.fromisoformat(f"{period}-01"),
        "sha256": sha256,
        "dalam": bytes(byte ^ 0x36 for byte in block),
        "luar": bytes(byte ^ 0x5C for byte in block),
    }


def main(raw: Path, warehouse: Path, period: str, secret_file: Path) -> None:
    """Load the release into `warehouse` and report times and counts."""
    settings = Settings()
    watch = Stopwatch()
    script = "".join((HERE / name).read_text("utf-8") for name in (f"floor_{raw.suffix[1:]}.sql", "floor.sql"))
    with watch.step("floor"):
        connection = duckdb.connect(
            str(warehouse),
            config={
                "memory_limit": settings.memory_limit,
                "threads": settings.threads,
                "temp_directory": str(warehouse.with_suffix(".spill")),
                "enable_external_file_cache": "false",
                "storage_compatibility_version": "v1.5.0",
            },
        )
        for name, value in _variables(raw, period, secret_file.read_bytes()).items():
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        connection.execute(script)
    watch.report(counts=counts(connection, f"{SERIES}-{period}-v1"))
    connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
