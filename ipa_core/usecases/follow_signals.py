"""Hold what is expected of signals themselves: a way out that helps, a reaction to an escalation, no endless snooze.

The rows of the signals of one dossier have an owner of their own beside it, so that a fact on the dossier leaves them
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.episodes import with_decisions, with_escalations
from ipa_core.domain.themes import concerns_theme
from ipa_core.rules.holding import Followed, hold_episodes
from ipa_core.store import decisions, escalations, expectations, recommendations, signals
from ipa_core.store.bulk import in_batches
from ipa_core.usecases.follow_causes import follow_causes
from ipa_core.usecases.follow_themes import follow_themes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from ipa_core.domain.episodes import Episode, Escalation
    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.usecases.views import ProgrammeView

BATCH = 500
"""Dossiers of which the signals are looked up at once: a database takes only so many values in one question."""

_FOLLOWS = "signals:"


def follow_signals(view: ProgrammeView, since: Mapping[str, datetime]) -> None:
    """Hold anew what is expected of the signals of these dossiers (or other owners), each from an instant on."""
    held_up: dict[str, datetime] = {}
    for batch in in_batches(since):
        told = signals.list_episodes(view.session, view.code, batch)
        decided = decisions.list_of_dossiers(view.session, view.code, batch)
        escalated = _escalations(view, told)
        versions = recommendations.list_versions(view.session, view.code, batch)
        held: dict[str, Sequence[HeldExpectation]] = {}
        for dossier in batch:
            mine = decided.get(dossier, ())
            followed = Followed(
                episodes=tuple(with_escalations(with_decisions(told.get(dossier, ()), mine), escalated, view.code)),
                versions=versions.get(dossier, ()),
                decisions=mine,
            )
            held[f"{_FOLLOWS}{dossier}"] = hold_episodes(followed, view.policies, since=since[dossier])
            if any(concerns_theme(episode, since[dossier]) for episode in followed.episodes):
                held_up[dossier] = since[dossier]
        begins_at = {f"{_FOLLOWS}{dossier}": since[dossier] for dossier in batch}
        expectations.replace_from(view.session, view.code, held, since=begins_at)
    if since:
        follow_causes(view, since=min(since.values()), owners=since)
    if held_up:
        follow_themes(view, since=min(held_up.values()), owners=held_up)


def follow_escalations(view: ProgrammeView, message: int) -> None:
    """Hold anew what is expected of the signals about which this message is an escalation; most messages are none."""
    follow_signals(view, dict.fromkeys(escalations.list_escalated(view.session, message), view.at))


def refresh_open_signals(view: ProgrammeView, dossiers: Collection[str] | None = None) -> None:
    """Hold anew what is expected of the open signals from now on: of all, or of those on these dossiers."""
    owners = signals.list_open_owners(view.session, view.code)
    follow_signals(view, dict.fromkeys(owners if dossiers is None else owners & set(dossiers), view.at))


def dossier_of(owner: str) -> str:
    """Return the dossier (or request, or group) that a row with this owner is about."""
    return owner.removeprefix(_FOLLOWS)


def _escalations(view: ProgrammeView, told: Mapping[str, Sequence[Episode]]) -> dict[str, list[Escalation]]:
    subjects = {episode.told_as(view.code) for mine in told.values() for episode in mine}
    return escalations.list_escalations(view.session, view.code, subjects)
