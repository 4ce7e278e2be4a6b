"""Promise the weekly digest of the aanjager and the projectleider: once per period, and once a month if it is empty."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.expectations import OF_MONITOR
from ipa_core.domain.groups import grouped_ids
from ipa_core.domain.ladders import AUDIENCE, Rung
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason, digest_key, post_key
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, SignalState
from ipa_core.reports import why_not
from ipa_core.reports.digests import AskedKind, DecisionAsked, Digest, Reliability
from ipa_core.store import notices, outbox, signals
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.store.outbox import DigestRow, MessageKind, MessageState
from ipa_core.store.texts import Text
from ipa_core.usecases.audit_messages import audit_messages
from ipa_core.usecases.enqueue_messages import enqueue_messages
from ipa_core.usecases.refresh_expectations import refresh_messages
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.signal_cards import build_cards, build_upcoming

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.organisations import Contact
    from ipa_core.domain.signals import Signal
    from ipa_core.reports.signal_cards import SignalCard, UpcomingCard
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.letterheads import Letterhead
    from ipa_core.usecases.views import ProgrammeView

LOOK_AHEAD = 20
"""Working days in which something breaks."""

DECISIONS: Mapping[str, AskedKind] = {"R02": AskedKind.ACCEPT_EXPLANATION, "T04": AskedKind.REBASELINE}
"""Which rules ask the aanjager for a decision; T04 only when it is critical."""


class _Mail(NamedTuple):
    """A digest on its way to one reader: by mail, or as a post in Teams."""

    key: str
    digest: Digest
    is_post: bool


def release_asked(view: ProgrammeView) -> None:
    """Plan again what a digest that nobody saw yet asks about signals that need no decision any more."""
    unseen = outbox.list_untried(view.session, view.code, MessageKind.DIGEST)
    carried = notices.list_of_messages(view.session, [message.id for message in unseen])
    asked = [row for mine in carried.values() for row in mine if row.rung is Rung.AANJAGER]
    wanting = _list_wanting(view) if asked else frozenset()
    for row in asked:
        if row.subject not in wanting:
            notices.settle(view.session, row, NoticeState.PLANNED, why_not="", at=view.at)
    view.session.flush()


def promise_digest(view: ProgrammeView, letterhead: Letterhead, *, first_run_at: datetime | None) -> int:
    """Promise the digest of the latest period that is due; return how many messages are new.

    As long as no mail server saw anything of a mail, it is built again from what is true now. Periods that were missed
    are not made up for one by one: what nobody saw of an earlier one is taken back, and the next tells the whole gap.
    """
    period_on = _due_period(view, first_run_at)
    readers = {c.email: c for role in AUDIENCE[Rung.DIGEST] for c in view.contacts(role)}
    if period_on is None or not readers:
        return 0
    period = _period_code(period_on)
    unseen = {one.key: one for one in outbox.list_untried(view.session, view.code, MessageKind.DIGEST)}
    row = outbox.find_digest(view.session, view.code, period)
    if row is None:
        _withdraw_unseen(view, unseen, period)
        return _tell(view, letterhead, _begin(view, period), readers, {})
    return _tell(view, letterhead, row, readers, unseen) if unseen else 0


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
    """Tell whether a mail server saw anything of the digest of this period."""
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


def build_digest(
    view: ProgrammeView, contact: Contact, *, period: str, slot_on: date, base_url: str, through: int | None = None
) -> Digest:
    """Build the digest as it would go out now: everything since the previous one that this reader got.

    With `through` it tells no change after that number, since the next digest will.
    """
    before = _last_heard(view, contact.email, period)
    changes = signals.list_changes(view.session, view.code, after=before.through_change if before else 0, at=view.at)
    kinds: dict[str, set[ChangeKind]] = {}
    for change in changes:
        if through is None or (change.seq or 0) <= through:
            kinds.setdefault(change.signal, set()).add(change.kind)
    opened = {s for s, mine in kinds.items() if mine & {ChangeKind.OPENED, ChangeKind.CAME_BACK}}
    raised = {s for s, mine in kinds.items() if ChangeKind.RAISED in mine} - opened
    solved = {s for s, mine in kinds.items() if ChangeKind.RESOLVED in mine} - opened
    standing = _about_dossiers(signals.read_at(view.session, view.code, at=view.at))
    seen = [signal for signal in standing if not signal.folded_under]
    gone = _about_dossiers(signals.read_at(view.session, view.code, at=view.at, ids=solved, is_resolved_included=True))
    themes = {code: row.theme for code, row in view.register.items()}
    cards, grouped = build_cards(view, seen), grouped_ids(standing, themes)
    told = [card for card in cards if card.signal.id not in grouped]
    return Digest(
        programme=view.programme,
        contact=contact,
        period=period,
        slot_on=slot_on,
        base_url=base_url,
        open_by_severity=Counter(signal.severity for signal in seen),
        new=worst_first([card for card in told if card.signal.id in opened]),
        worse=worst_first([card for card in told if card.signal.id in raised]),
        solved=worst_first(build_cards(view, [s for s in gone if not s.is_open])),
        structural=worst_first([card for card in told if card.is_structural]),
        upcoming=tuple(_upcoming(view)),
        decisions=tuple(list_decisions(view, cards, slot_on)),
        snoozed=sum(signal.state is SignalState.SNOOZED for signal in seen),
        waiting=len(standing) - len(seen),
        grouped=len(cards) - len(told),
        reliability=_reliability(view, before),
    )


def _last_heard(view: ProgrammeView, address: str, period: str) -> DigestRow | None:
    """Return the latest digest before this period that this reader got, or may still get as it is."""
    row = outbox.last_digest(view.session, view.code)
    while row is not None:
        message = outbox.find(view.session, view.code, digest_key(row.period, address))
        is_lost = message is not None and (
            message.state in (MessageState.DEAD, MessageState.SKIPPED) or outbox.is_untried(view.session, message)
        )
        if row.period != period and not is_lost:
            return row
        row = outbox.last_digest(view.session, view.code, before=row)
    return None


def _about_dossiers(found: Sequence[Signal]) -> list[Signal]:
    """Leave out the signals about messages and runs: the digest has a line of its own on what the monitor did."""
    return [signal for signal in found if signal.subject.kind not in OF_MONITOR]


def _upcoming(view: ProgrammeView) -> list[UpcomingCard]:
    """Return what breaks soon; that a message of this morning was not handed over yet is no news."""
    cards = build_upcoming(view, until=view.calendar.add_working_days(view.on, LOOK_AHEAD))
    return [card for card in cards if card.expectation.subject.kind not in OF_MONITOR]


def _withdraw_unseen(view: ProgrammeView, unseen: Mapping[str, OutboxMessageRow], period: str) -> None:
    """Take back what nobody saw of an earlier digest; the one of `period` tells it all."""
    last = outbox.last_digest(view.session, view.code)
    if last is None or not unseen:
        return
    if last.is_sent and not _is_out(view, last.period, unseen):
        before = outbox.last_digest(view.session, view.code, before=last)
        last.is_sent, last.through_change = False, before.through_change if before else 0
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
    wanting = _list_wanting(view) if planned else frozenset()
    for row in planned:
        if row.subject in wanting and row.recipient in messages:
            row.state, row.message = NoticeState.PROMISED, messages[row.recipient]
            row.why_not, row.settled_at = "", view.at
            view.session.add(row)


def _list_wanting(view: ProgrammeView) -> frozenset[str]:
    """Return the signals about which the aanjager may be asked to call a ministry."""
    standing = signals.read_at(view.session, view.code, at=view.at)
    return frozenset(signal.id for signal in standing if _wants_call(view, signal))


def _wants_call(view: ProgrammeView, signal: Signal) -> bool:
    """Tell whether a signal weighs enough, nobody has it in hand, and there is a ministry to call."""
    is_open = signal.state is SignalState.OPEN and signal.severity >= Severity.MEDIUM and not signal.folded_under
    return is_open and view.ministry_of(signal.subject, signal.dossier) is not None


def list_decisions(view: ProgrammeView, cards: Sequence[SignalCard], slot_on: date) -> list[DecisionAsked]:
    """Return what the aanjager is asked to decide about these signals and about requests that nobody answers."""
    asked = [
        DecisionAsked(kind=DECISIONS[card.signal.rule], card=card)
        for card in worst_first(cards)
        if card.signal.rule in DECISIONS and (card.signal.rule != "T04" or card.signal.severity is Severity.CRITICAL)
    ]
    asked += _calls(view, cards, slot_on, but_not={one.card.signal.dossier for one in asked if one.card is not None})
    for request in list_requests(view):
        asked_on = view.calendar.add_working_days(request.due_on, view.policy.request_ladder.e2)
        if request.state_at(view.at) is RequestState.OPEN and asked_on <= view.on:
            holder = view.present(request.organisation)
            asked.append(DecisionAsked(kind=AskedKind.CALL_MINISTRY, request=replace(request, organisation=holder)))
    return asked


def _calls(
    view: ProgrammeView, cards: Sequence[SignalCard], slot_on: date, *, but_not: Collection[str]
) -> list[DecisionAsked]:
    """Ask once about each dossier with signals that nobody takes up, by the heaviest; not about those asked about."""
    due = notices.list_asked(view.session, view.code, until=slot_on, at=view.at)
    found: dict[str, list[SignalCard]] = {}
    for card in worst_first(cards):
        signal = card.signal
        if signal.id in due and signal.dossier not in but_not and _wants_call(view, signal):
            found.setdefault(signal.dossier, []).append(card)
    return [
        DecisionAsked(kind=AskedKind.CALL_ABOUT_SIGNAL, card=mine[0], others=len(mine) - 1) for mine in found.values()
    ]


def _reliability(view: ProgrammeView, before: DigestRow | None) -> Reliability:
    since = before.decided_at if before else None
    counts = outbox.count_by_state(view.session, view.code)
    waiting = sum(counts.get(state, 0) for state in outbox.WAITING)
    return Reliability(
        handed_over=outbox.count_handed_over(view.session, view.code, since=since),
        # A digest that nobody saw is this one, or makes way for it.
        waiting=waiting - outbox.count_untried(view.session, view.code, MessageKind.DIGEST),
        failed=outbox.count_failed(view.session, view.code, since=since),
        overtaken=notices.count_skipped(view.session, view.code, why_not=why_not.OVERTAKEN, since=since),
        missed=audit_messages(view).missed,
    )


def worst_first(cards: Sequence[SignalCard]) -> tuple[SignalCard, ...]:
    """Sort by weight, theme and id."""
    return tuple(sorted(cards, key=lambda card: (-card.signal.severity.weight, card.subject.theme, card.signal.id)))
