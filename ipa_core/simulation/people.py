"""Ministries that answer, forget and slip, and people who take things up: everything that comes in from outside."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ipa_core.domain.updates import Status
from ipa_core.usecases.acts import Act

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from random import Random

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.rounds import Request
    from ipa_core.domain.signals import Signal

REASONS = ("De Raad van State vroeg meer tijd", "Er was nog geen akkoord", "De uitvoerder kon later beginnen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How a ministry answers: chances of each, and how many days after the opening it does."""

    forgets: float
    is_partial: float
    slips: float
    explains: float
    days: tuple[int, int]


def make_habit(rng: Random) -> Habit:
    """Make up one ministry."""
    slowest = rng.choice((18, 30, 45, 60))
    return Habit(
        forgets=rng.choice((0.02, 0.05, 0.3)),
        is_partial=rng.choice((0.05, 0.25)),
        slips=rng.choice((0.1, 0.3)),
        explains=rng.choice((0.4, 0.9)),
        days=(rng.randint(1, 10), slowest),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Whether a dossier is blocked was answered wrong, so that the same ministry says otherwise on a later day."""

    on: date
    round: str
    organisation: str
    dossier: str


@dataclass(slots=True)
class People:
    """Everybody outside the engine. Each ministry decides once per request on which day it answers."""

    rng: Random
    habits: dict[str, Habit] = field(default_factory=dict)
    plans: dict[str, date | None] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)
    said: int = 0
    rounds: int = 0

    def is_busy(self, on: date, rounds: int) -> bool:
        """Tell whether anybody does anything today: a day to speak came, a round is new, or a signal is taken up."""
        is_asked, self.rounds = rounds > self.rounds, rounds
        days = [*self.plans.values(), *(mistake.on for mistake in self.mistakes)]
        is_due = any(day is not None and day <= on for day in days)
        return is_asked or is_due or self.rng.random() < _DECIDES

    def answers(self, requests: Sequence[Request], dossiers: dict[str, Dossier], on: date) -> Iterator[bytes]:
        """Yield the files that come in today, in answer to these open requests."""
        for request in requests:
            if request.code not in self.known:
                self.known.add(request.code)
                self.plans[request.code] = self._plan(request, on)
            answers_on = self.plans[request.code]
            if answers_on is not None and answers_on <= on:
                yield self._answer(request, dossiers, on)
                # Who left something out comes back to it.
                self.plans[request.code] = on + timedelta(days=self.rng.randint(3, 30))
        still_open = {request.code for request in requests}
        self.plans = {code: day for code, day in self.plans.items() if code in still_open}

    def corrections(self, dossiers: dict[str, Dossier], on: date) -> Iterator[bytes]:
        """Yield the files in which a ministry says today that a dossier is blocked after all, or is not."""
        due = [mistake for mistake in self.mistakes if mistake.on <= on]
        self.mistakes = [mistake for mistake in self.mistakes if mistake.on > on]
        for mistake in due:
            dossier = dossiers[mistake.dossier]
            if dossier.status not in (Status.BLOCKED, Status.IN_PROGRESS):
                continue
            self.said += 1
            status = Status.IN_PROGRESS if dossier.status is Status.BLOCKED else Status.BLOCKED
            line = {"recommendation": dossier.code, "note": f"Stand {self.said}", "status": status}
            yield _document(mistake.round, mistake.organisation, [line])
            if self.rng.random() < _DOUBTS:
                self.mistakes.append(replace(mistake, on=on + timedelta(days=self.rng.randint(1, 3))))

    def acts(self, signals: Iterable[tuple[Signal, str]], calendar: Calendar, on: date) -> Iterator[Act]:
        """Yield what is decided today about signals; each comes with the mailbox of who may."""
        for signal, by in signals:
            chance = self.rng.random()
            if chance < _SNOOZES:
                until = calendar.add_working_days(on, self.rng.randint(2, 20))
                yield Act(kind="snooze", about=signal.id, by=by, reason="Wij wachten op de commissie", until=until)
            elif chance < _ACTS:
                until = calendar.add_working_days(on, self.rng.randint(1, 10))
                step = "Wij maken een nieuwe planning"
                yield Act(
                    kind="acknowledge", about=signal.id, by=by, reason="Wij pakken dit op", until=until, next_step=step
                )

    def _plan(self, request: Request, on: date) -> date | None:
        habit = self.habits.setdefault(request.organisation, make_habit(self.rng))
        if self.rng.random() < habit.forgets:
            return None
        return on + timedelta(days=self.rng.randint(*habit.days))

    def _answer(self, request: Request, dossiers: dict[str, Dossier], on: date) -> bytes:
        habit = self.habits[request.organisation]
        asked = list(request.missing)
        if len(asked) > 1 and self.rng.random() < habit.is_partial:
            asked.remove(self.rng.choice(asked))
        lines = [self._line(dossiers[code], habit, on) for code in asked if code in dossiers]
        if self.rng.random() < _ERRS:
            says_on = on + timedelta(days=self.rng.randint(1, 3))
            about = Mistake(on=says_on, round=request.round, organisation=request.organisation, dossier=asked[0])
            self.mistakes.append(about)
        return _document(request.round, request.organisation, lines)

    def _line(self, dossier: Dossier, habit: Habit, on: date) -> dict[str, Any]:
        self.said += 1
        rng = self.rng
        line: dict[str, Any] = {"recommendation": dossier.code, "note": f"Stand {self.said}"}
        progress = dossier.progress or 0
        chance = rng.random()
        if chance < _UNCHANGED and dossier.last is not None:
            return {"recommendation": dossier.code, "unchanged": True}
        if progress > _NEARLY and chance < _COMPLETES:
            is_shown = rng.random() < habit.explains
            evidence = {"evidence": [f"https://example.org/{dossier.code}"]} if is_shown else {}
            return {**line, **evidence, "status": Status.COMPLETED, "progress": 100}
        if dossier.status is Status.COMPLETED:
            is_reopened = chance > _REOPENS
            return {**line, "status": Status.IN_PROGRESS if is_reopened else Status.COMPLETED}
        line |= {
            "status": Status.BLOCKED if chance > _BLOCKED else Status.IN_PROGRESS,
            "progress": min(99, progress + rng.choice((0, 2, 5, 10))),
        }
        is_passed = dossier.planned_on is not None and dossier.planned_on < on + timedelta(days=30)
        if rng.random() < (_SLIPS_WHEN_PASSED if is_passed else habit.slips):
            line["planned_on"] = (on + timedelta(days=rng.randint(60, 500))).isoformat()
            if rng.random() < habit.explains:
                line["reason"] = rng.choice(REASONS)
        if rng.random() < _ASKS_HELP:
            line["help_wanted"] = "Wie kan hierbij helpen?"
        return line


def _document(of_round: str, organisation: str, lines: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps({"round": of_round, "organisation": organisation, "updates": lines}).encode()


_DECIDES, _ACTS, _SNOOZES = 0.1, 0.2, 0.06
_ERRS, _DOUBTS = 0.15, 0.6
_UNCHANGED, _COMPLETES, _REOPENS, _BLOCKED = 0.15, 0.4, 0.95, 0.95
_NEARLY, _SLIPS_WHEN_PASSED, _ASKS_HELP = 70, 0.7, 0.04
