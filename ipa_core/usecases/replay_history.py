"""Run the rules over the whole history, with the functions that production uses, and score them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ipa_core.domain.directories import lead_terms, reach_over_time
from ipa_core.domain.episodes import tell_episodes
from ipa_core.domain.expectations import Step, SubjectKind
from ipa_core.domain.forecast_scores import ForecastScore, score_forecasts
from ipa_core.domain.moments import day_of
from ipa_core.domain.scores import AlarmSpan, score
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, Standing, transitions
from ipa_core.domain.themes import ThemeHistory, count_openings
from ipa_core.domain.updates import RootCause
from ipa_core.rules.comparing import list_results
from ipa_core.rules.grouping import THEME_KNELPUNT, hold_causes, hold_theme
from ipa_core.rules.holding import Followed, hold_dossier, hold_episodes, hold_organisation, hold_patterns, hold_request
from ipa_core.store import decisions, recommendations
from ipa_core.usecases.follow_causes import OWNER, as_carriers, leads_of, list_causes, settled_at
from ipa_core.usecases.follow_themes import OWNER as THEME_OWNER
from ipa_core.usecases.follow_themes import as_members
from ipa_core.usecases.keep_comparables import list_tables
from ipa_core.usecases.refresh_expectations import roots_first
from ipa_core.usecases.request_histories import list_request_histories

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from ipa_core.domain.episodes import Episode
    from ipa_core.domain.expectations import HeldExpectation, Subject
    from ipa_core.domain.scores import KnownKnelpunt, Score
    from ipa_core.domain.signals import Change
    from ipa_core.rules.comparing import Tables
    from ipa_core.rules.holding import DossierHistory
    from ipa_core.usecases.views import ProgrammeView


DOSSIER_KINDS = frozenset({SubjectKind.RECOMMENDATION, SubjectKind.MEASURE, SubjectKind.MILESTONE})
"""Subjects whose signals count for a dossier."""

WEIGHED = frozenset(ChangeKind) - {ChangeKind.RESTATED, ChangeKind.RESOLVED}
"""What gives a signal another weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedSignal:
    """One episode as daily runs would have recorded it; `severity` is the highest that it reached.

    `steps` are the days on which it came to weigh more, or less.
    `dossier` is the code of the dossier, or of the request or organisation that it is about.
    """

    dossier: str
    subject: Subject
    rule: str
    opened_on: date
    resolved_on: date | None
    severity: Severity
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """All episodes up to the moment, by day; the score when the truth was given; and that of the forecasts."""

    signals: tuple[ReplayedSignal, ...]
    score: Score | None
    forecasts: ForecastScore


def replay_history(view: ProgrammeView, truth: Sequence[KnownKnelpunt] | None) -> Replay:
    """Return what daily runs up to the view's moment would have found."""
    histories = view.histories()
    tables = list_tables(view, histories.values())
    held = [*_dossier_rows(view, histories, tables), *_other_rows(view)]
    first = _all_changes(view, held)
    first += [*_cause_changes(view, first), *_theme_changes(view, first, held)]
    found = [*first, *_follow(view, first)]
    episodes = [(owner, episode) for owner, changes in found for episode in _episodes(changes)]
    dependents = [code for code, row in view.register.items() if row.depends_on]
    alarms = [alarm for owner, episode in episodes if (alarm := _alarm(owner, episode)) is not None]
    replayed = [_as_replayed(owner, episode) for owner, episode in episodes]
    return Replay(
        signals=tuple(sorted(replayed, key=lambda one: (one.opened_on, one.dossier, one.rule))),
        score=None if truth is None else score(truth, alarms, dependents=dependents),
        forecasts=score_forecasts(list_results(histories.values(), view.policies, tables, until=view.at)),
    )


def hold_history(view: ProgrammeView) -> Iterator[tuple[str, HeldExpectation]]:
    """Yield what was expected at the view's moment, with the dossier (or other owner) whose facts it follows from."""
    histories = view.histories()
    tables = list_tables(view, histories.values())
    for owner, rows in (*_dossier_rows(view, histories, tables), *_other_rows(view)):
        yield from ((owner, row) for row in rows if row.holds_at(view.at))


def _all_changes(
    view: ProgrammeView, held: Iterable[tuple[str, Sequence[HeldExpectation]]]
) -> list[tuple[str, list[Change]]]:
    """Return the changes of each knelpunt over the whole history, with the dossier (or other owner) it belongs to.

    Rows without steps wait for nothing.
    """
    owners: dict[tuple[str, Subject], str] = {}
    groups: dict[tuple[str, Subject], list[HeldExpectation]] = defaultdict(list)
    for owner, rows in held:
        for row in (row for row in rows if row.expectation.steps):
            key = row.expectation.rule, row.expectation.subject
            owners[key] = owner
            groups[key].append(row)
    return [(owners[key], _transitions(view, rows)) for key, rows in groups.items()]


