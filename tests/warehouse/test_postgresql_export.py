"""What an address of PostgreSQL may look like; the copy itself is tried in tests/system/test_postgresql.py."""

from __future__ import annotations

import pytest

from errors import UsageError
from warehouse.postgresql_export import parse_target


def test_the_place_names_neither_user_nor_password() -> None:
    assert (
        parse_target("postgresql://budi:rahasia@data.kota.example:5433/kemiskinan")
        == "data.kota.example:5433/kemiskinan"
    )
    assert parse_target("postgres:///kemiskinan") == "localhost:5432/kemiskinan"


@pytest.mark.parametrize(
    "target", ["", "kemiskinan", "mysql://a@b/c", "postgresql://a@b", "postgresql://a:rahasia@b:port/c?x=1"]
)
def test_anything_else_is_refused_without_quoting_it(target: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_target(target)
    assert "rahasia" not in refused.value.paragraph
