"""T06: there was a planned date, and now there is none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import deadline_passed, plan_vanished
from tests.builders import (
    CRITICAL,
    HIGH,
    a_dossier,
    a_planned_date,
    an_answer,
    an_update,
    evidence_of,
    first_break,
    steps_of,
)

JANUARY = date(2026, 1, 12)
MARCH = date(2026, 3, 31)
APRIL = date(2026, 4, 1)
JUNE = date(2026, 6, 1)
PLANNED = an_update(JANUARY, planned_on=MARCH)
VANISHED = an_update(date(2026, 2, 2))


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((an_update(JANUARY), VANISHED), None, id="there never was a date"),
        pytest.param((PLANNED,), None, id="the date stands"),
        pytest.param((PLANNED, VANISHED), date(2026, 2, 2), id="it vanished"),
        pytest.param((PLANNED, an_update(APRIL)), APRIL, id="it vanished after it had passed"),
        pytest.param((a_planned_date(MARCH), an_update(JANUARY)), JANUARY, id="the date of the register vanished"),
        pytest.param((PLANNED, VANISHED, an_update(MARCH)), date(2026, 2, 2), id="it stays away since the first day"),
        pytest.param((PLANNED, VANISHED, an_update(MARCH, planned_on=JUNE)), None, id="a new date"),
        pytest.param((PLANNED, VANISHED, an_update(MARCH, planned_on=MARCH)), None, id="the same date is back"),
        pytest.param(
            (PLANNED, VANISHED, an_update(MARCH, planned_on=JUNE), an_update(APRIL)), APRIL, id="it vanished once more"
        ),
        pytest.param((PLANNED, an_answer(APRIL, progress=40)), None, id="an answer that does not speak of the date"),
        pytest.param((PLANNED, an_answer(APRIL, is_unchanged=True)), None, id="an answer that says unchanged"),
        pytest.param((PLANNED, an_answer(APRIL, is_plan_removed=True)), APRIL, id="an answer that takes it away"),
        pytest.param(
            (PLANNED, an_answer(APRIL, is_plan_removed=True, reason="advies")), APRIL, id="a reason is no new date"
        ),
        pytest.param((PLANNED, an_update(APRIL, milestone="M1")), None, id="a line about a milestone"),
        pytest.param((PLANNED, an_update(APRIL, status=Status.COMPLETED)), None, id="completed needs no plan"),
        pytest.param((PLANNED, an_update(APRIL, status=Status.DROPPED)), None, id="dropped needs no plan"),
        pytest.param((PLANNED, an_update(APRIL, status=Status.SUPERSEDED)), None, id="superseded needs no plan"),
        pytest.param(
            (PLANNED, VANISHED, an_update(APRIL, status=Status.COMPLETED)), None, id="vanished, then completed"
        ),
        pytest.param(
            (PLANNED, an_update(APRIL, status=Status.COMPLETED), an_answer(JUNE, status=Status.IN_PROGRESS)),
            None,
            id="reopened with the date it had",
        ),
        pytest.param(
            (PLANNED, an_update(APRIL, status=Status.COMPLETED), an_update(JUNE)), JUNE, id="reopened without a date"
        ),
        pytest.param(
            (PLANNED, VANISHED, an_update(APRIL, status=Status.COMPLETED), an_update(JUNE)),
            JUNE,
            id="vanished, completed and reopened counts from the reopening",
        ),
    ],
)
def test_a_date_once_given_stays_or_is_replaced(updates: tuple[StatusUpdate, ...], breaks_on: date | None) -> None:
    assert first_break(plan_vanished, a_dossier(*updates)) == breaks_on


@pytest.mark.parametrize(
    ("on", "late_since"),
    [
        pytest.param(MARCH, None, id="taken away on its last good day"),
        pytest.param(APRIL, APRIL, id="taken away the day after"),
    ],
)
def test_a_date_that_passed_before_it_vanished_is_also_late(on: date, late_since: date | None) -> None:
    dossier = a_dossier(PLANNED, an_update(on))

    assert (first_break(plan_vanished, dossier), first_break(deadline_passed, dossier)) == (on, late_since)


def test_a_new_cycle_without_a_date_has_lost_nothing() -> None:
    dossier = a_dossier(PLANNED, an_update(APRIL, status=Status.COMPLETED), an_update(JUNE), recurs=Recurrence.YEARLY)

    assert steps_of(plan_vanished, dossier) == []


def test_it_is_high_and_critical_with_priority() -> None:
    assert steps_of(plan_vanished, a_dossier(PLANNED, VANISHED)) == [(date(2026, 2, 2), HIGH)]
    assert steps_of(plan_vanished, a_dossier(PLANNED, VANISHED, has_priority=True)) == [(date(2026, 2, 2), CRITICAL)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(plan_vanished, a_dossier(PLANNED, VANISHED, adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_shows_the_last_date_and_where_it_vanished() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=MARCH, source="kst-1"),
        an_update(date(2026, 2, 2), source="kst-2"),
        an_update(APRIL, source="kst-3"),
    )

    assert evidence_of(plan_vanished, dossier) == [
        ("last_planned_on", MARCH, "kst-1"),
        ("vanished_on", date(2026, 2, 2), "kst-2"),
    ]


@given(st.lists(st.one_of(st.none(), st.dates(MARCH, JUNE)), max_size=8))
def test_it_speaks_exactly_when_a_date_was_given_and_the_last_line_has_none(plans: list[date | None]) -> None:
    updates = [an_update(JANUARY + timedelta(days=n), planned_on=on) for n, on in enumerate(plans)]

    is_lost = any(plans) and plans[-1] is None

    assert (steps_of(plan_vanished, a_dossier(*updates)) != []) == is_lost
