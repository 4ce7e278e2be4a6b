"""What does a submission in JSON say?"""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from ipa_core.intake import cells
from ipa_core.intake.decoding import decode
from ipa_core.intake.problems import Problem, problem
from ipa_core.intake.submissions import BrokenFileError, Dialect, Lines, ReadSubmission, Row

MAX_DEPTH = 20
KEYS = {
    "dossier": "recommendation",
    "status": "status",
    "progress": "progress",
    "plan": "planned_on",
    "reason": "reason",
    "note": "note",
    "evidence": "evidence",
    "root_cause": "root_cause",
    "help_wanted": "help_wanted",
    "effect": "effect",
    "rating": "rating",
    "is_unchanged": "unchanged",
}
"""The key of each field of a line."""

_TOP_KEYS = ("programme", "round", "organisation", "submitted_by", "updates")
_LINE_KEYS = frozenset(KEYS.values())
# A line with more unknown keys is no line of ours; the first few say enough.
_MAX_UNKNOWN_SHOWN = 5
# Longer whole numbers stay decimals, which take linear time to read.
_MAX_INT_DIGITS = 18

_DIALECT = Dialect(
    statuses=cells.STATUS_CODES,
    effects=cells.EFFECT_CODES,
    ratings=cells.RATING_CODES,
    root_causes=cells.ROOT_CAUSE_CODES,
    read_plan=cells.read_plan_or_null,
    read_evidence=cells.read_evidence_list,
    read_flag=cells.read_flag,
)


def read_json(content: bytes) -> ReadSubmission:
    """Return what the document says; `row` of a line or problem is its place in `updates`, from 1.

    Raises BrokenFileError when the document as a whole is wrong, with all reasons.
    """
    document = _parse(content)
    if not isinstance(document, dict):
        raise BrokenFileError(problem("json_not_an_object"))
    problems = [_unknown_key(key) for key in document if key not in _TOP_KEYS]
    programme, round_code, organisation = (
        _read_top(document, key, cells.read_code, problems) for key in ("programme", "round", "organisation")
    )
    submitted_by = _read_top(document, "submitted_by", cells.read_address, problems)
    if not organisation and not any(each.column == "organisation" for each in problems):
        problems.append(problem("organisation_missing", column="organisation"))
    updates = document.get("updates")
    if not isinstance(updates, list):
        problems.append(problem("updates_missing", column="updates", value=_shown(updates)))
        raise BrokenFileError(*problems)
    try:
        lines = _read_updates(updates)
    except BrokenFileError as broken:
        raise BrokenFileError(*problems, *broken.problems) from None
    if any(found.code != "json_key_unknown" for found in problems):
        raise BrokenFileError(*problems, *lines.problems)
    return ReadSubmission(
        programme=programme,
        round=round_code,
        organisation=organisation,
        submitted_by=submitted_by,
        lines=tuple(lines.right),
        problems=(*problems, *lines.problems),
        line_count=lines.count,
        is_returned=bool(problems),
    )


def _parse(content: bytes) -> object:
    text = decode(content, accept_cp1252=False)
    if text is None:
        raise BrokenFileError(problem("encoding_unknown"))
    try:
        document: object = json.loads(
            text,
            object_pairs_hook=_without_doubles,
            parse_constant=_refuse_constant,
            parse_float=_read_decimal,
            parse_int=_read_integer,
        )
    except json.JSONDecodeError as error:
        raise BrokenFileError(problem("json_malformed", line=error.lineno, position=error.colno)) from None
    except RecursionError:
        raise BrokenFileError(problem("json_too_deep", limit=MAX_DEPTH)) from None
    if _is_too_deep(document):
        raise BrokenFileError(problem("json_too_deep", limit=MAX_DEPTH))
    return document


def _without_doubles(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Of two values for one key a reader keeps the last; the sender may have meant the first."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise BrokenFileError(problem("json_key_double", column=key))
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity; JSON does not know them."""
    raise BrokenFileError(problem("json_constant", value=name))


def _read_decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # An exponent that no number can have.
        raise BrokenFileError(problem("json_constant", value=text)) from None


def _read_integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _MAX_INT_DIGITS else Decimal(text)


def _is_too_deep(document: object) -> bool:
    """Walk down level by level, because a recursive walk would itself be too deep."""
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(parent: object) -> Sequence[object]:
    if isinstance(parent, dict):
        return list(parent.values())
    return parent if isinstance(parent, list) else ()


def _unknown_key(key: str) -> Problem:
    hint = cells.suggestion(key, _TOP_KEYS)
    return problem("json_key_unknown", column=key, choices=", ".join(_TOP_KEYS), hint=hint)


def _read_top(document: dict[str, object], key: str, reader: Callable[[object], str], problems: list[Problem]) -> str:
    """Return the text at a key of the document, or nothing when it is absent, null or refused."""
    value = document.get(key)
    try:
        return "" if value is None else reader(value)
    except cells.RefusedError as refused:
        problems.append(problem(refused.code, row=None, column=key, value=_shown(value), **refused.details))
        return ""


def _read_updates(updates: list[object]) -> Lines:
    lines = Lines(_DIALECT)
    for number, update in enumerate(updates, start=1):
        if isinstance(update, dict):
            lines.add(_row_of(number, update))
        else:
            row = Row(number, KEYS, {})
            row.refuse_column("json_line_not_an_object", "updates", update)
            lines.add_wrong(row)
    lines.close()
    return lines


def _row_of(number: int, update: dict[str, object]) -> Row:
    """Null says nothing, except that a planned date is gone."""
    said = {
        field: update[key]
        for field, key in KEYS.items()
        if key in update and (update[key] is not None or field == "plan")
    }
    row = Row(number, KEYS, said)
    unknown = [key for key in update if key not in _LINE_KEYS]
    for key in unknown[:_MAX_UNKNOWN_SHOWN]:
        hint = cells.suggestion(key, tuple(KEYS.values()))
        row.refuse_column("json_key_unknown", key, update[key], choices=", ".join(KEYS.values()), hint=hint)
    return row


def _shown(value: object) -> str:
    return "" if value is None else cells.as_written(value)
