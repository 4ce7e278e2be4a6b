"""S01: too many dossiers of one theme are held up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.directories import DirectoryHistory
from ipa_core.domain.episodes import Episode, Turn
from ipa_core.domain.expectations import Expectation, HeldExpectation, Subject, SubjectKind
from ipa_core.domain.handovers import Leads
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.organisations import Organisation
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.themes import Member, Theme, ThemeHistory, concerns_theme, count_openings
from ipa_core.domain.updates import Status
from ipa_core.rules.grouping import hold_theme
from ipa_core.rules.theme_knelpunt import RULE, place
from tests.builders import (
    ADOPTED_ON,
    HIGH,
    LOW,
    MEDIUM,
    a_calendar,
    a_dossier,
    a_policy,
    a_recommendation,
    a_timeline,
    an_update,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ipa_core.domain.severities import Severity

FIRST = ADOPTED_ON.replace(year=2026)
WONEN = Subject(kind=SubjectKind.THEME, code="Wonen")
LEADS = {"HUI-01": "BZK", "HUI-02": "BZK", "HUI-03": "SZW", "HUI-04": "SZW", "HUI-05": ""}

Span = tuple[int, int | None]
"""From which day after FIRST on, and until which."""

ALWAYS: tuple[Span, ...] = ((0, None),)


def on_day(number: int) -> datetime:
    return start_of_day(FIRST.fromordinal(FIRST.toordinal() + number))


def day_number(moment: datetime | None) -> int | None:
    return None if moment is None else (day_of(moment) - FIRST).days


def a_place(begins: int, ends: int | None) -> HeldExpectation:
    return HeldExpectation(
        expectation=Expectation(rule=RULE.code, subject=WONEN, steps=()),
        held_from=on_day(begins),
        held_until=None if ends is None else on_day(ends),
    )


def a_signal(dossier: str, *turns: tuple[int, Severity | None], rule: str = "T02") -> Episode:
    return Episode(
        rule=rule,
        subject=Subject(kind=SubjectKind.RECOMMENDATION, code=dossier),
        number=1,
        dossier=dossier,
        turns=tuple(Turn(at=on_day(number), severity=severity) for number, severity in turns),
    )


def a_member(dossier: str, *episodes: Episode, places: Sequence[Span] = ALWAYS) -> Member:
    return Member(dossier=dossier, places=tuple(a_place(*span) for span in places), episodes=episodes)


def stuck(dossier: str, begins: int, ends: int | None = None, *, places: Sequence[Span] = ALWAYS) -> Member:
    """Return a dossier with a signal of medium in this time."""
    solved: list[tuple[int, Severity | None]] = [] if ends is None else [(ends, None)]
    return a_member(dossier, a_signal(dossier, (begins, MEDIUM), *solved), places=places)


def hold(
    members: Sequence[Member],
    others: Sequence[Span] = (),
    *,
    since: int | None = None,
    standing: HeldExpectation | None = None,
) -> list[HeldExpectation]:
    """Hold a theme with these members, and with others that have no signals."""
    spans = [*(place for member in members for place in member.places), *(a_place(*span) for span in others)]
    organisations = tuple((start_of_day(ADOPTED_ON), Organisation(code=code, name=code)) for code in ("SZW", "BZK"))
    leads = Leads(
        directory=DirectoryHistory(organisations=organisations),
        register={code: (a_recommendation(code, lead=lead),) for code, lead in LEADS.items()},
    )
    history = ThemeHistory(
        theme=WONEN.code,
        openings=count_openings((one.held_from, one.held_until, 1) for one in spans),
        members=tuple(members),
    )
    begins_at = None if since is None else on_day(since)
    return hold_theme(history, leads, a_timeline(), since=begins_at, standing=standing)


def spans_of(rows: Sequence[HeldExpectation]) -> list[tuple[int | None, int | None]]:
    """Return from when until when something is expected, with rows that follow each other joined."""
    spans: list[tuple[int | None, int | None]] = []
    for row in rows:
        begins, ends = day_number(row.held_from), day_number(row.held_until)
        if spans and spans[-1][1] == begins:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    return spans


@pytest.mark.parametrize(
    ("episode", "concerns"),
    [
        pytest.param(a_signal("HUI-01", (1, MEDIUM), (4, None)), True, id="solved at that instant"),
        pytest.param(a_signal("HUI-01", (1, LOW), (6, MEDIUM)), True, id="heavier since"),
        pytest.param(a_signal("HUI-01", (1, MEDIUM), (3, None)), False, id="solved before"),
        pytest.param(a_signal("HUI-01", (1, LOW), (5, None)), False, id="always too light"),
        pytest.param(a_signal("HUI-01", (5, HIGH), rule="K01"), False, id="a rule that says nothing of a theme"),
    ],
)
def test_what_a_signal_did_since_may_change_how_its_theme_stands(episode: Episode, *, concerns: bool) -> None:
    assert concerns_theme(episode, on_day(4)) is concerns


def test_a_dossier_is_held_up_by_any_of_its_signals() -> None:
    light, heavy = a_signal("HUI-01", (1, LOW)), a_signal("HUI-01", (3, MEDIUM), rule="V01")

    held_up = [a_member("HUI-01", light, heavy).is_held_up_at(on_day(day)) for day in (2, 3)]

    assert held_up == [False, True]


TWO = (stuck("HUI-01", 1), stuck("HUI-03", 2))


@pytest.mark.parametrize(
    ("members", "others", "spans"),
    [
        pytest.param(TWO, 3 * ALWAYS, [(2, None)], id="two of five is forty per cent"),
        pytest.param(TWO, 4 * ALWAYS, [], id="two of six is less"),
        pytest.param(TWO, ALWAYS, [(2, None)], id="three open dossiers are enough"),
        pytest.param(TWO, (), [], id="two are not"),
        pytest.param((stuck("HUI-01", 1), stuck("HUI-02", 2)), ALWAYS, [], id="all of one ministry"),
        pytest.param((stuck("HUI-01", 1), stuck("HUI-05", 2)), ALWAYS, [], id="nobody is no ministry"),
        pytest.param(
            (TWO[0], a_member("HUI-03", a_signal("HUI-03", (2, LOW), (5, HIGH)))),
            ALWAYS,
            [(5, None)],
            id="from medium on",
        ),
        pytest.param(
            (TWO[0], a_member("HUI-03", a_signal("HUI-03", (2, HIGH), rule="O05"))),
            ALWAYS,
            [],
            id="waiting for another dossier does not count",
        ),
        pytest.param(
            (stuck("HUI-01", 1, 6), stuck("HUI-03", 2)), 2 * ALWAYS, [(2, None)], id="a quarter is still a knelpunt"
        ),
        pytest.param((stuck("HUI-01", 1, 6), stuck("HUI-03", 2)), 3 * ALWAYS, [(2, 6)], id="less is none"),
        pytest.param(
            (stuck("HUI-01", 1, 6), stuck("HUI-03", 2)),
            (*ALWAYS, (0, 4)),
            [(2, None)],
            id="it lasts with fewer dossiers or ministries than it took to form",
        ),
        pytest.param(TWO, (*2 * ALWAYS, (0, 7), (0, 7)), [(7, None)], id="others that are done make the share larger"),
        pytest.param(TWO, (*ALWAYS, *4 * ((6, None),)), [(2, None)], id="new ones make it less, but not little enough"),
        pytest.param(TWO, (*ALWAYS, *6 * ((6, 9),)), [(2, 6), (9, None)], id="or little enough, for a while"),
        pytest.param(
            (TWO[0], stuck("HUI-03", 2, places=((0, 5),))), 3 * ALWAYS, [(2, None)], id="what is closed does not count"
        ),
        pytest.param(
            (TWO[0], stuck("HUI-03", 2, places=((8, None),))), ALWAYS, [(8, None)], id="from when it is in the theme"
        ),
        pytest.param((stuck("HUI-01", 1, 5), stuck("HUI-03", 2, 5)), ALWAYS, [(2, 5)], id="nothing left"),
        pytest.param(
            (stuck("HUI-01", 1, 5), stuck("HUI-03", 2, 5), stuck("HUI-02", 9), stuck("HUI-04", 11)),
            ALWAYS,
            [(2, 5), (11, None)],
            id="it forms anew",
        ),
    ],
)
def test_a_theme_is_a_knelpunt_when_too_much_of_it_is_held_up(
    members: Sequence[Member], others: Sequence[Span], spans: list[Span]
) -> None:
    assert spans_of(hold(members, others)) == spans


def test_the_evidence_counts_the_dossiers_by_ministry_from_the_day_on_which_it_became_a_knelpunt() -> None:
    theme = Theme(code="Wonen", on=FIRST, open=7, held_up={"SZW": 1, "BZK": 2, "": 1, "JenV": 0})

    (expectation,) = RULE.expect(theme, a_policy().thresholds["S01"].values, a_calendar())

    assert expectation.subject == WONEN
    assert [(step.on, step.severity) for step in expectation.steps] == [(FIRST, HIGH)]
    assert [(item.name, item.value) for item in expectation.evidence] == [
        ("theme", "Wonen"),
        ("formed_on", FIRST),
        ("open", 7),
        ("held_up", 4),
        ("ministry", "BZK"),
        ("count", 2),
        ("ministry", "SZW"),
        ("count", 1),
    ]


@pytest.mark.parametrize(
    ("register", "status", "is_counted"),
    [
        pytest.param({"theme": "Wonen"}, Status.IN_PROGRESS, True, id="open"),
        pytest.param({"theme": "Wonen"}, Status.BLOCKED, True, id="blocked is open"),
        pytest.param({"theme": "Wonen"}, Status.COMPLETED, False, id="completed"),
        pytest.param({"theme": "Wonen"}, Status.DROPPED, False, id="dropped"),
        pytest.param({"theme": "Wonen", "adoption": Adoption.NOT_ADOPTED}, Status.IN_PROGRESS, False, id="not adopted"),
        pytest.param({"theme": ""}, Status.IN_PROGRESS, False, id="without a theme"),
    ],
)
def test_an_open_dossier_has_its_place_in_its_theme_and_waits_there_for_nothing(
    register: dict[str, object], status: Status, is_counted: bool
) -> None:
    dossier = a_dossier(an_update(FIRST, status=status), **register)

    assert [(one.rule, one.subject, one.steps) for one in place(dossier)] == [("S01", WONEN, ())] * is_counted


@st.composite
def made_up_members(draw: st.DrawFn) -> list[Member]:
    def spans() -> list[Span]:
        days = draw(st.lists(st.integers(0, 30), unique=True, max_size=4).map(sorted))
        return list(zip(days[::2], [*days[1::2], None], strict=False))

    weights = st.sampled_from([None, LOW, MEDIUM, HIGH])
    members = []
    for dossier in LEADS:
        turns = draw(st.lists(st.tuples(st.integers(0, 30), weights), unique_by=lambda one: one[0], max_size=5))
        members.append(a_member(dossier, a_signal(dossier, *sorted(turns, key=lambda one: one[0])), places=spans()))
    return members


@given(members=made_up_members(), since=st.integers(1, 30))
def test_what_is_held_from_a_row_that_stood_is_what_is_held_from_the_beginning(
    members: list[Member], since: int
) -> None:
    whole = hold(members, ALWAYS)
    before = [row for row in whole if row.held_from < on_day(since)]
    standing = next((row for row in before if row.held_until is None or row.held_until >= on_day(since)), None)

    rest = hold(members, ALWAYS, since=since, standing=standing)

    over = [row for row in before if row.held_until is not None and row.held_until <= on_day(since)]
    assert [(row.expectation, row.held_until) for row in (*over, *rest)] == [
        (row.expectation, row.held_until) for row in whole
    ]


@given(members=made_up_members(), day=st.integers(0, 40))
def test_a_knelpunt_has_at_least_the_share_that_keeps_it_one(members: list[Member], day: int) -> None:
    rows = [row for row in hold(members, ALWAYS) if row.holds_at(on_day(day))]

    open_now = 1 + sum(any(place.holds_at(on_day(day)) for place in member.places) for member in members)
    held_up = sum(member.is_held_up_at(on_day(day)) for member in members)
    assert not rows or 4 * held_up >= open_now
