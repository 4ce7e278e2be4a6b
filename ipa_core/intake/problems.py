"""What is wrong with what came in, where, and how does the sender mend it?

The sentences live in `problems.toml`, one per code; a reader of input only gives the code, the place and the values.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

from ipa_core.errors import InputRefused

LONGEST_VALUE = 200
"""Characters of a refused value that are shown; a whole document in one cell must not end up in a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. `row` counts lines of the file with the header as 1; None is the file as a whole.

    `value` is what was found, cut off at LONGEST_VALUE; unprintable characters are written out as escapes.
    """

    code: str
    row: int | None
    column: str
    value: str
    message: str
    file: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the fields by name, ready for a JSON document."""
        return asdict(self)


class ProblemList:
    """Collects every problem of one input, so that the sender hears all of them at once.

    A second problem with the same value in the same place is left out: one is enough to mend it.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, int | None, str, str], Problem] = {}

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self._found)

    def add(
        self,
        code: str,
        *,
        row: int | None = None,
        column: str = "",
        value: object = "",
        file: str = "",
        **details: object,
    ) -> None:
        """Take one in, as `problem` builds it."""
        self.take(problem(code, row=row, column=column, value=value, file=file, **details))

    def take(self, found: Problem) -> None:
        """Take in one that was built already."""
        self._found.setdefault((found.file, found.row, found.column, found.value), found)

    def in_order(self, files: Sequence[str] = ()) -> tuple[Problem, ...]:
        """Return them in the order of `files` and then of their lines."""
        places = {file: place for place, file in enumerate(files)}
        return tuple(sorted(self._found.values(), key=lambda one: (places.get(one.file, -1), one.row or 0)))

    def raise_any(self, files: Sequence[str] = ()) -> None:
        """Raise InputRefused with all of them, in order, when there are any."""
        if self._found:
            raise InputRefused(self.in_order(files))


def problem(
    code: str, *, row: int | None = None, column: str = "", value: object = "", file: str = "", **details: object
) -> Problem:
    """Build the problem with its Dutch message.

    The sentence may use `row`, `column`, `value`, `file` and the details by name; numbers and dates may be passed.
    An unknown code, or a detail that the sentence asks for and that is not given, raises KeyError.
    """
    shown = as_shown(value)
    seen = {name: printable(str(detail)) for name, detail in details.items()}
    message = sentences()[code].format(row=row, column=as_shown(column), value=shown, file=as_shown(file), **seen)
    return Problem(code=code, row=row, column=as_shown(column), value=shown, message=message, file=as_shown(file))


def as_shown(value: object) -> str:
    """Return the value as text of at most LONGEST_VALUE characters that can be printed and stored anywhere."""
    text = str(value)
    return printable(text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…")


def printable(text: str) -> str:
    """Return the text with characters that cannot be printed written out as escapes."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


@cache
def sentences() -> Mapping[str, str]:
    """Return the Dutch sentence of each code, with its places to fill in."""
    found: Mapping[str, str] = tomllib.loads(
        resources.files("ipa_core.intake").joinpath("problems.toml").read_text("utf-8")
    )
    return found
