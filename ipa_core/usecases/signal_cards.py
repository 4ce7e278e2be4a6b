"""Gather what there is to say about signals and about what breaks next."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import OF_MONITOR, SubjectKind
from ipa_core.domain.groups import GROUPS
from ipa_core.domain.messages import message_id_of
from ipa_core.domain.signals import WAITING_ON, SignalState, last_in_hand
from ipa_core.reports.signal_cards import SignalCard, SubjectCard, Threshold, UpcomingCard
from ipa_core.store import decisions, expectations, notices, programmes, signals
from ipa_core.usecases.replay_history import hold_history

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.expectations import HeldExpectation, Subject
    from ipa_core.domain.programmes import ContextPeriod
    from ipa_core.domain.recommendations import Recommendation
    from ipa_core.domain.signals import Signal
    from ipa_core.usecases.views import ProgrammeView


def build_cards(view: ProgrammeView, found: Sequence[Signal]) -> list[SignalCard]:
    """Return the signals with subject, threshold, context and who waits for them."""
    waiting = _waiting_by_root(view) if found else {}
    structural = _structural(view) if found else frozenset()
    in_hand = _in_hand(view, found)
    return [
        SignalCard(
            signal=signal,
            subject=build_subject(view, signal.row, signal.dossier),
            threshold=threshold_at(view, signal.rule, signal.row.held_from),
            dependents=waiting.get(signal.dossier, ()) if signal.is_open else (),
            context=_context(view, signal),
            is_structural=signal.state is SignalState.OPEN and signal.id in structural,
            in_hand=in_hand.get(signal.id),
        )
        for signal in found
    ]


def _structural(view: ProgrammeView) -> frozenset[str]:
    """Return the signals that were repeated as often as the ladder wants."""
    repeats = view.policy.signal_ladder.repeats
    return notices.list_structural(view.session, view.code, repeats=repeats, at=view.at)


def _in_hand(view: ProgrammeView, found: Sequence[Signal]) -> dict[str, Decision]:
    """Return by which decision each of these is acknowledged or snoozed now."""
    taken = {one.id for one in found if one.state in (SignalState.ACKNOWLEDGED, SignalState.SNOOZED)}
    decided = decisions.list_of_signals(view.session, view.code, taken, known_at=view.at)
    return {identity: last for identity, mine in decided.items() if (last := last_in_hand(mine)) is not None}


def _context(view: ProgrammeView, signal: Signal) -> tuple[ContextPeriod, ...]:
    """Return the recess or caretaker periods of the opening day; a mail server knows no recess."""
    if signal.subject.kind in OF_MONITOR:
        return ()
    return tuple(period for period in view.context if period.first <= signal.opened_on <= period.last)


def build_upcoming(view: ProgrammeView, *, until: date) -> list[UpcomingCard]:
    """Return the steps that break after today and by `until` if nothing changes, by day.

    Dossiers that wait for another one are left out: their root speaks for them.
    """
    cards: list[UpcomingCard] = []
    waits = set(_waiting_dossiers(view))
    for owner, held in _expected(view):
        if owner in waits and held.expectation.rule[0] in "TVO":
            continue
        subject = build_subject(view, held, owner)
        cards.extend(
            UpcomingCard(expectation=held.expectation, subject=subject, step=step)
            for step in held.expectation.steps
            if view.on < step.on <= until and step.at > held.held_from
        )
    return sorted(cards, key=lambda card: (card.step.on, card.subject.code, card.expectation.rule))


def _expected(view: ProgrammeView) -> Iterable[tuple[str, HeldExpectation]]:
    """Yield what is expected at the view's moment, with its owner.

    Of loaded history not everything is stored; what was expected before the load the replay knows.
    """
    stored = expectations.list_held(view.session, view.code, at=view.at)
    yield from ((row.owner, row.held) for row in stored)
    if view.at < programmes.get_row(view.session, view.code).loaded_at:
        known = {(row.held.expectation.rule, row.held.expectation.subject) for row in stored}
        for owner, held in hold_history(view):
            if (held.expectation.rule, held.expectation.subject) not in known:
                yield owner, held


def build_subject(view: ProgrammeView, held: HeldExpectation, owner: str) -> SubjectCard:
    """Return code, title, theme and ministries of what an expectation is about."""
    subject = held.expectation.subject
    if subject.kind is SubjectKind.MESSAGE:
        ministry = next(str(item.value) for item in held.expectation.evidence if item.name == "ministry")
        title = f"bericht {message_id_of(subject.code)} aan {ministry}"
        return SubjectCard(code=subject.code, title=title, theme="", ministries=(ministry,))
    if subject.kind in GROUPS:
        ministries = (str(item.value) for item in held.expectation.evidence if item.name == "ministry")
        return SubjectCard(code=subject.code, title="", theme="", ministries=tuple(ministries))
    recommendation = view.register.get(owner)
    concerned = view.ministry_of(subject, owner)
    return SubjectCard(
        code=subject.code,
        title=_title(view, subject, recommendation),
        theme=recommendation.theme if recommendation else "",
        ministries=(concerned,) if concerned else (),
    )


def _title(view: ProgrammeView, subject: Subject, recommendation: Recommendation | None) -> str:
    if subject.kind is SubjectKind.REQUEST:
        return f"uitvraag {subject.code.rsplit(':', 1)[0]}"
    if subject.kind is SubjectKind.ORGANISATION:
        organisation = view.directory.organisations.get(subject.code)
        return organisation.name if organisation else ""
    if subject.kind is SubjectKind.RUN:
        return "ronde van de monitor"
    milestone = view.milestones.get(subject.code) if subject.kind is SubjectKind.MILESTONE else None
    named = milestone or recommendation
    return named.title if named else ""


def threshold_at(view: ProgrammeView, rule: str, at: datetime) -> Threshold:
    """Return what counted for the rule at the instant."""
    entry = view.policies.at(at).thresholds[rule]
    return Threshold(values=asdict(entry.values), valid_from=entry.valid_from, decision=entry.decision)


def _waiting_by_root(view: ProgrammeView) -> dict[str, tuple[str, ...]]:
    """Return for each root the dossiers that wait for it now."""
    found: dict[str, list[str]] = {}
    for code in _waiting_dossiers(view):
        for root in view.register[code].depends_on:
            found.setdefault(root, []).append(code)
    return {root: tuple(sorted(codes)) for root, codes in found.items()}


def _waiting_dossiers(view: ProgrammeView) -> list[str]:
    return [
        signal.dossier
        for signal in signals.read_at(view.session, view.code, at=view.at, rule=WAITING_ON)
        if signal.dossier in view.register
    ]
