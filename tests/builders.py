"""Small things to test with. Everything has a default, so that a test names only what matters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ipa_core.domain.calendars import Calendar, FreeDay
from ipa_core.domain.comparables import Comparables, Tally
from ipa_core.domain.decisions import Decision, DecisionKind
from ipa_core.domain.dossiers import Dossier
from ipa_core.domain.expectations import Evidence, Expectation, HeldExpectation, Step, Subject, SubjectKind
from ipa_core.domain.folds import fold
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.domain.recommendations import DossierKind, Recommendation
from ipa_core.domain.rounds import Request
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Confidence, Effect, Origin, Plan, Rating, RootCause, Status, StatusUpdate
from ipa_core.intake.holidays import legal_free_days
from ipa_core.reports.workbooks import FormRow, RequestForm
from ipa_core.rules.holding import DossierHistory, expect_of_dossier
from ipa_core.rules.policies import Policy, PolicyTimeline, build_timeline
from ipa_core.rules.waiting_on import Root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    from ipa_core.domain.phases import Band
    from ipa_core.domain.programmes import PolicyOverride

ADOPTED_ON = date(2025, 1, 6)
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
END = datetime(2099, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 2015, 2040

LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL


def a_recommendation(code: str = "UIT-01", *, lead: str = "SZW", **changes: Any) -> Recommendation:
    """Return an adopted recommendation, known from the day of its adoption."""
    adopted_on: date = changes.pop("adopted_on", ADOPTED_ON)
    defaults: dict[str, Any] = {
        "kind": DossierKind.RECOMMENDATION,
        "theme": "uitvoering",
        "title": f"Aanbeveling {code}",
        "recorded_at": start_of_day(adopted_on),
    }
    return Recommendation(code=code, lead=lead, adopted_on=adopted_on, **{**defaults, **changes})


def an_update(
    on: date,
    *,
    status: Status | None = Status.IN_PROGRESS,
    progress: int | None = None,
    planned_on: date | None = None,
    reason: str = "",
    note: str = "",
    evidence: Iterable[str] = (),
    effect: Effect | None = None,
    milestone: str | None = None,
    organisation: str = "SZW",
    source: str = "",
    known_on: date | None = None,
    dossier: str = "UIT-01",
    seq: int = 0,
    supersedes: int | None = None,
) -> StatusUpdate:
    """Return a line of the public history: known from 00:00 of its day, and without a date there is no plan."""
    return StatusUpdate(
        seq=seq,
        dossier=dossier,
        organisation=organisation,
        effective_on=on,
        recorded_at=start_of_day(known_on or on),
        origin=Origin.HISTORY,
        milestone=milestone,
        status=status,
        progress=progress,
        plan=None if milestone is not None and planned_on is None else Plan(on=planned_on),
        reason=reason,
        note=note,
        evidence=tuple(evidence),
        effect=effect,
        source=source,
        confidence=Confidence.HIGH,
        supersedes=supersedes,
    )


def an_answer(
    on: date,
    *,
    status: Status | None = None,
    progress: int | None = None,
    planned_on: date | None = None,
    is_plan_removed: bool = False,
    reason: str = "",
    note: str = "",
    evidence: Iterable[str] = (),
    effect: Effect | None = None,
    rating: Rating | None = None,
    likeness: int | None = None,
    help_wanted: str = "",
    root_cause: RootCause | None = None,
    is_unchanged: bool = False,
    round_code: str = "",
    organisation: str = "SZW",
    at: datetime | None = None,
    dossier: str = "UIT-01",
    seq: int = 0,
) -> StatusUpdate:
    """Return a line of a submission, collected at noon; what is left out was not said."""
    plan = Plan(on=planned_on) if planned_on is not None or is_plan_removed else None
    return StatusUpdate(
        seq=seq,
        dossier=dossier,
        organisation=organisation,
        effective_on=on,
        recorded_at=at or at_time(on, 12),
        origin=Origin.ANSWER,
        status=status,
        progress=progress,
        plan=plan,
        reason=reason,
        note=note,
        evidence=tuple(evidence),
        effect=effect,
        rating=rating,
        likeness=likeness,
        help_wanted=help_wanted,
        root_cause=root_cause,
        is_unchanged=is_unchanged,
        round=round_code,
    )


def a_planned_date(planned_on: date, *, on: date = ADOPTED_ON) -> StatusUpdate:
    """Return the planned date that the register itself gives."""
    return StatusUpdate(
        seq=0,
        dossier="UIT-01",
        organisation="SZW",
        effective_on=on,
        recorded_at=start_of_day(on),
        origin=Origin.REGISTER,
        plan=Plan(on=planned_on),
    )


def numbered(updates: Iterable[StatusUpdate], *, dossier: str | None = None) -> tuple[StatusUpdate, ...]:
    """Give the updates that have no sequence number yet their place in the row as one."""
    return tuple(
        update._replace(seq=update.seq or place, dossier=dossier or update.dossier)
        for place, update in enumerate(updates, start=1)
    )


def a_dossier(*updates: StatusUpdate, code: str = "UIT-01", known_at: datetime = END, **changes: Any) -> Dossier:
    """Return the dossier that follows from the updates; `changes` are fields of its recommendation."""
    decisions, rounds = changes.pop("decisions", ()), changes.pop("rounds", ())
    recommendation = a_recommendation(code, **changes)
    return fold(recommendation, numbered(updates, dossier=code), known_at=known_at, decisions=decisions, rounds=rounds)


def a_decision(kind: str, on: date, **values: Any) -> Decision:
    """Return what IPA decided at three in the afternoon."""
    defaults: dict[str, Any] = {
        "seq": 0,
        "at": at_time(on, 15),
        "dossier": "UIT-01",
        "by": "team@ipa.example",
        "organisation": "IPA",
        "reason": "Zo is het besproken",
    }
    return Decision(kind=DecisionKind(kind), **{**defaults, **values})


def a_history(*updates: StatusUpdate, code: str = "UIT-01", **changes: Any) -> DossierHistory:
    """Return all facts on one dossier; `changes` are fields of its recommendation, or its `versions`."""
    versions = changes.pop("versions", None) or (a_recommendation(code, **changes),)
    return DossierHistory(versions=versions, updates=numbered(updates, dossier=code))


def a_request(**changes: Any) -> Request:
    """Return a request of ten working days, opened on Thursday 1 October 2026 at nine."""
    defaults: dict[str, Any] = {
        "round": "2026-Q3",
        "organisation": "SZW",
        "opened_at": at_time(date(2026, 10, 1), 9),
        "due_on": date(2026, 10, 15),
        "grace": 2,
        "asked": ("UIT-01", "UIT-02"),
    }
    return Request(**{**defaults, **changes})


def a_request_form(**changes: Any) -> RequestForm:
    """Return the form of that request as it was made an hour later, with two dossiers."""
    defaults: dict[str, Any] = {
        "programme": "ipa",
        "programme_name": "Programma",
        "round": "2026-Q3",
        "organisation": "SZW",
        "due_on": date(2026, 10, 15),
        "made_at": at_time(date(2026, 10, 1), 10),
        "rows": (
            FormRow(
                code="UIT-01",
                title="=Stelsel; voor bureaus",
                status=Status.IN_PROGRESS,
                progress=90,
                planned_on=date(2027, 1, 1),
                effect=Effect.PARTIAL,
                rating=Rating.AT_RISK,
                root_cause=RootCause.LAW,
                previous_note="Naar de Kamer",
            ),
            FormRow(code="UIT-02", title="Tweede", status=Status.NOT_STARTED, progress=0),
        ),
    }
    return RequestForm(**{**defaults, **changes})


@lru_cache
def a_calendar(*closed: date, version: int = 1) -> Calendar:
    """Return the Dutch working days, without the days that the programme is closed."""
    free = {free.on: free for free in _legal_free_days()} | {on: FreeDay(on=on, name="gesloten") for on in closed}
    return Calendar(
        version=version,
        free_days=tuple(free[on] for on in sorted(free)),
        first=date(FIRST_YEAR, 1, 1),
        last=date(LAST_YEAR, 12, 31),
    )


def a_timeline(*overrides: PolicyOverride, calendars: Sequence[tuple[datetime, Calendar]] = ()) -> PolicyTimeline:
    """Return the policy over time: the engine's own values, and these overrides from their days."""
    dated = [(start_of_day(override.valid_from), override) for override in overrides]
    return build_timeline(dated, calendars or ((BEGINNING, a_calendar()),))


