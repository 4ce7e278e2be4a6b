"""K03 empty update: there was an answer, and its text says the same as last time.

What it expects
    An answer says something new: a text that is less than `alike` per cent like those of the round before, a material
    change, or the tick *unchanged*, which says openly that there is no news.

Why it matters
    A text that is copied from round to round costs time to write and to read, and hides that nothing happened.

When it stays silent
    For closed dossiers, and for lines without a text: they say nothing that can be alike. When the round before brought
    no text on this dossier, there is nothing to compare.

What resolves it
    Another text, a material change, or the tick. A line without a text leaves it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import PERCENT
from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Per cent from which a text is the same as the one before."""

    alike: int = field(metadata=PERCENT)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """An answer says something new."""
    empty = [] if dossier.is_closed else _latest_empty(dossier, thresholds.alike)
    if not empty:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=tuple(
            Step(entry.on, severity) for entry, severity in zip(empty, (Severity.LOW, Severity.MEDIUM), strict=False)
        ),
        evidence=tuple(item for entry in empty for item in _evidence(entry)),
    )


def _latest_empty(dossier: Dossier, alike: int) -> list[Entry]:
    """Return of each of the latest rounds in a row that brought nothing new the first answer with a text."""
    rounds: dict[str, list[Entry]] = {}
    for entry in dossier.answers:
        rounds.setdefault(entry.update.round, []).append(entry)
    empty: list[Entry] = []
    for entries in rounds.values():
        if any(_is_news(entry, alike) for entry in entries):
            empty = []
        else:
            empty += [entry for entry in entries if entry.update.note][:1]
    return empty


def _is_news(entry: Entry, alike: int) -> bool:
    """Tell whether an answer says something new, or openly that there is nothing new."""
    update = entry.update
    is_other_text = bool(update.note) and (update.likeness is None or update.likeness < alike)
    return is_other_text or update.is_unchanged or entry.is_material


def _evidence(entry: Entry) -> tuple[Evidence, ...]:
    update = entry.update
    return (
        Evidence(name="round", value=update.round),
        Evidence(name="said_on", value=entry.on, source=update.where),
        Evidence(name="alike", value=update.likeness or 0),
    )


RULE = Rule(code="K03", thresholds=Thresholds, expect=expect)
