"""What is the state of one dossier, as known at a moment, and how did it get there?"""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.folds import RunningFold, fold
from ipa_core.domain.moments import start_of_day
from ipa_core.domain.recommendations import Adoption, DossierKind, Milestone, Recurrence
from ipa_core.domain.updates import Effect, Status, StatusUpdate
from tests.builders import (
    END,
    a_dossier,
    a_planned_date,
    a_recommendation,
    an_answer,
    an_update,
    numbered,
)

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 12) for month in range(1, 5))
JUNE, JULY, AUGUST = (date(2026, month, 1) for month in range(6, 9))
DONE = Status.COMPLETED


def test_a_dossier_nobody_spoke_about_has_not_started() -> None:
    dossier = a_dossier()

    assert (dossier.status, dossier.progress, dossier.planned_on, dossier.first_planned_on, dossier.effect) == (
        Status.NOT_STARTED,
        None,
        None,
        None,
        Effect.UNKNOWN,
    )
    assert (dossier.last, dossier.cycle, dossier.since_closing, dossier.last_material_change) == (None, (), (), None)


def test_signals_are_about_the_recommendation_or_the_measure() -> None:
    subjects = [a_dossier(kind=kind).subject for kind in DossierKind]

    assert subjects == [
        Subject(kind=SubjectKind.RECOMMENDATION, code="UIT-01"),
        Subject(kind=SubjectKind.MEASURE, code="UIT-01"),
    ]


@pytest.mark.parametrize(
    ("effects", "seen"),
    [
        pytest.param((), Effect.UNKNOWN, id="nobody said"),
        pytest.param((Effect.PARTIAL, None, None), Effect.PARTIAL, id="said once"),
        pytest.param((Effect.NONE, Effect.VISIBLE, Effect.VISIBLE, Effect.PARTIAL), Effect.PARTIAL, id="the last word"),
    ],
)
def test_the_effect_is_the_last_that_was_said(effects: tuple[Effect | None, ...], seen: Effect) -> None:
    updates = [an_update(JANUARY + timedelta(days=number), effect=effect) for number, effect in enumerate(effects)]

    assert a_dossier(*updates).effect is seen


@pytest.mark.parametrize(
    ("updates", "plans"),
    [
        pytest.param((an_update(JANUARY, planned_on=JUNE),), (JUNE, JUNE, JUNE, None), id="a first date"),
        pytest.param(
            (an_update(JANUARY, planned_on=JUNE), an_update(FEBRUARY, planned_on=JULY)),
            (JULY, JUNE, JULY, JUNE),
            id="a later date",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=JULY), an_update(FEBRUARY, planned_on=JUNE)),
            (JUNE, JULY, JUNE, None),
            id="an earlier date is no shift",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=JUNE), an_update(FEBRUARY)),
            (None, JUNE, JUNE, None),
            id="an empty date in history: the plan vanished",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=JUNE), an_update(FEBRUARY), an_update(MARCH, planned_on=JULY)),
            (JULY, JUNE, JULY, JUNE),
            id="after it vanished a later date is a shift from the last one given",
        ),
        pytest.param(
            (an_update(JANUARY, planned_on=JUNE), an_answer(FEBRUARY, progress=40)),
            (JUNE, JUNE, JUNE, None),
            id="an answer that does not speak of it keeps it",
        ),
        *(
            pytest.param(
                (an_update(JANUARY, planned_on=JUNE), an_update(FEBRUARY, status=status)),
                (JUNE, JUNE, JUNE, None),
                id=f"an empty date beside {status} takes nothing away",
            )
            for status in (Status.COMPLETED, Status.DROPPED, Status.SUPERSEDED)
        ),
        pytest.param((a_planned_date(JUNE), an_update(JANUARY)), (None, JUNE, JUNE, None), id="the register's date"),
        pytest.param(
            (an_update(JANUARY, planned_on=JUNE), an_update(FEBRUARY, milestone="M1", planned_on=JULY)),
            (JUNE, JUNE, JUNE, None),
            id="the date of a milestone is its own",
        ),
    ],
)
def test_the_first_date_stays_and_the_latest_one_given_is_remembered(
    updates: tuple[StatusUpdate, ...], plans: tuple[date | None, ...]
) -> None:
    last = a_dossier(*updates).entries[-1]

    assert (last.planned_on, last.first_planned_on, last.last_planned_on, last.moved_from) == plans


