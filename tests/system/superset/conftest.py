"""Superset takes minutes and an environment of 900 MB: only `make superset-test` asks for the tests of this folder."""

import os

collect_ignore_glob = [] if os.environ.get("SUPERSET_TEST") else ["test_*.py"]
