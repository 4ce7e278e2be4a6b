"""How did one signal go, and what did people decide about it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ipa_core.domain.episodes import Episode, Escalation, Turn, as_turn, tell_episodes, with_escalations
from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import Change, ChangeKind
from ipa_core.domain.updates import RootCause
from tests.builders import HIGH, LOW, MEDIUM, a_row
from tests.rules.episodes import a_proposal, an_episode, escalated, on_signal

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in range(2, 7))
AFTERNOON = at_time(TUESDAY, 15)
"""The moment of a decision on Tuesday."""
PROPOSAL = a_proposal(TUESDAY, planned_on=THURSDAY, review_on=FRIDAY)


def snoozed_until(*turns: tuple[datetime, Severity | None]) -> date:
    """Return when a signal wakes up that was snoozed on Tuesday afternoon until Friday."""
    snoozed = an_episode(decisions=[on_signal("snooze", TUESDAY, until=FRIDAY)])
    ((since, until),) = replace(snoozed, turns=tuple(Turn(at=at, severity=weight) for at, weight in turns)).snoozes()
    assert since == TUESDAY
    return until


@pytest.mark.parametrize(
    ("turns", "until"),
    [
        pytest.param([(start_of_day(MONDAY), MEDIUM)], FRIDAY, id="nothing happens"),
        pytest.param([(start_of_day(MONDAY), MEDIUM), (start_of_day(WEDNESDAY), HIGH)], WEDNESDAY, id="it weighs more"),
        pytest.param([(start_of_day(MONDAY), MEDIUM), (start_of_day(WEDNESDAY), LOW)], FRIDAY, id="it weighs less"),
        pytest.param(
            [(start_of_day(MONDAY), MEDIUM), (start_of_day(WEDNESDAY), MEDIUM)], FRIDAY, id="it weighs the same"
        ),
        pytest.param([(start_of_day(MONDAY), MEDIUM), (start_of_day(WEDNESDAY), None)], WEDNESDAY, id="it is solved"),
        pytest.param(
            [(start_of_day(MONDAY), LOW), (AFTERNOON, MEDIUM)], FRIDAY, id="it was heavier when it was snoozed"
        ),
        pytest.param(
            [(start_of_day(MONDAY), LOW), (start_of_day(TUESDAY), HIGH), (start_of_day(THURSDAY), HIGH)],
            FRIDAY,
            id="the last weight before the snooze counts",
        ),
        pytest.param(
            [(start_of_day(MONDAY), MEDIUM), (start_of_day(FRIDAY + timedelta(days=3)), HIGH)],
            FRIDAY,
            id="it weighs more long after",
        ),
    ],
)
def test_a_snooze_ends_early_when_the_signal_weighs_more(
    turns: list[tuple[datetime, Severity | None]], until: date
) -> None:
    assert snoozed_until(*turns) == until


def test_a_snooze_without_an_end_lasts_for_its_day() -> None:
    assert an_episode((MONDAY, MEDIUM), decisions=[on_signal("snooze", TUESDAY)]).snoozes() == [(TUESDAY, TUESDAY)]


@pytest.mark.parametrize(
    ("turns", "since"),
    [
        pytest.param([(MONDAY, HIGH)], MONDAY, id="from its opening"),
        pytest.param([(MONDAY, MEDIUM), (TUESDAY, HIGH), (WEDNESDAY, HIGH)], TUESDAY, id="since it rose"),
        pytest.param([(MONDAY, MEDIUM)], None, id="it never did"),
        pytest.param([(MONDAY, HIGH), (TUESDAY, LOW), (WEDNESDAY, HIGH)], WEDNESDAY, id="since it rose again"),
        pytest.param([(MONDAY, HIGH), (TUESDAY, LOW)], None, id="it fell"),
        pytest.param([(MONDAY, HIGH), (TUESDAY, None)], None, id="it was solved"),
    ],
)
def test_it_weighs_so_much_since_the_day_after_which_it_never_weighed_less(
    turns: list[tuple[date, Severity | None]], since: date | None
) -> None:
    assert an_episode(*turns).weighs_since(HIGH) == since


def test_at_an_instant_only_what_had_happened_by_then_is_known() -> None:
    snooze, proposal = on_signal("snooze", MONDAY, until=FRIDAY), PROPOSAL
    episode = an_episode((MONDAY, LOW), (TUESDAY, MEDIUM), (WEDNESDAY, None), decisions=[snooze, proposal])

    assert episode.changes == (
        start_of_day(MONDAY),
        start_of_day(TUESDAY),
        start_of_day(WEDNESDAY),
        snooze.at,
        proposal.at,
    )
    assert episode.at(start_of_day(TUESDAY)) == an_episode((MONDAY, LOW), (TUESDAY, MEDIUM), decisions=[snooze])
    assert episode.at(AFTERNOON) == an_episode((MONDAY, LOW), (TUESDAY, MEDIUM), decisions=[snooze, proposal])
    assert episode.at(start_of_day(WEDNESDAY)) == episode
    assert [episode.at(start_of_day(on)).severity for on in (MONDAY, TUESDAY, WEDNESDAY)] == [LOW, MEDIUM, None]


def test_at_an_instant_nobody_knows_a_later_escalation_or_that_one_will_come_back() -> None:
    first, second = escalated(TUESDAY, returned_on=THURSDAY), escalated(WEDNESDAY)
    episode = replace(an_episode((MONDAY, LOW)), escalations=(first, second))

    assert episode.changes == (start_of_day(MONDAY), first.at, first.returned_at, second.at)
    assert episode.at(start_of_day(TUESDAY)).escalations == ()
    assert episode.at(first.at).escalations == (Escalation(at=first.at),)
    assert episode.at(at_time(THURSDAY, 12)) == episode
    assert [episode.at(start_of_day(on)).unanswered_at for on in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)] == [
        None,
        first.at,
        first.at,
        second.at,
    ]


def test_an_escalation_belongs_to_the_signal_that_it_is_about_or_to_the_request_that_is_late() -> None:
    def late(number: int, on: date) -> Episode:
        subject = Subject(kind=SubjectKind.REQUEST, code="2026-Q1:SZW")
        return replace(an_episode((on, LOW), rule="K01", number=number), subject=subject)

    went = {"ipa:T04:UIT-01:1": [escalated(TUESDAY)], "2026-Q1:SZW": [escalated(WEDNESDAY)]}
    episodes = [an_episode((MONDAY, LOW)), an_episode((MONDAY, LOW), number=2), late(1, MONDAY), late(2, FRIDAY)]

    found = [list(one.escalations) for one in with_escalations(episodes, went, "ipa")]

    assert found == [[escalated(TUESDAY)], [], [escalated(WEDNESDAY)], []]


@pytest.mark.parametrize(
    ("rule", "turns", "is_running"),
    [
        pytest.param("T04", [(MONDAY, HIGH)], True, id="an open signal"),
        pytest.param("T04", [(MONDAY, HIGH), (FRIDAY, None)], False, id="a solved one"),
        pytest.param("G03", [(MONDAY, HIGH)], True, id="evidence is missing, which can be worked on"),
        *(
            pytest.param(rule, [(MONDAY, HIGH)], False, id=f"{rule} is about a closed dossier")
            for rule in ("G01", "G02", "G04", "R01", "R02")
        ),
    ],
)
def test_a_way_out_runs_while_there_is_something_to_work_on(
    rule: str, turns: list[tuple[date, Severity | None]], is_running: bool
) -> None:
    about = f"ipa:{rule}:UIT-01:1"
    first = a_proposal(MONDAY, planned_on=THURSDAY, review_on=FRIDAY, solution="OPL-1", about=about)
    second = a_proposal(TUESDAY, planned_on=THURSDAY, review_on=FRIDAY, solution="OPL-2", about=about)

    running = an_episode(*turns, decisions=[first, second], rule=rule).running_solution

    assert (running.code if running else None) == ("OPL-2" if is_running else None)


def test_a_way_out_takes_the_cause_away_that_was_named() -> None:
    proposal = a_proposal(MONDAY, planned_on=THURSDAY, review_on=FRIDAY, root_cause=RootCause.LAW)

    assert [one.root_cause for one in an_episode((MONDAY, HIGH), decisions=[proposal]).solutions] == [RootCause.LAW]


def test_without_a_proposal_there_is_no_way_out() -> None:
    assert an_episode((MONDAY, HIGH)).running_solution is None


def test_what_happened_to_a_knelpunt_is_told_episode_by_episode() -> None:
    def a_change(on: date, kind: ChangeKind, severity: Severity, episode: int) -> Change:
        return Change(at=start_of_day(on), kind=kind, severity=severity, episode=episode, row=row)

    row = a_row((MONDAY, LOW), held_from=MONDAY, rule="T04")
    snooze = on_signal("snooze", THURSDAY, about="ipa:T04:UIT-01:2", until=FRIDAY)
    changes = [
        a_change(MONDAY, ChangeKind.OPENED, LOW, 1),
        a_change(TUESDAY, ChangeKind.RESOLVED, LOW, 1),
        a_change(WEDNESDAY, ChangeKind.CAME_BACK, MEDIUM, 2),
    ]

    assert tell_episodes("UIT-01", changes, [snooze]) == [
        an_episode((MONDAY, LOW), (TUESDAY, None)),
        an_episode((WEDNESDAY, MEDIUM), number=2, decisions=[snooze]),
    ]
    assert tell_episodes("UIT-01", []) == []


def test_a_signal_is_named_by_its_rule_its_subject_and_its_number() -> None:
    episode = an_episode((MONDAY, LOW), number=3)

    assert episode.as_subject == Subject(kind=SubjectKind.SIGNAL, code="T04:UIT-01:3")
    assert [(one.name, one.value) for one in episode.as_evidence()] == [
        ("signal_rule", "T04"),
        ("signal_code", "UIT-01"),
        ("opened_on", MONDAY),
    ]


@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind is not ChangeKind.RESOLVED])
def test_a_signal_weighs_what_its_last_change_says(kind: ChangeKind) -> None:
    assert as_turn(AFTERNOON, kind, HIGH) == Turn(at=AFTERNOON, severity=HIGH)
    assert as_turn(AFTERNOON, ChangeKind.RESOLVED, HIGH) == Turn(at=AFTERNOON, severity=None)
