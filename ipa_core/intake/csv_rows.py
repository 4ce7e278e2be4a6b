"""Which lines does a file of a programme hold? Bytes become rows, or problems with the file as a whole."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ipa_core.intake.problems import ProblemList
from ipa_core.intake.table_rows import Row
from ipa_core.intake.texts import refused_character, tidy

_COLUMNS_WITH_LINES = frozenset({"description", "note", "reason", "source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLayout:
    """The columns that a file must and may have."""

    file: str
    columns: tuple[str, ...]
    optional_columns: tuple[str, ...] = ()
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The lines of a file, without empty ones; `is_whole` is False when there may be lines that could not be read."""

    rows: tuple[Row, ...] = ()
    is_whole: bool = True

    @property
    def whole_rows(self) -> tuple[Row, ...]:
        """The lines that have a cell for every column."""
        return tuple(row for row in self.rows if row.is_whole)


class TableReader:
    """The lines of a comma-separated file with a header, one at a time; of an absent file that is not required none.

    `is_whole` tells after the last one whether that was all of the file.
    """

    def __init__(self, path: Path, layout: TableLayout, problems: ProblemList) -> None:
        self._path, self._layout, self._problems = path, layout, problems
        self.is_whole = False

    def __iter__(self) -> Iterator[Row]:
        file = self._layout.file
        self.is_whole = not self._layout.is_required and not self._path.exists()
        if self.is_whole:
            return
        records = _Records(self._path, file, self._problems)
        heading = next(iter(records), None)
        if heading is None:
            if records.is_whole:
                self._problems.add("heading_missing", file=file, row=1)
            return
        places = _read_heading([tidy(cell) for cell in heading[1]], self._layout, self._problems)
        if places is None:
            return
        width = len(heading[1])
        for number, cells in records:
            if any(cell.strip() for cell in cells):
                yield _read_row(number, cells, width, places, file, self._problems)
        self.is_whole = records.is_whole and self._layout.columns[0] in places


def read_table(path: Path, layout: TableLayout, problems: ProblemList) -> Table:
    """Read such a file as a whole."""
    reader = TableReader(path, layout, problems)
    rows = tuple(reader)
    return Table(rows=rows, is_whole=reader.is_whole)


def read_utf8(path: Path, file: str, problems: ProblemList) -> str | None:
    """Return the text of the file, without a byte order mark; None when there is a problem with it."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        problems.add("file_missing", file=file)
        return None
    except OSError:
        problems.add("file_unreadable", file=file)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        problems.add("not_utf8", file=file, row=row, value=f"0x{error.object[error.start]:02X}")
        return None


class _Records:
    """The records of a file, each with the line it starts on; stops at the first that cannot be read."""

    def __init__(self, path: Path, file: str, problems: ProblemList) -> None:
        self._path = path
        self._file = file
        self._problems = problems
        self._records = self._read()
        self.is_whole = True

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return self._records

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        # Without `strict` one unclosed quote swallows the rest of the file in silence.
        reader = csv.reader(_lines_of(self._path), strict=True)
        number = 1
        while True:
            try:
                cells = next(reader, None)
            except csv.Error:
                self._stop(number, has_read=reader.line_num)
                return
            except (OSError, UnicodeDecodeError):
                self.is_whole = False
                if read_utf8(self._path, self._file, self._problems) is not None:
                    raise  # It can be read after all: what came so far must not pass for all of it.
                return
            if cells is None:
                return
            if cells:
                yield number, cells
            number = reader.line_num + 1

    def _stop(self, number: int, has_read: int) -> None:
        self.is_whole = False
        lines = list(islice(_lines_of(self._path), number - 1, has_read))
        longest = csv.field_size_limit()
        # The reader tells its reasons apart by English sentences only; the length of what it read is as sure.
        code = "cell_too_long" if sum(len(line) for line in lines) > longest else "csv_broken"
        value = lines[0].strip() if lines else ""
        self._problems.add(code, file=self._file, row=number, value=value, longest=longest)


def _lines_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from file


def _read_heading(names: Sequence[str], layout: TableLayout, problems: ProblemList) -> dict[str, int] | None:
    """Return the place of each known column; None when the header says nothing."""
    if len(names) == 1 and ";" in names[0]:
        problems.add("separator_wrong", file=layout.file, row=1, value=names[0])
        return None
    known = {*layout.columns, *layout.optional_columns}
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name not in known:
            problems.add("column_unknown", file=layout.file, row=1, column=name, value=name)
        elif name in places:
            problems.add("column_double", file=layout.file, row=1, column=name, value=name)
        else:
            places[name] = place
    for name in layout.columns:
        if name not in places:
            problems.add("column_missing", file=layout.file, row=1, column=name)
    return places


def _read_row(
    number: int, raw: Sequence[str], width: int, places: dict[str, int], file: str, problems: ProblemList
) -> Row:
    cells = tuple(tidy(cell) for cell in raw)
    row = Row(file, number, places, cells, problems, is_whole=len(cells) == width)
    if not row.is_whole:
        problems.add("cell_count", file=file, row=number, value=",".join(cells), found=len(cells), expected=width)
        return row
    for column, place in places.items():
        character = refused_character(cells[place], may_break=column in _COLUMNS_WITH_LINES)
        if character:
            row.refuse("character_refused", column, character=character)
    return row
