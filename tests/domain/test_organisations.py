"""Who is responsible on a day?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.organisations import (
    Contact,
    Organisation,
    Responsibility,
    Role,
    Share,
    holders_on,
    is_valid_on,
    present_holder,
)

LAST = date(2026, 6, 30)
NEXT = date(2026, 7, 1)


def an_organisation(code: str, *successors: str, valid_to: date | None = None) -> Organisation:
    return Organisation(code=code, name=code, valid_to=valid_to, successors=successors)


def the_ministries(*organisations: Organisation) -> dict[str, Organisation]:
    return {one.code: one for one in organisations}


@pytest.mark.parametrize(
    ("on", "is_valid"),
    [
        pytest.param(date(2026, 1, 31), False, id="the day before"),
        pytest.param(date(2026, 2, 1), True, id="the first day"),
        pytest.param(LAST, True, id="the last day"),
        pytest.param(NEXT, False, id="the day after"),
    ],
)
def test_both_ends_of_a_term_are_inclusive(on: date, *, is_valid: bool) -> None:
    contact = Contact(
        organisation="SZW",
        name="A",
        email="a@szw.example",
        role=Role.MAIN,
        valid_from=date(2026, 2, 1),
        valid_to=LAST,
    )

    assert is_valid_on(contact, on) == is_valid


def test_empty_ends_mean_always() -> None:
    assert is_valid_on(an_organisation("SZW"), date.min)
    assert is_valid_on(an_organisation("SZW"), date.max)


@pytest.mark.parametrize(
    ("code", "on", "holder"),
    [
        pytest.param("SZW", NEXT, "SZW", id="who lives keeps it"),
        pytest.param("OUD", LAST, "OUD", id="until its last day"),
        pytest.param("OUD", NEXT, "NIEUW", id="from the day after its first successor"),
        pytest.param("OUDER", NEXT, "NIEUW", id="along the line"),
        pytest.param("OUDER", LAST, "OUD", id="along the line, as far as it had come"),
        pytest.param("WEG", NEXT, None, id="nobody came after it"),
        pytest.param("KRING-1", NEXT, None, id="a circle ends"),
        pytest.param("ONBEKEND", NEXT, None, id="unknown"),
        pytest.param("GESPLITST", NEXT, "SZW", id="of a split the first; the others take what is listed"),
        pytest.param("VERWIJST", NEXT, None, id="a successor that is unknown"),
    ],
)
def test_an_ended_organisation_is_replaced_by_its_first_successor(code: str, on: date, holder: str | None) -> None:
    ministries = the_ministries(
        an_organisation("SZW", "NIEUW"),
        an_organisation("OUDER", "OUD", valid_to=date(2025, 12, 31)),
        an_organisation("OUD", "NIEUW", valid_to=LAST),
        an_organisation("NIEUW"),
        an_organisation("WEG", valid_to=LAST),
        an_organisation("KRING-1", "KRING-2", valid_to=LAST),
        an_organisation("KRING-2", "KRING-1", valid_to=LAST),
        an_organisation("GESPLITST", "SZW", "NIEUW", valid_to=LAST),
        an_organisation("VERWIJST", "ONBEKEND", valid_to=LAST),
    )

    assert present_holder(code, ministries, on) == holder


MINISTRIES = the_ministries(
    an_organisation("SZW"), an_organisation("BZK"), an_organisation("OUD", "BZK", valid_to=LAST), an_organisation("AZ")
)


def a_responsibility(
    organisation: str, share: Share = Share.LEAD, *, valid_from: date | None = None, valid_to: date | None = None
) -> Responsibility:
    return Responsibility(
        dossier="UIT-01", share=share, organisation=organisation, valid_from=valid_from, valid_to=valid_to
    )


@pytest.mark.parametrize(
    ("listed", "rows", "on", "holders"),
    [
        pytest.param(("SZW",), (), NEXT, ("SZW",), id="what the register says"),
        pytest.param(("OUD",), (), LAST, ("OUD",), id="its last day"),
        pytest.param(("OUD",), (), NEXT, ("BZK",), id="its successor"),
        pytest.param(("OUD", "BZK"), (), NEXT, ("BZK",), id="the successor was there already: once"),
        pytest.param(("SZW",), (a_responsibility("BZK"),), NEXT, ("BZK",), id="a row takes the place of the register"),
        pytest.param(
            ("SZW",),
            (a_responsibility("SZW", valid_to=LAST), a_responsibility("BZK", valid_from=NEXT)),
            LAST,
            ("SZW",),
            id="a field that is handed over: the last day",
        ),
        pytest.param(
            ("SZW",),
            (a_responsibility("SZW", valid_to=LAST), a_responsibility("BZK", valid_from=NEXT)),
            NEXT,
            ("BZK",),
            id="a field that is handed over: the day after",
        ),
        pytest.param(("SZW",), (a_responsibility("BZK", valid_to=LAST),), NEXT, (), id="a row that ended: nobody"),
        pytest.param(
            ("SZW",), (a_responsibility("BZK", Share.CO_LEAD),), NEXT, ("SZW",), id="a row for the other share"
        ),
        pytest.param(("SZW",), (a_responsibility("OUD"),), NEXT, ("BZK",), id="the organisation of a row ended"),
        pytest.param(("SZW",), (a_responsibility("BZK"), a_responsibility("AZ")), NEXT, ("BZK", "AZ"), id="two rows"),
        pytest.param((), (), NEXT, (), id="nobody is listed"),
    ],
)
def test_rows_take_the_place_of_the_register_and_successors_that_of_who_ended(
    listed: tuple[str, ...], rows: tuple[Responsibility, ...], on: date, holders: tuple[str, ...]
) -> None:
    assert holders_on(Share.LEAD, listed, rows, MINISTRIES, on) == holders


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.integers(-10, 700))
def test_along_a_line_there_is_always_exactly_one_holder(lengths: list[int], day: int) -> None:
    ends = [LAST + timedelta(days=sum(lengths[: n + 1])) for n in range(len(lengths))]
    line = [an_organisation(str(n), str(n + 1), valid_to=end) for n, end in enumerate(ends)]
    ministries = the_ministries(*line, an_organisation(str(len(line))))
    on = LAST + timedelta(days=day)

    holder = present_holder("0", ministries, on)

    assert holder == str(next((n for n, end in enumerate(ends) if on <= end), len(line)))
