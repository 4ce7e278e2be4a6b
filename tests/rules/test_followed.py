"""What do signals weigh over time: with explanations, priority and the policy of the moment?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.severities import Severity
from ipa_core.rules import rosy_rating
from ipa_core.rules.holding import hold_episodes, with_readers
from tests.builders import CRITICAL, HIGH, LOW, MEDIUM, a_decision, a_recommendation, a_timeline, an_expectation
from tests.rules.episodes import an_episode, followed, on_signal

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in range(2, 7))
EXPLAINED = a_decision("explain", TUESDAY, rule="T04", subject="UIT-01", until=THURSDAY)
PLAIN = a_recommendation()
URGENT = a_recommendation(has_priority=True, recorded_at=start_of_day(WEDNESDAY))


@pytest.mark.parametrize(
    ("values", "weights"),
    [
        pytest.param({}, [MEDIUM] * 5, id="nothing"),
        pytest.param({"decisions": (EXPLAINED,)}, [MEDIUM, LOW, LOW, LOW, MEDIUM], id="explained until Thursday"),
        pytest.param(
            {"decisions": (a_decision("explain", TUESDAY, rule="T07", subject="UIT-01"),)},
            [MEDIUM] * 5,
            id="another rule is explained",
        ),
        pytest.param(
            {"decisions": (a_decision("explain", TUESDAY, rule="T04", subject="UIT-02"),)},
            [MEDIUM] * 5,
            id="another subject is explained",
        ),
        pytest.param({"versions": (PLAIN, URGENT)}, [MEDIUM, MEDIUM, HIGH, HIGH, HIGH], id="urgent from Wednesday"),
        pytest.param({"versions": (URGENT,)}, [MEDIUM, MEDIUM, HIGH, HIGH, HIGH], id="not known before Wednesday"),
        pytest.param(
            {"versions": (PLAIN, URGENT, a_recommendation(recorded_at=start_of_day(FRIDAY)))},
            [MEDIUM, MEDIUM, HIGH, HIGH, MEDIUM],
            id="no longer on Friday",
        ),
        pytest.param(
            {"versions": (PLAIN, URGENT), "decisions": (EXPLAINED,)}, [MEDIUM, LOW, MEDIUM, MEDIUM, HIGH], id="both"
        ),
    ],
)
def test_an_explanation_makes_it_lighter_and_priority_heavier(
    values: dict[str, object], weights: list[Severity]
) -> None:
    signals = followed(**values)
    given = [an_expectation((MONDAY, MEDIUM), rule="T04")]

    found = [
        signals.weighed(given, at_time(on, 15))[0].steps[0].severity
        for on in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
    ]

    assert found == weights


def test_an_explanation_counts_from_its_instant_and_both_are_shown() -> None:
    signals = followed(versions=(URGENT,), decisions=(EXPLAINED,))
    given = [an_expectation((MONDAY, MEDIUM), rule="T04")]

    assert signals.weighed(given, EXPLAINED.at - timedelta(seconds=1)) == given
    (both,) = signals.weighed(given, start_of_day(WEDNESDAY))
    assert [item.name for item in both.evidence] == ["explained", "priority"]


def test_it_may_weigh_another_when_a_version_is_known_and_when_an_explanation_begins_and_is_over() -> None:
    snooze = on_signal("snooze", MONDAY, until=TUESDAY)

    assert sorted(followed(versions=(PLAIN, URGENT), decisions=(EXPLAINED, snooze)).moments) == [
        PLAIN.recorded_at,
        EXPLAINED.at,
        URGENT.recorded_at,
        start_of_day(FRIDAY),
    ]


def test_a_heavy_signal_without_a_way_out_is_expected_to_get_one_from_its_opening() -> None:
    episode = an_episode((MONDAY, HIGH), (FRIDAY, CRITICAL))
    signals = followed(episode, versions=(PLAIN, URGENT))

    rows = [row for row in hold_episodes(signals, a_timeline()) if row.expectation.rule == "O02"]
    later = hold_episodes(signals, a_timeline(), since=start_of_day(THURSDAY))
    earlier = hold_episodes(signals, a_timeline(), since=start_of_day(MONDAY - timedelta(days=9)))

    assert [row.held_from for row in rows] == [start_of_day(MONDAY), start_of_day(WEDNESDAY)]
    assert rows[1].expectation.steps[0].severity == rows[0].expectation.steps[0].severity.raised()
    assert [row.held_from for row in later if row.expectation.rule == "O02"] == [start_of_day(THURSDAY)]
    assert [row for row in earlier if row.expectation.rule == "O02"] == rows


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        pytest.param({"K01"}, {"K01"}, id="a request"),
        pytest.param({"O01"}, {"O01"}, id="who waits does not wait for this"),
        pytest.param({"T03"}, {"T03", "O05"}, id="who waits may wait for it"),
        pytest.param({"T02"}, {"T02", "O05", rosy_rating.RULE.code}, id="and a rating may deny it"),
        pytest.param(set(), set(), id="nothing"),
    ],
)
def test_rules_that_read_what_another_expects_are_asked_with_it(changed: set[str], asked: set[str]) -> None:
    assert with_readers(changed) == asked
