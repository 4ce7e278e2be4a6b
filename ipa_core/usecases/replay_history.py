"""Run the rules over the whole history, with the functions that production uses, and score them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.directories import lead_terms, reach_over_time
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.scores import AlarmSpan, score
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, Standing, transitions
from ipa_core.rules.holding import hold_dossier, hold_organisation, hold_request
from ipa_core.store import recommendations
from ipa_core.usecases.refresh_expectations import roots_first
from ipa_core.usecases.request_histories import list_request_histories

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from ipa_core.domain.expectations import HeldExpectation, Subject
    from ipa_core.domain.scores import KnownKnelpunt, Score
    from ipa_core.domain.signals import Change
    from ipa_core.usecases.views import ProgrammeView


DOSSIER_KINDS = frozenset({SubjectKind.RECOMMENDATION, SubjectKind.MEASURE, SubjectKind.MILESTONE})
"""Subjects whose signals count for a dossier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedSignal:
    """One episode as daily runs would have recorded it; `severity` is the highest that it reached.

    `dossier` is the code of the dossier, or of the request or organisation that it is about.
    """

    dossier: str
    subject: Subject
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
    episodes = [(owner, episode) for owner, changes in _all_changes(view) for episode in _episodes(changes)]
    dependents = [code for code, row in view.register.items() if row.depends_on]
    alarms = [alarm for owner, episode in episodes if (alarm := _alarm(owner, episode)) is not None]
    found = [_as_replayed(owner, episode) for owner, episode in episodes]
    return Replay(
        signals=tuple(sorted(found, key=lambda one: (one.opened_on, one.dossier, one.rule))),
        score=None if truth is None else score(truth, alarms, dependents=dependents),
    )


def _all_changes(view: ProgrammeView) -> list[tuple[str, list[Change]]]:
    """Return the changes of each knelpunt over the whole history, with the dossier (or other owner) it belongs to."""
    owners: dict[tuple[str, Subject], str] = {}
    groups: dict[tuple[str, Subject], list[HeldExpectation]] = defaultdict(list)
    for owner, rows in (*_dossier_rows(view), *_other_rows(view)):
        for row in rows:
            key = row.expectation.rule, row.expectation.subject
            owners[key] = owner
            groups[key].append(row)
    return [
        (owners[key], transitions(rows, Standing(), until=view.at, calendar=view.calendar))
        for key, rows in groups.items()
    ]


def _dossier_rows(view: ProgrammeView) -> Iterator[tuple[str, Sequence[HeldExpectation]]]:
    histories = view.histories()
    held: dict[str, Sequence[HeldExpectation]] = {}
    ever = {code: [root for root in history.roots if root in histories] for code, history in histories.items()}
    now = {code: history.versions[-1].depends_on for code, history in histories.items()}
    for code in roots_first(ever, lambda: now):
        roots = {root: held[root] for root in histories[code].roots if root in held}
        held[code] = hold_dossier(histories[code], view.policies, roots)
        yield code, held[code]


def _other_rows(view: ProgrammeView) -> Iterator[tuple[str, Sequence[HeldExpectation]]]:
    for history in list_request_histories(view):
        yield history.request.code, hold_request(history, view.policies)
    terms = lead_terms(recommendations.list_versions(view.session, view.code), view.directory_history)
    for code, reaches in reach_over_time(terms, view.directory_history).items():
        yield code, hold_organisation(reaches, view.policies)


def _episodes(changes: Sequence[Change]) -> list[list[Change]]:
    episodes: list[list[Change]] = []
    for change in changes:
        if change.kind.is_opening:
            episodes.append([])
        episodes[-1].append(change)
    return episodes


def _as_replayed(owner: str, episode: Sequence[Change]) -> ReplayedSignal:
    expectation = episode[0].row.expectation
    last = episode[-1]
    return ReplayedSignal(
        dossier=owner,
        subject=expectation.subject,
        rule=expectation.rule,
        opened_on=episode[0].on,
        resolved_on=last.on if last.kind is ChangeKind.RESOLVED else None,
        severity=max(change.severity for change in episode),
    )


def _alarm(owner: str, episode: Sequence[Change]) -> AlarmSpan | None:
    """Return from when until when the episode weighed medium or more, if it ever did."""
    heavy = [change for change in episode if change.severity >= Severity.MEDIUM]
    expectation = episode[0].row.expectation
    if not heavy or expectation.subject.kind not in DOSSIER_KINDS:
        return None
    last = episode[-1]
    return AlarmSpan(
        dossier=owner,
        rule=expectation.rule,
        first=day_of(heavy[0].at),
        last=last.on if last.kind is ChangeKind.RESOLVED else None,
        severity=max(change.severity for change in episode),
        opened_on=episode[0].on,
    )
