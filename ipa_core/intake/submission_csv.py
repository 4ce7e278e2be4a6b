"""What does a submission in CSV say, as Excel, a colleague or a script saved it?"""

import csv
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from ipa_core.intake import cells
from ipa_core.intake.decoding import decode
from ipa_core.intake.problems import Problem, problem
from ipa_core.intake.submissions import BrokenFileError, Dialect, Lines, ReadSubmission, Row

HEADINGS = {
    "aanbeveling": "dossier",
    "stand": "status",
    "voortgang": "progress",
    "planning": "plan",
    "reden": "reason",
    "toelichting": "note",
    "bewijs": "evidence",
    "oorzaak": "root_cause",
    "hulpvraag": "help_wanted",
    "effect": "effect",
    "oordeel": "rating",
    "ongewijzigd": "is_unchanged",
    "uitvraag": "round",
    "ministerie": "organisation",
    "programma": "programme",
}
"""The field of each heading; the last three are about the file and the same on each line."""

CONTEXT_HEADINGS = {"titel": "title", "vorige toelichting": "previous_note"}
"""What our own form shows beside the questions; nothing is read from it."""

_OF_THE_FILE = ("programme", "round", "organisation")
_DELIMITERS = ";,\t"
_QUOTED = re.compile(r'"[^"]*"')
# More unknown headings than this mean that it is another file; the first few say enough.
_MAX_UNKNOWN_SHOWN = 20
_BLANK = "\ufeff \t\r\n\xa0"

_DIALECT = Dialect(
    statuses=cells.STATUS_WORDS,
    effects=cells.EFFECT_WORDS,
    ratings=cells.RATING_WORDS,
    root_causes=cells.ROOT_CAUSE_WORDS,
    read_plan=cells.read_plan_or_word,
    read_evidence=cells.read_evidence_cell,
    read_flag=cells.read_flag_word,
)

Record: TypeAlias = tuple[int, list[str]]
"""The physical line on which a row begins, and its cells."""


def read_csv(content: bytes) -> ReadSubmission:
    """Return what the file says; `row` of a line or problem is the physical line on which it begins.

    Raises BrokenFileError when the structure of the file is wrong.
    """
    text = decode(content, accept_cp1252=True)
    if text is None:
        raise BrokenFileError(problem("encoding_unknown"))
    records = _read_records(text)
    header = next(records, None)
    if header is None:
        raise BrokenFileError(problem("file_empty"))
    return Table(header).read(records)


def _read_records(text: str) -> Iterator[Record]:
    """Yield the rows that hold something, the header first."""
    source = io.StringIO(text, newline="")
    skipped, first = _skip_blank_lines(source)
    delimiter = _told_delimiter(first)
    if delimiter:
        more, first = _skip_blank_lines(source)
        skipped += 1 + more
    reader = csv.reader(itertools.chain((first,), source), delimiter=delimiter or _delimiter_of(first), strict=True)
    while True:
        row = skipped + reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenFileError(_broken_at(row, error)) from None
        if any(value.strip(_BLANK) for value in values):
            yield row, values


def _skip_blank_lines(source: io.StringIO) -> tuple[int, str]:
    """Return how many blank lines were skipped, and the first line that holds something."""
    for skipped, line in enumerate(source):
        if line.strip(_BLANK + _DELIMITERS):
            return skipped, line
    return 0, ""


def _told_delimiter(line: str) -> str:
    """Return the delimiter that Excel's own first line `sep=;` tells, or nothing."""
    told = line.strip(_BLANK.replace("\t", "")).casefold()
    return told[-1] if told in {f"sep={delimiter}" for delimiter in _DELIMITERS} else ""


def _delimiter_of(header: str) -> str:
    found = Counter(_QUOTED.sub("", header))
    return max(_DELIMITERS, key=lambda delimiter: found[delimiter])


def _broken_at(row: int, error: csv.Error) -> Problem:
    if "field limit" in str(error):
        return problem("cell_too_long", row=row, longest=csv.field_size_limit())
    return problem("csv_broken", row=row)


