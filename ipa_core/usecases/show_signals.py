"""Show signals: the open ones worst first, all of them, or one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.errors import NoSignalButDossier, UnknownSignal
from ipa_core.store import signals
from ipa_core.usecases.signal_cards import build_cards

if TYPE_CHECKING:
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.usecases.views import ProgrammeView


def show_signals(view: ProgrammeView, *, is_resolved_included: bool = False) -> list[SignalCard]:
    """Return the signals as they stood at the view's moment: open before solved, worst first."""
    found = signals.read_at(view.session, view.code, at=view.at, is_resolved_included=is_resolved_included)
    found.sort(key=lambda one: (not one.is_open, -one.severity.weight, one.opened_at, one.id))
    return build_cards(view, found)


def list_open(view: ProgrammeView, dossier: str) -> tuple[str, ...]:
    """Return the ids of the open signals on the dossier, worst first."""
    found = [one for one in signals.read_at(view.session, view.code, at=view.at) if one.dossier == dossier]
    found.sort(key=lambda one: (-one.severity.weight, one.opened_at, one.id))
    return tuple(one.id for one in found)


def show_signal(view: ProgrammeView, identity: str) -> SignalCard:
    """Return one signal; raises UnknownSignal, or NoSignalButDossier when it is the code of a dossier."""
    found = signals.read_at(view.session, view.code, at=view.at, ids={identity}, is_resolved_included=True)
    if not found and identity in view.register:
        raise NoSignalButDossier(identity, list_open(view, identity))
    if not found:
        raise UnknownSignal(identity)
    return build_cards(view, found)[0]
