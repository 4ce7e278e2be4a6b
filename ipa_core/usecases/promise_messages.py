"""Promise the messages: one bundle per recipient per working day, rendered now and sent later as it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import at_time, day_of
from ipa_core.domain.notices import NoticeReason, bundle_key, signal_key
from ipa_core.domain.organisations import Contact, Role
from ipa_core.domain.severities import Severity
from ipa_core.reports import why_not
from ipa_core.reports.bundles import Bundle, SignalItem
from ipa_core.store import attachments, audit, notices, outbox, programmes, signals
from ipa_core.store.database import Changes
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.store.outbox import MessageKind, MessageState, OutboxMessageRow
from ipa_core.usecases.attach_files import attach_files
from ipa_core.usecases.bundle_items import (
    organisation_of,
    passed_on_items,
    request_items,
    signal_items,
    solved_items,
)
from ipa_core.usecases.plan_again import next_planning
from ipa_core.usecases.plan_notices import plan_notices
from ipa_core.usecases.promise_digest import promise_digest
from ipa_core.usecases.refresh_expectations import refresh_message
from ipa_core.usecases.request_histories import list_request_histories
from ipa_core.usecases.signal_cards import build_cards
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from ipa_core.domain.rounds import RequestHistory
    from ipa_core.domain.signals import Signal
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.usecases.letterheads import Letterhead, RenderedText


def promise_messages(session: Session, programme: str, *, letterhead: Letterhead, at: datetime) -> int:
    """Plan the notices, put those that are due into messages, and decide the digest; return how many are new.

    Doing it again changes nothing. A message of which no mail server saw anything yet may still get another text,
    because what it says may have become untrue; any other never does. While the last plan stands nothing is looked at.
    """
    row = programmes.lock(session, programme, at=at)
    if programmes.is_planned(row, at=at):
        return 0
    view = ProgrammeView(session, programme, at=at)
    changes = Changes(session)
    plan_notices(view)
    promised = _promise_bundles(view, letterhead)
    promised += promise_digest(view, letterhead, first_run_at=row.first_run_at)
    session.flush()
    if changes.is_any:
        programmes.note_write(session, row, at=at)
        audit.append(
            session,
            programme=programme,
            at=at,
            actor="engine",
            action="promise",
            subject=f"programme:{programme}",
            details={"messages": promised},
        )
    programmes.note_planned(session, row, again_at=next_planning(view))
    return promised


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is true now, read once for all recipients: requests and cards by their codes, light signals by ministry."""

    histories: Mapping[str, RequestHistory]
    cards: Mapping[str, SignalCard]
    light: Mapping[str | None, Sequence[Signal]]


@dataclass(slots=True, kw_only=True)
class _Draft:
    """What one recipient should hear in the next bundle."""

    recipient: str
    message: OutboxMessageRow | None = None
    due: list[NoticeRow] = field(default_factory=list)


def _promise_bundles(view: ProgrammeView, letterhead: Letterhead) -> int:
    slot_on = day_of(view.calendar.next_window(view.at))
    drafts = _drafts(view, slot_on)
    if not drafts:
        return 0
    movable = {draft.message.id for draft in drafts if draft.message is not None}
    taken = {
        (message.recipient, message.slot_on)
        for message in outbox.list_from_slot(view.session, view.code, MessageKind.BUNDLE, slot_on)
        if message.state is not MessageState.SKIPPED and message.id not in movable
    }
    facts = _Facts(
        histories={one.request.code: one for one in list_request_histories(view, with_lines=False)},
        cards=_cards(view, [row for draft in drafts for row in draft.due]),
        light=_light_by_ministry(view),
    )
    created = 0
    for draft in drafts:
        day = slot_on
        while (draft.recipient, day) in taken:
            day = view.calendar.add_working_days(day, 1)
        created += _promise_bundle(view, letterhead, draft, facts, slot_on=day)
    return created


