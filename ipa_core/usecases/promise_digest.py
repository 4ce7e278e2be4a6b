"""Promise the weekly digest of the aanjager and the projectleider: once per period, and once a month if it is empty."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.ladders import AUDIENCE, Rung
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason, digest_key, post_key
from ipa_core.reports import why_not
from ipa_core.store import notices, outbox, signals
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.store.outbox import DigestRow, MessageKind, MessageState
from ipa_core.store.texts import Text
from ipa_core.usecases.draft_digest import build_digest, list_wanting
from ipa_core.usecases.enqueue_messages import enqueue_messages
from ipa_core.usecases.refresh_expectations import refresh_messages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from ipa_core.domain.organisations import Contact
    from ipa_core.reports.digests import Digest
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.letterheads import Letterhead
    from ipa_core.usecases.views import ProgrammeView


class _Mail(NamedTuple):
    """A digest on its way to one reader: by mail, or as a post in Teams."""

    key: str
    digest: Digest
    is_post: bool


def release_asked(view: ProgrammeView) -> None:
    """Plan again what a digest that nobody saw yet asks in vain: nothing need be decided, or its reader left."""
    unseen = outbox.list_untaken(view.session, view.code, MessageKind.DIGEST)
    carried = notices.list_of_messages(view.session, [message.id for message in unseen])
    asked = [row for mine in carried.values() for row in mine if row.rung is Rung.AANJAGER]
    wanting = list_wanting(view) if asked else frozenset()
    readers = _readers(view)
    for row in asked:
        if row.subject not in wanting or row.recipient not in readers:
            notices.settle(view.session, row, NoticeState.PLANNED, why_not="", at=view.at)
    view.session.flush()


def promise_digest(view: ProgrammeView, letterhead: Letterhead, *, first_run_at: datetime | None) -> int:
    """Promise the digest of the latest period that is due; return how many messages are new.

    As long as no mail server took a mail, it is built again from what is true now. Periods that were missed
    are not made up for one by one: what nobody saw of an earlier one is taken back, and the next tells the whole gap.
    """
    period_on = _due_period(view, first_run_at)
    readers = _readers(view)
    if period_on is None or not readers:
        return 0
    period = _period_code(period_on)
    unseen = {one.key: one for one in outbox.list_untaken(view.session, view.code, MessageKind.DIGEST)}
    row = outbox.find_digest(view.session, view.code, period)
    if row is None:
        _withdraw(view, unseen, period, before=None)
        return _tell(view, letterhead, _begin(view, period), readers, {})
    mine = {one.key: unseen[one.key] for one in _messages_of(view, period) if one.key in unseen}
    _withdraw(view, _overtaken(unseen, mine), period, before=row)
    return _tell(view, letterhead, row, readers, mine) if mine else 0


def _readers(view: ProgrammeView) -> dict[str, Contact]:
    return {contact.email: contact for role in AUDIENCE[Rung.DIGEST] for contact in view.contacts(role)}


def _begin(view: ProgrammeView, period: str) -> DigestRow:
    """Begin the digest of a period where the one before it ended."""
    before = outbox.last_digest(view.session, view.code)
    through = before.through_change if before else 0
    row = DigestRow(programme=view.code, period=period, decided_at=view.at, through_change=through, is_sent=True)
    view.session.add(row)
    view.session.flush()
    return row


def _tell(
    view: ProgrammeView,
    letterhead: Letterhead,
    row: DigestRow,
    readers: Mapping[str, Contact],
    unseen: Mapping[str, OutboxMessageRow],
) -> int:
    """Put the digest of a period into messages, also those of which nobody saw anything; return how many are new.

    Once somebody may have it, the others are told of the same changes, and nobody is added.
    """
    slot_on = day_of(view.calendar.next_window(view.at))
    is_out = _is_out(view, row.period, unseen)
    for message in unseen.values():
        _move(view, message, slot_on)
    through = row.through_change if is_out else None
    digests = [
        build_digest(view, one, period=row.period, slot_on=slot_on, base_url=letterhead.base_url, through=through)
        for one in readers.values()
    ]
    is_sent = is_out or _is_worth_sending(view, row, digests)
    mails = [mail for digest in digests for mail in _mails(digest, is_sent=is_sent) if not is_out or mail.key in unseen]
    for key in unseen.keys() - {mail.key for mail in mails if is_sent}:
        _take_back(view, unseen[key], why_not.REPLACED if is_sent else why_not.NOTHING_TO_TELL)
    known = {message.key: message for message in _messages_of(view, row.period)}
    told = {mail.key: _promise(view, letterhead, mail, known.get(mail.key), is_sent=is_sent) for mail in mails}
    if not is_out:
        changes = signals.list_changes(view.session, view.code, after=row.through_change, at=view.at)
        if changes:
            row.decided_at, row.through_change = view.at, changes[-1].seq or 0
        row.is_sent = is_sent
    if is_sent:
        _note_asked(view, {mail.digest.contact.email: told[mail.key] for mail in mails if not mail.is_post}, slot_on)
    return len(told.keys() - known.keys()) if is_sent else 0


def _messages_of(view: ProgrammeView, period: str) -> list[OutboxMessageRow]:
    """Return the messages that were ever promised for the digest of this period."""
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.DIGEST, [period])[period]
    found = (outbox.find(view.session, view.code, row.key) for row in rows)
    return [message for message in found if message is not None]


def _is_out(view: ProgrammeView, period: str, unseen: Collection[str]) -> bool:
    """Tell whether a mail server took the digest of this period."""
    promised = [one for one in _messages_of(view, period) if one.state is not MessageState.SKIPPED]
    return any(message.key not in unseen for message in promised)


def _move(view: ProgrammeView, message: OutboxMessageRow, slot_on: date) -> None:
    """Let a mail that nobody saw go on this day. The term of one that was tried goes on."""
    if message.slot_on == slot_on:
        return
    message.slot_on, message.due_at = slot_on, view.calendar.next_window(view.at)
    view.session.flush()
    if not message.attempts:
        refresh_messages(view, [message])


def _mails(digest: Digest, *, is_sent: bool) -> Iterator[_Mail]:
    address = digest.contact.email
    yield _Mail(digest_key(digest.period, address), digest, is_post=False)
    if is_sent and digest.contact.channel:
        yield _Mail(post_key(digest.period, address), digest, is_post=True)


def _overtaken(
    unseen: Mapping[str, OutboxMessageRow], mine: Mapping[str, OutboxMessageRow]
) -> dict[str, OutboxMessageRow]:
    """Return what was at a mail server when a later digest began, and was put off, for who reads all in that one.

    Who got the later one already reads the earlier one as it is: nothing else tells what is in it.
    """
    waiting = {(one.recipient, one.is_post) for one in mine.values()}
    return {key: one for key, one in unseen.items() if key not in mine and (one.recipient, one.is_post) in waiting}


def _withdraw(
    view: ProgrammeView, unseen: Mapping[str, OutboxMessageRow], period: str, *, before: DigestRow | None
) -> None:
    """Take back what nobody saw of an earlier digest; the one of `period` tells it all."""
    last = outbox.last_digest(view.session, view.code, before=before)
    if last is None or not unseen:
        return
    if last.is_sent and not _is_out(view, last.period, unseen):
        earlier = outbox.last_digest(view.session, view.code, before=last)
        last.is_sent, last.through_change = False, earlier.through_change if earlier else 0
    for message in unseen.values():
        _take_back(view, message, why_not.OVERTAKEN_DIGEST.format(period=period))


def _take_back(view: ProgrammeView, message: OutboxMessageRow, reason: str) -> None:
    """Do not send a mail that nobody saw; what it asked may be asked in a later one."""
    message.state, message.why_not = MessageState.SKIPPED, reason
    view.session.flush()
    refresh_messages(view, [message])
    for row in notices.list_of_message(view.session, message.id or 0):
        state, why = (NoticeState.PLANNED, "") if row.rung is Rung.AANJAGER else (NoticeState.SKIPPED, reason)
        notices.settle(view.session, row, state, why_not=why, at=view.at)
    view.session.flush()


def _due_period(view: ProgrammeView, first_run_at: datetime | None) -> date | None:
    """Return the latest digest day that has come since the first run; None if there is none."""
    if first_run_at is None:
        return None
    for day in (view.on, view.on - timedelta(days=7)):
        digest_on = view.calendar.first_working_day_of_week(day)
        if digest_on <= view.on:
            return digest_on if digest_on > day_of(first_run_at) else None
    return None


def _period_code(on: date) -> str:
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02d}"


def _is_worth_sending(view: ProgrammeView, row: DigestRow, digests: Iterable[Digest]) -> bool:
    """An empty digest still goes when none went in this month, as a sign of life."""
    if any(not digest.is_empty for digest in digests):
        return True
    last = outbox.last_digest(view.session, view.code, is_sent=True, before=row)
    return last is None or day_of(last.decided_at).replace(day=1) < view.on.replace(day=1)


def _promise(
    view: ProgrammeView, letterhead: Letterhead, mail: _Mail, message: OutboxMessageRow | None, *, is_sent: bool
) -> int | None:
    """Promise one mail, or let it say this if it is there already; return its id, without one when it is not sent."""
    identity: int | None = None
    if is_sent and message is None:
        identity = enqueue_messages(view, [_write(view, letterhead, mail)])[mail.key]
    elif is_sent and message is not None:
        identity = message.id
        _rewrite(view, message, _write(view, letterhead, mail))
    notice = notices.find(view.session, view.code, mail.key) or NoticeRow(
        programme=view.code,
        key=mail.key,
        kind=NoticeKind.DIGEST,
        subject=mail.digest.period,
        rung=Rung.DIGEST,
        organisation=mail.digest.contact.organisation,
        recipient=mail.digest.contact.email,
        planned_on=mail.digest.slot_on,
        state=NoticeState.PLANNED,
        reason=NoticeReason.DIGEST,
        created_at=view.at,
    )
    if identity is None:
        notices.settle(view.session, notice, NoticeState.SKIPPED, why_not=why_not.NOTHING_TO_TELL, at=view.at)
    elif notice.message != identity:
        notice.state, notice.message, notice.why_not, notice.settled_at = NoticeState.PROMISED, identity, "", view.at
        view.session.add(notice)
    return identity


def _write(view: ProgrammeView, letterhead: Letterhead, mail: _Mail) -> Text:
    renderer, digest = letterhead.renderer, mail.digest
    rendered = renderer.render_post(digest) if mail.is_post else renderer.render_digest(digest)
    return Text(
        key=mail.key,
        kind=MessageKind.DIGEST,
        recipient=digest.contact.email,
        organisation=digest.contact.organisation,
        slot_on=digest.slot_on,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=letterhead.message_id(view.code, mail.key),
        is_post=mail.is_post,
        due_at=view.calendar.next_window(view.at),
    )


def _rewrite(view: ProgrammeView, message: OutboxMessageRow, text: Text) -> None:
    """Let a mail that nobody saw say this. One that was taken back goes after all."""
    for name in ("subject", "text", "html"):
        if getattr(message, name) != getattr(text, name):
            setattr(message, name, getattr(text, name))
    if message.state is MessageState.SKIPPED:
        message.state, message.why_not = MessageState.QUEUED, ""
        message.slot_on, message.due_at = text.slot_on, text.due_at
        view.session.flush()
        refresh_messages(view, [message])


def _note_asked(view: ProgrammeView, messages: Mapping[str, int | None], slot_on: date) -> None:
    """Note in which digest each reader was asked about each signal for the first time."""
    asked = notices.list_asked(view.session, view.code, until=slot_on, at=view.at)
    planned = [row for rows in asked.values() for row in rows if row.state is NoticeState.PLANNED]
    wanting = list_wanting(view) if planned else frozenset()
    for row in planned:
        if row.subject in wanting and row.recipient in messages:
            row.state, row.message = NoticeState.PROMISED, messages[row.recipient]
            row.why_not, row.settled_at = "", view.at
            view.session.add(row)
