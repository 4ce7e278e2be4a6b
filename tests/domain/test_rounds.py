"""What do we ask of whom, and what was known of it at a moment?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.moments import at_time
from ipa_core.domain.rounds import AnsweredLine, DueMove, RequestHistory, RequestState
from tests.builders import a_request

OPENED, MOVED, ANSWERED, WAIVED = (at_time(date(2026, 10, day), 9) for day in (1, 5, 8, 9))
A_SECOND = timedelta(seconds=1)
OPEN, IS_ANSWERED, IS_WAIVED, IS_MOVED = RequestState


@pytest.mark.parametrize(
    ("changes", "at", "state"),
    [
        pytest.param({}, WAIVED, OPEN, id="nobody said anything"),
        pytest.param({"asked": ()}, WAIVED, IS_MOVED, id="others were given all that it asked"),
        pytest.param({"answered_at": ANSWERED}, ANSWERED, IS_ANSWERED, id="from the answer on"),
        pytest.param({"answered_at": ANSWERED}, ANSWERED - A_SECOND, OPEN, id="not before the answer"),
        pytest.param({"waived_at": WAIVED}, WAIVED, IS_WAIVED, id="from the waiver on"),
        pytest.param({"waived_at": WAIVED}, WAIVED - A_SECOND, OPEN, id="not before the waiver"),
        pytest.param({"answered_at": ANSWERED, "waived_at": WAIVED}, WAIVED, IS_ANSWERED, id="answered first"),
        pytest.param({"answered_at": WAIVED, "waived_at": ANSWERED}, WAIVED, IS_WAIVED, id="waived first"),
        pytest.param({"answered_at": ANSWERED, "asked": ()}, ANSWERED, IS_ANSWERED, id="answered, then taken over"),
        pytest.param({"waived_at": WAIVED, "asked": ()}, ANSWERED, IS_MOVED, id="taken over, waived later"),
    ],
)
def test_a_request_is_open_until_it_is_answered_waived_or_moved(
    changes: dict[str, object], at: datetime, state: RequestState
) -> None:
    assert a_request(**changes).state_at(at) is state


def test_a_request_is_known_by_its_round_and_its_ministry() -> None:
    request = a_request()

    assert request.subject == Subject(kind=SubjectKind.REQUEST, code="2026-Q3:SZW")
    assert request.opened_on == date(2026, 10, 1)


def a_history() -> RequestHistory:
    """Return a request that passed UIT-02 on; one line came before that and one after, and both ends are told."""
    return RequestHistory(
        request=a_request(asked=("UIT-01", "UIT-03"), answered_at=ANSWERED, waived_at=WAIVED),
        asked=((OPENED, ("UIT-01", "UIT-02")), (MOVED, ("UIT-01", "UIT-03"))),
        lines=(
            AnsweredLine(dossier="UIT-02", organisation="SZW", at=OPENED + A_SECOND),
            AnsweredLine(dossier="UIT-01", organisation="SZW", at=ANSWERED),
        ),
    )


@pytest.mark.parametrize(
    ("at", "asked", "missing", "is_settled"),
    [
        pytest.param(OPENED - A_SECOND, ("UIT-01", "UIT-03"), ("UIT-01", "UIT-03"), False, id="before it opened"),
        pytest.param(OPENED, ("UIT-01", "UIT-02"), ("UIT-01", "UIT-02"), False, id="as it was opened"),
        pytest.param(OPENED + A_SECOND, ("UIT-01", "UIT-02"), ("UIT-01",), False, id="one line came"),
        pytest.param(MOVED - A_SECOND, ("UIT-01", "UIT-02"), ("UIT-01",), False, id="just before it changed"),
        pytest.param(MOVED, ("UIT-01", "UIT-03"), ("UIT-01", "UIT-03"), False, id="as it changed"),
        pytest.param(ANSWERED - A_SECOND, ("UIT-01", "UIT-03"), ("UIT-01", "UIT-03"), False, id="just before"),
        pytest.param(ANSWERED, ("UIT-01", "UIT-03"), ("UIT-03",), True, id="answered"),
    ],
)
def test_at_an_instant_only_what_was_known_then_counts(
    at: datetime, asked: tuple[str, ...], missing: tuple[str, ...], is_settled: bool
) -> None:
    history = a_history()

    assert history.at(at) == replace(
        history.request,
        asked=asked,
        missing=missing,
        answered_at=ANSWERED if is_settled else None,
        waived_at=WAIVED if is_settled else None,
    )


def test_it_may_become_another_when_it_is_settled_when_it_asks_something_else_and_with_each_line() -> None:
    assert sorted(a_history().changes) == [OPENED, OPENED + A_SECOND, MOVED, ANSWERED, ANSWERED]
    assert RequestHistory(request=a_request()).changes == ()


@pytest.mark.parametrize(("at", "times"), [(MOVED - A_SECOND, 0), (MOVED, 1), (WAIVED, 1)])
def test_changes_are_counted_by_what_it_asked_before_and_after(at: datetime, times: int) -> None:
    history = a_history()

    assert history.count_changes(at, lambda before, after: not set(after) <= set(before)) == times
    assert history.count_changes(at, lambda before, after: len(after) > len(before)) == 0


LATER, BACK = DueMove(at=MOVED, due_on=date(2026, 10, 29), reason="reces"), date(2026, 10, 20)


@pytest.mark.parametrize(
    ("at", "due_on", "moved_from", "reason"),
    [
        pytest.param(MOVED - A_SECOND, date(2026, 10, 15), None, "", id="as it was opened"),
        pytest.param(MOVED, date(2026, 10, 29), date(2026, 10, 15), "reces", id="from the instant on"),
        pytest.param(ANSWERED, BACK, date(2026, 10, 29), "toch niet", id="the last one known counts"),
    ],
)
def test_a_due_date_is_the_one_that_was_known(at: datetime, due_on: date, moved_from: date | None, reason: str) -> None:
    moves = (LATER, DueMove(at=ANSWERED, due_on=BACK, reason="toch niet"))
    history = RequestHistory(request=a_request(), moves=moves)

    known = history.at(at)

    assert (known.due_on, known.moved_from, known.move_reason) == (due_on, moved_from, reason)
    assert history.changes == (MOVED, ANSWERED)
    assert history.due_terms == [(date(2026, 10, 15), MOVED), (date(2026, 10, 29), ANSWERED), (BACK, None)]


def test_of_two_moves_at_one_instant_the_second_counts() -> None:
    moves = (LATER, replace(LATER, due_on=BACK))

    assert RequestHistory(request=a_request(), moves=moves).at(MOVED).due_on == BACK
