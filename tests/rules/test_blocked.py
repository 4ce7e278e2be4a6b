"""V05: the ministry itself says that it came to a standstill."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import blocked
from tests.builders import CRITICAL, HIGH, a_dossier, an_answer, an_update, evidence_of, first_break, steps_of

JANUARY, FEBRUARY, MARCH = date(2026, 1, 12), date(2026, 2, 9), date(2026, 3, 9)
STUCK = an_update(FEBRUARY, status=Status.BLOCKED)


@pytest.mark.parametrize(
    ("updates", "breaks_on"),
    [
        pytest.param((), None, id="nobody said anything"),
        pytest.param((an_update(JANUARY),), None, id="it moves"),
        pytest.param((an_update(JANUARY), STUCK), FEBRUARY, id="blocked, from that day"),
        pytest.param((STUCK, an_update(MARCH, status=Status.BLOCKED)), FEBRUARY, id="said again: since the first time"),
        pytest.param((STUCK, an_answer(MARCH, is_unchanged=True)), FEBRUARY, id="unchanged keeps it"),
        pytest.param((STUCK, an_update(MARCH)), None, id="unblocked"),
        pytest.param(
            (an_update(JANUARY, status=Status.BLOCKED), an_update(FEBRUARY), an_update(MARCH, status=Status.BLOCKED)),
            MARCH,
            id="blocked once more",
        ),
        pytest.param((STUCK, an_update(MARCH, status=Status.COMPLETED)), None, id="completed"),
        pytest.param((STUCK, an_update(MARCH, status=Status.DROPPED)), None, id="dropped"),
        pytest.param((STUCK, an_update(MARCH, status=Status.SUPERSEDED)), None, id="superseded"),
    ],
)
def test_a_dossier_is_not_blocked(updates: tuple[StatusUpdate, ...], breaks_on: date | None) -> None:
    assert first_break(blocked, a_dossier(*updates)) == breaks_on


def test_a_late_line_about_an_earlier_day_leaves_the_present_alone() -> None:
    late = an_update(JANUARY, status=Status.BLOCKED, known_on=MARCH)

    assert steps_of(blocked, a_dossier(an_update(FEBRUARY), late)) == []


def test_it_is_high_and_critical_with_priority() -> None:
    assert steps_of(blocked, a_dossier(STUCK)) == [(FEBRUARY, HIGH)]
    assert steps_of(blocked, a_dossier(STUCK, has_priority=True)) == [(FEBRUARY, CRITICAL)]


def test_a_recommendation_that_was_not_adopted_owes_nothing() -> None:
    assert steps_of(blocked, a_dossier(STUCK, adoption=Adoption.NOT_ADOPTED)) == []


def test_the_evidence_gives_the_first_day_and_what_was_said() -> None:
    dossier = a_dossier(
        an_update(FEBRUARY, status=Status.BLOCKED, note="wacht op budget", source="kst-1"),
        an_update(MARCH, status=Status.BLOCKED, note="wacht nog", source="kst-2"),
    )

    assert evidence_of(blocked, dossier) == [("blocked_on", FEBRUARY, "kst-1"), ("note", "wacht op budget", "kst-1")]


@given(st.lists(st.sampled_from(list(Status)), max_size=8))
def test_it_speaks_exactly_when_the_last_word_is_blocked(said: list[Status]) -> None:
    updates = [an_update(JANUARY + timedelta(days=n), status=status) for n, status in enumerate(said)]

    is_blocked = bool(said) and said[-1] is Status.BLOCKED

    assert (steps_of(blocked, a_dossier(*updates)) != []) == is_blocked
