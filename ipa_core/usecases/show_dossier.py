"""Show everything on one recommendation or measure, as one timeline."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.signals import ChangeKind
from ipa_core.reports.timelines import DossierTimeline, EventKind, TimelineEvent, ToldMessage
from ipa_core.reports.trends import build_trend
from ipa_core.store import decisions, expectations, signals
from ipa_core.usecases.request_histories import list_request_histories
from ipa_core.usecases.show_messages import show_messages
from ipa_core.usecases.signal_cards import build_cards, threshold_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.reports.message_lines import MessageLine
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.store.signals import SignalChangeRow
    from ipa_core.usecases.views import ProgrammeView


def show_dossier(view: ProgrammeView, code: str) -> DossierTimeline:
    """Return the dossier as known at the view's moment; raises UnknownDossier."""
    dossier = view.get_dossier(code)
    events = [*_facts(dossier), *_decisions(view, code), *_signals(view, code)]
    return DossierTimeline(
        dossier=dossier,
        lead=view.lead(code) or "",
        trend=build_trend(dossier, on=view.on),
        events=tuple(sorted(events, key=lambda event: (event.on, event.at))),
    )


def _facts(dossier: Dossier) -> Iterator[TimelineEvent]:
    adopted_on = dossier.recommendation.adopted_on
    yield TimelineEvent(
        at=start_of_day(adopted_on),
        on=adopted_on,
        kind=EventKind.ADOPTED,
        source=dossier.recommendation.source,
    )
    for entry in dossier.entries:
        yield TimelineEvent(
            at=entry.update.recorded_at,
            on=entry.on,
            kind=EventKind.REPORT if entry.update.is_report or entry.update.milestone else EventKind.PLAN,
            entry=entry,
            source=entry.update.where,
        )


def _decisions(view: ProgrammeView, code: str) -> Iterator[TimelineEvent]:
    for decision in decisions.list_of_dossiers(view.session, view.code, (code,)).get(code, ()):
        if decision.at <= view.at:
            yield TimelineEvent(
                at=decision.at, on=decision.on, kind=EventKind.DECISION, decision=decision, source=decision.where
            )


def _signals(view: ProgrammeView, code: str) -> Iterator[TimelineEvent]:
    found = signals.read_at(view.session, view.code, at=view.at, dossier=code, is_resolved_included=True)
    cards = {card.signal.id: card for card in build_cards(view, found)}
    for identity, card in cards.items():
        changes = signals.list_changes_of(view.session, identity, at=view.at)
        told = [change for change in changes if change.kind is not ChangeKind.RESTATED]
        rows = expectations.get_many(view.session, {change.expectation for change in told})
        for change in told:
            yield TimelineEvent(
                at=change.at,
                on=day_of(change.at),
                kind=EventKind.SIGNAL,
                change=change.kind,
                card=_as_said(view, card, change, rows[change.expectation]),
                source=identity,
            )
    yield from _messages(view, code, cards.keys())


def _as_said(view: ProgrammeView, card: SignalCard, change: SignalChangeRow, row: HeldExpectation) -> SignalCard:
    """Return the card with what the signal said when this happened to it."""
    signal = replace(card.signal, row=row, severity=change.severity)
    return replace(card, signal=signal, threshold=threshold_at(view, signal.rule, row.held_from))


def _messages(view: ProgrammeView, code: str, signal_ids: Collection[str]) -> Iterator[TimelineEvent]:
    """Yield the messages that went about these signals, or in a round that asked about the dossier then."""
    requests = {one.request.code: one for one in list_request_histories(view, with_lines=False)}
    told: dict[str, list[MessageLine]] = defaultdict(list)
    for line in show_messages(view):
        at = line.handed_over_at
        has_asked = at is not None and line.about in requests and code in requests[line.about].at(at).asked
        if at is not None and (has_asked or line.about in signal_ids):
            told[line.message].append(line)
    for lines in told.values():
        yield from _told(view, lines)


def _told(view: ProgrammeView, lines: Sequence[MessageLine]) -> Iterator[TimelineEvent]:
    """Yield the message that carried these notices."""
    line = lines[0]
    contact = view.find_contact(line.recipient, line.ministry)
    if line.handed_over_at is None:
        return
    yield TimelineEvent(
        at=line.handed_over_at,
        on=day_of(line.handed_over_at),
        kind=EventKind.MESSAGE,
        message=ToldMessage(
            role=contact.role if contact is not None else None,
            organisation=contact.organisation if contact is not None else line.ministry,
            rungs=tuple(dict.fromkeys(Rung(one.rung) for one in lines)),
            subject=line.subject,
        ),
        source=line.message_id,
    )
