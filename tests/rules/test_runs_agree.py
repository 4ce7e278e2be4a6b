"""Whatever happens and however often the engine runs: the signals are the same.

Each story is told three times: with a run every day, with one run at the end, and by replay. Thresholds are small, so
that much happens in a few weeks.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipa_core.domain.moments import at_time, day_of, start_of_day
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.domain.updates import RootCause, Status
from ipa_core.intake.table_rows import FIRST_DAY
from ipa_core.store.database import Database, open_database
from tests.builders import a_decision, a_recommendation, an_answer, an_update
from tests.rules.stories import stories
from tests.rules.telling import (
    FIRST,
    LAST,
    LENGTH,
    UNDECIDED,
    Event,
    Story,
    a_folder,
    a_register,
    an_override,
    runs_on,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.intake.programme_folder import ProgrammeFolder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Return one database for all stories; each is a programme of its own."""
    is_embedded = request.param == "sqlite"
    database = open_database("sqlite://" if is_embedded else request.getfixturevalue("postgresql").create_migrated())
    yield database
    database.close()


STORIES = int(os.environ.get("IPA_TEST_STORIES", "3"))
"""Made-up stories per test; `make prove` tells more of them."""

every_day = [FIRST + timedelta(days=n) for n in range(LENGTH + 1)]
quick = settings(
    max_examples=STORIES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@quick
@given(story=stories())
def test_a_run_every_day_finds_what_one_run_at_the_end_and_a_replay_find(database: Database, story: Story) -> None:
    end = at_time(LAST, 7)

    daily = tell(database, story, runs_on(every_day))
    once = tell(database, story, [end])

    assert daily.signals() == once.signals()
    assert daily.changes() == once.changes()
    assert daily.replayed(end) == daily.signals()


@quick
@given(story=stories(), days=st.sets(st.sampled_from(every_day), max_size=12), hour=st.sampled_from([0, 7, 12, 23]))
def test_any_downtime_gives_the_same_signals_as_none(
    database: Database, story: Story, days: set[date], hour: int
) -> None:
    end = at_time(LAST, 7)

    some = tell(database, story, [*(at_time(on, hour) for on in sorted(days) if on != LAST), end])

    assert some.signals() == some.replayed(end)


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(("BRON", "TUSSEN", "EIND"), id="root first in the register"),
        pytest.param(("EIND", "TUSSEN", "BRON"), id="root last in the register"),
    ],
)
def test_a_dependency_that_ended_stays_part_of_the_history(database: Database, order: tuple[str, ...]) -> None:
    stuck_on, ended_at, end = FIRST + timedelta(days=5), at_time(FIRST + timedelta(days=20), 15), at_time(LAST, 7)
    history = [an_update(stuck_on, status=Status.BLOCKED, dossier="BRON")]
    before, after = (
        [one for code in order for one in a_register(**change) if one.code == code]
        for change in ({}, {"depends_on": ()})
    )
    story = Story(folder=a_folder(before, history), events=(Event(at=ended_at, folder=a_folder(after, history)),))

    daily = tell(database, story, runs_on(every_day))

    waited = ("O05", "TUSSEN", 1, stuck_on, day_of(ended_at), Severity.MEDIUM)
    assert waited in daily.signals()
    assert daily.replayed(end) == daily.signals()


def test_a_signal_that_is_solved_on_the_instant_on_which_a_solution_was_due_is_not_asked_about(
    database: Database,
) -> None:
    blocked_on = FIRST + timedelta(days=3)
    due_on = date(2026, 3, 11)  # the day after three working days
    history = [
        an_update(blocked_on, status=Status.BLOCKED, dossier="BRON"),
        an_update(due_on, status=Status.IN_PROGRESS, dossier="BRON"),
    ]
    story = Story(folder=a_folder([a_recommendation("BRON", adopted_on=FIRST)], history))

    daily = tell(database, story, runs_on(every_day))

    found = [(rule, opened_on, resolved_on) for rule, _, _, opened_on, resolved_on, _ in daily.signals()]
    assert ("V05", blocked_on, due_on) in found
    assert "O02" not in {rule for rule, *_ in found}
    assert daily.replayed(at_time(LAST, 7)) == daily.signals()


