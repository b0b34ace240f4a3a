"""Data checks: Great Expectations suites, one module per table or view, run inside DuckDB.

Importing a suite or the runner is cheap; Great Expectations itself (seconds to import) is loaded by
`expectations.engine` when the first suite runs.
"""
