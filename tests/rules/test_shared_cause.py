"""S03: the same cause holds up several ministries."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.directories import DirectoryHistory
from ipa_core.domain.episodes import Episode, Turn
from ipa_core.domain.expectations import HeldExpectation, Subject, SubjectKind
from ipa_core.domain.handovers import Leads
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.organisations import Organisation
from ipa_core.domain.shared_causes import Carrier, CauseGroup, SaidCause, Sharer
from ipa_core.domain.updates import RootCause
from ipa_core.rules.grouping import hold_causes
from ipa_core.rules.shared_cause import RULE
from tests.builders import ADOPTED_ON, HIGH, MEDIUM, a_calendar, a_policy, a_recommendation, a_timeline

FIRST = date(2026, 3, 2)
FORGOTTEN_AFTER = 191
"""Calendar days from FIRST until 130 working days are over, with six holidays, and the next day begins."""

LEADS = {"UIT-01": "SZW", "UIT-02": "SZW", "HUI-01": "BZK", "HUI-02": "BZK"}

Span = tuple[int, int | None]
"""From which day after FIRST on, and until which."""


def on_day(number: int) -> datetime:
    return start_of_day(FIRST + timedelta(days=number))


def a_carrier(dossier: str, *spans: Span, said: Sequence[tuple[int, RootCause]] = ((0, RootCause.LAW),)) -> Carrier:
    """Return a dossier with a signal that was open in these spans, and causes with the days on which they were said."""
    return Carrier(
        dossier=dossier,
        said=tuple(SaidCause(dossier=dossier, at=on_day(number), cause=cause) for number, cause in said),
        episodes=tuple(
            Episode(
                rule="T02",
                subject=Subject(kind=SubjectKind.RECOMMENDATION, code=dossier),
                number=number,
                dossier=dossier,
                turns=(
                    Turn(at=on_day(opened), severity=MEDIUM),
                    *(() if resolved is None else (Turn(at=on_day(resolved), severity=None),)),
                ),
            )
            for number, (opened, resolved) in enumerate(spans, start=1)
        ),
    )


def leads() -> Leads:
    organisations = tuple((start_of_day(ADOPTED_ON), Organisation(code=code, name=code)) for code in ("SZW", "BZK"))
    return Leads(
        directory=DirectoryHistory(organisations=organisations),
        register={code: (a_recommendation(code, lead=lead),) for code, lead in LEADS.items()},
    )


def hold(
    carriers: Sequence[Carrier],
    *proposed: int,
    since: int | None = None,
    standing: HeldExpectation | None = None,
) -> list[HeldExpectation]:
    held = hold_causes(
        carriers,
        {RootCause.LAW: {on_day(number) for number in proposed}},
        leads(),
        a_timeline(),
        since=None if since is None else on_day(since),
        standing={RootCause.LAW: standing} if standing else {},
    )
    return held.get(RootCause.LAW, [])


def spans_of(rows: Sequence[HeldExpectation]) -> list[Span]:
    """Return from when until when something is expected, with rows that follow each other joined."""
    spans: list[Span] = []
    for row in rows:
        if not row.expectation.steps:
            continue
        begins = (day_of(row.held_from) - FIRST).days
        ends = None if row.held_until is None else (day_of(row.held_until) - FIRST).days
        if spans and spans[-1][1] == begins:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    return spans


TWO = (a_carrier("UIT-01", (1, None)), a_carrier("UIT-02", (2, None)))
MONEY = ((0, RootCause.MONEY),)


@pytest.mark.parametrize(
    ("carriers", "proposed", "spans"),
    [
        pytest.param(
            [*TWO, a_carrier("HUI-01", (5, None))], (), [(5, FORGOTTEN_AFTER)], id="three signals of two ministries"
        ),
        pytest.param([*TWO, a_carrier("HUI-01", (5, 9))], (), [(5, FORGOTTEN_AFTER)], id="two left are still a group"),
        pytest.param(
            [a_carrier("UIT-01", (1, None)), a_carrier("UIT-02", (2, 8)), a_carrier("HUI-01", (5, 9))],
            (),
            [(5, 9)],
            id="one left is none",
        ),
        pytest.param(TWO, (), [], id="two signals are none"),
        pytest.param([*TWO[:1], a_carrier("UIT-02", (1, 3), (4, None), (6, None))], (), [], id="all of one ministry"),
        pytest.param([*TWO, a_carrier("HUI-01", (5, None), said=MONEY)], (), [], id="another cause"),
        pytest.param(
            [*TWO, a_carrier("HUI-01", (5, None), said=[*MONEY, (7, RootCause.LAW)])],
            (),
            [(7, FORGOTTEN_AFTER)],
            id="the last that was said counts",
        ),
        pytest.param(
            [*TWO, a_carrier("HUI-01", (5, None), said=[(7, RootCause.LAW), (9, RootCause.DATA)])],
            (),
            [(7, FORGOTTEN_AFTER)],
            id="two remain when a ministry says another cause",
        ),
        pytest.param([*TWO, a_carrier("HUI-01", (5, None))], (9,), [(5, 9)], id="a joint solution settles it"),
        pytest.param([*TWO, a_carrier("HUI-01", (5, None))], (3,), [(5, FORGOTTEN_AFTER)], id="not one from before"),
        pytest.param(
            [*TWO, a_carrier("HUI-01", (5, 12), (20, None))],
            (9,),
            [(5, 9), (20, FORGOTTEN_AFTER)],
            id="settled until it falls apart and forms anew",
        ),
        pytest.param([*TWO, a_carrier("HUI-01", (5, None), (20, None))], (9,), [(5, 9)], id="a settled group may grow"),
    ],
)
def test_what_holds_up_several_ministries_is_one_problem(
    carriers: Sequence[Carrier], proposed: Sequence[int], spans: list[Span]
) -> None:
    assert spans_of(hold(carriers, *proposed)) == spans


def test_the_evidence_names_every_signal_with_who_leads_and_when_the_cause_was_said() -> None:
    group = CauseGroup(
        cause=RootCause.LAW,
        on=FIRST,
        sharers=tuple(
            Sharer(signal=f"T02:{code}:1", rule="T02", dossier=code, ministry=LEADS[code], said_on=FIRST)
            for code in ("HUI-01", "UIT-01", "UIT-02")
        ),
    )

    (expectation,) = RULE.expect(group, a_policy().thresholds["S03"].values, a_calendar())

    assert expectation.subject == Subject(kind=SubjectKind.ROOT_CAUSE, code="law")
    assert [(step.on, step.severity) for step in expectation.steps] == [(FIRST, HIGH)]
    assert [(item.name, item.value) for item in expectation.evidence] == [
        ("cause", "law"),
        ("formed_on", FIRST),
        ("count", 3),
        ("ministry", "BZK"),
        ("ministry", "SZW"),
        *(
            pair
            for code in ("HUI-01", "UIT-01", "UIT-02")
            for pair in (
                ("member", f"T02:{code}:1"),
                ("member_rule", "T02"),
                ("member_code", code),
                ("member_lead", LEADS[code]),
                ("said_on", FIRST),
            )
        ),
    ]


@st.composite
def made_up_carriers(draw: st.DrawFn) -> list[Carrier]:
    carriers = []
    for dossier in LEADS:
        days = draw(st.lists(st.integers(0, 30), unique=True, max_size=5).map(sorted))
        spans: list[Span] = [(first, end) for first, end in zip(days[::2], [*days[1::2], None], strict=False)]
        causes = st.tuples(st.integers(0, 30), st.sampled_from([RootCause.LAW, RootCause.LAW, RootCause.DATA]))
        said = sorted(draw(st.lists(causes, unique_by=lambda one: one[0], min_size=1, max_size=2)))
        carriers.append(a_carrier(dossier, *spans, said=said))
    return carriers


@given(carriers=made_up_carriers(), proposed=st.sets(st.integers(0, 30), max_size=3), since=st.integers(1, 30))
def test_what_is_held_from_a_row_that_stood_is_what_is_held_from_the_beginning(
    carriers: list[Carrier], proposed: set[int], since: int
) -> None:
    whole = hold(carriers, *proposed)
    standing = next(
        (one for one in whole if one.held_from < on_day(since) and (one.held_until or on_day(999)) >= on_day(since)),
        None,
    )

    rest = hold(carriers, *proposed, since=since, standing=standing)

    before = [one for one in whole if one.held_until is not None and one.held_until <= on_day(since)]
    cut = [one for one in whole if one.held_from < on_day(since) and one not in before]
    assert [(one.expectation, one.held_until) for one in (*before, *rest)] == [
        (one.expectation, one.held_until) for one in whole
    ]
    assert len(cut) <= 1


@given(carriers=made_up_carriers(), day=st.integers(0, 40))
def test_nothing_is_said_about_fewer_than_two_signals(carriers: list[Carrier], day: int) -> None:
    rows = hold(carriers)

    moment = on_day(day)
    held = [row for row in rows if row.held_from <= moment and (row.held_until is None or moment < row.held_until)]
    count = sum(
        len(carrier.open_at(moment))
        for carrier in carriers
        if (said := carrier.cause_at(moment)) is not None and said.cause is RootCause.LAW
    )
    assert not held or count >= 2
