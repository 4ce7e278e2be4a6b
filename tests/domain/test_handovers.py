"""What is asked of whom when a field passes to another ministry in the middle of a round?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.directories import DirectoryHistory
from ipa_core.domain.handovers import Leads, Orphans, answers, share_over_time
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.organisations import Organisation, Responsibility, Share
from ipa_core.domain.rounds import AnsweredLine, Request
from tests.builders import ADOPTED_ON, a_recommendation, a_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipa_core.domain.recommendations import Recommendation

KNOWN_AT = start_of_day(ADOPTED_ON)
OPENED = at_time(date(2026, 10, 1), 9)
PASSED_ON, BACK_ON = date(2026, 10, 6), date(2026, 10, 9)
PASSED, BACK = start_of_day(PASSED_ON), start_of_day(BACK_ON)
MINISTRIES = tuple(Organisation(code=code, name=code) for code in ("SZW", "BZK", "VWS"))

SZW = a_request(asked=("UIT-01", "UIT-02"))
BZK = a_request(organisation="BZK", asked=("UIT-03",))
LATE = a_request(organisation="BZK", asked=(), opened_at=at_time(date(2026, 10, 7), 10), is_follow_up=True)


def led_by(*terms: tuple[str, date | None, date | None], dossier: str = "UIT-01") -> list[Responsibility]:
    """Tell who leads the dossier from when until the day before when."""
    return [
        Responsibility(
            dossier=dossier,
            share=Share.LEAD,
            organisation=ministry,
            valid_from=first,
            valid_to=end and end - timedelta(days=1),
        )
        for ministry, first, end in terms
    ]


PASSES = led_by(("SZW", None, PASSED_ON), ("BZK", PASSED_ON, None))
PASSES_AND_BACK = led_by(("SZW", None, PASSED_ON), ("BZK", PASSED_ON, BACK_ON), ("SZW", BACK_ON, None))


def leads_of(
    terms: Sequence[Responsibility] = (),
    *,
    organisations: Sequence[Organisation] = MINISTRIES,
    known_at: datetime = KNOWN_AT,
    versions: Sequence[Recommendation] = (),
) -> Leads:
    """Return who leads UIT-01 to UIT-03: SZW, SZW and BZK, unless the terms or the versions of UIT-01 say otherwise."""
    return Leads(
        directory=DirectoryHistory(
            organisations=tuple((KNOWN_AT, one) for one in organisations),
            responsibilities=tuple((known_at, term) for term in terms),
        ),
        register={
            "UIT-01": (a_recommendation("UIT-01"), *versions),
            "UIT-02": (a_recommendation("UIT-02"),),
            "UIT-03": (a_recommendation("UIT-03", lead="BZK"),),
        },
    )


def a_line(at: datetime, organisation: str = "SZW", dossier: str = "UIT-01") -> AnsweredLine:
    return AnsweredLine(dossier=dossier, organisation=organisation, at=at)


STAYS = {"2026-Q3:SZW": [(OPENED, ("UIT-01", "UIT-02"))], "2026-Q3:BZK": [(OPENED, ("UIT-03",))]}


def moved_at(moment: datetime) -> dict[str, list[tuple[datetime, tuple[str, ...]]]]:
    """Return what is asked when UIT-01 goes along to BZK at the instant."""
    return {
        "2026-Q3:SZW": [(OPENED, ("UIT-01", "UIT-02")), (moment, ("UIT-02",))],
        "2026-Q3:BZK": [(OPENED, ("UIT-03",)), (moment, ("UIT-01", "UIT-03"))],
    }


def asked_of(
    requests: Sequence[Request], leads: Leads, *lines: AnsweredLine, until: datetime | None = None
) -> dict[str, list[tuple[datetime, tuple[str, ...]]]]:
    """Return from when each request asks about what; nobody is left without a request."""
    asked, orphans = share_over_time(requests, leads, lines, until)
    assert orphans == []
    return asked


@pytest.mark.parametrize(
    ("leads", "moment"),
    [
        pytest.param(leads_of(), None, id="nothing changes"),
        pytest.param(leads_of(PASSES), PASSED, id="from the day on which another ministry leads"),
        pytest.param(leads_of(PASSES, known_at=BACK), BACK, id="but not before it was known"),
        pytest.param(
            leads_of(versions=[a_recommendation(lead="BZK", recorded_at=PASSED)]), PASSED, id="the register says so"
        ),
        pytest.param(
            leads_of(versions=[a_recommendation(title="Anders", recorded_at=PASSED)]), None, id="only another title"
        ),
        pytest.param(leads_of(led_by(("BZK", None, None)), known_at=OPENED), None, id="known when the round opened"),
        pytest.param(
            leads_of(led_by(("SZW", None, None), ("VWS", None, PASSED_ON))), None, id="a ministry that comes second"
        ),
        pytest.param(leads_of(led_by(("SZW", None, PASSED_ON))), None, id="nobody leads it any more"),
        pytest.param(
            leads_of(
                organisations=(
                    Organisation(code="SZW", name="SZW", valid_to=PASSED_ON, successors=("WERK",)),
                    Organisation(code="WERK", name="WERK", valid_from=BACK_ON),
                    MINISTRIES[1],
                )
            ),
            None,
            id="a successor simply holds the request",
        ),
    ],
)
def test_a_dossier_goes_along_to_the_request_of_who_leads_it(leads: Leads, moment: datetime | None) -> None:
    assert asked_of([SZW, BZK], leads) == (STAYS if moment is None else moved_at(moment))


@pytest.mark.parametrize(
    ("request_of_szw", "lines", "stays"),
    [
        pytest.param(SZW, [], False, id="nobody answered"),
        pytest.param(SZW, [a_line(PASSED - timedelta(days=1))], True, id="a line came before"),
        pytest.param(SZW, [a_line(PASSED)], True, id="a line came at that instant"),
        pytest.param(SZW, [a_line(PASSED + timedelta(seconds=1))], False, id="a line came too late"),
        pytest.param(SZW, [a_line(OPENED, dossier="UIT-02")], False, id="a line about another dossier"),
        pytest.param(SZW, [a_line(OPENED, "VWS")], False, id="a line of a stranger"),
        pytest.param(
            SZW, [a_line(OPENED, "VWS"), a_line(OPENED)], True, id="a line of its own after that of a stranger"
        ),
        pytest.param(replace(SZW, waived_at=PASSED), [], True, id="the ministry was excused"),
        pytest.param(replace(SZW, waived_at=BACK), [], False, id="it was excused later"),
    ],
)
def test_what_is_settled_stays_where_it_is(request_of_szw: Request, lines: list[AnsweredLine], stays: bool) -> None:
    asked = asked_of([request_of_szw, BZK], leads_of(PASSES), *lines)

    assert asked == (STAYS if stays else moved_at(PASSED))


def test_it_can_come_back() -> None:
    asked = asked_of([SZW, BZK], leads_of(PASSES_AND_BACK))

    assert asked == {
        "2026-Q3:SZW": [(OPENED, ("UIT-01", "UIT-02")), (PASSED, ("UIT-02",)), (BACK, ("UIT-02", "UIT-01"))],
        "2026-Q3:BZK": [(OPENED, ("UIT-03",)), (PASSED, ("UIT-01", "UIT-03")), (BACK, ("UIT-03",))],
    }


@pytest.mark.parametrize(
    ("until", "moves"),
    [
        pytest.param(PASSED, False, id="ended when it passed"),
        pytest.param(PASSED + timedelta(seconds=1), True, id="ended just after"),
        pytest.param(None, True, id="goes on"),
    ],
)
def test_nothing_moves_after_the_end_of_the_round(until: datetime | None, moves: bool) -> None:
    assert asked_of([SZW, BZK], leads_of(PASSES), until=until) == (moved_at(PASSED) if moves else STAYS)


def test_without_a_request_it_stays_and_is_told_once_for_each_change() -> None:
    both = [*PASSES, *led_by(("SZW", None, PASSED_ON), ("VWS", PASSED_ON, None), dossier="UIT-02")]

    asked, orphans = share_over_time([SZW], leads_of(both), [], None)

    assert asked == {"2026-Q3:SZW": [(OPENED, ("UIT-01", "UIT-02"))]}
    assert orphans == [
        Orphans(moment=PASSED, ministry="BZK", dossiers=("UIT-01",)),
        Orphans(moment=PASSED, ministry="VWS", dossiers=("UIT-02",)),
    ]


def test_a_request_that_opens_later_takes_over_from_then_on() -> None:
    asked, orphans = share_over_time([SZW, LATE], leads_of(PASSES), [], None)

    assert asked == {
        "2026-Q3:SZW": [(OPENED, ("UIT-01", "UIT-02")), (LATE.opened_at, ("UIT-02",))],
        "2026-Q3:BZK": [(LATE.opened_at, ("UIT-01",))],
    }
    assert orphans == [Orphans(moment=PASSED, ministry="BZK", dossiers=("UIT-01",))]


def test_a_request_that_opens_later_starts_empty_whatever_it_asks_about_now() -> None:
    asked = asked_of([SZW, replace(LATE, asked=("UIT-02",))], leads_of())

    assert asked == {"2026-Q3:SZW": [(OPENED, ("UIT-01", "UIT-02"))], "2026-Q3:BZK": [(LATE.opened_at, ())]}


def test_of_two_requests_of_one_ministry_the_first_takes_over() -> None:
    ended = (
        Organisation(code="BZK", name="BZK", valid_to=ADOPTED_ON, successors=("VWS",)),
        *(one for one in MINISTRIES if one.code != "BZK"),
    )
    passes = led_by(("SZW", None, PASSED_ON), ("VWS", PASSED_ON, None))

    asked = asked_of([SZW, BZK, a_request(organisation="VWS", asked=())], leads_of(passes, organisations=ended))

    assert asked == moved_at(PASSED) | {"2026-Q3:VWS": [(OPENED, ())]}


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        pytest.param(a_line(PASSED), True, id="the ministry itself"),
        pytest.param(a_line(PASSED, "BZK"), True, id="who leads the dossier by then"),
        pytest.param(a_line(PASSED - timedelta(seconds=1), "BZK"), False, id="who will lead it"),
        pytest.param(a_line(PASSED, "VWS"), False, id="a stranger"),
        pytest.param(a_line(PASSED, "VWS", dossier="UIT-99"), False, id="a dossier that nobody knows"),
    ],
)
def test_a_line_answers_for_who_is_asked_or_who_leads_by_then(line: AnsweredLine, counts: bool) -> None:
    assert answers(line, SZW, leads_of(PASSES)) is counts


def test_a_line_of_the_successor_answers() -> None:
    organisations = (
        Organisation(code="SZW", name="SZW", valid_to=PASSED_ON - timedelta(days=1), successors=("WERK",)),
        Organisation(code="WERK", name="WERK"),
        MINISTRIES[1],
    )
    leads = leads_of(led_by(("BZK", None, None)), organisations=organisations)

    assert answers(a_line(PASSED, "WERK"), SZW, leads)
    assert not answers(a_line(PASSED - timedelta(seconds=1), "WERK"), SZW, leads)
