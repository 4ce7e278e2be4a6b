"""Who hears of a signal that nobody takes up, and when: the ladder of one episode, and what may go on a day.

The ladder counts from the day on which the opening message was handed over, in working days on which nobody had the
signal in hand: acknowledged and snoozed days do not count, so that it goes on at the same rung afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import RUNG, between
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.ladders import Rung, signal_audience
from ipa_core.domain.organisations import Role
from ipa_core.domain.pauses import OpenDays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.expectations import Subject
    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.severities import Severity

ABOUT_DOSSIERS = frozenset({SubjectKind.RECOMMENDATION, SubjectKind.MEASURE, SubjectKind.MILESTONE})
"""A signal on a signal or a solution has no ladder: that of the signal behind it reaches the same people."""

BEGINS = frozenset({Rung.OPENING, Rung.TAKEN_OVER})
"""The messages after which a ministry knows of a signal."""

TO_MAIN = BEGINS | {Rung.REPEAT, Rung.WORSE, Rung.SNOOZE_ENDED}
"""What the main contact hears about a signal in turn."""

RUNGS = frozenset(
    {Rung.REPEAT, Rung.WORSE, Rung.SNOOZE_ENDED, Rung.COORDINATOR, Rung.PROJECT_LEAD, Rung.AANJAGER, Rung.CRITICAL}
)
"""What may follow the opening while a signal is open."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLadder:
    """Working days from the opening message to each rung, and between the repeats to the main contact."""

    repeat_every: int = field(metadata=RUNG)
    repeats: int = field(metadata=between(0, 1000))
    coordinator: int = field(metadata=RUNG)
    project_lead: int = field(metadata=RUNG)
    aanjager: int = field(metadata=RUNG)

    @property
    def escalations(self) -> tuple[tuple[Rung, int], ...]:
        """The rungs above the main contact with their days, in order; each needs the one before it."""
        return (
            (Rung.COORDINATOR, self.coordinator),
            (Rung.PROJECT_LEAD, self.project_lead),
            (Rung.AANJAGER, self.aanjager),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message about the signal that went to the main contact: for the how-many-eth time, and how heavy it said.

    `on` is the day on which it was handed over; None while it is promised or under way.
    """

    rung: Rung
    on: date | None
    turn: int = 1
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RungOutcome:
    """What became of a rung above the main contact.

    `is_over` means that nothing waits for it: it failed for good, or there is nobody to write to. With neither of the
    two it is under way.
    """

    went_on: date | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderLife:
    """What happened to one open episode so far.

    `begun_on` is the day on which the ministry that carries it now was told, or is to be told at the earliest; None
    when nothing is to be told. `told` is what went, or is about to go, to its main contact, in order; `reached` are the
    rungs that were sent, or cannot be. `pauses` are in order and do not overlap.
    """

    severity: Severity
    begun_on: date | None = None
    told: tuple[Told, ...] = ()
    reached: Mapping[Rung, RungOutcome] = field(default_factory=dict)
    pauses: tuple[Pause, ...] = ()

    def count(self, rung: Rung) -> int:
        """Return how often this was told to the main contact."""
        return len({one.turn for one in self.told if one.rung is rung})

    def pause_on(self, on: date) -> Pause | None:
        """Return the pause of the day, if there is one."""
        return next((pause for pause in self.pauses if pause.holds_on(on)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalMove:
    """What to do with an unsent rung: it goes on the working day that was asked about, or waits until `planned_on`."""

    rung: Rung
    planned_on: date
    is_going: bool
    turn: int = 1


def has_ladder(rule: str, subject: Subject) -> bool:
    """Tell whether somebody else hears of a signal when its main contact does nothing."""
    return subject.kind in ABOUT_DOSSIERS and Role.MAIN in signal_audience(rule)


def decide_signal(life: LadderLife, ladder: SignalLadder, *, on: date, calendar: Calendar) -> tuple[SignalMove, ...]:
    """Decide on every rung that is still to come, for the working day `on`.

    All stand ahead as soon as the opening message is promised, and none goes before it was handed over. Of the repeats
    only the next one stands ahead.
    """
    if life.begun_on is None:
        return ()
    days = OpenDays(calendar, life.pauses)
    news = [*_worse(life, on), *_snooze_ended(life, life.begun_on, on, calendar)]
    is_told = any(move.is_going for move in news) or any(one.on is None for one in life.told)
    repeat = _repeat(life, ladder, on, days, is_told=is_told)
    return (*news, *repeat, *_escalations(life, ladder, on, days, life.begun_on))


def _worse(life: LadderLife, on: date) -> Iterator[SignalMove]:
    """Heavier than the reader was told last: a signal that goes up and down is no news."""
    said = life.told[-1].severity if life.told else None
    if said is not None and life.severity > said:
        yield SignalMove(rung=Rung.WORSE, planned_on=on, is_going=True, turn=life.count(Rung.WORSE) + 1)


def _snooze_ended(life: LadderLife, begun_on: date, on: date, calendar: Calendar) -> Iterator[SignalMove]:
    """The end of the latest snooze, unless somebody took the signal up again, or was told of it after that end only."""
    last = life.pauses[-1] if life.pauses else None
    if last is None or not last.snooze or last.last < max(last.first, begun_on):
        return
    if all((one.rung, one.turn) != (Rung.SNOOZE_ENDED, last.snooze) for one in life.told):
        planned_on = calendar.add_working_days(last.last, 1)
        is_going = planned_on <= on
        yield SignalMove(rung=Rung.SNOOZE_ENDED, planned_on=planned_on, is_going=is_going, turn=last.snooze)


def _repeat(life: LadderLife, ladder: SignalLadder, on: date, days: OpenDays, *, is_told: bool) -> Iterator[SignalMove]:
    count = life.count(Rung.REPEAT)
    if count >= ladder.repeats or not life.told:
        return
    last_told_on = on if is_told else max(one.on for one in life.told if one.on is not None)
    planned_on = days.add(last_told_on, ladder.repeat_every)
    yield _move(Rung.REPEAT, planned_on, on, days, turn=count + 1, may_go=not is_told)


def _escalations(
    life: LadderLife, ladder: SignalLadder, on: date, days: OpenDays, begun_on: date
) -> Iterator[SignalMove]:
    """Each rung needs the one before it: told, and then the ladder's distance; or beyond reach."""
    is_begun = not life.told or any(one.on is not None for one in life.told)
    before_on, before_after, may_go = begun_on, 0, is_begun
    for rung, after in ladder.escalations:
        reach = life.reached.get(rung)
        if reach is None:
            planned_on = days.add(before_on, max(0, after - before_after))
            move = _move(rung, planned_on, on, days, may_go=may_go)
            yield move
            before_on, before_after, may_go = max(on, move.planned_on), after, False
        elif reach.went_on is not None:
            before_on, before_after, may_go = reach.went_on, after, True
        elif not reach.is_over:
            before_on, before_after, may_go = on, after, False


def _move(rung: Rung, planned_on: date, on: date, days: OpenDays, *, turn: int = 1, may_go: bool = True) -> SignalMove:
    is_going = may_go and planned_on <= on and days.first_from(on) == on
    if not is_going and planned_on <= on:
        planned_on = days.first_from(on if may_go else on + _ONE_DAY)
    return SignalMove(rung=rung, planned_on=planned_on, is_going=is_going, turn=turn)
