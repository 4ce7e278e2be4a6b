"""Who hears of a signal that nobody takes up: the ladder of one episode, over made-up lives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import at_time
from ipa_core.domain.pauses import Pause, pauses_of
from ipa_core.domain.severities import Severity
from ipa_core.domain.signal_ladders import (
    LadderLife,
    RungOutcome,
    SignalMove,
    Told,
    decide_signal,
    has_ladder,
)
from tests.builders import a_calendar, a_decision, a_policy

LADDER = a_policy().signal_ladder
CALENDAR = a_calendar()
BEGUN = date(2026, 3, 2)
"""A Monday; in the ten weeks after it only Good Friday, Easter Monday, 27 April, 5 May and Ascension Day are free."""

MAIN = (Rung.REPEAT, Rung.WORSE, Rung.SNOOZE_ENDED)
ABOVE = (Rung.COORDINATOR, Rung.PROJECT_LEAD, Rung.AANJAGER)
OPENING = Told(rung=Rung.OPENING, on=BEGUN, severity=Severity.HIGH)


def a_life(**changes: Any) -> LadderLife:
    return LadderLife(**{"severity": Severity.HIGH, "begun_on": BEGUN, "told": (OPENING,), **changes})


def moves(life: LadderLife, on: date) -> dict[str, tuple[str, bool]]:
    """Return for each rung that is to come its day, and whether it goes."""
    return {
        one.rung.value + (f" {one.turn}" if one.rung in MAIN else ""): (one.planned_on.strftime("%m-%d"), one.is_going)
        for one in decide_signal(life, LADDER, on=on, calendar=CALENDAR)
    }


def test_all_rungs_stand_ahead_from_the_day_on_which_the_opening_went() -> None:
    assert moves(a_life(), date(2026, 3, 3)) == {
        "repeat 1": ("03-09", False),
        "coordinator": ("03-16", False),
        "project_lead": ("03-30", False),
        "aanjager": ("04-30", False),
    }


def test_nothing_is_planned_before_the_opening_was_handed_over() -> None:
    assert decide_signal(a_life(begun_on=None, told=()), LADDER, on=BEGUN, calendar=CALENDAR) == ()


def test_rungs_at_the_same_distance_go_one_after_the_other() -> None:
    ladder = replace(LADDER, project_lead=LADDER.coordinator)
    reached = {Rung.COORDINATOR: RungOutcome(went_on=date(2026, 3, 16))}

    ahead = decide_signal(a_life(), ladder, on=date(2026, 3, 3), calendar=CALENDAR)
    then = decide_signal(a_life(reached=reached), ladder, on=date(2026, 3, 17), calendar=CALENDAR)

    assert [one.planned_on for one in ahead if one.rung in ABOVE[:2]] == [date(2026, 3, 16)] * 2
    assert [(one.planned_on, one.is_going) for one in then if one.rung is Rung.PROJECT_LEAD] == [
        (date(2026, 3, 16), True)
    ]


@pytest.mark.parametrize(
    ("life", "on", "expected"),
    [
        pytest.param(
            a_life(), date(2026, 3, 9), {"repeat 1": ("03-09", True), "coordinator": ("03-16", False)}, id="a repeat"
        ),
        pytest.param(
            a_life(),
            date(2026, 4, 15),
            {"repeat 1": ("03-09", True), "coordinator": ("03-16", True), "project_lead": ("04-30", False)},
            id="after downtime one repeat and the notice go; the escalation waits its distance",
        ),
        pytest.param(
            a_life(reached={Rung.COORDINATOR: RungOutcome()}),
            date(2026, 4, 15),
            {"project_lead": ("04-30", False)},
            id="a notice that is under way holds the escalation up",
        ),
        pytest.param(
            a_life(reached={Rung.COORDINATOR: RungOutcome(is_over=True)}),
            date(2026, 3, 30),
            {"project_lead": ("03-30", True)},
            id="a notice that failed for good, or has no reader, does not",
        ),
        pytest.param(
            a_life(reached={Rung.COORDINATOR: RungOutcome(went_on=date(2026, 3, 20))}),
            date(2026, 4, 2),
            {"project_lead": ("04-07", False)},
            id="ten working days after a notice that went late, over Easter",
        ),
        pytest.param(
            a_life(told=(OPENING, *(Told(rung=Rung.REPEAT, turn=n, on=date(2026, 4, 1)) for n in range(1, 5)))),
            date(2026, 5, 1),
            {"repeat 4": None, "repeat 5": None},
            id="four repeats and no more",
        ),
        pytest.param(
            a_life(told=(OPENING, Told(rung=Rung.REPEAT, on=None))),
            date(2026, 3, 12),
            {"repeat 2": ("03-19", False)},
            id="a repeat that is under way comes before the next",
        ),
        pytest.param(
            a_life(severity=Severity.CRITICAL),
            date(2026, 3, 9),
            {"worse 1": ("03-09", True), "repeat 1": ("03-16", False)},
            id="heavier than was told takes the place of a repeat",
        ),
        pytest.param(a_life(severity=Severity.MEDIUM), date(2026, 3, 3), {"worse 1": None}, id="lighter is no news"),
        pytest.param(
            a_life(severity=Severity.CRITICAL, told=(replace(OPENING, severity=None),)),
            date(2026, 3, 3),
            {"worse 1": None},
            id="nobody knows what was said before",
        ),
        pytest.param(
            a_life(told=(), begun_on=BEGUN),
            date(2026, 3, 17),
            {"repeat 1": None, "coordinator": ("03-16", True)},
            id="an opening that failed for good is not repeated, and shields nobody",
        ),
    ],
)
def test_what_goes_and_what_waits(life: LadderLife, on: date, expected: dict[str, tuple[str, bool] | None]) -> None:
    found = moves(life, on)

    assert {rung: found.get(rung) for rung in expected} == expected


ACKNOWLEDGED = Pause(first=date(2026, 3, 13), last=date(2026, 3, 26))


@pytest.mark.parametrize(
    ("life", "on", "expected"),
    [
        pytest.param(
            a_life(pauses=(ACKNOWLEDGED,)),
            date(2026, 3, 17),
            {"repeat 1": ("03-27", False), "coordinator": ("03-30", False), "project_lead": ("04-15", False)},
            id="nothing goes, and the days do not count",
        ),
        pytest.param(
            a_life(pauses=(ACKNOWLEDGED,)),
            date(2026, 3, 27),
            {"repeat 1": ("03-09", True), "coordinator": ("03-30", False)},
            id="afterwards it goes on at the same rung",
        ),
        pytest.param(
            a_life(pauses=(replace(ACKNOWLEDGED, has_changed=True),)),
            date(2026, 3, 27),
            {"coordinator": ("04-13", False), "repeat 1": ("04-02", False)},
            id="after a material change the wait begins anew",
        ),
        pytest.param(
            a_life(
                told=(OPENING, Told(rung=Rung.REPEAT, on=date(2026, 3, 9), severity=Severity.HIGH)),
                pauses=(replace(ACKNOWLEDGED, has_changed=True),),
            ),
            date(2026, 3, 27),
            {"coordinator": ("04-13", False), "repeat 2": ("04-02", False)},
            id="also of the wait that began before the last repeat",
        ),
        pytest.param(
            a_life(pauses=(replace(ACKNOWLEDGED, snooze=1, has_changed=True),)),
            date(2026, 3, 26),
            {"coordinator": ("03-30", False)},
            id="a change during a snooze makes no difference",
        ),
        pytest.param(
            a_life(pauses=(replace(ACKNOWLEDGED, snooze=1),)),
            date(2026, 3, 26),
            {"snooze_ended 1": ("03-27", False)},
            id="the end of a snooze stands ahead",
        ),
        pytest.param(
            a_life(pauses=(replace(ACKNOWLEDGED, snooze=1),)),
            date(2026, 3, 27),
            {"snooze_ended 1": ("03-27", True), "repeat 1": ("04-07", False), "coordinator": ("03-30", False)},
            id="the end of a snooze is told, and takes the place of a repeat",
        ),
        pytest.param(
            a_life(
                pauses=(replace(ACKNOWLEDGED, snooze=1),),
                told=(OPENING, Told(rung=Rung.SNOOZE_ENDED, on=date(2026, 3, 27))),
            ),
            date(2026, 3, 30),
            {"snooze_ended 1": None, "coordinator": ("03-30", True)},
            id="it is told once",
        ),
        pytest.param(
            a_life(
                begun_on=date(2026, 3, 27),
                told=(replace(OPENING, on=None),),
                pauses=(replace(ACKNOWLEDGED, snooze=1),),
            ),
            date(2026, 3, 27),
            {"snooze_ended 1": None},
            id="who hears of the signal after a snooze need not hear that it ended",
        ),
        pytest.param(
            a_life(pauses=(replace(ACKNOWLEDGED, snooze=1), Pause(first=date(2026, 3, 27), last=date(2026, 4, 1)))),
            date(2026, 3, 27),
            {"snooze_ended 1": None},
            id="who takes it up after a snooze need not hear that it ended",
        ),
    ],
)
def test_a_signal_in_hand_is_left_in_peace(
    life: LadderLife, on: date, expected: dict[str, tuple[str, bool] | None]
) -> None:
    found = moves(life, on)

    assert {rung: found.get(rung) for rung in expected} == expected


@pytest.mark.parametrize(
    ("rule", "kind", "expected"),
    [
        ("T02", SubjectKind.RECOMMENDATION, True),
        ("V01", SubjectKind.MEASURE, True),
        ("V03", SubjectKind.MILESTONE, True),
        ("G02", SubjectKind.RECOMMENDATION, False),
        ("O01", SubjectKind.RECOMMENDATION, False),
        ("O02", SubjectKind.SIGNAL, False),
        ("O04", SubjectKind.SOLUTION, False),
        ("K01", SubjectKind.REQUEST, False),
        ("M01", SubjectKind.MESSAGE, False),
    ],
)
def test_only_a_signal_on_a_dossier_that_its_ministry_answers_for_has_a_ladder(
    rule: str, kind: SubjectKind, expected: bool
) -> None:
    assert has_ladder(rule, Subject(kind=kind, code="X")) is expected


@dataclass
class Life:
    """One made-up episode, as the engine sees it from day to day; a rung is handed over on the day on which it goes."""

    severity: Severity = Severity.MEDIUM
    life: LadderLife = field(default_factory=lambda: a_life(severity=Severity.MEDIUM, told=(_opening(),)))
    went: list[tuple[date, Rung, int]] = field(default_factory=list)

    def run(self, on: date) -> tuple[SignalMove, ...]:
        decided = decide_signal(self.life, LADDER, on=on, calendar=CALENDAR)
        for one in decided:
            if one.is_going:
                self.went.append((on, one.rung, one.turn))
                if one.rung in MAIN:
                    told = Told(rung=one.rung, on=on, turn=one.turn, severity=self.life.severity)
                    self.life = replace(self.life, told=(*self.life.told, told))
                else:
                    self.life = replace(self.life, reached={**self.life.reached, one.rung: RungOutcome(went_on=on)})
        return decided


def _opening() -> Told:
    return replace(OPENING, severity=Severity.MEDIUM)


pauses = st.builds(
    lambda first, length, snooze: (BEGUN + timedelta(days=first), length, snooze),
    st.integers(0, 90),
    st.integers(0, 27),
    st.booleans(),
)
rises = st.dictionaries(st.integers(0, 120), st.sampled_from([Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]))


def _pauses(found: list[tuple[date, int, bool]], changed_at: list[datetime]) -> tuple[Pause, ...]:
    decisions = [
        a_decision("snooze" if is_snooze else "acknowledge", on, at=at_time(on, 10), until=on + timedelta(days=length))
        for on, length, is_snooze in sorted(found)
    ]
    return pauses_of(decisions, changed_at=changed_at)


@given(
    st.lists(pauses, max_size=4),
    rises,
    st.sets(st.integers(0, 130), max_size=5),
    st.sets(st.integers(0, 140), min_size=1),
)
def test_whatever_happens_the_ladder_keeps_its_promises(
    paused: list[tuple[date, int, bool]], weights: dict[int, Severity], changed: set[int], running: set[int]
) -> None:
    one = Life()
    told_weights = [Severity.MEDIUM]

    for day in sorted(running):
        on = CALENDAR.roll_forward(BEGUN + timedelta(days=day + 1))
        now = [weight for since, weight in sorted(weights.items()) if since <= day]
        changes = [at_time(BEGUN + timedelta(days=n), 12) for n in changed if n <= day]
        known = tuple(pause for pause in _pauses(paused, changes) if pause.first <= on)
        weight = now[-1] if now else Severity.MEDIUM
        one.life = replace(one.life, severity=weight, pauses=known)
        before = len(one.went)
        ahead = one.run(on)
        again = one.run(on)

        assert not any(move.is_going for move in again), "a second run on the day sends nothing"
        assert all(move.planned_on > on for move in ahead if not move.is_going), "what waits has a later day"
        for _, rung, _ in one.went[before:]:
            if rung is Rung.WORSE:
                assert weight > told_weights[-1]
            if rung in MAIN:
                told_weights.append(weight)
            if rung not in (Rung.WORSE, Rung.SNOOZE_ENDED):
                assert one.life.pause_on(on) is None, "who has it in hand is left in peace"

    keys = [(rung, turn) for _, rung, turn in one.went]
    assert len(set(keys)) == len(keys), "each key goes once"
    assert [turn for _, rung, turn in one.went if rung is Rung.REPEAT] == list(range(1, 5))[: keys_of(keys)]
    days = {rung: on for on, rung, _ in one.went if rung in ABOVE}
    assert list(days) == list(ABOVE)[: len(days)], "no rung without the one before"
    steps = [(None, BEGUN, 0), *((rung, days[rung], after) for rung, after in LADDER.escalations if rung in days)]
    for (_, earlier, gone), (_, later, after) in pairwise(steps):
        held = {on for on in _days(earlier, later) for pause in _pauses(paused, []) if pause.holds_on(on)}
        open_days = [on for on in _days(earlier, later) if CALENDAR.is_working_day(on) and on not in held]
        assert len(open_days) >= after - gone, "the ladder's distance in days that count"


def keys_of(keys: list[tuple[Rung, int]]) -> int:
    return sum(rung is Rung.REPEAT for rung, _ in keys)


def _days(after: date, until: date) -> list[date]:
    return [after + timedelta(days=n + 1) for n in range((until - after).days)]


@given(st.lists(pauses, max_size=4))
def test_a_run_on_each_day_sends_each_rung_on_the_day_that_was_planned(paused: list[tuple[date, int, bool]]) -> None:
    one = Life()
    one.life = replace(one.life, pauses=_pauses(paused, []))
    ahead: dict[tuple[Rung, int], date] = {}

    for day in range(1, 200):
        on = BEGUN + timedelta(days=day)
        if not CALENDAR.is_working_day(on):
            continue
        for move in one.run(on):
            if move.is_going and (move.rung, move.turn) in ahead and move.rung in ABOVE:
                assert ahead[move.rung, move.turn] == on
            ahead[move.rung, move.turn] = move.planned_on

    assert [rung for _, rung, _ in one.went if rung in ABOVE] == list(ABOVE)
    assert sum(rung is Rung.REPEAT for _, rung, _ in one.went) == LADDER.repeats
