"""Signals to put into words, made by the rules themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from ipa_core.domain.calendars import Calendar
from ipa_core.domain.comparables import Comparables, Compared
from ipa_core.domain.decisions import Decision
from ipa_core.domain.directories import Reach
from ipa_core.domain.dossiers import Dossier
from ipa_core.domain.expectations import Expectation, HeldExpectation, Step
from ipa_core.domain.folds import fold
from ipa_core.domain.lateness import Lateness, RoundTally
from ipa_core.domain.messages import PromisedMessage
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.organisations import Role
from ipa_core.domain.periods import Cadence
from ipa_core.domain.phases import PhaseLength
from ipa_core.domain.programmes import ContextKind, ContextPeriod, Programme
from ipa_core.domain.recommendations import Adoption, DossierKind, Milestone, Recommendation
from ipa_core.domain.rounds import Request
from ipa_core.domain.runs import MONITOR, AwaitedRun
from ipa_core.domain.severities import Severity
from ipa_core.domain.shared_causes import CauseGroup, Sharer
from ipa_core.domain.signals import Signal, SignalState, signal_id
from ipa_core.domain.spans import Curve
from ipa_core.domain.themes import Theme
from ipa_core.domain.updates import Effect, Origin, Plan, Rating, RootCause, Status, StatusUpdate
from ipa_core.reports.signal_cards import SignalCard, SubjectCard, Threshold, UpcomingCard
from ipa_core.rules import (
    ALL_RULES,
    EPISODE_RULES,
    delivery_failed,
    forecast_late,
    incomplete_submission,
    ministry_pattern,
    missing_contact,
    overdue_submission,
    run_missed,
    shared_cause,
    slow_phase,
    theme_knelpunt,
)
from ipa_core.rules.applying import weigh
from ipa_core.rules.holding import expect_of_dossier
from ipa_core.rules.policies import Policy, build_timeline
from ipa_core.rules.rule import NoThresholds
from ipa_core.rules.waiting_on import Root
from tests.rules.episodes import a_proposal, an_episode, escalated, on_signal

SLOT_ON = date(2026, 2, 16)
"""A Monday."""

PROGRAMME = Programme(
    code="ipa",
    name="Interdepartementaal Project Arbeidsmigranten",
    timezone="Europe/Amsterdam",
    adopted_on=date(2020, 12, 14),
    cadence=Cadence.QUARTERLY,
    opens_after=1,
    answer_within=20,
    grace=2,
)


SUMMER_RECESS = ContextPeriod(kind=ContextKind.RECESS, first=date(2024, 7, 5), last=date(2024, 9, 2), name="Zomerreces")
CARETAKER = ContextPeriod(kind=ContextKind.CARETAKER, first=date(2023, 7, 7), last=date(2024, 7, 2), name="Rutte IV")

TITLES = {
    "UIT-01": "Verplicht stelsel voor uitzendbureaus",
    "UIT-02": "VOG voor eigenaren en bestuurders van uitzendbureaus",
    "HUI-02": "Arbeids- en huurcontract ontkoppelen",
    "POS-02": "Geen schulden bij de werkgever",
}

THEMES = {"UIT": "Uitzendsector", "HUI": "Huisvesting", "POS": "Positie, inkomen en rechten"}


@cache
def policy() -> Policy:
    calendar = Calendar(version=1, free_days=(), first=date(2019, 1, 1), last=date(2036, 12, 31))
    return build_timeline([], [(at_time(date(2020, 1, 1), 0), calendar)]).at(at_time(SLOT_ON, 9))


def an_update(on: date, *, status: Status | None = Status.IN_PROGRESS, **said: object) -> StatusUpdate:
    planned_on = said.pop("planned_on", ...)
    plan = None if planned_on is ... else Plan(on=planned_on)  # type: ignore[arg-type] # the caller names the fields
    facts: dict[str, object] = {
        "seq": on.toordinal(),
        "dossier": "UIT-01",
        "organisation": "SZW",
        "recorded_at": start_of_day(on),
        "origin": Origin.HISTORY,
        "source": "Kamerstukken II 2023/24, 29 861, nr. 130",
    }
    return StatusUpdate(effective_on=on, status=status, plan=plan, **{**facts, **said})  # type: ignore[arg-type] # the caller names the fields


def a_dossier(
    *updates: StatusUpdate,
    code: str = "UIT-01",
    has_priority: bool = False,
    milestones: tuple[Milestone, ...] = (),
    **register: object,
) -> Dossier:
    recommendation = Recommendation(
        code=code,
        kind=DossierKind.RECOMMENDATION,
        theme=THEMES[code[:3]],
        title=TITLES[code],
        lead="SZW",
        adopted_on=date(2020, 12, 14),
        recorded_at=start_of_day(date(2020, 12, 14)),
        has_priority=has_priority,
        **register,  # type: ignore[arg-type] # the caller names the fields
    )
    return fold(recommendation, updates, known_at=start_of_day(date(2036, 1, 1)), milestones=milestones)


def a_request(round_: str = "2025-Q4", organisation: str = "SZW", *, due_on: date = date(2026, 3, 6)) -> Request:
    return Request(
        round=round_,
        organisation=organisation,
        opened_at=at_time(date(2026, 2, 6), 9),
        due_on=due_on,
        grace=2,
        asked=("UIT-01", "UIT-02", "POS-02"),
    )


def expected(rule: str, dossier: Dossier, roots: Sequence[Expectation] = ()) -> Expectation:
    named = [Root(dossier=root.subject.code, expectation=root) for root in roots]
    return next(found for found in expect_of_dossier(dossier, named, policy()) if found.rule == rule)


def expected_answer(request: Request | None = None) -> Expectation:
    entry = policy().thresholds["K01"]
    return next(overdue_submission.expect(request or a_request(), entry.values, policy().calendar))


def expected_rest(missing: tuple[str, ...]) -> Expectation:
    request = replace(a_request(), answered_at=at_time(date(2026, 3, 2), 12), missing=missing)
    return next(incomplete_submission.expect(request, NoThresholds(), policy().calendar))


def expected_contact() -> Expectation:
    reach = Reach(organisation="BZK", missing_since=date(2026, 2, 2))
    return next(missing_contact.expect(reach, NoThresholds(), policy().calendar))


def expected_pattern(*counts: tuple[int, int, int, int]) -> Expectation:
    """Return what is expected of BZK after rounds in which it and the others were asked and late so often."""
    rounds = [
        RoundTally(
            round=f"2025-Q{n}",
            closed_on=date(2025, 3 * n, 8),
            asked=asked,
            late=late,
            others_asked=others_asked,
            others_late=others_late,
        )
        for n, (asked, late, others_asked, others_late) in enumerate(counts, start=1)
    ]
    lateness = Lateness(ministry="BZK", rounds=tuple(rounds))
    return next(ministry_pattern.expect(lateness, policy().thresholds["S02"].values, policy().calendar))


def expected_theme(**held_up: int) -> Expectation:
    """Return what is expected of a theme of fifteen open dossiers, of which so many of each ministry are held up."""
    by_ministry = {"" if code == "nobody" else code: count for code, count in held_up.items()}
    theme = Theme(code="Huisvesting", on=date(2025, 10, 1), open=15, held_up=by_ministry)
    return next(theme_knelpunt.expect(theme, policy().thresholds["S01"].values, policy().calendar))


def expected_cause(*members: tuple[str, str, str]) -> Expectation:
    """Return what is expected when these signals (rule, dossier, ministry) have the same cause."""
    said_on = date(2025, 9, 1)
    sharers = tuple(
        Sharer(signal=f"{rule}:{code}:1", rule=rule, dossier=code, ministry=ministry, said_on=said_on)
        for rule, code, ministry in members
    )
    group = CauseGroup(cause=RootCause.LAW, on=date(2025, 10, 1), sharers=sharers)
    return next(shared_cause.expect(group, policy().thresholds["S03"].values, policy().calendar))


def expected_forecast(dossier: Dossier, *, curve: Curve) -> Expectation:
    table = Comparables(at=start_of_day(date(2023, 4, 1)), plans=8, slips=curve)
    values = policy().thresholds["T08"].values
    compared = Compared(dossier=dossier, comparables=table)
    return next(iter(weigh(forecast_late.expect(compared, values, policy().calendar), dossier)))


def expected_phase(dossier: Dossier, **band: str | int) -> Expectation:
    """Return what is expected of the first phase of a law, through which eight others came in 400 days."""
    values = slow_phase.Thresholds(
        comparables=8, percentile=80, bands=({"instrument": "legislation", "below": 60, **band},)
    )
    phases = (PhaseLength(instrument="legislation", below=60, ended=8, days=400),)
    compared = Compared(dossier=dossier, comparables=Comparables(at=start_of_day(date(2023, 4, 1)), phases=phases))
    return next(iter(weigh(slow_phase.expect(compared, values, policy().calendar), dossier)))


def expected_handover(**became: object) -> Expectation:
    message = PromisedMessage(
        id=17,
        ministry="SZW",
        role=Role.DEPUTY,
        slot_on=SLOT_ON,
        promised_at=at_time(SLOT_ON, 7),
        **became,  # type: ignore[arg-type] # the caller names the fields
    )
    return next(delivery_failed.expect(message, policy().thresholds["M01"].values, policy().calendar))


def expected_run(**before: datetime) -> Expectation:
    """Return what is expected of the run of a Monday that nobody has seen at noon."""
    run = AwaitedRun(kind=MONITOR, slot_at=at_time(SLOT_ON, 7), found_at=at_time(SLOT_ON, 12), **before)
    return next(run_missed.expect(run, policy().thresholds["M04"].values, policy().calendar))


def expected_way_out(rule: str, *decisions: Decision) -> Expectation:
    opened = an_episode((date(2026, 2, 2), Severity.HIGH), decisions=decisions)
    episode = replace(opened, escalations=(escalated(date(2026, 3, 2)),))
    known = next(found for found in EPISODE_RULES if found.code == rule)
    return next(known.expect(episode, policy().thresholds[rule].values, policy().calendar))


PROPOSAL = a_proposal(date(2026, 2, 3), planned_on=date(2026, 3, 2), review_on=date(2026, 4, 1))
SNOOZES = tuple(on_signal("snooze", on, until=on) for on in (date(2026, 2, day) for day in (3, 4, 5, 6)))
DEADLINE = (an_update(date(2023, 3, 1), planned_on=date(2024, 7, 1)),)
SHIFTS = (
    an_update(date(2023, 3, 1), planned_on=date(2024, 1, 1)),
    an_update(date(2023, 10, 10), planned_on=date(2025, 1, 1)),
    an_update(date(2024, 5, 13), planned_on=date(2026, 1, 1)),
)
VANISHED = (an_update(date(2023, 3, 1), planned_on=date(2024, 7, 1)), an_update(date(2024, 2, 1), planned_on=None))
MILESTONE = Milestone(
    code="M1", dossier="UIT-01", title="Wetsvoorstel bij de Tweede Kamer", planned_on=date(2024, 7, 1)
)
NOTE = "Wacht op\nde uitvoeringstoets <script>alert(1)</script> van Justis"


def expectations(*, has_priority: bool = False) -> dict[str, Expectation]:
    """Return every rule at work, in every variant of its words, by the name of the case."""

    def of(rule: str, *updates: StatusUpdate) -> Expectation:
        return expected(rule, a_dossier(*updates, has_priority=has_priority))

    began = date(2023, 3, 1)
    standing = (an_update(began, progress=40), an_update(date(2023, 9, 1)), an_update(date(2024, 3, 1)))
    dropped_on = date(2025, 5, 1)
    answer: dict[str, object] = {"origin": Origin.ANSWER, "source": ""}
    rated = tuple(
        an_update(on, rating=Rating.ON_TRACK, round=round_code, **answer)
        for on, round_code in ((date(2023, 10, 2), "2023-Q3"), (date(2024, 1, 4), "2023-Q4"))
    )
    copied = tuple(
        an_update(on, note="Loopt", likeness=alike, round=round_code, **answer)
        for on, alike, round_code in (
            (date(2023, 10, 2), None, "2023-Q3"),
            (date(2024, 1, 4), 100, "2023-Q4"),
            (date(2024, 4, 2), 96, "2024-Q1"),
        )
    )
    roots = (of("T02", *DEADLINE), of("T04", *SHIFTS))
    waiting = a_dossier(an_update(began), code="UIT-02", has_priority=has_priority)
    law = a_dossier(an_update(began, progress=40), has_priority=has_priority, instrument="legislation")
    paced = (*SHIFTS[:2], an_update(date(2023, 12, 1), progress=20), an_update(date(2024, 5, 1), progress=40))
    undecided = a_dossier(has_priority=has_priority, adoption=Adoption.UNDECIDED, advised_on=date(2020, 10, 30))
    return {
        "K01": expected_answer(),
        "K02": expected_rest(("POS-02",)),
        "K02 several": expected_rest(("UIT-02", "POS-02")),
        "K02 six": expected_rest(tuple(f"UIT-{number:02}" for number in range(2, 8))),
        "K03": of("K03", *copied[:2]),
        "K03 twice": of("K03", *copied),
        "K04": expected_contact(),
        "T01": of("T01", *DEADLINE),
        "T02": of("T02", *DEADLINE),
        "T03": of("T03", an_update(began)),
        "T04": of("T04", *SHIFTS),
        "T04 back before the first": of("T04", *SHIFTS, an_update(date(2024, 6, 1), planned_on=date(2023, 12, 1))),
        "T04 reopened": of(
            "T04",
            *SHIFTS,
            an_update(date(2024, 7, 1), status=Status.COMPLETED),
            an_update(date(2025, 2, 3), planned_on=date(2026, 1, 1)),
        ),
        "T05 late": of("T05", *DEADLINE, an_update(date(2024, 8, 1), planned_on=date(2025, 1, 1))),
        "T05 no reason": of("T05", *DEADLINE, an_update(date(2024, 5, 1), planned_on=date(2025, 1, 1), **answer)),
        "T06": of("T06", *VANISHED),
        "T07": of("T07", *DEADLINE),
        "T07 moved": of("T07", *SHIFTS),
        "T08": expected_forecast(a_dossier(*DEADLINE, has_priority=has_priority), curve=((80, 250_000),)),
        "T08 later": expected_forecast(
            a_dossier(*paced, has_priority=has_priority), curve=((80, 400_000), (150, 700_000), (200, 1_000_000))
        ),
        "V01": of("V01", *standing),
        "V02 progress": of("V02", an_update(began, progress=60), an_update(date(2024, 3, 1), progress=40)),
        "V02 status": of("V02", an_update(began), an_update(date(2024, 3, 1), status=Status.NOT_STARTED)),
        "V03": expected("V03", a_dossier(an_update(began), has_priority=has_priority, milestones=(MILESTONE,))),
        "V04 facts": of("V04", *DEADLINE, an_update(date(2024, 9, 2), rating=Rating.ON_TRACK, **answer)),
        "V04 no evidence": of("V04", *rated),
        "V05": of("V05", an_update(began, status=Status.BLOCKED)),
        "V05 note": of("V05", an_update(began, status=Status.BLOCKED, note=NOTE)),
        "V06 maximum": expected_phase(law, within=250),
        "V06 others": expected_phase(law),
        "G01": of("G01", an_update(began, status=Status.COMPLETED, **answer)),
        "G02": of("G02", an_update(began, status=Status.COMPLETED, **answer)),
        "G03": of("G03", an_update(began, status=Status.COMPLETED), an_update(date(2024, 3, 1), organisation="BZK")),
        "G04 not said": of("G04", an_update(began, status=Status.COMPLETED, **answer)),
        "G04 none": of("G04", an_update(began, status=Status.COMPLETED, effect=Effect.NONE, **answer)),
        "R01": expected("R01", undecided),
        "R02 reason": of("R02", an_update(dropped_on, status=Status.DROPPED, reason="Opgegaan in een andere wet")),
        "R02 no reason": of("R02", an_update(dropped_on, status=Status.DROPPED, note="Gaat niet door", **answer)),
        "O01": of("O01", an_update(began, help_wanted="Wie overlegt met de gemeenten?", **answer)),
        "O02": expected_way_out("O02"),
        "O03": expected_way_out("O03", PROPOSAL),
        "O04": expected_way_out("O04", PROPOSAL),
        "O05": expected("O05", waiting, roots),
        "S01": expected_theme(BZK=5, VRO=1),
        "S01 without a lead": expected_theme(BZK=5, VRO=2, nobody=1),
        "S02": expected_pattern((4, 3, 10, 2), (4, 2, 10, 2)),
        "S02 never late": expected_pattern((6, 5, 20, 0)),
        "S03": expected_cause(("T02", "UIT-01", "SZW"), ("V01", "UIT-02", "SZW"), ("T06", "HUI-02", "BZK")),
        "M01": expected_handover(),
        "M01 refused": expected_handover(died_at=at_time(date(2026, 2, 16), 9), code="550", attempts=1),
        "M01 returned": expected_handover(died_at=at_time(date(2026, 2, 16), 9), code="5.1.1", attempts=1),
        "M01 no address": expected_handover(died_at=at_time(date(2026, 2, 16), 9), code="invalid", attempts=1),
        "M01 given up": expected_handover(died_at=at_time(date(2026, 2, 19), 9), code="timeout", attempts=8),
        "M02": expected_way_out("M02"),
        "M03": expected_way_out("M03", *SNOOZES),
        "M04": expected_run(last_at=at_time(date(2026, 2, 13), 7, 4)),
        "M04 the first": expected_run(),
    }


def a_card(
    expectation: Expectation,
    *,
    severity: Severity | None = None,
    state: SignalState = SignalState.OPEN,
    held_from: date | None = None,
    opened_on: date | None = None,
    resolved_on: date | None = None,
    title: str | None = None,
    dependents: tuple[str, ...] = (),
    context: tuple[ContextPeriod, ...] = (),
) -> SignalCard:
    known_on = held_from or date(2023, 3, 1)
    code = expectation.subject.code
    entry = policy().thresholds[expectation.rule]
    signal = Signal(
        id=signal_id("ipa", expectation.rule, expectation.subject, 1),
        programme="ipa",
        rule=expectation.rule,
        subject=expectation.subject,
        dossier=code,
        episode=1,
        opened_at=start_of_day(opened_on or max(known_on, expectation.steps[0].on)),
        severity=severity or expectation.steps[-1].severity,
        state=state,
        row=HeldExpectation(expectation=expectation, held_from=start_of_day(known_on)),
        resolved_at=start_of_day(resolved_on) if resolved_on else None,
    )
    names = type(entry.values).__slots__
    threshold = Threshold(
        values={name: getattr(entry.values, name) for name in names},
        valid_from=entry.valid_from,
        decision=entry.decision,
    )
    return SignalCard(
        signal=signal, subject=a_subject(code, title), threshold=threshold, dependents=dependents, context=context
    )


def a_subject(code: str, title: str | None = None) -> SubjectCard:
    theme = THEMES.get(code[:3], "")
    return SubjectCard(code=code, title=title or TITLES.get(code, code), theme=theme, ministries=("SZW",))


def an_upcoming(expectation: Expectation, step: Step | None = None) -> UpcomingCard:
    return UpcomingCard(
        expectation=expectation, subject=a_subject(expectation.subject.code), step=step or expectation.steps[0]
    )


RULE_CODES = tuple(rule.code for rule in ALL_RULES)
