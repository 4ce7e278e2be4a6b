"""G04 no effect: it is completed, and nobody notices or nobody says so.

What it expects
    After a completion in an answer the effect is reported within `low_after` working days, and it is not `none`.

Why it matters
    Output is not effect: a law in force may change nothing for the worker.

When it stays silent
    When the completion is public history: it is not asked for effects. For what is not completed, or never adopted.

What resolves it
    A partial or visible effect. What was said before the completion stands until something else is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Effect, Status
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the completion."""

    low_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """What is completed has an effect, and it is told."""
    if not dossier.is_adopted or dossier.status is not Status.COMPLETED or dossier.is_explained(RULE.code):
        return
    completion = dossier.claim
    said = [entry for entry in dossier.cycle if entry.update.effect is not None]
    effect = said[-1].update.effect if said else Effect.UNKNOWN
    if not completion.update.is_answer or effect in (Effect.PARTIAL, Effect.VISIBLE):
        return
    completed = Evidence(name="completed_on", value=completion.on, source=completion.update.where)
    if effect is Effect.NONE:
        none = _first_without(said)
        step = Step(max(completion.on, none.on), Severity.MEDIUM)
        shown = Evidence(name="none_on", value=none.on, source=none.update.where)
    else:
        step = Step(calendar.first_day_beyond(completion.on, thresholds.low_after), Severity.LOW)
        shown = Evidence(name="last_good_on", value=calendar.add_working_days(completion.on, thresholds.low_after))
    yield Expectation(rule=RULE.code, subject=dossier.subject, steps=(step,), evidence=(completed, shown))


def _first_without(said: list[Entry]) -> Entry:
    """Return the entry since which every word on the effect is that there is none."""
    return list(takewhile(lambda entry: entry.update.effect is Effect.NONE, reversed(said)))[-1]


RULE = Rule(code="G04", thresholds=Thresholds, expect=expect)