def _drafts(view: ProgrammeView, slot_on: date) -> list[_Draft]:
    """Gather what is due by recipient: notices whose day has come, and those in messages that nobody tried yet."""
    drafts: dict[str, _Draft] = {}
    for message in outbox.list_untried(view.session, view.code):
        if message.kind is MessageKind.BUNDLE and message.id is not None:
            drafts[message.recipient] = _Draft(
                recipient=message.recipient,
                message=message,
                due=[
                    row
                    for row in notices.list_of_message(view.session, message.id)
                    if row.rung is not Rung.MENTION and row.state is NoticeState.PROMISED and row.planned_on <= slot_on
                ],
            )
    for row in notices.list_in_state(view.session, view.code, NoticeState.PLANNED, until=slot_on):
        is_for_digest = row.kind is NoticeKind.DIGEST or row.rung is Rung.AANJAGER
        if not is_for_digest and row.recipient:
            drafts.setdefault(row.recipient, _Draft(recipient=row.recipient)).due.append(row)
    return [drafts[recipient] for recipient in sorted(drafts)]


def _promise_bundle(view: ProgrammeView, letterhead: Letterhead, draft: _Draft, facts: _Facts, *, slot_on: date) -> int:
    message = draft.message
    if not draft.due:
        _withdraw(view, draft)
        return 0
    contact = _contact(view, draft)
    light = _light_signals(view, draft, contact, facts)
    bundle = _bundle(view, letterhead, draft, contact, facts, light, slot_on=slot_on)
    if not bundle.has_news:
        _withdraw(view, draft)
        return 0
    rendered = letterhead.renderer.render_bundle(bundle)
    key = bundle_key(slot_on, draft.recipient)
    is_new = message is None
    if message is None:
        message = OutboxMessageRow(
            programme=view.code,
            key=_free_key(view, key),
            kind=MessageKind.BUNDLE,
            recipient=draft.recipient,
            organisation=contact.organisation,
            slot_on=slot_on,
            subject="",
            text="",
            html="",
            message_id="",
            state=MessageState.QUEUED,
            promised_at=view.at,
            due_at=view.at,
        )
    is_moved = message.slot_on != slot_on
    _write(view, letterhead, message, rendered, bundle, key=key, slot_on=slot_on)
    view.session.flush()
    files = [one for item in bundle.requests for one in item.attachments]
    attachments.replace(view.session, message.id or 0, files)
    if is_new or (is_moved and not message.attempts):
        # The term of one that was tried goes on: that it could not go is a signal of its own.
        refresh_message(view, message)
    for row in draft.due:
        if row.message != message.id or row.state is not NoticeState.PROMISED:
            row.state, row.message, row.why_not = NoticeState.PROMISED, message.id, ""
            row.settled_at = view.at
            view.session.add(row)
        card = facts.cards.get(row.subject)
        if card is not None and row.severity is not card.signal.severity:
            row.severity = card.signal.severity
            view.session.add(row)
    if not is_new:
        _release_mentions(view, message, keep={signal.id for signal in light})
    _note_mentions(view, message, contact, light)
    return int(is_new)


def _withdraw(view: ProgrammeView, draft: _Draft) -> None:
    """Take back what nobody needs to hear any more; a message that was promised for it does not go."""
    for row in draft.due:
        notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.PASSED, at=view.at)
    if draft.message is not None:
        draft.message.state, draft.message.why_not = MessageState.SKIPPED, why_not.ALL_PASSED
        view.session.add(draft.message)
        refresh_message(view, draft.message)
        _release_mentions(view, draft.message, keep=())


def _write(
    view: ProgrammeView,
    letterhead: Letterhead,
    message: OutboxMessageRow,
    rendered: RenderedText,
    bundle: Bundle,
    *,
    key: str,
    slot_on: date,
) -> None:
    """Put the words into the message; a message that says this already is left alone."""
    if message.slot_on != slot_on:
        message.slot_on, message.key = slot_on, _free_key(view, key)
        message.due_at = view.at
    opens_at = at_time(slot_on, WINDOW_OPENS)
    threads = dict.fromkeys(letterhead.message_id(view.code, f"thread:{item.request.code}") for item in bundle.requests)
    values = {
        "message_id": letterhead.message_id(view.code, message.key),
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
        "thread": tuple(threads),
        "due_at": max(message.due_at, opens_at),
    }
    for name, value in values.items():
        if getattr(message, name) != value:
            setattr(message, name, value)
    view.session.add(message)


def _free_key(view: ProgrammeView, key: str) -> str:
    """Return the key; a number follows when a bundle of that day was withdrawn before."""
    free, number = key, 1
    while outbox.find(view.session, view.code, free) is not None:
        number += 1
        free = f"{key}#{number}"
    return free


