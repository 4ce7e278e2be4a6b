"""T01: the planned date is close and the dossier is not completed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import deadline_near
from tests.builders import (
    LOW,
    a_calendar,
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
NEAR_MARCH = date(2026, 3, 4)
"""The day after 3 March, from which twenty working days are left up to and including 30 March and the day itself."""


@pytest.mark.parametrize(
    ("planned_on", "breaks_on"),
    [
        pytest.param(MARCH, NEAR_MARCH, id="the twentieth working day before it is the last good one"),
        pytest.param(date(2026, 3, 29), date(2026, 3, 3), id="a planned date on a Sunday does not roll"),
        pytest.param(date(2026, 3, 28), date(2026, 3, 3), id="nor does one on a Saturday"),
        pytest.param(date(2026, 3, 20), date(2026, 2, 21), id="breaks on a Saturday"),
        pytest.param(date(2026, 5, 6), date(2026, 4, 3), id="breaks on Goede Vrijdag; 5 May is free as well"),
    ],
)
def test_a_planned_date_is_near_from_twenty_working_days_before_it(planned_on: date, breaks_on: date) -> None:
    assert steps_of(deadline_near, a_dossier(an_update(JANUARY, planned_on=planned_on))) == [(breaks_on, Severity.INFO)]


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((an_update(JANUARY),), None, id="no planned date"),
        pytest.param((a_planned_date(MARCH),), NEAR_MARCH, id="the register itself gives the date"),
        *(
            pytest.param((an_update(JANUARY, planned_on=MARCH, status=status),), None, id=status.value)
            for status in (Status.COMPLETED, Status.DROPPED, Status.SUPERSEDED)
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH, status=Status.BLOCKED),), NEAR_MARCH, id="blocked is no excuse"
        ),
        pytest.param((an_update(JANUARY, planned_on=MARCH), an_update(MARCH)), None, id="the date was taken away"),
        pytest.param(
            (an_update(JANUARY, planned_on=date(2026, 9, 1)), an_answer(date(2026, 2, 2), planned_on=MARCH)),
            NEAR_MARCH,
            id="the date moved",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=MARCH), an_answer(date(2026, 4, 8), progress=80)),
            NEAR_MARCH,
            id="it stays when the date has passed",
        ),
    ],
)
def test_the_date_that_stands_counts_while_the_dossier_is_open(
    updates: tuple[StatusUpdate, ...], breaks_on: date | None
) -> None:
    assert first_break(deadline_near, a_dossier(*updates)) == breaks_on


def test_priority_makes_it_more_than_information() -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=MARCH), has_priority=True)

    assert steps_of(deadline_near, dossier) == [(NEAR_MARCH, LOW)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=MARCH), adoption=Adoption.NOT_ADOPTED)

    assert steps_of(deadline_near, dossier) == []


def test_the_evidence_names_the_date_who_gave_it_and_the_last_good_day() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=date(2026, 9, 1), source="kst-1"),
        an_update(date(2026, 1, 20), planned_on=MARCH, source="kst-2"),
    )

    assert evidence_of(deadline_near, dossier) == [
        ("planned_on", MARCH, "kst-2"),
        ("last_good_on", date(2026, 3, 3), ""),
    ]


@given(planned_on=st.dates(date(2016, 1, 1), date(2039, 1, 1)))
def test_twenty_working_days_lie_between_the_last_good_day_and_the_planned_date(planned_on: date) -> None:
    dossier = a_dossier(an_update(date(2015, 6, 1), planned_on=planned_on))

    ((breaks_on, _),) = steps_of(deadline_near, dossier)

    left = a_calendar().working_days_between(breaks_on - timedelta(days=2), planned_on - timedelta(days=1))
    assert a_calendar().is_working_day(breaks_on - timedelta(days=1))
    assert left == 20
