"""V04 rosy rating: the ministry says on track, and the facts do not say so.

What it expects
    The rating `on_track` does not stand while T02, T06 or V03 of the same dossier is broken, and not for `rounds`
    answered rounds in a row without evidence.

Why it matters
    A rating is an opinion. Where it and the facts differ, a talk helps more than another figure.

When it stays silent
    For closed dossiers, and without a rating `on_track` since the dossier was last opened. A rating stands until an
    answer gives another one.

What resolves it
    A lower rating; or the facts are repaired: those knelpunten are solved, and evidence came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import COUNT
from ipa_core.domain.expectations import Evidence, Expectation, Step
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Rating
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier, Entry

FACTS = frozenset({"T02", "T06", "V03"})
"""The rules that a dossier on track does not break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Rounds in a row without evidence."""

    rounds: int = field(metadata=COUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A dossier beside what is expected of it."""

    dossier: Dossier
    expectations: tuple[Expectation, ...]


def expect(rated: Rated, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """The rating and the facts agree; it breaks on the first day on which both are there and do not."""
    run = _rated_on_track(rated.dossier)
    if rated.dossier.is_closed or not run:
        return
    facts = [one for one in rated.expectations if one.rule in FACTS]
    rounds = _rounds_without_evidence(rated.dossier, run)
    unproven = rounds if len(rounds) >= thresholds.rounds else []
    days = [*(fact.steps[0].on for fact in facts), *(entry.on for entry in unproven[thresholds.rounds - 1 :])]
    if not days:
        return
    since = run[0]
    yield Expectation(
        rule=RULE.code,
        subject=rated.dossier.subject,
        steps=(Step(max(since.on, min(days)), Severity.MEDIUM),),
        evidence=(
            Evidence(name="rated_on", value=since.on, source=since.update.where),
            *(item for fact in facts for item in _evidence(fact)),
            *(item for entry in unproven for item in _unproven(entry)),
        ),
    )


def _rated_on_track(dossier: Dossier) -> list[Entry]:
    """Return the answers since the rating became what it is; none when that is not on track."""
    run: list[Entry] = []
    for entry in dossier.answers:
        rating = entry.update.rating
        if entry.place < dossier.since_closing[0].place:
            continue
        if rating is Rating.ON_TRACK or (rating is None and run):
            run.append(entry)
        else:
            run.clear()
    return run


def _rounds_without_evidence(dossier: Dossier, run: list[Entry]) -> list[Entry]:
    """Return the first answer in each of the latest rounds in a row to which no line brought evidence."""
    proven = {entry.update.round for entry in dossier.cycle if entry.update.is_answer and entry.update.evidence}
    first: dict[str, Entry] = {}
    for entry in run:
        first.setdefault(entry.update.round, entry)
    latest_first = reversed(first.values())
    return list(takewhile(lambda entry: entry.update.round not in proven, latest_first))[::-1]


def _evidence(fact: Expectation) -> tuple[Evidence, Evidence]:
    """Name what breaks, of the dossier or its milestone, and its day."""
    return (
        Evidence(name="fact", value=f"{fact.subject.code} {fact.rule}"),
        Evidence(name="fact_on", value=fact.steps[0].on),
    )


def _unproven(entry: Entry) -> tuple[Evidence, Evidence]:
    """Name a round without evidence, and the day of its answer."""
    return (
        Evidence(name="round", value=entry.update.round, source=entry.update.where),
        Evidence(name="round_on", value=entry.on),
    )


RULE = Rule(code="V04", thresholds=Thresholds, expect=expect)
