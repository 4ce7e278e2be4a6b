"""Who is who on a day, as known at a moment?

What is known changes with the loads of a programme; who is on duty changes with the days. `DirectoryHistory` holds
both, so that it can tell at which instants an answer may change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ipa_core.domain.bounces import AWAY_FOR
from ipa_core.domain.expectations import day_after
from ipa_core.domain.moments import day_of, start_of_day
from ipa_core.domain.organisations import Contact, Organisation, Responsibility, Role, Share, holders_on, is_valid_on
from ipa_core.domain.organisations import present_holder as follow_successors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.recommendations import Recommendation

TermT = TypeVar("TermT", Organisation, Contact, Responsibility)


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Who is who, as known at one instant; valid or not on a day.

    `away` are the mailboxes that count as away because a message to them came back lately. It has no slots, so that who
    has which role and which mailbox is laid out once.
    """

    organisations: Mapping[str, Organisation]
    contacts: tuple[Contact, ...]
    responsibilities: Mapping[str, tuple[Responsibility, ...]]
    away: frozenset[str] = frozenset()

    def holders(self, share: Share, recommendation: Recommendation, on: date) -> tuple[str, ...]:
        """Return who leads or co-leads a dossier on the day."""
        listed = (recommendation.lead,) if share is Share.LEAD else recommendation.co_leads
        rows = self.responsibilities.get(recommendation.code, ())
        return holders_on(share, listed, rows, self.organisations, on)

    def lead(self, recommendation: Recommendation, on: date) -> str | None:
        """Return the ministry that leads on the day, if any does."""
        return next(iter(self.holders(Share.LEAD, recommendation, on)), None)

    def present(self, organisation: str, on: date) -> str:
        """Return who took the place of an organisation that ended; the organisation itself if nobody did."""
        return follow_successors(organisation, self.organisations, on) or organisation

    def on_duty(self, role: Role, organisation: str | None, on: date) -> tuple[Contact, ...]:
        """Return the contacts on duty in a role, of one organisation or of all, each mailbox once."""
        found = (one for one in self._by_role.get((role, organisation), ()) if is_valid_on(one, on))
        return tuple({contact.email.casefold(): contact for contact in found}.values())

    def find_contact(self, email: str, organisation: str, on: date, roles: Sequence[Role] = ()) -> Contact | None:
        """Return who has the mailbox, also one who left; of more than one the one that fits best.

        On duty rather than not, in an earlier of these roles rather than a later or another one, and of this
        organisation rather than of another.
        """
        ranks = {role: rank for rank, role in enumerate(roles)}
        return min(
            self._by_email.get(email, ()),
            key=lambda one: (
                not is_valid_on(one, on),
                ranks.get(one.role, len(ranks)),
                one.organisation != organisation,
            ),
            default=None,
        )

    def is_on_duty(self, email: str, organisation: str, on: date) -> bool:
        """Tell whether the mailbox is of somebody on duty at the organisation, or at another if it never was there."""
        known = self._by_email.get(email, ())
        mine = [one for one in known if one.organisation == organisation] or known
        return any(is_valid_on(one, on) for one in mine)

    def ministries_of(self, email: str, on: date) -> frozenset[str]:
        """Return the organisations of which somebody with this mailbox is the main contact."""
        known = self._by_email.get(email, ())
        return frozenset(one.organisation for one in known if one.role is Role.MAIN and is_valid_on(one, on))

    @cached_property
    def _by_role(self) -> Mapping[tuple[Role, str | None], Sequence[Contact]]:
        """The contacts in each role, of each organisation and, without one, of all."""
        found: dict[tuple[Role, str | None], list[Contact]] = {}
        for contact in self.contacts:
            for organisation in (contact.organisation, None):
                found.setdefault((contact.role, organisation), []).append(contact)
        return found

    @cached_property
    def _by_email(self) -> Mapping[str, Sequence[Contact]]:
        found: dict[str, list[Contact]] = {}
        for contact in self.contacts:
            found.setdefault(contact.email, []).append(contact)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryHistory:
    """Every version of organisations, contacts and responsibilities with the instant it was known, as appended.

    `returned` has each mailbox of which a message came back, with when it did.
    """

    organisations: tuple[tuple[datetime, Organisation], ...] = ()
    contacts: tuple[tuple[datetime, Contact], ...] = ()
    responsibilities: tuple[tuple[datetime, Responsibility], ...] = ()
    returned: tuple[tuple[datetime, str], ...] = ()

    def at(self, moment: datetime) -> Directory:
        """Return what was known at the instant; of two versions the one that was appended last counts."""
        organisations = {one.code: one for one in _known(self.organisations, moment)}
        contacts = {(one.organisation, one.role, one.email): one for one in _known(self.contacts, moment)}
        shares = {
            (one.dossier, one.share, one.organisation, one.valid_from): one
            for one in _known(self.responsibilities, moment)
        }
        by_dossier: dict[str, list[Responsibility]] = {}
        for one in shares.values():
            by_dossier.setdefault(one.dossier, []).append(one)
        return Directory(
            organisations=organisations,
            contacts=tuple(contacts.values()),
            responsibilities={code: tuple(rows) for code, rows in by_dossier.items()},
            away=frozenset(mailbox for at, mailbox in self.returned if at <= moment < at + AWAY_FOR),
        )

    def changes(self, *, with_contacts: bool) -> set[datetime]:
        """Return the instants at which who leads, or (if asked) who is on duty, may become another."""
        terms: list[tuple[datetime, Organisation | Contact | Responsibility]] = []
        terms += [*self.organisations, *self.responsibilities, *(self.contacts if with_contacts else ())]
        found = {at for known_at, term in terms for at in (known_at, *_ends(term))}
        returned_at = [at for at, _ in self.returned] if with_contacts else []
        return found.union(returned_at, (at + AWAY_FOR for at in returned_at))


