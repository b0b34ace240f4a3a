"""What a change of the published columns breaks, and that the contract in sql/contract is the one of the code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from errors import CheckFailedError, DampinganError
from warehouse import contract
from warehouse.columns import Column, Table
from warehouse.contract import Deprecation, breaks, check_contract, contract_of, deprecations
from warehouse.views import marts

TODAY = date(2026, 12, 1)
KELURAHAN = Column("kelurahan", "VARCHAR", "Nama.")
JUMLAH = Column("jumlah_jiwa", "BIGINT", "Banyaknya.", "jiwa")
TABLE = Table("marts", "contoh", "satu.", "Contoh.", ("kelurahan",), (KELURAHAN, JUMLAH))


def _breaks(
    *columns: Column, announced: tuple[Deprecation, ...] = (), key: tuple[str, ...] = ("kelurahan",)
) -> list[str]:
    changed = replace(TABLE, columns=columns, key=key)
    return breaks(contract_of([TABLE]), contract_of([changed]), announced, today=TODAY)


def test_what_is_published_breaks_nothing_for_readers() -> None:
    check_contract(marts(), today=date.today())


def test_the_contract_holds_every_mart() -> None:
    assert set(contract.last_contract()) == {table.qualified for table in marts()}


def test_a_column_more_breaks_nothing() -> None:
    assert _breaks(KELURAHAN, Column("baru", "DATE", "Baru."), JUMLAH) == []


def test_what_is_gone_renamed_or_of_another_type_or_unit_is_named() -> None:
    assert _breaks(KELURAHAN) == ["marts.contoh.jumlah_jiwa: kolom ini hilang."]
    assert _breaks(KELURAHAN, JUMLAH.but(name="banyaknya_jiwa")) == [
        "marts.contoh.jumlah_jiwa: kolom ini hilang. Berganti nama menjadi banyaknya_jiwa?"
    ]
    assert _breaks(KELURAHAN, JUMLAH.but(type="INTEGER")) == [
        "marts.contoh.jumlah_jiwa: BIGINT jiwa menjadi INTEGER jiwa."
    ]
    assert _breaks(KELURAHAN, JUMLAH.but(unit="kk")) == ["marts.contoh.jumlah_jiwa: BIGINT jiwa menjadi BIGINT kk."]
    assert _breaks(JUMLAH, KELURAHAN) == ["marts.contoh: urutan kolom berubah."]
    assert _breaks(KELURAHAN, JUMLAH, key=("kelurahan", "jumlah_jiwa")) == [
        "marts.contoh: kunci berubah dari kelurahan menjadi kelurahan, jumlah_jiwa."
    ]
    assert breaks(contract_of([TABLE]), {}, (), today=TODAY) == ["marts.contoh: tabel ini hilang."]


def test_an_end_that_was_announced_breaks_nothing_once_its_day_is_past() -> None:
    said = Deprecation("marts.contoh", "jumlah_jiwa", date(2026, 1, 1), date(2026, 11, 30), "tidak ada")
    assert _breaks(KELURAHAN, announced=(said,)) == []
    assert _breaks(KELURAHAN, announced=(replace(said, until=TODAY),)) != []
    whole = replace(said, column="")
    assert breaks(contract_of([TABLE]), {}, (whole,), today=TODAY) == []


def test_the_check_says_what_breaks_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "last_contract", lambda: contract_of([TABLE]))
    with pytest.raises(CheckFailedError, match=r"marts\.contoh: tabel ini hilang\. .*deprecations\.toml"):
        check_contract([], today=TODAY)


def test_an_end_with_too_little_notice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "deprecations.toml"
    entry = '[[usang]]\ntabel = "marts.contoh"\nkolom = "a"\nsejak = 2026-01-01\nsampai = {}\ngantinya = "b"\n'
    file.write_text(entry.format("2026-12-31"), "utf-8")
    [found] = deprecations(file)
    assert found.text == "Usang sejak 01-01-2026, hilang sesudah 31-12-2026. Gantinya: b"
    short = tmp_path / "short.toml"
    short.write_text(entry.format("2026-03-01"), "utf-8")
    with pytest.raises(DampinganError, match="kurang dari 180 hari"):
        deprecations(short)
