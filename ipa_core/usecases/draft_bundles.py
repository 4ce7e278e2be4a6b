"""What does each person read in the next bundle? Gathered for all of them at once, however many there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import Rung
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Contact, Role
from ipa_core.domain.severities import Severity
from ipa_core.reports.bundles import Bundle, SignalItem
from ipa_core.store import escalations, notices, outbox, signals, told_dates
from ipa_core.store.notices import NoticeKind, NoticeState
from ipa_core.store.outbox import MessageKind, MessageState
from ipa_core.usecases.bundle_items import (
    ASKING,
    TELLS_NEXT,
    last_taken,
    organisation_of,
    passed_on_items,
    request_items,
    signal_items,
    solved_items,
)
from ipa_core.usecases.find_audience import find_reader
from ipa_core.usecases.signal_cards import build_cards

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.rounds import RequestHistory
    from ipa_core.domain.signals import Signal
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.store.notices import NoticeRow
    from ipa_core.store.outbox import OutboxMessageRow, TakenSlot
    from ipa_core.usecases.views import ProgrammeView


NEAR, PASSED = "T01", "T02"
"""The rules about a planned date that comes, and that went by."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What one person should hear in the bundle of `slot_on`.

    `message` is one that no server took yet, with the light signals that it mentions; its text may become another.
    `spare` are more of these: what they carry goes along with it, and they do not go themselves.
    """

    recipient: str
    slot_on: date
    message: OutboxMessageRow | None = None
    due: list[NoticeRow] = field(default_factory=list)
    mentions: list[NoticeRow] = field(default_factory=list)
    spare: list[OutboxMessageRow] = field(default_factory=list)

    @property
    def messages(self) -> list[OutboxMessageRow]:
        """The messages that were promised for it before."""
        return [*([self.message] if self.message is not None else []), *self.spare]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true now, read once for all recipients.

    Requests and cards are by their codes. `asked` are the requests and mailboxes of messages that went, and `escalated`
    the requests of which the projectleider knows. `light` are the light signals by who should read about them,
    `mentions` the notices that somebody did by their keys, and `ahead` all notices on the signals that escalate.
    `taken` tells when somebody last had one in hand that is escalated now, `told` is who was told which
    due date of a request, and `keys` are those of the bundles of today and later.
    """

    histories: Mapping[str, RequestHistory]
    asked: Collection[tuple[str, str]]
    escalated: Collection[str]
    cards: Mapping[str, SignalCard]
    light: Mapping[str, Sequence[Signal]]
    mentions: Mapping[str, NoticeRow]
    ahead: Mapping[str, Sequence[NoticeRow]]
    taken: Mapping[str, Pause]
    told: Mapping[str, Sequence[tuple[str, date | None]]]
    keys: Collection[str]


def list_drafts(view: ProgrammeView, slots: Sequence[TakenSlot], slot_on: date) -> list[Draft]:
    """Gather what is due by recipient: notices whose day has come, and those in messages that no server took yet.

    One bundle per person per day: who has a message already that is on its way, gets this one a day later.
    """
    drafts: dict[str, Draft] = {}
    untaken = outbox.list_untaken(view.session, view.code, MessageKind.BUNDLE)
    carried = notices.list_of_messages(view.session, [message.id for message in untaken])
    for message in untaken:
        mine = carried[message.id]
        draft = drafts.setdefault(
            message.recipient, Draft(recipient=message.recipient, slot_on=slot_on, message=message)
        )
        draft.due += [row for row in mine if _is_due(row, slot_on)]
        draft.mentions += [row for row in mine if row.rung is Rung.MENTION]
        if draft.message is not message:
            draft.spare.append(message)
    for row in notices.list_in_state(view.session, view.code, NoticeState.PLANNED, until=slot_on):
        is_for_digest = row.kind is NoticeKind.DIGEST or row.rung is Rung.AANJAGER
        if not is_for_digest and row.recipient:
            drafts.setdefault(row.recipient, Draft(recipient=row.recipient, slot_on=slot_on)).due.append(row)
    movable = {message.id for message in untaken}
    taken = {
        (slot.recipient, slot.slot_on)
        for slot in slots
        if slot.state is not MessageState.SKIPPED and slot.id not in movable
    }
    for draft in drafts.values():
        while (draft.recipient, draft.slot_on) in taken:
            draft.slot_on = view.calendar.add_working_days(draft.slot_on, 1)
    return [drafts[recipient] for recipient in sorted(drafts)]


def _is_due(row: NoticeRow, slot_on: date) -> bool:
    return row.rung is not Rung.MENTION and row.state is NoticeState.PROMISED and row.planned_on <= slot_on


