"""What does a table of a TOML file say, key by key, and which keys are wrong?

As with the rows of a CSV file a refused value is answered with a stand-in, so that the rest is checked as well.
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from ipa_core.intake.csv_rows import read_utf8
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.table_rows import FIRST_DAY, LAST_DAY
from ipa_core.intake.texts import refused_character, tidy

Choice = TypeVar("Choice", bound=StrEnum)

_HEADER = re.compile(r"\s*\[\[?\s*([^\]#]+?)\s*\]")
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class TomlTable:
    """A table of a file: its keys, and the path and number by which to find it again (`closed_day`, 0 the first)."""

    file: str
    lines: tuple[str, ...]
    problems: ProblemList
    values: dict[str, object]
    path: str = ""
    number: int = 0
    asked: set[str] = field(default_factory=set)

    def text(self, key: str, *, is_required: bool = False) -> str:
        """Return a text of one line; empty when it is not there."""
        value = self._take(key, is_required=is_required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse("type_not_text", key)
            return ""
        text = tidy(value)
        character = refused_character(text, may_break=False)
        if character:
            self.refuse("character_refused", key, character=character)
        elif is_required and not text:
            self.refuse("key_missing", key)
        return text

    def day(self, key: str) -> date:
        """Return a date, which must be there."""
        value = self._take(key, is_required=True)
        if value is None:
            return LAST_DAY
        if isinstance(value, datetime) or not isinstance(value, date):
            self.refuse("type_not_date", key)
            return LAST_DAY
        if not FIRST_DAY <= value <= LAST_DAY:
            self.refuse("date_out_of_range", key, first=FIRST_DAY.year, last=LAST_DAY.year)
        return value

    def whole(self, key: str, *, default: int, lowest: int, highest: int) -> int:
        """Return a whole number between two others, both included; the default when it is not there or refused."""
        found = self.between(key, lowest=lowest, highest=highest)
        return default if found is None else found

    def between(self, key: str, *, lowest: int, highest: int) -> int | None:
        """Return a whole number between two others, both included; None when it is not there or refused."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse("type_not_whole", key, lowest=lowest, highest=highest)
            return None
        if not lowest <= value <= highest:
            self.refuse("number_out_of_range", key, lowest=lowest, highest=highest)
            return None
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a true or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse("type_not_flag", key)
            return default
        return value

    def word(self, key: str, choices: type[Choice]) -> Choice:
        """Return a choice, which must be there."""
        text = self.text(key, is_required=True)
        if text in list(choices):
            return choices(text)
        if text:
            self.refuse("word_unknown", key, choices=", ".join(choices))
        return next(iter(choices))

    def table(self, key: str) -> "TomlTable":
        """Return the table under the key; an empty one when it is not there."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.refuse("type_not_table", key)
        return self._under(key, value if isinstance(value, dict) else {}, 0)

    def tables(self, key: str) -> tuple["TomlTable", ...]:
        """Return the tables in the list under the key; one table by itself counts as a list of one."""
        value = self._take(key)
        found = [value] if isinstance(value, dict) else value
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.refuse("type_not_tables", key)
            return ()
        return tuple(self._under(key, one, number) for number, one in enumerate(found))

    def flat_tables(self, key: str) -> tuple[dict[str, str | int], ...] | None:
        """Return a list of tables with texts and whole numbers only; None when it is something else."""
        value = self._take(key)
        if not isinstance(value, list) or not all(_is_flat_table(one) for one in value):
            return None
        return tuple({key: tidy(one) if isinstance(one, str) else one for key, one in table.items()} for table in value)

    def unasked(self) -> tuple[str, ...]:
        """Return the keys that nobody asked for yet."""
        return tuple(key for key in self.values if key not in self.asked)

    def refuse_the_rest(self) -> None:
        """Add a problem for each key that nobody asked for."""
        for key in self.unasked():
            self.problems.add(
                "key_unknown", file=self.file, row=self._line_of(key), column=self.path_of(key), value=key
            )

    def refuse_itself(self, code: str, value: str, **details: object) -> None:
        """Add a problem with the table as a whole."""
        self.problems.add(code, file=self.file, row=self._line_of(""), column=self.path, value=value, **details)

    def refuse(self, code: str, key: str, **details: object) -> None:
        """Add a problem with the value of this key."""
        value = self.values.get(key, "")
        shown = value.isoformat() if isinstance(value, date) else str(value)
        shown = shown.lower() if isinstance(value, bool) else shown
        self.problems.add(
            code, file=self.file, row=self._line_of(key), column=self.path_of(key), value=shown, **details
        )

    def path_of(self, key: str) -> str:
        """Return the key with the names of the tables around it, as in `rounds.cadence`."""
        return f"{self.path}.{key}" if self.path else key

    def _take(self, key: str, *, is_required: bool = False) -> object:
        self.asked.add(key)
        if is_required and key not in self.values:
            self.refuse("key_missing", key)
        return self.values.get(key)

    def _under(self, key: str, values: dict[str, object], number: int) -> "TomlTable":
        return TomlTable(self.file, self.lines, self.problems, values, self.path_of(key), number)

    def _line_of(self, key: str) -> int | None:
        """Find the line of the key, else of its table, in the usual way of writing; None when it is not found."""
        setting = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]")
        path, own_line = "", None
        count, wanted = int(not self.path), self.number + 1
        for row, line in enumerate(self.lines, start=1):
            header = _HEADER.match(line)
            if header is None:
                if path == self.path and count == wanted and setting.match(line):
                    return row
                continue
            path = re.sub(r"[\s\"']", "", header.group(1))
            if path == self.path:
                count += 1
                own_line = row if count == wanted else own_line
            elif path == self.path_of(key) and count == wanted:
                return row
        return own_line


def read_toml(path: Path, file: str, problems: ProblemList) -> TomlTable:
    """Read the file; when it cannot be read, that is the one problem, and the answer is an empty stand-in."""
    stand_in = TomlTable(file, (), ProblemList(), {})
    text = read_utf8(path, file, problems)
    if text is None:
        return stand_in
    lines = tuple(text.splitlines())
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at_line = _AT_LINE.search(str(error))
        row = int(at_line.group(1)) if at_line else max(1, len(lines))
        value = lines[row - 1].strip() if row <= len(lines) else ""
        problems.add("toml_broken", file=file, row=row, value=value)
        return stand_in
    return TomlTable(file, lines, problems, values)


def _is_flat_table(value: object) -> bool:
    return isinstance(value, dict) and all(_is_text(one) or type(one) is int for one in value.values())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not refused_character(tidy(value), may_break=False)