@lru_cache
def a_policy() -> Policy:
    """Return the engine's own values with the Dutch calendar."""
    return a_timeline().at(END)


def expected(
    rule: ModuleType, subject: Dossier, *, roots: Iterable[Expectation] = (), policy: Policy | None = None
) -> Expectation | None:
    """Return what one rule, named by its module, expects of a dossier, with the weight of its priority."""
    waits_for = [Root(dossier=root.subject.code, expectation=root) for root in roots]
    everything = expect_of_dossier(subject, waits_for, policy or a_policy())
    mine = [expectation for expectation in everything if expectation.rule == rule.RULE.code]
    assert len(mine) <= 1
    return mine[0] if mine else None


def steps_of(rule: ModuleType, subject: Dossier, **context: Any) -> list[tuple[date, Severity]]:
    """Return on which days the expectation weighs more; nothing when the rule is silent."""
    expectation = expected(rule, subject, **context)
    return [(step.on, step.severity) for step in expectation.steps] if expectation else []


def first_break(rule: ModuleType, subject: Dossier, **context: Any) -> date | None:
    """Return the day on which the expectation of one rule breaks; None when the rule is silent."""
    return next((on for on, _ in steps_of(rule, subject, **context)), None)


def evidence_of(rule: ModuleType, subject: Dossier, **context: Any) -> list[tuple[str, object, str]]:
    """Return name, value and source of what the rule shows."""
    expectation = expected(rule, subject, **context)
    return [(item.name, item.value, item.source) for item in expectation.evidence] if expectation else []


