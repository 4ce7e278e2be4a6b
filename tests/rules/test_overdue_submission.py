"""K01: a ministry did not answer the request of a round."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.moments import at_time
from ipa_core.domain.rounds import Request, RequestHistory
from ipa_core.domain.severities import Severity
from ipa_core.rules.holding import hold_request
from ipa_core.rules.overdue_submission import RULE
from tests.builders import CRITICAL, HIGH, MEDIUM, a_calendar, a_policy, a_request, a_timeline


def steps_of(request: Request) -> list[tuple[date, Severity]]:
    found = RULE.expect(request, a_policy().thresholds["K01"].values, a_calendar())
    return [(step.on, step.severity) for expectation in found for step in expectation.steps]


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        pytest.param(
            {},
            [(date(2026, 10, 20), MEDIUM), (date(2026, 11, 3), HIGH), (date(2026, 11, 17), CRITICAL)],
            id="due on Thursday, grace until Monday, late on Tuesday",
        ),
        pytest.param(
            {"grace": 0},
            [(date(2026, 10, 16), MEDIUM), (date(2026, 10, 30), HIGH), (date(2026, 11, 13), CRITICAL)],
            id="without grace late the day after",
        ),
        pytest.param(
            {"due_on": date(2026, 12, 18)},
            [(date(2026, 12, 23), MEDIUM), (date(2027, 1, 8), HIGH), (date(2027, 1, 22), CRITICAL)],
            id="Kerstmis and Nieuwjaar do not count",
        ),
        pytest.param(
            {"due_on": date(2026, 10, 14)},
            [(date(2026, 10, 17), MEDIUM), (date(2026, 10, 31), HIGH), (date(2026, 11, 14), CRITICAL)],
            id="late on a Saturday; messages wait",
        ),
        pytest.param({"answered_at": at_time(date(2026, 10, 15), 12)}, [], id="answered"),
        pytest.param({"waived_at": at_time(date(2026, 10, 15), 12), "waiver_reason": "fusie"}, [], id="waived"),
    ],
)
def test_an_answer_comes_by_the_due_date_and_its_grace(
    changes: dict[str, Any], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(a_request(**changes)) == steps


def test_the_evidence_tells_what_was_asked_when() -> None:
    (expectation,) = RULE.expect(a_request(), a_policy().thresholds["K01"].values, a_calendar())

    assert [(item.name, item.value, item.source) for item in expectation.evidence] == [
        ("round", "2026-Q3", ""),
        ("ministry", "SZW", ""),
        ("opened_on", date(2026, 10, 1), "uitvraag 2026-Q3"),
        ("due_on", date(2026, 10, 15), "uitvraag 2026-Q3"),
        ("last_good_on", date(2026, 10, 19), ""),
        ("grace", 2, ""),
        ("asked", 2, ""),
    ]


@pytest.mark.parametrize(
    ("answered_at", "breaks"),
    [
        pytest.param(at_time(date(2026, 10, 19), 23, 59), [], id="the last minute of the grace"),
        pytest.param(at_time(date(2026, 10, 20), 0), [], id="midnight itself is on the answer's side"),
        pytest.param(
            at_time(date(2026, 10, 20), 0, 1),
            [(at_time(date(2026, 10, 20), 0), MEDIUM)],
            id="a minute into the next day",
        ),
    ],
)
def test_an_answer_closes_what_was_expected(answered_at: datetime, breaks: list[tuple[datetime, Severity]]) -> None:
    history = RequestHistory(request=a_request(answered_at=answered_at))

    (row,) = [row for row in hold_request(history, a_timeline()) if row.expectation.rule == "K01"]

    assert (row.held_from, row.held_until) == (a_request().opened_at, answered_at)
    assert row.breaks() == breaks


@given(due_on=st.dates(date(2020, 1, 1), date(2035, 1, 1)), grace=st.integers(0, 20))
def test_steps_rise_in_day_and_weight_and_more_grace_never_comes_earlier(due_on: date, grace: int) -> None:
    steps = steps_of(a_request(due_on=due_on, grace=grace))
    later = steps_of(a_request(due_on=due_on, grace=grace + 1))

    assert [weight for _, weight in steps] == [MEDIUM, HIGH, CRITICAL]
    assert due_on < steps[0][0] < steps[1][0] < steps[2][0]
    assert all(one[0] <= other[0] for one, other in zip(steps, later, strict=True))
