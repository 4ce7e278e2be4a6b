"""Which expectations hold, and from when until when?

The facts of a subject fall at instants. Between two of them nothing changes, so the expectations that follow from what
was known hold from the one to the next. Production calls this for the instants from a new fact on; replay calls it
for the whole history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.dossiers import Dossier
from ipa_core.domain.expectations import Expectation, HeldExpectation, day_after, merge_held
from ipa_core.domain.folds import RunningFold
from ipa_core.domain.lateness import tally_requests, tell_lateness
from ipa_core.domain.moments import day_of, start_of_day, terms
from ipa_core.rules import (
    COMPARED_RULES,
    DOSSIER_RULES,
    EPISODE_RULES,
    MESSAGE_RULES,
    ORGANISATION_RULES,
    PATH_RULES,
    PATTERN_RULES,
    RATING_RULES,
    REQUEST_RULES,
    THEME_RULES,
    rosy_rating,
    theme_knelpunt,
    waiting_on,
)
from ipa_core.rules.applying import apply_rules, weigh, with_weight
from ipa_core.rules.comparing import NO_TABLES, hold_compared
from ipa_core.rules.rosy_rating import Rated
from ipa_core.rules.waiting_on import ROOT_FAMILIES, Root, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.directories import DirectoryHistory, Reach
    from ipa_core.domain.dossiers import RoundTerm
    from ipa_core.domain.episodes import Episode
    from ipa_core.domain.messages import PromisedMessage
    from ipa_core.domain.recommendations import Milestone, Recommendation
    from ipa_core.domain.rounds import RequestHistory
    from ipa_core.domain.updates import StatusUpdate
    from ipa_core.rules.comparing import Tables
    from ipa_core.rules.policies import Policy, PolicyTimeline
    from ipa_core.rules.rule import AnyRule


DOSSIER_CODES = frozenset(
    rule.code for rule in (*DOSSIER_RULES, *RATING_RULES, *COMPARED_RULES, *PATH_RULES, *THEME_RULES)
)
"""Every rule over dossiers, and those over themes, which go by what every dossier says of its place."""

_COMPARED_CODES = frozenset(rule.code for rule in COMPARED_RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierHistory:
    """Every fact on one dossier: versions of its register row and milestones (oldest first), updates and decisions.

    `rounds` are given when a decision waits for them.
    """

    versions: tuple[Recommendation, ...]
    updates: tuple[StatusUpdate, ...]
    milestones: tuple[Milestone, ...] = ()
    decisions: tuple[Decision, ...] = ()
    rounds: tuple[RoundTerm, ...] = ()

    @property
    def code(self) -> str:
        """The official code."""
        return self.versions[0].code

    @property
    def begins_at(self) -> datetime:
        """When the first of it was known."""
        known = (self.versions[0].recorded_at, *(update.recorded_at for update in self.updates))
        return min(known)

    @property
    def roots(self) -> frozenset[str]:
        """Every dossier that it ever depended on."""
        return frozenset(code for version in self.versions for code in version.depends_on)

    def at(self, moment: datetime) -> Dossier:
        """Fold what was known at the instant."""
        return self.running().at(moment, self.version_at(moment))

    def running(self) -> RunningFold:
        """Begin to fold it at one instant after the other."""
        return RunningFold(
            self.updates,
            milestones=self.milestones,
            decisions=self.decisions,
            rounds=self.rounds,
            versions=self.versions,
        )

    def version_at(self, moment: datetime) -> Recommendation:
        """Return the row of the register as known at the instant; before the first one, that one."""
        known = [version for version in self.versions if version.recorded_at <= moment]
        return (known or self.versions[:1])[-1]

    @property
    def moments(self) -> Iterator[datetime]:
        """When it may have become another: each fact, each end of an explanation and of a round that counts."""
        yield from (update.recorded_at for update in self.updates)
        yield from (version.recorded_at for version in self.versions)
        yield from (milestone.recorded_at for milestone in self.milestones)
        yield from decision_moments(self.decisions)
        yield from (at for one in self.rounds for at in (one.ends_at, one.moved_at) if at is not None)


def decision_moments(decisions: Iterable[Decision]) -> Iterator[datetime]:
    """Yield when each of them was made, and when it ends."""
    for decision in decisions:
        yield decision.at
        if decision.until is not None:
            yield start_of_day(day_after(decision.until))


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The signals of one dossier, request or group; `versions` are those of its register row, if it has one.

    `decisions` are all that belong to it, those on each of its signals included.
    """

    episodes: tuple[Episode, ...]
    versions: tuple[Recommendation, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def moments(self) -> Iterator[datetime]:
        """When what its signals weigh may become another: each version, each explanation and its end."""
        yield from (version.recorded_at for version in self.versions)
        yield from decision_moments(one for one in self.decisions if one.kind is DecisionKind.EXPLAIN)

    def weighed(self, expectations: Iterable[Expectation], moment: datetime) -> list[Expectation]:
        """Give expectations the weight of explanations and priority at the instant."""
        counting = [one for one in self.decisions if one.at <= moment and one.explains_on(day_of(moment))]
        explained = {(one.rule, one.subject) for one in counting}
        known = [version for version in self.versions if version.recorded_at <= moment]
        has_priority = bool(known) and known[-1].has_priority
        return [
            with_weight(one, is_explained=(one.rule, one.subject.code) in explained, has_priority=has_priority)
            for one in expectations
        ]


def hold_dossier(
    history: DossierHistory,
    policies: PolicyTimeline,
    roots: Mapping[str, Sequence[HeldExpectation]],
    *,
    since: datetime | None = None,
    tables: Tables = NO_TABLES,
    standing: HeldExpectation | None = None,
    rules: frozenset[str] = DOSSIER_CODES,
) -> list[HeldExpectation]:
    """Return what is expected of the dossier from `since` on (default: from the first fact), by these rules.

    `roots` gives the rows of the dossiers that it depends on, for the same time; `tables` the comparables over time,
    and `standing` the forecast that held just before `since`.
    """
    begins_at = history.begins_at if since is None else max(since, history.begins_at)
    facts = (
        *history.moments,
        *_bounds(row for code in history.roots for row in roots.get(code, ())),
    )

    running = history.running()
    found = rules - _COMPARED_CODES

    def expect_at(moment: datetime) -> Iterable[Expectation]:
        dossier = running.at(moment, history.version_at(moment))
        waits_for = [
            Root(dossier=code, expectation=expectation)
            for code in dossier.recommendation.depends_on
            for expectation in _holding(_in_rule_order(roots.get(code, ())), moment)
        ]
        return expect_of_dossier(dossier, waits_for, policies.at(moment), found)

    held = _hold(begins_at, (*facts, *policies.changes_after(begins_at)), expect_at) if found else []
    if rules & _COMPARED_CODES:
        compared = hold_compared(history, policies, tables, begins_at=begins_at, standing=standing)
        held += [row for row in compared if row.expectation.rule in rules]
    return held


def hold_request(
    history: RequestHistory, policies: PolicyTimeline, *, since: datetime | None = None
) -> list[HeldExpectation]:
    """Return what is expected of the request from `since` on (default: from its opening)."""
    opened_at = history.request.opened_at
    begins_at = opened_at if since is None else max(since, opened_at)

    def expect_at(moment: datetime) -> Iterable[Expectation]:
        return apply_rules(REQUEST_RULES, history.at(moment), policies.at(moment))

    return _hold(begins_at, (*history.changes, *policies.changes_after(begins_at)), expect_at)


def hold_organisation(
    reaches: Sequence[tuple[datetime, Reach]], policies: PolicyTimeline, *, since: datetime | None = None
) -> list[HeldExpectation]:
    """Return what is expected of an organisation from `since` on (default: from the first time that it mattered).

    `reaches` tells in order of time from when it could not be asked, and could again; there is at least one.
    """
    first_at, first = reaches[0]
    begins_at = first_at if since is None else max(since, first_at)

    def expect_at(moment: datetime) -> Iterable[Expectation]:
        reach = next((reach for at, reach in reversed(reaches) if at <= moment), first)
        return apply_rules(ORGANISATION_RULES, reach, policies.at(moment))

    return _hold(begins_at, (*(at for at, _ in reaches), *policies.changes_after(begins_at)), expect_at)


def hold_patterns(
    rounds: Sequence[Sequence[RequestHistory]],
    directory: DirectoryHistory,
    policies: PolicyTimeline,
    *,
    since: datetime | None = None,
) -> dict[str, list[HeldExpectation]]:
    """Return what is expected of each ministry beside the others from `since` on (default: from the first closing).

    `rounds` are the requests of each round, oldest first.
    """
    tallies = {at: tally_requests(rounds, directory, policies.at(at).calendar) for at in policies.since}
    closings = {one.closes_at for mine in tallies.values() for one in mine}
    if not closings:
        return {}
    begins_at = min(closings) if since is None else max(since, min(closings))

    def expect_at(moment: datetime) -> Iterable[Expectation]:
        known = tallies[max((at for at in tallies if at <= moment), default=policies.since[0])]
        found = [
            expectation
            for lateness in tell_lateness(known, moment)
            for expectation in apply_rules(PATTERN_RULES, lateness, policies.at(moment))
        ]
        return [one for one in found if _is_present(directory, one.subject.code, moment)]

    ends = {at for mine in tallies.values() for one in mine for at in (one.waived_at, one.moved_at) if at is not None}
    facts = (*closings, *ends, *directory.changes(with_contacts=False), *policies.changes_after(begins_at))
    held: dict[str, list[HeldExpectation]] = {}
    for row in _hold(begins_at, facts, expect_at):
        held.setdefault(row.expectation.subject.code, []).append(row)
    return held


def _is_present(directory: DirectoryHistory, organisation: str, moment: datetime) -> bool:
    return directory.at(moment).present(organisation, day_of(moment)) == organisation


def hold_message(
    message: PromisedMessage, policies: PolicyTimeline, *, since: datetime | None = None
) -> list[HeldExpectation]:
    """Return what is expected of the message from `since` on (default: from its promise)."""
    begins_at = message.promised_at if since is None else max(since, message.promised_at)

    def expect_at(moment: datetime) -> Iterable[Expectation]:
        is_dead = message.died_at is not None and message.died_at <= moment
        is_settled = message.settled_at is not None and message.settled_at <= moment
        known = replace(
            message,
            died_at=message.died_at if is_dead else None,
            settled_at=message.settled_at if is_settled else None,
        )
        return apply_rules(MESSAGE_RULES, known, policies.at(moment))

    facts = (at for at in (message.died_at, message.settled_at) if at is not None)
    return _hold(begins_at, (*facts, *policies.changes_after(begins_at)), expect_at)


def hold_episodes(
    followed: Followed, policies: PolicyTimeline, *, since: datetime | None = None
) -> list[HeldExpectation]:
    """Return what is expected of each signal from `since` on (default: from its opening)."""
    return [row for episode in followed.episodes for row in _hold_episode(episode, followed, policies, since)]


def _hold_episode(
    episode: Episode, followed: Followed, policies: PolicyTimeline, since: datetime | None
) -> list[HeldExpectation]:
    begins_at = episode.opened_at if since is None else max(since, episode.opened_at)

    def expect_at(moment: datetime) -> Iterable[Expectation]:
        found = apply_rules(EPISODE_RULES, episode.at(moment), policies.at(moment))
        return followed.weighed(found, moment)

    facts = (*episode.changes, *followed.moments)
    return _hold(begins_at, (*facts, *policies.changes_after(begins_at)), expect_at)


def expect_of_dossier(
    dossier: Dossier, roots: Iterable[Root], policy: Policy, rules: frozenset[str] = DOSSIER_CODES
) -> list[Expectation]:
    """Return what these rules expect of the dossier, with the weight of its priority; none of them compares."""
    own = apply_rules(_needed(rules), dossier, policy)
    found = [
        *own,
        *apply_rules(RATING_RULES, Rated(dossier=dossier, expectations=tuple(own)), policy),
        *apply_rules(PATH_RULES, Waiting(dossier=dossier, roots=tuple(roots)), policy),
    ]
    weighed = weigh((one for one in found if one.rule in rules), dossier)
    return [*weighed, *theme_knelpunt.place(dossier)] if theme_knelpunt.RULE.code in rules else weighed


@cache
def _needed(rules: frozenset[str]) -> tuple[AnyRule, ...]:
    return tuple(rule for rule in DOSSIER_RULES if rule.code in rules or rule.code in rosy_rating.FACTS)


def with_readers(rules: Iterable[str]) -> frozenset[str]:
    """Return these rules over dossiers and those that read what they expect."""
    changed = frozenset(rules)
    readers = {rosy_rating.RULE.code} if changed & rosy_rating.FACTS else set()
    if any(code[0] in ROOT_FAMILIES for code in changed):
        readers.add(waiting_on.RULE.code)
    return changed | readers


def _hold(
    begins_at: datetime, facts: Iterable[datetime], expect_at: Callable[[datetime], Iterable[Expectation]]
) -> list[HeldExpectation]:
    moments = sorted({begins_at, *(at for at in facts if at > begins_at)})
    return merge_held(
        HeldExpectation(expectation=expectation, held_from=start, held_until=end)
        for start, end in terms(moments)
        for expectation in expect_at(start)
    )


def _holding(rows: Iterable[HeldExpectation], moment: datetime) -> list[Expectation]:
    return [row.expectation for row in rows if row.expectation.rule[0] in ROOT_FAMILIES and row.holds_at(moment)]


def _in_rule_order(rows: Iterable[HeldExpectation]) -> list[HeldExpectation]:
    """Sort by rule and subject: the order in which rows began depends on the moment from which they were held."""
    codes = [rule.code for rule in (*DOSSIER_RULES, *RATING_RULES, *COMPARED_RULES)]
    known = (row for row in rows if row.expectation.rule in codes)
    return sorted(known, key=lambda row: (codes.index(row.expectation.rule), row.expectation.subject.code))


def _bounds(rows: Iterable[HeldExpectation]) -> Iterable[datetime]:
    for row in rows:
        if row.expectation.rule[0] in ROOT_FAMILIES:
            yield row.held_from
            if row.held_until is not None:
                yield row.held_until
