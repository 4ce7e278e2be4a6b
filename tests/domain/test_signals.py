"""What happens to a knelpunt, in order of time, when its expectations break and close?"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.decisions import Decision
from ipa_core.domain.expectations import HeldExpectation
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import (
    Change,
    ChangeKind,
    Signal,
    SignalState,
    Standing,
    folded,
    signal_id,
    state_by,
    transitions,
)
from tests.builders import CRITICAL, END, HIGH, LOW, MEDIUM, a_calendar, a_decision, a_row

MARCH, APRIL, MAY, JUNE = date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 4), date(2026, 6, 1)
OPENED, CAME_BACK, RAISED, LOWERED, RESTATED, RESOLVED = ChangeKind

ACKNOWLEDGED = a_decision("acknowledge", APRIL, until=MAY)
SNOOZED = a_decision("snooze", APRIL, until=MAY)

Happened = tuple[datetime, ChangeKind, int, Severity]


def happens(*rows: HeldExpectation, standing: Standing | None = None, until: datetime = END) -> list[Happened]:
    found = transitions(rows, standing or Standing(), until=until, calendar=a_calendar())
    return [(change.at, change.kind, change.episode, change.severity) for change in found]


def at(on: date) -> datetime:
    return start_of_day(on)


def test_a_knelpunt_opens_gets_worse_and_is_solved() -> None:
    assert happens(a_row((APRIL, MEDIUM), (MAY, HIGH), held_from=MARCH, held_until=JUNE)) == [
        (at(APRIL), OPENED, 1, MEDIUM),
        (at(MAY), RAISED, 1, HIGH),
        (at(JUNE), RESOLVED, 1, HIGH),
    ]


@pytest.mark.parametrize(
    ("decisions", "raised_at", "now", "state"),
    [
        pytest.param([], None, MAY, SignalState.OPEN, id="nobody decided anything"),
        pytest.param([a_decision("propose", APRIL)], None, MAY, SignalState.OPEN, id="a solution leaves it open"),
        pytest.param([ACKNOWLEDGED], None, MAY, SignalState.ACKNOWLEDGED, id="until the day of its next step"),
        pytest.param([ACKNOWLEDGED], None, JUNE, SignalState.OPEN, id="the next step was to be done"),
        pytest.param([ACKNOWLEDGED], at_time(APRIL, 16), MAY, SignalState.ACKNOWLEDGED, id="known, though it rose"),
        pytest.param([SNOOZED], None, MAY, SignalState.SNOOZED, id="until its end"),
        pytest.param([SNOOZED], None, JUNE, SignalState.OPEN, id="after its end"),
        pytest.param([SNOOZED], at_time(APRIL, 14), MAY, SignalState.SNOOZED, id="it rose before"),
        pytest.param([SNOOZED], at_time(APRIL, 15), MAY, SignalState.SNOOZED, id="it rose at that instant"),
        pytest.param([SNOOZED], at_time(APRIL, 16), MAY, SignalState.OPEN, id="it rose since"),
        pytest.param([SNOOZED, ACKNOWLEDGED], None, MAY, SignalState.ACKNOWLEDGED, id="the last word counts"),
        pytest.param([ACKNOWLEDGED, SNOOZED], None, MAY, SignalState.SNOOZED, id="the other way round"),
        pytest.param([SNOOZED, a_decision("propose", MAY)], None, MAY, SignalState.SNOOZED, id="with a solution"),
    ],
)
def test_an_open_signal_is_what_people_made_of_it_last(
    decisions: list[Decision], raised_at: datetime | None, now: date, state: SignalState
) -> None:
    assert state_by(decisions, at_time(now, 12), raised_at) is state


@pytest.mark.parametrize(
    ("weight", "kind"),
    [
        pytest.param(HIGH, RAISED, id="worse"),
        pytest.param(LOW, LOWERED, id="better"),
        pytest.param(MEDIUM, RESTATED, id="the same weight, other facts"),
    ],
)
def test_when_one_row_takes_over_from_another_the_episode_goes_on(weight: Severity, kind: ChangeKind) -> None:
    first = a_row((APRIL, MEDIUM), held_from=MARCH, held_until=MAY)
    second = a_row((APRIL, weight), held_from=MAY, evidence={"planned_on": MAY})

    changes = transitions([first, second], Standing(), until=END, calendar=a_calendar())

    assert changes == [
        Change(at=at(APRIL), kind=OPENED, episode=1, severity=MEDIUM, row=first),
        Change(at=at(MAY), kind=kind, episode=1, severity=weight, row=second),
    ]


def test_a_row_that_breaks_later_lets_the_knelpunt_rest_until_then() -> None:
    assert happens(
        a_row((APRIL, MEDIUM), held_from=MARCH, held_until=at_time(APRIL, 12)),
        a_row((JUNE, MEDIUM), held_from=at_time(APRIL, 12)),
    ) == [
        (at(APRIL), OPENED, 1, MEDIUM),
        (at_time(APRIL, 12), RESOLVED, 1, MEDIUM),
        (at(JUNE), OPENED, 2, MEDIUM),
    ]


@pytest.mark.parametrize(
    ("returns_on", "kind"),
    [
        pytest.param(date(2026, 4, 1), CAME_BACK, id="the same day"),
        pytest.param(date(2026, 5, 4), CAME_BACK, id="the twentieth working day, after Pasen and Koningsdag"),
        pytest.param(date(2026, 5, 5), OPENED, id="the day after"),
    ],
)
def test_a_knelpunt_that_returns_within_twenty_working_days_came_back(returns_on: date, kind: ChangeKind) -> None:
    resolved_at = at(APRIL)
    standing = Standing(episode=3, resolved_at=resolved_at)

    assert happens(a_row((MARCH, HIGH), held_from=at_time(returns_on, 12)), standing=standing) == [
        (at_time(returns_on, 12), kind, 4, HIGH)
    ]


def test_a_row_that_closes_before_it_breaks_does_not_keep_the_next_from_breaking() -> None:
    assert happens(
        a_row((JUNE, MEDIUM), held_from=MARCH, held_until=APRIL),
        a_row((MAY, HIGH), held_from=APRIL),
    ) == [(at(MAY), OPENED, 1, HIGH)]


def test_what_was_opened_and_solved_between_two_runs_is_told_as_both() -> None:
    rows = [
        a_row((APRIL, HIGH), rule="V05", held_from=APRIL, held_until=at_time(APRIL, 12)),
        a_row((APRIL, HIGH), rule="V05", held_from=MAY, held_until=at_time(MAY, 12)),
    ]

    assert happens(*rows) == [
        (at(APRIL), OPENED, 1, HIGH),
        (at_time(APRIL, 12), RESOLVED, 1, HIGH),
        (at(MAY), CAME_BACK, 2, HIGH),
        (at_time(MAY, 12), RESOLVED, 2, HIGH),
    ]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(a_row((MARCH, HIGH), held_from=APRIL, held_until=APRIL), id="it never held"),
        pytest.param(a_row((APRIL, HIGH), held_from=MARCH, held_until=APRIL), id="it was solved as it would break"),
        pytest.param(a_row((JUNE, HIGH), held_from=MARCH), id="it breaks later"),
        pytest.param(a_row((JUNE, HIGH), held_from=MARCH, held_until=APRIL), id="it closed long before it would break"),
        pytest.param(a_row((MARCH, HIGH), held_from=JUNE), id="it is not known yet"),
    ],
)
def test_a_row_that_did_not_break_while_it_held_makes_no_signal(row: HeldExpectation) -> None:
    assert happens(row, until=at(MAY)) == []


def test_a_row_that_a_run_applied_before_it_was_withdrawn_is_solved() -> None:
    row = a_row((MARCH, HIGH), held_from=APRIL, held_until=APRIL, applied_at=at(APRIL))

    assert happens(row, standing=Standing(episode=1, severity=HIGH)) == [(at(APRIL), RESOLVED, 1, HIGH)]


@pytest.mark.parametrize(
    ("until", "count"),
    [
        pytest.param(at(APRIL) - timedelta(seconds=1), 0, id="a second before it breaks"),
        pytest.param(at(APRIL), 1, id="as it breaks"),
        pytest.param(at(JUNE) - timedelta(seconds=1), 2, id="a second before it is solved"),
        pytest.param(at(JUNE), 3, id="as it is solved"),
    ],
)
def test_what_lies_after_the_moment_does_not_happen_yet(until: datetime, count: int) -> None:
    row = a_row((APRIL, MEDIUM), (MAY, HIGH), held_from=MARCH, held_until=JUNE)

    assert len(happens(row, until=until)) == count


def test_the_order_of_rows_makes_no_difference() -> None:
    rows = [
        a_row((MARCH, LOW), held_from=MARCH, held_until=APRIL),
        a_row((APRIL, HIGH), held_from=APRIL, held_until=MAY),
        a_row((JUNE, CRITICAL), held_from=MAY),
    ]

    assert happens(*reversed(rows)) == happens(*rows)


def test_the_key_of_an_episode_can_be_read() -> None:
    subject = a_row(held_from=MARCH).expectation.subject

    assert signal_id("ipa", "T02", subject, 2) == "ipa:T02:UIT-01:2"


def a_signal(
    rule: str, dossier: str, *, root: str = "", programme: str = "ipa", state: SignalState = SignalState.OPEN
) -> Signal:
    row = a_row((APRIL, HIGH), rule=rule, code=dossier, held_from=MARCH, evidence={"root": root} if root else None)
    return Signal(
        id=signal_id(programme, rule, row.expectation.subject, 1),
        programme=programme,
        rule=rule,
        subject=row.expectation.subject,
        dossier=dossier,
        episode=1,
        opened_at=at(APRIL),
        severity=HIGH,
        state=state,
        row=row,
    )


@pytest.mark.parametrize(
    ("signal", "folded_under"),
    [
        pytest.param(a_signal("T02", "WACHT"), ("BRON",), id="dates of who waits"),
        pytest.param(a_signal("V01", "WACHT"), ("BRON",), id="progress of who waits"),
        pytest.param(a_signal("R02", "WACHT"), (), id="dropping is its own knelpunt"),
        pytest.param(a_signal("G03", "WACHT"), (), id="and so is reopening"),
        pytest.param(a_signal("T02", "BRON"), (), id="the root itself"),
        pytest.param(a_signal("T02", "WACHT", programme="ander"), (), id="the same code in another programme"),
        pytest.param(a_signal("T02", "WACHT", state=SignalState.RESOLVED), (), id="what is solved"),
    ],
)
def test_what_follows_from_waiting_is_folded_under_the_root(signal: Signal, folded_under: tuple[str, ...]) -> None:
    waiting = a_signal("O05", "WACHT", root="BRON T02")

    found = folded([signal, waiting])

    assert [one.folded_under for one in found] == [folded_under, ("BRON",)]


def test_a_signal_tells_on_which_days_it_opened_and_was_solved() -> None:
    solved = replace(a_signal("T02", "UIT-01", state=SignalState.RESOLVED), resolved_at=at(JUNE))

    assert (solved.opened_on, solved.resolved_on) == (APRIL, JUNE)
    assert a_signal("T02", "UIT-01").resolved_on is None
    assert not a_signal("T02", "UIT-01").is_first_run


def test_a_change_happened_on_a_day_in_amsterdam() -> None:
    row = a_row((APRIL, LOW), held_from=MARCH)

    assert Change(at=at(APRIL), kind=OPENED, episode=1, severity=LOW, row=row).on == APRIL


def test_nothing_is_folded_when_the_path_is_free_again() -> None:
    waited = a_signal("O05", "WACHT", root="BRON T02", state=SignalState.RESOLVED)
    signals = [a_signal("T02", "WACHT"), waited]

    assert folded(signals) == signals


stretches = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from([LOW, MEDIUM, HIGH]), st.booleans()), max_size=6
)


@given(stretches)
def test_episodes_are_counted_and_each_opens_before_it_is_solved(found: list[tuple[int, int, Severity, bool]]) -> None:
    begin, rows = MARCH, []
    for wait, length, weight, is_late in found:
        until = begin + timedelta(days=length)
        rows.append(a_row((begin + timedelta(days=wait if is_late else -1), weight), held_from=begin, held_until=until))
        begin = until

    changes = happens(*rows)

    assert [moment for moment, *_ in changes] == sorted(moment for moment, *_ in changes)
    openings = [episode for _, kind, episode, _ in changes if kind.is_opening]
    assert openings == list(range(1, len(openings) + 1))
    assert [episode for _, kind, episode, _ in changes if kind is RESOLVED] == openings
    is_open = False
    for _, kind, _, _ in changes:
        assert kind.is_opening != is_open
        is_open = kind is not RESOLVED
