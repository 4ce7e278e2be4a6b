"""Who is who on a day, as known at a moment, and at which instants may that change?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from ipa_core.domain.bounces import AWAY_FOR
from ipa_core.domain.directories import DirectoryHistory, LeadTerm, Reach, lead_terms, leading, reach_over_time
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.organisations import Contact, Organisation, Responsibility, Role, Share
from ipa_core.domain.recommendations import Recommendation
from tests.builders import a_recommendation

DAYS = [date(2026, 3, 2) + timedelta(days=number) for number in range(6)]
T0, T1, T2, T3, T4, _ = MOMENTS = [start_of_day(day) for day in DAYS]
MINISTRIES = tuple(Organisation(code=code, name=code) for code in ("SZW", "BZK", "VWS"))


def a_mailbox(organisation: str = "SZW", role: Role = Role.MAIN, *, name: str = "team", **term: date) -> Contact:
    return Contact(organisation=organisation, name=name, email=f"{name}@rijk.example", role=role, **term)


def a_term(organisation: str, dossier: str = "UIT-01", share: Share = Share.LEAD, **term: date) -> Responsibility:
    return Responsibility(dossier=dossier, share=share, organisation=organisation, **term)


def a_directory(*facts: Contact | Responsibility | tuple[datetime, Contact | Responsibility]) -> DirectoryHistory:
    """Return what was known from the beginning, or since an instant."""
    dated = [fact if isinstance(fact, tuple) else (T0, fact) for fact in facts]
    return DirectoryHistory(
        organisations=tuple((T0, one) for one in MINISTRIES),
        contacts=tuple((at, fact) for at, fact in dated if isinstance(fact, Contact)),
        responsibilities=tuple((at, fact) for at, fact in dated if isinstance(fact, Responsibility)),
    )


def led(*leads: tuple[datetime, str], code: str = "UIT-01") -> tuple[Recommendation, ...]:
    """Return the versions of a dossier in which the register names these leads."""
    return tuple(a_recommendation(code, lead=lead, recorded_at=at) for at, lead in leads)


def test_one_mailbox_may_serve_two_ministries_and_two_roles() -> None:
    directory = a_directory(a_mailbox("SZW"), a_mailbox("BZK"), a_mailbox("SZW", Role.DEPUTY)).at(T0)

    assert [one.organisation for one in directory.contacts] == ["SZW", "BZK", "SZW"]
    assert directory.on_duty(Role.MAIN, "SZW", DAYS[0]) == (a_mailbox("SZW"),)
    assert directory.on_duty(Role.MAIN, "BZK", DAYS[0]) == (a_mailbox("BZK"),)
    assert directory.on_duty(Role.DEPUTY, "SZW", DAYS[0]) == (a_mailbox("SZW", Role.DEPUTY),)
    assert directory.on_duty(Role.DEPUTY, "BZK", DAYS[0]) == ()


@pytest.mark.parametrize(
    ("after", "is_away"),
    [
        (-timedelta(microseconds=1), False),
        (timedelta(), True),
        (AWAY_FOR - timedelta(microseconds=1), True),
        (AWAY_FOR, False),
    ],
)
def test_a_mailbox_that_returned_mail_is_away_for_a_while(after: timedelta, is_away: bool) -> None:
    known = replace(a_directory(a_mailbox()), returned=((T2, "team@rijk.example"),))

    assert known.at(T2 + after).away == ({"team@rijk.example"} if is_away else set())


def test_of_those_who_share_a_mailbox_the_one_on_duty_in_the_right_role_and_ministry_is_meant() -> None:
    left = a_mailbox("BZK", valid_to=DAYS[0])
    main, deputy, other = a_mailbox("SZW"), a_mailbox("SZW", Role.DEPUTY), a_mailbox("VWS")
    directory = a_directory(left, other, deputy, main).at(T0)
    find = partial(directory.find_contact, "team@rijk.example")

    assert find("BZK", DAYS[0], (Role.MAIN,)) == left
    assert find("BZK", DAYS[1], (Role.MAIN,)) == other
    assert find("SZW", DAYS[1], (Role.MAIN,)) == main
    assert find("SZW", DAYS[1], (Role.DEPUTY, Role.MAIN)) == deputy
    assert find("SZW", DAYS[1], (Role.MAIN, Role.DEPUTY)) == main
    assert find("SZW", DAYS[1], (Role.PROJECT_LEAD,)) == deputy
    assert directory.find_contact("niemand@rijk.example", "SZW", DAYS[1]) is None


def test_who_left_a_ministry_is_found_and_is_not_on_duty_there() -> None:
    left = a_mailbox("BZK", valid_to=DAYS[0])
    alone, both = a_directory(left).at(T0), a_directory(left, a_mailbox("SZW")).at(T0)

    assert alone.find_contact("team@rijk.example", "BZK", DAYS[1]) == left
    assert [one.is_on_duty("team@rijk.example", "BZK", DAYS[1]) for one in (alone, both)] == [False, False]
    assert both.is_on_duty("team@rijk.example", "BZK", DAYS[0])
    assert both.is_on_duty("team@rijk.example", "VWS", DAYS[1])
    assert both.ministries_of("team@rijk.example", DAYS[1]) == {"SZW"}


def test_of_all_ministries_together_each_mailbox_is_written_to_once() -> None:
    directory = a_directory(a_mailbox("SZW"), a_mailbox("BZK", name="TEAM"), a_mailbox("VWS", name="ander")).at(T0)

    assert [one.email.casefold() for one in directory.on_duty(Role.MAIN, None, DAYS[0])] == [
        "team@rijk.example",
        "ander@rijk.example",
    ]


def test_what_was_said_last_about_a_contact_counts_from_when_it_was_known() -> None:
    leaves = a_mailbox(valid_to=DAYS[3])
    history = a_directory(a_mailbox(), (T2, leaves))

    assert history.at(T2 - timedelta(seconds=1)).contacts == (a_mailbox(),)
    assert history.at(T2).contacts == (leaves,)
    assert history.at(T2).on_duty(Role.MAIN, "SZW", DAYS[3]) == (leaves,)
    assert history.at(T2).on_duty(Role.MAIN, "SZW", DAYS[4]) == ()


def test_a_ministry_may_lead_one_dossier_co_lead_it_and_lead_another() -> None:
    directory = a_directory(a_term("BZK"), a_term("BZK", share=Share.CO_LEAD), a_term("BZK", "UIT-02")).at(T0)
    first, second, third = (a_recommendation(code, co_leads=("VWS",)) for code in ("UIT-01", "UIT-02", "UIT-03"))

    assert [directory.holders(Share.LEAD, one, DAYS[0]) for one in (first, second, third)] == [
        ("BZK",),
        ("BZK",),
        ("SZW",),
    ]
    assert [directory.holders(Share.CO_LEAD, one, DAYS[0]) for one in (first, second, third)] == [
        ("BZK",),
        ("VWS",),
        ("VWS",),
    ]


def test_two_terms_of_one_ministry_stand_beside_each_other() -> None:
    directory = a_directory(a_term("BZK", valid_to=DAYS[1]), a_term("BZK", valid_from=DAYS[3])).at(T0)

    assert [directory.lead(a_recommendation(), on) for on in DAYS[:5]] == ["BZK", "BZK", None, "BZK", "BZK"]


def test_it_may_change_when_something_was_known_and_when_a_term_begins_or_is_over() -> None:
    history = a_directory((T1, a_mailbox(valid_from=DAYS[3])), (T2, a_term("BZK", valid_to=DAYS[3])))

    assert history.changes(with_contacts=False) == {T0, T2, T4}
    assert history.changes(with_contacts=True) == {T0, T1, T2, T3, T4}


@pytest.mark.parametrize(
    ("versions", "terms"),
    [
        pytest.param([led((T0, "SZW"))], {"SZW": [(T0, None)]}, id="one lead"),
        pytest.param([led((T0, "SZW"), (T2, "BZK"))], {"SZW": [(T0, T2)], "BZK": [(T2, None)]}, id="another lead"),
        pytest.param([led((T0, "SZW"), (T1, "SZW"))], {"SZW": [(T0, None)]}, id="only another row"),
        pytest.param(
            [led((T0, "SZW"), (T1, "BZK"), (T3, "SZW"))],
            {"SZW": [(T0, T1), (T3, None)], "BZK": [(T1, T3)]},
            id="with a gap",
        ),
        pytest.param(
            [led((T1, "SZW"), (T3, "BZK")), led((T0, "SZW"), (T2, "BZK"))],
            {"SZW": [(T0, T3)], "BZK": [(T2, None)]},
            id="terms that overlap, the later one first",
        ),
        pytest.param(
            [led((T0, "SZW"), (T3, "BZK")), led((T1, "SZW"), (T2, "BZK"))],
            {"SZW": [(T0, T3)], "BZK": [(T2, None)]},
            id="one within the other",
        ),
        pytest.param(
            [led((T0, "SZW"), (T2, "BZK")), led((T1, "SZW"))],
            {"SZW": [(T0, None)], "BZK": [(T2, None)]},
            id="one that goes on",
        ),
        pytest.param(
            [led((T0, "SZW")), led((T1, "SZW"), (T2, "BZK"))],
            {"SZW": [(T0, None)], "BZK": [(T2, None)]},
            id="one after which nothing can go on",
        ),
    ],
)
def test_dossiers_with_the_same_lead_are_one_group(
    versions: list[tuple[Recommendation, ...]], terms: dict[str, list[tuple[datetime, datetime | None]]]
) -> None:
    assert spans(lead_terms(versions, a_directory())) == terms


def test_a_dossier_whose_responsibilities_are_listed_stands_for_itself() -> None:
    register = [led((T0, "SZW"), (T1, "SZW")), led((T0, "SZW"), code="UIT-02")]

    found = lead_terms(register, a_directory(a_term("BZK")))

    assert [(term.recommendation.code, term.since, term.until) for term in found] == [
        ("UIT-01", T0, T1),
        ("UIT-01", T1, None),
        ("UIT-02", T0, None),
    ]


def test_a_ministry_leads_from_the_beginning_of_a_term_until_its_end() -> None:
    terms = [LeadTerm(recommendation=a_recommendation(), since=T1, until=T3)]

    found = [leading(terms, a_directory().at(at), at) for at in MOMENTS[:4]]

    assert found == [set(), {"SZW"}, {"SZW"}, set()]


def test_who_passed_on_its_last_dossier_need_not_be_reached_from_then_on() -> None:
    register = [led((T0, "SZW"), (T2, "BZK")), led((T0, "BZK"), code="UIT-02")]
    history = a_directory(a_mailbox("BZK"))

    found = reach_over_time(lead_terms(register, history), history)

    assert found == {
        "SZW": [
            (T0, Reach(organisation="SZW", missing_since=DAYS[0])),
            (T2, Reach(organisation="SZW", missing_since=None)),
        ]
    }


def spans(terms: list[LeadTerm]) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """Return by lead from when until when."""
    found: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for term in terms:
        found.setdefault(term.recommendation.lead, []).append((term.since, term.until))
    return found
