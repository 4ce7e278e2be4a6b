"""Tell both ministries, once, when what one of them heard about passes to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import AUDIENCE, Rung
from ipa_core.domain.notices import NoticeReason, request_key, signal_key
from ipa_core.domain.rounds import RequestState
from ipa_core.reports import why_not
from ipa_core.store import notices
from ipa_core.store.notices import NoticeKind, NoticeRow, NoticeState
from ipa_core.usecases.find_audience import find_recipients

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ipa_core.domain.rounds import RequestHistory
    from ipa_core.domain.signals import Signal
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

    def key(self, rung: Rung, address: str) -> str:
        if self.kind is NoticeKind.SIGNAL:
            return signal_key(self.subject, self.episode, rung, address)
        return request_key(self.subject, rung, address)


def plan_handovers(
    view: ProgrammeView, histories: Sequence[RequestHistory], standing: Mapping[str, Signal], slot_on: date
) -> None:
    """Add the notices about what a ministry was told of and another one carries now.

    What nobody was told of yet needs no handover: its first message goes to who carries it by then.
    """
    _plan_signals(view, standing, slot_on)
    _plan_requests(view, histories, slot_on)


def _plan_signals(view: ProgrammeView, standing: Mapping[str, Signal], slot_on: date) -> None:
    carried = {
        identity: signal
        for identity, signal in standing.items()
        if signal.dossier in view.register and not signal.folded_under
    }
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.SIGNAL, list(carried))
    for identity, signal in carried.items():
        told, now = _last_told(rows[identity]), view.lead(signal.dossier)
        if now is None or told in (None, now):
            continue
        about = _About(kind=NoticeKind.SIGNAL, subject=identity, episode=signal.episode)
        _tell(view, about, Rung.PASSED_ON, told, slot_on)
        _tell(view, about, Rung.TAKEN_OVER, now, slot_on)


def _plan_requests(view: ProgrammeView, histories: Sequence[RequestHistory], slot_on: date) -> None:
    rows = notices.list_of_subjects(view.session, view.code, NoticeKind.REQUEST, [h.request.code for h in histories])
    for history in histories:
        request, mine = history.at(view.at), rows[history.request.code]
        told, holder = _last_told(mine), view.present(request.organisation)
        if request.settled_at() is not None or told is None:
            continue
        about = _About(kind=NoticeKind.REQUEST, subject=request.code)
        if request.state_at(view.at) is RequestState.OPEN and (holder != told or gained(history, view)):
            _tell(view, about, Rung.TAKEN_OVER, holder, slot_on)
        if holder != told or lost(history, view):
            _tell(view, about, Rung.PASSED_ON, told, slot_on)


def gained(history: RequestHistory, view: ProgrammeView) -> tuple[str, ...]:
    """Return what a request asks about now and did not when it was opened."""
    return tuple(code for code in history.at(view.at).asked if code not in history.request.asked)


def lost(history: RequestHistory, view: ProgrammeView) -> tuple[str, ...]:
    """Return what a request asked about when it was opened, and others are asked now."""
    return tuple(code for code in history.request.asked if code not in history.at(view.at).asked)


def _last_told(rows: Sequence[NoticeRow]) -> str | None:
    """Return the ministry that was told last that this is its own; None when nobody was."""
    told = [row for row in rows if row.rung in TELLS and row.state is NoticeState.PROMISED]
    return told[-1].organisation if told else None


def _tell(view: ProgrammeView, about: _About, rung: Rung, organisation: str, slot_on: date) -> None:
    for address in find_recipients(view, AUDIENCE[rung], organisation):
        if notices.find(view.session, view.code, about.key(rung, address)) is None:
            view.session.add(
                NoticeRow(
                    programme=view.code,
                    key=about.key(rung, address),
                    kind=about.kind,
                    subject=about.subject,
                    episode=about.episode,
                    rung=rung,
                    organisation=organisation,
                    recipient=address,
                    planned_on=slot_on,
                    state=NoticeState.PLANNED if address else NoticeState.SUPPRESSED,
                    reason=REASONS[rung],
                    why_not="" if address else why_not.NOBODY,
                    created_at=view.at,
                )
            )
            view.session.flush()
