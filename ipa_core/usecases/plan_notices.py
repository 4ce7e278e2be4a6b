"""Decide who must hear something: keep the rungs of requests and signals as rows, planned ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ipa_core.domain.ladders import (
    AUDIENCE,
    NEEDS_BEFORE,
    PAUSING,
    Move,
    Rung,
    RungStanding,
    decide_moves,
    plan_request_ladder,
    share_readers,
    signal_audience,
)
from ipa_core.domain.messages import message_code
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason, request_key, request_reason, signal_key
from ipa_core.domain.organisations import Role
from ipa_core.domain.pauses import OpenDays
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.reports import why_not as why_not_words
from ipa_core.store import notices, outbox, signals
from ipa_core.store.notices import Fates, NewNotice, NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.find_audience import NOBODY, find_audience, find_reader, find_recipients, why_left_out
from ipa_core.usecases.pace_returns import opening_days
from ipa_core.usecases.plan_handovers import plan_handovers
from ipa_core.usecases.plan_signal_ladders import plan_signal_ladders, why_held_back
from ipa_core.usecases.plan_solved import plan_solved
from ipa_core.usecases.plan_stand_ins import list_alarmed, plan_stand_ins
from ipa_core.usecases.signals_in_hand import find_in_hand, find_request_pauses, plan_around, replan, why_paused
from ipa_core.usecases.skip_what_moved import skip_what_moved

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.ladders import PlannedRung, RungMove
    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.rounds import Request, RequestHistory
    from ipa_core.domain.signals import Signal
    from ipa_core.usecases.views import ProgrammeView

_READERS = (
    (Role.MAIN, frozenset({Role.MAIN, Role.DEPUTY})),
    (Role.PROJECT_LEAD, frozenset({Role.PROJECT_LEAD})),
)
"""Who answers a request and who is told that nobody does, each with the roles of which one is enough."""

NO_SOLUTION = "O02"
"""The rule that asks for a way out. Of what the first run finds the ministry hears the knelpunt itself."""

REVIVABLE = frozenset({why_not_words.REPLACED, why_not_words.AWAY, why_not_words.MOVED, why_not_words.TOO_SHORT})
"""Reasons of skipped rungs that may pass: a contact is on duty again, a field comes back, a due date moves on."""


def plan_notices(view: ProgrammeView, histories: Sequence[RequestHistory]) -> None:
    """Bring the notices of these requests and of signals in line with what is true now; what went is not touched."""
    fates = Fates(
        untaken=outbox.list_untaken_ids(view.session, view.code),
        dead=outbox.list_dead_ids(view.session, view.code),
    )
    slot_on = day_of(view.calendar.next_window(view.at))
    standing = {signal.id: signal for signal in signals.read_at(view.session, view.code, at=view.at)}
    pauses = find_request_pauses(view, standing.values())
    alarmed = list_alarmed(standing.values())
    _plan_requests(view, [history.at(view.at) for history in histories], fates, slot_on, pauses, alarmed)
    # What a deputy is about to hear holds up whoever would hear next that nobody reacts.
    view.session.flush()
    plan_stand_ins(view, fates, slot_on, standing, pauses)
    view.session.flush()
    _plan_signals(view, standing, fates, slot_on)
    plan_handovers(view, histories, standing, fates, slot_on)
    view.session.flush()


def _plan_requests(
    view: ProgrammeView,
    requests: Sequence[Request],
    fates: Fates,
    slot_on: date,
    pauses: Mapping[str, Sequence[Pause]],
    alarmed: Collection[str],
) -> None:
    states = {request.code: request.state_at(view.at) for request in requests}
    closed = {request.code: request for request in requests if states[request.code] is not RequestState.OPEN}
    if closed:
        _settle_closed(view, closed, fates)
    opened = [request for request in requests if states[request.code] is RequestState.OPEN]
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, [r.code for r in opened])
    promised = {row.message for mine in rows.values() for row in mine if row.message is not None}
    planner = _Planner(view, fates, slot_on, outbox.list_handed_over(view.session, promised), pauses, alarmed)
    new = [notice for request in opened for notice in planner.plan(request, rows[request.code])]
    notices.append(view.session, view.code, new, at=view.at)


def _settle_closed(view: ProgrammeView, closed: Mapping[str, Request], fates: Fates) -> None:
    """Skip what waits on the ladders of requests that ask nothing any more; all else about them is left unread."""
    waiting = notices.list_unsent(view.session, view.code, kind=NoticeKind.REQUEST, untaken=fates.untaken)
    for row in waiting:
        if row.subject in closed and row.rung not in (Rung.TAKEN_OVER, Rung.PASSED_ON) and fates.is_unsent(row):
            request = closed[row.subject]
            _settle(view, row, NoticeState.SKIPPED, _why_closed(request, request.state_at(view.at)))


def _why_closed(request: Request, state: RequestState) -> str:
    settled_at = request.settled_at()
    if settled_at is None:
        return why_not_words.MOVED
    template = why_not_words.ANSWERED if state is RequestState.ANSWERED else why_not_words.WAIVED
    return template.format(on=day_of(settled_at).isoformat())


@dataclass(frozen=True, slots=True)
class _Planner:
    """Plans the ladders of requests; `went_at` is when the messages that carry their rungs were handed over.

    `pauses` are by request, and `alarmed` are the messages that could not be delivered and that no other replaced yet.
    """

    view: ProgrammeView
    fates: Fates
    slot_on: date
    went_at: Mapping[int, datetime]
    pauses: Mapping[str, Sequence[Pause]]
    alarmed: Collection[str]

    def plan(self, request: Request, mine: Sequence[NoticeRow]) -> list[NewNotice]:
        """Bring the rungs that are there in line with the ladder; return those that are not."""
        pauses = self.pauses.get(request.code, ())
        pause = next((one for one in pauses if one.holds_on(self.slot_on)), None)
        ladder = plan_request_ladder(request, self.view.policy.request_ladder, self.view.calendar, pauses)
        by_rung = {planned.rung: [row for row in mine if row.rung is planned.rung] for planned in ladder}
        skip_what_moved(self.view, request, mine, by_rung, self.fates, self.slot_on)
        standings = [self._standing(planned, by_rung[planned.rung]) for planned in ladder]
        moves = decide_moves(standings, on=self.slot_on, days=OpenDays(self.view.calendar, pauses))
        holder = self.view.present(request.organisation)
        new = [
            notice
            for move in moves
            for notice in self._bring_in_line(request, holder, by_rung[move.rung], _Place.of(move, self.slot_on, pause))
        ]
        going = {move.rung for move in moves if move.move is Move.GO}
        closed = [one.rung for one in standings if one.is_closed and one.planned_on <= self.slot_on]
        for place, planned in enumerate(ladder):
            if standings[place].is_closed and planned.rung in PAUSING:
                self._hold(by_rung[planned.rung], pause)
            if planned.rung in closed:
                later = [one.rung for one in ladder[place + 1 :] if one.rung in going]
                self._drop_said_again(by_rung[planned.rung], holder, later)
        again = self._say_again(request, holder, mine, going, closed)
        # Who is asked for the first time is not called late either while somebody has that in hand.
        return [*new, *(one for one in again if pause is None or one.rung not in PAUSING)]

    def _hold(self, rows: Sequence[NoticeRow], pause: Pause | None) -> None:
        """Let those whom a closed rung did not reach yet wait as well while somebody has it in hand."""
        for row in rows:
            if row.recipient != NOBODY and not row.stands_in and self.fates.is_unsent(row):
                plan_around(self.view, row, pause, self.slot_on)

    def _drop_said_again(self, rows: Sequence[NoticeRow], holder: str, later: Sequence[Rung]) -> None:
        """Skip what a closed rung still has to say when a later one for its readers goes now, or the reader left."""
        said_again = (row for row in rows if row.recipient != NOBODY and not row.stands_in)
        waiting = [row for row in said_again if self.fates.is_unsent(row)]
        for row in waiting:
            by = next((rung for rung in later if share_readers(row.rung, rung)), None)
            if by is not None:
                _settle(self.view, row, NoticeState.SKIPPED, why_not_words.OVERTAKEN.format(rung=by.value))
            elif row.recipient not in find_recipients(self.view, AUDIENCE[row.rung], holder):
                _settle(self.view, row, NoticeState.SKIPPED, why_left_out(self.view, row.recipient))

    def _say_again(
        self, request: Request, holder: str, mine: Sequence[NoticeRow], going: Collection[Rung], closed: Sequence[Rung]
    ) -> Iterator[NewNotice]:
        """Yield the latest rung once more for who came in the place of somebody whom no rung ever reached.

        `closed` are the rungs whose day came and that go to nobody else by themselves.
        """
        for role, sharing in _READERS:
            rungs = [rung for rung in closed if role in AUDIENCE[rung]]
            if not rungs or any(role in AUDIENCE[rung] for rung in going) or self._is_reached(mine, sharing):
                continue
            if self._goes_to_deputy(request, holder, [row for row in mine if row.rung is rungs[-1]]):
                continue
            place = _Place(
                rung=rungs[-1], planned_on=self.slot_on, state=NoticeState.PLANNED, why_not="", is_going=True
            )
            there = {row.key for row in mine}
            for address in find_recipients(self.view, (role,), holder):
                key = request_key(request.code, place.rung, address)
                if address != NOBODY and key not in there:
                    yield self._new(request, holder, key, address, place)

    def _goes_to_deputy(self, request: Request, holder: str, rows: Sequence[NoticeRow]) -> bool:
        """Tell whether a deputy is to hear a rung in the place of a main contact that could not be reached."""
        dead = {row.key: row for row in rows if row.message in self.fates.dead}
        alarmed = [row for row in dead.values() if message_code(row.message or 0) in self.alarmed]
        if not any((reader := find_reader(self.view, row)) and reader.role is Role.MAIN for row in alarmed):
            return False
        deputies = self.view.contacts(Role.DEPUTY, holder)
        return any(request_key(request.code, rows[0].rung, deputy.email) not in dead for deputy in deputies)

    def _is_reached(self, mine: Sequence[NoticeRow], roles: Collection[Role]) -> bool:
        """Tell whether a rung went, or is about to go, to somebody in one of these roles."""
        there = [row for row in mine if row.message is not None and row.message not in self.fates.dead]
        return any((reader := find_reader(self.view, row)) is not None and reader.role in roles for row in there)

    def _standing(self, planned: PlannedRung, rows: Sequence[NoticeRow]) -> RungStanding:
        """Sum up what became of a rung over its recipients."""
        promised = [row.message for row in rows if row.message and not self.fates.is_unsent(row)]
        is_waiting = any(row.recipient != NOBODY and not row.stands_in and self.fates.is_unsent(row) for row in rows)
        if is_waiting and all(message in self.fates.dead for message in promised):
            promised = []  # Nobody has it, and somebody still may.
        went = [day_of(self.went_at[message]) for message in promised if message in self.went_at]
        overtaken = [row for row in rows if row.state is NoticeState.SKIPPED and row.why_not not in REVIVABLE]
        standing = [row for row in rows if row.state is not NoticeState.SKIPPED]
        return RungStanding(
            rung=planned.rung,
            planned_on=planned.planned_on,
            went_on=min(went, default=None),
            has_failed=bool(promised) and all(message in self.fates.dead for message in promised),
            is_unreachable=bool(standing) and all(row.recipient == NOBODY for row in standing),
            is_closed=bool(promised or overtaken),
        )

    def _bring_in_line(
        self, request: Request, holder: str, rows: Sequence[NoticeRow], place: _Place
    ) -> list[NewNotice]:
        """Give an unsent rung the recipients that are on duty now, and its place; return what is to be added."""
        recipients = find_recipients(self.view, AUDIENCE[place.rung], holder)
        wanted = {request_key(request.code, place.rung, address): address for address in recipients}
        for row in rows:
            if row.key not in wanted and not row.stands_in and self.fates.is_unsent(row):
                _settle(self.view, row, NoticeState.SKIPPED, why_left_out(self.view, row.recipient))
            elif row.key in wanted and may_come_back(row):
                _settle(self.view, row, NoticeState.PLANNED, "")
            if self.fates.is_unsent(row) and row.recipient != NOBODY:
                self._put(row, place)
        there = {row.key for row in rows}
        return [self._new(request, holder, key, address, place) for key, address in wanted.items() if key not in there]

    def _put(self, row: NoticeRow, place: _Place) -> None:
        if place.state is not NoticeState.SKIPPED:
            replan(self.view, row, place.planned_on)
        if row.state is not NoticeState.PROMISED or not place.is_going:
            _settle(self.view, row, place.state, place.why_not)

    def _new(self, request: Request, holder: str, key: str, address: str, place: _Place) -> NewNotice:
        is_reachable = address != NOBODY
        return NewNotice(
            key=key,
            kind=NoticeKind.REQUEST,
            subject=request.code,
            rung=place.rung,
            organisation=holder,
            recipient=address,
            planned_on=place.planned_on,
            state=place.state if is_reachable else NoticeState.SUPPRESSED,
            reason=request_reason(request, place.rung),
            why_not=place.why_not if is_reachable else why_not_words.NOBODY,
            settled_at=self.view.at if is_reachable and place.state is not NoticeState.PLANNED else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an unsent rung of a ladder stands today."""

    rung: Rung
    planned_on: date
    state: NoticeState
    why_not: str
    is_going: bool

    @classmethod
    def of(cls, move: RungMove, slot_on: date, pause: Pause | None) -> Self:
        state, why_not = NoticeState.PLANNED, ""
        if move.by is not None:
            state, why_not = NoticeState.SKIPPED, why_not_words.OVERTAKEN.format(rung=move.by.value)
        elif move.move is Move.WAIT and move.planned_on <= slot_on:
            needed = NEEDS_BEFORE[move.rung]
            state, why_not = NoticeState.SUPPRESSED, why_not_words.WAITS_FOR.format(rung=needed.value)
        elif move.move is Move.WAIT and pause is not None:
            why_not = why_paused(pause)
        return cls(
            rung=move.rung,
            planned_on=move.planned_on,
            state=state,
            why_not=why_not,
            is_going=move.move is Move.GO,
        )


def may_come_back(row: NoticeRow) -> bool:
    """Tell whether the contact or the dossiers of a skipped rung had gone, so that it counts when they are back."""
    return row.state is NoticeState.SKIPPED and row.why_not in REVIVABLE


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
    waiting = notices.list_unsent(view.session, view.code, kind=NoticeKind.SIGNAL, untaken=fates.untaken)
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
            _settle(view, row, NoticeState.SKIPPED, why_left_out(view, row.recipient))
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
