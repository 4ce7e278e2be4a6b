"""How many of the open dossiers of a theme are held up, and by which ministries are those led?

A dossier is held up while one of its own signals weighs enough. That others wait for it adds nothing: one stuck bill is
one knelpunt, however many dossiers depend on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.domain.shared_causes import SHARING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from ipa_core.domain.episodes import Episode
    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.domain.handovers import Leads


def holds_up(rule: str, severity: Severity | None) -> bool:
    """Tell whether a signal of this rule and weight counts for the theme of its dossier."""
    return rule[0] in SHARING and severity is not None and severity >= Severity.MEDIUM


def concerns_theme(episode: Episode, since: datetime) -> bool:
    """Tell whether what a signal did from the instant on may change how its theme stands."""
    return episode.turns[-1].at >= since and any(holds_up(episode.rule, turn.severity) for turn in episode.turns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A dossier of a theme that has signals; `places` are the rows that say when it is open in the theme."""

    dossier: str
    places: tuple[HeldExpectation, ...]
    episodes: tuple[Episode, ...]

    @property
    def changes(self) -> Iterator[datetime]:
        """When it may begin or cease to be held up."""
        for place in self.places:
            yield place.held_from
            if place.held_until is not None:
                yield place.held_until
        yield from (turn.at for episode in self.episodes for turn in episode.turns)

    def is_held_up_at(self, moment: datetime) -> bool:
        """Tell whether it is open in the theme at the instant, with a signal that counts."""
        return any(place.holds_at(moment) for place in self.places) and any(
            holds_up(episode.rule, episode.severity_at(moment)) for episode in self.episodes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeHistory:
    """One theme over time: by how many its open dossiers become more or fewer, and the dossiers that have signals."""

    theme: str
    openings: Mapping[datetime, int]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The open dossiers of a theme on a day, and how many are held up by the ministry that leads them.

    Without a lead the ministry is empty. Once the theme became a knelpunt it has the day of that.
    """

    code: str
    on: date
    open: int
    held_up: Mapping[str, int]
    formed_on: date | None = None

    @property
    def subject(self) -> Subject:
        """What the signal on this theme is about."""
        return Subject(kind=SubjectKind.THEME, code=self.code)


def count_openings(terms: Iterable[tuple[datetime, datetime | None, int]]) -> dict[datetime, int]:
    """Return by how many the open dossiers change at each instant, from when how many of them are open until when."""
    found: Counter[datetime] = Counter()
    for begins_at, ends_at, count in terms:
        found[begins_at] += count
        if ends_at is not None:
            found[ends_at] -= count
    return dict(found)


def count_held_up(members: Iterable[Member], leads: Leads, begins_at: datetime) -> dict[datetime, Counter[str]]:
    """Return by how many the dossiers that are held up change for each ministry, at `begins_at` and after it."""
    leads_at = cache(leads.at)
    handovers = leads.directory.changes(with_contacts=False)
    found: dict[datetime, Counter[str]] = defaultdict(Counter)
    for member in members:
        versions = (version.recorded_at for version in leads.register.get(member.dossier, ()))
        changes = {*member.changes, *versions, *handovers}
        before: str | None = None
        for moment in sorted({begins_at, *(at for at in changes if at > begins_at)}):
            now = leads_at(moment).lead(member.dossier) or "" if member.is_held_up_at(moment) else None
            if before is not None:
                found[moment][before] -= 1
            if now is not None:
                found[moment][now] += 1
            before = now
    return found