@pytest.mark.parametrize(
    ("updates", "seen"),
    [
        pytest.param((an_update(MARCH, progress=40), an_update(JANUARY, progress=20)), [20, 40], id="by day"),
        pytest.param((an_update(MARCH, progress=40), an_update(MARCH, progress=20)), [40, 20], id="then by number"),
        pytest.param(
            (an_update(MARCH, progress=40), an_update(JANUARY, progress=20, known_on=APRIL)),
            [20, 40],
            id="a late fact about an earlier day leaves the present alone",
        ),
        pytest.param(
            (an_update(JANUARY, progress=40), an_update(MARCH)), [40, 40], id="an empty figure keeps the last"
        ),
    ],
)
def test_facts_stand_in_the_order_of_the_days_they_speak_about(
    updates: tuple[StatusUpdate, ...], seen: list[int]
) -> None:
    assert [entry.progress for entry in a_dossier(*updates).entries] == seen


@pytest.mark.parametrize(
    ("known_on", "progress"),
    [
        pytest.param(JANUARY - timedelta(days=1), None, id="nothing yet"),
        pytest.param(JANUARY, 20, id="from its own day"),
        pytest.param(MARCH, 20, id="not before it was recorded"),
        pytest.param(APRIL, 40, id="once it was recorded"),
    ],
)
def test_as_of_a_moment_only_what_was_recorded_counts(known_on: date, progress: int | None) -> None:
    updates = (an_update(JANUARY, progress=20), an_update(FEBRUARY, progress=40, known_on=APRIL))

    assert a_dossier(*updates, known_at=start_of_day(known_on)).progress == progress


@pytest.mark.parametrize(("known_on", "progress"), [(FEBRUARY, [20]), (MARCH, [30])])
def test_a_correction_takes_the_place_of_what_it_corrects_from_the_moment_it_is_known(
    known_on: date, progress: list[int]
) -> None:
    wrong = an_update(JANUARY, progress=20, seq=1)
    right = an_update(JANUARY, progress=30, known_on=MARCH, seq=2, supersedes=1)

    dossier = a_dossier(wrong, right, known_at=start_of_day(known_on))

    assert [entry.progress for entry in dossier.entries] == progress


@pytest.mark.parametrize("asked", [(APRIL,), (FEBRUARY, MARCH, APRIL)], ids=["at once", "one after the other"])
def test_a_correction_keeps_its_place_among_the_facts_of_one_day(asked: tuple[date, ...]) -> None:
    facts = (
        an_update(JANUARY, progress=10, seq=1),
        an_update(JANUARY, progress=20, seq=2),
        an_update(JANUARY, progress=30, seq=3),
        an_update(JANUARY, progress=21, known_on=MARCH, seq=4, supersedes=2),
        an_update(JANUARY, progress=22, known_on=APRIL, seq=5, supersedes=4),
        an_update(JANUARY, progress=11, known_on=APRIL, seq=6, supersedes=1),
    )
    running = RunningFold(facts)

    for on in asked:
        dossier = running.at(start_of_day(on), a_recommendation())

    assert [entry.progress for entry in dossier.entries] == [11, 22, 30]


def test_a_corrected_line_about_a_milestone_keeps_its_place_too() -> None:
    facts = (
        an_update(JANUARY, milestone="M1", status=Status.IN_PROGRESS, note="tpyo", seq=1),
        an_update(JANUARY, milestone="M1", status=DONE, seq=2),
        an_update(JANUARY, milestone="M1", status=Status.IN_PROGRESS, note="typo", known_on=MARCH, seq=3, supersedes=1),
    )
    step = Milestone(code="M1", dossier="UIT-01", title="Eerste stap")

    (standing,) = fold(a_recommendation(), facts, known_at=END, milestones=[step]).milestones

    assert standing.is_reached


@pytest.mark.parametrize(
    ("second", "cycles"),
    [
        pytest.param(an_update(FEBRUARY), [0, 1], id="work begins anew"),
        pytest.param(an_update(FEBRUARY, status=DONE), [0, 0], id="completed again without a date"),
        pytest.param(
            an_update(FEBRUARY, status=DONE, planned_on=JUNE), [0, 0], id="completed again with the same date"
        ),
        pytest.param(an_update(FEBRUARY, status=DONE, planned_on=JULY), [0, 1], id="completed with the next date"),
        pytest.param(an_update(FEBRUARY, status=None, planned_on=JULY), [0, 1], id="only the next date"),
        pytest.param(an_update(FEBRUARY, status=None, planned_on=JUNE), [0, 0], id="only the same date"),
        pytest.param(an_update(FEBRUARY, milestone="M1"), [0, 0], id="a line about a milestone"),
        pytest.param(an_answer(FEBRUARY, is_unchanged=True), [0, 0], id="an answer that says unchanged"),
        pytest.param(an_update(FEBRUARY, status=Status.DROPPED), [0, 1], id="the next year is dropped"),
    ],
)
def test_a_recurring_duty_begins_a_cycle_with_the_first_other_line_after_its_completion(
    second: StatusUpdate, cycles: list[int]
) -> None:
    dossier = a_dossier(an_update(JANUARY, status=DONE, planned_on=JUNE), second, recurs=Recurrence.YEARLY)

    assert [entry.cycle for entry in dossier.entries] == cycles


