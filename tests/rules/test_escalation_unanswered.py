"""M02: it went over the head of a ministry, and nobody reacted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.rules import escalation_unanswered
from ipa_core.rules.holding import hold_episodes
from tests.builders import CRITICAL, HIGH, LOW, MEDIUM, a_calendar, a_timeline
from tests.rules.episodes import an_episode, escalated, evidence_of, followed, on_signal, steps_of

if TYPE_CHECKING:
    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.episodes import Episode, Escalation
    from ipa_core.domain.severities import Severity

OPENED = date(2026, 2, 2)
ESCALATED, LATER = date(2026, 3, 4), date(2026, 4, 1)
"""Wednesdays. Goede Vrijdag and Tweede Paasdag lie within ten working days after the second."""
LATE, LATE_AGAIN = date(2026, 3, 19), date(2026, 4, 18)
ONCE = (escalated(ESCALATED),)


def a_signal(
    *turns: tuple[date, Severity | None],
    escalations: tuple[Escalation, ...] = ONCE,
    decisions: tuple[Decision, ...] = (),
    rule: str = "T04",
) -> Episode:
    episode = an_episode(*(turns or [(OPENED, MEDIUM)]), decisions=decisions, rule=rule)
    return replace(episode, escalations=escalations)


@pytest.mark.parametrize(
    ("episode", "steps"),
    [
        pytest.param(a_signal(), [(LATE, HIGH)], id="nobody reacts: one step above the signal"),
        pytest.param(a_signal((OPENED, LOW)), [(LATE, MEDIUM)], id="a light signal"),
        pytest.param(a_signal((OPENED, CRITICAL)), [(LATE, CRITICAL)], id="the scale ends"),
        pytest.param(a_signal((OPENED, MEDIUM), (LATER, HIGH)), [(LATE, CRITICAL)], id="the signal became heavier"),
        pytest.param(a_signal(escalations=()), [], id="never escalated"),
        pytest.param(a_signal((OPENED, MEDIUM), (LATER, None)), [], id="the signal is solved"),
        pytest.param(a_signal(rule="M03"), [], id="about the engine itself"),
        pytest.param(a_signal(escalations=(escalated(LATER),)), [(LATE_AGAIN, HIGH)], id="free days do not count"),
        pytest.param(a_signal(escalations=(*ONCE, escalated(LATER))), [(LATE, HIGH)], id="the first one counts"),
        pytest.param(a_signal(escalations=(escalated(ESCALATED, returned_on=ESCALATED),)), [], id="it came back"),
        pytest.param(
            a_signal(escalations=(escalated(ESCALATED, returned_on=ESCALATED), escalated(LATER))),
            [(LATE_AGAIN, HIGH)],
            id="the first one came back, the second did not",
        ),
    ],
)
def test_an_escalation_moves_somebody_within_ten_working_days(
    episode: Episode, steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(escalation_unanswered, episode) == steps


@pytest.mark.parametrize(
    ("decision", "steps"),
    [
        pytest.param(on_signal("acknowledge", ESCALATED, until=LATER), [], id="taken up on the same day"),
        pytest.param(on_signal("acknowledge", ESCALATED, at=at_time(ESCALATED, 9)), [], id="at the same instant"),
        pytest.param(on_signal("snooze", LATE, until=LATER), [], id="snoozed, when it was late already"),
        pytest.param(on_signal("acknowledge", OPENED, until=LATER), [(LATE, HIGH)], id="taken up before that only"),
        pytest.param(on_signal("explain", LATE, until=LATER), [(LATE, HIGH)], id="explained, which stops no ladder"),
    ],
)
def test_who_takes_it_up_or_puts_it_off_has_seen_it(decision: Decision, steps: list[tuple[date, Severity]]) -> None:
    assert steps_of(escalation_unanswered, a_signal(decisions=(decision,))) == steps


def test_each_escalation_asks_for_a_reaction_of_its_own() -> None:
    reaction = on_signal("acknowledge", LATE, until=LATE)

    again = a_signal(escalations=(*ONCE, escalated(LATER)), decisions=(reaction,))

    assert steps_of(escalation_unanswered, again) == [(LATE_AGAIN, HIGH)]


def test_it_shows_the_signal_how_heavy_it_is_and_since_when_somebody_should_react() -> None:
    assert evidence_of(escalation_unanswered, a_signal()) == [
        ("signal_rule", "T04", ""),
        ("signal_code", "UIT-01", ""),
        ("opened_on", OPENED, ""),
        ("signal_severity", "medium", ""),
        ("escalated_on", ESCALATED, ""),
        ("last_good_on", date(2026, 3, 18), ""),
    ]


@pytest.mark.parametrize(
    ("episode", "held"),
    [
        pytest.param(a_signal(), [(at_time(ESCALATED, 9), None)], id="until somebody reacts"),
        pytest.param(
            a_signal(decisions=(on_signal("acknowledge", LATE, until=LATER),)),
            [(at_time(ESCALATED, 9), at_time(LATE, 15))],
            id="somebody reacts",
        ),
        pytest.param(
            a_signal(escalations=(escalated(ESCALATED, returned_on=LATE),)),
            [(at_time(ESCALATED, 9), at_time(LATE, 12))],
            id="it comes back",
        ),
        pytest.param(
            a_signal((OPENED, MEDIUM), (LATER, None)),
            [(at_time(ESCALATED, 9), start_of_day(LATER))],
            id="the signal is solved",
        ),
    ],
)
def test_it_is_expected_from_the_escalation_on(episode: Episode, held: list[tuple[object, object]]) -> None:
    rows = hold_episodes(followed(episode), a_timeline())

    assert [(row.held_from, row.held_until) for row in rows if row.expectation.rule == "M02"] == held


@given(escalated_on=st.dates(date(2026, 3, 1), date(2034, 1, 1)), reacts_after=st.none() | st.integers(0, 30))
def test_it_breaks_after_ten_working_days_unless_somebody_reacted(escalated_on: date, reacts_after: int | None) -> None:
    decisions: tuple[Decision, ...] = ()
    if reacts_after is not None:
        decisions = (on_signal("acknowledge", escalated_on + timedelta(days=reacts_after)),)

    steps = steps_of(escalation_unanswered, a_signal(escalations=(escalated(escalated_on),), decisions=decisions))

    assert bool(steps) is (reacts_after is None)
    for breaks_on, _ in steps:
        assert a_calendar().working_days_between(escalated_on, breaks_on - timedelta(days=1)) == 10
        assert a_calendar().is_working_day(breaks_on - timedelta(days=1))