def gather_facts(
    view: ProgrammeView, drafts: Sequence[Draft], slots: Sequence[TakenSlot], histories: Iterable[RequestHistory]
) -> Facts:
    """Read what is true now, as far as these drafts need it."""
    due = [row for draft in drafts for row in draft.due]
    mains = {draft.recipient: view.directory.ministries_of(draft.recipient, view.on) for draft in drafts if draft.due}
    light = _light_by_ministry(view, frozenset().union(*mains.values()))
    heard = notices.list_of_subjects(
        view.session, view.code, NoticeKind.SIGNAL, [signal.id for mine in light.values() for signal in mine]
    )
    unheard = _unheard(drafts, mains, light, heard, outbox.list_dead_ids(view.session, view.code))
    return Facts(
        histories={one.request.code: one for one in histories},
        asked=notices.list_asked_mailboxes(
            view.session,
            view.code,
            {row.subject for row in due if row.kind is NoticeKind.REQUEST and row.rung not in ASKING},
        ),
        escalated=escalations.list_escalated_requests(
            view.session, view.code, {row.subject for row in due if row.rung is Rung.LATE_WITH_NOTICE}
        ),
        cards=_cards(view, due, unheard),
        light=unheard,
        mentions={row.key: row for rows in heard.values() for row in rows if row.rung is Rung.MENTION},
        ahead=notices.list_of_subjects(
            view.session, view.code, NoticeKind.SIGNAL, [row.subject for row in due if row.rung in TELLS_NEXT]
        ),
        taken=last_taken(view, due),
        told=told_dates.list_told_dates(
            view.session,
            view.code,
            {row.subject for row in due if row.kind is NoticeKind.REQUEST},
            untaken={message.id for draft in drafts for message in draft.messages},
        ),
        keys={slot.key for slot in slots},
    )


def build_bundle(view: ProgrammeView, draft: Draft, facts: Facts, *, base_url: str) -> Bundle:
    """Return what a draft with something due says, without the files that go along."""
    readers = _readers(view, draft)
    contact = next((one for one in readers if one.role is Role.MAIN), readers[0])
    news = [row for row in draft.due if row.rung is not Rung.PASSED_ON]
    told = [row for row in news if row.kind is NoticeKind.SIGNAL and row.rung is not Rung.SOLVED]
    light = facts.light.get(draft.recipient, ())
    return Bundle(
        programme=view.programme,
        contact=contact,
        other_roles=tuple(one for one in readers if one != contact),
        organisation=organisation_of(view, contact.organisation),
        slot_on=draft.slot_on,
        base_url=base_url,
        requests=request_items(
            view,
            [row for row in news if row.kind is NoticeKind.REQUEST],
            facts.histories,
            asked=facts.asked,
            escalated=facts.escalated,
            told=facts.told,
        ),
        signals=signal_items(view, told, facts.cards, facts.ahead, draft.slot_on, taken=facts.taken),
        solved=solved_items(view, [row for row in news if row.rung is Rung.SOLVED], facts.cards),
        mentions=tuple(SignalItem(card=facts.cards[one.id], reason=NoticeReason.MENTION) for one in light),
        passed_on=passed_on_items(view, [row for row in draft.due if row.rung is Rung.PASSED_ON], facts.histories),
    )


def _readers(view: ProgrammeView, draft: Draft) -> list[Contact]:
    """Return as whom somebody reads it; an address that left since is still written to as it was planned."""
    row = draft.due[0]
    fallback = Contact(organisation=row.organisation, name="", email=draft.recipient, role=Role.MAIN)
    found = dict.fromkeys(find_reader(view, row) for row in draft.due)
    return [contact for contact in found if contact is not None] or [fallback]


def _cards(
    view: ProgrammeView, due: Sequence[NoticeRow], light: Mapping[str, Sequence[Signal]]
) -> dict[str, SignalCard]:
    ids = {row.subject for row in due if row.kind is NoticeKind.SIGNAL}
    found = signals.read_at(view.session, view.code, at=view.at, ids=ids, is_resolved_included=True) if ids else []
    told = {signal.id: signal for mine in (*light.values(), found) for signal in mine}
    return {card.signal.id: card for card in build_cards(view, list(told.values()))}


def _light_by_ministry(view: ProgrammeView, ministries: Collection[str]) -> dict[str | None, list[Signal]]:
    """Return the open signals below medium of the ministries of which a main contact gets a bundle.

    Not that a date comes near when it has passed: the reader hears of that.
    """
    found: dict[str | None, list[Signal]] = defaultdict(list)
    standing = signals.read_at(view.session, view.code, at=view.at) if ministries else []
    passed = {signal.dossier for signal in standing if signal.rule == PASSED}
    for signal in standing:
        is_old_news = signal.rule == NEAR and signal.dossier in passed
        if signal.severity < Severity.MEDIUM and not signal.folded_under and not is_old_news:
            ministry = view.ministry_of(signal.subject, signal.dossier)
            if ministry in ministries:
                found[ministry].append(signal)
    return found


def _unheard(
    drafts: Iterable[Draft],
    mains: Mapping[str, Collection[str]],
    light: Mapping[str | None, Sequence[Signal]],
    rows: Mapping[str, Sequence[NoticeRow]],
    dead: Collection[int | None],
) -> dict[str, list[Signal]]:
    """Return for each mailbox the light signals of its ministries (`mains`) that it has not read about yet."""
    heard: dict[tuple[str, str], set[int | None]] = defaultdict(set)
    for row in (row for mine in rows.values() for row in mine):
        if row.message is not None and row.message not in dead:
            heard[row.subject, row.recipient].add(row.message)
    found: dict[str, list[Signal]] = {}
    for draft in drafts:
        mine = {message.id for message in draft.messages}
        told = [one for ministry in sorted(mains.get(draft.recipient, ())) for one in light.get(ministry, ())]
        found[draft.recipient] = [one for one in told if not heard[one.id, draft.recipient] - mine]
    return found
