"""What does one line of a table say, cell by cell, and which cells are wrong?

A refused cell is added to the problems and answered with a stand-in, so that the rest of the line is checked as well.
Nothing that is built of a stand-in may be used: whoever reads the table raises when there are problems.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from ipa_core.intake.problems import ProblemList

Choice = TypeVar("Choice", bound=StrEnum)

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2099, 12, 31)
"""Days beyond these are slips of the pen, and no calendar can count from them."""

DATE_PROBLEMS = frozenset({"date_malformed", "date_impossible"})

_NO_DAY = LAST_DAY
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[^\s;:/]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `number` counts lines of the file with the header as 1; `places` gives the cell of a column.

    A line with too few or too many cells is not `is_whole`: only its first cells can be trusted.
    """

    file: str
    number: int
    places: Mapping[str, int]
    cells: Sequence[str]
    problems: ProblemList
    is_whole: bool = True

    def text(self, column: str) -> str:
        """Return what the cell says; empty when it, or its column, is not there."""
        place = self.places.get(column, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    def required(self, column: str) -> str:
        """Return what the cell says, which must be something."""
        text = self.text(column)
        # A column that is not there has its own problem, once.
        if not text and column in self.places:
            self.refuse("value_missing", column)
        return text

    def code(self, column: str = "code") -> str:
        """Return the code that this line gives to something new."""
        code = self.required(column)
        if code and not is_code(code):
            self.refuse("code_malformed", column)
        return code

    def texts(self, column: str) -> tuple[str, ...]:
        """Return the parts between semicolons, each once."""
        parts = (part.strip() for part in self.text(column).split(";"))
        return tuple(dict.fromkeys(part for part in parts if part))

    def day(self, column: str, *, last: date = LAST_DAY) -> date | None:
        """Return the date in the cell; None when it is empty or refused."""
        text = self.text(column)
        if not text:
            return None
        on = iso_day(text)
        if on is None:
            self.refuse(date_problem(text), column)
            return None
        if not FIRST_DAY <= on <= last:
            self.refuse("date_out_of_range", column, first=FIRST_DAY.year, last=last.year)
            return None
        return on

    def required_day(self, column: str) -> date:
        """Return the date in the cell, which must be filled."""
        self.required(column)
        return self.day(column) or _NO_DAY

    def term(self, start: str = "valid_from", end: str = "valid_to") -> tuple[date | None, date | None]:
        """Return the two days of a period, either of them None when open."""
        # Other systems write 9999-12-31 for "no end".
        first, last = self.day(start), self.day(end, last=date.max)
        if first is not None and last is not None and last < first:
            self.refuse("dates_reversed", end, start=first)
        return first, last

    def word(self, column: str, choices: type[Choice]) -> Choice | None:
        """Return the choice in the cell; None when it is empty or refused."""
        text = self.text(column)
        if not text:
            return None
        try:
            return choices(text)
        except ValueError:
            self.refuse("word_unknown", column, choices=", ".join(choices))
            return None

    def required_word(self, column: str, choices: type[Choice]) -> Choice:
        """Return the choice in the cell, which must be filled."""
        self.required(column)
        return self.word(column, choices) or next(iter(choices))

    def refuse(self, code: str, column: str, *, value: str | None = None, **details: object) -> None:
        """Add a problem with this cell; `value` is the part of it that is wrong, if not all."""
        shown = self.text(column) if value is None else value
        self.problems.add(code, file=self.file, row=self.number, column=column, value=shown, **details)


def is_code(text: str) -> bool:
    """Tell whether the text can be a code: it must fit in a list, in a key and in a web address."""
    return _CODE.fullmatch(text) is not None


def iso_day(text: str) -> date | None:
    """Return the date that is written as 2026-12-31; None when it is no date."""
    if _ISO_DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def date_problem(text: str) -> str:
    """Return which of the DATE_PROBLEMS is wrong with a text that is no date."""
    return "date_impossible" if _ISO_DATE.fullmatch(text) else "date_malformed"