def _known(versions: Sequence[tuple[datetime, TermT]], moment: datetime) -> Iterator[TermT]:
    return (term for known_at, term in versions if known_at <= moment)


def _ends(term: Organisation | Contact | Responsibility) -> Iterable[datetime]:
    if term.valid_from is not None:
        yield start_of_day(term.valid_from)
    if term.valid_to is not None:
        yield start_of_day(day_after(term.valid_to))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Can an organisation be asked?

    `missing_since` is the day since which it leads something and nobody can be reached; `has_returned` tells that
    somebody is on duty all the same, whose messages come back.
    """

    organisation: str
    missing_since: date | None
    has_returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTerm:
    """The register names the same lead for one dossier, or for a group of dossiers, from `since` until `until`."""

    recommendation: Recommendation
    since: datetime
    until: datetime | None


def lead_terms(register: Iterable[Sequence[Recommendation]], directory: DirectoryHistory) -> list[LeadTerm]:
    """Sum up who leads what in a register, however large: the versions of one dossier after the other, oldest first.

    Dossiers whose responsibilities are listed stand for themselves; of the others those with the same lead are one
    group, in which any of them speaks for all.
    """
    listed = {term.dossier for _, term in directory.responsibilities}
    alone: list[LeadTerm] = []
    groups: dict[str, dict[tuple[datetime, datetime | None], LeadTerm]] = {}
    for versions in register:
        ends = [*(version.recorded_at for version in versions[1:]), None]
        for version, until in zip(versions, ends, strict=True):
            term = LeadTerm(recommendation=version, since=version.recorded_at, until=until)
            if version.code in listed:
                alone.append(term)
            else:
                groups.setdefault(version.lead, {}).setdefault((term.since, until), term)
    return [*alone, *(term for group in groups.values() for term in _joined(group.values()))]


def _joined(terms: Iterable[LeadTerm]) -> list[LeadTerm]:
    """Join the terms that overlap or follow each other."""
    joined: list[LeadTerm] = []
    for term in sorted(terms, key=lambda term: term.since):
        last = joined[-1] if joined else None
        if last is None or (last.until is not None and last.until < term.since):
            joined.append(term)
        elif last.until is not None and (term.until is None or term.until > last.until):
            joined[-1] = replace(last, until=term.until)
    return joined


def leading(terms: Iterable[LeadTerm], directory: Directory, at: datetime) -> set[str]:
    """Return the organisations that lead at least one dossier at the instant."""
    on = day_of(at)
    holding = (term for term in terms if term.since <= at and (term.until is None or at < term.until))
    return {lead for term in holding if (lead := directory.lead(term.recommendation, on)) is not None}


def reach_over_time(terms: Sequence[LeadTerm], history: DirectoryHistory) -> dict[str, list[tuple[datetime, Reach]]]:
    """Return for each organisation that ever could not be asked from when it could not, and could again."""
    ends = {at for term in terms for at in (term.since, term.until) if at is not None}
    found: dict[str, list[tuple[datetime, Reach]]] = {}
    missing: dict[str, bool] = {}
    for moment in sorted(ends | history.changes(with_contacts=True)):
        now = _unreachable(terms, history.at(moment), moment)
        for code in sorted(now.keys() ^ missing.keys()):
            since = day_of(moment) if code in now else None
            reach = Reach(organisation=code, missing_since=since, has_returned=now.get(code, False))
            found.setdefault(code, []).append((moment, reach))
        missing = now
    return found


def _unreachable(terms: Sequence[LeadTerm], directory: Directory, moment: datetime) -> dict[str, bool]:
    """Return who leads something and cannot be reached, with whether anybody is on duty at all."""
    on = day_of(moment)
    found: dict[str, bool] = {}
    for code in leading(terms, directory, moment):
        known = {one.email for role in (Role.MAIN, Role.DEPUTY) for one in directory.on_duty(role, code, on)}
        if not known - directory.away:
            found[code] = bool(known)
    return found