class Table:
    """The rows under one header, read from top to bottom; every kind of table reads this way."""

    def __init__(self, header: Record, *, stray_code: str = "cells_without_heading") -> None:
        row, headings = header
        self._headings = [heading.strip(_BLANK) for heading in headings]
        self._fields = [field_of(heading) for heading in self._headings]
        self._stray_code = stray_code
        self._unknown = _check_headings(row, self._headings, self._fields)
        named = zip(self._fields, self._headings, strict=True)
        self._columns = {field: heading for field, heading in named if field is not None}
        self._columns.setdefault("status", self._columns.get("is_unchanged", ""))
        self._of_the_file = dict.fromkeys(_OF_THE_FILE, "")
        self._lines = Lines(_DIALECT)

    def read(self, rows: Iterable[tuple[int, Sequence[str | cells.Unreadable]]]) -> ReadSubmission:
        """Return the whole; below an unknown heading nothing is read, and then the file goes back whole."""
        try:
            for number, values in rows:
                self._add(number, values)
            self._lines.close()
        except BrokenFileError as broken:
            raise BrokenFileError(*self._unknown, *broken.problems) from None
        # The status may stand below the unknown heading.
        uncertain = {"status_missing"} if self._unknown else set()
        certain = [found for found in self._lines.problems if found.code not in uncertain]
        return ReadSubmission(
            programme=self._of_the_file["programme"],
            round=self._of_the_file["round"],
            organisation=self._of_the_file["organisation"],
            lines=tuple(self._lines.right),
            problems=(*self._unknown, *certain),
            line_count=self._lines.count,
            is_returned=bool(self._unknown),
        )

    def _add(self, number: int, values: Sequence[str | cells.Unreadable]) -> None:
        """Read one row; a cell without a heading above it may have pushed the others aside."""
        said = {
            field: value
            for field, value in zip(self._fields, values, strict=False)
            if field is not None and is_filled(value)
        }
        row = Row(number, self._columns, said)
        width = len(self._headings)
        stray = [
            place
            for place, value in enumerate(values)
            if is_filled(value) and (place >= width or not self._headings[place])
        ]
        if stray or len(values) > width:
            place = stray[0] if stray else width
            name = cells.cell_name(number, place + 1)
            row.refuse_column(
                self._stray_code, "", values[place], found=str(len(values)), expected=str(width), cell=name
            )
        if stray:
            self._lines.add_wrong(row)
        else:
            self._check_of_the_file(row)
            self._lines.add(row)

    def _check_of_the_file(self, row: Row) -> None:
        """The first value counts for the whole file; an empty cell says the same again."""
        for field in _OF_THE_FILE:
            value = row.read(field, cells.read_code, default="")
            first = self._of_the_file[field] or value
            self._of_the_file[field] = first
            if value and value.casefold() != first.casefold():
                row.refuse("differs_from_first", field, first=first)


def field_of(heading: str) -> str | None:
    """Return what is said below a heading, if we know it."""
    plain = _plain(heading.strip(_BLANK))
    return HEADINGS.get(plain) or CONTEXT_HEADINGS.get(plain)


def is_filled(value: str | cells.Unreadable) -> bool:
    """Tell whether a cell holds something."""
    return isinstance(value, cells.Unreadable) or bool(value.strip(_BLANK))


def _check_headings(row: int, headings: Sequence[str], fields: Sequence[str | None]) -> list[Problem]:
    """Return a problem for each heading that we do not know; a column without a heading is fine while it is empty.

    Raises BrokenFileError with everything that is wrong with the header when the rows below it cannot be read.
    """
    named = list(zip(headings, fields, strict=True))
    unknown = [heading for heading, field in named if field is None and heading]
    times = Counter(field for field in fields if field is not None)
    doubles = {field: heading for heading, field in named if field is not None and times[field] > 1}
    unknowns = [_unknown_heading(row, heading) for heading in unknown[:_MAX_UNKNOWN_SHOWN]]
    problems = [problem("column_double", row=row, column=heading, value=heading) for heading in doubles.values()]
    if "dossier" not in times:
        problems.append(problem("heading_required", row=row, column="aanbeveling", wanted="aanbeveling"))
    if "status" not in times and "is_unchanged" not in times:
        problems.append(problem("heading_required", row=row, column="stand", wanted="stand of ongewijzigd"))
    if problems:
        raise BrokenFileError(*unknowns, *problems)
    return unknowns


def _unknown_heading(row: int, heading: str) -> Problem:
    hint = cells.suggestion(heading, tuple(HEADINGS))
    return problem("heading_unknown", row=row, column=heading, value=heading, choices=", ".join(HEADINGS), hint=hint)


def _plain(heading: str) -> str:
    """Return the heading as we know it; what is too long to be one is cut, because normalising it may take long."""
    return unicodedata.normalize("NFC", heading[: cells.MAX_CODE]).casefold()
