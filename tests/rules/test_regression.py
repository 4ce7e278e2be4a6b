"""V02: the status or the progress went back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import regression
from tests.builders import CRITICAL, HIGH, MEDIUM, a_dossier, an_answer, an_update, evidence_of, steps_of

DAYS = (date(2026, 1, 12), date(2026, 2, 9), date(2026, 3, 9), date(2026, 4, 9))
FEBRUARY, MARCH, APRIL = DAYS[1:]
RUNNING, NOT_BEGUN = Status.IN_PROGRESS, Status.NOT_STARTED


def lines(*said: Status | int | None) -> tuple[StatusUpdate, ...]:
    """Return one line a month: a status, or a figure for work in progress."""
    return tuple(
        an_update(on, status=word) if isinstance(word, Status) else an_update(on, progress=word)
        for on, word in zip(DAYS, said, strict=False)
    )


@pytest.mark.parametrize(
    ("updates", "steps"),
    [
        pytest.param((), [], id="nobody said anything"),
        pytest.param(lines(40, 40, 60), [], id="progress stays or rises"),
        pytest.param(lines(40, 39), [(FEBRUARY, MEDIUM)], id="progress falls"),
        pytest.param(lines(40, 30, 39), [(FEBRUARY, MEDIUM)], id="not yet back where it was"),
        pytest.param(lines(40, 30, 40), [], id="back where it was"),
        pytest.param(lines(40, 30, 40, 39), [(APRIL, MEDIUM)], id="back, and down again"),
        pytest.param(lines(40, None), [], id="an empty figure keeps the last one"),
        pytest.param(lines(RUNNING, NOT_BEGUN), [(FEBRUARY, HIGH)], id="the status falls"),
        pytest.param(lines(RUNNING, NOT_BEGUN, RUNNING), [], id="the status is back"),
        pytest.param(lines(RUNNING, Status.BLOCKED, RUNNING), [], id="blocked is no step back; it is V05's subject"),
        pytest.param(lines(Status.BLOCKED, NOT_BEGUN), [(FEBRUARY, HIGH)], id="from blocked to not begun"),
        pytest.param(
            lines(40, 30, NOT_BEGUN), [(FEBRUARY, MEDIUM), (MARCH, HIGH)], id="first the figure, then the status"
        ),
        pytest.param(
            (*lines(40), an_update(FEBRUARY, status=NOT_BEGUN, progress=0)), [(FEBRUARY, HIGH)], id="both on one day"
        ),
        pytest.param(lines(40, 30, Status.COMPLETED), [], id="completed"),
        pytest.param(lines(40, 30, Status.DROPPED), [], id="dropped"),
        pytest.param(lines(40, 30, Status.SUPERSEDED), [], id="superseded"),
        pytest.param(
            (*lines(80), an_update(FEBRUARY, status=Status.COMPLETED, progress=100), an_update(MARCH, progress=60)),
            [],
            id="a completion that is reopened takes its progress along",
        ),
        pytest.param(
            (*lines(80), an_update(FEBRUARY, status=Status.COMPLETED, progress=100), *lines(0, 0, None, 60)[2:]),
            [],
            id="reopened without a figure, and then a lower one",
        ),
        pytest.param(
            (
                *lines(80),
                an_update(FEBRUARY, status=Status.COMPLETED, progress=100),
                an_update(MARCH, progress=60),
                an_update(APRIL, progress=50),
            ),
            [(APRIL, MEDIUM)],
            id="down again after the reopening",
        ),
        pytest.param(
            (
                *lines(80),
                an_update(FEBRUARY, status=Status.COMPLETED, progress=100),
                an_update(MARCH, status=RUNNING),
                an_update(MARCH, note="Niets nieuws"),
                an_update(APRIL, progress=20),
            ),
            [],
            id="reopened without a figure, a line that says nothing, and then a lower figure",
        ),
        pytest.param(lines(80, Status.COMPLETED, NOT_BEGUN), [], id="reopened as not begun is G03's subject"),
    ],
)
def test_status_and_progress_do_not_fall(updates: tuple[StatusUpdate, ...], steps: list[tuple[date, Severity]]) -> None:
    assert steps_of(regression, a_dossier(*updates)) == steps


def test_a_new_cycle_begins_at_nothing() -> None:
    dossier = a_dossier(
        an_update(DAYS[0], status=Status.COMPLETED, progress=100), *lines(0, 10)[1:], recurs=Recurrence.YEARLY
    )

    assert steps_of(regression, dossier) == []


def test_priority_makes_each_step_one_heavier() -> None:
    dossier = a_dossier(*lines(40, 30, NOT_BEGUN), has_priority=True)

    assert steps_of(regression, dossier) == [(FEBRUARY, HIGH), (MARCH, CRITICAL)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(regression, a_dossier(*lines(40, 30), adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_shows_the_top_and_where_it_stands_now() -> None:
    dossier = a_dossier(an_update(DAYS[0], progress=40, source="kst-1"), an_answer(FEBRUARY, progress=30))

    assert evidence_of(regression, dossier) == [
        ("fell_on", FEBRUARY, "opgave van SZW"),
        ("status", "in_progress", "opgave van SZW"),
        ("top_progress", 40, ""),
        ("progress", 30, ""),
        ("fell", "progress", ""),
        ("progress_fell_on", FEBRUARY, ""),
    ]


def test_the_evidence_tells_on_which_day_each_of_the_two_fell() -> None:
    found = evidence_of(regression, a_dossier(*lines(40, 30, NOT_BEGUN)))

    assert found[-3:] == [("fell", "status", ""), ("status_fell_on", MARCH, ""), ("progress_fell_on", FEBRUARY, "")]


@given(st.lists(st.integers(0, 100), max_size=10))
def test_it_speaks_exactly_while_progress_is_below_its_top(figures: list[int]) -> None:
    updates = [an_update(DAYS[0] + timedelta(days=n), progress=figure) for n, figure in enumerate(figures)]

    is_below = bool(figures) and figures[-1] < max(figures)

    assert (steps_of(regression, a_dossier(*updates)) != []) == is_below
