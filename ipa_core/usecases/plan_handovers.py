"""Tell both ministries, once, when what one of them heard about passes to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import AUDIENCE, Rung, signal_audience
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Role
from ipa_core.domain.rounds import RequestState
from ipa_core.reports import why_not
from ipa_core.store import notices
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.find_audience import NOBODY, find_recipients

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from ipa_core.domain.rounds import Request, RequestHistory
    from ipa_core.domain.signals import Signal
    from ipa_core.store.notices import Fates
    from ipa_core.usecases.views import ProgrammeView

TELLS = (Rung.REQUEST, Rung.OPENING, Rung.TAKEN_OVER)
"""The rungs after which a ministry knows that something is its own."""

REASONS = {Rung.TAKEN_OVER: NoticeReason.TAKEN_OVER, Rung.PASSED_ON: NoticeReason.PASSED_ON}


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What passes to another ministry: an episode of a signal, or a request."""

    kind: NoticeKind
    subject: str
    episode: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What one ministry must hear, for the `turn`-th time; `others` carry what it lost."""

    rung: Rung
    organisation: str
    turn: int
    others: frozenset[str] = frozenset()


def plan_handovers(
    view: ProgrammeView,
    histories: Sequence[RequestHistory],
    standing: Mapping[str, Signal],
    fates: Fates,
    slot_on: date,
) -> None:
    """Add the notices about what a ministry was told of and another one carries now; drop those that came undone.

    What nobody was told of yet needs no handover: its first message goes to who carries it by then.
    """
    _plan_signals(view, standing, fates, slot_on)
    _plan_requests(view, histories, fates, slot_on)


def _plan_signals(view: ProgrammeView, standing: Mapping[str, Signal], fates: Fates, slot_on: date) -> None:
    carried = {
        identity: signal
        for identity, signal in standing.items()
        if signal.dossier in view.register and not signal.folded_under and Role.MAIN in signal_audience(signal.rule)
    }
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.SIGNAL, list(carried))
    for identity, signal in carried.items():
        now = view.lead(signal.dossier)
        _drop(view, [row for row in rows[identity] if _is_undone(row, now)], fates)
        if now is None:
            continue
        gone = [row for row in rows[identity] if fates.has_gone(row)]
        told, turn = _last_told(gone), 1 + sum(row.rung is Rung.TAKEN_OVER for row in gone)
        if told not in (None, now):
            old = _News(rung=Rung.PASSED_ON, organisation=told, turn=turn, others=frozenset({now}))
            new = _News(rung=Rung.TAKEN_OVER, organisation=now, turn=turn)
            about = _About(kind=NoticeKind.SIGNAL, subject=identity, episode=signal.episode)
            _tell(view, about, (old, new), slot_on)


def _plan_requests(view: ProgrammeView, histories: Sequence[RequestHistory], fates: Fates, slot_on: date) -> None:
    codes = [history.request.code for history in histories]
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, codes, promised_or_on=REASONS)
    for history in histories:
        request, mine = history.at(view.at), rows[history.request.code]
        gone = [row for row in mine if fates.has_gone(row)]
        news = _news_of_request(view, history, request, gone)
        wanted = {(item.rung, item.organisation) for item in news}
        undone = [row for row in mine if row.rung in REASONS and (row.rung, row.organisation) not in wanted]
        _drop(view, undone, fates)
        # Who heard it already is not told again when the contact is replaced.
        heard = {(row.rung, row.organisation, notices.turn_of(row.key)) for row in gone}
        fresh = [item for item in news if (item.rung, item.organisation, item.turn) not in heard]
        _tell(view, _About(kind=NoticeKind.REQUEST, subject=request.code), fresh, slot_on)


def _news_of_request(
    view: ProgrammeView, history: RequestHistory, request: Request, gone: Sequence[NoticeRow]
) -> list[_News]:
    """Return what both ministries must hear about a request that passed on, or of which dossiers did."""
    first, state = _first_told(gone), request.state_at(view.at)
    if first is None or state is RequestState.WAIVED:
        return []
    holder = view.present(request.organisation)
    has_passed, came = holder != first, gained(history, view)
    news = []
    is_asking = state is RequestState.OPEN or not set(came).isdisjoint(request.missing)
    if is_asking and (has_passed or came):
        gains = history.count_changes(view.at, lambda before, after: bool(set(after) - set(before)))
        news.append(_News(rung=Rung.TAKEN_OVER, organisation=holder, turn=max(1, gains + has_passed)))
    gone_on = lost(history, view)
    if state is not RequestState.ANSWERED and (has_passed or gone_on):
        losses = history.count_changes(view.at, lambda before, after: bool(set(before) - set(after)))
        others = {holder} if has_passed else {lead for code in gone_on if (lead := view.lead(code))}
        turn = 1 if has_passed else max(1, losses)
        news.append(_News(rung=Rung.PASSED_ON, organisation=first, turn=turn, others=frozenset(others)))
    return news


def _is_undone(row: NoticeRow, holder: str | None) -> bool:
    """Tell whether the notice about a signal names another holder than the one it has now, if it has any."""
    if row.rung is Rung.TAKEN_OVER:
        return row.organisation != holder
    return row.rung is Rung.PASSED_ON and holder in (row.organisation, None)


def gained(history: RequestHistory, view: ProgrammeView) -> tuple[str, ...]:
    """Return what a request asks about now and did not when it was opened."""
    return tuple(code for code in history.at(view.at).asked if code not in history.request.asked)


def lost(history: RequestHistory, view: ProgrammeView) -> tuple[str, ...]:
    """Return what a request asked about when it was opened, and others are asked now."""
    return tuple(code for code in history.request.asked if code not in history.at(view.at).asked)


def _first_told(gone: Sequence[NoticeRow]) -> str | None:
    """Return the ministry that was told first that this is its own; None when nobody was."""
    return next((row.organisation for row in gone if row.rung in TELLS), None)


def _last_told(gone: Sequence[NoticeRow]) -> str | None:
    """Return the ministry that was told last that this is its own; None when nobody was."""
    return _first_told(list(reversed(gone)))


def _drop(view: ProgrammeView, rows: Iterable[NoticeRow], fates: Fates) -> None:
    """Take back, of what came undone because the field went back or on, what did not go yet."""
    for row in rows:
        if fates.is_unsent(row):
            notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.PASSED, at=view.at)


def _tell(view: ProgrammeView, about: _About, news: Iterable[_News], slot_on: date) -> None:
    for item in news:
        # Somebody who is the contact of both ministries still does it, and is not told that others do.
        still = {address for other in item.others for address in find_recipients(view, AUDIENCE[item.rung], other)}
        for address in find_recipients(view, AUDIENCE[item.rung], item.organisation):
            if address in still - {NOBODY}:
                continue
            key = notices.key_for(about.kind, about.subject, about.episode, item.rung, address, turn=item.turn)
            row = notices.find(view.session, view.code, key)
            if row is None:
                view.session.add(_as_row(view, about, item, key, address, slot_on))
                view.session.flush()
            elif (row.state, row.why_not) == (NoticeState.SKIPPED, why_not.PASSED):
                notices.settle(view.session, row, NoticeState.PLANNED, why_not="", at=view.at)


def _as_row(view: ProgrammeView, about: _About, item: _News, key: str, address: str, slot_on: date) -> NoticeRow:
    return NoticeRow(
        programme=view.code,
        key=key,
        kind=about.kind,
        subject=about.subject,
        episode=about.episode,
        rung=item.rung,
        organisation=item.organisation,
        recipient=address,
        planned_on=slot_on,
        state=NoticeState.PLANNED if address else NoticeState.SUPPRESSED,
        reason=REASONS[item.rung],
        why_not="" if address else why_not.NOBODY,
        created_at=view.at,
    )
