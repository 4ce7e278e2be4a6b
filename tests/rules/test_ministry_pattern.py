"""S02: answers of one ministry come late more often than those of the others."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.directories import DirectoryHistory
from ipa_core.domain.expectations import HeldExpectation
from ipa_core.domain.lateness import Lateness, RoundTally, lower_bound
from ipa_core.domain.moments import at_time, day_of, start_of_day
from ipa_core.domain.organisations import Organisation
from ipa_core.domain.rounds import AnsweredLine, DueMove, Request, RequestHistory
from ipa_core.domain.spans import WHOLE
from ipa_core.rules.holding import hold_patterns
from ipa_core.rules.ministry_pattern import RULE
from tests.builders import ADOPTED_ON, MEDIUM, a_calendar, a_policy, a_timeline

DUE = (date(2025, 3, 3), date(2025, 6, 2), date(2025, 9, 1), date(2025, 12, 1), date(2026, 3, 2))
"""Mondays; with a grace of two working days a request closes on the Thursday after."""

CLOSED = tuple(due_on + timedelta(days=3) for due_on in DUE)

Counts = tuple[int, int, int, int]
"""Asked and late of the ministry; asked and late of the others."""


def a_lateness(*rounds: Counts) -> Lateness:
    return Lateness(
        ministry="BZK",
        rounds=tuple(
            RoundTally(
                round=f"ronde {n}",
                closed_on=CLOSED[n],
                asked=asked,
                late=late,
                others_asked=others_asked,
                others_late=others_late,
            )
            for n, (asked, late, others_asked, others_late) in enumerate(rounds)
        ),
    )


def breaks_on(*rounds: Counts) -> date | None:
    found = list(RULE.expect(a_lateness(*rounds), a_policy().thresholds["S02"].values, a_calendar()))
    assert [step.severity for one in found for step in one.steps] in ([], [MEDIUM])
    return found[0].steps[0].on if found else None


@pytest.mark.parametrize(
    ("rounds", "broken_on"),
    [
        pytest.param([(6, 4, 20, 4)], CLOSED[0], id="four of six, where the others have one in five"),
        pytest.param([(6, 3, 20, 4)], None, id="three of six may be chance"),
        pytest.param([(5, 5, 20, 4)], None, id="too few to tell"),
        pytest.param([(3, 2, 10, 2), (3, 2, 10, 2)], CLOSED[1], id="rounds add up"),
        pytest.param([(6, 6, 0, 0)], None, id="nobody to compare with"),
        pytest.param([(6, 6, 20, 20)], None, id="all are late"),
        pytest.param([(6, 0, 20, 0)], None, id="nobody is late"),
        pytest.param([(6, 4, 20, 4), *[(6, 0, 20, 4)] * 3], None, id="three good rounds after a bad one"),
        pytest.param([(6, 6, 20, 0), *[(6, 0, 20, 0)] * 4], None, id="the fifth round back is forgotten"),
        pytest.param([(6, 4, 20, 4), (0, 0, 20, 20)], CLOSED[1], id="rounds in which it was not asked compare nothing"),
    ],
)
def test_a_ministry_is_not_surely_later_than_the_others(rounds: list[Counts], broken_on: date | None) -> None:
    assert breaks_on(*rounds) == broken_on


def test_the_evidence_tells_what_was_asked_round_by_round() -> None:
    (expectation,) = RULE.expect(
        a_lateness((4, 3, 10, 2), (4, 3, 10, 2)), a_policy().thresholds["S02"].values, a_calendar()
    )

    assert [(item.name, item.value, item.source) for item in expectation.evidence] == [
        ("ministry", "BZK", ""),
        ("all_asked", 8, ""),
        ("all_late", 6, ""),
        ("others_asked", 20, ""),
        ("others_late", 4, ""),
        ("good_late", 3, ""),
        ("closed_on", CLOSED[1], ""),
        ("round", "ronde 0", "uitvraag ronde 0"),
        ("asked", 4, "uitvraag ronde 0"),
        ("late", 3, "uitvraag ronde 0"),
        ("round", "ronde 1", "uitvraag ronde 1"),
        ("asked", 4, "uitvraag ronde 1"),
        ("late", 3, "uitvraag ronde 1"),
    ]


@given(counts=st.lists(st.tuples(*[st.integers(0, 9)] * 4), max_size=6), more=st.integers(0, 3))
def test_an_answer_more_in_time_never_makes_a_pattern(counts: list[Counts], more: int) -> None:
    rounds = [(asked, min(late, asked), others, min(o_late, others)) for asked, late, others, o_late in counts[:5]]
    better = [(asked, max(0, late - more), others, o_late) for asked, late, others, o_late in rounds]

    assert breaks_on(*better) in (None, breaks_on(*rounds))


@given(whole=st.integers(1, 60), data=st.data(), confidence=st.integers(1, 99))
def test_the_lower_end_is_the_share_that_would_just_give_what_was_seen(
    whole: int, data: st.DataObject, confidence: int
) -> None:
    part = data.draw(st.integers(0, whole))

    low = lower_bound(part, whole, confidence=confidence) / WHOLE

    # The share at the lower end lies as many standard errors (its own) below what was seen as the confidence says.
    z = NormalDist().inv_cdf((100 + confidence) / 200)
    assert part / whole - low == pytest.approx(z * (low * (1 - low) / whole) ** 0.5, abs=1e-3)


def a_request_to(ministry: str, asked: int, *, late: int, due_on: date = DUE[0], **changes: Any) -> RequestHistory:
    """Return a request about so many dossiers; a line on those that are not late came on the due date."""
    codes = tuple(f"{ministry}-{n}" for n in range(asked))
    request = Request(
        round=due_on.isoformat(),
        organisation=ministry,
        opened_at=at_time(due_on - timedelta(days=20), 9),
        due_on=due_on,
        grace=2,
        asked=codes,
        **changes,
    )
    lines = [AnsweredLine(dossier=code, organisation=ministry, at=at_time(due_on, 12)) for code in codes[late:]]
    return RequestHistory(request=request, asked=((request.opened_at, codes),), lines=tuple(lines))


def with_line(history: RequestHistory, at: datetime) -> RequestHistory:
    line = AnsweredLine(dossier=history.request.asked[0], organisation=history.request.organisation, at=at)
    return replace(history, lines=(*history.lines, line))


def a_directory(**ended: tuple[date, str]) -> DirectoryHistory:
    organisations = [
        Organisation(
            code=code,
            name=code,
            valid_to=ended[code][0] if code in ended else None,
            successors=(ended[code][1],) if code in ended else (),
        )
        for code in ("SZW", "BZK", "VRO")
    ]
    return DirectoryHistory(organisations=tuple((start_of_day(ADOPTED_ON), one) for one in organisations))


def spans_of(
    rounds: Iterable[Iterable[RequestHistory]], directory: DirectoryHistory | None = None, **since: datetime
) -> dict[str, list[tuple[date, date | None]]]:
    """Return by ministry from when until when there is a pattern."""
    held = hold_patterns([list(one) for one in rounds], directory or a_directory(), a_timeline(), **since)
    return {code: _joined(rows) for code, rows in held.items()}


def _joined(rows: list[HeldExpectation]) -> list[tuple[date, date | None]]:
    spans: list[tuple[date, date | None]] = []
    for row in rows:
        begins, ends = day_of(row.held_from), row.held_until and day_of(row.held_until)
        if spans and spans[-1][1] == begins:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    return spans


LATE = a_request_to("BZK", 6, late=4)
GOOD = a_request_to("SZW", 20, late=4)


@pytest.mark.parametrize(
    ("rounds", "spans"),
    [
        pytest.param([[LATE, GOOD]], {"BZK": [(CLOSED[0], None)]}, id="from when the round is over"),
        pytest.param([[GOOD]], {}, id="no pattern"),
        pytest.param(
            [[with_line(with_line(LATE, start_of_day(CLOSED[0])), at_time(CLOSED[0], 9)), GOOD]],
            {"BZK": [(CLOSED[0], None)]},
            id="what comes after the grace is late",
        ),
        pytest.param(
            [[replace(LATE, request=replace(LATE.request, waived_at=at_time(CLOSED[1], 12))), GOOD]],
            {"BZK": [(CLOSED[0], CLOSED[1])]},
            id="a waiver ends it",
        ),
        pytest.param(
            [[LATE, GOOD], [a_request_to(code, 20, late=0, due_on=DUE[1]) for code in ("SZW", "BZK")]],
            {"BZK": [(CLOSED[0], CLOSED[1])]},
            id="a good round ends it",
        ),
        pytest.param(
            [
                [LATE, GOOD],
                *([a_request_to("SZW", 1, late=0, due_on=due_on)] for due_on in DUE[1:]),
            ],
            {"BZK": [(CLOSED[0], CLOSED[4])]},
            id="four rounds later it is forgotten",
        ),
    ],
)
def test_a_pattern_is_told_from_the_day_on_which_a_round_is_over(
    rounds: list[list[RequestHistory]], spans: dict[str, list[tuple[date, date | None]]]
) -> None:
    assert spans_of(rounds) == spans


def test_who_held_the_request_when_it_closed_is_who_was_late() -> None:
    directory = a_directory(BZK=(DUE[0], "VRO"))

    assert spans_of([[LATE, GOOD]], directory) == {"VRO": [(CLOSED[0], None)]}


def test_a_ministry_that_ended_is_told_nothing_and_its_successor_begins_anew() -> None:
    directory = a_directory(BZK=(CLOSED[1], "VRO"))

    assert spans_of([[LATE, GOOD]], directory) == {"BZK": [(CLOSED[0], CLOSED[1] + timedelta(days=1))]}


def test_what_is_held_from_a_moment_on_is_the_rest_of_what_is_held_from_the_beginning() -> None:
    rounds = [[LATE, GOOD], [a_request_to(code, 20, late=0, due_on=DUE[1]) for code in ("SZW", "BZK")]]

    assert spans_of(rounds, since=at_time(CLOSED[0], 12)) == {"BZK": [(CLOSED[0], CLOSED[1])]}
    assert spans_of(rounds, since=at_time(CLOSED[1], 12)) == {}


def a_move(on: date, due_on: date) -> DueMove:
    return DueMove(at=at_time(on, 12), due_on=due_on, reason="reces")


@pytest.mark.parametrize(
    ("moves", "spans"),
    [
        pytest.param((a_move(DUE[0], DUE[1]),), {"BZK": [(CLOSED[1], None)]}, id="before it closed: with the new date"),
        pytest.param(
            (a_move(CLOSED[0] + timedelta(days=5), DUE[1]),),
            {"BZK": [(CLOSED[0], CLOSED[0] + timedelta(days=5)), (CLOSED[1], None)]},
            id="after it closed: what was late is in time again, until the new date",
        ),
        pytest.param(
            (a_move(DUE[0], DUE[2]), a_move(DUE[0] + timedelta(days=1), DUE[1])),
            {"BZK": [(CLOSED[1], None)]},
            id="the last date counts",
        ),
    ],
)
def test_a_request_is_late_by_the_due_date_that_stood_then(
    moves: tuple[DueMove, ...], spans: dict[str, list[tuple[date, date | None]]]
) -> None:
    assert spans_of([[replace(LATE, moves=moves), GOOD]]) == spans
