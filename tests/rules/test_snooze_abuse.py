"""M03: a signal is put off again and again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.severities import Severity
from ipa_core.rules import snooze_abuse
from ipa_core.rules.snooze_abuse import Thresholds
from tests.builders import CRITICAL, HIGH, MEDIUM, a_calendar
from tests.rules.episodes import an_episode, evidence_of, on_signal, steps_of

FEBRUARY = date(2026, 2, 2)
DAYS = [date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23)]
"""Mondays."""


def snoozed(*terms: tuple[date, date]) -> list[object]:
    return [on_signal("snooze", since, until=until) for since, until in terms]


def weekly(times: int) -> list[object]:
    return snoozed(*((on, on + timedelta(days=4)) for on in DAYS[:times]))


@pytest.mark.parametrize(
    ("turns", "times", "steps"),
    [
        pytest.param([(FEBRUARY, MEDIUM)], 0, [], id="never snoozed"),
        pytest.param([(FEBRUARY, MEDIUM)], 3, [], id="renewed twice"),
        pytest.param([(FEBRUARY, MEDIUM)], 4, [(DAYS[3], HIGH)], id="renewed a third time"),
        pytest.param([(FEBRUARY, HIGH)], 4, [(DAYS[3], CRITICAL)], id="one step above the signal"),
        pytest.param([(FEBRUARY, CRITICAL)], 4, [(DAYS[3], CRITICAL)], id="the scale ends"),
        pytest.param([(FEBRUARY, MEDIUM), (date(2026, 3, 2), None)], 4, [], id="solved"),
    ],
)
def test_a_snooze_is_renewed_twice_at_most(
    turns: list[tuple[date, Severity | None]], times: int, steps: list[tuple[date, Severity]]
) -> None:
    assert steps_of(snooze_abuse, an_episode(*turns, decisions=weekly(times))) == steps


def test_signals_about_the_engine_are_not_followed() -> None:
    decisions = [on_signal("snooze", on, until=on, about="ipa:M03:UIT-01:1") for on in DAYS]

    assert steps_of(snooze_abuse, an_episode((FEBRUARY, MEDIUM), decisions=decisions, rule="M03")) == []


@pytest.mark.parametrize(
    ("terms", "breaks_on"),
    [
        pytest.param([(date(2026, 2, 2), date(2026, 2, 13))], None, id="ten working days"),
        pytest.param([(date(2026, 2, 2), date(2026, 2, 16))], date(2026, 2, 16), id="the eleventh"),
        pytest.param(
            [(date(2026, 2, 2), date(2026, 2, 6)), (date(2026, 2, 16), date(2026, 2, 27))],
            date(2026, 2, 23),
            id="days between two snoozes do not count",
        ),
        pytest.param(
            [(date(2026, 2, 2), date(2026, 2, 13)), (date(2026, 2, 9), date(2026, 2, 13))],
            None,
            id="renewed while it ran: each day counts once",
        ),
        pytest.param(
            [(date(2026, 2, 2), date(2026, 2, 12)), (date(2026, 2, 4), date(2026, 2, 6)), (DAYS[2], DAYS[2])],
            None,
            id="one within another takes nothing off",
        ),
        pytest.param(
            [(date(2026, 2, 2), date(2026, 2, 13)), (date(2026, 2, 4), date(2026, 2, 6)), (DAYS[2], DAYS[2])],
            DAYS[2],
            id="and gives nothing back",
        ),
        pytest.param(
            [(date(2026, 2, 2), date(2026, 2, 13)), (date(2026, 2, 9), date(2026, 2, 16))],
            date(2026, 2, 16),
            id="renewed while it ran, and longer",
        ),
    ],
)
def test_all_snoozes_together_are_not_too_long(terms: list[tuple[date, date]], breaks_on: date | None) -> None:
    episode = an_episode((FEBRUARY, MEDIUM), decisions=snoozed(*terms))

    found = list(snooze_abuse.expect(episode, Thresholds(renewals=9, days=10), a_calendar()))

    assert [step.on for one in found for step in one.steps] == ([breaks_on] if breaks_on else [])


def test_what_comes_first_counts_when_it_was_put_off_too_often_and_too_long() -> None:
    long, again = (DAYS[0], date(2026, 2, 27)), (date(2026, 2, 25), date(2026, 2, 27))
    episode = an_episode((FEBRUARY, MEDIUM), decisions=snoozed(long, again))

    (found,) = snooze_abuse.expect(episode, Thresholds(renewals=0, days=10), a_calendar())

    assert [step.on for step in found.steps] == [date(2026, 2, 16)]


def test_a_snooze_that_ended_because_the_signal_weighed_more_counts_until_then() -> None:
    decisions = snoozed((date(2026, 2, 2), date(2026, 2, 27)))
    episode = an_episode((date(2026, 2, 1), MEDIUM), (date(2026, 2, 10), HIGH), decisions=decisions)

    assert episode.snoozes() == [(date(2026, 2, 2), date(2026, 2, 10))]
    assert list(snooze_abuse.expect(episode, Thresholds(renewals=9, days=10), a_calendar())) == []


def test_it_shows_each_snooze() -> None:
    assert evidence_of(snooze_abuse, an_episode((FEBRUARY, MEDIUM), decisions=weekly(4)))[3:] == [
        ("snoozes", 4, ""),
        *(("snoozed_from", on, "") for on in DAYS),
        *(("snoozed_until", on + timedelta(days=4), "") for on in DAYS),
    ]


@given(lengths=st.lists(st.integers(0, 40), min_size=1, max_size=6), days=st.integers(1, 60))
def test_it_breaks_on_the_first_working_day_beyond_what_is_allowed(lengths: list[int], days: int) -> None:
    terms, since = [], FEBRUARY
    for length in lengths:
        terms.append((since, since + timedelta(days=length)))
        since += timedelta(days=length + 3)
    snoozed_on = [
        on
        for since, until in terms
        for on in (since + timedelta(days=n) for n in range((until - since).days + 1))
        if a_calendar().is_working_day(on)
    ]

    episode = an_episode((FEBRUARY, MEDIUM), decisions=snoozed(*terms))
    found = list(snooze_abuse.expect(episode, Thresholds(renewals=9, days=days), a_calendar()))

    assert [step.on for one in found for step in one.steps] == snoozed_on[days : days + 1]
