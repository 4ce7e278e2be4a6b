"""What is asked of whom when a field passes to another ministry in the middle of a round?

Each dossier is asked of one ministry at a time. It starts with the request in which it was asked. When another ministry
leads it, it goes along to that ministry's own request, unless a line about it came already or the first ministry was
excused. A ministry that took the place of one that ended simply holds its request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of
from ipa_core.domain.rounds import RequestState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from ipa_core.domain.directories import Directory, DirectoryHistory
    from ipa_core.domain.recommendations import Recommendation
    from ipa_core.domain.rounds import AnsweredLine, Request

Asked = dict[str, tuple[str, ...]]
"""The dossiers by the code of the request in which they are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Who leads the dossiers of a round, at any instant."""

    directory: DirectoryHistory
    register: Mapping[str, tuple[Recommendation, ...]]

    def changes_within(self, opened_at: datetime, until: datetime | None) -> list[datetime]:
        """Return the instants after `opened_at` and before `until` at which a lead may have changed, in order."""
        versions = {version.recorded_at for mine in self.register.values() for version in mine}
        changes = self.directory.changes(with_contacts=False) | versions
        return sorted(at for at in changes if opened_at < at and (until is None or at < until))

    def at(self, moment: datetime) -> LeadsAt:
        """Return who leads at the instant."""
        return LeadsAt(directory=self.directory.at(moment), register=self.register, moment=moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadsAt:
    """Who leads at one instant, as known then."""

    directory: Directory
    register: Mapping[str, tuple[Recommendation, ...]]
    moment: datetime

    def lead(self, dossier: str) -> str | None:
        """Return the ministry that leads the dossier, if any does."""
        version = self._version(dossier)
        return None if version is None else self.directory.lead(version, day_of(self.moment))

    def present(self, organisation: str) -> str:
        """Return who took the place of an organisation that ended, or the organisation itself."""
        return self.directory.present(organisation, day_of(self.moment))

    def _version(self, dossier: str) -> Recommendation | None:
        known = [version for version in self.register.get(dossier, ()) if version.recorded_at <= self.moment]
        return known[-1] if known else None


def share_out(requests: Sequence[Request], leads: LeadsAt, lines: Iterable[AnsweredLine]) -> tuple[Asked, Asked]:
    """Return what each request of a round asks about at an instant, and what no request asks about any more.

    The second is by the ministry that leads it now: it needs a request of its own. `requests` come by their opening; a
    dossier about which a line came stays with the first that asked about it.
    """
    said = {line.dossier for line in lines if line.at <= leads.moment}
    holders = {request.code: leads.present(request.organisation) for request in requests}
    by_holder: dict[str, str] = {}
    for code, holder in holders.items():
        by_holder.setdefault(holder, code)
    asked: dict[str, list[str]] = {request.code: [] for request in requests}
    orphans: dict[str, list[str]] = {}
    settled: set[str] = set()
    for request in requests:
        is_excused = request.state_at(leads.moment) is RequestState.WAIVED
        for dossier in request.asked:
            is_settled = is_excused or dossier in said
            if dossier in settled:
                continue
            settled |= {dossier} if is_settled else set()
            lead = None if is_settled else leads.lead(dossier)
            if lead is None or lead == holders[request.code]:
                asked[request.code].append(dossier)
            elif lead in by_holder:
                asked[by_holder[lead]].append(dossier)
            else:
                orphans.setdefault(lead, []).append(dossier)
    return (
        {code: tuple(dict.fromkeys(codes)) for code, codes in asked.items()},
        {lead: tuple(dict.fromkeys(codes)) for lead, codes in orphans.items()},
    )
