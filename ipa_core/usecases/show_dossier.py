"""Show everything on one recommendation or measure, as one timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.signals import ChangeKind
from ipa_core.reports.timelines import DossierTimeline, EventKind, TimelineEvent
from ipa_core.store import decisions, signals
from ipa_core.usecases.show_messages import show_messages
from ipa_core.usecases.signal_cards import build_cards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.usecases.views import ProgrammeView


def show_dossier(view: ProgrammeView, code: str) -> DossierTimeline:
    """Return the dossier as known at the view's moment; raises UnknownDossier."""
    dossier = view.get_dossier(code)
    events = [*_facts(dossier), *_decisions(view, code), *_signals(view, code)]
    return DossierTimeline(
        dossier=dossier,
        lead=view.lead(code) or "",
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
        for change in signals.list_changes_of(view.session, identity, at=view.at):
            if change.kind is not ChangeKind.RESTATED:
                yield TimelineEvent(
                    at=change.at, on=day_of(change.at), kind=EventKind.SIGNAL, change=change.kind, card=card
                )
    told = {line.message: line for line in show_messages(view) if any(one in cards for one in line.signals)}
    for line in told.values():
        if line.handed_over_at is not None:
            yield TimelineEvent(
                at=line.handed_over_at, on=day_of(line.handed_over_at), kind=EventKind.MESSAGE, message=line
            )
