"""Hold what is expected of signals themselves: somebody proposes a way out, it helps, nobody puts it off for ever.

The rows of the signals of one dossier have an owner of their own beside it, so that a fact on the dossier leaves them
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.episodes import with_decisions
from ipa_core.rules.holding import Followed, hold_episodes
from ipa_core.store import decisions, expectations, recommendations, signals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from ipa_core.usecases.views import ProgrammeView

BATCH = 500
"""Dossiers of which the signals are looked up at once: a database takes only so many values in one question."""

_FOLLOWS = "signals:"


def follow_signals(view: ProgrammeView, since: Mapping[str, datetime]) -> None:
    """Hold anew what is expected of the signals of these dossiers (or other owners), each from an instant on."""
    dossiers = list(since)
    for start in range(0, len(dossiers), BATCH):
        _follow(view, dossiers[start : start + BATCH], since)


def _follow(view: ProgrammeView, dossiers: Collection[str], since: Mapping[str, datetime]) -> None:
    told = signals.list_episodes(view.session, view.code, dossiers)
    decided = decisions.list_of_dossiers(view.session, view.code, dossiers)
    versions = recommendations.list_versions(view.session, view.code, dossiers)
    for dossier in dossiers:
        mine = decided.get(dossier, ())
        followed = Followed(
            episodes=tuple(with_decisions(told.get(dossier, ()), mine)),
            versions=versions.get(dossier, ()),
            decisions=mine,
        )
        rows = hold_episodes(followed, view.policies, since=since[dossier])
        expectations.replace_from(view.session, view.code, f"{_FOLLOWS}{dossier}", rows, since=since[dossier])


def refresh_open_signals(view: ProgrammeView, dossiers: Collection[str] | None = None) -> None:
    """Hold anew what is expected of the open signals from now on: of all, or of those on these dossiers."""
    owners = signals.list_open_owners(view.session, view.code)
    follow_signals(view, dict.fromkeys(owners if dossiers is None else owners & set(dossiers), view.at))


def dossier_of(owner: str) -> str:
    """Return the dossier (or request, or group) that a row with this owner is about."""
    return owner.removeprefix(_FOLLOWS)
