"""What a person decides is checked whole, stored once, and answered by the signals at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import SignalState
from ipa_core.errors import InputRefused, WriteInThePast
from ipa_core.render.signals import describe
from ipa_core.reports.receipts import Outcome
from ipa_core.store import audit
from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.show_dossier import show_dossier
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.handovers import Folder, load
from tests.stored_rows import stored_rows

if TYPE_CHECKING:
    from pathlib import Path

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.signals import Signal
    from tests.journeys.world import World

DAY = "2026-02-05"
TEAM = "team@ipa.example"
LEADER = "projectleider@ipa.example"
SZW = "szw-main@ministerie.example"
VRO = "vro-main@ministerie.example"
SIGNAL = "ipa:T02:HUI-01:1"
"""VRO leads it, and it is critical."""


def make(world: World, kind: str, about: str, *, as_of: str = DAY, **values: Any) -> Decision:
    defaults: dict[str, Any] = {"by": TEAM, "reason": "Zo is het besproken"}
    act = Act(kind=kind, about=about, **{**defaults, **values})
    at = world.app.moment(as_of).at
    return world.app.database.write(lambda session: decide(session, "ipa", act, at=at))


def problems(world: World, kind: str, about: str, **values: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputRefused) as refused:
        make(world, kind, about, **values)
    return [(problem.code, problem.column) for problem in refused.value.problems]


def signal(world: World, identity: str, as_of: str = DAY) -> Signal:
    (card,) = [card for card in world.signals(as_of, is_all=True) if card.signal.id == identity]
    return card.signal


def complete(world: World, code: str, *, as_of: str = DAY, **values: Any) -> None:
    ministry = {"HUI-01": "VRO", "UIT-01": "SZW"}[code]
    receipt = world.answer(as_of, ministry, {"recommendation": code, "status": "completed", **values})
    assert receipt.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("kind", "about", "values", "found"),
    [
        pytest.param("nonsens", "UIT-01", {}, [("act_unknown", "BESLUIT")], id="a kind that is none"),
        pytest.param(
            "snooze",
            "ipa:T99:UIT-01:1",
            {"by": "", "reason": " "},
            [("act_signal_unknown", "SIGNAAL"), ("act_by_missing", "--by"), ("act_without_reason", "--reason")],
            id="everything at once",
        ),
        pytest.param("snooze", "UIT-01", {"by": SZW}, [("act_signal_is_dossier", "SIGNAAL")], id="a dossier"),
        pytest.param("verify", "UIT-99", {}, [("act_dossier_unknown", "AANBEVELING")], id="no such dossier"),
        pytest.param(
            "drop", "UIT-01", {"by": "wie@ministerie.example"}, [("act_by_unknown", "--by")], id="nobody we know"
        ),
        pytest.param(
            "drop", "UIT-01", {"by": "lnv-main@ministerie.example"}, [("act_by_unknown", "--by")], id="left since"
        ),
        pytest.param("drop", "UIT-01", {"by": VRO}, [("act_of_others", "--by")], id="of another ministry"),
        pytest.param("rebaseline", "UIT-01", {"by": SZW}, [("act_of_ipa", "--by")], id="IPA alone sets a baseline"),
        pytest.param(
            "acknowledge",
            SIGNAL,
            {"by": VRO},
            [("act_without_next_step", "--next-step"), ("act_without_until", "--until")],
            id="without a step",
        ),
        pytest.param(
            "acknowledge",
            SIGNAL,
            {"by": VRO, "next_step": "Brief", "until": date(2026, 2, 20)},
            [("act_until_outside", "--until")],
            id="a step after eleven working days",
        ),
        pytest.param(
            "snooze",
            SIGNAL,
            {"by": VRO, "until": date(2026, 2, 4)},
            [("act_until_outside", "--until")],
            id="until yesterday",
        ),
        pytest.param(
            "snooze",
            SIGNAL,
            {"by": VRO, "until": date(2026, 3, 6)},
            [("act_until_outside", "--until")],
            id="21 working days",
        ),
        pytest.param(
            "snooze",
            SIGNAL,
            {"until": date(2026, 3, 5), "adoption": "adopted", "next_step": "x"},
            [("act_takes_no", "--adoption"), ("act_takes_no", "--next-step")],
            id="what does not belong there",
        ),
        pytest.param("explain", SIGNAL, {}, [("act_without_end", "--until")], id="an explanation without an end"),
        pytest.param(
            "explain", SIGNAL, {"until": date(2026, 2, 4)}, [("act_in_the_past", "--until")], id="that ended already"
        ),
        pytest.param("verify", "UIT-01", {}, [("act_not_completed", "AANBEVELING")], id="what is not completed"),
        pytest.param("adopt", "UIT-01", {}, [("act_without_adoption", "--adoption")], id="adopted or not"),
        pytest.param(
            "adopt", "UIT-01", {"adoption": "undecided"}, [("act_adoption_unknown", "--adoption")], id="undecided"
        ),
        pytest.param("answer", "UIT-01", {}, [("act_nothing_to_answer", "AANBEVELING")], id="nobody asked for help"),
        pytest.param(
            "propose",
            SIGNAL,
            {},
            [
                ("act_without_solution", "--next-step"),
                ("act_without_owner", "--owner"),
                ("act_without_review", "--review-on"),
                ("act_without_day", "--on"),
            ],
            id="a solution without anything",
        ),
        pytest.param(
            "propose",
            SIGNAL,
            {
                "next_step": "Brief",
                "owner": "LNV",
                "root_cause": "pech",
                "planned_on": date(2026, 3, 2),
                "review_on": date(2026, 3, 1),
            },
            [
                ("act_owner_unknown", "--owner"),
                ("act_cause_unknown", "--cause"),
                ("act_review_too_early", "--review-on"),
            ],
            id="LNV has a successor, and nobody looks back before it is done",
        ),
        pytest.param("done", "OPL-1", {}, [("act_solution_unknown", "OPLOSSING")], id="no such solution"),
        pytest.param(
            "drop",
            "hui-01",
            {"by": VRO},
            [("act_dossier_unknown", "AANBEVELING")],
            id="capitals count, and nobody is told not to be concerned with a dossier that was not found",
        ),
        pytest.param(
            "acknowledge",
            "ipa:T02:HUI-01:2",
            {"by": VRO, "next_step": "Brief", "until": date(2026, 2, 6)},
            [("act_signal_unknown", "SIGNAAL")],
            id="nor with a signal that is not open",
        ),
        pytest.param(
            "done", "OPL-1", {"by": VRO}, [("act_solution_unknown", "OPLOSSING")], id="nor with a solution that is none"
        ),
        pytest.param(
            "verify",
            "UIT-99",
            {"by": VRO},
            [("act_dossier_unknown", "AANBEVELING"), ("act_of_ipa", "--by")],
            id="what only IPA decides is told all the same",
        ),
        pytest.param("drop", "HUI-M3", {}, [("act_closed_already", "AANBEVELING")], id="dropped already"),
        pytest.param("rebaseline", "HUI-01", {}, [("act_without_date", "--on")], id="no date to take over"),
    ],
)
def test_an_act_that_is_not_right_is_refused_with_every_reason_and_changes_nothing(
    world: World, kind: str, about: str, values: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    before = stored_rows(world.app.database.engine)

    assert problems(world, kind, about, **values) == found
    assert stored_rows(world.app.database.engine) == before


def test_who_reports_does_not_verify(world: World) -> None:
    complete(world, "UIT-01", evidence=["https://example.org/stb-1"])

    assert problems(world, "verify", "UIT-01", by=SZW) == [("act_of_ipa", "--by")]
    make(world, "verify", "UIT-01")

    timeline = world.app.database.read(
        lambda session: show_dossier(ProgrammeView(session, "ipa", at=world.app.moment(DAY).at), "UIT-01")
    )
    assert timeline.dossier.is_verified
    (event,) = [event for event in timeline.events if event.decision is not None]
    assert (event.decision.kind, event.source) == (DecisionKind.VERIFY, "besluit van IPA")  # type: ignore[union-attr] # it has one


def test_after_a_refusal_who_claims_it_anew_does_not_judge_it_and_who_claimed_it_first_may(
    world: World, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "programma")
    colleagues = {ministry: f"{ministry.lower()}-team@ministerie.example" for ministry in ("SZW", "JenV")}
    folder.add("contacts.csv", *((ministry, "Team", mail, "team", "", "") for ministry, mail in colleagues.items()))
    load(world, folder, DAY)
    done = {"recommendation": "UIT-01", "status": "completed", "evidence": ["https://example.org/stb-1"]}
    world.answer(DAY, "SZW", done)
    by_first = problems(world, "verify", "UIT-01", by=colleagues["SZW"])
    make(world, "refuse", "UIT-01", by=colleagues["JenV"])

    world.answer("2026-02-06", "JenV", done)

    by_reporter = [("act_by_reporter", "--by")]
    assert by_first == by_reporter
    for kind in ("verify", "refuse"):
        assert problems(world, kind, "UIT-01", by=colleagues["JenV"], as_of="2026-02-06") == by_reporter
    assert make(world, "verify", "UIT-01", by=colleagues["SZW"], as_of="2026-02-06").organisation == "SZW"


def test_without_evidence_nothing_is_verified(world: World) -> None:
    complete(world, "UIT-01")

    assert problems(world, "verify", "UIT-01") == [("act_without_evidence", "AANBEVELING")]


def test_a_refusal_opens_in_the_same_transaction_what_the_completion_had_solved(world: World) -> None:
    complete(world, "HUI-01")
    world.run(f"{DAY}T11:00:00+01:00")
    solved = signal(world, SIGNAL, f"{DAY}T11:00:00+01:00")

    make(world, "refuse", "HUI-01", as_of=f"{DAY}T12:00:00+01:00")

    assert solved.state is SignalState.RESOLVED
    assert signal(world, "ipa:T02:HUI-01:2", f"{DAY}T12:00:00+01:00").is_open


def test_a_snooze_ends_by_itself(world: World) -> None:
    make(world, "snooze", SIGNAL, by=VRO, until=date(2026, 2, 20))

    assert signal(world, SIGNAL, "2026-02-04").state is SignalState.OPEN
    assert signal(world, SIGNAL, "2026-02-20").state is SignalState.SNOOZED
    assert signal(world, SIGNAL, "2026-02-21").state is SignalState.OPEN


def test_after_two_renewals_only_the_projectleider_snoozes(world: World) -> None:
    for on in ("2026-02-05", "2026-02-19", "2026-03-05"):
        make(world, "snooze", SIGNAL, by=VRO, as_of=on, until=date.fromisoformat(on))

    assert problems(world, "snooze", SIGNAL, by=VRO, as_of="2026-03-19", until=date(2026, 3, 20)) == [
        ("act_snoozed_enough", "SIGNAAL")
    ]
    make(world, "snooze", SIGNAL, by=LEADER, as_of="2026-03-19", until=date(2026, 3, 20))


def test_an_acknowledgement_says_what_comes_next(world: World) -> None:
    made = make(world, "acknowledge", SIGNAL, by=VRO, next_step=" Brief aan de Kamer ", until=date(2026, 2, 19))

    assert (made.next_step, made.organisation) == ("Brief aan de Kamer", "VRO")
    assert signal(world, SIGNAL, "2026-02-19").state is SignalState.ACKNOWLEDGED
    assert signal(world, SIGNAL, "2026-02-20").state is SignalState.OPEN


def test_an_explanation_counts_when_ipa_accepts_it(world: World) -> None:
    given = make(world, "explain", SIGNAL, by=VRO, until=date(2026, 6, 30))
    weight = signal(world, SIGNAL).severity
    accepted = make(world, "explain", SIGNAL, as_of="2026-02-06", until=date(2026, 6, 30))

    assert (given.is_accepted, accepted.is_accepted) == (False, True)
    assert weight is Severity.CRITICAL
    assert signal(world, SIGNAL, "2026-02-06").severity is Severity.HIGH
    world.run("2026-07-01")
    assert signal(world, SIGNAL, "2026-07-01").severity is Severity.CRITICAL


def opening(world: World, identity: str, as_of: str) -> str:
    """Return what the sum of a signal says about the day on which it opened."""
    (card,) = [card for card in world.signals(as_of) if card.signal.id == identity]
    return describe(card).sums[-1]


def test_no_facts_are_called_unknown_when_a_signal_opens_because_an_explanation_ended(world: World) -> None:
    world.answer(DAY, "SZW", {"recommendation": "UIT-01", "status": "in_progress", "progress": 50})
    world.run("2026-02-06")
    make(world, "explain", "ipa:V02:UIT-01:1", as_of="2026-02-09", until=date(2026, 2, 10))
    world.run("2026-02-12")

    assert signal(world, "ipa:V02:UIT-01:1", "2026-02-12").resolved_on == date(2026, 2, 9)
    assert opening(world, "ipa:V02:UIT-01:2", "2026-02-12") == (
        "Het signaal ging open op 11 februari 2026. Vanaf die dag gold deze som, voor het eerst of opnieuw."
    )


def test_no_facts_are_called_unknown_or_new_when_a_refusal_opens_a_signal_and_an_explanation_ends(
    world: World,
) -> None:
    complete(world, "HUI-01")
    world.run("2026-02-06")
    make(world, "refuse", "HUI-01", as_of="2026-02-09")
    refused = opening(world, "ipa:T02:HUI-01:2", "2026-02-09")
    make(world, "explain", "ipa:T02:HUI-01:2", as_of="2026-02-10", until=date(2026, 2, 11))
    world.run("2026-02-13")

    opened = "Het signaal ging open op 9 februari 2026."
    assert refused == f"{opened} Vanaf die dag gold deze som, voor het eerst of opnieuw."
    assert opening(world, "ipa:T02:HUI-01:2", "2026-02-13") == (
        f"{opened} Daarna veranderde iets waarop deze som rust."
    )


def test_a_dropped_dossier_closes_what_was_late_and_asks_for_an_explanation(world: World) -> None:
    make(world, "drop", "HUI-01", by=VRO)

    (asked,) = [card.signal for card in world.signals(DAY) if card.signal.dossier == "HUI-01"]
    assert (asked.rule, asked.severity) == ("R02", Severity.HIGH)
    make(world, "explain", asked.id, until=date(2030, 1, 1))
    assert not signal(world, asked.id).is_open


def test_a_recommendation_that_is_not_taken_over_asks_nothing(world: World) -> None:
    make(world, "adopt", "HUI-01", adoption="not_adopted")

    assert [card.signal.id for card in world.signals(DAY) if card.signal.dossier == "HUI-01"] == []


def test_a_rebaseline_takes_over_the_present_plan_and_solves_t07(world: World) -> None:
    before = {card.signal.rule for card in world.signals(DAY) if card.signal.dossier == "UIT-01"}
    made = make(world, "rebaseline", "UIT-01")

    after = {card.signal.rule for card in world.signals(DAY) if card.signal.dossier == "UIT-01"}
    assert made.planned_on == date(2027, 1, 1)
    assert (before, after) == ({"T04", "T07", "O02"}, {"T04", "O02"})


def test_a_new_baseline_proves_itself_by_the_rounds_that_end(world: World) -> None:
    make(world, "rebaseline", "UIT-01")
    for day in ("2026-04-01", "2026-07-01", "2026-07-29", "2026-07-30"):
        world.run(day)

    drift = signal(world, "ipa:T04:UIT-01:1", "2026-07-30")
    at = world.app.moment("2026-07-30").at
    replay = world.app.database.read(lambda session: replay_history(ProgrammeView(session, "ipa", at=at), None))
    (replayed,) = [one for one in replay.signals if (one.rule, one.subject.code) == ("T04", "UIT-01")]
    assert drift.resolved_on == date(2026, 7, 30)  # The second round that opened since was to be answered by the 29th.
    assert replayed.resolved_on == drift.resolved_on


def propose(world: World, **values: Any) -> Decision:
    solution = {
        "next_step": "De gemeenten krijgen een modelverordening",
        "owner": "BZK",
        "root_cause": "law",
        "planned_on": date(2026, 3, 2),
        "review_on": date(2026, 4, 1),
    }
    return make(world, "propose", SIGNAL, **{**solution, **values})


def test_a_proposal_answers_the_question_for_a_solution_in_the_same_transaction(world: World) -> None:
    asked = "ipa:O02:T02:HUI-01:1:1"
    before = signal(world, asked)

    made = propose(world, by=VRO)

    assert (made.solution, made.organisation, made.rule) == ("OPL-1", "VRO", "T02")
    assert before.is_open
    assert signal(world, asked).state is SignalState.RESOLVED
    assert propose(world, as_of="2026-02-06").solution == "OPL-2"


def test_a_solution_that_is_not_carried_out_is_a_signal_until_it_is(world: World) -> None:
    propose(world)
    world.run("2026-03-03")
    late = signal(world, "ipa:O04:OPL-1:1", "2026-03-03")

    make(world, "replan", "OPL-1", by="bzk-main@ministerie.example", as_of="2026-03-04", planned_on=date(2026, 3, 5))
    world.run("2026-03-06")
    again = signal(world, "ipa:O04:OPL-1:2", "2026-03-06")
    make(world, "done", "OPL-1", by=VRO, as_of="2026-03-09")

    assert (late.opened_on, late.dossier) == (date(2026, 3, 3), "HUI-01")
    assert (again.opened_on, again.has_come_back) == (date(2026, 3, 6), True)
    assert signal(world, "ipa:O04:OPL-1:2", "2026-03-09").state is SignalState.RESOLVED
    assert problems(world, "done", "OPL-1", as_of="2026-03-10") == [("act_done_already", "OPLOSSING")]
    assert problems(world, "done", "OPL-1", by=SZW, as_of="2026-03-10")[0] == ("act_of_others", "--by")


def test_a_solution_that_did_not_help_is_a_signal_after_its_review_date(world: World) -> None:
    propose(world)
    make(world, "done", "OPL-1", as_of="2026-02-20")

    world.run("2026-04-02")

    assert signal(world, "ipa:O03:OPL-1:1", "2026-04-02").opened_on == date(2026, 4, 2)


def test_a_request_for_help_is_answered_by_ipa(world: World) -> None:
    world.answer(DAY, "VRO", {"recommendation": "HUI-01", "status": "in_progress", "help_wanted": "Wie helpt?"})
    world.run("2026-02-20")
    waiting = signal(world, "ipa:O01:HUI-01:1", "2026-02-20")

    assert problems(world, "answer", "HUI-01", by=VRO, as_of="2026-02-20") == [("act_of_ipa", "--by")]
    make(world, "answer", "HUI-01", as_of="2026-02-20", reason="BZK denkt mee")

    assert waiting.opened_on == date(2026, 2, 20)
    assert signal(world, "ipa:O01:HUI-01:1", "2026-02-20").state is SignalState.RESOLVED


def test_an_act_is_one_entry_in_the_log_without_persons(world: World) -> None:
    made = make(world, "snooze", SIGNAL, by=VRO, until=date(2026, 2, 20))

    (entry,) = [row for row in stored_rows(world.app.database.engine)["audit_entry"] if "decide.snooze" in row]
    assert VRO not in str(entry)
    assert str(made.seq) in str(entry)
    assert world.app.database.read(audit.verify) is None


def test_an_act_before_the_latest_write_is_refused(world: World) -> None:
    with pytest.raises(WriteInThePast):
        make(world, "drop", "UIT-01", as_of="2026-02-03")
