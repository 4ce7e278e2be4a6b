"""What IPA decides is weighed by the rules: an explanation lightens or ends a signal, a refusal is no reopening."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.updates import Status
from ipa_core.rules import (
    baseline_passed,
    deadline_passed,
    done_without_evidence,
    dropped,
    no_effect,
    plan_drift,
    regression,
    reopened,
)
from tests.builders import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    a_decision,
    a_dossier,
    an_answer,
    an_update,
    evidence_of,
    steps_of,
)

if TYPE_CHECKING:
    from ipa_core.domain.updates import StatusUpdate

JANUARY = date(2026, 1, 12)
FEBRUARY = date(2026, 2, 9)
MARCH = date(2026, 3, 2)
APRIL = date(2026, 4, 6)
END = date(2030, 1, 1)


def explained(rule: str) -> list[object]:
    return [a_decision("explain", MARCH, rule=rule, subject="UIT-01", until=END)]


def test_an_accepted_explanation_lightens_each_step_by_one() -> None:
    late = an_update(JANUARY, planned_on=FEBRUARY)
    known_at = a_decision("verify", MARCH).at

    plain = a_dossier(late, known_at=known_at)
    dossier = a_dossier(late, known_at=known_at, decisions=explained("T02"))

    assert [severity for _, severity in steps_of(deadline_passed, plain)] == [MEDIUM, HIGH, CRITICAL]
    assert [severity for _, severity in steps_of(deadline_passed, dossier)] == [LOW, MEDIUM, HIGH]
    assert ("explained", 1, "") in evidence_of(deadline_passed, dossier)


def test_priority_and_explanation_weigh_against_each_other() -> None:
    dossier = a_dossier(
        an_update(JANUARY, planned_on=FEBRUARY),
        known_at=a_decision("verify", MARCH).at,
        decisions=explained("T02"),
        has_priority=True,
    )

    assert [severity for _, severity in steps_of(deadline_passed, dossier)] == [MEDIUM, HIGH, CRITICAL]


@pytest.mark.parametrize(
    ("rule", "updates"),
    [
        pytest.param(dropped, [an_update(JANUARY, status=Status.DROPPED)], id="R02"),
        pytest.param(
            regression,
            [an_update(JANUARY, progress=40), an_update(FEBRUARY, progress=20)],
            id="V02",
        ),
    ],
)
def test_an_accepted_explanation_ends_what_only_asks_for_one(rule: object, updates: list[object]) -> None:
    code = rule.RULE.code  # type: ignore[attr-defined] # a module
    known_at = a_decision("verify", MARCH).at

    assert steps_of(rule, a_dossier(*updates, known_at=known_at)) != []  # type: ignore[arg-type] # a module, updates
    assert steps_of(rule, a_dossier(*updates, known_at=known_at, decisions=[*explained(code), *explained("T03")])) == []  # type: ignore[arg-type] # the same


def test_a_refused_completion_that_is_worked_on_is_not_reopened() -> None:
    updates = [an_answer(JANUARY, status=Status.COMPLETED), an_answer(MARCH, status=Status.IN_PROGRESS)]

    assert steps_of(reopened, a_dossier(*updates)) == [(MARCH, HIGH)]
    assert steps_of(reopened, a_dossier(*updates, decisions=[a_decision("refuse", FEBRUARY)])) == []


def test_a_refused_completion_is_no_step_back_of_the_ministry() -> None:
    updates = [an_answer(JANUARY, status=Status.IN_PROGRESS), an_answer(FEBRUARY, status=Status.COMPLETED)]
    known_at = a_decision("verify", MARCH).at
    refused = a_dossier(*updates, known_at=known_at, decisions=[a_decision("refuse", MARCH)])

    assert refused.status is Status.IN_PROGRESS
    assert steps_of(regression, refused) == []


CLAIMED_ANEW = [
    an_answer(JANUARY, status=Status.COMPLETED, evidence=("https://example.org/1",)),
    an_answer(MARCH, status=Status.COMPLETED),
]
"""Refused in between: the second claim comes without evidence of its own."""


def test_what_was_shown_with_a_refused_claim_does_not_show_the_next() -> None:
    refused = a_dossier(*CLAIMED_ANEW, decisions=[a_decision("refuse", FEBRUARY)])

    assert steps_of(done_without_evidence, a_dossier(*CLAIMED_ANEW)) == []
    assert steps_of(done_without_evidence, refused) == [(MARCH, HIGH)]


def test_the_effect_of_what_was_claimed_anew_is_asked_from_that_day_on() -> None:
    first, anew = (
        evidence_of(no_effect, a_dossier(*CLAIMED_ANEW, decisions=decided))[0]
        for decided in ([], [a_decision("refuse", FEBRUARY)])
    )

    assert (first[1], anew[1]) == (JANUARY, MARCH)


def test_a_completion_claimed_anew_is_something_new() -> None:
    again = [a_decision("refuse", FEBRUARY), a_decision("refuse", APRIL)]
    dossier = a_dossier(*CLAIMED_ANEW, known_at=again[1].at, decisions=again)

    assert dossier.is_refused
    assert dossier.last_material_change is not None
    assert dossier.last_material_change.on == MARCH


def test_a_refused_completion_is_late_again() -> None:
    updates = [an_update(JANUARY, planned_on=FEBRUARY), an_answer(JANUARY, status=Status.COMPLETED)]
    known_at = a_decision("verify", MARCH).at

    assert steps_of(deadline_passed, a_dossier(*updates, known_at=known_at)) == []
    refused = a_dossier(*updates, known_at=known_at, decisions=[a_decision("refuse", FEBRUARY)])
    assert steps_of(deadline_passed, refused)[0] == (date(2026, 2, 10), MEDIUM)


def test_a_new_baseline_replaces_the_first_date() -> None:
    decided = a_decision("rebaseline", FEBRUARY, planned_on=date(2026, 12, 31))
    dossier = a_dossier(an_update(JANUARY, planned_on=FEBRUARY), decisions=[decided])

    assert steps_of(baseline_passed, dossier)[0] == (date(2027, 1, 1), LOW)
    assert evidence_of(baseline_passed, dossier)[:3] == [
        ("first_planned_on", date(2026, 12, 31), "besluit van IPA"),
        ("replaced_on", FEBRUARY, ""),
        ("replaced_by", FEBRUARY, ""),
    ]


FIRST_WORD = an_answer(APRIL, status=Status.IN_PROGRESS, planned_on=date(2027, 1, 31))
"""A date that is given after a baseline was decided at the end of June 2026."""


@pytest.mark.parametrize("updates", [(), (FIRST_WORD,)], ids=["nobody spoke yet", "another date is given later"])
def test_a_baseline_that_was_decided_before_any_word_counts(updates: tuple[StatusUpdate, ...]) -> None:
    decided = a_decision("rebaseline", FEBRUARY, planned_on=date(2026, 6, 30))
    dossier = a_dossier(*updates, decisions=[decided])

    assert steps_of(baseline_passed, dossier)[0] == (date(2026, 7, 1), LOW)
    assert evidence_of(baseline_passed, dossier)[:3] == [
        ("first_planned_on", date(2026, 6, 30), "besluit van IPA"),
        ("replaced_by", FEBRUARY, ""),
        ("said_on", FEBRUARY, "besluit van IPA"),
    ]
    assert steps_of(plan_drift, dossier) == [(APRIL, HIGH) for _ in updates]


def test_the_evidence_tells_which_date_is_compared_with_a_decided_baseline() -> None:
    decided = a_decision("rebaseline", FEBRUARY, planned_on=date(2026, 6, 30))

    assert evidence_of(plan_drift, a_dossier(FIRST_WORD, decisions=[decided])) == [
        ("first_planned_on", date(2026, 6, 30), "besluit van IPA"),
        ("replaced_by", FEBRUARY, ""),
        ("last_planned_on", date(2027, 1, 31), "opgave van SZW"),
        ("drift_days", 215, ""),
        ("shifts", 0, ""),
        ("given_on", APRIL, "opgave van SZW"),
        ("given_to", date(2027, 1, 31), ""),
    ]
