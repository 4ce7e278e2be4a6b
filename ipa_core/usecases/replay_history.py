"""Run the rules over the whole history, with the functions that production uses, and score them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.scores import AlarmSpan, score
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, Standing, transitions
from ipa_core.rules.holding import hold_dossier
from ipa_core.usecases.refresh_expectations import roots_first

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ipa_core.domain.expectations import HeldExpectation, Subject
    from ipa_core.domain.scores import KnownKnelpunt, Score
    from ipa_core.domain.signals import Change
    from ipa_core.usecases.views import ProgrammeView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedSignal:
    """One episode as daily runs would have recorded it; `severity` is the highest that it reached."""

    dossier: str
    rule: str
    opened_on: date
    resolved_on: date | None
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """All episodes up to the moment, by day, and the score when the truth was given."""

    signals: tuple[ReplayedSignal, ...]
    score: Score | None


def replay_history(view: ProgrammeView, truth: Sequence[KnownKnelpunt] | None) -> Replay:
    """Return what daily runs up to the view's moment would have found."""
    episodes = [episode for changes in _all_changes(view) for episode in _episodes(changes)]
    dependents = [code for code, row in view.register.items() if row.depends_on]
    alarms = [alarm for episode in episodes if (alarm := _alarm(episode)) is not None]
    found = [_as_replayed(episode) for episode in episodes]
    return Replay(
        signals=tuple(sorted(found, key=lambda one: (one.opened_on, one.dossier, one.rule))),
        score=None if truth is None else score(truth, alarms, dependents=dependents),
    )


def _all_changes(view: ProgrammeView) -> list[list[Change]]:
    """Return the changes of each knelpunt over the whole history."""
    histories = view.histories()
    held: dict[str, Sequence[HeldExpectation]] = {}
    groups: dict[tuple[str, Subject], list[HeldExpectation]] = defaultdict(list)
    for code in roots_first(histories):
        roots = {root: held[root] for root in histories[code].roots if root in held}
        held[code] = hold_dossier(histories[code], view.policies, roots)
        for row in held[code]:
            groups[row.expectation.rule, row.expectation.subject].append(row)
    return [transitions(rows, Standing(), until=view.at, calendar=view.calendar) for rows in groups.values()]


def _episodes(changes: Sequence[Change]) -> list[list[Change]]:
    episodes: list[list[Change]] = []
    for change in changes:
        if change.kind.is_opening:
            episodes.append([])
        episodes[-1].append(change)
    return episodes


def _as_replayed(episode: Sequence[Change]) -> ReplayedSignal:
    expectation = episode[0].row.expectation
    last = episode[-1]
    return ReplayedSignal(
        dossier=expectation.subject.code,
        rule=expectation.rule,
        opened_on=episode[0].on,
        resolved_on=last.on if last.kind is ChangeKind.RESOLVED else None,
        severity=max(change.severity for change in episode),
    )


def _alarm(episode: Sequence[Change]) -> AlarmSpan | None:
    """Return from when until when the episode weighed medium or more, if it ever did."""
    heavy = [change for change in episode if change.severity >= Severity.MEDIUM]
    expectation = episode[0].row.expectation
    if not heavy or expectation.subject.kind not in (SubjectKind.RECOMMENDATION, SubjectKind.MEASURE):
        return None
    last = episode[-1]
    return AlarmSpan(
        dossier=expectation.subject.code,
        rule=expectation.rule,
        first=day_of(heavy[0].at),
        last=last.on if last.kind is ChangeKind.RESOLVED else None,
        severity=max(change.severity for change in episode),
        opened_on=episode[0].on,
    )
