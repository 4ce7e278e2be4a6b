"""The post office of the reference model: who is on duty, and what went into whose bundle?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role
from ipa_core.simulation.stories import Sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ipa_core.simulation.stories import Run, Story, Term

_OF_MINISTRY = frozenset({Role.MAIN, Role.DEPUTY, Role.COORDINATOR})


class Duty:
    """Who is on duty at an instant, as the engine knows it."""

    def __init__(self, story: Story, at: datetime) -> None:
        known = {(one.organisation, one.role, one.email): one for one in story.contacts if one.known_at <= at}
        on = day_of(at)
        self._terms = [one for one in known.values() if _holds_on(one, on)]
        self.present = frozenset(one.email for one in self._terms)

    def of(self, role: Role, ministry: str) -> tuple[str, ...]:
        """Return the mailboxes that a rung for this role goes to; for an absent main contact that is the deputy."""
        return self._in(role, ministry) or (self._in(Role.DEPUTY, ministry) if role is Role.MAIN else ())

    def of_all(self, roles: Iterable[Role], ministry: str) -> tuple[str, ...]:
        """Return the mailboxes of all these roles, each once."""
        return tuple(dict.fromkeys(mailbox for role in roles for mailbox in self.of(role, ministry)))

    def of_first(self, roles: Iterable[Role], ministry: str) -> tuple[str, ...]:
        """Return the mailboxes of the first of these roles in which anybody is on duty."""
        return next((found for role in roles if (found := self.of(role, ministry))), ())

    def stand_ins(self, mailbox: str) -> tuple[str, ...]:
        """Return the deputies of a main contact; of anybody else there are none."""
        ministries = [one.organisation for one in self._terms if one.email == mailbox and one.role is Role.MAIN]
        return tuple(deputy for ministry in ministries for deputy in self._in(Role.DEPUTY, ministry))

    def _in(self, role: Role, ministry: str) -> tuple[str, ...]:
        is_here = role in _OF_MINISTRY
        return tuple(
            one.email for one in self._terms if one.role is role and (one.organisation == ministry or not is_here)
        )


def _holds_on(term: Term, on: date) -> bool:
    return (term.since is None or term.since <= on) and (term.until is None or on <= term.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A rung that is due, and the mailboxes that must hear it. `number` counts a rung that can come more than once."""

    ladder: str
    rung: str
    mailboxes: tuple[str, ...]
    number: int = 1

    @property
    def name(self) -> str:
        """The rung itself, whoever hears it."""
        return f"{self.ladder}:{self.rung}{self._turn}"

    def key(self, mailbox: str) -> str:
        """Return the readable key of what one mailbox is handed."""
        return f"{self.ladder}:{self.rung}:{mailbox}{self._turn}"

    @property
    def _turn(self) -> str:
        return f"#{self.number}" if self.number > 1 else ""


class Post:
    """Hands over what is due: each mailbox gets one bundle on a working day.

    `gone` tells for each rung on which day the last mailbox so far was handed it, or refused it for good, and `reached`
    the same without those that refused it. `waiting` are
    the mailboxes that must still hear a rung that others heard: their bundle of the day had gone already, or they stand
    in for a main contact that cannot be reached. `heard` are the mailboxes that were handed something of a ladder.
    """

    def __init__(self, story: Story) -> None:
        self.sent: list[Sent] = []
        self.mentioned: list[Sent] = []
        self.gone: dict[str, date] = {}
        self.reached: dict[str, date] = {}
        self.waiting: dict[str, tuple[str, ...]] = {}
        self.heard: dict[str, set[str]] = defaultdict(set)
        self.tried: set[str] = set()
        self._refused = story.refused
        self._bundles: set[tuple[str, date]] = set()

    def hand_over(self, run: Run, duty: Duty, lines: Sequence[Line], mentions: Iterable[Line]) -> list[Line]:
        """Hand over bundles with these lines; mentions ride along. Return the lines that went to anybody."""
        on = day_of(run.at)
        mailboxes = {mailbox for line in lines for mailbox in line.mailboxes}
        served = {mailbox for mailbox in mailboxes if (mailbox, on) not in self._bundles}
        if run.died_after is not None:
            served &= run.died_after
        self._bundles |= {(mailbox, on) for mailbox in served}
        for mention in mentions:
            for mailbox in served.intersection(mention.mailboxes):
                if not self.is_refused(mailbox, run.at):
                    self.mentioned.append(Sent(key=mention.key(mailbox), at=run.at))
                    self.gone[mention.name] = on
        went = [line for line in lines if served.intersection(line.mailboxes)]
        for line in went:
            self._hand_over(line, served, run, duty)
        return went

    def is_refused(self, mailbox: str, at: datetime) -> bool:
        """Tell whether the mail server refuses this mailbox for good."""
        return mailbox in self._refused and self._refused[mailbox] <= at

    def still_to_hear(self, line: Line, duty: Duty) -> Line | None:
        """Return the line as it must go to those who did not hear it while others did, if there are any."""
        mailboxes = tuple(mailbox for mailbox in self.waiting.get(line.name, ()) if mailbox in duty.present)
        if not mailboxes:
            return None
        return Line(ladder=line.ladder, rung=line.rung, mailboxes=mailboxes, number=line.number)

    def _hand_over(self, line: Line, served: set[str], run: Run, duty: Duty) -> None:
        waiting = [mailbox for mailbox in line.mailboxes if mailbox not in served]
        for mailbox in line.mailboxes:
            if mailbox not in served:
                continue
            self.tried.add(line.key(mailbox))
            if self.is_refused(mailbox, run.at):
                waiting += duty.stand_ins(mailbox)
                continue
            self.sent.append(Sent(key=line.key(mailbox), at=run.at))
            self.heard[line.ladder].add(mailbox)
            self.reached[line.name] = day_of(run.at)
        self.gone[line.name] = day_of(run.at)
        self.waiting[line.name] = tuple(one for one in dict.fromkeys(waiting) if line.key(one) not in self.tried)
