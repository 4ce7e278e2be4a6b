"""Who hears what, when: the ladder of a request, and what a rung may do on a day."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.ladders import (
    AUDIENCE,
    Move,
    PlannedRung,
    Rung,
    RungMove,
    RungStanding,
    decide_moves,
    plan_request_ladder,
    signal_audience,
)
from ipa_core.domain.moments import at_time
from ipa_core.domain.organisations import Role
from ipa_core.domain.pauses import OpenDays, Pause
from ipa_core.domain.rounds import Request
from tests.builders import a_calendar, a_policy, a_request

LADDER = a_policy().request_ladder
O, H1, H2, H3, L1, L2, E1 = (  # noqa: E741 - as in messages.md
    Rung.REQUEST,
    Rung.FIRST_REMINDER,
    Rung.SECOND_REMINDER,
    Rung.DUE_TODAY,
    Rung.LATE,
    Rung.LATE_WITH_NOTICE,
    Rung.ESCALATION,
)
GO, WAIT, OVERTAKEN = Move.GO, Move.WAIT, Move.OVERTAKEN

OPENED = at_time(date(2026, 10, 1), 9)
DUE = date(2026, 10, 22)
"""Fifteen working days after Thursday 1 October."""


def plan(**changes: Any) -> list[tuple[str, str]]:
    request = a_request(**{"opened_at": OPENED, "due_on": DUE, **changes})
    return [
        (one.rung.value, one.planned_on.strftime("%m-%d")) for one in plan_request_ladder(request, LADDER, a_calendar())
    ]


def test_a_due_date_that_is_a_free_day_is_reminded_of_on_the_next_working_day() -> None:
    saturday = date(2026, 10, 24)

    assert (H3.value, "10-26") in plan(due_on=saturday)


def test_a_programme_may_remind_on_the_working_day_before() -> None:
    ladder = replace(LADDER, h2=-1)

    rungs = plan_request_ladder(a_request(opened_at=OPENED, due_on=date(2026, 10, 26)), ladder, a_calendar())

    assert PlannedRung(rung=H2, planned_on=date(2026, 10, 23)) in rungs


@pytest.mark.parametrize(
    ("changes", "rungs"),
    [
        pytest.param(
            {},
            "O 10-01, H1 10-08, H2 10-19, H3 10-22, L1 10-27, L2 10-29, E1 11-05",
            id="a round of fifteen working days",
        ),
        pytest.param(
            {"due_on": date(2026, 10, 21)},
            "O 10-01, H2 10-16, H3 10-21, L1 10-26, L2 10-28, E1 11-04",
            id="fourteen is short: no first reminder",
        ),
        pytest.param(
            {"due_on": date(2026, 10, 6)}, "O 10-01, H3 10-06, L1 10-09, L2 10-13, E1 10-20", id="D-3 is the opening"
        ),
        pytest.param(
            {"due_on": date(2026, 10, 7)},
            "O 10-01, H2 10-02, H3 10-07, L1 10-12, L2 10-14, E1 10-21",
            id="D-3 is the day after the opening",
        ),
        pytest.param(
            {"due_on": date(2026, 10, 1)}, "O 10-01, L1 10-06, L2 10-08, E1 10-15", id="due on the day it opens"
        ),
        pytest.param(
            {"opened_at": at_time(date(2026, 10, 1), 17), "due_on": date(2026, 10, 22)},
            "O 10-02, H2 10-19, H3 10-22, L1 10-27, L2 10-29, E1 11-05",
            id="opened after the window: the request goes the next day and the round is short",
        ),
        pytest.param(
            {"opened_at": at_time(date(2026, 10, 3), 12), "due_on": date(2026, 10, 27)},
            "O 10-05, H1 10-13, H2 10-22, H3 10-27, L1 10-30, L2 11-03, E1 11-10",
            id="opened on a Saturday",
        ),
        pytest.param(
            {"grace": 0}, "O 10-01, H1 10-08, H2 10-19, H3 10-22, L1 10-27, L2 10-29, E1 11-05", id="less grace"
        ),
        pytest.param(
            {"grace": 3}, "O 10-01, H1 10-08, H2 10-19, H3 10-22, L1 10-28, L2 10-30, E1 11-06", id="a day more grace"
        ),
        pytest.param(
            {"grace": 10}, "O 10-01, H1 10-08, H2 10-19, H3 10-22, L1 11-06, L2 11-10, E1 11-17", id="much more grace"
        ),
        pytest.param(
            {"due_on": date(2026, 12, 18)},
            "O 10-01, H1 12-04, H2 12-15, H3 12-18, L1 12-23, L2 12-28, E1 01-05",
            id="over Kerstmis and Nieuwjaar",
        ),
    ],
)
def test_the_rungs_stand_around_the_due_date_in_working_days(changes: dict[str, Any], rungs: str) -> None:
    assert ", ".join(f"{rung} {on}" for rung, on in plan(**changes)) == rungs


def test_the_chain_reaches_one_further_each_time() -> None:
    assert [AUDIENCE[rung] for rung in (O, H1, H2, H3, L1, L2, E1)] == [
        (Role.MAIN,),
        (Role.MAIN,),
        (Role.MAIN,),
        (Role.MAIN,),
        (Role.MAIN, Role.DEPUTY),
        (Role.MAIN, Role.DEPUTY, Role.COORDINATOR),
        (Role.PROJECT_LEAD,),
    ]


def test_signals_and_changes_go_to_who_answers_and_the_digest_to_ipa() -> None:
    above = {Rung.COORDINATOR, Rung.PROJECT_LEAD, Rung.AANJAGER, Rung.CRITICAL}
    to_main = set(AUDIENCE) - {O, H1, H2, H3, L1, L2, E1, Rung.DIGEST} - above

    assert AUDIENCE[Rung.DIGEST] == (Role.AANJAGER, Role.PROJECT_LEAD)
    assert {AUDIENCE[rung] for rung in to_main} == {(Role.MAIN,)}


def test_a_signal_that_nobody_takes_up_reaches_one_further_each_time() -> None:
    assert AUDIENCE[Rung.COORDINATOR] == (Role.COORDINATOR,)
    assert AUDIENCE[Rung.PROJECT_LEAD] == (Role.PROJECT_LEAD,)
    assert AUDIENCE[Rung.AANJAGER] == (Role.AANJAGER,)
    assert AUDIENCE[Rung.CRITICAL] == (Role.PROJECT_LEAD, Role.AANJAGER)


OCTOBER = {O: 1, H1: 8, H2: 19, H3: 22, L1: 27, L2: 29}


def standings(
    *,
    went: dict[Rung, date] | None = None,
    failed: tuple[Rung, ...] = (),
    closed: tuple[Rung, ...] = (),
    unreachable: tuple[Rung, ...] = (),
) -> list[RungStanding]:
    """Return the ladder of the round of fifteen working days, with what became of its rungs."""
    went = went or {}
    planned = {rung: date(2026, 10, day) for rung, day in OCTOBER.items()} | {E1: date(2026, 11, 5)}
    return [
        RungStanding(
            rung=rung,
            planned_on=on,
            went_on=went.get(rung),
            has_failed=rung in failed,
            is_unreachable=rung in unreachable,
            is_closed=rung in closed,
        )
        for rung, on in planned.items()
    ]


def on_time(*rungs: Rung) -> dict[Rung, date]:
    return {rung: date(2026, 10, OCTOBER[rung]) for rung in rungs}


def moves(rungs: list[RungStanding], on: date) -> dict[Rung, Move]:
    return {one.rung: one.move for one in decide_moves(rungs, on=on, days=OpenDays(a_calendar()))}


@pytest.mark.parametrize(
    ("rungs", "on", "expected"),
    [
        pytest.param(
            standings(),
            date(2026, 9, 30),
            dict.fromkeys((O, H1, H2, H3, L1, L2, E1), WAIT),
            id="before the opening all wait",
        ),
        pytest.param(
            standings(), date(2026, 10, 1), {O: GO} | dict.fromkeys((H1, H2, H3, L1, L2, E1), WAIT), id="the opening"
        ),
        pytest.param(
            standings(went=on_time(O)),
            date(2026, 10, 7),
            dict.fromkeys((H1, H2, H3, L1, L2, E1), WAIT),
            id="the day before D-10",
        ),
        pytest.param(
            standings(went=on_time(O)),
            date(2026, 10, 9),
            {H1: GO} | dict.fromkeys((H2, H3, L1, L2, E1), WAIT),
            id="a reminder of yesterday still goes",
        ),
        pytest.param(
            standings(went=on_time(O)),
            date(2026, 10, 22),
            {H1: OVERTAKEN, H2: OVERTAKEN, H3: GO, L1: WAIT, L2: WAIT, E1: WAIT},
            id="after downtime only the latest due rung goes",
        ),
        pytest.param(
            standings(),
            date(2026, 12, 1),
            {O: OVERTAKEN, H1: OVERTAKEN, H2: OVERTAKEN, H3: OVERTAKEN, L1: OVERTAKEN, L2: GO, E1: WAIT},
            id="after long downtime the notice goes, and the escalation waits for it",
        ),
        pytest.param(
            standings(went=on_time(O, L1, L2), closed=(H1, H2, H3)),
            date(2026, 11, 4),
            {E1: WAIT},
            id="the day before D+10",
        ),
        pytest.param(standings(went=on_time(O, L1, L2), closed=(H1, H2, H3)), date(2026, 11, 5), {E1: GO}, id="D+10"),
        pytest.param(
            standings(went=on_time(O, L1), failed=(L2,), closed=(H1, H2, H3)),
            date(2026, 11, 5),
            {E1: GO},
            id="a notice that failed for good holds nothing up",
        ),
        pytest.param(
            standings(went=on_time(O, L2), closed=(H1, H2, H3)),
            date(2026, 10, 30),
            {L1: OVERTAKEN, E1: WAIT},
            id="who could not be reached is not told less than the notice that went",
        ),
        pytest.param(
            standings(went=on_time(O) | {E1: date(2026, 11, 5)}, closed=(H1, H2, H3), unreachable=(L1, L2)),
            date(2026, 11, 6),
            {L1: OVERTAKEN, L2: GO},
            id="an escalation went, and a ministry that nobody could reach is told as soon as somebody can",
        ),
        pytest.param(
            standings(closed=(O, H1, H2, H3, L1, L2, E1)), date(2026, 12, 1), {}, id="an answered request is at rest"
        ),
    ],
)
def test_only_the_latest_due_rung_that_may_go_goes(
    rungs: list[RungStanding], on: date, expected: dict[Rung, Move]
) -> None:
    assert moves(rungs, on) == expected


@pytest.mark.parametrize(
    ("notice_on", "escalates_on"),
    [
        pytest.param(date(2026, 10, 29), date(2026, 11, 5), id="in time"),
        pytest.param(date(2026, 10, 30), date(2026, 11, 6), id="a day late"),
        pytest.param(date(2026, 12, 21), date(2026, 12, 29), id="weeks late, over Kerstmis"),
    ],
)
def test_the_escalation_comes_five_working_days_after_its_notice_went(notice_on: date, escalates_on: date) -> None:
    rungs = standings(went=on_time(O, L1) | {L2: notice_on}, closed=(H1, H2, H3))

    day_before = decide_moves(rungs, on=escalates_on - timedelta(days=1), days=OpenDays(a_calendar()))
    the_day = decide_moves(rungs, on=escalates_on, days=OpenDays(a_calendar()))

    assert day_before == (RungMove(rung=E1, move=WAIT, planned_on=escalates_on),)
    assert the_day == (RungMove(rung=E1, move=GO, planned_on=escalates_on),)


def test_a_pause_before_a_late_notice_does_not_make_the_escalation_wait_for_it_again() -> None:
    pauses = (Pause(first=date(2026, 10, 30), last=date(2026, 11, 2)),)
    asked = a_request(opened_at=OPENED, due_on=DUE)
    went = {O: date(2026, 10, 1), L1: date(2026, 10, 27), L2: date(2026, 11, 3)}
    rungs = [
        replace(_standing(one), went_on=went.get(one.rung), is_closed=one.rung in (H1, H2, H3))
        for one in plan_request_ladder(asked, LADDER, a_calendar(), pauses)
    ]

    moves = decide_moves(rungs, on=date(2026, 11, 9), days=OpenDays(a_calendar(), pauses))

    # Five working days after Tuesday 3 November.
    assert moves == (RungMove(rung=E1, move=WAIT, planned_on=date(2026, 11, 10)),)


@pytest.mark.parametrize(("day", "move"), [(4, GO), (5, WAIT), (9, WAIT), (10, GO)])
def test_what_was_late_already_waits_while_somebody_has_it_in_hand(day: int, move: Move) -> None:
    pauses = (Pause(first=date(2026, 11, 5), last=date(2026, 11, 9)),)
    asked = a_request(opened_at=OPENED, due_on=DUE)
    rungs = [
        replace(_standing(one), is_closed=one.rung in (O, H1, H2, H3))
        for one in plan_request_ladder(asked, LADDER, a_calendar(), pauses)
    ]

    found = decide_moves(rungs, on=date(2026, 11, day), days=OpenDays(a_calendar(), pauses))

    # The mail server was away since L1 was due, on Tuesday 27 October.
    planned_on = date(2026, 10, 29) if move is GO else date(2026, 11, 10)
    assert found[1] == RungMove(rung=L2, move=move, planned_on=planned_on)
    assert found[0].move is (OVERTAKEN if move is GO else WAIT)


def test_an_escalation_waits_when_its_notice_was_skipped_without_going() -> None:
    rungs = standings(went=on_time(O), closed=(H1, H2, H3, L1, L2))

    assert moves(rungs, date(2026, 12, 1)) == {E1: WAIT}


requests = st.builds(
    lambda opened_on, length, grace: a_request(
        opened_at=at_time(opened_on, 9), due_on=a_calendar().add_working_days(opened_on, length), grace=grace
    ),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(1, 60),
    st.integers(0, 20),
)


@given(requests)
def test_rungs_rise_on_working_days_and_nobody_is_called_late_within_the_grace(asked: Request) -> None:
    calendar = a_calendar()
    rungs = plan_request_ladder(asked, LADDER, calendar)

    days = {one.rung: one.planned_on for one in rungs}
    assert list(days.values()) == sorted(set(days.values()))
    assert all(calendar.is_working_day(on) for on in days.values())
    assert days[L1] > calendar.add_working_days(asked.due_on, asked.grace)
    assert calendar.working_days_between(days[L2], days[E1]) == LADDER.e1 - LADDER.l2


@given(requests, st.sets(st.integers(0, 120), max_size=30))
def test_whatever_days_the_engine_runs_one_rung_goes_a_day_in_order_and_the_notice_before_the_escalation(
    asked: Request,
    running: set[int],
) -> None:
    calendar = a_calendar()
    rungs = [_standing(one) for one in plan_request_ladder(asked, LADDER, calendar)]
    begin: datetime = asked.opened_at
    went: list[tuple[date, Rung]] = []

    for day in sorted(running):
        on = (begin + timedelta(days=day)).date()
        decided = {one.rung: one for one in decide_moves(rungs, on=on, days=OpenDays(calendar))}
        went += [(on, rung) for rung, one in decided.items() if one.move is GO]
        rungs = [_after(rung, decided.get(rung.rung), on) for rung in rungs]

    order = [O, H1, H2, H3, L1, L2, E1]
    assert [order.index(rung) for _, rung in went] == sorted({order.index(rung) for _, rung in went})
    assert len({on for on, _ in went}) == len(went)
    days = {rung: on for on, rung in went}
    if E1 in days:
        assert calendar.working_days_between(days[L2], days[E1]) >= LADDER.e1 - LADDER.l2


def _standing(one: PlannedRung) -> RungStanding:
    return RungStanding(rung=one.rung, planned_on=one.planned_on)


def _after(rung: RungStanding, decided: RungMove | None, on: date) -> RungStanding:
    if decided is None:
        return rung
    return replace(
        rung,
        went_on=on if decided.move is GO else None,
        is_closed=decided.move is OVERTAKEN,
    )


@pytest.mark.parametrize(
    ("rule", "after", "roles"),
    [
        pytest.param("T04", None, (Role.MAIN, Role.DEPUTY), id="a dossier: whoever answers for it"),
        pytest.param("K01", None, (), id="a request speaks for itself"),
        pytest.param("K04", None, (Role.COORDINATOR, Role.PROJECT_LEAD), id="a ministry that nobody can reach"),
        pytest.param("G02", None, (Role.TEAM, Role.PROJECT_LEAD), id="IPA has to verify"),
        pytest.param("O01", None, (Role.TEAM, Role.PROJECT_LEAD), id="IPA has to answer"),
        pytest.param("S01", None, (Role.PROJECT_LEAD,), id="a theme as a whole"),
        pytest.param("S03", None, (Role.PROJECT_LEAD,), id="a problem of several ministries"),
        pytest.param("S02", None, (Role.COORDINATOR,), id="a pattern of one ministry"),
        pytest.param("M01", None, (Role.BEHEERDER, Role.PROJECT_LEAD), id="the mail itself"),
        pytest.param("M01", Role.BEHEERDER, (Role.PROJECT_LEAD,), id="the beheerder could not be reached"),
        pytest.param("M01", Role.PROJECT_LEAD, (), id="nobody is left"),
        pytest.param("M01", Role.MAIN, (Role.BEHEERDER, Role.PROJECT_LEAD), id="somebody else could not be reached"),
    ],
)
def test_a_signal_is_told_to_the_first_role_that_can_be_reached(
    rule: str, after: Role | None, roles: tuple[Role, ...]
) -> None:
    assert signal_audience(rule, after=after) == roles