def test_a_cause_that_two_ministries_share_is_one_problem_until_they_solve_it_together(database: Database) -> None:
    stuck = {"BRON": "SZW", "EIND": "BZK"}
    history = [an_update(FIRST, status=Status.BLOCKED, dossier=code) for code in stuck]

    def says_law(code: str, day: int) -> Event:
        at = at_time(FIRST + timedelta(days=day), 12)
        answer = an_answer(
            day_of(at), at=at, dossier=code, organisation=stuck[code], note="Wacht", root_cause=RootCause.LAW
        )
        return Event(at=at, answer=answer)

    proposed_at = at_time(FIRST + timedelta(days=6), 15)
    proposal = a_decision(
        "propose",
        day_of(proposed_at),
        at=proposed_at,
        dossier="cause:law",
        signal="S03:law:1",
        rule="S03",
        subject="law",
        planned_on=LAST,
        review_on=LAST,
        solution="OPL-1",
    )
    events = (
        says_law("BRON", 2),
        says_law("EIND", 3),
        Event(at=proposed_at, decision=proposal),
        says_law("EIND", 24),
        says_law("BRON", 25),
    )
    register = [a_recommendation(code, adopted_on=FIRST, lead=lead) for code, lead in stuck.items()]
    story, end = Story(folder=a_folder(register, history), events=events), at_time(LAST, 7)

    daily = tell(database, story, runs_on(every_day))

    # The first time it was solved. The second time it was forgotten, eight working days after it was said.
    found = [
        (number, opened_on, resolved_on)
        for rule, _, number, opened_on, resolved_on, _ in daily.signals()
        if rule == "S03"
    ]
    assert found == [
        (1, FIRST + timedelta(days=3), FIRST + timedelta(days=6)),
        (2, FIRST + timedelta(days=25), date(2026, 4, 11)),
    ]
    assert daily.replayed(end) == daily.signals()
    assert tell(database, story, [*runs_on([FIRST + timedelta(days=5)]), end]).changes() == daily.changes()


def test_a_theme_is_a_knelpunt_while_enough_of_its_open_dossiers_are_held_up(database: Database) -> None:
    def day(number: int) -> date:
        return FIRST + timedelta(days=number)

    def at_noon(number: int, **happens: Any) -> Event:
        return Event(at=at_time(day(number), 12), **happens)

    def says(number: int, code: str, status: Status) -> Event:
        at = at_time(day(number), 12)
        return at_noon(number, answer=an_answer(day(number), at=at, dossier=code, organisation="SZW", status=status))

    leads = {"BRON": "SZW", "TUSSEN": "BZK", "EIND": "SZW", "TRAAG": "BZK", "VLUG": "BZK"}
    before = [a_recommendation(code, adopted_on=FIRST, lead=lead) for code, lead in leads.items()]
    after = [
        replace(one, theme="toezicht") if one.code in ("EIND", "TRAAG", "VLUG") else replace(one, lead="SZW")
        for one in before
    ]
    history = [
        an_update(FIRST, status=Status.BLOCKED, dossier="BRON"),
        # What is known ahead: one more dossier is stuck, and another one done.
        an_update(day(10), status=Status.BLOCKED, dossier="TUSSEN"),
        an_update(day(20), status=Status.COMPLETED, dossier="VLUG"),
    ]
    small = an_override("S01", FIRST, {"share": 50, "minimum": 3, "ministries": 2, "left": 30})
    folder = a_folder(before, history)
    folder = replace(folder, overrides=(*folder.overrides, small))
    events = (
        says(25, "BRON", Status.IN_PROGRESS),
        at_noon(30, folder=replace(folder, recommendations=tuple(after))),
        says(40, "BRON", Status.BLOCKED),
        says(50, "TUSSEN", Status.COMPLETED),
    )
    story, end = Story(folder=folder, events=events), at_time(LAST, 7)

    daily = tell(database, story, runs_on(every_day))

    # Two of four from the day on which VLUG is done, until BRON moves again. The move of three to another theme leaves
    # one of two, and then two of two, but too few and of one ministry.
    found = [
        (about, opened_on, resolved_on)
        for rule, about, _, opened_on, resolved_on, _ in daily.signals()
        if rule == "S01"
    ]
    assert found == [("uitvoering", day(20), day(25))]
    assert daily.replayed(end) == daily.signals()
    assert tell(database, story, [*runs_on([day(22)]), end]).changes() == daily.changes()


def test_another_title_leaves_what_the_cabinet_decided_as_it_was(database: Database) -> None:
    decided_at, loaded_at, end = (at_time(FIRST + timedelta(days=day), 15) for day in (30, 40, 60))
    adopted = a_decision("adopt", day_of(decided_at), at=decided_at, dossier="TUSSEN", adoption=Adoption.ADOPTED)
    before, after = (a_register(**UNDECIDED, **change) for change in ({}, {"title": "Een betere titel"}))
    story = Story(
        folder=a_folder(before, []),
        events=(Event(at=decided_at, decision=adopted), Event(at=loaded_at, folder=a_folder(after, []))),
    )

    daily = tell(database, story, [*runs_on(every_day[:60]), end])

    asked = [(opened_on, resolved_on) for rule, *_, opened_on, resolved_on, _ in daily.signals() if rule == "R01"]
    assert asked == [(date(2026, 3, 17), day_of(decided_at))]
    assert daily.replayed(end) == daily.signals() == tell(database, story, [end]).signals()