def _cause_changes(view: ProgrammeView, found: Iterable[tuple[str, list[Change]]]) -> list[tuple[str, list[Change]]]:
    """Return what became of the groups of signals with the same cause."""
    said = list_causes(view)
    codes = {one.dossier for one in said}
    told: dict[str, list[Episode]] = {}
    for owner, changes in found:
        if owner in codes:
            told.setdefault(owner, []).extend(tell_episodes(owner, changes))
    groups = [f"{OWNER}{cause}" for cause in RootCause]
    settled = settled_at(decisions.list_of_dossiers(view.session, view.code, groups))
    held = hold_causes(as_carriers(said, told), settled, leads_of(view, codes), view.policies)
    return [(f"{OWNER}{cause}", _transitions(view, rows)) for cause, rows in held.items()]


def _theme_changes(
    view: ProgrammeView,
    found: Iterable[tuple[str, list[Change]]],
    held: Iterable[tuple[str, Sequence[HeldExpectation]]],
) -> Iterator[tuple[str, list[Change]]]:
    """Yield what became of the themes, from the rows that say which dossiers are open in them."""
    told: dict[str, list[Episode]] = {}
    for owner, changes in found:
        told.setdefault(owner, []).extend(tell_episodes(owner, changes))
    places: dict[str, dict[str, list[HeldExpectation]]] = {}
    for owner, rows in held:
        for row in (row for row in rows if row.expectation.rule == THEME_KNELPUNT):
            places.setdefault(row.expectation.subject.code, {}).setdefault(owner, []).append(row)
    for theme, mine in places.items():
        openings = count_openings((row.held_from, row.held_until, 1) for rows in mine.values() for row in rows)
        members = as_members(theme, mine, {owner: told.get(owner, ()) for owner in mine})
        history = ThemeHistory(theme=theme, openings=openings, members=members)
        yield f"{THEME_OWNER}{theme}", _transitions(view, hold_theme(history, leads_of(view, mine), view.policies))


def _follow(view: ProgrammeView, found: Sequence[tuple[str, list[Change]]]) -> Iterator[tuple[str, list[Change]]]:
    """Yield what became of the expectations on these signals, and on the signals that follow from those."""
    decided = decisions.list_of_dossiers(view.session, view.code)
    versions = recommendations.list_versions(view.session, view.code)
    while found:
        found = [
            (owner, _transitions(view, rows))
            for owner, changes in found
            for rows in _rows_by_subject(
                hold_episodes(
                    Followed(
                        episodes=tuple(tell_episodes(owner, changes, decided.get(owner, ()))),
                        versions=versions.get(owner, ()),
                        decisions=decided.get(owner, ()),
                    ),
                    view.policies,
                )
            )
        ]
        yield from found


def _rows_by_subject(rows: Iterable[HeldExpectation]) -> Iterable[list[HeldExpectation]]:
    groups: dict[tuple[str, Subject], list[HeldExpectation]] = defaultdict(list)
    for row in rows:
        groups[row.expectation.rule, row.expectation.subject].append(row)
    return groups.values()


def _transitions(view: ProgrammeView, rows: Sequence[HeldExpectation]) -> list[Change]:
    return transitions(rows, Standing(), until=view.at, calendar=view.calendar)


def _dossier_rows(
    view: ProgrammeView, histories: Mapping[str, DossierHistory], tables: Tables
) -> Iterator[tuple[str, Sequence[HeldExpectation]]]:
    held: dict[str, Sequence[HeldExpectation]] = {}
    ever = {code: [root for root in history.roots if root in histories] for code, history in histories.items()}
    now = {code: history.versions[-1].depends_on for code, history in histories.items()}
    for code in roots_first(ever, lambda: now):
        roots = {root: held[root] for root in histories[code].roots if root in held}
        held[code] = hold_dossier(histories[code], view.policies, roots, tables=tables)
        yield code, held[code]


def _other_rows(view: ProgrammeView) -> Iterator[tuple[str, Sequence[HeldExpectation]]]:
    histories = list_request_histories(view)
    for history in histories:
        yield history.request.code, hold_request(history, view.policies)
    rounds = [list(mine) for _, mine in groupby(histories, key=lambda history: history.request.round)]
    for code, rows in hold_patterns(rounds, view.directory_history, view.policies).items():
        yield f"pattern:{code}", rows
    terms = lead_terms(recommendations.each_versions(view.session, view.code), view.directory_history)
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
        steps=tuple(Step(change.on, change.severity) for change in episode if change.kind in WEIGHED),
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
