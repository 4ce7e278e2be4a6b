"""Gather what there is to say about signals and about what breaks next."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import accepted_by, last_explanation
from ipa_core.domain.expectations import OF_MONITOR, SubjectKind
from ipa_core.domain.groups import GROUPS, held_up_dossiers
from ipa_core.domain.messages import message_id_of
from ipa_core.domain.signals import WAITING_ON, SignalState, last_in_hand
from ipa_core.domain.solutions import fold_solutions
from ipa_core.reports.signal_cards import SignalCard, SourceCard, SubjectCard, Threshold, UpcomingCard
from ipa_core.store import decisions, expectations, notices, programmes, signals
from ipa_core.store.bulk import in_batches
from ipa_core.usecases.follow_signals import dossier_of
from ipa_core.usecases.replay_history import hold_history

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.expectations import HeldExpectation, Subject
    from ipa_core.domain.programmes import ContextPeriod
    from ipa_core.domain.recommendations import Recommendation
    from ipa_core.domain.signals import Signal
    from ipa_core.domain.solutions import Solution
    from ipa_core.usecases.views import ProgrammeView

TAKEN = (SignalState.ACKNOWLEDGED, SignalState.SNOOZED)
"""How a signal stands that somebody has in hand."""


def build_cards(view: ProgrammeView, found: Sequence[Signal]) -> list[SignalCard]:
    """Return the signals with subject, threshold, context and who waits for them."""
    waiting = _waiting_by_root(view) if found else {}
    structural = _structural(view) if found else frozenset()
    decided = _decided(view, found)
    explained = {signal.id: last_explanation(decided.get(signal.id, ()), view.on) for signal in found}
    members = _members_by_theme(view, found)
    sources = _sources(view, [signal.subject for signal in found], found)
    return [
        SignalCard(
            signal=signal,
            subject=build_subject(view, signal.row, signal.dossier, sources),
            threshold=threshold_at(view, signal.rule, signal.row.held_from),
            dependents=waiting.get(signal.dossier, ()) if signal.is_open else (),
            members=members.get(signal.subject.code, ()) if signal.subject.kind is SubjectKind.THEME else (),
            context=_context(view, signal),
            is_structural=signal.state is SignalState.OPEN and signal.id in structural,
            in_hand=last_in_hand(decided.get(signal.id, ())) if signal.state in TAKEN else None,
            explained=explained[signal.id],
            given=accepted_by(decided.get(signal.id, ()), explained[signal.id]),
            solution=_last_solution(decided.get(signal.id, ())),
        )
        for signal in found
    ]


def _members_by_theme(view: ProgrammeView, found: Sequence[Signal]) -> dict[str, tuple[str, ...]]:
    """Return for each theme the dossiers that are held up, if one of these open signals is about a theme."""
    if not any(signal.is_open and signal.subject.kind is SubjectKind.THEME for signal in found):
        return {}
    standing = signals.read_at(view.session, view.code, at=view.at)
    members = held_up_dossiers(standing, {code: row.theme for code, row in view.register.items()})
    themes = {one.subject.code for one in standing if one.subject.kind is SubjectKind.THEME}
    return {theme: dossiers for theme, dossiers in members.items() if theme in themes}


def _sources(view: ProgrammeView, subjects: Iterable[Subject], known: Iterable[Signal] = ()) -> dict[str, Signal]:
    """Return the signals that these subjects are, by the code of the subject."""
    wanted = {f"{view.code}:{one.code}" for one in subjects if one.kind is SubjectKind.SIGNAL}
    there = [signal for signal in known if signal.id in wanted]
    for ids in in_batches(sorted(wanted - {signal.id for signal in there})):
        there += signals.read_at(view.session, view.code, at=view.at, ids=ids, is_resolved_included=True)
    return {signal.id.partition(":")[2]: signal for signal in there}


def _structural(view: ProgrammeView) -> frozenset[str]:
    """Return the signals that were repeated as often as the ladder wants."""
    repeats = view.policy.signal_ladder.repeats
    return notices.list_structural(view.session, view.code, repeats=repeats, at=view.at)


def _decided(view: ProgrammeView, found: Sequence[Signal]) -> dict[str, list[Decision]]:
    """Return what was decided on each of these that is open, oldest first."""
    still_open = {one.id for one in found if one.is_open}
    return decisions.list_of_signals(view.session, view.code, still_open, known_at=view.at)


def _last_solution(decided: Sequence[Decision]) -> Solution | None:
    """Return what was last proposed for a signal, as it stands."""
    return next(reversed(fold_solutions(decided)), None)


def _context(view: ProgrammeView, signal: Signal) -> tuple[ContextPeriod, ...]:
    """Return the recess or caretaker periods of the opening day; a mail server knows no recess."""
    if signal.subject.kind in OF_MONITOR:
        return ()
    return tuple(period for period in view.context if period.first <= signal.opened_on <= period.last)


def build_upcoming(view: ProgrammeView, *, until: date) -> list[UpcomingCard]:
    """Return the steps that break after today and by `until` if nothing changes, by day.

    Dossiers that wait for another one are left out: their root speaks for them.
    """
    waits = set(_waiting_dossiers(view))
    ahead = [
        (owner, held, step)
        for owner, held in _expected(view)
        if owner not in waits or held.expectation.rule[0] not in "TVO"
        for step in held.expectation.steps
        if view.on < step.on <= until and step.at > held.held_from
    ]
    sources = _sources(view, [held.expectation.subject for _, held, _ in ahead])
    cards = [
        UpcomingCard(
            expectation=held.expectation,
            subject=build_subject(view, held, dossier_of(owner), sources),
            step=step,
        )
        for owner, held, step in ahead
    ]
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


def build_subject(
    view: ProgrammeView, held: HeldExpectation, owner: str, sources: Mapping[str, Signal] | None = None
) -> SubjectCard:
    """Return code, title, theme and ministries of what an expectation is about.

    What is expected of a signal is about what that signal is about; `sources` has those signals.
    """
    subject = held.expectation.subject
    source = (sources or {}).get(subject.code) if subject.kind is SubjectKind.SIGNAL else None
    if source is not None:
        about = build_subject(view, source.row, source.dossier, sources)
        card = SourceCard(rule=source.rule, subject=source.subject, card=about)
        return replace(about, code=subject.code, source=card)
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