def an_expectation(
    *steps: tuple[date, Severity], rule: str = "T02", code: str = "UIT-01", evidence: Mapping[str, Any] | None = None
) -> Expectation:
    """Return an expectation with these steps."""
    return Expectation(
        rule=rule,
        subject=Subject(kind=SubjectKind.RECOMMENDATION, code=code),
        steps=tuple(Step(on, severity) for on, severity in steps),
        evidence=tuple(Evidence(name=name, value=value) for name, value in (evidence or {}).items()),
    )


def a_row(
    *steps: tuple[date, Severity],
    held_from: date | datetime,
    held_until: date | datetime | None = None,
    applied_at: datetime | None = None,
    **expectation: Any,
) -> HeldExpectation:
    """Return an expectation with the time in which it held; a day means its 00:00 in Amsterdam."""
    return HeldExpectation(
        expectation=an_expectation(*steps, **expectation),
        held_from=_instant(held_from),
        held_until=None if held_until is None else _instant(held_until),
        applied_at=applied_at,
    )


def _instant(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else start_of_day(moment)


@lru_cache
def _legal_free_days() -> tuple[FreeDay, ...]:
    return legal_free_days(FIRST_YEAR, LAST_YEAR)


def a_table_of(dossiers: Iterable[Dossier], *, at: datetime, bands: Sequence[Band] = ()) -> Comparables:
    """Return what these dossiers tell as comparables just before the instant."""
    tally = Tally(at, bands=bands, percentile=80)
    for dossier in dossiers:
        tally.add(dossier)
    return tally.table()
