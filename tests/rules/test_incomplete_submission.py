"""K02: a ministry answered, but not about everything that was asked."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.moments import at_time
from ipa_core.domain.rounds import AnsweredLine, Request, RequestHistory
from ipa_core.domain.severities import Severity
from ipa_core.rules.holding import hold_request
from ipa_core.rules.incomplete_submission import NAMED, RULE
from ipa_core.rules.rule import NoThresholds
from tests.builders import LOW, a_calendar, a_request, a_timeline

ANSWERED_AT = at_time(date(2026, 10, 12), 12)
LATE = [(date(2026, 10, 20), LOW)]


def an_incomplete(**changes: Any) -> Request:
    return a_request(**{"answered_at": ANSWERED_AT, "missing": ("UIT-02",), **changes})


def steps_of(request: Request) -> list[tuple[date, Severity]]:
    found = RULE.expect(request, NoThresholds(), a_calendar())
    return [(step.on, step.severity) for expectation in found for step in expectation.steps]


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        pytest.param({}, LATE, id="light, the day after the grace"),
        pytest.param({"grace": 0}, [(date(2026, 10, 16), LOW)], id="without grace the day after the due date"),
        pytest.param({"missing": ()}, [], id="complete"),
        pytest.param({"answered_at": None}, [], id="no answer yet: that is K01"),
        pytest.param({"waived_at": at_time(date(2026, 10, 9), 12), "waiver_reason": "fusie"}, [], id="waived before"),
        pytest.param(
            {"waived_at": at_time(date(2026, 10, 15), 12), "waiver_reason": "fusie"}, LATE, id="answered before waived"
        ),
    ],
)
def test_an_answer_covers_everything_by_the_due_date_and_its_grace(
    changes: dict[str, Any], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(an_incomplete(**changes)) == steps


def test_the_evidence_names_what_is_missing() -> None:
    (expectation,) = RULE.expect(an_incomplete(), NoThresholds(), a_calendar())

    assert [(item.name, item.value, item.source) for item in expectation.evidence] == [
        ("round", "2026-Q3", ""),
        ("ministry", "SZW", ""),
        ("due_on", date(2026, 10, 15), "uitvraag 2026-Q3"),
        ("last_good_on", date(2026, 10, 19), ""),
        ("grace", 2, ""),
        ("asked", 2, ""),
        ("missing_count", 1, ""),
        ("missing", "UIT-02", ""),
    ]


def test_of_very_many_missing_only_the_first_are_named() -> None:
    missing = tuple(f"D-{number}" for number in range(100))

    (expectation,) = RULE.expect(an_incomplete(asked=missing, missing=missing), NoThresholds(), a_calendar())

    assert [item.value for item in expectation.evidence if item.name == "missing_count"] == [100]
    assert len([item for item in expectation.evidence if item.name == "missing"]) == NAMED


@pytest.mark.parametrize(
    ("rest_at", "breaks"),
    [
        pytest.param(at_time(date(2026, 10, 19), 23, 59), [], id="the rest in the grace"),
        pytest.param(at_time(date(2026, 10, 21), 9), [(at_time(date(2026, 10, 20), 0), LOW)], id="the rest after it"),
    ],
)
def test_the_rest_closes_what_was_expected(rest_at: datetime, breaks: list[tuple[datetime, Severity]]) -> None:
    history = RequestHistory(
        request=a_request(answered_at=ANSWERED_AT), lines=(a_line("UIT-01", ANSWERED_AT), a_line("UIT-02", rest_at))
    )

    rows = [row for row in hold_request(history, a_timeline()) if row.expectation.rule == "K02"]

    assert [(row.held_from, row.held_until) for row in rows] == [(ANSWERED_AT, rest_at)]
    assert rows[0].breaks() == breaks


def test_what_passed_to_another_ministry_is_asked_there() -> None:
    moved_at = at_time(date(2026, 10, 14), 0)
    history = RequestHistory(
        request=a_request(answered_at=ANSWERED_AT),
        asked=((a_request().opened_at, a_request().asked), (moved_at, ("UIT-01",))),
        lines=(a_line("UIT-01", ANSWERED_AT),),
    )

    rows = [row for row in hold_request(history, a_timeline()) if row.expectation.rule == "K02"]

    assert [(row.held_from, row.held_until) for row in rows] == [(ANSWERED_AT, moved_at)]


@given(
    said=st.lists(st.tuples(st.sampled_from(["UIT-01", "UIT-02", "UIT-03"]), st.integers(0, 30)), max_size=6),
    day=st.integers(0, 40),
)
def test_it_holds_exactly_while_an_answered_request_misses_a_line(said: list[tuple[str, int]], day: int) -> None:
    asked = ("UIT-01", "UIT-02", "UIT-03")
    opened_at = a_request().opened_at
    lines = tuple(a_line(code, opened_at + timedelta(days=after)) for code, after in said)
    answered_at = min((line.at for line in lines), default=None)
    history = RequestHistory(request=a_request(asked=asked, answered_at=answered_at), lines=lines)
    moment = opened_at + timedelta(days=day, hours=1)

    rows = [row for row in hold_request(history, a_timeline()) if row.expectation.rule == "K02"]

    is_held = any(row.held_from <= moment and (row.held_until is None or moment < row.held_until) for row in rows)
    covered = {line.dossier for line in lines if line.at <= moment}
    assert is_held is (bool(covered) and covered != set(asked))


def a_line(dossier: str, at: datetime) -> AnsweredLine:
    return AnsweredLine(dossier=dossier, organisation="SZW", at=at)
