"""A due date moves for a round or for one ministry: who gets which day, also who is asked later."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from ipa_core.domain.moments import at_time
from ipa_core.domain.organisations import Responsibility, Share
from ipa_core.errors import InputRefused
from ipa_core.store import rounds
from ipa_core.store.audit import AuditEntry
from ipa_core.store.database import open_database
from ipa_core.store.rounds import DueMoveRow
from ipa_core.usecases.check_due_date import DueDateAsked
from ipa_core.usecases.move_due_date import move_due_date
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import ProgrammeView
from tests.builders import a_recommendation, an_answer
from tests.rules.telling import FIRST, Event, Story, a_folder, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.store.database import Database
    from ipa_core.usecases.move_due_date import MovedDueDate
    from tests.rules.telling import Telling

ROUND = "2026-02"
OPENING = at_time(date(2026, 3, 5), 9)
"""On a Thursday; answers are due ten working days later, on Thursday 19 March."""
HANDOVER = at_time(date(2026, 3, 16), 9)


@pytest.fixture
def database() -> Iterator[Database]:
    database = open_database("sqlite://")
    yield database
    database.close()


def begin(database: Database, *events: Event, ahead: date | None = None) -> Telling:
    """Open a round in which SZW is asked about two dossiers; from a day `ahead` on BZK leads one of them."""
    register = [a_recommendation("BRON", adopted_on=FIRST), a_recommendation("TUSSEN", adopted_on=FIRST)]
    passing = [
        Responsibility(dossier="TUSSEN", share=Share.LEAD, organisation=who, valid_from=first, valid_to=last)
        for who, first, last in (("SZW", None, (ahead or FIRST) - timedelta(days=1)), ("BZK", ahead, None))
    ]
    folder = a_folder(register, [], **({"responsibilities": tuple(passing)} if ahead else {}))
    return tell(database, Story(folder=folder, events=(Event(at=OPENING, opens=ROUND), *events)), [])


def handed_over() -> Event:
    """BZK takes TUSSEN over, and nobody knew before."""
    register = [a_recommendation("BRON", adopted_on=FIRST), a_recommendation("TUSSEN", adopted_on=FIRST, lead="BZK")]
    return Event(at=HANDOVER, folder=a_folder(register, []))


def move(
    telling: Telling, at: datetime, due: str, ministry: str | None = None, *, reason: str = "reces", code: str = ROUND
) -> MovedDueDate:
    asked = DueDateAsked(round=code, ministry=ministry, due=due, reason=reason, by="team@ipa.example")
    return telling.database.write(lambda session: move_due_date(session, telling.code, asked, at=at))


def refused(telling: Telling, at: datetime, due: str, ministry: str | None = None, **said: str) -> list[str]:
    before = telling.database.read(lambda session: session.exec(select(DueMoveRow)).all())
    with pytest.raises(InputRefused) as found:
        move(telling, at, due, ministry, **said)
    assert telling.database.read(lambda session: session.exec(select(DueMoveRow)).all()) == before
    return [problem.code for problem in found.value.problems]


def dues(telling: Telling, at: datetime) -> dict[str, date]:
    found = telling.database.read(lambda session: list_requests(ProgrammeView(session, telling.code, at=at)))
    return {one.organisation: one.due_on for one in found}


def test_without_a_move_a_follow_up_gets_its_usual_time(database: Database) -> None:
    telling = begin(database, handed_over())

    assert dues(telling, HANDOVER) == {"SZW": date(2026, 3, 19), "BZK": date(2026, 3, 30)}


@pytest.mark.parametrize(
    ("due", "ministry", "expected"),
    [
        ("2026-03-24", None, {"SZW": date(2026, 3, 24), "BZK": date(2026, 3, 30)}),
        ("2026-04-07", None, {"SZW": date(2026, 4, 7), "BZK": date(2026, 4, 7)}),
        ("2026-03-20", "BZK", {"SZW": date(2026, 3, 19), "BZK": date(2026, 3, 20)}),
    ],
    ids=["a follow-up keeps its time", "all of them", "whoever is named"],
)
def test_a_round_that_moves_takes_no_time_from_a_follow_up(
    database: Database, due: str, ministry: str | None, expected: dict[str, date]
) -> None:
    telling = begin(database, handed_over())
    at = HANDOVER + timedelta(days=1)

    moved = move(telling, at, due, ministry)

    changed = {name for name, on in expected.items() if on != dues(telling, HANDOVER)[name]}
    assert dues(telling, at) == expected
    assert {one.request.organisation for one in moved.requests} == changed


def test_who_is_asked_later_gets_the_date_of_a_round_that_moved_as_a_whole(database: Database) -> None:
    telling = begin(database)
    move(telling, at_time(date(2026, 3, 10), 12), "2026-04-14")

    telling.happen(handed_over())

    assert dues(telling, HANDOVER) == {"SZW": date(2026, 4, 14), "BZK": date(2026, 4, 14)}


def test_who_is_asked_later_gets_nothing_of_a_date_that_moved_for_another(database: Database) -> None:
    telling = begin(database)
    move(telling, at_time(date(2026, 3, 10), 12), "2026-04-14", "SZW")

    telling.happen(handed_over())

    assert dues(telling, HANDOVER) == {"SZW": date(2026, 4, 14), "BZK": date(2026, 3, 30)}


def test_a_request_that_is_known_to_open_later_moves_along(database: Database) -> None:
    telling = begin(database, ahead=HANDOVER.date())

    move(telling, at_time(date(2026, 3, 10), 12), "2026-04-14")
    later = dues(telling, HANDOVER)
    move(telling, at_time(date(2026, 3, 11), 12), "2026-03-24")

    assert later == {"SZW": date(2026, 4, 14), "BZK": date(2026, 4, 14)}
    assert dues(telling, HANDOVER) == {"SZW": date(2026, 3, 24), "BZK": date(2026, 3, 30)}


def test_the_round_itself_is_due_on_the_day_that_was_known(database: Database) -> None:
    telling = begin(database)
    at = at_time(date(2026, 3, 10), 12)

    moved = move(telling, at, "2026-04-14")

    def read(moment: datetime) -> list[tuple[date, tuple[tuple[date, datetime], ...]]]:
        found = database.read(lambda session: rounds.list_rounds(session, telling.code, known_at=moment))
        return [(one.due_on, one.earlier) for one in found]

    assert read(at - timedelta(seconds=1)) == [(date(2026, 3, 19), ())]
    assert read(at) == [(date(2026, 4, 14), ((date(2026, 3, 19), at),))]
    assert moved.round.due_on == date(2026, 4, 14)


def test_the_act_is_kept_with_its_reason_and_in_the_log(database: Database) -> None:
    telling = begin(database)

    move(telling, at_time(date(2026, 3, 10), 12), "2026-04-14", "SZW", reason=" reces ")

    (row,) = database.read(lambda session: session.exec(select(DueMoveRow)).all())
    entry = database.read(lambda session: session.exec(select(AuditEntry)).all())[-1]
    assert (row.organisation, row.due_on, row.reason, row.by) == ("SZW", date(2026, 4, 14), "reces", "team@ipa.example")
    assert (entry.action, entry.subject) == ("round.move", f"round:{ROUND}")
    assert entry.details == {"due_on": "2026-04-14", "requests": ["SZW"]}


NOON = at_time(date(2026, 3, 10), 12)


@pytest.mark.parametrize(
    ("due", "ministry", "said", "codes"),
    [
        pytest.param("2026-03-24", None, {"code": "2026-01"}, ["due_round_unknown"], id="no such round"),
        pytest.param("2026-03-24", "EZ", {}, ["due_ministry_unknown"], id="not asked"),
        pytest.param("2026-03-24", "", {}, ["due_ministry_unknown"], id="an empty name is not everybody"),
        pytest.param("maandag", None, {}, ["date_malformed"], id="no date"),
        pytest.param("2026-02-30", None, {}, ["date_impossible"], id="not on the calendar"),
        pytest.param("2026-03-09", None, {}, ["act_in_the_past"], id="in the past"),
        pytest.param("2026-03-04", None, {}, ["due_before_opening"], id="before the opening"),
        pytest.param("2027-03-11", None, {}, ["due_too_far"], id="more than a year ahead"),
        pytest.param("2999-03-11", None, {}, ["due_too_far"], id="beyond the calendar"),
        pytest.param("2026-03-21", None, {}, ["due_not_working_day"], id="a Saturday"),
        pytest.param("2026-03-19", None, {}, ["due_same"], id="as it is"),
        pytest.param("2026-03-19", "SZW", {}, ["due_same"], id="as it is, for one"),
        pytest.param("2026-03-24", None, {"reason": " "}, ["act_without_reason"], id="without a reason"),
        pytest.param(
            "2026-03-21",
            "EZ",
            {"reason": ""},
            ["due_ministry_unknown", "due_not_working_day", "act_without_reason"],
            id="all at once",
        ),
        pytest.param(
            "2026-03-09",
            "SZW",
            {"reason": "", "code": "2026-01"},
            ["due_round_unknown", "act_in_the_past", "act_without_reason"],
            id="all at once, without a round",
        ),
        pytest.param(
            "2026-03-19", None, {"reason": ""}, ["act_without_reason", "due_same"], id="as it is, and without a reason"
        ),
    ],
)
def test_what_cannot_be_is_refused_with_everything_that_is_wrong(
    database: Database, due: str, ministry: str | None, said: dict[str, str], codes: list[str]
) -> None:
    telling = begin(database)

    assert refused(telling, NOON, due, ministry, **said) == codes


def test_today_is_a_day_like_any_other(database: Database) -> None:
    telling = begin(database)

    assert move(telling, NOON, "2026-03-10").round.due_on == date(2026, 3, 10)


def test_a_working_day_nearby_is_named(database: Database) -> None:
    telling = begin(database)

    with pytest.raises(InputRefused) as found:
        move(telling, NOON, "2026-03-21")

    assert found.value.problems[0].message == (  # type: ignore[attr-defined] # only InputRefused has them
        "2026-03-21 is geen werkdag. Kies een werkdag, bijvoorbeeld 2026-03-20 of 2026-03-23."
    )


def test_without_any_round_that_is_said(database: Database) -> None:
    folder = a_folder([a_recommendation("BRON", adopted_on=FIRST)], [])
    telling = tell(database, Story(folder=folder), [])

    assert refused(telling, NOON, "2026-03-24") == ["due_no_round"]


@pytest.mark.parametrize(("answered", "codes"), [(("BRON", "TUSSEN"), ["due_settled"]), (("BRON",), [])])
def test_what_was_answered_whole_moves_no_more_and_what_is_missing_does(
    database: Database, answered: tuple[str, ...], codes: list[str]
) -> None:
    answers = [Event(at=NOON, answer=an_answer(NOON.date(), dossier=code, round_code=ROUND)) for code in answered]
    telling = begin(database, *answers)
    at = NOON + timedelta(hours=1)

    if codes:
        assert refused(telling, at, "2026-03-24", "SZW") == codes
        assert refused(telling, at, "2026-03-24") == ["due_nothing_open"]
    else:
        assert [one.told_on for one in move(telling, at, "2026-03-24").requests] == [None]


def test_who_was_excused_is_left_out(database: Database) -> None:
    telling = begin(database, Event(at=NOON, waives=(ROUND, "SZW")))

    assert refused(telling, NOON, "2026-03-24", "SZW") == ["due_settled"]
