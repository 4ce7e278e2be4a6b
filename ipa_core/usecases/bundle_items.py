"""Gather what a bundle says about requests, and about what passed to another ministry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Organisation
from ipa_core.reports.bundles import PassedOn, RequestItem
from ipa_core.store import signals
from ipa_core.store.notices import NoticeKind
from ipa_core.usecases.plan_handovers import gained, lost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ipa_core.domain.rounds import Request, RequestHistory
    from ipa_core.store.notices import NoticeRow
    from ipa_core.usecases.views import ProgrammeView


def organisation_of(view: ProgrammeView, code: str) -> Organisation:
    """Return the organisation with the code, also when the register lost it since."""
    return view.directory.organisations.get(code) or Organisation(code=code, name=code)


def request_items(
    view: ProgrammeView, rows: Sequence[NoticeRow], histories: Mapping[str, RequestHistory]
) -> tuple[RequestItem, ...]:
    """Return what these rungs say, with the requests as they stand; `histories` are by code."""
    return tuple(_request_item(view, row, histories[row.subject]) for row in rows)


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


def _request_item(view: ProgrammeView, row: NoticeRow, history: RequestHistory) -> RequestItem:
    request = history.at(view.at)
    return RequestItem(
        request=request,
        organisation=organisation_of(view, view.present(request.organisation)),
        rung=row.rung,
        reason=NoticeReason(row.reason),
        escalates_on=_escalates_on(view, row, request) if row.rung is Rung.LATE_WITH_NOTICE else None,
        gained=_gained(view, history, row.rung),
    )


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
