"""Promise the weekly digest of the aanjager and the projectleider: once per period, and once a month if it is empty."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

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
from ipa_core.usecases.find_audience import NOBODY
from ipa_core.usecases.refresh_expectations import refresh_messages
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.signal_cards import build_cards, build_upcoming

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.organisations import Contact
    from ipa_core.domain.rounds import Request
    from ipa_core.domain.signals import Signal
    from ipa_core.reports.signal_cards import SignalCard, UpcomingCard
    from ipa_core.usecases.letterheads import Letterhead
    from ipa_core.usecases.views import ProgrammeView

LOOK_AHEAD = 20
"""Working days in which something breaks."""

DECISIONS: Mapping[str, AskedKind] = {"R02": AskedKind.ACCEPT_EXPLANATION, "T04": AskedKind.REBASELINE}
"""Which rules ask the aanjager for a decision; T04 only when it is critical."""


def promise_digest(view: ProgrammeView, letterhead: Letterhead, *, first_run_at: datetime | None) -> int:
    """Promise the digest of the latest period that is due and undecided; return how many messages are new.

    Periods that were missed are not made up for one by one, and one that was promised but never tried is taken back:
    the next digest tells everything since the last one that went.
    """
    period_on = _due_period(view, first_run_at)
    if period_on is None:
        return 0
    period = _period_code(period_on)
    if outbox.find_digest(view.session, view.code, period) is not None:
        return 0
    recipients = {c.email: c for role in AUDIENCE[Rung.DIGEST] for c in view.contacts(role)}
    if not recipients:
        return 0
    _withdraw_unsent(view, period)
    before = outbox.last_digest(view.session, view.code)
    slot_on = day_of(view.calendar.next_window(view.at))
    digests = {
        address: build_digest(view, contact, period=period, slot_on=slot_on, base_url=letterhead.base_url)
        for address, contact in recipients.items()
    }
    is_sent = _is_worth_sending(view, digests)
    changes = signals.list_changes(view.session, view.code, after=before.through_change if before else 0, at=view.at)
    view.session.add(
        DigestRow(
            programme=view.code,
            period=period,
            decided_at=view.at,
            through_change=max((c.seq or 0 for c in changes), default=before.through_change if before else 0),
            is_sent=is_sent,
        )
    )
    for address, digest in digests.items():
        _promise(view, letterhead, address, digest, is_sent=is_sent)
    posts = [(address, digest) for address, digest in digests.items() if is_sent and digest.contact.channel]
    for address, digest in posts:
        _promise(view, letterhead, address, digest, is_sent=is_sent, is_post=True)
    if is_sent:
        _note_asked(view, period, slot_on)
    return len(digests) + len(posts) if is_sent else 0


def build_digest(view: ProgrammeView, contact: Contact, *, period: str, slot_on: date, base_url: str) -> Digest:
    """Build the digest as it would go out now: everything since the previous one that this reader got."""
    before = _last_heard(view, contact.email)
    changes = signals.list_changes(view.session, view.code, after=before.through_change if before else 0, at=view.at)
    kinds: dict[str, set[ChangeKind]] = {}
    for change in changes:
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


def _last_heard(view: ProgrammeView, address: str) -> DigestRow | None:
    """Return the latest digest, or an earlier one as long as the mail with it to this address is dead."""
    row = outbox.last_digest(view.session, view.code)
    while row is not None:
        message = outbox.find(view.session, view.code, digest_key(row.period, address))
        if message is None or message.state is not MessageState.DEAD:
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


def _withdraw_unsent(view: ProgrammeView, period: str) -> None:
    """Take back an earlier digest that nobody tried to send to anybody; the one of `period` tells it all."""
    last = outbox.last_digest(view.session, view.code)
    if last is None or not last.is_sent:
        return
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.DIGEST, [last.period])[last.period]
    untried = {message.id: message for message in outbox.list_untried(view.session, view.code, MessageKind.DIGEST)}
    if not all(row.message in untried for row in rows):
        return
    for row in rows:
        message = untried[row.message]
        message.state, message.why_not = MessageState.SKIPPED, why_not.OVERTAKEN_DIGEST.format(period=period)
        view.session.add(message)
        refresh_messages(view, [message])
        for asked in notices.list_of_message(view.session, message.id or 0):
            is_asked = asked.rung is Rung.AANJAGER
            state, reason = (NoticeState.PLANNED, "") if is_asked else (NoticeState.SKIPPED, message.why_not)
            notices.settle(view.session, asked, state, why_not=reason, at=view.at)
    before = outbox.last_digest(view.session, view.code, before=last)
    last.is_sent, last.through_change = False, before.through_change if before else 0
    view.session.add(last)
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


def _is_worth_sending(view: ProgrammeView, digests: Mapping[str, Digest]) -> bool:
    """An empty digest still goes when none went in this month, as a sign of life."""
    if any(not digest.is_empty for digest in digests.values()):
        return True
    last = outbox.last_digest(view.session, view.code, is_sent=True)
    return last is None or day_of(last.decided_at).replace(day=1) < view.on.replace(day=1)


def _promise(
    view: ProgrammeView,
    letterhead: Letterhead,
    address: str,
    digest: Digest,
    *,
    is_sent: bool,
    is_post: bool = False,
) -> None:
    key = (post_key if is_post else digest_key)(digest.period, address)
    message: int | None = None
    if is_sent:
        renderer = letterhead.renderer
        rendered = renderer.render_post(digest) if is_post else renderer.render_digest(digest)
        text = Text(
            key=key,
            kind=MessageKind.DIGEST,
            recipient=address,
            organisation=digest.contact.organisation,
            slot_on=digest.slot_on,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=letterhead.message_id(view.code, key),
            is_post=is_post,
            due_at=view.calendar.next_window(view.at),
        )
        message = enqueue_messages(view, [text])[key]
    view.session.add(
        NoticeRow(
            programme=view.code,
            key=key,
            kind=NoticeKind.DIGEST,
            subject=digest.period,
            rung=Rung.DIGEST,
            organisation=digest.contact.organisation,
            recipient=address,
            planned_on=digest.slot_on,
            state=NoticeState.PROMISED if message else NoticeState.SKIPPED,
            reason=NoticeReason.DIGEST,
            why_not="" if message else why_not.NOTHING_TO_TELL,
            message=message,
            created_at=view.at,
            settled_at=view.at,
        )
    )


def _note_asked(view: ProgrammeView, period: str, slot_on: date) -> None:
    """Note in which digest the aanjager was asked about each signal for the first time."""
    for rows in notices.list_asked(view.session, view.code, until=slot_on, at=view.at).values():
        for row in rows:
            message = outbox.find(view.session, view.code, digest_key(period, row.recipient))
            if row.state is NoticeState.PLANNED and message is not None:
                row.state, row.message, row.why_not, row.settled_at = NoticeState.PROMISED, message.id, "", view.at
                view.session.add(row)


def list_decisions(view: ProgrammeView, cards: Sequence[SignalCard], slot_on: date) -> list[DecisionAsked]:
    """Return what the aanjager is asked to decide about these signals and about requests that nobody answers."""
    asked = [
        DecisionAsked(kind=DECISIONS[card.signal.rule], card=card)
        for card in worst_first(cards)
        if card.signal.rule in DECISIONS and (card.signal.rule != "T04" or card.signal.severity is Severity.CRITICAL)
    ]
    asked += _calls(view, cards, slot_on, but_not={one.card.signal.dossier for one in asked if one.card is not None})
    return asked + [
        DecisionAsked(
            kind=AskedKind.CALL_MINISTRY, request=replace(request, organisation=view.present(request.organisation))
        )
        for request in _unanswered(view)
    ]


def _unanswered(view: ProgrammeView) -> list[Request]:
    """Return the requests that are long overdue, and of which the projectleider has known for long enough."""
    ladder = view.policy.request_ladder
    overdue = {
        request.code: request
        for request in list_requests(view)
        if request.state_at(view.at) is RequestState.OPEN
        and view.calendar.add_working_days(request.due_on, ladder.e2) <= view.on
    }
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, list(overdue))
    told = {code: [row for row in mine if row.rung is Rung.ESCALATION] for code, mine in rows.items()}
    promised = {row.message for mine in told.values() for row in mine if row.message is not None}
    went_at, dead = outbox.list_handed_over(view.session, promised), outbox.list_dead_ids(view.session, view.code)

    def is_to_call(mine: Sequence[NoticeRow]) -> bool:
        went_on = min((day_of(went_at[row.message]) for row in mine if row.message in went_at), default=None)
        if went_on is not None:
            return view.calendar.add_working_days(went_on, ladder.e2 - ladder.e1) <= view.on
        return bool(mine) and all(row.recipient == NOBODY or row.message in dead for row in mine)

    return [request for code, request in overdue.items() if is_to_call(told[code])]


def _calls(
    view: ProgrammeView, cards: Sequence[SignalCard], slot_on: date, *, but_not: Collection[str]
) -> list[DecisionAsked]:
    """Ask once about each dossier with signals that nobody takes up, by the heaviest; not about those asked about."""
    due = notices.list_asked(view.session, view.code, until=slot_on, at=view.at)
    found: dict[str, list[SignalCard]] = {}
    for card in worst_first(cards):
        signal = card.signal
        is_open = signal.state is SignalState.OPEN and signal.severity >= Severity.MEDIUM
        if signal.id in due and is_open and card.subject.ministries and signal.dossier not in but_not:
            found.setdefault(signal.dossier, []).append(card)
    return [
        DecisionAsked(kind=AskedKind.CALL_ABOUT_SIGNAL, card=mine[0], others=len(mine) - 1) for mine in found.values()
    ]


def _reliability(view: ProgrammeView, before: DigestRow | None) -> Reliability:
    since = before.decided_at if before else None
    counts = outbox.count_by_state(view.session, view.code)
    return Reliability(
        handed_over=outbox.count_handed_over(view.session, view.code, since=since),
        waiting=sum(counts.get(state, 0) for state in outbox.WAITING),
        failed=outbox.count_failed(view.session, view.code, since=since),
        overtaken=notices.count_skipped(view.session, view.code, why_not=why_not.OVERTAKEN, since=since),
        missed=audit_messages(view).missed,
    )


def worst_first(cards: Sequence[SignalCard]) -> tuple[SignalCard, ...]:
    """Sort by weight, theme and id."""
    return tuple(sorted(cards, key=lambda card: (-card.signal.severity.weight, card.subject.theme, card.signal.id)))
