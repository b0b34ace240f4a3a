"""What an orchestrated run costs before it does anything: imports of Prefect, of the steps and of Great Expectations.

python -m benchmarks.fixed
"""

from __future__ import annotations

from benchmarks.measuring import Stopwatch


def main() -> None:
    """Import all that a refresh imports, and report."""
    watch = Stopwatch()
    with watch.step("flows"):
        import flows.refresh  # noqa: F401
    with watch.step("great_expectations"):
        import great_expectations  # noqa: F401

        import expectations.dialect  # noqa: F401
    watch.report()


if __name__ == "__main__":
    main()
