"""Which open signals of several ministries have the same cause?

A ministry says a cause in an answer, somebody else in the proposal of a solution. The last one said about a dossier
counts for all its signals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.moments import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from ipa_core.domain.episodes import Episode
    from ipa_core.domain.handovers import LeadsAt
    from ipa_core.domain.updates import RootCause

SHARING = frozenset("TVGR")
"""Families of rules whose signals have a cause: those on dossiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidCause:
    """What somebody said is the cause of what holds up a dossier."""

    dossier: str
    at: datetime
    cause: RootCause

    @property
    def on(self) -> date:
        """The day in Europe/Amsterdam."""
        return day_of(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A dossier with the causes that were said about it, in order, and its signals over time."""

    dossier: str
    said: tuple[SaidCause, ...]
    episodes: tuple[Episode, ...]

    @property
    def changes(self) -> Iterator[datetime]:
        """When its part in a group may become another, apart from causes that were said too long ago."""
        yield from (one.at for one in self.said)
        yield from (turn.at for episode in self.episodes for turn in episode.turns)

    def cause_at(self, moment: datetime) -> SaidCause | None:
        """Return what was last said by the instant."""
        return next((one for one in reversed(self.said) if one.at <= moment), None)

    def open_at(self, moment: datetime) -> list[Episode]:
        """Return the signals that were open at the instant."""
        known = (episode.at(moment) for episode in self.episodes)
        return [episode for episode in known if episode.turns and episode.severity is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharer:
    """An open signal in a group: its code, and who leads its dossier."""

    signal: str
    rule: str
    dossier: str
    ministry: str
    said_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseGroup:
    """The open signals with one cause on a day. Once it formed it has a day; a joint solution settles it."""

    cause: RootCause
    on: date
    sharers: tuple[Sharer, ...]
    formed_on: date | None = None
    is_settled: bool = False

    @property
    def subject(self) -> Subject:
        """What the signal on this group is about."""
        return Subject(kind=SubjectKind.ROOT_CAUSE, code=self.cause.value)


def find_sharers(carriers: Iterable[Carrier], cause: RootCause, leads: LeadsAt) -> tuple[Sharer, ...]:
    """Return the signals that are open with this cause when these lead, by dossier."""
    return tuple(
        Sharer(
            signal=episode.code,
            rule=episode.rule,
            dossier=carrier.dossier,
            ministry=leads.lead(carrier.dossier) or "",
            said_on=said.on,
        )
        for carrier in carriers
        if (said := carrier.cause_at(leads.moment)) is not None and said.cause is cause
        for episode in carrier.open_at(leads.moment)
    )
