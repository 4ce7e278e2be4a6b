"""What do we know about a programme at an instant? The one place where use cases look things up."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ipa_core.domain.dossiers import RoundTerm
from ipa_core.domain.expectations import SubjectKind, day_after
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.organisations import Role, Share
from ipa_core.errors import UnknownDossier
from ipa_core.rules.holding import DossierHistory
from ipa_core.rules.policies import PolicyTimeline, build_timeline
from ipa_core.store import decisions, organisations, outbox, programmes, recommendations, rounds, updates
from ipa_core.store.bulk import in_batches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.directories import Directory, DirectoryHistory
    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.expectations import Subject
    from ipa_core.domain.organisations import Contact
    from ipa_core.domain.programmes import ContextPeriod, OwnPolicy, Programme
    from ipa_core.domain.recommendations import Milestone, Recommendation
    from ipa_core.rules.policies import Policy

BATCH = 200
"""Dossiers of which the facts are in memory at the same time when all are gone through."""


class ProgrammeView:
    """A programme as known at one instant; each part is read once, when it is first asked for."""

    def __init__(self, session: Session, code: str, *, at: datetime) -> None:
        self.session = session
        self.code = code
        self.at = at
        self.on: date = day_of(at)

    @cached_property
    def programme(self) -> Programme:
        """The programme itself."""
        return programmes.as_programme(programmes.get_row(self.session, self.code))

    @cached_property
    def _policy_data(self) -> programmes.PolicyData:
        return programmes.get_policy(self.session, self.code)

    @cached_property
    def policies(self) -> PolicyTimeline:
        """Thresholds, ladders and calendars over time."""
        return build_timeline(self._policy_data.overrides, self._policy_data.calendars)

    def with_policy(self, own: OwnPolicy) -> ProgrammeView:
        """Return the same view as if this had always been in its policy, or from the days that it names."""
        tried = ProgrammeView(self.session, self.code, at=self.at)
        data = self._policy_data
        added = tuple((start_of_day(override.valid_from), override) for override in own.overrides)
        closed = {one.on: one.as_free_day() for one in own.closed_days}
        calendars = [(at, calendar.with_free_days(closed)) for at, calendar in data.calendars]
        tried.policies = build_timeline((*data.overrides, *added), calendars)
        return tried

    @property
    def policy(self) -> Policy:
        """The policy at this instant."""
        return self.policies.at(self.at)

    @property
    def calendar(self) -> Calendar:
        """The calendar at this instant."""
        return self.policy.calendar

    @property
    def context(self) -> tuple[ContextPeriod, ...]:
        """Recesses and caretaker periods."""
        return self._policy_data.context

    @cached_property
    def directory_history(self) -> DirectoryHistory:
        """Who is who over time, and whose messages came back."""
        history = organisations.get_directory_history(self.session, self.code)
        return replace(history, returned=tuple(outbox.list_returned(self.session, self.code)))

    @cached_property
    def directory(self) -> Directory:
        """Who is who, as known."""
        return self.directory_history.at(self.at)

    @cached_property
    def bounced(self) -> frozenset[str]:
        """The mailboxes that count as away, because a message to them came back lately."""
        return self.directory.away

    @cached_property
    def milestones(self) -> dict[str, Milestone]:
        """The milestones by code, as known."""
        versions = recommendations.list_milestones(self.session, self.code)
        return {one.code: one for mine in versions.values() for one in mine if one.recorded_at <= self.at}

    @cached_property
    def register(self) -> dict[str, Recommendation]:
        """The register rows by code, as known; those adopted later are not there yet."""
        versions = recommendations.list_versions(self.session, self.code)
        known = {code: [v for v in mine if v.recorded_at <= self.at] for code, mine in versions.items()}
        return {code: mine[-1] for code, mine in known.items() if mine}

    @cached_property
    def register_changed_at(self) -> datetime | None:
        """When a version of a register row last began to count; None without any."""
        return recommendations.last_changed_at(self.session, self.code)

    def histories(self, codes: Collection[str] | None = None) -> dict[str, DossierHistory]:
        """Return all facts of these dossiers, or of all."""
        versions = recommendations.list_versions(self.session, self.code, codes)
        said = updates.list_updates(self.session, self.code, codes)
        milestones = recommendations.list_milestones(self.session, self.code, codes)
        decided = decisions.list_of_dossiers(self.session, self.code, codes)
        return {
            code: DossierHistory(
                versions=mine,
                updates=said.get(code, ()),
                milestones=milestones.get(code, ()),
                decisions=decided.get(code, ()),
                rounds=self._round_terms if any(one.planned_on for one in decided.get(code, ())) else (),
            )
            for code, mine in versions.items()
        }

    def each_history(self) -> Iterator[DossierHistory]:
        """Yield all facts of one dossier after the other; those of a few are in memory at the same time."""
        for codes in in_batches(recommendations.list_codes(self.session, self.code), BATCH):
            yield from self.histories(codes).values()

    @cached_property
    def _round_terms(self) -> tuple[RoundTerm, ...]:
        opened = rounds.list_rounds(self.session, self.code, known_at=self.at)
        return tuple(
            RoundTerm(opened_at=one.opened_at, ends_at=start_of_day(day_after(due_on)), moved_at=moved_at)
            for one in opened
            for due_on, moved_at in (*one.earlier, (one.due_on, None))
        )

    def dossiers(self, codes: Collection[str] | None = None) -> dict[str, Dossier]:
        """Return these dossiers, or all, folded as known at this instant."""
        return {
            code: history.at(self.at) for code, history in self.histories(codes).items() if history.begins_at <= self.at
        }

    def get_dossier(self, code: str) -> Dossier:
        """Return one dossier; raises UnknownDossier."""
        found = self.dossiers((code,))
        if code not in found:
            raise UnknownDossier(code, tuple(self.register))
        return found[code]

    def holders(self, share: Share, dossier: str, *, on: date | None = None) -> tuple[str, ...]:
        """Return who leads or co-leads a dossier on the day (default: today)."""
        recommendation = self.register.get(dossier)
        if recommendation is None:
            return ()
        return self.directory.holders(share, recommendation, on or self.on)

    def present(self, organisation: str) -> str:
        """Return who took the place of an organisation that ended; the organisation itself if nobody did."""
        return self.directory.present(organisation, self.on)

    def lead(self, dossier: str, *, on: date | None = None) -> str | None:
        """Return the ministry that leads on the day, if any does."""
        return next(iter(self.holders(Share.LEAD, dossier, on=on)), None)

    def find_contact(self, email: str, organisation: str, roles: Sequence[Role] = ()) -> Contact | None:
        """Return who has the mailbox, rather in one of these roles and of this organisation; also one who left."""
        return self.directory.find_contact(email, organisation, self.on, roles)

    def ministry_of(self, subject: Subject, dossier: str) -> str | None:
        """Return the organisation that a signal concerns now: who leads the dossier, was asked, or is meant itself."""
        if subject.kind is SubjectKind.REQUEST:
            return self.present(subject.code.rsplit(":", 1)[-1])
        if subject.kind is SubjectKind.ORGANISATION:
            return subject.code
        return self.lead(dossier) if dossier in self.register else None

    def contacts(self, role: Role, organisation: str | None = None, *, on: date | None = None) -> tuple[Contact, ...]:
        """Return the contacts on duty in a role, of one organisation or of all, each mailbox once."""
        return self.directory.on_duty(role, organisation, on or self.on)
