"""O01: a ministry asked for help, and IPA has not answered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.decisions import Decision
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import unanswered_help
from tests.builders import CRITICAL, HIGH, a_calendar, a_decision, a_dossier, an_answer, evidence_of, steps_of

FEBRUARY, MARCH, APRIL = date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1)
ASKED = an_answer(FEBRUARY, status=Status.IN_PROGRESS, help_wanted="Wie overlegt met de gemeenten?")
TOO_LATE = date(2026, 2, 17)
"""The day after the tenth working day."""


@pytest.mark.parametrize(
    ("updates", "decisions", "breaks_on"),
    [
        pytest.param((an_answer(FEBRUARY, status=Status.IN_PROGRESS),), (), None, id="no help wanted"),
        pytest.param((ASKED,), (), TOO_LATE, id="nobody answered"),
        pytest.param((ASKED,), (a_decision("answer", MARCH),), None, id="answered"),
        pytest.param((ASKED,), (a_decision("explain", MARCH),), TOO_LATE, id="another decision is no answer"),
        pytest.param(
            (ASKED, an_answer(MARCH, help_wanted="Nog steeds")), (), TOO_LATE, id="asked again: the first day counts"
        ),
        pytest.param(
            (ASKED, an_answer(MARCH, status=Status.IN_PROGRESS)), (), TOO_LATE, id="an answer without it leaves it"
        ),
        pytest.param(
            (ASKED, an_answer(APRIL, help_wanted="Iets anders")),
            (a_decision("answer", MARCH),),
            date(2026, 4, 18),
            id="asked anew after an answer; Pasen takes two days",
        ),
        pytest.param(
            (ASKED, an_answer(MARCH, help_wanted="Iets anders")),
            (a_decision("answer", FEBRUARY), a_decision("answer", APRIL)),
            None,
            id="asked anew and answered anew",
        ),
        *(
            pytest.param((ASKED, an_answer(MARCH, status=status)), (), None, id=f"the dossier became {status.value}")
            for status in Status
            if status.is_terminal
        ),
    ],
)
def test_ipa_answers_within_ten_working_days(
    updates: tuple[StatusUpdate, ...], decisions: tuple[Decision, ...], breaks_on: date | None
) -> None:
    dossier = a_dossier(*updates, decisions=decisions)

    assert steps_of(unanswered_help, dossier) == ([(breaks_on, HIGH)] if breaks_on else [])


def test_priority_raises_it() -> None:
    assert steps_of(unanswered_help, a_dossier(ASKED, has_priority=True)) == [(TOO_LATE, CRITICAL)]


def test_it_shows_who_asked_what() -> None:
    assert evidence_of(unanswered_help, a_dossier(ASKED)) == [
        ("asked_on", FEBRUARY, "opgave van SZW"),
        ("asked_by", "SZW", ""),
        ("help_wanted", "Wie overlegt met de gemeenten?", "opgave van SZW"),
        ("last_good_on", date(2026, 2, 16), ""),
    ]


@given(days=st.integers(0, 1000))
def test_ten_working_days_lie_between_the_question_and_the_last_good_day(days: int) -> None:
    asked_on = FEBRUARY + timedelta(days=days)

    ((breaks_on, _),) = steps_of(unanswered_help, a_dossier(an_answer(asked_on, help_wanted="Help")))

    assert a_calendar().working_days_between(asked_on, breaks_on - timedelta(days=1)) == 10
