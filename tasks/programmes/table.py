"""Finds the tables of a report: by their headings, on whatever sheet and wherever they stand in the first rows.

Pure. It must not know the rules about a row. A heading is mapped, ignored by name, or said to be left out; a table
without one of its required headings is an error that lists both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from errors import InputRejectedError
from tasks.programmes.grids import ROW, Grid
from tasks.programmes.heads import Head, HeadCell, Row, find_head
from tasks.programmes.layout import PERIOD_KEYS, ReportLayout, SheetLayout, word_key

_SCANNED_ROWS = 25
_ALIKE = 0.85
_MOST_HEADING_ROWS = 3


@dataclass(frozen=True, slots=True)
class FoundTable:
    """Where things are on a sheet.

    Args:
        part: a name of PARTS.
        grid: its sheet.
        header_row: row number of the headings, from 1; of headings over several rows the last.
        targets: sheet column letter to target column; `tahun` and `triwulan` where rows name their own quarter.
        headings: sheet column letter to heading, ignored ones included.
        head: the fields of the head that stand above this table, and else anywhere in the file.
        remarks: what was read otherwise than the template has it, or left out.
    """

    part: str
    grid: Grid
    header_row: int
    targets: dict[str, str]
    headings: dict[str, str]
    head: Head
    remarks: tuple[str, ...]

    @property
    def has_own_periods(self) -> bool:
        return "triwulan" in self.targets.values()


@dataclass(frozen=True, slots=True)
class _Candidate:
    part: str
    grid: Grid
    header_row: int
    hits: int
    is_named: bool


def find_tables(grids: Sequence[Grid], layout: ReportLayout, where: str) -> list[FoundTable]:
    """Every table of the file, in the order of the template.

    Raises:
        InputRejectedError: there is none, or one whose headings are missing or twice.
    """
    rows = {grid.name: list(_rows(grid)) for grid in grids}
    candidates = [found for grid in grids if (found := _candidate(grid, rows[grid.name], layout)) is not None]
    shown = {found.part for found in candidates if found.grid.visible}
    # a hidden copy of a sheet is an older one; a hidden sheet without a visible one was hidden by mistake
    chosen = [found for found in candidates if found.grid.visible or found.part not in shown]
    named = {found.part for found in chosen if found.is_named}
    chosen = [found for found in chosen if found.is_named or found.part not in named]
    if not chosen:
        raise _no_table(rows, layout, where)
    elsewhere = _heads_elsewhere(grids, rows, {found.grid.name for found in chosen}, layout)
    order = list(layout.sheets)
    tables = [_table(found, rows[found.grid.name], layout, where) for found in chosen]
    shared: dict[str, HeadCell] = elsewhere.copy()
    for table in tables:
        shared |= {name: cell for name, cell in table.head.items() if name not in shared}
    whole = [replace(table, head=_whole_head(table.head, shared)) for table in tables]
    return sorted(whole, key=lambda table: order.index(table.part))


def _whole_head(own: Head, shared: Head) -> Head:
    """A table's own head before that of the file; what both say alike is to be mended where it was first written."""
    different = {
        name: cell
        for name, cell in own.items()
        if name not in shared or word_key(cell.text) != word_key(shared[name].text)
    }
    return {**shared, **different}


def unread_sheets(grids: Sequence[Grid], tables: Sequence[FoundTable], layout: ReportLayout) -> list[str]:
    """Sentences on sheets that have content but no table, or are hidden."""
    read = {table.grid.name for table in tables}
    known = {word_key(name) for name in layout.reading.other_sheets}
    said = []
    for grid in grids:
        if grid.name in read and not grid.visible:
            said.append(f"Lembar '{grid.name}' tersembunyi tetapi ikut dibaca.")
        if grid.name not in read and word_key(grid.name) not in known and grid.cells.width > 1:
            hidden = " (tersembunyi)" if not grid.visible else ""
            said.append(f"Lembar '{grid.name}'{hidden} tidak dibaca: tidak ada tabel laporan di sana.")
    return said


def _rows(grid: Grid) -> Iterator[Row]:
    for row in grid.cells.head(_SCANNED_ROWS).iter_rows(named=True):
        number = row.pop(ROW)
        texts = {letter: " ".join(text.split()) for letter, text in row.items() if text is not None}
        yield number, {letter: text for letter, text in texts.items() if text}


def _candidate(grid: Grid, rows: list[Row], layout: ReportLayout) -> _Candidate | None:
    """The part this sheet holds and the row of its headings: the most headings that are known, a sheet's own name
    deciding between equals."""
    key = word_key(grid.name)
    if key in {word_key(name) for name in layout.reading.other_sheets}:
        return None
    best: tuple[tuple[bool, int, int], _Candidate] | None = None
    for part, sheet in layout.sheets.items():
        known, is_named = sheet.heading_keys, key in sheet.sheet_keys
        for number, texts in rows:
            hits = len({known[word] for word in map(word_key, texts.values()) if word in known})
            if hits < (2 if is_named else sheet.fewest):
                continue
            rank = (is_named, hits, -number)
            if best is None or rank > best[0]:
                best = (rank, _Candidate(part, grid, number, hits, is_named))
    return best[1] if best else None


