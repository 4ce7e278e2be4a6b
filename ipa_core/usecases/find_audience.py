"""Whom do we write to? The contacts on duty, with who stands in when somebody cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.ladders import AUDIENCE, OF_MINISTRY, signal_audience
from ipa_core.domain.messages import message_id_of
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Role
from ipa_core.domain.signals import rule_of
from ipa_core.reports import why_not
from ipa_core.store import notices, outbox, signals
from ipa_core.store.notices import NoticeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipa_core.domain.organisations import Contact
    from ipa_core.domain.signals import Signal
    from ipa_core.store.notices import NoticeRow
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.views import ProgrammeView

STAND_IN_FOR_EACH_OTHER = (Role.MAIN, Role.DEPUTY)
"""The roles whose mailbox counts as away once a message came back. The others have no deputy, and keep their mail."""

NOBODY = ""
"""The recipient of a notice for which no contact can be reached."""


def find_recipients(view: ProgrammeView, roles: Iterable[Role], organisation: str) -> list[str]:
    """Return the addresses of all these roles, each once; a deputy stands in for a missing main contact."""
    found: dict[str, Contact] = {}
    for role in roles:
        contacts = _on_duty(view, role, organisation)
        if role is Role.MAIN and not contacts:
            contacts = _on_duty(view, Role.DEPUTY, organisation)
        found |= {contact.email: contact for contact in contacts}
    return list(found) or [NOBODY]


def why_left_out(view: ProgrammeView, address: str) -> str:
    """Return why a mailbox for which something was planned does not get it."""
    return why_not.AWAY if address in view.bounced else why_not.REPLACED


def find_audience(view: ProgrammeView, signal: Signal) -> tuple[str, list[str]]:
    """Return the ministry that a signal is about and the addresses of the first role that has somebody on duty."""
    if signal.subject.kind is SubjectKind.MESSAGE:
        message = outbox.get(view.session, message_id_of(signal.subject.code))
        roles = signal_audience(signal.rule, after=_tried_already(view, message))
        return message.organisation, _first(view, roles, message.organisation, but_not=message.recipient)
    roles, lead = signal_audience(signal.rule), view.ministry_of(signal.subject, signal.dossier)
    if lead is None and signal.dossier not in view.register:
        # A group belongs to several ministries, so the programme hears of it.
        return "", _first(view, [role for role in roles if role not in OF_MINISTRY] or [Role.PROJECT_LEAD], "")
    return lead or "", _first(view, roles, lead) if lead is not None else [NOBODY]


def find_reader(view: ProgrammeView, row: NoticeRow) -> Contact | None:
    """Return who reads a notice, and in which role: the mailbox may be that of more than one contact."""
    return view.find_contact(row.recipient, view.present(row.organisation), _roles_of(row))


def _roles_of(row: NoticeRow) -> tuple[Role, ...]:
    """Return the roles that a notice is for, the first one first."""
    if row.reason is NoticeReason.STAND_IN:
        return (Role.DEPUTY,)
    roles = AUDIENCE.get(row.rung, ())
    is_of_rule = row.kind is NoticeKind.SIGNAL and roles == (Role.MAIN,)
    return signal_audience(rule_of(row.subject)) if is_of_rule else roles


def _tried_already(view: ProgrammeView, message: OutboxMessageRow) -> Role | None:
    """Return the role of the reader when the message that failed told of a failure itself.

    Its own failure goes to the next role, and after the last one to nobody: otherwise a mailbox that is full would get
    a message a day about the message of yesterday, for ever.
    """
    told = {
        row.subject for row in notices.list_of_message(view.session, message.id or 0) if row.kind is NoticeKind.SIGNAL
    }
    if not told:
        return None
    known = signals.read_at(view.session, view.code, at=view.at, ids=told, is_resolved_included=True)
    contact = view.find_contact(message.recipient, message.organisation, signal_audience("M01"))
    is_about_messages = any(one.subject.kind is SubjectKind.MESSAGE for one in known)
    return contact.role if contact is not None and is_about_messages else None


def _first(view: ProgrammeView, roles: Iterable[Role], organisation: str, *, but_not: str = NOBODY) -> list[str]:
    for role in roles:
        found = [contact.email for contact in _on_duty(view, role, organisation) if contact.email != but_not]
        if found:
            return found
    return [NOBODY]


def _on_duty(view: ProgrammeView, role: Role, organisation: str) -> tuple[Contact, ...]:
    contacts = view.contacts(role, organisation if role in OF_MINISTRY else None)
    if role not in STAND_IN_FOR_EACH_OTHER:
        return contacts
    return tuple(contact for contact in contacts if contact.email not in view.bounced)
