"""The expectation behind every check that is a query for failing rows. Only `expectations.engine` loads it, since it
pulls in Great Expectations; it knows nothing of suites."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations import UnexpectedRowsExpectation

_COUNT = "unexpected_rows_query.row_count"


class FailingRowsCountExpectation(UnexpectedRowsExpectation):  # type: ignore[misc]
    """Counts the rows of its query. Its parent runs the query a second time for the rows themselves, which costs as
    much again and must not be in a result: they may be of persons."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT,)

    def _validate(self, metrics: dict[str, Any], *_: object, **__: object) -> dict[str, Any]:
        return {"success": metrics[_COUNT] == 0, "result": {"observed_value": metrics[_COUNT]}}