def test_who_only_gives_the_next_date_of_a_recurring_duty_has_not_begun_it() -> None:
    dossier = a_dossier(
        an_update(JANUARY, status=DONE, planned_on=JUNE),
        an_update(FEBRUARY, status=None, planned_on=JULY),
        recurs=Recurrence.YEARLY,
    )

    assert (dossier.status, dossier.cycle[0].planned_on, dossier.cycle[0].first_planned_on) == (
        Status.NOT_STARTED,
        JULY,
        JULY,
    )


def test_a_new_cycle_starts_clean_and_the_finished_one_stays_closed() -> None:
    dossier = a_dossier(
        an_update(JANUARY, status=DONE, planned_on=JUNE, progress=100), an_update(FEBRUARY), recurs=Recurrence.YEARLY
    )

    new = dossier.cycle[0]
    assert (len(dossier.cycle), new.previous_status, new.progress, new.first_planned_on, new.has_vanished) == (
        1,
        None,
        None,
        None,
        False,
    )
    assert not new.is_reopening
    assert dossier.entries[0].status is DONE


def test_without_recurrence_there_is_one_cycle() -> None:
    dossier = a_dossier(an_update(JANUARY, status=DONE), an_update(FEBRUARY))

    assert [(entry.cycle, entry.is_reopening) for entry in dossier.entries] == [(0, False), (0, True)]


@pytest.mark.parametrize(
    ("update", "is_material"),
    [
        pytest.param(an_update(FEBRUARY, progress=40, planned_on=JUNE), False, id="the same again"),
        pytest.param(an_update(FEBRUARY, planned_on=JUNE, note="nog bezig"), False, id="a remark"),
        pytest.param(an_update(FEBRUARY, planned_on=JUNE, source="kst-2"), False, id="another source"),
        pytest.param(an_update(FEBRUARY, planned_on=JUNE, evidence=["kst-1"]), False, id="the same evidence"),
        pytest.param(an_update(FEBRUARY, planned_on=JUNE, evidence=["kst-1", "kst-2"]), True, id="new evidence"),
        pytest.param(an_update(FEBRUARY, planned_on=JUNE, progress=39), True, id="other progress"),
        pytest.param(an_update(FEBRUARY, planned_on=JUNE, status=Status.BLOCKED), True, id="another status"),
        pytest.param(an_update(FEBRUARY, planned_on=JULY), True, id="another date in history"),
        pytest.param(an_update(FEBRUARY), True, id="the date vanished in history"),
        pytest.param(an_answer(FEBRUARY, planned_on=JULY), False, id="another date in an answer without a reason"),
        pytest.param(an_answer(FEBRUARY, planned_on=JULY, reason="advies"), True, id="and with a reason"),
        pytest.param(an_answer(FEBRUARY, reason="advies"), False, id="a reason for nothing"),
        pytest.param(an_answer(FEBRUARY, is_unchanged=True), False, id="unchanged"),
        pytest.param(an_update(FEBRUARY, milestone="M1", status=DONE), True, id="a milestone is reached"),
        pytest.param(an_update(FEBRUARY, milestone="M0", status=DONE), False, id="a milestone that was reached before"),
        pytest.param(an_update(FEBRUARY, milestone="M1", planned_on=JULY), False, id="a milestone moves"),
    ],
)
def test_a_change_is_material_when_something_else_is_true_now(update: StatusUpdate, *, is_material: bool) -> None:
    before = (
        an_update(JANUARY, progress=40, planned_on=JUNE, evidence=["kst-1"]),
        an_update(JANUARY, milestone="M0", status=DONE),
    )

    assert a_dossier(*before, update).entries[-1].is_material == is_material


