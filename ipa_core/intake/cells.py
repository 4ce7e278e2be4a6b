"""What does one value of a submission say? Shared by every kind of file.

Each reader returns the value, or raises `RefusedError` with the code of the problem. Nothing is guessed: what can be
meant in two ways goes back to the sender.
"""

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Generic, TypeVar

from ipa_core.domain.updates import Effect, Plan, Rating, RootCause, Status

MAX_TEXT = 10_000
MAX_CODE = 64
MAX_ADDRESS = 320
_MAX_PERCENT = 100
# Unicode calls text with longer runs of combining marks unsafe for streams; normalising them takes quadratic time.
_MAX_MARKS_IN_A_ROW = 30
_FIRST_YEAR, _LAST_YEAR = 2000, 2099

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"([+-]?[0-9]{1,9}(?:[.,][0-9]{1,9})?)\s*(%?)")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_EVIDENCE_ENDS = re.compile(r"[;\n]")

_YES = frozenset({"ja", "x", "1", "true", "waar"})
_NO = frozenset({"nee", "0", "false", "onwaar"})

E = TypeVar("E", bound=StrEnum)


class RefusedError(Exception):
    """This value goes back to the sender; `details` fill the Dutch sentence of the code."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A cell of a workbook without a value that we can use: the code of the problem, and what stands there."""

    code: str
    shown: str
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(Generic[E]):
    """The words for one enum: `listed` are the ones that we tell the sender, `known` also holds what we understand."""

    listed: tuple[str, ...]
    known: Mapping[str, E]


def _codes_and_words(members: type[E], dutch: Mapping[str, E], also: Mapping[str, E]) -> tuple[Words[E], Words[E]]:
    """Return the codes for JSON, and the Dutch words (with the codes as understood) for CSV and Excel."""
    codes = {member.value: member for member in members}
    return _as_words(codes, {}), _as_words(dutch, {**codes, **also})


def _as_words(listed: Mapping[str, E], also: Mapping[str, E]) -> Words[E]:
    known = {_plain(word): choice for word, choice in (*listed.items(), *also.items())}
    return Words(listed=tuple(listed), known=known)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


STATUS_CODES, STATUS_WORDS = _codes_and_words(
    Status,
    {
        "niet gestart": Status.NOT_STARTED,
        "in uitvoering": Status.IN_PROGRESS,
        "afgerond": Status.COMPLETED,
        "stilgevallen": Status.BLOCKED,
        "ingetrokken": Status.DROPPED,
        "anders ingevuld": Status.SUPERSEDED,
    },
    {},
)
EFFECT_CODES, EFFECT_WORDS = _codes_and_words(
    Effect,
    {
        "onbekend": Effect.UNKNOWN,
        "geen": Effect.NONE,
        "gedeeltelijk": Effect.PARTIAL,
        "zichtbaar": Effect.VISIBLE,
    },
    {"deels": Effect.PARTIAL},
)
RATING_CODES, RATING_WORDS = _codes_and_words(
    Rating,
    {
        "op koers": Rating.ON_TRACK,
        "loopt risico": Rating.AT_RISK,
        "niet op koers": Rating.OFF_TRACK,
    },
    {"risico loopt": Rating.AT_RISK, "risico": Rating.AT_RISK},
)
ROOT_CAUSE_CODES, ROOT_CAUSE_WORDS = _codes_and_words(
    RootCause,
    {
        "wet": RootCause.LAW,
        "geld": RootCause.MONEY,
        "capaciteit": RootCause.CAPACITY,
        "uitvoering": RootCause.EXECUTION,
        "partner": RootCause.PARTNER,
        "besluit": RootCause.DECISION,
        "data": RootCause.DATA,
    },
    {
        "wetgeving": RootCause.LAW,
        "regelgeving": RootCause.LAW,
        "financiën": RootCause.MONEY,
        "besluitvorming": RootCause.DECISION,
        "gegevens": RootCause.DATA,
    },
)


def read_text(value: object, *, limit: int = MAX_TEXT) -> str:
    """Return running text in NFC without outer spaces; lines end in a newline alone."""
    if not isinstance(value, str):
        raise RefusedError("not_text")
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(text.strip()) > limit:
        raise RefusedError("text_too_long", limit=str(limit))
    _refuse_unprintable(text)
    return unicodedata.normalize("NFC", text).strip()


def read_code(value: object, *, limit: int = MAX_CODE) -> str:
    """Return a code, name or address: text on one line."""
    text = read_text(value, limit=limit)
    if "\n" in text or "\t" in text:
        raise RefusedError("not_one_line")
    return text


def read_address(value: object) -> str:
    """Return who sent it; whether it is a known address is not for us to say."""
    return read_code(value, limit=MAX_ADDRESS)


