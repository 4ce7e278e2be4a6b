"""A dead message to a main contact goes to the deputy: what it said and what is still true, once, as new notices."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.ladders import OF_REQUEST, Rung
from ipa_core.domain.messages import message_code
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Role
from ipa_core.domain.pauses import pauses_of
from ipa_core.domain.rounds import RequestState
from ipa_core.reports import why_not
from ipa_core.store import decisions, notices, outbox
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.find_audience import find_reader, why_left_out
from ipa_core.usecases.plan_signal_ladders import why_held_back
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.signals_in_hand import find_in_hand, plan_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.signals import Signal
    from ipa_core.store.notices import Fates
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.views import ProgrammeView


_TO_MAIN = OF_REQUEST[:-1]
"""What the main contact hears about a request, in order."""

_COUNTING = frozenset({NoticeState.PLANNED, NoticeState.PROMISED})


def list_alarmed(standing: Iterable[Signal]) -> frozenset[str]:
    """Return the messages that could not be delivered and that no other replaced yet, by the signals about them."""
    return frozenset(signal.subject.code for signal in standing if signal.subject.kind is SubjectKind.MESSAGE)


def plan_stand_ins(
    view: ProgrammeView,
    fates: Fates,
    slot_on: date,
    standing: Mapping[str, Signal],
    request_pauses: Mapping[str, Sequence[Pause]],
) -> None:
    """Plan for each dead message to a main contact what its deputy should hear instead.

    Not before the signal about it stands: the stand-in settles that signal, and the administrator hears of it first.
    And not about what somebody has in hand meanwhile: that waits, as long as the last decision says.
    `standing` are the open signals, and `request_pauses` tells by request when somebody had in hand that it is
    unanswered.
    """
    waiting = notices.list_unsent(view.session, view.code, reason=NoticeReason.STAND_IN, untaken=fates.untaken)
    dead = outbox.list_dead(view.session, view.code)
    if not waiting and not dead:
        return
    said = {
        message.id: [row for row in notices.list_of_message(view.session, message.id or 0) if _is_for_main(view, row)]
        for message in dead
    }
    rows = [*waiting, *chain.from_iterable(said.values())]
    latest, taken_up = _latest_rungs(view, rows, slot_on), _list_taken_up(view, rows)
    in_hand = find_in_hand(view, standing.values(), slot_on) | _on_the_day(request_pauses, slot_on)
    for row in waiting:
        why = why_not.PASSED if row.key in taken_up else _why_not_any_more(view, row, standing, latest)
        if why:
            notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why, at=view.at)
        else:
            _plan_day(view, row, standing.get(row.subject), in_hand.get(row.subject), slot_on)
    alarmed = list_alarmed(standing.values())
    true_now = standing.keys() | _open_requests(view)
    for message in (one for one in dead if message_code(one.id or 0) in alarmed):
        for row in said[message.id]:
            deputies = view.contacts(Role.DEPUTY, view.present(row.organisation))
            is_true = row.rung is not Rung.MENTION and row.subject in true_now and not _has_passed(view, row, standing)
            if deputies and is_true and not _overtaken_by(row, latest) and row.key not in taken_up:
                for deputy in deputies:
                    found = _stand_in(view, row, deputy.email, slot_on)
                    if _may_still_go(found, fates):
                        _plan_day(view, found, standing.get(row.subject), in_hand.get(row.subject), slot_on)
                _note_where_it_went(view, row, message)


def _on_the_day(pauses: Mapping[str, Sequence[Pause]], on: date) -> dict[str, Pause]:
    return {subject: one for subject, mine in pauses.items() for one in mine if one.holds_on(on)}


def _latest_rungs(view: ProgrammeView, rows: Iterable[NoticeRow], slot_on: date) -> dict[str, Rung]:
    """Return the latest rung of each of these requests that went, or is to go today: no deputy hears those before it.

    The escalation is none of them, as it goes to others.
    """
    requests = {row.subject for row in rows if row.kind is NoticeKind.REQUEST}
    of_requests = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, sorted(requests))
    found: dict[str, Rung] = {}
    for subject, mine in of_requests.items():
        due = {row.rung for row in mine if row.state in _COUNTING and row.planned_on <= slot_on and not row.stands_in}
        reached = [rung for rung in _TO_MAIN if rung in due]
        if reached:
            found[subject] = reached[-1]
    return found


def _list_taken_up(view: ProgrammeView, rows: Iterable[NoticeRow]) -> set[str]:
    """Return the keys of the ended snoozes after which somebody took the signal up, or put it off once more."""
    ended = [row for row in rows if row.rung is Rung.SNOOZE_ENDED]
    signals_of = {row.subject for row in ended}
    decided = decisions.list_of_signals(view.session, view.code, signals_of, known_at=view.at)
    last = {identity: pauses_of(mine)[-1] for identity, mine in decided.items()}
    return {row.key for row in ended if last[row.subject].snooze != notices.turn_of(row.key)}


def _overtaken_by(row: NoticeRow, latest: Mapping[str, Rung]) -> Rung | None:
    """Return the later rung of the same request that takes the place of this one."""
    rung = latest.get(row.subject)
    is_later = rung is not None and row.rung in _TO_MAIN and _TO_MAIN.index(row.rung) < _TO_MAIN.index(rung)
    return rung if is_later else None


def _why_not_any_more(
    view: ProgrammeView, row: NoticeRow, standing: Mapping[str, Signal], latest: Mapping[str, Rung]
) -> str:
    """Return why a deputy need not hear something after all.

    Somebody else is deputy now, or carries the dossier, or more is to be said about the request by now.
    """
    rung = _overtaken_by(row, latest)
    if rung is not None:
        return why_not.OVERTAKEN.format(rung=rung.value)
    deputies = view.contacts(Role.DEPUTY, view.present(row.organisation))
    if row.recipient not in {deputy.email for deputy in deputies}:
        return why_left_out(view, row.recipient)
    return why_not.CARRIED_BY_OTHERS if _has_passed(view, row, standing) else ""


def _has_passed(view: ProgrammeView, row: NoticeRow, standing: Mapping[str, Signal]) -> bool:
    """Tell whether another ministry carries what this is about; the message about that itself is for the former one."""
    signal = standing.get(row.subject)
    if signal is None or row.rung is Rung.PASSED_ON:
        return False
    return view.ministry_of(signal.subject, signal.dossier) not in (row.organisation, None)


def _is_for_main(view: ProgrammeView, row: NoticeRow) -> bool:
    contact = find_reader(view, row)
    return contact is not None and contact.role is Role.MAIN


def _open_requests(view: ProgrammeView) -> set[str]:
    return {request.code for request in list_requests(view) if request.state_at(view.at) is RequestState.OPEN}


def _plan_day(view: ProgrammeView, row: NoticeRow, signal: Signal | None, pause: Pause | None, slot_on: date) -> None:
    """Hold a message to a deputy back for what would hold back that to the main contact, or else plan its day.

    What was never asked, weighs more or passed to another ministry is told at once, whoever has it in hand.
    """
    is_handover = row.rung in (Rung.PASSED_ON, Rung.TAKEN_OVER)
    held_back = why_held_back(signal, row.recipient) if signal is not None and not is_handover else ""
    if held_back:
        notices.settle(view.session, row, NoticeState.SUPPRESSED, why_not=held_back, at=view.at)
    else:
        is_at_once = is_handover or row.rung in (Rung.REQUEST, Rung.WORSE)
        plan_around(view, row, None if is_at_once else pause, slot_on)


def _may_still_go(row: NoticeRow, fates: Fates) -> bool:
    return row.stands_in and (_was_left_out(row) or fates.is_unsent(row))


def _was_left_out(row: NoticeRow) -> bool:
    return row.state is NoticeState.SKIPPED and row.why_not in (why_not.REPLACED, why_not.AWAY, why_not.BACK)


def _stand_in(view: ProgrammeView, row: NoticeRow, address: str, slot_on: date) -> NoticeRow:
    """Return what this deputy should hear, or heard already, in the place of the main contact."""
    turn = notices.turn_of(row.key)
    key = notices.key_for(row.kind, row.subject, row.episode, row.rung, address, turn=turn)
    found = notices.find(view.session, view.code, key) or NoticeRow(
        programme=view.code,
        key=key,
        kind=row.kind,
        subject=row.subject,
        episode=row.episode,
        rung=row.rung,
        organisation=row.organisation,
        recipient=address,
        planned_on=slot_on,
        state=NoticeState.PLANNED,
        reason=NoticeReason.STAND_IN,
        created_at=view.at,
    )
    if _was_left_out(found):
        # Planned for a deputy, and left out when the main contact came, or could be reached: it is theirs after all.
        found.reason = NoticeReason.STAND_IN
    view.session.add(found)
    return found


def _note_where_it_went(view: ProgrammeView, row: NoticeRow, message: OutboxMessageRow) -> None:
    said = why_not.STAND_IN.format(why=message.why_not)
    if row.why_not != said:
        row.why_not = said
        view.session.add(row)
