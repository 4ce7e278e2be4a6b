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
    from collections.abc import Collection, Iterable, Mapping, Sequence
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


def answers(line: AnsweredLine, request: Request, leads: Leads) -> bool:
    """Tell whether the line answers the request: it is of the ministry itself, or of who led the dossier by then."""
    if line.organisation == request.organisation:
        return True
    then = leads.at(line.at)
    return line.organisation in (then.present(request.organisation), then.lead(line.dossier))


def share_over_time(
    requests: Sequence[Request], leads: Leads, lines: Iterable[AnsweredLine], until: datetime | None
) -> tuple[dict[str, list[tuple[datetime, tuple[str, ...]]]], list[Orphans]]:
    """Return from when each request of a round asks about what, and what no request could take over.

    `requests` come by their opening. Those of the opening of the round start with what they were made for; those that
    open later take over from the others, from one change of a lead to the next.
    """
    opened_at = requests[0].opened_at
    by_dossier: dict[str, list[AnsweredLine]] = {}
    for line in lines:
        by_dossier.setdefault(line.dossier, []).append(line)
    asked: dict[str, list[tuple[datetime, tuple[str, ...]]]] = {
        one.code: [(one.opened_at, one.asked if one.opened_at == opened_at else ())] for one in requests
    }
    orphans: list[Orphans] = []
    for moment in sorted(
        {*leads.changes_within(opened_at, until), *(one.opened_at for one in requests[1:])} - {opened_at}
    ):
        known = [one for one in requests if one.opened_at <= moment]
        settled = {
            (one.code, dossier)
            for one in known
            for dossier in asked[one.code][-1][1]
            if one.state_at(moment) is RequestState.WAIVED
            or any(line.at <= moment and answers(line, one, leads) for line in by_dossier.get(dossier, ()))
        }
        now, homeless = share_out(known, {one.code: asked[one.code][-1][1] for one in known}, leads.at(moment), settled)
        orphans += [Orphans(moment=moment, ministry=lead, dossiers=codes) for lead, codes in sorted(homeless.items())]
        for code, dossiers in now.items():
            last_at, last = asked[code][-1]
            if last != dossiers and last_at == moment:
                asked[code][-1] = (moment, dossiers)
            elif last != dossiers:
                asked[code].append((moment, dossiers))
    return asked, orphans


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """Dossiers that a ministry leads from an instant on, while it has no request in the round to ask about them."""

    moment: datetime
    ministry: str
    dossiers: tuple[str, ...]


def share_out(
    requests: Sequence[Request], before: Asked, leads: LeadsAt, settled: Collection[tuple[str, str]]
) -> tuple[Asked, Asked]:
    """Return what each request of a round asks about from an instant on, and what has no request to go to.

    `before` is what they asked about until then; what is `settled` (code of the request, dossier) stays where it is.
    The second is by the ministry that leads it now: it needs a request of its own, and until then stays as it was.
    """
    holders = {request.code: leads.present(request.organisation) for request in requests}
    by_holder: dict[str, str] = {}
    for code, holder in holders.items():
        by_holder.setdefault(holder, code)
    asked: dict[str, list[str]] = {request.code: [] for request in requests}
    orphans: dict[str, list[str]] = {}
    for request in requests:
        for dossier in before[request.code]:
            lead = None if (request.code, dossier) in settled else leads.lead(dossier)
            if lead is None or lead == holders[request.code]:
                asked[request.code].append(dossier)
            elif lead in by_holder:
                asked[by_holder[lead]].append(dossier)
            else:
                asked[request.code].append(dossier)
                orphans.setdefault(lead, []).append(dossier)
    return (
        {code: tuple(dict.fromkeys(codes)) for code, codes in asked.items()},
        {lead: tuple(dict.fromkeys(codes)) for lead, codes in orphans.items()},
    )
