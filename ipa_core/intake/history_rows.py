"""What was publicly reported about the dossiers before the engine began to ask?"""

import re

from ipa_core.domain.moments import start_of_day
from ipa_core.domain.updates import Confidence, Effect, Origin, Plan, Status, StatusUpdate
from ipa_core.intake.csv_rows import TableLayout
from ipa_core.intake.known_codes import KnownCodes
from ipa_core.intake.table_rows import Row

HISTORY = TableLayout(
    file="history.csv",
    columns=(
        *("recommendation", "reported_on", "organisation", "status", "progress"),
        *("planned_on", "note", "source", "confidence"),
    ),
    optional_columns=("reason", "evidence", "effect"),
)

READ_AS = 1
"""Raise it when the same line comes to say something else: a history that did not change is not read again."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_PERCENTAGE = re.compile(r"[+]?0{0,9}(?:100|[0-9]{1,2})|-0")


def read_history(row: Row, known: KnownCodes, *, seq: int) -> StatusUpdate:
    """Read one line of history.csv, as known from the day on which it was reported.

    An empty planned date says that there is no plan; on a line about a milestone it says nothing.
    """
    dossier, milestone = _read_subject(row, known)
    organisation = row.required("organisation")
    known.check_organisations(row, "organisation", (organisation,))
    reported_on, planned_on = row.required_day("reported_on"), row.day("planned_on")
    return StatusUpdate(
        seq=seq,
        dossier=dossier,
        organisation=organisation,
        effective_on=reported_on,
        recorded_at=start_of_day(reported_on),
        origin=Origin.HISTORY,
        milestone=milestone,
        status=row.word("status", Status),
        progress=_read_progress(row),
        plan=None if milestone is not None and planned_on is None else Plan(on=planned_on),
        reason=row.text("reason"),
        note=row.text("note"),
        evidence=row.texts("evidence"),
        effect=row.word("effect", Effect),
        source=row.text("source"),
        confidence=row.word("confidence", Confidence),
    )


def _read_subject(row: Row, known: KnownCodes) -> tuple[str, str | None]:
    """Return the dossier, and the milestone of it that the line is about, if it is about one."""
    code = row.required("recommendation")
    known.check_subject(row, "recommendation", code)
    dossier = (known.milestones or {}).get(code)
    return (code, None) if dossier is None else (dossier, code)


def _read_progress(row: Row) -> int | None:
    text = row.text("progress")
    if not text:
        return None
    if _WHOLE_NUMBER.fullmatch(text) is None:
        row.refuse("progress_malformed", "progress")
        return None
    # Only a number that is known to be short is converted: Python refuses thousands of digits with an error.
    if _PERCENTAGE.fullmatch(text) is None:
        row.refuse("progress_out_of_range", "progress")
        return None
    return int(text)