def _cards(view: ProgrammeView, rows: Sequence[NoticeRow]) -> dict[str, SignalCard]:
    ids = {row.subject for row in rows if row.kind is NoticeKind.SIGNAL}
    found = signals.read_at(view.session, view.code, at=view.at, ids=ids, is_resolved_included=True) if ids else []
    return {card.signal.id: card for card in build_cards(view, found)}


def _contact(view: ProgrammeView, draft: _Draft) -> Contact:
    """Return who reads it; an address that left since is still written to as it was planned."""
    row = draft.due[0]
    fallback = Contact(organisation=row.organisation, name="", email=draft.recipient, role=Role.MAIN)
    return view.find_contact(draft.recipient, row.organisation) or fallback


def _bundle(
    view: ProgrammeView,
    letterhead: Letterhead,
    draft: _Draft,
    contact: Contact,
    facts: _Facts,
    light: Sequence[Signal],
    *,
    slot_on: date,
) -> Bundle:
    news = [row for row in draft.due if row.rung is not Rung.PASSED_ON]
    told = [row for row in news if row.kind is NoticeKind.SIGNAL and row.rung is not Rung.SOLVED]
    mentions = [SignalItem(card=card, reason=NoticeReason.MENTION) for card in build_cards(view, light)]
    asked = request_items(view, [row for row in news if row.kind is NoticeKind.REQUEST], facts.histories)
    return Bundle(
        programme=view.programme,
        contact=contact,
        organisation=organisation_of(view, contact.organisation),
        slot_on=slot_on,
        base_url=letterhead.base_url,
        requests=attach_files(view, letterhead, asked, slot_on=slot_on),
        signals=signal_items(view, told, facts.cards, slot_on),
        solved=solved_items([row for row in news if row.rung is Rung.SOLVED], facts.cards),
        mentions=tuple(mentions),
        passed_on=passed_on_items(view, [row for row in draft.due if row.rung is Rung.PASSED_ON], facts.histories),
    )


def _light_by_ministry(view: ProgrammeView) -> dict[str | None, list[Signal]]:
    found: dict[str | None, list[Signal]] = defaultdict(list)
    for signal in signals.read_at(view.session, view.code, at=view.at):
        if signal.severity < Severity.MEDIUM and not signal.folded_under:
            found[view.ministry_of(signal.subject, signal.dossier)].append(signal)
    return found


def _light_signals(view: ProgrammeView, draft: _Draft, contact: Contact, facts: _Facts) -> list[Signal]:
    """Return the open signals below medium that this main contact has not read about yet."""
    if contact.role is not Role.MAIN:
        return []
    light = facts.light.get(contact.organisation, ())
    if not light:
        return []
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.SIGNAL, [signal.id for signal in light])
    sent = outbox.get_many(view.session, {row.message for mine in rows.values() for row in mine if row.message})
    arrives = {identity for identity, message in sent.items() if message.state is not MessageState.DEAD}
    mine = draft.message.id if draft.message is not None else None
    return [
        signal
        for signal in light
        if not any(
            row.recipient == contact.email and row.message in arrives and row.message != mine for row in rows[signal.id]
        )
    ]


def _note_mentions(view: ProgrammeView, message: OutboxMessageRow, contact: Contact, light: Sequence[Signal]) -> None:
    for signal in light:
        key = signal_key(signal.id, signal.episode, Rung.MENTION, contact.email)
        row = notices.find(view.session, view.code, key)
        if row is None:
            row = NoticeRow(
                programme=view.code,
                key=key,
                kind=NoticeKind.SIGNAL,
                subject=signal.id,
                episode=signal.episode,
                rung=Rung.MENTION,
                organisation=contact.organisation,
                recipient=contact.email,
                planned_on=message.slot_on,
                state=NoticeState.PROMISED,
                reason=NoticeReason.MENTION,
                created_at=view.at,
            )
        if row.message != message.id or row.state is not NoticeState.PROMISED:
            row.state, row.message, row.why_not = NoticeState.PROMISED, message.id, ""
            row.settled_at = view.at
        view.session.add(row)


def _release_mentions(view: ProgrammeView, message: OutboxMessageRow, *, keep: Sequence[str] | set[str]) -> None:
    if message.id is None:
        return
    for row in notices.list_of_message(view.session, message.id):
        if row.rung is Rung.MENTION and row.subject not in keep:
            notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.PASSED, at=view.at)
