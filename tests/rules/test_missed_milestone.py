"""V03: a milestone was not reached by its date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.dossiers import Dossier
from ipa_core.domain.folds import fold
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.recommendations import Milestone
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import missed_milestone
from ipa_core.rules.holding import expect_of_dossier, hold_dossier
from ipa_core.rules.waiting_on import Root
from tests.builders import (
    ADOPTED_ON,
    END,
    LOW,
    MEDIUM,
    a_history,
    a_policy,
    a_recommendation,
    a_timeline,
    an_answer,
    an_update,
    evidence_of,
    numbered,
    steps_of,
)

JANUARY = date(2026, 1, 12)
MARCH = date(2026, 3, 31)
JUNE = date(2026, 6, 1)
LATE = [(date(2026, 4, 1), LOW), (date(2026, 5, 2), MEDIUM)]


def a_milestone(code: str = "M1", planned_on: date | None = MARCH, **changes: object) -> Milestone:
    return replace(Milestone(code=code, dossier="UIT-01", title="Wet ingediend", planned_on=planned_on), **changes)


def with_milestones(*updates: StatusUpdate, milestones: tuple[Milestone, ...] = (a_milestone(),)) -> Dossier:
    return fold(a_recommendation(), numbered(updates), known_at=END, milestones=milestones)


def reached(on: date) -> StatusUpdate:
    return an_update(on, milestone="M1", status=Status.COMPLETED)


def moved(on: date, planned_on: date | None, *, reason: str = "") -> StatusUpdate:
    answer = an_answer(on, planned_on=planned_on, is_plan_removed=planned_on is None, reason=reason)
    return answer._replace(milestone="M1")


@pytest.mark.parametrize(
    ("updates", "steps"),
    [
        pytest.param((), LATE, id="late the day after, heavier after twenty working days without the free days"),
        pytest.param((reached(MARCH),), [], id="reached on its last day"),
        pytest.param((reached(date(2026, 4, 20)),), [], id="reached late"),
        pytest.param(
            (reached(JANUARY), an_update(MARCH, milestone="M1")), LATE, id="reached, and then said to be open again"
        ),
        pytest.param((moved(MARCH, JUNE),), [(date(2026, 6, 2), LOW), (date(2026, 6, 30), MEDIUM)], id="moved in time"),
        pytest.param((moved(date(2026, 4, 1), JUNE),), LATE, id="moved afterwards without a reason"),
        pytest.param(
            (moved(date(2026, 4, 1), JUNE, reason="advies kwam later"),),
            [(date(2026, 6, 2), LOW), (date(2026, 6, 30), MEDIUM)],
            id="moved afterwards with a reason",
        ),
        pytest.param((moved(JANUARY, None),), [], id="taken away before it passed"),
        pytest.param((moved(date(2026, 4, 1), None, reason="vervalt"),), LATE, id="taken away afterwards"),
        pytest.param((an_update(JANUARY, planned_on=JUNE),), LATE, id="the date of the dossier is another one"),
        pytest.param((an_update(JANUARY, status=Status.COMPLETED),), [], id="the dossier is completed"),
        pytest.param((an_update(JANUARY, status=Status.DROPPED),), [], id="the dossier is dropped"),
    ],
)
def test_a_milestone_is_reached_by_the_date_that_counts(
    updates: tuple[StatusUpdate, ...], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(missed_milestone, with_milestones(*updates)) == steps


def test_a_milestone_without_a_date_owes_nothing_until_somebody_gives_one() -> None:
    undated = (a_milestone(planned_on=None),)

    assert steps_of(missed_milestone, with_milestones(milestones=undated)) == []
    assert steps_of(missed_milestone, with_milestones(moved(JANUARY, MARCH), milestones=undated)) == LATE


def test_another_date_in_the_register_takes_the_place_of_the_first() -> None:
    later = a_milestone(planned_on=JUNE, recorded_at=start_of_day(date(2026, 4, 15)))

    assert steps_of(missed_milestone, with_milestones(milestones=(a_milestone(), later)))[0] == (date(2026, 6, 2), LOW)


def test_the_register_is_the_source_of_a_date_that_nobody_else_gave() -> None:
    _, _, planned, said = evidence_of(missed_milestone, with_milestones())

    assert (planned, said) == (("planned_on", MARCH, "register"), ("said_on", ADOPTED_ON, "register"))


def test_the_register_calls_it_by_its_latest_name() -> None:
    renamed = a_milestone(title="Wet aangenomen", recorded_at=start_of_day(date(2026, 2, 2)))

    name, *_ = evidence_of(missed_milestone, with_milestones(milestones=(a_milestone(), renamed)))

    assert name == ("milestone", "Wet aangenomen", "")


def test_each_milestone_is_a_subject_of_its_own() -> None:
    dossier = with_milestones(milestones=(a_milestone("M2", JUNE), a_milestone("M1")))

    found = [one for one in expect_of_dossier(dossier, (), a_policy()) if one.rule == "V03"]

    assert [(one.subject.kind.value, one.subject.code, one.steps[0].on) for one in found] == [
        ("milestone", "M1", date(2026, 4, 1)),
        ("milestone", "M2", date(2026, 6, 2)),
    ]


def test_the_evidence_names_the_milestone_its_dossier_and_who_gave_the_date() -> None:
    assert evidence_of(missed_milestone, with_milestones(moved(JANUARY, JUNE))) == [
        ("milestone", "Wet ingediend", ""),
        ("dossier", "UIT-01", ""),
        ("planned_on", JUNE, "opgave van SZW"),
        ("said_on", JANUARY, "opgave van SZW"),
    ]


def test_who_waits_for_the_dossier_waits_for_its_milestone() -> None:
    (missed,) = [one for one in expect_of_dossier(with_milestones(), (), a_policy()) if one.rule == "V03"]

    waiting = fold(a_recommendation("UIT-02"), (), known_at=END)
    (found,) = [
        one
        for one in expect_of_dossier(waiting, [Root(dossier="UIT-01", expectation=missed)], a_policy())
        if one.rule == "O05"
    ]

    assert [(step.on, step.severity) for step in found.steps] == [(date(2026, 5, 2), LOW)]
    assert found.evidence[0].value == "UIT-01 V03"


def test_a_milestone_that_the_register_adds_later_counts_from_then() -> None:
    added_at = start_of_day(date(2026, 4, 15))
    history = replace(a_history(code="UIT-01"), milestones=(a_milestone(recorded_at=added_at),))

    (row,) = [row for row in hold_dossier(history, a_timeline(), {}) if row.expectation.rule == "V03"]

    assert (row.held_from, row.breaks()[0]) == (added_at, (added_at, LOW))


@given(
    planned_on=st.dates(date(2025, 2, 1), date(2035, 1, 1)),
    moves=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 300)), max_size=4),
)
def test_it_never_breaks_before_the_earliest_date_and_reaching_it_silences_it(
    planned_on: date, moves: list[tuple[int, int]]
) -> None:
    said = [
        moved(ADOPTED_ON + timedelta(days=sum(gap for gap, _ in moves[: n + 1])), planned_on + timedelta(days=later))
        for n, (_, later) in enumerate(moves)
    ]
    milestones = (a_milestone(planned_on=planned_on),)

    steps = steps_of(missed_milestone, with_milestones(*said, milestones=milestones))

    assert steps[0][0] > planned_on
    assert [weight for _, weight in steps] == [LOW, MEDIUM]
    done = reached(date(2036, 1, 1))
    assert steps_of(missed_milestone, with_milestones(*said, done, milestones=milestones)) == []
