"""What stands below a list that somebody made by hand: place and date, 'Mengetahui', 'Lurah ...', who signs, a NIP.
In a list of NIK and NAMA such a line would be a person without NIK. Pure; it must not know a layout.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LAST_ROWS = 40
"""Among so many last rows a footer is looked for."""

_MOST_CELLS = 3
_MONTHS = "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|nopember|desember"
_PLACE_AND_DATE = re.compile(
    rf"(?i)[a-z .]+, *(?:tgl\.? *)?[0-9]{{1,2}}(?: +(?:{_MONTHS}) +|[-/][0-9]{{1,2}}[-/])[0-9]{{4}}\.?"
)
_BEGINS = re.compile(
    r"(?i)(?:mengetahui|menyetujui|mengesahkan|(?:disahkan|dibuat|diketahui|disusun) oleh"
    r"|(?:plt\.? |a\.? ?n\.? )?(?:lurah|camat)(?:$|[ ,])"
    r"|kepala (?:kelurahan|desa|dinas|seksi|kantor)\b"
    r"|nip\b[ .:]*[0-9]|(?:catatan|keterangan|sumber(?: data)?) *:)"
)
_PERSONS_NUMBER = re.compile(r"'?[0-9]{16}(?:\.0)?")


def footer_line(rows: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """The first line of the footer, None when there is none.

    It is the highest line with words of a footer below which nobody has a number of 16 digits: whoever follows it has
    signed. A line with more than a few filled cells is a row of the table, whatever its words.

    Args:
        rows: line number and cells of the last rows, in their order.
    """
    found = None
    for number, cells in reversed(rows):
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) > _MOST_CELLS or any(map(_PERSONS_NUMBER.fullmatch, filled)):
            break
        if any(map(_BEGINS.match, filled)) or _PLACE_AND_DATE.fullmatch(", ".join(filled)):
            found = number
    return found
