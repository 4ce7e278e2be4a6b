"""M01: a message was not handed over."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.messages import PromisedMessage
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.organisations import Role
from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.domain.severities import Severity
from ipa_core.rules.delivery_failed import RULE
from ipa_core.rules.holding import hold_message
from tests.builders import HIGH, a_calendar, a_policy, a_timeline

TUESDAY = date(2026, 10, 6)
NINE = at_time(TUESDAY, 9)


def a_message(**changes: Any) -> PromisedMessage:
    defaults = {"id": 17, "ministry": "SZW", "role": Role.MAIN, "slot_on": TUESDAY, "promised_at": at_time(TUESDAY, 7)}
    return PromisedMessage(**{**defaults, **changes})


def steps_of(message: PromisedMessage) -> list[tuple[date, Severity]]:
    found = RULE.expect(message, a_policy().thresholds["M01"].values, a_calendar())
    return [(step.on, step.severity) for expectation in found for step in expectation.steps]


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        pytest.param({}, [(date(2026, 10, 10), HIGH)], id="meant for Tuesday, good until Friday, late on Saturday"),
        pytest.param(
            {"slot_on": date(2026, 4, 2)}, [(date(2026, 4, 10), HIGH)], id="Goede Vrijdag and Pasen take no time away"
        ),
        pytest.param({"died_at": NINE, "code": "550", "attempts": 1}, [(TUESDAY, HIGH)], id="dead: at once"),
        pytest.param({"settled_at": NINE}, [], id="handed over, or withdrawn"),
        pytest.param({"died_at": NINE, "settled_at": at_time(date(2026, 10, 7), 9)}, [], id="dead and replaced"),
    ],
)
def test_a_message_is_handed_over_within_three_working_days(
    changes: dict[str, Any], steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(a_message(**changes)) == steps


def test_the_evidence_tells_for_whom_it_was_and_why_it_is_dead_without_an_address() -> None:
    message = a_message(died_at=NINE, code="550", attempts=1)

    (expectation,) = RULE.expect(message, a_policy().thresholds["M01"].values, a_calendar())

    assert expectation.subject.code == "message:17"
    assert [(item.name, item.value, item.source) for item in expectation.evidence] == [
        ("ministry", "SZW", ""),
        ("role", "main", ""),
        ("slot_on", TUESDAY, ""),
        ("last_good_on", date(2026, 10, 9), ""),
        ("died_on", TUESDAY, ""),
        ("code", "550", "antwoord van de mailserver"),
        ("attempts", 1, ""),
    ]


@pytest.mark.parametrize(
    ("died_at", "settled_at", "held"),
    [
        pytest.param(None, NINE, [(at_time(TUESDAY, 7), NINE, [])], id="handed over in time"),
        pytest.param(
            None,
            at_time(date(2026, 10, 12), 9),
            [(at_time(TUESDAY, 7), at_time(date(2026, 10, 12), 9), [at_time(date(2026, 10, 10), 0)])],
            id="handed over after an outage",
        ),
        pytest.param(
            NINE,
            at_time(date(2026, 10, 7), 9),
            [(at_time(TUESDAY, 7), NINE, []), (NINE, at_time(date(2026, 10, 7), 9), [NINE])],
            id="dead, and replaced the next morning",
        ),
        pytest.param(NINE, None, [(at_time(TUESDAY, 7), NINE, []), (NINE, None, [NINE])], id="dead until now"),
    ],
)
def test_what_becomes_of_the_message_closes_what_was_expected(
    died_at: datetime | None, settled_at: datetime | None, held: list[tuple[datetime, datetime | None, list[datetime]]]
) -> None:
    rows = hold_message(a_message(died_at=died_at, settled_at=settled_at), a_timeline())

    assert [(row.held_from, row.held_until, [at for at, _ in row.breaks()]) for row in rows] == held


def test_another_term_counts_from_its_day() -> None:
    wednesday = date(2026, 10, 7)
    longer = PolicyOverride(
        kind=PolicyKind.THRESHOLDS, code="M01", values={"within": 10}, valid_from=wednesday, decision="Besluit 1"
    )

    rows = hold_message(a_message(), a_timeline(longer))

    assert [(row.held_from, row.expectation.steps[0].on) for row in rows] == [
        (at_time(TUESDAY, 7), date(2026, 10, 10)),
        (start_of_day(wednesday), date(2026, 10, 21)),
    ]


@given(slot_on=st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_the_term_holds_three_working_days_and_never_less_than_72_hours(slot_on: date) -> None:
    ((breaks_on, severity),) = steps_of(a_message(slot_on=slot_on))

    assert severity is HIGH
    assert a_calendar().working_days_between(slot_on, breaks_on) >= 3
    assert (breaks_on - slot_on).days >= 4
