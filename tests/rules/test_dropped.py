"""R02: the recommendation is given up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status, StatusUpdate
from ipa_core.rules import dropped
from tests.builders import CRITICAL, HIGH, a_dossier, an_answer, an_update, evidence_of, steps_of

JANUARY, FEBRUARY, MARCH = date(2026, 1, 12), date(2026, 2, 9), date(2026, 3, 9)
BEGIN = an_update(JANUARY)


@pytest.mark.parametrize(
    ("updates", "steps"),
    [
        pytest.param((), [], id="nobody said anything"),
        pytest.param((BEGIN,), [], id="it goes on"),
        pytest.param(
            (BEGIN, an_answer(FEBRUARY, status=Status.DROPPED, reason="geen geld")),
            [(FEBRUARY, HIGH)],
            id="an answer with a reason",
        ),
        pytest.param(
            (BEGIN, an_answer(FEBRUARY, status=Status.DROPPED)), [(FEBRUARY, CRITICAL)], id="an answer without a reason"
        ),
        pytest.param(
            (BEGIN, an_answer(FEBRUARY, status=Status.DROPPED, note="stopt")),
            [(FEBRUARY, CRITICAL)],
            id="a remark is no reason",
        ),
        pytest.param(
            (BEGIN, an_answer(FEBRUARY, status=Status.DROPPED), an_answer(MARCH, reason="geen geld")),
            [(FEBRUARY, HIGH)],
            id="the reason comes later",
        ),
        pytest.param(
            (an_answer(JANUARY, reason="drukte"), an_answer(FEBRUARY, status=Status.DROPPED)),
            [(FEBRUARY, CRITICAL)],
            id="an earlier reason was about something else",
        ),
        pytest.param(
            (BEGIN, an_update(FEBRUARY, status=Status.DROPPED)),
            [(FEBRUARY, HIGH)],
            id="public history is not asked for a reason",
        ),
        pytest.param(
            (an_update(FEBRUARY, status=Status.DROPPED), an_update(MARCH, status=Status.DROPPED)),
            [(FEBRUARY, HIGH)],
            id="said again: since the first time",
        ),
        pytest.param((an_update(FEBRUARY, status=Status.DROPPED), an_update(MARCH)), [], id="taken up again"),
        pytest.param(
            (an_update(FEBRUARY, status=Status.DROPPED), an_update(MARCH, status=Status.COMPLETED)), [], id="done"
        ),
        pytest.param((BEGIN, an_update(FEBRUARY, status=Status.SUPERSEDED)), [], id="superseded is not dropped"),
        pytest.param((BEGIN, an_update(FEBRUARY, status=Status.COMPLETED)), [], id="completed"),
    ],
)
def test_what_was_adopted_is_carried_out_or_its_end_is_explained(
    updates: tuple[StatusUpdate, ...], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(dropped, a_dossier(*updates)) == steps


@pytest.mark.parametrize(
    ("adoption", "steps"),
    [
        (Adoption.ADOPTED, [(FEBRUARY, HIGH)]),
        (Adoption.PARTLY, [(FEBRUARY, HIGH)]),
        (Adoption.NOT_ADOPTED, []),
        (Adoption.UNDECIDED, []),
    ],
)
def test_what_was_never_adopted_cannot_be_dropped(adoption: Adoption, steps: list[tuple[date, Severity]]) -> None:
    assert steps_of(dropped, a_dossier(an_update(FEBRUARY, status=Status.DROPPED), adoption=adoption)) == steps


def test_priority_makes_it_critical() -> None:
    dossier = a_dossier(an_update(FEBRUARY, status=Status.DROPPED), has_priority=True)

    assert steps_of(dropped, dossier) == [(FEBRUARY, CRITICAL)]


@pytest.mark.parametrize(
    ("update", "evidence"),
    [
        pytest.param(
            an_answer(FEBRUARY, status=Status.DROPPED),
            [("dropped_on", FEBRUARY, "opgave van SZW"), ("has_reason", 0, "")],
            id="no words at all",
        ),
        pytest.param(
            an_answer(FEBRUARY, status=Status.DROPPED, reason="geen geld", note="jammer"),
            [
                ("dropped_on", FEBRUARY, "opgave van SZW"),
                ("has_reason", 1, ""),
                ("reason", "geen geld", "opgave van SZW"),
            ],
            id="the reason goes before the remark",
        ),
        pytest.param(
            an_update(FEBRUARY, status=Status.DROPPED, note="niet meer nodig", source="kst-1"),
            [("dropped_on", FEBRUARY, "kst-1"), ("has_reason", 1, ""), ("reason", "niet meer nodig", "kst-1")],
            id="public history speaks in its note",
        ),
    ],
)
def test_the_evidence_shows_the_day_and_the_words(
    update: StatusUpdate, evidence: list[tuple[str, object, str]]
) -> None:
    assert evidence_of(dropped, a_dossier(BEGIN, update)) == evidence


@given(st.lists(st.sampled_from(list(Status)), max_size=8), st.sampled_from(["", "geen geld"]))
def test_it_speaks_exactly_when_the_last_word_is_dropped(said: list[Status], reason: str) -> None:
    updates = [an_answer(JANUARY + timedelta(days=n), status=status, reason=reason) for n, status in enumerate(said)]

    weights = [weight for _, weight in steps_of(dropped, a_dossier(*updates))]

    is_dropped = bool(said) and said[-1] is Status.DROPPED
    assert weights == ([HIGH if reason else CRITICAL] if is_dropped else [])
