"""When does somebody have a signal in hand?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ipa_core.domain.moments import at_time
from ipa_core.domain.pauses import Pause, pauses_of
from ipa_core.domain.severities import Severity
from ipa_core.domain.signal_ladders import LadderLife
from tests.builders import a_decision


@pytest.mark.parametrize(("on", "is_paused"), [("03-12", False), ("03-13", True), ("03-26", True), ("03-27", False)])
def test_a_pause_holds_from_its_first_day_until_its_last(on: str, *, is_paused: bool) -> None:
    pause = Pause(first=date(2026, 3, 13), last=date(2026, 3, 26))

    found = LadderLife(severity=Severity.HIGH, pauses=(pause,)).pause_on(date.fromisoformat(f"2026-{on}"))

    assert found == (pause if is_paused else None)


def decided(kind: str, day: int, until: int) -> Any:
    on = date(2026, 3, day)
    return a_decision(kind, on, at=at_time(on, 10), until=date(2026, 3, until))


@pytest.mark.parametrize(
    ("decisions", "raised", "pauses"),
    [
        pytest.param([decided("acknowledge", 3, 9)], [4], [(3, 9, 0)], id="a rise does not undo who took it up"),
        pytest.param([decided("snooze", 3, 9)], [6], [(3, 5, 1)], id="a rise ends a snooze"),
        pytest.param([decided("snooze", 3, 9)], [2], [(3, 9, 1)], id="an earlier rise does not"),
        pytest.param(
            [decided("snooze", 3, 9), decided("snooze", 9, 20), decided("acknowledge", 12, 16)],
            [],
            [(3, 8, 1), (9, 11, 2), (12, 16, 0)],
            id="the last decision counts",
        ),
        pytest.param([decided("explain", 3, 9)], [], [], id="an explanation is no snooze"),
    ],
)
def test_a_signal_is_in_hand_until_its_day_or_the_next_decision(
    decisions: list[Any], raised: list[int], pauses: list[tuple[int, int, int]]
) -> None:
    raised_at = [at_time(date(2026, 3, day), 0) for day in raised]

    found = pauses_of(decisions, raised_at)

    assert [(one.first.day, one.last.day, one.snooze) for one in found] == pauses


@pytest.mark.parametrize(
    ("day", "hour", "has_changed"),
    [
        pytest.param(3, 10, False, id="with the decision itself"),
        pytest.param(3, 11, True, id="after it on the same day"),
        pytest.param(9, 23, True, id="on the last day"),
        pytest.param(10, 0, False, id="after it"),
    ],
)
def test_what_changed_after_the_decision_counts(day: int, hour: int, *, has_changed: bool) -> None:
    (pause,) = pauses_of([decided("acknowledge", 3, 9)], changed_at=[at_time(date(2026, 3, day), hour)])

    assert pause.has_changed == has_changed
