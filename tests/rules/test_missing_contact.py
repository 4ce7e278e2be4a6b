"""K04: nobody can be asked at an organisation that leads something."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.directories import DirectoryHistory, Reach, lead_terms, reach_over_time
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.organisations import Contact, Organisation, Responsibility, Role, Share
from ipa_core.domain.recommendations import Recommendation
from ipa_core.rules.holding import hold_organisation
from ipa_core.rules.missing_contact import RULE
from ipa_core.rules.rule import NoThresholds
from tests.builders import ADOPTED_ON, HIGH, a_calendar, a_recommendation, a_timeline

KNOWN_AT = start_of_day(ADOPTED_ON)
MAY, JUNE, JULY = date(2026, 5, 4), date(2026, 6, 1), date(2026, 7, 1)


def a_contact(organisation: str = "SZW", role: Role = Role.MAIN, **changes: Any) -> Contact:
    email = f"{organisation.casefold()}-{role.value}@ministerie.example"
    return Contact(organisation=organisation, name=f"Contactpunt {organisation}", email=email, role=role, **changes)


def a_directory(
    *contacts: Contact | tuple[datetime, Contact],
    organisations: Sequence[Organisation] = (),
    responsibilities: Sequence[Responsibility] = (),
) -> DirectoryHistory:
    known = organisations or [Organisation(code=code, name=code) for code in ("SZW", "BZK")]
    return DirectoryHistory(
        organisations=tuple((KNOWN_AT, one) for one in known),
        contacts=tuple(one if isinstance(one, tuple) else (KNOWN_AT, one) for one in contacts),
        responsibilities=tuple((KNOWN_AT, one) for one in responsibilities),
    )


def out_of_reach(directory: DirectoryHistory, *versions: Recommendation) -> dict[str, list[tuple[date, date | None]]]:
    """Return by organisation from when to when K04 holds for it."""
    found = reach_over_time(lead_terms([versions or (a_recommendation(),)], directory), directory)
    rows = {code: hold_organisation(reaches, a_timeline()) for code, reaches in found.items()}
    return {
        code: [(row.held_from.date(), row.held_until and row.held_until.date()) for row in mine]
        for code, mine in rows.items()
        if mine
    }


def instant(day: date) -> date:
    """The day on which an instant at midnight in Amsterdam falls in UTC, where rows are kept."""
    return start_of_day(day).date()


LEFT = a_contact(valid_to=MAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("directory", "missing"),
    [
        pytest.param(a_directory(a_contact()), [], id="somebody, always"),
        pytest.param(a_directory(a_contact(role=Role.DEPUTY)), [], id="a deputy will do"),
        pytest.param(a_directory(a_contact(role=Role.COORDINATOR)), [(ADOPTED_ON, None)], id="a coordinator will not"),
        pytest.param(a_directory(), [(ADOPTED_ON, None)], id="nobody, ever"),
        pytest.param(a_directory(a_contact("BZK")), [(ADOPTED_ON, None)], id="somebody elsewhere"),
        pytest.param(a_directory(LEFT), [(MAY, None)], id="left"),
        pytest.param(
            a_directory(LEFT, a_contact(role=Role.DEPUTY, valid_from=JUNE)), [(MAY, JUNE)], id="a gap of a month"
        ),
        pytest.param(a_directory(LEFT, (start_of_day(JULY), a_contact())), [(MAY, JULY)], id="back when it was known"),
        pytest.param(
            a_directory(
                a_contact("BZK"),
                responsibilities=[
                    Responsibility(
                        dossier="UIT-01", share=Share.LEAD, organisation="SZW", valid_to=MAY - timedelta(days=1)
                    ),
                    Responsibility(dossier="UIT-01", share=Share.LEAD, organisation="BZK", valid_from=MAY),
                ],
            ),
            [(ADOPTED_ON, MAY)],
            id="it leads nothing any more",
        ),
        pytest.param(
            a_directory(
                a_contact("BZK"),
                organisations=[
                    Organisation(code="SZW", name="SZW", valid_to=MAY - timedelta(days=1), successors=("BZK",)),
                    Organisation(code="BZK", name="BZK"),
                ],
            ),
            [(ADOPTED_ON, MAY)],
            id="it ended, and its successor can be asked",
        ),
    ],
)
def test_who_leads_something_can_be_asked(directory: DirectoryHistory, missing: list[tuple[date, date | None]]) -> None:
    expected = [(instant(first), end and instant(end)) for first, end in missing]

    assert out_of_reach(directory) == ({"SZW": expected} if expected else {})


def test_a_new_lead_in_the_register_counts_from_when_it_was_known() -> None:
    moved = a_recommendation(lead="BZK", recorded_at=start_of_day(MAY))

    found = out_of_reach(a_directory(a_contact("SZW")), a_recommendation(), moved)

    assert found == {"BZK": [(instant(MAY), None)]}


def test_it_is_heavy_at_once_and_tells_since_when() -> None:
    (expectation,) = RULE.expect(Reach(organisation="SZW", missing_since=MAY), NoThresholds(), a_calendar())

    assert [(step.on, step.severity) for step in expectation.steps] == [(MAY, HIGH)]
    assert [(item.name, item.value, item.source) for item in expectation.evidence] == [
        ("organisation", "SZW", ""),
        ("missing_since", MAY, "contacts.csv"),
    ]


def test_it_is_held_from_the_moment_that_is_asked_about_but_not_before_it_began() -> None:
    reaches = [(start_of_day(MAY), Reach(organisation="SZW", missing_since=MAY))]

    found = [
        hold_organisation(reaches, a_timeline(), since=since and start_of_day(since))[0].held_from
        for since in (None, ADOPTED_ON, JUNE)
    ]

    assert found == [start_of_day(MAY), start_of_day(MAY), start_of_day(JUNE)]


def test_who_can_be_asked_is_left_alone() -> None:
    assert list(RULE.expect(Reach(organisation="SZW", missing_since=None), NoThresholds(), a_calendar())) == []


@given(
    terms=st.lists(
        st.tuples(st.sampled_from([Role.MAIN, Role.DEPUTY]), st.integers(0, 60), st.integers(0, 20)), max_size=4
    ),
    day=st.integers(0, 90),
)
def test_it_holds_exactly_on_the_days_without_anybody(terms: list[tuple[Role, int, int]], day: int) -> None:
    spans = [
        (role, ADOPTED_ON + timedelta(days=first), ADOPTED_ON + timedelta(days=first + length))
        for role, first, length in terms
    ]
    contacts = [
        Contact(organisation="SZW", name="", email=f"{n}@x.example", role=role, valid_from=first, valid_to=last)
        for n, (role, first, last) in enumerate(spans)
    ]
    on = ADOPTED_ON + timedelta(days=day)
    directory = a_directory(*contacts)
    reaches = reach_over_time(lead_terms([(a_recommendation(),)], directory), directory)

    rows = hold_organisation(reaches["SZW"], a_timeline()) if "SZW" in reaches else []

    moment = start_of_day(on)
    is_held = any(row.held_from <= moment and (row.held_until is None or moment < row.held_until) for row in rows)
    assert is_held is not any(first <= on <= last for _, first, last in spans)
