"""Which messages had to go, according to the rules of who hears what, when?

Written from the description of the messages, day by day and as plainly as can be. It asks the product nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.simulation.stories import Sent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from ipa_core.simulation.stories import Asked, Life, Pause, Run, Story, Term

ONE_DAY = timedelta(days=1)

AUDIENCE = {
    **dict.fromkeys(("O", "H1", "H2", "H3"), (Role.MAIN,)),
    "L1": (Role.MAIN, Role.DEPUTY),
    "L2": (Role.MAIN, Role.DEPUTY, Role.COORDINATOR),
    "E1": (Role.PROJECT_LEAD,),
}
"""Who gets each rung of a request."""

ADDRESSEES = {
    "G02": (Role.TEAM, Role.PROJECT_LEAD),
    "O01": (Role.TEAM, Role.PROJECT_LEAD),
    "K04": (Role.COORDINATOR, Role.PROJECT_LEAD),
    "K": (),
    "M": (Role.BEHEERDER, Role.PROJECT_LEAD),
    "S01": (Role.PROJECT_LEAD,),
    "S02": (Role.COORDINATOR,),
    "S03": (Role.PROJECT_LEAD,),
}
"""Who hears of a signal, the first role with somebody on duty; every other signal is for the main contact."""

OF_MINISTRY = (Role.MAIN, Role.DEPUTY, Role.COORDINATOR)

ABOUT_SIGNALS = frozenset({"O02", "O03", "O04", "M03"})
"""Rules about another signal, whose ladder reaches the same people."""

NO_SOLUTION = "O02"

RETURN_PACE = 5
"""Working days between two openings of a knelpunt that comes and goes, and before the end of one is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Every item that had to be handed over, in order."""

    items: tuple[Sent, ...]


def expected(story: Story) -> Expected:
    """Walk through the runs of a life and say what each had to hand over."""
    reference = _Reference(story)
    for run in story.runs:
        reference.live(run)
    return Expected(items=tuple(reference.sent))


@dataclass(slots=True)
class _Ladder:
    """What went about one request: the day of each rung, and the rungs that were overtaken."""

    went: dict[str, date] = field(default_factory=dict)
    overtaken: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Telling:
    """What was told about one episode: when it was opened to whom, and what came after."""

    heard: set[str] = field(default_factory=set)
    opened_on: date | None = None
    said: Severity | None = None
    told_on: date | None = None
    repeats: int = 0
    worse: int = 0
    snoozes_ended: set[int] = field(default_factory=set)
    climbed: dict[str, date] = field(default_factory=dict)
    critical: set[str] = field(default_factory=set)
    solved: set[str] = field(default_factory=set)
    days: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """Something to hand to a mailbox today."""

    key: str
    to: str
    rung: str
    about: str


class _Reference:
    def __init__(self, story: Story) -> None:
        self.story, self.calendar = story, story.calendar
        self.sent: list[Sent] = []
        self.bundles: set[tuple[str, date]] = set()
        self.ladders: dict[str, _Ladder] = defaultdict(_Ladder)
        self.tellings: dict[str, _Telling] = defaultdict(_Telling)
        self.episodes: dict[str, list[Life]] = defaultdict(list)
        for life in sorted(story.lives, key=lambda life: life.episode):
            self.episodes[_knelpunt(life)].append(life)

    def live(self, run: Run) -> None:
        """Hand over what is due, if anything can go now: one bundle a day for each mailbox."""
        if not (run.is_mail_up and self.calendar.is_in_window(run.at)):
            return
        on = day_of(run.at)
        bundles: dict[str, list[_Item]] = defaultdict(list)
        for item in (*self._about_requests(run, on), *self._about_signals(run, on)):
            bundles[item.to].append(item)
        for mailbox, items in bundles.items():
            if (mailbox, on) in self.bundles:
                continue
            self.bundles.add((mailbox, on))
            for item in items:
                self._hand_over(item, run, on)

    def _hand_over(self, item: _Item, run: Run, on: date) -> None:
        self.sent.append(Sent(key=item.key, at=run.at))
        if item.about in self.ladders:
            self.ladders[item.about].went.setdefault(item.rung, on)
            return
        telling, life = self.tellings[item.about], self._life(item.about)
        telling.heard.add(item.to)
        telling.days.append(on)
        match item.rung:
            case "opening":
                telling.opened_on = telling.opened_on or on
            case "repeat":
                telling.repeats += 1
            case "worse":
                telling.worse += 1
            case "snooze_ended":
                telling.snoozes_ended.add(_number_of(item.key))
            case "coordinator" | "project_lead":
                telling.climbed.setdefault(item.rung, on)
            case "critical":
                telling.critical.add(item.to)
            case _:
                telling.solved.add(item.to)
        if item.rung in ("opening", "repeat", "worse", "snooze_ended"):
            telling.said, telling.told_on = _severity(life, run.at), on

    # Requests

    def _about_requests(self, run: Run, on: date) -> Iterator[_Item]:
        for request in self.story.requests:
            is_settled = request.settled_at is not None and request.settled_at <= run.at
            if request.opened_at > run.at or is_settled:
                continue
            ladder = self.ladders[request.code]
            rung = self._rung_today(request, ladder, on)
            if rung is None:
                continue
            for mailbox in self._on_duty(AUDIENCE[rung], request.ministry, run):
                yield _Item(key=f"request:{request.code}:{rung}:{mailbox}", to=mailbox, rung=rung, about=request.code)

    def _rung_today(self, request: Asked, ladder: _Ladder, on: date) -> str | None:
        """Return the latest rung that is due and may go; those before it are overtaken."""
        planned = self._planned(request)
        unsent = [rung for rung in planned if rung not in ladder.went and rung not in ladder.overtaken]
        due = [rung for rung in unsent if planned[rung] <= on and self._may_go(rung, planned, ladder, on)]
        if not due:
            return None
        order = list(planned)
        ladder.overtaken |= {rung for rung in unsent if order.index(rung) < order.index(due[-1])}
        return due[-1]

    def _may_go(self, rung: str, planned: dict[str, date], ladder: _Ladder, on: date) -> bool:
        """Let the escalation wait for its notice, and then for the time between the two."""
        if rung != "E1":
            return True
        if "L2" not in ladder.went:
            return False
        distance = self.calendar.working_days_between(planned["L2"], planned["E1"])
        return on >= self.calendar.add_working_days(ladder.went["L2"], distance)

    def _planned(self, request: Asked) -> dict[str, date]:
        offsets, due_on = self.story.ladders.request, request.due_on
        opens_on = day_of(self.calendar.next_window(request.opened_at))
        days = {"O": opens_on}
        is_short = self.calendar.working_days_between(opens_on, due_on) < self.story.ladders.short_below
        for rung in ("H1", "H2", "H3"):
            planned_on = self._shifted(due_on, offsets[rung])
            if planned_on > opens_on and not (rung == "H1" and is_short):
                days[rung] = planned_on
        grace_over_on = self.calendar.add_working_days(due_on, request.grace) + ONE_DAY
        late_on = self.calendar.roll_forward(max(grace_over_on, self._shifted(due_on, offsets["L1"])))
        days["L1"] = late_on
        days["L2"] = self._shifted(late_on, offsets["L2"] - offsets["L1"])
        days["E1"] = self._shifted(late_on, offsets["E1"] - offsets["L1"])
        return days

    def _shifted(self, on: date, n: int) -> date:
        return self.calendar.add_working_days(on, n) if n >= 0 else self.calendar.subtract_working_days(on, -n)

    # Signals

    def _about_signals(self, run: Run, on: date) -> Iterator[_Item]:
        for life in self.story.lives:
            if life.turns[0].applied_at > run.at:
                continue
            telling = self.tellings[life.id]
            if not _is_open(life, run.at):
                yield from self._solved(life, telling, run, on)
                continue
            if _is_folded(life, run.at) or _severity(life, run.at) < Severity.MEDIUM:
                continue
            mailboxes = self._addressees(life, run)
            if telling.opened_on is None:
                if self._may_open(life, on) and not self._is_of_first_run(life):
                    yield from (_item(life, "opening", to) for to in mailboxes)
            elif _has_ladder(life.rule):
                yield from self._follow(life, telling, mailboxes, run, on)
            if _has_ladder(life.rule) and self._is_critical_news(life, run):
                chain = self._on_duty((Role.PROJECT_LEAD, Role.AANJAGER), "", run)
                yield from (_item(life, "critical", to) for to in chain if to not in telling.critical)

    def _is_of_first_run(self, life: Life) -> bool:
        """That a knelpunt of the first run has no solution is no news: the knelpunt itself was told."""
        first_at = self.story.runs[0].at
        behind = f"{self.story.programme}:{life.id.split(':', 2)[2].rpartition(':')[0]}"
        return life.rule == NO_SOLUTION and any(
            one.id == behind and one.turns[0].applied_at <= first_at for one in self.story.lives
        )

    def _may_open(self, life: Life, on: date) -> bool:
        """A knelpunt that comes and goes is opened anew at a calm pace."""
        before = [
            self.tellings[one.id].opened_on for one in self.episodes[_knelpunt(life)] if one.episode < life.episode
        ]
        last = max((day for day in before if day is not None), default=None)
        return last is None or on >= self.calendar.add_working_days(last, RETURN_PACE)

    def _follow(self, life: Life, telling: _Telling, mailboxes: Sequence[str], run: Run, on: date) -> Iterator[_Item]:
        """Yield what comes after the opening: news at once, else a repeat; and the rungs above the main contact."""
        pauses = self._pauses(life, run)
        is_news = False
        if telling.said is not None and _severity(life, run.at) > telling.said:
            is_news = True
            yield from (_item(life, "worse", to, telling.worse + 1) for to in mailboxes)
        number = sum(pause.kind is DecisionKind.SNOOZE for _, _, pause in pauses)
        if pauses and pauses[-1][2].kind is DecisionKind.SNOOZE and number not in telling.snoozes_ended:
            first, last, _ = pauses[-1]
            if first <= last and self.calendar.add_working_days(last, 1) <= on:
                is_news = True
                yield from (_item(life, "snooze_ended", to, number) for to in mailboxes)
        if any(first <= on <= last for first, last, _ in pauses):
            return
        closed = self._closed(telling, pauses)
        ladder = self.story.ladders
        may_repeat = not is_news and telling.repeats < ladder.repeats
        if may_repeat and telling.told_on and self._open_days(telling.told_on, ladder.repeat_every, closed) <= on:
            yield from (_item(life, "repeat", to, telling.repeats + 1) for to in mailboxes)
        yield from self._climb(life, telling, closed, run, on)

    def _climb(self, life: Life, telling: _Telling, closed: set[date], run: Run, on: date) -> Iterator[_Item]:
        """Yield the lowest rung that is due: each needs the one before it, and then the distance between the two."""
        if telling.opened_on is None:
            return
        offsets = self.story.ladders.signal
        since, after = telling.opened_on, 0
        for rung, role in (("coordinator", Role.COORDINATOR), ("project_lead", Role.PROJECT_LEAD)):
            if rung in telling.climbed:
                since, after = telling.climbed[rung], offsets[rung]
                continue
            readers = self._on_duty((role,), life.ministry, run)
            if not readers:
                continue
            if self._open_days(since, offsets[rung] - after, closed) <= on:
                yield from (_item(life, rung, to) for to in readers)
            return

    def _solved(self, life: Life, telling: _Telling, run: Run, on: date) -> Iterator[_Item]:
        """Everybody who heard of it hears the end, once; of what comes and goes only when it stays away."""
        if not _has_ladder(life.rule) or not telling.heard - telling.solved:
            return
        others = self.episodes[_knelpunt(life)]
        later = [one for one in others if one.episode > life.episode and one.turns[0].applied_at <= run.at]
        if any(_is_open(one, run.at) for one in later):
            return
        newest = later[-1] if later else life
        if newest.episode > 1:
            solved_on = day_of(newest.turns[-1].at)
            if on < self.calendar.add_working_days(solved_on, RETURN_PACE):
                return
        heard_later = {mailbox for one in later for mailbox in self.tellings[one.id].heard}
        present = {term.email for term in self._terms(run)}
        for mailbox in sorted(telling.heard - telling.solved - heard_later):
            if mailbox in present:
                yield _item(life, "solved", mailbox)

    def _is_critical_news(self, life: Life, run: Run) -> bool:
        first_at = self.story.runs[0].at
        return _severity(life, run.at) is Severity.CRITICAL and any(
            turn.severity is Severity.CRITICAL and first_at < turn.applied_at <= run.at
            for turn in life.turns
            if turn.kind in (ChangeKind.OPENED, ChangeKind.CAME_BACK, ChangeKind.RAISED)
        )

    def _pauses(self, life: Life, run: Run) -> list[tuple[date, date, Pause]]:
        """Return the first and last day of each time that somebody had the signal in hand."""
        taken = [pause for pause in life.pauses if pause.at <= run.at]
        found = []
        for index, pause in enumerate(taken):
            first, last = day_of(pause.at), pause.until
            if pause.kind is DecisionKind.SNOOZE:
                raised = [t.at for t in life.turns if t.kind is ChangeKind.RAISED and t.at > pause.at]
                raised = [at for at in raised if at <= run.at]
                last = min(last, day_of(raised[0]) - ONE_DAY) if raised else last
            if index + 1 < len(taken):
                last = min(last, day_of(taken[index + 1].at) - ONE_DAY)
            found.append((first, last, pause))
        return found

    def _closed(self, telling: _Telling, pauses: Sequence[tuple[date, date, Pause]]) -> set[date]:
        """Return the days that do not count. After a material change the wait for the next rung begins anew."""
        closed: set[date] = set()
        for first, last, pause in pauses:
            moved_on = day_of(pause.material_at) if pause.material_at is not None else None
            is_anew = pause.kind is DecisionKind.ACKNOWLEDGE and moved_on is not None and first <= moved_on <= last
            before = [day for day in telling.days if day < first] if is_anew else []
            start = max(before) + ONE_DAY if before else first
            closed |= {start + ONE_DAY * n for n in range((last - start).days + 1)}
        return closed

    def _open_days(self, since: date, n: int, closed: set[date]) -> date:
        """Return the n-th working day after a day on which nobody had the signal in hand."""
        on = since
        while n > 0:
            on = self.calendar.add_working_days(on, 1)
            n -= on not in closed
        return on

    # People

    def _addressees(self, life: Life, run: Run) -> list[str]:
        roles = ADDRESSEES.get(life.rule, ADDRESSEES.get(life.rule[0], (Role.MAIN, Role.DEPUTY)))
        for role in roles:
            if found := self._on_duty((role,), life.ministry, run):
                return found
        return []

    def _on_duty(self, roles: Sequence[Role], ministry: str, run: Run) -> list[str]:
        """Return the mailboxes in these roles, each once; the deputy stands in for an absent main contact."""
        terms = self._terms(run)

        def holding(role: Role) -> list[str]:
            return [
                term.email
                for term in terms
                if term.role is role and (role not in OF_MINISTRY or term.organisation == ministry)
            ]

        found = [
            email for role in roles for email in (holding(role) or (holding(Role.DEPUTY) if role is Role.MAIN else []))
        ]
        return list(dict.fromkeys(found))

    def _terms(self, run: Run) -> list[Term]:
        known = {
            (term.organisation, term.role, term.email): term for term in self.story.contacts if term.known_at <= run.at
        }
        on = day_of(run.at)
        return [
            term
            for term in known.values()
            if (term.since is None or term.since <= on) and (term.until is None or on <= term.until)
        ]

    def _life(self, identity: str) -> Life:
        return next(life for life in self.story.lives if life.id == identity)


def _item(life: Life, rung: str, to: str, turn: int = 1) -> _Item:
    key = f"signal:{life.id}:{life.episode}:{rung}:{to}"
    return _Item(key=key if turn == 1 else f"{key}#{turn}", to=to, rung=rung, about=life.id)


def _number_of(key: str) -> int:
    number = key.rpartition("#")[2]
    return int(number) if number.isdecimal() else 1


def _knelpunt(life: Life) -> str:
    return life.id.rpartition(":")[0]


def _has_ladder(rule: str) -> bool:
    return rule not in ADDRESSEES and rule[0] not in ADDRESSEES and rule[0] != "S" and rule not in ABOUT_SIGNALS


def _is_open(life: Life, at: datetime) -> bool:
    return [turn for turn in life.turns if turn.applied_at <= at][-1].kind is not ChangeKind.RESOLVED


def _severity(life: Life, at: datetime) -> Severity:
    return [turn for turn in life.turns if turn.applied_at <= at][-1].severity


def _is_folded(life: Life, at: datetime) -> bool:
    return any(fold.since <= at and (fold.until is None or at < fold.until) for fold in life.folds)
