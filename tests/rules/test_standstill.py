"""V01: nothing material has changed for too long."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import standstill
from tests.builders import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    a_dossier,
    a_planned_date,
    an_answer,
    an_update,
    evidence_of,
    first_break,
    steps_of,
)

CHANGED = date(2026, 1, 5)
BREAK = date(2026, 7, 15)
SECOND, THIRD, FOURTH = date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1)
BEGIN = an_update(CHANGED, progress=40)


def reports(*progress: int | None) -> tuple[StatusUpdate, ...]:
    """Return one report a month, from the day of the change."""
    days = (CHANGED, SECOND, THIRD, FOURTH)
    return tuple(an_update(on, progress=figure) for on, figure in zip(days, progress, strict=False))


def test_the_term_counts_working_days_from_the_last_change() -> None:
    assert steps_of(standstill, a_dossier(*reports(40, 40, 40))) == [
        (BREAK, LOW),
        (date(2027, 1, 15), MEDIUM),
        (date(2027, 7, 24), HIGH),
    ]


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="silence is no standstill"),
        pytest.param(reports(40), None, id="one report, then silence"),
        pytest.param(reports(40, 40), None, id="one repetition may be chance"),
        pytest.param(reports(40, 40, 40), BREAK, id="two reports with the same figure start the clock"),
        pytest.param(reports(40, None, None), BREAK, id="an empty figure keeps the last one"),
        pytest.param(reports(40, 40, 45), None, id="any movement stops it"),
        pytest.param(reports(40, 40, 35), None, id="a step back is a change too"),
        pytest.param(reports(40, 40, 40, 45), None, id="movement after the second report resolves it"),
        pytest.param((*reports(40, 40), an_update(THIRD, note="nog bezig")), BREAK, id="a remark says nothing new"),
        pytest.param(
            (*reports(40, 40), an_answer(THIRD, is_unchanged=True)), BREAK, id="unchanged is a report that says so"
        ),
        pytest.param((*reports(40, 40), an_update(THIRD, status=Status.BLOCKED)), None, id="another status"),
        pytest.param((*reports(40, 40), an_update(THIRD, evidence=("kst-9",))), None, id="new evidence"),
        pytest.param((*reports(40, 40), an_update(THIRD, source="kst-9")), BREAK, id="another source is no evidence"),
        pytest.param(
            (an_update(CHANGED, evidence=("kst-1",)), an_update(SECOND, evidence=("kst-1",)), an_update(THIRD)),
            BREAK,
            id="the same evidence again",
        ),
        pytest.param(
            (*reports(40, 40), an_update(THIRD, planned_on=date(2027, 1, 1))), None, id="history gives another date"
        ),
        pytest.param(
            (*reports(40, 40), an_answer(THIRD, planned_on=date(2027, 1, 1))), BREAK, id="an answer without a reason"
        ),
        pytest.param(
            (*reports(40, 40), an_answer(THIRD, planned_on=date(2027, 1, 1), reason="advies")),
            None,
            id="an answer with a reason",
        ),
        pytest.param(
            (*reports(40, 40, 40), an_update(FOURTH, milestone="M1", status=Status.COMPLETED)), None, id="a milestone"
        ),
        pytest.param(
            (
                an_update(CHANGED, milestone="M1", status=Status.COMPLETED),
                an_update(CHANGED),
                an_update(SECOND),
                an_update(THIRD),
                an_update(FOURTH, milestone="M1", status=Status.COMPLETED),
            ),
            BREAK,
            id="a milestone is reached once",
        ),
        pytest.param(
            (*reports(40, 40), an_update(THIRD, milestone="M1", status=Status.IN_PROGRESS)),
            None,
            id="a line about a milestone is no report on the dossier",
        ),
        pytest.param((a_planned_date(date(2027, 1, 1), on=CHANGED), *reports(40, 40)), None, id="nor is the register"),
        pytest.param((*reports(40, 40, 40), an_update(FOURTH, status=Status.COMPLETED)), None, id="completed"),
        pytest.param((*reports(40, 40, 40), an_update(FOURTH, status=Status.DROPPED)), None, id="dropped"),
        pytest.param((*reports(40, 40, 40), an_update(FOURTH, status=Status.SUPERSEDED)), None, id="superseded"),
    ],
)
def test_a_dossier_that_keeps_reporting_the_same_must_move(
    updates: tuple[StatusUpdate, ...], breaks_on: date | None
) -> None:
    assert first_break(standstill, a_dossier(*updates)) == breaks_on


def test_the_first_line_of_a_new_cycle_is_a_change() -> None:
    dossier = a_dossier(
        an_update(date(2025, 1, 6), status=Status.COMPLETED),
        *reports(40, 40, 40),
        recurs=Recurrence.YEARLY,
    )

    assert first_break(standstill, dossier) == BREAK


def test_priority_makes_each_step_one_heavier() -> None:
    dossier = a_dossier(*reports(40, 40, 40), has_priority=True)

    assert [weight for _, weight in steps_of(standstill, dossier)] == [MEDIUM, HIGH, CRITICAL]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(standstill, a_dossier(*reports(40, 40, 40), adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_shows_the_last_change_and_the_reports_since() -> None:
    dossier = a_dossier(
        an_update(CHANGED, progress=40, source="kst-1"),
        an_update(SECOND, progress=40, source="kst-2"),
        an_answer(THIRD, is_unchanged=True),
    )

    assert evidence_of(standstill, dossier) == [
        ("changed_on", CHANGED, "kst-1"),
        ("reports", 2, ""),
        ("reported_on", SECOND, "kst-2"),
        ("reported_on", THIRD, "opgave van SZW"),
    ]


@given(
    figures=st.lists(st.sampled_from([None, 0, 40, 80]), max_size=8),
    gaps=st.lists(st.integers(0, 90), min_size=8, max_size=8),
)
def test_a_report_with_new_progress_never_opens_it(figures: list[int | None], gaps: list[int]) -> None:
    days = [CHANGED + timedelta(days=sum(gaps[:n])) for n in range(9)]
    updates = [an_update(on, progress=figure) for on, figure in zip(days, figures, strict=False)]

    assert steps_of(standstill, a_dossier(*updates, an_update(days[-1], progress=99))) == []
