"""`make bench`: every benchmark, one after the other."""

import sys

from benchmarks import refresh, register

sys.exit(max(refresh.main(), register.main()))
