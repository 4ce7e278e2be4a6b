"""How did one signal go, and what did people decide about it?

Rules over signals read episodes. They see the days on which a signal opened, weighed more or was solved, never the day
of a run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.expectations import Evidence, Subject, SubjectKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.signals import ChangeKind
from ipa_core.domain.solutions import fold_solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.severities import Severity
    from ipa_core.domain.signals import Change
    from ipa_core.domain.solutions import Solution

REACTIONS = frozenset({DecisionKind.ACKNOWLEDGE, DecisionKind.SNOOZE})
"""What somebody decides who has seen an escalation; both stop the ladder."""

UNANSWERED_REQUEST = "K01"

SILENCED = ("G01", "G02", "G04", "R")
"""Rules, or families, of signals that only a closed dossier can have: its ways out are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """From this instant the signal weighs this much; nothing once it is solved."""

    at: datetime
    severity: Severity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """At this instant a message about the signal went over the head of its ministry; it may have come back later."""

    at: datetime
    returned_at: datetime | None = None

    @property
    def changes(self) -> tuple[datetime, ...]:
        """The instants at which something became of it."""
        return (self.at,) if self.returned_at is None else (self.at, self.returned_at)

    def known_at(self, moment: datetime) -> Escalation:
        """Return it as it was known at the instant: nobody knows ahead that it comes back."""
        is_returned = self.returned_at is not None and self.returned_at <= moment
        return self if is_returned else replace(self, returned_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One signal over time. `dossier` is the dossier, request or group that it belongs to.

    `decisions` are those on this signal and its solutions, in order.
    """

    rule: str
    subject: Subject
    number: int
    dossier: str
    turns: tuple[Turn, ...]
    decisions: tuple[Decision, ...] = ()
    escalations: tuple[Escalation, ...] = ()

    @property
    def code(self) -> str:
        """Unique within the programme: the id of the signal without the programme before it."""
        return f"{self.rule}:{self.subject.code}:{self.number}"

    @property
    def opened_at(self) -> datetime:
        """When it opened."""
        return self.turns[0].at

    @property
    def as_subject(self) -> Subject:
        """What signals on this signal are about."""
        return Subject(kind=SubjectKind.SIGNAL, code=self.code)

    @property
    def severity(self) -> Severity | None:
        """How much it weighs; None once it is solved."""
        return self.turns[-1].severity

    @property
    def changes(self) -> tuple[datetime, ...]:
        """The instants at which it may have become another."""
        escalated = (at for one in self.escalations for at in one.changes)
        return (*(turn.at for turn in self.turns), *(one.at for one in self.decisions), *escalated)

    def told_as(self, programme: str) -> str:
        """Return what notices about it are about: the signal, or for K01 the request, whose ladder speaks for it."""
        return self.subject.code if self.rule == UNANSWERED_REQUEST else f"{programme}:{self.code}"

    def as_evidence(self) -> tuple[Evidence, ...]:
        """Name the signal, its rule and what it is about."""
        return (
            Evidence(name="signal_rule", value=self.rule),
            Evidence(name="signal_code", value=self.subject.code),
            Evidence(name="opened_on", value=day_of(self.opened_at)),
        )

    @property
    def unanswered_at(self) -> datetime | None:
        """When the first escalation went to which nobody reacted since; None without such a one."""
        reacted_at = [one.at for one in self.decisions if one.kind in REACTIONS]
        waiting = [one.at for one in self.escalations if one.returned_at is None]
        return min((at for at in waiting if all(at > reaction for reaction in reacted_at)), default=None)

    @property
    def running_solution(self) -> Solution | None:
        """The latest way out, as long as the signal is open and somebody works on what it is about."""
        is_followed = self.severity is not None and not self.rule.startswith(SILENCED)
        return self.solutions[-1] if is_followed and self.solutions else None

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """The ways out that were proposed, in order."""
        return fold_solutions(self.decisions)

    def at(self, moment: datetime) -> Episode:
        """Return it as it was known at the instant, not before it opened."""
        if all(at <= moment for at in self.changes):
            return self
        return replace(
            self,
            turns=tuple(turn for turn in self.turns if turn.at <= moment),
            decisions=tuple(one for one in self.decisions if one.at <= moment),
            escalations=tuple(one.known_at(moment) for one in self.escalations if one.at <= moment),
        )

    def severity_at(self, moment: datetime) -> Severity | None:
        """Return how much it weighed at the instant; None before it opened and once it is solved."""
        return next((turn.severity for turn in reversed(self.turns) if turn.at <= moment), None)

    def weighs_since(self, severity: Severity) -> date | None:
        """Return the day since which it weighs at least this much without a break; None when it does not."""
        since: datetime | None = None
        for turn in self.turns:
            is_light = turn.severity is None or turn.severity < severity
            since = None if is_light else since or turn.at
        return day_of(since) if since is not None else None

    def snoozes(self) -> list[tuple[date, date]]:
        """Return from and until which day it was snoozed, each time; it ends early when the signal weighs more."""
        return [(one.on, self._wakes_on(one)) for one in self.decisions if one.kind is DecisionKind.SNOOZE]

    def _wakes_on(self, snooze: Decision) -> date:
        until = snooze.until or snooze.on
        before = [turn for turn in self.turns if turn.at <= snooze.at]
        weight = before[-1].severity if before else None
        for turn in self.turns:
            if turn.at > snooze.at and (turn.severity is None or weight is None or turn.severity > weight):
                return min(until, day_of(turn.at))
        return until


def tell_episodes(dossier: str, changes: Iterable[Change], decisions: Iterable[Decision] = ()) -> list[Episode]:
    """Return the episodes of one knelpunt from what happened to it, in order of time, with the decisions on each."""
    turns: dict[int, list[Turn]] = {}
    about: tuple[str, Subject] | None = None
    for change in changes:
        about = about or (change.row.expectation.rule, change.row.expectation.subject)
        turns.setdefault(change.episode, []).append(as_turn(change.at, change.kind, change.severity))
    if about is None:
        return []
    rule, subject = about
    told = [
        Episode(rule=rule, subject=subject, number=number, dossier=dossier, turns=tuple(mine))
        for number, mine in turns.items()
    ]
    return with_decisions(told, decisions)


def as_turn(at: datetime, kind: ChangeKind, severity: Severity) -> Turn:
    """Return what a change did to the weight of a signal."""
    return Turn(at=at, severity=None if kind is ChangeKind.RESOLVED else severity)


def with_decisions(episodes: Iterable[Episode], decisions: Iterable[Decision]) -> list[Episode]:
    """Give each episode the decisions on its signal, whose id has the programme before the code of the episode."""
    on: dict[str, list[Decision]] = {}
    for one in decisions:
        on.setdefault(one.signal.partition(":")[2], []).append(one)
    if not on:
        return list(episodes)
    return [replace(episode, decisions=tuple(on.get(episode.code, ()))) for episode in episodes]


def with_escalations(
    episodes: Iterable[Episode], went: Mapping[str, Sequence[Escalation]], programme: str
) -> list[Episode]:
    """Give each episode the escalations about it, which `went` has by what their notices are about."""
    if not went:
        return list(episodes)
    return [
        replace(
            episode,
            # The request of an earlier episode of K01 may be the same.
            escalations=tuple(one for one in went.get(episode.told_as(programme), ()) if one.at >= episode.opened_at),
        )
        for episode in episodes
    ]
