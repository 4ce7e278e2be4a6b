"""T05: the planned date was put later after it had passed, or without a reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import silent_shift
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
SILENT = an_answer(MARCH, planned_on=JUNE)


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((PLANNED,), None, id="a first date"),
        pytest.param((PLANNED, an_update(MARCH, planned_on=JUNE)), None, id="history on the last good day"),
        pytest.param((PLANNED, an_update(APRIL, planned_on=JUNE)), APRIL, id="history the day after"),
        pytest.param(
            (PLANNED, an_update(APRIL, planned_on=JUNE, reason="advies")),
            None,
            id="history the day after with a reason",
        ),
        pytest.param((PLANNED, SILENT), MARCH, id="an answer on the last good day without a reason"),
        pytest.param(
            (PLANNED, an_answer(MARCH, planned_on=JUNE, reason="advies")), None, id="an answer in time with a reason"
        ),
        pytest.param(
            (PLANNED, an_answer(APRIL, planned_on=JUNE, reason="advies")), None, id="an answer too late with a reason"
        ),
        pytest.param((PLANNED, an_answer(APRIL, planned_on=JUNE)), APRIL, id="an answer too late without a reason"),
        pytest.param((PLANNED, SILENT, an_answer(APRIL, reason="advies")), None, id="the reason comes later"),
        pytest.param((PLANNED, SILENT, an_answer(APRIL, note="advies")), MARCH, id="a remark is no reason"),
        pytest.param(
            (PLANNED, SILENT, an_answer(APRIL, planned_on=date(2026, 9, 1))), MARCH, id="the oldest silent shift counts"
        ),
        pytest.param(
            (PLANNED, SILENT, an_answer(APRIL, planned_on=date(2026, 9, 1), reason="advies")),
            None,
            id="a reason with the next shift speaks for both",
        ),
        pytest.param(
            (
                PLANNED,
                an_answer(MARCH, planned_on=JUNE, reason="advies"),
                an_answer(APRIL, planned_on=date(2026, 9, 1)),
            ),
            APRIL,
            id="an earlier reason does not speak for a later shift",
        ),
        pytest.param((PLANNED, an_answer(MARCH, planned_on=date(2026, 3, 1))), None, id="an earlier date"),
        pytest.param((PLANNED, an_answer(APRIL, planned_on=MARCH)), None, id="the same date again"),
        pytest.param(
            (PLANNED, an_update(date(2026, 2, 2)), an_update(MARCH, planned_on=JUNE)), None, id="vanished, back in time"
        ),
        pytest.param(
            (PLANNED, an_update(date(2026, 2, 2)), an_update(APRIL, planned_on=JUNE)),
            APRIL,
            id="vanished, back too late",
        ),
        pytest.param(
            (a_planned_date(MARCH), an_answer(JANUARY, planned_on=JUNE)), JANUARY, id="the register gave the old date"
        ),
        pytest.param((PLANNED, SILENT, an_update(JUNE, status=Status.COMPLETED)), None, id="completed"),
        pytest.param((PLANNED, SILENT, an_update(JUNE, status=Status.DROPPED)), None, id="dropped"),
        pytest.param((PLANNED, SILENT, an_update(JUNE, status=Status.SUPERSEDED)), None, id="superseded"),
        pytest.param(
            (
                PLANNED,
                SILENT,
                an_update(JUNE, status=Status.COMPLETED, planned_on=JUNE),
                an_update(date(2026, 7, 1), planned_on=JUNE),
            ),
            None,
            id="completion settled it, also after a reopening",
        ),
    ],
)
def test_a_date_moves_in_time_and_an_answer_says_why(updates: tuple[StatusUpdate, ...], breaks_on: date | None) -> None:
    assert first_break(silent_shift, a_dossier(*updates)) == breaks_on


def test_a_reason_about_a_milestone_does_not_speak_for_the_dossier() -> None:
    about_milestone = an_update(APRIL, milestone="M1", planned_on=JUNE, reason="de pilot liep uit")

    assert first_break(silent_shift, a_dossier(PLANNED, SILENT, about_milestone)) == MARCH


def test_the_date_of_a_new_cycle_is_no_shift() -> None:
    dossier = a_dossier(
        PLANNED,
        an_update(APRIL, status=Status.COMPLETED, planned_on=MARCH),
        an_answer(JUNE, status=Status.IN_PROGRESS, planned_on=date(2027, 3, 31)),
        recurs=Recurrence.YEARLY,
    )

    assert steps_of(silent_shift, dossier) == []


def test_it_is_high_and_critical_with_priority() -> None:
    assert steps_of(silent_shift, a_dossier(PLANNED, SILENT)) == [(MARCH, HIGH)]
    assert steps_of(silent_shift, a_dossier(PLANNED, SILENT, has_priority=True)) == [(MARCH, CRITICAL)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(silent_shift, a_dossier(PLANNED, SILENT, adoption=Adoption.NOT_ADOPTED)) == []


@pytest.mark.parametrize(("on", "is_late"), [pytest.param(MARCH, 0, id="in time"), pytest.param(APRIL, 1, id="late")])
def test_the_evidence_shows_both_dates_and_whether_the_old_one_had_passed(on: date, is_late: int) -> None:
    dossier = a_dossier(an_update(JANUARY, planned_on=MARCH, source="kst-1"), an_answer(on, planned_on=JUNE))

    assert evidence_of(silent_shift, dossier) == [
        ("moved_from", MARCH, "kst-1"),
        ("moved_to", JUNE, "opgave van SZW"),
        ("moved_on", on, "opgave van SZW"),
        ("is_late", is_late, ""),
    ]


@given(st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 400))), max_size=8))
def test_a_reason_at_the_end_settles_everything(found: list[tuple[int, int | None]]) -> None:
    day = JANUARY
    updates = []
    for gap, plan in found:
        day += timedelta(days=gap)
        planned_on = None if plan is None else MARCH + timedelta(days=plan)
        updates.append(an_answer(day, planned_on=planned_on, is_plan_removed=planned_on is None))

    assert steps_of(silent_shift, a_dossier(*updates, an_answer(day, reason="advies"))) == []
