"""Decide who must hear something: keep the rungs of requests and signals as rows, planned ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.ladders import (
    AUDIENCE,
    NEEDS_BEFORE,
    Move,
    Rung,
    RungStanding,
    decide_moves,
    plan_request_ladder,
    signal_audience,
)
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason, request_key, signal_key
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.reports import why_not as why_not_words
from ipa_core.store import notices, outbox, signals
from ipa_core.store.notices import Fates, NoticeKind, NoticeRow, NoticeState
from ipa_core.store.outbox import MessageState
from ipa_core.usecases.find_audience import NOBODY, find_audience, find_recipients
from ipa_core.usecases.pace_returns import opening_days
from ipa_core.usecases.plan_handovers import plan_handovers
from ipa_core.usecases.plan_signal_ladders import plan_signal_ladders, why_held_back
from ipa_core.usecases.plan_solved import plan_solved
from ipa_core.usecases.plan_stand_ins import plan_stand_ins
from ipa_core.usecases.request_histories import list_request_histories
from ipa_core.usecases.signals_in_hand import find_in_hand, plan_around, replan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ipa_core.domain.ladders import RungMove
    from ipa_core.domain.rounds import Request
    from ipa_core.domain.signal_ladders import Pause
    from ipa_core.domain.signals import Signal
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.views import ProgrammeView

REASONS: Mapping[Rung, NoticeReason] = {
    Rung.REQUEST: NoticeReason.FIRST_TIME,
    Rung.FIRST_REMINDER: NoticeReason.REMINDER,
    Rung.SECOND_REMINDER: NoticeReason.REMINDER,
    Rung.DUE_TODAY: NoticeReason.REMINDER,
    Rung.LATE: NoticeReason.LATE,
    Rung.LATE_WITH_NOTICE: NoticeReason.LATE,
    Rung.ESCALATION: NoticeReason.ESCALATION,
}

NO_SOLUTION = "O02"
"""The rule that asks for a way out. Of what the first run finds the ministry hears the knelpunt itself."""

REVIVABLE = frozenset({why_not_words.REPLACED, why_not_words.MOVED})
"""Reasons of skipped rungs that may pass: a contact comes back on duty, a field comes back."""


def plan_notices(view: ProgrammeView) -> None:
    """Bring the notices of requests and signals in line with what is true now. Nothing that went is touched."""
    fates = Fates(
        untried={message.id for message in outbox.list_untried(view.session, view.code)},
        dead=outbox.list_dead_ids(view.session, view.code),
    )
    slot_on = day_of(view.calendar.next_window(view.at))
    histories = list_request_histories(view, with_lines=False)
    standing = {signal.id: signal for signal in signals.read_at(view.session, view.code, at=view.at)}
    _plan_requests(view, [history.at(view.at) for history in histories], fates, slot_on)
    _plan_signals(view, standing, fates, slot_on)
    plan_handovers(view, histories, standing, fates, slot_on)
    view.session.flush()
    plan_stand_ins(view, fates, slot_on)
    view.session.flush()


def _plan_requests(view: ProgrammeView, requests: Sequence[Request], fates: Fates, slot_on: date) -> None:
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, [r.code for r in requests])
    for request in requests:
        mine = rows[request.code]
        state = request.state_at(view.at)
        if state is RequestState.OPEN:
            _plan_ladder(view, request, mine, fates, slot_on)
            continue
        why_not = _why_closed(request, state)
        for row in mine:
            is_ladder = row.rung not in (Rung.TAKEN_OVER, Rung.PASSED_ON)
            if is_ladder and fates.is_unsent(row):
                _settle(view, row, NoticeState.SKIPPED, why_not)


def _why_closed(request: Request, state: RequestState) -> str:
    settled_at = request.settled_at()
    if settled_at is None:
        return why_not_words.MOVED
    template = why_not_words.ANSWERED if state is RequestState.ANSWERED else why_not_words.WAIVED
    return template.format(on=day_of(settled_at).isoformat())


def _plan_ladder(
    view: ProgrammeView,
    request: Request,
    mine: list[NoticeRow],
    fates: Fates,
    slot_on: date,
) -> None:
    plan = plan_request_ladder(request, view.policy.request_ladder, view.calendar)
    sent = outbox.get_many(view.session, {row.message for row in mine if row.message is not None})
    standings = [
        _standing(planned.rung, planned.planned_on, [row for row in mine if row.rung is planned.rung], fates, sent)
        for planned in plan
    ]
    for standing in standings:
        if standing.is_unsent:
            mine.extend(_match_recipients(view, request, standing, mine, fates))
    moves = decide_moves(standings, on=slot_on, calendar=view.calendar)
    going = next((move.rung for move in moves if move.move is Move.GO), None)
    for move in moves:
        for row in mine:
            if row.rung is move.rung and fates.is_unsent(row) and row.recipient != NOBODY:
                _apply_move(view, row, move, going, slot_on)


def _apply_move(view: ProgrammeView, row: NoticeRow, move: RungMove, going: Rung | None, slot_on: date) -> None:
    if move.move is Move.OVERTAKEN and going is not None:
        _settle(view, row, NoticeState.SKIPPED, why_not_words.OVERTAKEN.format(rung=going.value))
        return
    row_day = move.planned_on
    replan(view, row, row_day)
    if move.move is Move.GO:
        if row.state is NoticeState.SUPPRESSED:
            _settle(view, row, NoticeState.PLANNED, "")
    elif row_day <= slot_on:
        _settle(view, row, NoticeState.SUPPRESSED, why_not_words.WAITS_FOR.format(rung=NEEDS_BEFORE[row.rung].value))
    elif row.state is not NoticeState.PLANNED:
        _settle(view, row, NoticeState.PLANNED, "")


def _standing(
    rung: Rung,
    planned_on: date,
    rows: Sequence[NoticeRow],
    fates: Fates,
    sent: Mapping[int, OutboxMessageRow],
) -> RungStanding:
    """Sum up what became of a rung over its recipients."""
    promised = [sent[row.message] for row in rows if row.message and not fates.is_unsent(row)]
    went = [day_of(m.handed_over_at) for m in promised if m.handed_over_at is not None]
    overtaken = [row for row in rows if row.state is NoticeState.SKIPPED and row.why_not not in REVIVABLE]
    return RungStanding(
        rung=rung,
        planned_on=planned_on,
        went_on=min(went, default=None),
        has_failed=bool(promised) and all(m.state is MessageState.DEAD for m in promised),
        is_unreachable=bool(rows) and all(row.recipient == NOBODY for row in rows),
        is_closed=bool(promised or overtaken),
    )


def _match_recipients(
    view: ProgrammeView,
    request: Request,
    standing: RungStanding,
    mine: Sequence[NoticeRow],
    fates: Fates,
) -> list[NoticeRow]:
    """Give an unsent rung the recipients that are on duty now; return the rows that were added."""
    holder = view.present(request.organisation)
    recipients = find_recipients(view, AUDIENCE[standing.rung], holder)
    wanted = {request_key(request.code, standing.rung, address): address for address in recipients}
    rows = {row.key: row for row in mine if row.rung is standing.rung}
    for key, row in rows.items():
        if key not in wanted and not row.stands_in and fates.is_unsent(row):
            _settle(view, row, NoticeState.SKIPPED, why_not_words.REPLACED)
    return [
        _add(
            view,
            NoticeRow(
                programme=view.code,
                key=key,
                kind=NoticeKind.REQUEST,
                subject=request.code,
                rung=standing.rung,
                organisation=holder,
                recipient=address,
                planned_on=standing.planned_on,
                state=NoticeState.PLANNED if address else NoticeState.SUPPRESSED,
                reason=_reason(request, standing.rung),
                why_not="" if address else why_not_words.NOBODY,
                created_at=view.at,
            ),
        )
        for key, address in wanted.items()
        if not _brought_back(view, rows.get(key))
    ]


def _reason(request: Request, rung: Rung) -> NoticeReason:
    is_handover = rung is Rung.REQUEST and request.is_follow_up
    return NoticeReason.TAKEN_OVER if is_handover else REASONS[rung]


def _brought_back(view: ProgrammeView, row: NoticeRow | None) -> bool:
    """Tell whether the row is there; one whose contact or dossiers had gone and are back counts again."""
    if row is not None and row.state is NoticeState.SKIPPED and row.why_not in REVIVABLE:
        _settle(view, row, NoticeState.PLANNED, "")
    return row is not None


def _plan_signals(
    view: ProgrammeView,
    standing: Mapping[str, Signal],
    fates: Fates,
    slot_on: date,
) -> None:
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.SIGNAL, list(standing))
    calm = opening_days(view, standing.values(), slot_on)
    in_hand = find_in_hand(view, standing.values(), slot_on)
    for identity, signal in standing.items():
        openings = [row for row in rows[identity] if row.rung is Rung.OPENING]
        if not signal_audience(signal.rule) or any(fates.has_gone(row) for row in openings):
            continue
        if openings or signal.severity >= Severity.MEDIUM:
            source = standing.get(f"{view.code}:{signal.subject.code}") if signal.rule == NO_SOLUTION else None
            told_before = source is not None and source.is_first_run
            _plan_opening(
                view,
                signal,
                rows[identity],
                fates,
                calm.get(identity, slot_on),
                pause=in_hand.get(identity),
                is_told_with_source=told_before,
            )
    plan_signal_ladders(view, standing, rows, fates, slot_on)
    waiting = notices.list_about_signals(view.session, view.code, untried=fates.untried)
    gone = [
        row for row in waiting if row.subject not in standing and row.rung is not Rung.SOLVED and fates.is_unsent(row)
    ]
    solved = {
        signal.id: signal
        for signal in signals.read_at(
            view.session, view.code, at=view.at, ids={row.subject for row in gone}, is_resolved_included=True
        )
    }
    for row in gone:
        resolved_on = solved[row.subject].resolved_on
        _settle(view, row, NoticeState.SKIPPED, why_not_words.RESOLVED.format(on=resolved_on))
    plan_solved(view, fates, slot_on)


def _plan_opening(
    view: ProgrammeView,
    signal: Signal,
    mine: list[NoticeRow],
    fates: Fates,
    first_on: date,
    *,
    pause: Pause | None,
    is_told_with_source: bool,
) -> None:
    """Plan the opening message of a signal to whoever hears of it, or hold it back with the reason.

    Who has the signal in hand knows of it, so it waits until that is over.
    """
    owner, recipients = find_audience(view, signal)
    wanted = {signal_key(signal.id, signal.episode, Rung.OPENING, address): address for address in recipients}
    rows = {row.key: row for row in mine if row.rung is Rung.OPENING}
    for key, row in rows.items():
        if key not in wanted and not row.stands_in and fates.is_unsent(row):
            _settle(view, row, NoticeState.SKIPPED, why_not_words.REPLACED)
    for key, address in wanted.items():
        if key in rows and not fates.is_unsent(rows[key]) and rows[key].state is NoticeState.PROMISED:
            continue  # Its message is dead: the alarm and the stand-in take it from there.
        if key not in rows:
            rows[key] = NoticeRow(
                programme=view.code,
                key=key,
                kind=NoticeKind.SIGNAL,
                subject=signal.id,
                episode=signal.episode,
                rung=Rung.OPENING,
                organisation=owner,
                recipient=address,
                planned_on=first_on,
                state=NoticeState.PLANNED,
                reason=NoticeReason.CAME_BACK if signal.has_come_back else NoticeReason.FIRST_TIME,
                created_at=view.at,
            )
            mine.append(_add(view, rows[key]))
        row = rows[key]
        why_not = why_not_words.TOLD_WITH_SOURCE if is_told_with_source else why_held_back(signal, address)
        if why_not:
            _settle(view, row, NoticeState.SUPPRESSED, why_not)
        else:
            plan_around(view, row, pause, first_on)


def _add(view: ProgrammeView, row: NoticeRow) -> NoticeRow:
    view.session.add(row)
    return row


def _settle(view: ProgrammeView, row: NoticeRow, state: NoticeState, why_not: str) -> None:
    notices.settle(view.session, row, state, why_not=why_not, at=view.at)
