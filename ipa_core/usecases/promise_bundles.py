"""Put what is due into messages: one bundle per recipient per working day, rendered now and sent later as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.calendars import WINDOW_OPENS
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import at_time, day_of
from ipa_core.domain.notices import NoticeReason, bundle_key, signal_key
from ipa_core.reports import why_not
from ipa_core.store import attachments, notices, outbox
from ipa_core.store.bulk import in_batches
from ipa_core.store.notices import NewNotice, NoticeKind, NoticeState
from ipa_core.store.outbox import MessageKind, MessageState
from ipa_core.store.texts import Text
from ipa_core.usecases.attach_files import attach_files
from ipa_core.usecases.draft_bundles import build_bundle, gather_facts, list_drafts
from ipa_core.usecases.enqueue_messages import enqueue_messages
from ipa_core.usecases.refresh_expectations import refresh_messages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ipa_core.domain.rounds import RequestHistory
    from ipa_core.reports.bundles import Bundle
    from ipa_core.store.notices import NoticeRow
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.draft_bundles import Draft, Facts
    from ipa_core.usecases.letterheads import Letterhead
    from ipa_core.usecases.views import ProgrammeView

BATCH = 500
"""Messages of which the texts and files are in memory at the same time, and that are written together."""

REWRITTEN = ("key", "slot_on", "message_id", "subject", "text", "html", "thread", "due_at")
"""What may become another in a message that no server took yet."""


def promise_bundles(view: ProgrammeView, letterhead: Letterhead, histories: Iterable[RequestHistory]) -> int:
    """Promise what is due; return how many messages are new. Each step is taken for many messages at a time.

    `histories` are those of all requests.
    """
    slot_on = day_of(view.calendar.next_window(view.at))
    slots = outbox.list_slots(view.session, view.code, MessageKind.BUNDLE, since=slot_on)
    drafts = list_drafts(view, slots, slot_on)
    if not drafts:
        return 0
    facts = gather_facts(view, drafts, slots, histories)
    return sum(_promise(view, letterhead, batch, facts) for batch in in_batches(drafts, BATCH))


class _Letter(NamedTuple):
    """A draft in its words."""

    draft: Draft
    bundle: Bundle
    text: Text


def _promise(view: ProgrammeView, letterhead: Letterhead, drafts: Sequence[Draft], facts: Facts) -> int:
    due = [draft for draft in drafts if draft.due]
    bundles = attach_files(
        view, letterhead, [build_bundle(view, draft, facts, base_url=letterhead.base_url) for draft in due]
    )
    letters = [
        _Letter(draft, bundle, _write(view, letterhead, draft, bundle, facts))
        for draft, bundle in zip(due, bundles, strict=True)
        if bundle.has_news
    ]
    told = {letter.draft.recipient for letter in letters}
    withdrawn = [message for draft in drafts if draft.recipient not in told for message in _withdraw(view, draft)]
    spare = [message for draft in drafts for message in draft.spare]
    for message in spare:
        message.state, message.why_not = MessageState.SKIPPED, why_not.JOINED
    there = [(letter.draft.message, letter.text) for letter in letters if letter.draft.message is not None]
    moved = [message for message, text in there if _rewrite(message, text)]
    refresh_messages(view, [*withdrawn, *moved, *spare])
    new = enqueue_messages(view, [letter.text for letter in letters if letter.draft.message is None])
    ids = {message.key: message.id or 0 for message, _ in there} | new
    attachments.replace(view.session, {ids[letter.text.key]: letter.bundle.attachments for letter in letters})
    mentions = [mention for letter in letters for mention in _note(view, letter, ids[letter.text.key], facts)]
    notices.append(view.session, view.code, mentions, at=view.at)
    return len(new)


def _withdraw(view: ProgrammeView, draft: Draft) -> list[OutboxMessageRow]:
    """Take back what nobody needs to hear any more; return the message that was promised for it, which does not go."""
    for row in (*draft.due, *draft.mentions):
        notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.PASSED, at=view.at)
    if draft.message is None:
        return []
    draft.message.state, draft.message.why_not = MessageState.SKIPPED, why_not.PASSED
    return [draft.message]


def _write(view: ProgrammeView, letterhead: Letterhead, draft: Draft, bundle: Bundle, facts: Facts) -> Text:
    """Put a draft into words. One that is for the same day as before keeps its key, and when it is tried."""
    rendered = letterhead.renderer.render_bundle(bundle)
    there = draft.message if draft.message is not None and draft.message.slot_on == draft.slot_on else None
    key = there.key if there is not None else _free_key(bundle_key(draft.slot_on, draft.recipient), facts.keys)
    due_at = there.due_at if there is not None else view.at
    threads = dict.fromkeys(letterhead.message_id(view.code, f"thread:{item.request.code}") for item in bundle.requests)
    return Text(
        key=key,
        kind=MessageKind.BUNDLE,
        recipient=draft.recipient,
        organisation=bundle.contact.organisation,
        slot_on=draft.slot_on,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=letterhead.message_id(view.code, key),
        due_at=max(due_at, at_time(draft.slot_on, WINDOW_OPENS)),
        thread=tuple(threads),
    )


def _rewrite(message: OutboxMessageRow, text: Text) -> bool:
    """Let a message that no server took say this, and tell whether it is for another day, so that its term begins anew.

    The term of one that was tried goes on: that it could not go is a signal of its own. What it says already is left
    alone.
    """
    is_moved = message.slot_on != text.slot_on
    for name in REWRITTEN:
        if getattr(message, name) != getattr(text, name):
            setattr(message, name, getattr(text, name))
    return is_moved and not message.attempts


def _free_key(key: str, taken: Collection[str]) -> str:
    """Return the key; a number follows when a bundle of that day was withdrawn before."""
    free, number = key, 1
    while free in taken:
        number += 1
        free = f"{key}#{number}"
    return free


def _note(view: ProgrammeView, letter: _Letter, message: int, facts: Facts) -> Iterator[NewNotice]:
    """Note what a message carries; yield the mentions that are new."""
    asked = {(item.request.code, item.rung): item for item in letter.bundle.requests}
    for row in letter.draft.due:
        _carry(view, row, message)
        item = asked.get((row.subject, row.rung)) if row.kind is NoticeKind.REQUEST else None
        if item is not None and (row.due_on, row.reason) != (item.request.due_on, item.reason):
            row.due_on, row.reason = item.request.due_on, item.reason
        card = facts.cards.get(row.subject)
        if card is not None and row.severity is not card.signal.severity:
            row.severity = card.signal.severity
    light = [item.card.signal for item in letter.bundle.mentions]
    keep = {signal.id for signal in light}
    for row in letter.draft.mentions:
        if row.subject not in keep:
            notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.PASSED, at=view.at)
    for signal in light:
        key = signal_key(signal.id, signal.episode, Rung.MENTION, letter.draft.recipient)
        if key in facts.mentions:
            _carry(view, facts.mentions[key], message)
            continue
        yield NewNotice(
            key=key,
            kind=NoticeKind.SIGNAL,
            subject=signal.id,
            episode=signal.episode,
            rung=Rung.MENTION,
            organisation=view.ministry_of(signal.subject, signal.dossier) or "",
            recipient=letter.draft.recipient,
            planned_on=letter.draft.slot_on,
            state=NoticeState.PROMISED,
            reason=NoticeReason.MENTION,
            message=message,
            settled_at=view.at,
        )


def _carry(view: ProgrammeView, row: NoticeRow, message: int) -> None:
    if row.message != message or row.state is not NoticeState.PROMISED:
        row.state, row.message, row.why_not, row.settled_at = NoticeState.PROMISED, message, "", view.at