def test_what_is_adopted_late_gets_its_time_for_a_plan(database: Database) -> None:
    decided_at, confirmed_at, end = (at_time(FIRST + timedelta(days=day), 15) for day in (30, 40, 60))
    adopted = a_decision("adopt", day_of(decided_at), at=decided_at, dossier="TUSSEN", adoption=Adoption.ADOPTED)
    confirmed = a_folder(a_register(advised_on=FIRST), [])
    story = Story(
        folder=a_folder(a_register(**UNDECIDED), []),
        events=(Event(at=decided_at, decision=adopted), Event(at=confirmed_at, folder=confirmed)),
    )

    daily = tell(database, story, [*runs_on(every_day[:60]), end])

    # Eight working days after 1 April, with Good Friday and Easter Monday in between.
    opened = [opened_on for rule, about, _, opened_on, *_ in daily.signals() if (rule, about) == ("T03", "TUSSEN")]
    assert opened == [date(2026, 4, 16)]
    assert daily.replayed(end) == daily.signals() == tell(database, story, [end]).signals()


def test_a_corrected_remark_leaves_the_order_of_one_day_as_a_fresh_load_would_have_it(database: Database) -> None:
    done_on, corrected_at, end = FIRST + timedelta(days=5), at_time(FIRST + timedelta(days=30), 15), at_time(LAST, 7)

    def folder(note: str) -> ProgrammeFolder:
        history = [
            an_update(FIRST, planned_on=FIRST + timedelta(days=20), dossier="BRON"),
            an_update(done_on, progress=90, planned_on=FIRST + timedelta(days=20), note=note, dossier="BRON"),
            an_update(done_on, status=Status.COMPLETED, progress=100, dossier="BRON"),
        ]
        return a_folder([a_recommendation("BRON", adopted_on=FIRST)], history)

    story = Story(folder=folder("Vieerde"), events=(Event(at=corrected_at, folder=folder("Vierde")),))

    daily = tell(database, story, runs_on(every_day))

    assert daily.signals() == tell(database, Story(folder=folder("Vierde")), runs_on(every_day)).signals()
    assert daily.replayed(end) == daily.signals() == tell(database, story, [end]).signals()


def test_a_corrected_remark_undoes_nothing_that_was_decided(database: Database) -> None:
    decided_at, corrected_at, end = (at_time(FIRST + timedelta(days=day), 15) for day in (20, 30, 60))

    def folder(note: str) -> ProgrammeFolder:
        history = [
            an_update(FIRST, planned_on=FIRST + timedelta(days=10), note=note, dossier="BRON"),
            an_update(FIRST + timedelta(days=3), planned_on=FIRST + timedelta(days=40), note=note, dossier="BRON"),
            an_update(FIRST + timedelta(days=5), status=Status.COMPLETED, note=note, dossier="EIND"),
        ]
        return a_folder(a_register(), history)

    decided = (
        a_decision("rebaseline", FIRST, at=decided_at, dossier="BRON", planned_on=LAST + timedelta(days=30)),
        a_decision("refuse", FIRST, at=decided_at, dossier="EIND"),
    )
    events = tuple(Event(at=decided_at, decision=one) for one in decided)
    corrected = (*events, Event(at=corrected_at, folder=folder("Begonnen")))
    story = Story(folder=folder("Begonen"), events=corrected)

    daily = tell(database, story, [*runs_on(every_day[:60]), end])
    as_it_was = tell(database, Story(folder=folder("Begonen"), events=events), [end])

    assert daily.signals() == as_it_was.signals()
    assert daily.replayed(end) == daily.signals() == tell(database, story, [end]).signals()


def test_what_was_to_end_and_goes_on_at_that_instant_is_not_told_again(database: Database) -> None:
    turned_on = FIRST + timedelta(days=10)
    register = [
        a_recommendation("BRON", adopted_on=FIRST),
        *(a_recommendation(code, adopted_on=FIRST, lead="BZK") for code in ("TUSSEN", "EIND")),
        a_recommendation("TRAAG", adopted_on=turned_on, lead="BZK"),
    ]
    history = [
        *(an_update(FIRST, status=Status.BLOCKED, dossier=code) for code in ("BRON", "TUSSEN")),
        # One is done, one is new and one gets stuck: as many are open, and as many of them held up.
        an_update(turned_on, status=Status.COMPLETED, dossier="TUSSEN"),
        an_update(turned_on, status=Status.BLOCKED, dossier="EIND"),
    ]
    story = Story(folder=a_folder(register, history))

    daily = tell(database, story, runs_on(every_day))

    about_theme = [(at, kind) for signal, at, kind, _ in daily.changes() if signal == ":S01:uitvoering:1"]
    assert about_theme == [(start_of_day(FIRST), ChangeKind.OPENED)]
    assert tell(database, story, [at_time(LAST, 7)]).changes() == daily.changes()


def test_the_earliest_date_that_is_accepted_was_near_when_it_became_known(database: Database) -> None:
    folder = a_folder(a_register(), [an_update(FIRST, planned_on=FIRST_DAY, dossier="BRON")])

    told = tell(database, Story(folder=folder), runs_on([FIRST]))

    assert ("T01", "BRON", 1, FIRST, None, Severity.INFO) in told.signals()
