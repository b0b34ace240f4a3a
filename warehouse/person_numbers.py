"""What a number of a person (NIK, Kartu Keluarga) looks like in a free text.

One pattern for the rule that keeps such a text out and for the check that stops a publication, so that what passes
the first passes the second. Both regex engines, of Polars and of DuckDB, read it the same way.
"""

SIXTEEN_DIGITS = r"([0-9][\s\p{Z}\p{Pd}\p{Cf}.]*){16}"
"""Sixteen digits in a row, also with blanks, dots and dashes between them, also beside letters or more digits."""