@pytest.mark.parametrize(
    ("updates", "states"),
    [
        pytest.param((an_update(JANUARY),), (False, False, True), id="at work"),
        pytest.param((an_update(JANUARY, status=DONE),), (True, True, False), id="completed as public record"),
        pytest.param((an_answer(JANUARY, status=DONE),), (True, False, True), id="completed, not verified"),
        pytest.param(
            (an_answer(JANUARY, status=DONE), an_update(FEBRUARY, status=DONE)),
            (True, False, True),
            id="said first by the ministry itself",
        ),
        pytest.param((an_update(JANUARY, status=Status.DROPPED),), (True, False, False), id="dropped"),
        pytest.param((an_update(JANUARY, status=Status.SUPERSEDED),), (True, False, False), id="superseded"),
    ],
)
def test_a_round_asks_about_what_is_not_finished_and_verified(
    updates: tuple[StatusUpdate, ...], states: tuple[bool, bool, bool]
) -> None:
    dossier = a_dossier(*updates)

    assert (dossier.is_closed, dossier.is_verified, dossier.is_asked_on(APRIL)) == states


@pytest.mark.parametrize(
    ("recurs", "planned_on", "on", "is_asked"),
    [
        pytest.param(Recurrence.YEARLY, MARCH, MARCH, False, id="on the day that it was due"),
        pytest.param(Recurrence.YEARLY, MARCH, MARCH + timedelta(days=1), True, id="the day after: a new year began"),
        pytest.param(Recurrence.YEARLY, None, date(2025, 2, 28), False, id="no planned date: a year after completion"),
        pytest.param(Recurrence.YEARLY, None, date(2025, 3, 1), True, id="a year after 29 February"),
        pytest.param(None, MARCH, JULY, False, id="once done, a plain dossier stays done"),
    ],
)
def test_a_round_asks_about_a_recurring_duty_again_once_its_year_is_over(
    recurs: Recurrence | None, planned_on: date | None, on: date, *, is_asked: bool
) -> None:
    done = an_update(date(2024, 2, 29) if planned_on is None else FEBRUARY, status=DONE, planned_on=planned_on)

    assert a_dossier(done, recurs=recurs).is_asked_on(on) == is_asked


@pytest.mark.parametrize(
    ("adoption", "is_expected"),
    [
        (Adoption.ADOPTED, True),
        (Adoption.PARTLY, True),
        (Adoption.NOT_ADOPTED, False),
        (Adoption.UNDECIDED, False),
    ],
)
def test_something_is_expected_of_what_was_adopted(adoption: Adoption, *, is_expected: bool) -> None:
    dossier = a_dossier(an_update(JANUARY), adoption=adoption)

    assert (dossier.is_adopted, dossier.is_asked_on(APRIL), not dossier.is_closed) == (is_expected,) * 3


def test_after_a_reopening_only_what_came_since_counts() -> None:
    dossier = a_dossier(
        an_update(JANUARY),
        an_update(FEBRUARY, status=DONE),
        an_update(MARCH, status=Status.BLOCKED),
        an_update(APRIL),
    )

    assert [entry.on for entry in dossier.since_closing] == [MARCH, APRIL]
    assert [entry.on for entry in a_dossier(an_update(JANUARY), an_update(APRIL)).since_closing] == [JANUARY, APRIL]


def test_the_present_status_is_counted_from_the_first_line_that_said_it() -> None:
    dossier = a_dossier(
        an_update(JANUARY, status=Status.BLOCKED),
        an_update(FEBRUARY),
        an_update(MARCH, status=Status.BLOCKED),
        an_update(APRIL, status=Status.BLOCKED),
    )

    assert dossier.first_of_present_status.on == MARCH


statuses = st.sampled_from(list(Status))
lines = st.lists(
    st.builds(
        an_update,
        st.dates(JANUARY, APRIL),
        status=statuses,
        progress=st.sampled_from([None, 20, 40]),
        planned_on=st.one_of(st.none(), st.dates(JUNE, AUGUST)),
        known_on=st.one_of(st.none(), st.dates(JANUARY, APRIL)),
    ),
    max_size=8,
)


@given(lines, st.randoms(use_true_random=False), st.sampled_from([None, Recurrence.YEARLY]))
def test_the_order_in_which_facts_are_read_makes_no_difference(
    updates: list[StatusUpdate], chance: Random, recurs: Recurrence | None
) -> None:
    facts = list(numbered(updates))
    recommendation = a_recommendation(recurs=recurs)
    before = fold(recommendation, facts, known_at=END)

    chance.shuffle(facts)

    assert fold(recommendation, facts, known_at=END) == before


@given(lines)
def test_the_first_date_never_changes_and_a_shift_is_always_later(updates: list[StatusUpdate]) -> None:
    entries = a_dossier(*updates).entries

    first = [entry.first_planned_on for entry in entries if entry.first_planned_on is not None]
    assert len(set(first)) <= 1
    assert all(
        entry.last_planned_on is not None and entry.last_planned_on > entry.moved_from
        for entry in entries
        if entry.moved_from is not None
    )
