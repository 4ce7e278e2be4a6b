"""T03: nobody said by when it will be done."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import no_plan
from tests.builders import (
    LOW,
    MEDIUM,
    a_calendar,
    a_decision,
    a_dossier,
    a_planned_date,
    an_answer,
    an_update,
    evidence_of,
    first_break,
    steps_of,
)

ADOPTED = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("adopted_on", "breaks_on"),
    [
        pytest.param(ADOPTED, date(2025, 12, 24), id="125 working days are good until 23 December"),
        pytest.param(date(2025, 1, 6), date(2025, 7, 8), id="five holidays on working days make it longer"),
        pytest.param(date(2024, 2, 29), date(2024, 8, 29), id="from 29 February"),
    ],
)
def test_a_planned_date_comes_within_125_working_days_of_adoption(adopted_on: date, breaks_on: date) -> None:
    assert steps_of(no_plan, a_dossier(adopted_on=adopted_on)) == [(breaks_on, LOW)]


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((an_update(date(2025, 9, 1), progress=40),), date(2025, 12, 24), id="news without a date"),
        pytest.param((an_update(date(2025, 9, 1), planned_on=date(2026, 9, 1)),), None, id="a date"),
        pytest.param((a_planned_date(date(2026, 9, 1), on=ADOPTED),), None, id="a date in the register"),
        pytest.param(
            (an_update(date(2025, 9, 1), planned_on=date(2026, 9, 1)), an_update(date(2025, 10, 1))),
            None,
            id="a date that vanished is T06's subject",
        ),
        pytest.param(
            (an_update(date(2025, 9, 1), milestone="M1", planned_on=date(2026, 9, 1)),),
            date(2025, 12, 24),
            id="the date of a milestone is no plan for the dossier",
        ),
        pytest.param((an_update(date(2025, 9, 1), status=Status.COMPLETED),), None, id="completed"),
        pytest.param((an_update(date(2025, 9, 1), status=Status.DROPPED),), None, id="dropped"),
        pytest.param((an_update(date(2025, 9, 1), status=Status.SUPERSEDED),), None, id="superseded"),
        pytest.param(
            (an_update(date(2025, 9, 1), status=Status.COMPLETED), an_answer(date(2025, 10, 1), status=Status.BLOCKED)),
            date(2025, 12, 24),
            id="reopened counts from adoption again",
        ),
    ],
)
def test_only_a_date_for_the_dossier_or_its_end_silences_it(
    updates: tuple[StatusUpdate, ...], breaks_on: date | None
) -> None:
    assert first_break(no_plan, a_dossier(*updates, adopted_on=ADOPTED)) == breaks_on


def test_a_new_cycle_of_a_recurring_duty_counts_from_its_first_line() -> None:
    dossier = a_dossier(
        an_update(date(2024, 3, 1), status=Status.COMPLETED, planned_on=date(2024, 4, 1)),
        an_update(ADOPTED, status=Status.IN_PROGRESS),
        an_update(ADOPTED + timedelta(days=30), status=Status.IN_PROGRESS),
        adopted_on=date(2023, 1, 2),
        recurs=Recurrence.YEARLY,
    )

    assert steps_of(no_plan, dossier) == [(date(2025, 12, 24), LOW)]


def test_priority_makes_it_medium() -> None:
    assert steps_of(no_plan, a_dossier(adopted_on=ADOPTED, has_priority=True)) == [(date(2025, 12, 24), MEDIUM)]


@pytest.mark.parametrize("adoption", [Adoption.NOT_ADOPTED, Adoption.UNDECIDED])
def test_what_the_cabinet_did_not_take_over_needs_no_plan(adoption: Adoption) -> None:
    assert steps_of(no_plan, a_dossier(adopted_on=ADOPTED, adoption=adoption)) == []


def test_what_was_taken_over_in_part_needs_a_plan() -> None:
    assert steps_of(no_plan, a_dossier(adopted_on=ADOPTED, adoption=Adoption.PARTLY)) == [(date(2025, 12, 24), LOW)]


def test_the_evidence_gives_the_start_and_the_last_good_day() -> None:
    assert evidence_of(no_plan, a_dossier(adopted_on=ADOPTED, source="kst-1")) == [
        ("since", ADOPTED, "kst-1"),
        ("last_good_on", date(2025, 12, 23), ""),
    ]


@given(adopted_on=st.dates(date(2018, 1, 1), date(2035, 1, 1)), planned_on=st.dates(date(2018, 1, 1), date(2038, 1, 1)))
def test_the_term_holds_125_working_days_and_any_date_silences_it(adopted_on: date, planned_on: date) -> None:
    breaks_on = first_break(no_plan, a_dossier(adopted_on=adopted_on))

    assert breaks_on is not None
    assert a_calendar().working_days_between(adopted_on, breaks_on - timedelta(days=1)) == 125
    assert a_calendar().is_working_day(breaks_on - timedelta(days=1))
    assert steps_of(no_plan, a_dossier(an_update(adopted_on, planned_on=planned_on), adopted_on=adopted_on)) == []


@pytest.mark.parametrize(
    ("adoption", "since", "source"),
    [
        pytest.param(Adoption.UNDECIDED, date(2025, 9, 1), "besluit van IPA", id="it was adopted by the decision"),
        pytest.param(Adoption.ADOPTED, ADOPTED, "kst-1", id="it was adopted already"),
    ],
)
def test_what_is_adopted_by_a_decision_counts_from_the_day_of_that_decision(
    adoption: Adoption, since: date, source: str
) -> None:
    decided = a_decision("adopt", date(2025, 9, 1), adoption=Adoption.ADOPTED)

    dossier = a_dossier(adopted_on=ADOPTED, adoption=adoption, source="kst-1", decisions=[decided])

    assert evidence_of(no_plan, dossier)[0] == ("since", since, source)
    assert first_break(no_plan, dossier) == a_calendar().first_day_beyond(since, 125)


def test_a_cycle_that_began_before_the_decision_counts_from_the_decision() -> None:
    done = an_update(date(2025, 7, 7), status=Status.COMPLETED, planned_on=date(2025, 7, 7))
    begun = an_update(date(2025, 8, 4))
    decided = a_decision("adopt", date(2025, 9, 1), adoption=Adoption.PARTLY)

    dossier = a_dossier(
        done, begun, adopted_on=ADOPTED, adoption=Adoption.UNDECIDED, recurs=Recurrence.YEARLY, decisions=[decided]
    )

    assert evidence_of(no_plan, dossier)[0] == ("since", decided.on, "besluit van IPA")
