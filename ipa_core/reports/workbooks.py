"""What is on the Excel form of one request, and how do we know later that it is ours?"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.updates import Effect, Rating, RootCause, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from enum import StrEnum

MARK_SHEET = "ipa_formulier"
"""The name of the hidden sheet that carries the mark of a form."""

MARK_VERSION = "1"
MARK_HEADINGS = ("aanbeveling", "titel", "stand", "voortgang", "planning", "effect", "oordeel", "oorzaak")
_MARK_FIELDS = ("formulier", "programma", "uitvraag", "ministerie", "zegel")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One dossier on the form, with what stands now; None or empty was never said."""

    code: str
    title: str
    status: Status
    progress: int | None = None
    planned_on: date | None = None
    effect: Effect | None = None
    rating: Rating | None = None
    root_cause: RootCause | None = None
    previous_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """What we ask of one ministry in a round, with the answers that we know filled in."""

    programme: str
    programme_name: str
    round: str
    organisation: str
    due_on: date
    made_at: datetime
    rows: tuple[FormRow, ...]

    @property
    def mark(self) -> FormMark:
        """What the form carries out of sight."""
        return FormMark(
            version=MARK_VERSION,
            programme=self.programme,
            round=self.round,
            organisation=self.organisation,
            filled_in=tuple(_as_filled_in(row) for row in self.rows),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMark:
    """What a form carries on its hidden sheet: for whom it was made, and each line as we filled it in.

    `filled_in` has a text for each of MARK_HEADINGS, in the codes that a table understands beside the Dutch words.
    """

    version: str
    programme: str
    round: str
    organisation: str
    filled_in: tuple[tuple[str, ...], ...]

    def seal(self, key: str) -> str:
        """Return an HMAC-SHA256 over everything else in the mark."""
        said = [self.version, self.programme, self.round, self.organisation, *map(list, self.filled_in)]
        text = "ipa form\n" + json.dumps(said, ensure_ascii=True)
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()

    def has_seal(self, seal: str, key: str) -> bool:
        """Tell whether this mark was sealed with the key."""
        return hmac.compare_digest(self.seal(key).encode(), seal.encode())

    def as_rows(self, key: str) -> list[tuple[str, ...]]:
        """Return the cells of the hidden sheet, from its first row."""
        values = (self.version, self.programme, self.round, self.organisation, self.seal(key))
        return [*zip(_MARK_FIELDS, values, strict=True), MARK_HEADINGS, *self.filled_in]


def read_mark(rows: Sequence[Sequence[str]], key: str) -> FormMark | None:
    """Return the mark in the cells of a hidden sheet; None when it is not ours, or was changed."""
    head, lines = rows[: len(_MARK_FIELDS)], rows[len(_MARK_FIELDS) :]
    values = [row[1] if len(row) > 1 else "" for row in head]
    if len(values) < len(_MARK_FIELDS) or not lines:
        return None
    version, programme, round_code, organisation, seal = values
    padding = ("",) * len(MARK_HEADINGS)
    mark = FormMark(
        version=version,
        programme=programme,
        round=round_code,
        organisation=organisation,
        filled_in=tuple((*line, *padding)[: len(MARK_HEADINGS)] for line in lines[1:]),
    )
    return mark if mark.has_seal(seal, key) else None


def _as_filled_in(row: FormRow) -> tuple[str, ...]:
    return (
        row.code,
        row.title,
        row.status.value,
        "" if row.progress is None else str(row.progress),
        "" if row.planned_on is None else row.planned_on.isoformat(),
        _code(row.effect),
        _code(row.rating),
        _code(row.root_cause),
    )


def _code(choice: StrEnum | None) -> str:
    return "" if choice is None else choice.value
