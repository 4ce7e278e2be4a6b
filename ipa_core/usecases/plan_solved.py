"""Plan to tell everybody who heard of a signal that it is solved, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.ladders import AUDIENCE, OF_MINISTRY, Rung
from ipa_core.domain.notices import NoticeReason, signal_key
from ipa_core.domain.organisations import is_valid_on
from ipa_core.domain.signal_ladders import BEGINS, RUNGS, has_ladder
from ipa_core.domain.signals import next_episode
from ipa_core.reports import why_not
from ipa_core.store import notices, signals
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.pace_returns import solved_day

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ipa_core.domain.signals import Signal
    from ipa_core.store.notices import Fates
    from ipa_core.usecases.views import ProgrammeView

TELLS = (BEGINS | RUNGS) - {Rung.AANJAGER}
"""Who heard one of these hears the end. Who was asked in a digest reads it in the digest."""


def plan_solved(view: ProgrammeView, standing: Collection[str], fates: Fates, slot_on: date) -> None:
    """Add the notices about signals that were solved since; drop those about what came back before they went."""
    for row in notices.list_in_state(
        view.session, view.code, NoticeState.PLANNED, NoticeState.PROMISED, kind=NoticeKind.SIGNAL
    ):
        if row.rung is Rung.SOLVED and next_episode(row.subject) in standing and fates.is_unsent(row):
            notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.CAME_BACK, at=view.at)
    told = {
        (row.subject, row.recipient): row
        for row in notices.list_to_tell_solved(view.session, view.code, TELLS, at=view.at)
    }
    ids = {subject for subject, _ in told}
    found = signals.read_at(view.session, view.code, at=view.at, ids=ids, is_resolved_included=True) if ids else []
    solved = {one.id: one for one in found if has_ladder(one.rule, one.subject)}
    for row in told.values():
        if row.subject in solved:
            _tell(view, solved[row.subject], row, _why_not(view, solved[row.subject], row, standing), slot_on)


def _why_not(view: ProgrammeView, signal: Signal, row: NoticeRow, standing: Collection[str]) -> str:
    """Return why the reader of a notice is not told the end of it; empty when nothing stands in the way."""
    if next_episode(signal.id) in standing:
        return why_not.CAME_BACK
    is_of_ministry = not OF_MINISTRY.isdisjoint(AUDIENCE[row.rung])
    if is_of_ministry and row.organisation != view.ministry_of(signal.subject, signal.dossier):
        return why_not.CARRIED_BY_OTHERS
    contact = view.find_contact(row.recipient, row.organisation)
    return "" if contact is not None and is_valid_on(contact, view.on) else why_not.REPLACED


def _tell(view: ProgrammeView, signal: Signal, row: NoticeRow, reason: str, slot_on: date) -> None:
    view.session.add(
        NoticeRow(
            programme=view.code,
            key=signal_key(signal.id, signal.episode, Rung.SOLVED, row.recipient),
            kind=NoticeKind.SIGNAL,
            subject=signal.id,
            episode=signal.episode,
            rung=Rung.SOLVED,
            organisation=row.organisation,
            recipient=row.recipient,
            planned_on=solved_day(view, signal, slot_on),
            state=NoticeState.SKIPPED if reason else NoticeState.PLANNED,
            reason=NoticeReason.SOLVED,
            why_not=reason,
            created_at=view.at,
        )
    )
