"""Hold what is expected of the signals that share a cause, over all dossiers about which one was said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.handovers import Leads
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.shared_causes import SHARING, Carrier, SaidCause
from ipa_core.domain.updates import RootCause
from ipa_core.rules.grouping import SHARED_CAUSE, hold_causes
from ipa_core.store import decisions, expectations, recommendations, signals, updates
from ipa_core.store.bulk import in_batches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.episodes import Episode
    from ipa_core.domain.recommendations import Recommendation
    from ipa_core.usecases.views import ProgrammeView

OWNER = "cause:"
"""How the owner of a group begins; its cause follows."""

FEW = 500
"""Up to this many dossiers are looked up first, to see whether a cause was said about any of them."""


def follow_causes(view: ProgrammeView, *, since: datetime, owners: Collection[str] | None = None) -> None:
    """Hold the groups anew from an instant on, when a cause was said about any of these dossiers (None: about any).

    `owners` may also name a group itself, for which a solution was proposed.
    """
    earliest = _earliest(view, since)
    is_about_group = owners is None or any(owner.startswith(OWNER) for owner in owners)
    if not is_about_group and len(owners or ()) <= FEW and not list_causes(view, earliest, dossiers=owners):
        return
    said = list_causes(view, earliest)
    if not said:
        return
    codes = sorted({one.dossier for one in said})
    told: dict[str, list[Episode]] = {}
    for batch in in_batches(codes):
        told |= signals.list_episodes(view.session, view.code, batch)
    groups = {f"{OWNER}{cause}": cause for cause in RootCause}
    standing = expectations.list_standing(view.session, view.code, SHARED_CAUSE, before=since, owners=groups)
    found = hold_causes(
        as_carriers(said, told),
        settled_at(decisions.list_of_dossiers(view.session, view.code, groups)),
        leads_of(view, codes),
        view.policies,
        since=since,
        standing={groups[owner]: row for owner, row in standing.items()},
    )
    held = {owner: found.get(cause, []) for owner, cause in groups.items()}
    expectations.replace_from(view.session, view.code, held, since=dict.fromkeys(groups, since))


def list_causes(
    view: ProgrammeView, earliest: datetime | None = None, *, dossiers: Collection[str] | None = None
) -> list[SaidCause]:
    """Return the causes that were said from an instant on, in order."""
    said = [
        *updates.list_causes(view.session, view.code, since=earliest, dossiers=dossiers),
        *decisions.list_causes(view.session, view.code, since=earliest, dossiers=dossiers),
    ]
    return sorted(said, key=lambda one: one.at)


def as_carriers(said: Iterable[SaidCause], told: Mapping[str, Iterable[Episode]]) -> list[Carrier]:
    """Put what was said about each dossier beside its signals."""
    by_dossier: dict[str, list[SaidCause]] = {}
    for one in said:
        by_dossier.setdefault(one.dossier, []).append(one)
    return [
        Carrier(
            dossier=dossier,
            said=tuple(mine),
            episodes=tuple(
                sorted(
                    (one for one in told.get(dossier, ()) if one.rule[0] in SHARING),
                    key=lambda one: (one.rule, one.subject.code, one.number),
                )
            ),
        )
        for dossier, mine in sorted(by_dossier.items())
    ]


def settled_at(decided: Mapping[str, Iterable[Decision]]) -> dict[RootCause, set[datetime]]:
    """Return when a solution was proposed for the signals of each group, from the decisions by owner."""
    return {
        cause: {one.at for one in decided.get(f"{OWNER}{cause}", ()) if one.kind is DecisionKind.PROPOSE}
        for cause in RootCause
    }


def leads_of(view: ProgrammeView, codes: Collection[str]) -> Leads:
    """Return who leads these dossiers over time."""
    register: dict[str, tuple[Recommendation, ...]] = {}
    for batch in in_batches(codes):
        register |= recommendations.list_versions(view.session, view.code, batch)
    return Leads(directory=view.directory_history, register=register)


def _earliest(view: ProgrammeView, since: datetime) -> datetime:
    """Return an instant before which no cause was said that still counts."""
    terms = ((one.calendar, one.thresholds[SHARED_CAUSE].values.within) for one in view.policies.policies)
    on = min(calendar.subtract_working_days(day_of(since), within) for calendar, within in terms)
    return start_of_day(on) - timedelta(days=7)
