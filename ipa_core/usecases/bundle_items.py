"""Gather what a bundle says about requests and signals, and about what passed to another ministry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ipa_core.domain.decisions import Decision, DecisionKind
from ipa_core.domain.ladders import AUDIENCE, Rung
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Organisation, Role
from ipa_core.domain.pauses import pauses_of
from ipa_core.reports.bundles import PassedOn, RequestItem, SignalItem
from ipa_core.store import decisions, notices, signals
from ipa_core.store.notices import NoticeKind, NoticeState
from ipa_core.usecases.find_audience import find_reader
from ipa_core.usecases.plan_handovers import gained, lost

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.rounds import Request, RequestHistory
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.store.notices import NoticeRow
    from ipa_core.usecases.views import ProgrammeView


ESCALATIONS = (Rung.COORDINATOR, Rung.PROJECT_LEAD, Rung.AANJAGER)

ASKING = (Rung.REQUEST, Rung.TAKEN_OVER)
"""The rungs that ask for an answer for the first time."""

TELLS_NEXT = (Rung.REPEAT, *ESCALATIONS)
"""The rungs on which a signal says who is the next to hear of it."""

ABOUT_COMPLETION = frozenset({"G01", "G02", "G04"})
"""The rules that ask something of a completion: they end when IPA refuses it, and then the work is not done."""

TELLING = (
    NoticeReason.STAND_IN,
    NoticeReason.CRITICAL,
    NoticeReason.FIRST_TIME,
    NoticeReason.CAME_BACK,
    NoticeReason.TAKEN_OVER,
    NoticeReason.WORSE,
    NoticeReason.ESCALATION,
    NoticeReason.UNACKNOWLEDGED,
    NoticeReason.SNOOZE_ENDED,
    NoticeReason.REPEAT,
)
"""Why a signal is told; of several reasons on one day the first is given."""


def organisation_of(view: ProgrammeView, code: str) -> Organisation:
    """Return the organisation with the code, also when the register lost it since."""
    return view.directory.organisations.get(code) or Organisation(code=code, name=code)


def request_items(
    view: ProgrammeView,
    rows: Sequence[NoticeRow],
    histories: Mapping[str, RequestHistory],
    *,
    asked: Container[tuple[str, str]],
    escalated: Container[str],
    told: Mapping[str, Sequence[tuple[str, date | None]]],
) -> tuple[RequestItem, ...]:
    """Return what these rungs say to one reader, with the requests as they stand; `histories` are by code.

    `asked` are the requests and the mailboxes that got a message about them before, and `escalated` the requests of
    which the projectleider knows. `told` is who was told which due date of a request, in order.
    """
    items = []
    for row in rows:
        reader = find_reader(view, row)
        is_main = reader is not None and reader.role is Role.MAIN
        is_new = is_main and (row.subject, row.recipient) not in asked
        item = _request_item(view, row, histories[row.subject], told.get(row.subject, ()))
        if row.rung is Rung.LATE_WITH_NOTICE and row.subject not in escalated:
            item = replace(item, escalates_on=_escalates_on(view, row, item.request))
        items.append(replace(item, is_asked_first=row.rung in ASKING or is_new))
    return tuple(items)


def signal_items(
    view: ProgrammeView,
    rows: Sequence[NoticeRow],
    cards: Mapping[str, SignalCard],
    ahead: Mapping[str, Sequence[NoticeRow]],
    slot_on: date,
    *,
    taken: Mapping[str, Pause],
) -> tuple[SignalItem, ...]:
    """Return what is told about signals, each once, by theme and heaviest first.

    `cards` are by signal, and so are all notices `ahead`, as far as somebody is told who is the next to hear, and
    `taken`, when somebody last had an escalated signal in hand.
    """
    told: dict[str, NoticeRow] = {}
    for row in sorted(rows, key=lambda row: TELLING.index(NoticeReason(row.reason)), reverse=True):
        told[row.subject] = row
    items = [
        replace(
            _signal_item(view, row, cards[subject], ahead.get(subject, ()), slot_on),
            taken=taken.get(subject),
        )
        for subject, row in told.items()
    ]
    return tuple(sorted(items, key=_by_weight))


def last_taken(view: ProgrammeView, rows: Iterable[NoticeRow]) -> dict[str, Pause]:
    """Return when somebody last had a signal in hand, of those that these rows escalate."""
    escalated = {row.subject for row in rows if row.kind is NoticeKind.SIGNAL and row.rung in ESCALATIONS}
    raises = signals.list_raises(view.session, escalated, at=view.at)
    found: dict[str, Pause] = {}
    for subject, decided in decisions.list_of_signals(view.session, view.code, escalated, known_at=view.at).items():
        if pauses := pauses_of(decided, [one.at for one in raises.get(subject, ())]):
            found[subject] = pauses[-1]
    return found


def solved_items(
    view: ProgrammeView, rows: Iterable[NoticeRow], cards: Mapping[str, SignalCard]
) -> tuple[SignalItem, ...]:
    """Return the signals that are solved, those about a completion with the decision that refused it."""
    return tuple(sorted(with_refusals(view, [cards[row.subject] for row in rows]), key=_by_weight))


def with_refusals(view: ProgrammeView, solved: Sequence[SignalCard]) -> list[SignalItem]:
    """Return these signals, those about a completion with the decision that ended them by refusing it."""
    claimed = {card.signal.dossier for card in solved if card.signal.rule in ABOUT_COMPLETION}
    items = [SignalItem(card=card, reason=NoticeReason.SOLVED) for card in solved]
    if not claimed:
        return items
    standing = {code for code, dossier in view.dossiers(claimed).items() if dossier.is_refused}
    refusals: dict[tuple[str, datetime | None], Decision] = {
        (one.dossier, one.at): one
        for mine in decisions.list_of_dossiers(view.session, view.code, claimed).values()
        for one in mine
        if one.kind is DecisionKind.REFUSE
    }

    def ended(item: SignalItem) -> SignalItem:
        signal = item.card.signal
        refusal = refusals.get((signal.dossier, signal.resolved_at))
        if refusal is None or signal.rule not in ABOUT_COMPLETION:
            return item
        return replace(item, refusal=refusal, is_refused_still=signal.dossier in standing)

    return [ended(item) for item in items]


def _signal_item(
    view: ProgrammeView, row: NoticeRow, card: SignalCard, ahead: Sequence[NoticeRow], slot_on: date
) -> SignalItem:
    next_role, next_on = _next_reader(view, row, ahead, slot_on)
    return SignalItem(
        card=card,
        reason=NoticeReason(row.reason),
        turn=notices.turn_of(row.key),
        turns=view.policy.signal_ladder.repeats,
        next_role=next_role,
        next_on=next_on,
    )


def _next_reader(
    view: ProgrammeView, row: NoticeRow, ahead: Sequence[NoticeRow], slot_on: date
) -> tuple[Role | None, date | None]:
    """Return who is the next to hear of a signal that nobody takes up, and when: told before to who is overtaken.

    Who heard already that it is critical is not announced as somebody who will see it.
    """
    if row.rung not in TELLS_NEXT:
        return None, None
    aware = {one.recipient for one in ahead if one.rung is Rung.CRITICAL and one.state is NoticeState.PROMISED}
    waiting = [
        (one.rung, on)
        for one in ahead
        if one.rung in ESCALATIONS
        and one.recipient
        and one.recipient not in aware
        and one.state is NoticeState.PLANNED
        and (on := _heard_on(view, one)) > slot_on
    ]
    first = min(waiting, key=lambda one: (ESCALATIONS.index(one[0]), one[1]), default=None)
    return (AUDIENCE[first[0]][0], first[1]) if first is not None else (None, None)


def _heard_on(view: ProgrammeView, row: NoticeRow) -> date:
    """Return the day on which an escalation is read: what is asked of the aanjager waits for the digest."""
    return view.calendar.next_week_begin(row.planned_on) if row.rung is Rung.AANJAGER else row.planned_on


def _by_weight(item: SignalItem) -> tuple[str, int, str]:
    return item.card.subject.theme, -item.card.signal.severity.weight, item.card.signal.id


def passed_on_items(
    view: ProgrammeView, rows: Sequence[NoticeRow], histories: Mapping[str, RequestHistory]
) -> tuple[PassedOn, ...]:
    """Return what others carry from now on, by who does."""
    ids = {row.subject for row in rows if row.kind is NoticeKind.SIGNAL}
    found = signals.read_at(view.session, view.code, at=view.at, ids=ids) if ids else []
    by_holder: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.kind is NoticeKind.REQUEST:
            for dossier, holder in _moved(view, histories[row.subject], row.organisation):
                by_holder.setdefault(holder, []).append((dossier, histories[row.subject].request.round))
    for signal in found:
        if lead := view.lead(signal.dossier):
            by_holder.setdefault(lead, []).append((signal.dossier, ""))
    return tuple(
        PassedOn(
            organisation=organisation_of(view, holder),
            dossiers=tuple(sorted({dossier for dossier, _ in what})),
            rounds=tuple(sorted({code for _, code in what if code})),
            signal_count=sum(view.lead(signal.dossier) == holder for signal in found),
        )
        for holder, what in sorted(by_holder.items())
    )


def _moved(view: ProgrammeView, history: RequestHistory, former: str) -> list[tuple[str, str]]:
    """Return the dossiers that others than the `former` holder are asked about now, with who is: all, or what left."""
    request = history.at(view.at)
    holder = view.present(request.organisation)
    whole = [(dossier, holder) for dossier in request.asked] if holder != former else []
    return [*whole, *((dossier, lead) for dossier in lost(history, view) if (lead := view.lead(dossier)))]


def _request_item(
    view: ProgrammeView, row: NoticeRow, history: RequestHistory, told: Sequence[tuple[str, date | None]]
) -> RequestItem:
    request = history.at(view.at)
    moved_from = _moved_from(row, request, history.request.due_on, told)
    return RequestItem(
        request=request,
        organisation=organisation_of(view, view.present(request.organisation)),
        rung=row.rung,
        reason=_reason(NoticeReason(row.reason), is_moved=moved_from is not None),
        gained=_gained(view, history, row.rung),
        moved_from=moved_from,
    )


def _moved_from(
    row: NoticeRow, request: Request, first_due_on: date, told: Sequence[tuple[str, date | None]]
) -> date | None:
    """Return the due date that the reader was told last, or that anybody was, if it is another one now.

    Who is asked for the first time by this rung need not hear what others were told.
    """
    mine = [due_on or first_due_on for mailbox, due_on in told if mailbox == row.recipient]
    others = [due_on or first_due_on for _, due_on in told] if row.rung not in ASKING else []
    last = next(reversed(mine or others), request.due_on)
    return last if last != request.due_on else None


def _reason(reason: NoticeReason, *, is_moved: bool) -> NoticeReason:
    if reason not in (NoticeReason.REMINDER, NoticeReason.DATE_MOVED):
        return reason
    return NoticeReason.DATE_MOVED if is_moved else NoticeReason.REMINDER


def _gained(view: ProgrammeView, history: RequestHistory, rung: Rung) -> tuple[str, ...]:
    """Return what a handover brought: some dossiers on top of others, or all that the request asks about."""
    request = history.at(view.at)
    if rung is Rung.REQUEST and request.is_follow_up:
        return request.asked
    if rung is not Rung.TAKEN_OVER:
        return ()
    is_succeeded = view.present(request.organisation) != request.organisation
    return request.asked if is_succeeded else gained(history, view) or request.asked


def _escalates_on(view: ProgrammeView, row: NoticeRow, request: Request) -> date:
    """Return the day on which the projectleider will see it, if the notice goes in the next window."""
    ladder = view.policy.request_ladder
    slot_on = day_of(view.calendar.next_window(view.at))
    return max(
        view.calendar.add_working_days(request.due_on, ladder.e1),
        *(view.calendar.add_working_days(on, ladder.e1 - ladder.l2) for on in (row.planned_on, slot_on)),
    )
