"""`make bench`: every benchmark, one after the other."""

import sys

from benchmarks import refresh

sys.exit(refresh.main())
