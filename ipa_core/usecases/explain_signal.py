"""Explain one signal: what it is, what happened to it, and everything that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.reports.explanations import Explanation, Ground, SignalEvent, days_named
from ipa_core.store import expectations, signals
from ipa_core.usecases.show_signals import show_signal
from ipa_core.usecases.signal_cards import threshold_at

if TYPE_CHECKING:
    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.usecases.views import ProgrammeView


def explain_signal(view: ProgrammeView, identity: str) -> Explanation:
    """Return the signal as known at the view's moment; raises what `show_signal` raises."""
    card = show_signal(view, identity)
    changes = signals.list_changes_of(view.session, identity, at=view.at)
    rows = expectations.get_many(view.session, {change.expectation for change in changes})
    behind = dict.fromkeys(change.expectation for change in changes)
    return Explanation(
        card=card,
        events=tuple(SignalEvent(at=one.at, kind=one.kind, severity=one.severity) for one in changes),
        grounds=tuple(_ground(view, rows[one]) for one in behind),
    )


def _ground(view: ProgrammeView, row: HeldExpectation) -> Ground:
    first, last = days_named(row.expectation)
    calendar = view.policies.at(row.held_from).calendar
    return Ground(
        expectation=row.expectation,
        known_at=row.held_from,
        until=row.held_until if row.held_until is not None and row.held_until <= view.at else None,
        threshold=threshold_at(view, row.expectation.rule, row.held_from),
        free_days=tuple(free.on for free in calendar.free_days if first <= free.on <= last),
    )
