"""Which expectations hold, and from when until when? From any moment on it is the same as from the beginning."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.dossiers import RoundTerm
from ipa_core.domain.expectations import HeldExpectation, merge_held
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.rounds import AnsweredLine, RequestHistory
from ipa_core.domain.updates import Rating, Status, StatusUpdate
from ipa_core.rules import rosy_rating
from ipa_core.rules.holding import DossierHistory, expect_of_dossier, hold_dossier, hold_request
from tests.builders import (
    ADOPTED_ON,
    BEGINNING,
    HIGH,
    LOW,
    MEDIUM,
    a_calendar,
    a_decision,
    a_dossier,
    a_history,
    a_policy,
    a_recommendation,
    a_request,
    a_row,
    a_timeline,
    an_answer,
    an_update,
)

FIRST = ADOPTED_ON
TIMELINE = a_timeline(
    PolicyOverride(
        kind=PolicyKind.THRESHOLDS,
        code="T03",
        values={"low_after": 5},
        valid_from=FIRST + timedelta(days=30),
        decision="Proef",
    ),
    calendars=(
        (BEGINNING, a_calendar()),
        (start_of_day(FIRST + timedelta(days=40)), a_calendar(FIRST + timedelta(days=100), version=2)),
    ),
)


def since(rows: list[HeldExpectation], moment: datetime) -> list[HeldExpectation]:
    """Keep what holds at the moment or later, and only from the moment on."""
    kept = (row for row in rows if row.held_until is None or row.held_until > moment)
    return [row._replace(held_from=max(row.held_from, moment)) for row in kept]


def in_order(rows: list[HeldExpectation]) -> list[HeldExpectation]:
    return sorted(rows, key=lambda row: (row.held_from, row.expectation.rule, repr(row.expectation)))


days = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
moments = st.builds(at_time, st.integers(-5, 70).map(lambda n: FIRST + timedelta(days=n)), st.sampled_from([0, 7, 12]))


@st.composite
def updates(draw: st.DrawFn) -> StatusUpdate:
    on = draw(days)
    status = draw(st.sampled_from([*Status, Status.IN_PROGRESS, Status.IN_PROGRESS]))
    progress = draw(st.sampled_from([None, 20, 20, 40]))
    planned_on = draw(st.one_of(st.none(), days))
    reason = draw(st.sampled_from(["", "advies"]))
    if draw(st.booleans()):
        rating = draw(st.sampled_from([None, Rating.ON_TRACK, Rating.ON_TRACK, Rating.AT_RISK]))
        round_code = draw(st.sampled_from(["2025-01", "2025-02"]))
        return an_answer(
            on,
            status=status,
            progress=progress,
            planned_on=planned_on,
            reason=reason,
            rating=rating,
            round_code=round_code,
        )
    known_on = on + timedelta(days=draw(st.sampled_from([0, 0, 10])))
    return an_update(on, status=status, progress=progress, planned_on=planned_on, reason=reason, known_on=known_on)


@st.composite
def histories(draw: st.DrawFn, code: str, *roots: str) -> DossierHistory:
    first = a_recommendation(
        code,
        depends_on=roots,
        recurs=draw(st.sampled_from([None, Recurrence.YEARLY])),
        has_priority=draw(st.booleans()),
    )
    changed = replace(
        first,
        adoption=draw(st.sampled_from(list(Adoption))),
        depends_on=draw(st.sampled_from([roots, ()])),
        recorded_at=draw(moments.filter(lambda at: at > first.recorded_at)),
    )
    versions = draw(st.sampled_from([(first,), (first, changed)]))
    return a_history(*draw(st.lists(updates(), max_size=8)), code=code, versions=versions)


@given(root=histories("WET"), history=histories("UIT-01", "WET"), moment=moments)
def test_from_any_moment_on_the_rows_are_those_of_the_whole_history(
    root: DossierHistory, history: DossierHistory, moment: datetime
) -> None:
    roots = {"WET": hold_dossier(root, TIMELINE, {})}
    later_roots = {"WET": hold_dossier(root, TIMELINE, {}, since=moment)}

    whole = hold_dossier(history, TIMELINE, roots)
    later = hold_dossier(history, TIMELINE, later_roots, since=moment)

    assert in_order(later) == in_order(since(whole, max(moment, history.begins_at)))


@given(history=histories("UIT-01"))
def test_of_one_rule_at_most_one_row_holds_at_a_time_and_none_says_twice_the_same(history: DossierHistory) -> None:
    rows = hold_dossier(history, TIMELINE, {})

    for rule in {row.expectation.rule for row in rows}:
        mine = [row for row in rows if row.expectation.rule == rule]
        assert all(one.held_until is not None for one in mine[:-1])
        assert all(one.held_until <= other.held_from for one, other in pairwise(mine) if one.held_until)
        assert merge_held(mine) == mine
        assert all(row.held_until is None or row.held_from < row.held_until for row in mine)


@given(history=histories("UIT-01"), moment=moments)
def test_what_is_recorded_later_changes_nothing_before_it(history: DossierHistory, moment: datetime) -> None:
    known = tuple(update for update in history.updates if update.recorded_at <= moment)
    versions = tuple(version for version in history.versions if version.recorded_at <= moment) or history.versions[:1]
    then = DossierHistory(versions=versions, updates=known)

    before = [row for row in hold_dossier(history, TIMELINE, {}) if row.held_from <= moment]
    as_known = [row for row in hold_dossier(then, TIMELINE, {}) if row.held_from <= moment]

    def seen(rows: list[HeldExpectation]) -> list[HeldExpectation]:
        is_over = [row.held_until is not None and row.held_until <= moment for row in rows]
        return [row if over else row._replace(held_until=None) for row, over in zip(rows, is_over, strict=True)]

    assert in_order(seen(before)) == in_order(seen(as_known))


def test_a_row_holds_from_the_fact_that_caused_it_until_the_next_one() -> None:
    history = a_history(
        an_update(date(2025, 2, 3), status=Status.BLOCKED), an_answer(date(2025, 3, 3), status=Status.IN_PROGRESS)
    )

    rows = [row for row in hold_dossier(history, a_timeline(), {}) if row.expectation.rule == "V05"]

    assert [(row.held_from, row.held_until) for row in rows] == [
        (start_of_day(date(2025, 2, 3)), at_time(date(2025, 3, 3), 12))
    ]


def rows_of(rule: str, history: DossierHistory) -> list[HeldExpectation]:
    return [row for row in hold_dossier(history, a_timeline(), {}) if row.expectation.rule == rule]


def test_a_decision_and_the_end_of_a_round_change_what_holds() -> None:
    completed = an_answer(date(2025, 2, 3), status=Status.COMPLETED, evidence=("kst-1",))
    verified = a_decision("verify", date(2025, 3, 3))
    moved = (
        an_update(date(2025, 2, 3), planned_on=date(2025, 9, 1)),
        an_update(date(2025, 3, 3), planned_on=date(2026, 9, 1)),
    )
    rebaselined = a_decision("rebaseline", date(2025, 4, 1), planned_on=date(2026, 9, 1))
    rounds = tuple(
        RoundTerm(opened_at=at_time(date(2025, month, 5), 9), ends_at=at_time(date(2025, month, 20), 9))
        for month in (4, 7)
    )

    (pending,) = rows_of("G02", replace(a_history(completed), decisions=(verified,)))
    drift = rows_of("T04", replace(a_history(*moved), decisions=(rebaselined,), rounds=rounds))

    assert (pending.held_from, pending.held_until) == (completed.recorded_at, verified.at)
    assert [(row.held_from, row.held_until) for row in drift] == [
        (start_of_day(date(2025, 3, 3)), rebaselined.at),
        (rebaselined.at, rounds[1].ends_at),
    ]


def test_a_round_of_which_the_date_moves_has_not_ended_until_the_new_day() -> None:
    moved = (
        an_update(date(2025, 2, 3), planned_on=date(2025, 9, 1)),
        an_update(date(2025, 3, 3), planned_on=date(2026, 9, 1)),
    )
    rebaselined = a_decision("rebaseline", date(2025, 4, 1), planned_on=date(2026, 9, 1))
    opened_at, moved_at = at_time(date(2025, 7, 5), 9), at_time(date(2025, 7, 25), 9)
    rounds = (
        RoundTerm(opened_at=at_time(date(2025, 4, 5), 9), ends_at=at_time(date(2025, 4, 20), 9)),
        RoundTerm(opened_at=opened_at, ends_at=at_time(date(2025, 7, 20), 9), moved_at=moved_at),
        RoundTerm(opened_at=opened_at, ends_at=at_time(date(2025, 8, 20), 9)),
    )

    drift = rows_of("T04", replace(a_history(*moved), decisions=(rebaselined,), rounds=rounds))

    assert [(row.held_from, row.held_until) for row in drift[1:]] == [
        (rebaselined.at, rounds[1].ends_at),
        (moved_at, rounds[2].ends_at),
    ]


def test_before_its_first_version_a_dossier_is_what_that_one_says() -> None:
    first, second = a_recommendation(title="Eerst"), a_recommendation(title="Later", recorded_at=at_time(FIRST, 12))

    history = a_history(versions=(first, second))

    assert [history.version_at(at).title for at in (BEGINNING, first.recorded_at, second.recorded_at)] == [
        "Eerst",
        "Eerst",
        "Later",
    ]


def test_the_order_in_which_rows_of_a_root_began_makes_no_difference() -> None:
    begin = FIRST + timedelta(days=3)
    rows = [a_row((begin, HIGH), rule="V03", code=code, held_from=begin) for code in ("M1", "M2")]
    history = a_history(versions=(a_recommendation(depends_on=("WET",)),))

    there, back = (hold_dossier(history, TIMELINE, {"WET": given}) for given in (rows, rows[::-1]))

    assert "O05" in {row.expectation.rule for row in there}
    assert there == back


def test_a_rating_is_judged_by_the_facts_also_when_it_alone_is_asked() -> None:
    dossier = a_dossier(
        an_answer(date(2025, 2, 3), planned_on=date(2025, 3, 3), rating=Rating.ON_TRACK, round_code="2025-01")
    )
    code = rosy_rating.RULE.code

    alone = expect_of_dossier(dossier, (), a_policy(), frozenset({code}))

    assert [one.rule for one in alone] == [code]
    assert alone == [one for one in expect_of_dossier(dossier, (), a_policy()) if one.rule == code]


def test_a_late_fact_is_put_in_its_place_whenever_the_dossier_was_looked_at_before() -> None:
    history = a_history(
        an_update(FIRST, progress=10),
        an_update(FIRST + timedelta(days=20), progress=40, planned_on=FIRST + timedelta(days=90)),
        an_update(FIRST + timedelta(days=10), progress=30, known_on=FIRST + timedelta(days=30)),
        an_update(FIRST + timedelta(days=5), progress=20, known_on=FIRST + timedelta(days=30)),
    )
    running = history.running()

    for moment in sorted({update.recorded_at for update in history.updates}):
        assert running.at(moment, history.versions[0]) == history.at(moment)
    assert [entry.progress for entry in history.at(start_of_day(FIRST + timedelta(days=30))).entries] == [
        10,
        20,
        30,
        40,
    ]


def test_a_fact_that_changes_nothing_for_a_rule_lets_its_row_go_on() -> None:
    history = a_history(an_update(date(2025, 2, 3), progress=20), an_update(date(2025, 3, 3), progress=40))

    rows = [row for row in hold_dossier(history, a_timeline(), {}) if row.expectation.rule == "T03"]

    assert [(row.held_from, row.held_until) for row in rows] == [(start_of_day(ADOPTED_ON), None)]


def test_priority_that_is_given_later_counts_from_then() -> None:
    given_at = at_time(date(2025, 3, 3), 15)
    versions = (a_recommendation(), a_recommendation(has_priority=True, recorded_at=given_at))

    rows = [
        row for row in hold_dossier(a_history(versions=versions), a_timeline(), {}) if row.expectation.rule == "T03"
    ]

    assert [(row.held_from, row.held_until, row.expectation.steps[0].severity) for row in rows] == [
        (start_of_day(ADOPTED_ON), given_at, LOW),
        (given_at, None, MEDIUM),
    ]
    assert [item.name for item in rows[1].expectation.evidence] == ["since", "last_good_on", "priority"]


def test_an_answered_request_held_until_its_answer() -> None:
    answered_at = at_time(date(2026, 10, 12), 12)

    lines = tuple(AnsweredLine(dossier=code, organisation="SZW", at=answered_at) for code in a_request().asked)
    history = RequestHistory(request=a_request(answered_at=answered_at), lines=lines)

    rows = hold_request(history, a_timeline())

    assert [(row.held_from, row.held_until) for row in rows] == [(a_request().opened_at, answered_at)]
    assert hold_request(history, a_timeline(), since=answered_at) == []


def test_rows_that_say_the_same_one_after_the_other_become_one() -> None:
    january, february, march = date(2026, 1, 5), date(2026, 2, 2), date(2026, 3, 2)
    same = (january, HIGH)

    assert merge_held(
        [
            a_row(same, held_from=january, held_until=february),
            a_row(same, rule="V05", held_from=january, held_until=february),
            a_row(same, held_from=february, held_until=march),
            a_row(same, rule="V05", held_from=march),
        ]
    ) == [
        a_row(same, held_from=january, held_until=march),
        a_row(same, rule="V05", held_from=january, held_until=february),
        a_row(same, rule="V05", held_from=march),
    ]