def read_word(value: object, words: Words[E]) -> E | None:
    """Return the choice; empty says nothing. Capitals, double spaces and `_` for a space do not matter."""
    text = read_code(value)
    if not text:
        return None
    choice = words.known.get(_plain(text))
    if choice is None:
        raise RefusedError("word_not_known", choices=", ".join(words.listed), hint=suggestion(text, words.listed))
    return choice


def read_progress(value: object) -> int | None:
    """Return a whole percentage; a number strictly between 0 and 1 without a `%` is a fraction. Empty says nothing."""
    number, has_sign = _read_number(value)
    if number is None:
        return None
    if 0 < number < 1 and not has_sign:
        number = (number * _MAX_PERCENT).to_integral_value(ROUND_HALF_UP)
    if not 0 <= number <= _MAX_PERCENT:
        raise RefusedError("progress_out_of_range")
    if number != number.to_integral_value():
        raise RefusedError("progress_not_whole")
    return int(number)


def read_date(value: object) -> date:
    """Return a day as the Dutch write it (`1-7-2026`, `1/7/2026`) or as ISO."""
    text = read_code(value)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.group(1, 2, 3)
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.group(1, 3, 4)
    else:
        raise RefusedError("date_unclear")
    try:
        on = date(int(year), int(month), int(day))
    except ValueError:
        raise RefusedError("date_impossible") from None
    if not _FIRST_YEAR <= on.year <= _LAST_YEAR:
        raise RefusedError("date_out_of_range", first=str(_FIRST_YEAR), last=str(_LAST_YEAR))
    return on


def read_plan_or_null(value: object) -> Plan:
    """Return a planned date; null and an empty text take the date away (JSON)."""
    return Plan(on=None if value is None or read_code(value) == "" else read_date(value))


def read_plan_or_word(value: object) -> Plan:
    """Return a planned date; the word `vervallen` takes the date away (CSV and Excel)."""
    return Plan(on=None if read_code(value).casefold() == "vervallen" else read_date(value))


def read_evidence_list(value: object) -> tuple[str, ...]:
    """Return a list of texts, or one text, without the empty ones (JSON)."""
    pieces = value if isinstance(value, list) else [value]
    return tuple(text for text in map(read_text, pieces) if text)


def read_evidence_cell(value: object) -> tuple[str, ...]:
    """Return the pieces between semicolons or line ends (CSV and Excel)."""
    return tuple(piece.strip() for piece in _EVIDENCE_ENDS.split(read_text(value)) if piece.strip())


def read_flag(value: object) -> bool:
    """Return true or false as JSON writes it; the text "true" is refused, because "false" is a filled text too."""
    if not isinstance(value, bool):
        raise RefusedError("not_true_or_false")
    return value


def read_flag_word(value: object) -> bool:
    """Return yes or no as people write it in a table."""
    word = read_code(value).casefold()
    if word not in _YES | _NO:
        raise RefusedError("not_yes_or_no")
    return word in _YES


@lru_cache(maxsize=1024)
def suggestion(text: str, known: tuple[str, ...]) -> str:
    """Return a sentence with the known word that looks most like the text, or nothing when none does.

    Remembered, because a whole column may hold the same mistake and looking for likeness is slow.
    """
    if len(text) > MAX_CODE:
        return ""
    close = difflib.get_close_matches(text.casefold(), known, n=1, cutoff=0.7)
    return f" Bedoelde u ‘{close[0]}’?" if close else ""


def code_hint(code: str, known: Iterable[str], *, most: int = 3) -> str:
    """Return a sentence with the known codes that look most like the code, or with where to look when none does."""
    near = difflib.get_close_matches(code.upper(), known, n=most)
    return f"Bedoelt u {' of '.join(near)}?" if near else "Controleer de code in het register."


def as_written(value: object) -> str:
    """Return the value as it stood in the file, to show it to the sender."""
    if isinstance(value, Unreadable):
        return value.shown
    return str(value) if isinstance(value, str | Decimal) else json.dumps(value, ensure_ascii=False, default=str)


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as a spreadsheet shows it: `F12`; both count from 1."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _read_number(value: object) -> tuple[Decimal | None, bool]:
    """Return the number and whether a `%` stood behind it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value), False
    if isinstance(value, Decimal):
        return value, False
    if not isinstance(value, str):
        raise RefusedError("number_malformed")
    text = read_code(value)
    if not text:
        return None, False
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise RefusedError("number_malformed")
    return Decimal(match.group(1).replace(",", ".")), match.group(2) == "%"


def _refuse_unprintable(text: str) -> None:
    """Refuse what a database or a letter cannot carry: control characters, half surrogates, heaps of accents."""
    if found := _UNPRINTABLE.search(text):
        raise RefusedError("character_refused", character=f"U+{ord(found.group()):04X}")
    if text.isascii():
        return
    for is_mark, run in groupby(text, key=lambda character: unicodedata.combining(character) != 0):
        if is_mark and sum(1 for _ in run) > _MAX_MARKS_IN_A_ROW:
            raise RefusedError("too_many_accents")