def _table(found: _Candidate, rows: list[Row], layout: ReportLayout, where: str) -> FoundTable:
    sheet = layout.sheets[found.part]
    last_row, headings = _headings(found, dict(rows), sheet)
    here = f"{where}, lembar {found.grid.name}, baris {found.header_row}"
    targets, remarks = _map_headings(headings, sheet, layout, here)
    head = find_head([row for row in rows if row[0] < found.header_row], found.grid.name, layout)
    prefixed = tuple(f"Lembar '{found.grid.name}': {remark}" for remark in remarks)
    return FoundTable(found.part, found.grid, last_row, targets, headings, head, prefixed)


def _headings(found: _Candidate, rows: dict[int, dict[str, str]], sheet: SheetLayout) -> tuple[int, dict[str, str]]:
    """Last row of the headings, and the heading of each column. Merged cells make headings of two or three rows:
    'Anggaran' over 'Pagu' and 'Realisasi' gives 'Anggaran Pagu' where that is known, and else the lower one."""
    top = found.header_row
    tall = [area for area in found.grid.merged if area.top <= top <= area.bottom and area.bottom > area.top]
    first = max(min((area.top for area in tall), default=top), top - _MOST_HEADING_ROWS + 1)
    last = min(max((area.bottom for area in tall), default=top), top + _MOST_HEADING_ROWS - 1)
    wide = [area for area in found.grid.merged if first <= area.top <= last and area.right != area.left]
    if last == top and any(area.top == top for area in wide) and _is_below(rows.get(top + 1, {}), sheet):
        last = top + 1
    letters = [name for name in found.grid.cells.columns if name != ROW]
    merged = {
        (area.top, letter): area.left
        for area in wide
        for letter in letters[letters.index(area.left) : _position(letters, area.right) + 1]
    }
    headings = {}
    for letter in letters:
        texts = []
        for row in range(first, last + 1):
            text = rows.get(row, {}).get(merged.get((row, letter), letter))
            if text:
                texts.append(text)
        if texts:
            headings[letter] = _best_heading(texts, sheet)
    return last, headings


def _position(letters: list[str], letter: str) -> int:
    return letters.index(letter) if letter in letters else len(letters) - 1


def _is_below(texts: dict[str, str], sheet: SheetLayout) -> bool:
    """Whether a row is the lower one of two rows of headings."""
    return any(word_key(text) in sheet.heading_keys for text in texts.values())


def _best_heading(texts: list[str], sheet: SheetLayout) -> str:
    for text in (" ".join(texts), texts[-1], texts[0]):
        if word_key(text) in sheet.heading_keys:
            return text
    return texts[-1]


def _map_headings(
    headings: dict[str, str], sheet: SheetLayout, layout: ReportLayout, where: str
) -> tuple[dict[str, str], list[str]]:
    known = sheet.heading_keys
    targets = {letter: known[key] for letter, text in headings.items() if (key := word_key(text)) in known}
    remarks = []
    for letter, text in headings.items():
        key, field = word_key(text), layout.head_keys.get(word_key(text))
        if letter in targets:
            continue
        if field in PERIOD_KEYS:
            targets[letter] = field
        elif key not in layout.ignored_keys:
            like = _alike(key, known, set(targets.values()))
            if like:
                targets[letter] = like
                remarks.append(f"kolom '{text}' ({letter}) dibaca sebagai '{sheet.heading(like)}'.")
            else:
                remarks.append(f"kolom '{text}' ({letter}) tidak dikenal dan tidak dibaca.")
    present = list(targets.values())
    missing = [f"'{sheet.heading(t)}'" for t in sheet.required if t not in present]
    twice = [f"'{sheet.heading(t)}'" for t in dict.fromkeys(present) if present.count(t) > 1 and t not in PERIOD_KEYS]
    if missing or twice:
        unknown = [f"'{text}' (kolom {letter})" for letter, text in headings.items() if letter not in targets]
        faults = (("Tidak dikenal", unknown), ("Tidak ada", missing), ("Ganda", twice))
        raise InputRejectedError(
            "Kepala kolom laporan tidak sesuai. "
            + " ".join(f"{name}: {', '.join(items)}." for name, items in faults if items),
            where=where,
            next_step="Samakan kepala kolom dengan templat; kolom tambahan dihapus atau diberi judul 'Keterangan'.",
        )
    return targets, remarks


def _alike(key: str, known: dict[str, str], taken: set[str]) -> str | None:
    """The one target whose heading differs by a slip of the pen."""
    near = {known[match] for match in get_close_matches(key, known, n=5, cutoff=_ALIKE)} - taken
    return near.pop() if len(near) == 1 else None


def _heads_elsewhere(
    grids: Sequence[Grid], rows: dict[str, list[Row]], read: set[str], layout: ReportLayout
) -> dict[str, HeadCell]:
    """The head on sheets without a table, as on the template's first."""
    found: dict[str, HeadCell] = {}
    for grid in grids:
        if grid.visible and grid.name not in read:
            found = find_head(rows[grid.name], grid.name, layout) | found
    return found


def _no_table(rows: dict[str, list[Row]], layout: ReportLayout, where: str) -> InputRejectedError:
    is_blank = not any(texts for sheet in rows.values() for _, texts in sheet)
    sheet = layout.sheets["kegiatan"]
    return InputRejectedError(
        "Lembar laporan kosong." if is_blank else "Kepala tabel tidak ditemukan.",
        where=where,
        next_step=f"Tulis kepala kolom seperti pada templat dalam {_SCANNED_ROWS} baris pertama, misalnya pada lembar "
        f"{sheet.sheet}: " + ", ".join(sheet.heading(target) for target in sheet.required) + ".",
    )
