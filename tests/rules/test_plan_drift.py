"""T04: the planned date keeps moving, or has moved far."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.dossiers import RoundTerm
from ipa_core.domain.moments import at_time
from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import plan_drift
from tests.builders import (
    CRITICAL,
    HIGH,
    MEDIUM,
    a_decision,
    a_dossier,
    a_planned_date,
    an_answer,
    an_update,
    evidence_of,
    steps_of,
)

JANUARY = date(2026, 1, 12)
FEBRUARY = date(2026, 2, 9)
FIRST = date(2026, 7, 1)


def days_later(days: int) -> date:
    return FIRST + timedelta(days=days)


@pytest.mark.parametrize(
    ("drift", "steps"),
    [
        pytest.param(1, [], id="one small shift is good"),
        pytest.param(89, [], id="89 days is good"),
        pytest.param(90, [(FEBRUARY, MEDIUM)], id="90 days is drift"),
        pytest.param(179, [(FEBRUARY, MEDIUM)], id="179 days is still medium"),
        pytest.param(180, [(FEBRUARY, HIGH)], id="180 days is high"),
        pytest.param(365, [(FEBRUARY, HIGH)], id="365 days is still high"),
        pytest.param(366, [(FEBRUARY, CRITICAL)], id="above 365 days is critical"),
        pytest.param(-100, [], id="an earlier date is no drift"),
    ],
)
def test_the_distance_to_the_first_date_is_weighed_on_the_day_it_is_said(
    drift: int, steps: list[tuple[date, Severity]]
) -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=FIRST), an_update(FEBRUARY, planned_on=days_later(drift)))

    assert steps_of(plan_drift, dossier) == steps


@pytest.mark.parametrize(
    ("second_on", "steps"),
    [
        pytest.param(FEBRUARY + timedelta(days=365), [(FEBRUARY + timedelta(days=365), MEDIUM)], id="365 days later"),
        pytest.param(FEBRUARY + timedelta(days=366), [], id="366 days later it stands alone"),
        pytest.param(FEBRUARY, [(FEBRUARY, MEDIUM)], id="on the same day"),
    ],
)
def test_a_second_shift_within_365_days_is_one_too_many(second_on: date, steps: list[tuple[date, Severity]]) -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=FIRST),
        an_update(FEBRUARY, planned_on=days_later(1)),
        an_update(second_on, planned_on=days_later(2)),
    )

    assert steps_of(plan_drift, dossier) == steps


def test_the_third_shift_is_high_and_the_first_days_of_each_weight_stay() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=FIRST),
        an_update(FEBRUARY, planned_on=days_later(1)),
        an_update(date(2026, 3, 9), planned_on=days_later(2)),
        an_update(date(2026, 4, 9), planned_on=days_later(3)),
        an_update(date(2026, 5, 11), planned_on=days_later(366)),
    )

    assert steps_of(plan_drift, dossier) == [
        (date(2026, 3, 9), MEDIUM),
        (date(2026, 4, 9), HIGH),
        (date(2026, 5, 11), CRITICAL),
    ]


MOVED_FAR = (an_update(JANUARY, planned_on=FIRST), an_update(FEBRUARY, planned_on=days_later(100)))


@pytest.mark.parametrize(
    ("updates", "steps"),
    [
        pytest.param((), [], id="nobody said anything"),
        pytest.param((an_update(JANUARY), an_update(FEBRUARY)), [], id="no date was ever given"),
        pytest.param(
            (a_planned_date(FIRST), an_update(FEBRUARY, planned_on=days_later(90))),
            [(FEBRUARY, MEDIUM)],
            id="the register gives the first date",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=FIRST), an_answer(FEBRUARY, planned_on=days_later(90), reason="advies")),
            [(FEBRUARY, MEDIUM)],
            id="a reason does not make it shorter",
        ),
        pytest.param(
            (*MOVED_FAR, an_update(date(2026, 3, 9))),
            [(FEBRUARY, MEDIUM)],
            id="a date that vanished keeps the last one",
        ),
        pytest.param(
            (
                an_update(JANUARY, planned_on=FIRST),
                an_update(FEBRUARY),
                an_update(JUNE := date(2026, 6, 8), planned_on=days_later(90)),
            ),
            [(JUNE, MEDIUM)],
            id="a date that vanished and came back later has moved",
        ),
        pytest.param(
            (*MOVED_FAR, an_update(date(2026, 3, 9), planned_on=FIRST)),
            [(FEBRUARY, MEDIUM)],
            id="moved back does not undo it",
        ),
        pytest.param((*MOVED_FAR, an_update(FIRST, status=Status.COMPLETED)), [], id="completed"),
        pytest.param((*MOVED_FAR, an_update(FIRST, status=Status.DROPPED)), [], id="dropped"),
        pytest.param((*MOVED_FAR, an_update(FIRST, status=Status.SUPERSEDED)), [], id="superseded"),
        pytest.param(
            (*MOVED_FAR, an_update(FIRST, status=Status.COMPLETED), an_update(date(2026, 9, 1), planned_on=FIRST)),
            [],
            id="reopened with its first date: what was before is settled",
        ),
        pytest.param(
            (
                *MOVED_FAR,
                an_update(FIRST, status=Status.COMPLETED),
                an_answer(date(2026, 9, 1), status=Status.IN_PROGRESS),
            ),
            [(date(2026, 9, 1), MEDIUM)],
            id="reopened with the drift it had",
        ),
    ],
)
def test_what_counts_is_the_first_date_and_the_latest_one_given(
    updates: tuple[StatusUpdate, ...], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(plan_drift, a_dossier(*updates)) == steps


def test_the_evidence_tells_from_when_the_weight_counts_after_a_reopening() -> None:
    reopened_on = date(2026, 9, 1)
    completed = an_update(FIRST, status=Status.COMPLETED)
    dossier = a_dossier(*MOVED_FAR, completed, an_answer(reopened_on, status=Status.IN_PROGRESS))

    assert evidence_of(plan_drift, dossier)[-1] == ("reopened_on", reopened_on, "")


def test_a_dossier_that_was_completed_from_the_beginning_may_be_reopened_too() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=FIRST, status=Status.COMPLETED),
        an_answer(FEBRUARY, status=Status.IN_PROGRESS, planned_on=days_later(100)),
    )

    assert evidence_of(plan_drift, dossier)[-1] == ("reopened_on", FEBRUARY, "")


def test_the_evidence_tells_that_what_lies_before_a_proven_rebaseline_is_settled() -> None:
    decision = a_decision("rebaseline", FEBRUARY, planned_on=days_later(100))
    rounds = [RoundTerm(opened_at=at_time(on, 9), ends_at=at_time(on, 17)) for on in (days_later(1), days_later(2))]
    moved_again = an_answer(date(2026, 3, 9), planned_on=days_later(300))

    settled = a_dossier(*MOVED_FAR, moved_again, decisions=[decision], rounds=rounds)
    unproven = a_dossier(*MOVED_FAR, moved_again, decisions=[decision], rounds=rounds[:1])

    assert evidence_of(plan_drift, settled)[-1] == ("is_settled", 1, "")
    assert "is_settled" not in {name for name, _, _ in evidence_of(plan_drift, unproven)}


@pytest.mark.parametrize(
    ("said_after", "steps"),
    [
        pytest.param(timedelta(0), [(FEBRUARY, MEDIUM)], id="at the instant of the decision: it was not known yet"),
        pytest.param(timedelta(seconds=1), [], id="after it"),
    ],
)
def test_drift_is_counted_from_a_rebaseline_by_what_is_said_after_it(
    said_after: timedelta, steps: list[tuple[date, Severity]]
) -> None:
    decision = a_decision("rebaseline", FEBRUARY, planned_on=days_later(100))
    dossier = a_dossier(
        an_update(JANUARY, planned_on=FIRST),
        an_answer(FEBRUARY, planned_on=days_later(100), at=decision.at + said_after),
        decisions=[decision],
    )

    assert steps_of(plan_drift, dossier) == steps


def test_what_was_said_at_the_instant_of_a_rebaseline_is_settled_with_the_rest() -> None:
    decision = a_decision("rebaseline", FEBRUARY, planned_on=days_later(100))
    rounds = [RoundTerm(opened_at=at_time(on, 9), ends_at=at_time(on, 17)) for on in (days_later(1), days_later(2))]
    said = (
        an_update(JANUARY, planned_on=FIRST),
        an_answer(FEBRUARY, planned_on=days_later(100), at=decision.at),
    )

    assert steps_of(plan_drift, a_dossier(*said, decisions=[decision], rounds=rounds)) == []


def test_a_recurring_duty_has_a_first_date_per_cycle() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=FIRST),
        an_update(FIRST, status=Status.COMPLETED, planned_on=FIRST),
        an_update(date(2026, 9, 1), planned_on=days_later(365)),
        recurs=Recurrence.YEARLY,
    )

    assert steps_of(plan_drift, dossier) == []


def test_priority_makes_each_step_one_heavier() -> None:
    assert steps_of(plan_drift, a_dossier(*MOVED_FAR, has_priority=True)) == [(FEBRUARY, HIGH)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(plan_drift, a_dossier(*MOVED_FAR, adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_lists_every_shift() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=FIRST, source="kst-1"),
        an_update(FEBRUARY, planned_on=days_later(10), source="kst-2"),
        an_update(date(2026, 3, 9), planned_on=days_later(20), source="kst-3"),
    )

    assert evidence_of(plan_drift, dossier) == [
        ("first_planned_on", FIRST, "kst-1"),
        ("last_planned_on", days_later(20), "kst-3"),
        ("drift_days", 20, ""),
        ("shifts", 2, ""),
        ("shifted_on", FEBRUARY, "kst-2"),
        ("shifted_on", date(2026, 3, 9), "kst-3"),
        ("shifted_to", days_later(10), "kst-2"),
        ("shifted_to", days_later(20), "kst-3"),
    ]


plans = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 800)), min_size=1, max_size=7)


@given(plans)
def test_steps_rise_in_day_and_weight_and_more_news_only_adds_to_them(found: list[tuple[int, int]]) -> None:
    day = JANUARY
    updates = []
    for gap, drift in found:
        day += timedelta(days=gap)
        updates.append(an_update(day, planned_on=days_later(drift)))

    told = [steps_of(plan_drift, a_dossier(*updates[: n + 1])) for n in range(len(updates))]

    steps = told[-1]
    assert [weight for _, weight in steps] == sorted({weight for _, weight in steps})
    assert [on for on, _ in steps] == sorted(on for on, _ in steps)
    heaviest = [max((weight for _, weight in one), default=Severity.INFO) for one in told]
    assert heaviest == sorted(heaviest)
    assert steps_of(plan_drift, a_dossier(*updates, an_update(day, status=Status.COMPLETED))) == []


ROUNDS = [
    RoundTerm(opened_at=at_time(date(2026, month, 1), 9), ends_at=at_time(date(2026, month, 29), 0))
    for month in (4, 7, 10)
]
DECIDED = a_decision("rebaseline", date(2026, 3, 2), planned_on=days_later(200))
DRIFTED = (an_update(JANUARY, planned_on=FIRST), an_update(FEBRUARY, planned_on=days_later(200)))


@pytest.mark.parametrize(
    ("rounds", "later", "steps"),
    [
        pytest.param(ROUNDS[:1], (), [(FEBRUARY, HIGH)], id="one quiet round is not enough"),
        pytest.param(ROUNDS[:2], (), [], id="two quiet rounds are"),
        pytest.param(
            ROUNDS[:2],
            (an_update(date(2026, 5, 4), planned_on=days_later(210)),),
            [(FEBRUARY, HIGH)],
            id="a shift in between begins the count anew",
        ),
        pytest.param(
            ROUNDS,
            (an_update(date(2026, 5, 4), planned_on=days_later(210)),),
            [],
            id="two quiet rounds after a small shift",
        ),
        pytest.param(
            ROUNDS,
            (an_update(date(2026, 5, 4), planned_on=days_later(290)),),
            [(date(2026, 5, 4), MEDIUM)],
            id="90 days after the new baseline is drift again",
        ),
    ],
)
def test_after_a_rebaseline_two_rounds_without_a_shift_resolve_it(
    rounds: list[RoundTerm], later: tuple[StatusUpdate, ...], steps: list[tuple[date, Severity]]
) -> None:
    dossier = a_dossier(*DRIFTED, *later, decisions=[DECIDED], rounds=rounds)

    assert steps_of(plan_drift, dossier) == steps


def corrected(days: int, note: str) -> StatusUpdate:
    """Return what a load in May makes of the line of February."""
    return an_update(FEBRUARY, planned_on=days_later(days), note=note, known_on=date(2026, 5, 4), seq=3, supersedes=2)


@pytest.mark.parametrize(
    ("line", "rounds", "steps"),
    [
        pytest.param(corrected(200, "fout"), ROUNDS[:1], [(FEBRUARY, HIGH)], id="a remark, after one quiet round"),
        pytest.param(corrected(200, "fout"), ROUNDS[:2], [], id="a remark, after two quiet rounds"),
        pytest.param(corrected(210, ""), ROUNDS[:1], [(FEBRUARY, HIGH)], id="the date itself: it solves nothing"),
        pytest.param(corrected(210, ""), ROUNDS[:2], [(FEBRUARY, HIGH)], id="the date itself: the count begins anew"),
        pytest.param(corrected(210, ""), ROUNDS, [], id="the date itself, after two quiet rounds since"),
        pytest.param(corrected(290, ""), ROUNDS, [(FEBRUARY, MEDIUM)], id="the date itself, far from the new baseline"),
    ],
)
def test_a_correction_after_a_rebaseline_is_a_shift_only_when_it_says_another_date(
    line: StatusUpdate, rounds: list[RoundTerm], steps: list[tuple[date, Severity]]
) -> None:
    dossier = a_dossier(*DRIFTED, line, decisions=[DECIDED], rounds=rounds)

    assert steps_of(plan_drift, dossier) == steps
