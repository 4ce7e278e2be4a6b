"""Who has a signal in hand hears nothing about it: what was to be said waits until that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.episodes import UNANSWERED_REQUEST
from ipa_core.domain.pauses import pauses_of
from ipa_core.domain.signals import SignalState
from ipa_core.reports import why_not
from ipa_core.store import decisions, notices, signals
from ipa_core.store.notices import NoticeState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.signals import Signal
    from ipa_core.store.notices import NoticeRow
    from ipa_core.usecases.views import ProgrammeView


def find_in_hand(view: ProgrammeView, standing: Iterable[Signal], slot_on: date) -> dict[str, Pause]:
    """Return which of these are acknowledged or snoozed on the day, and until when."""
    taken = {one.id for one in standing if one.state in (SignalState.ACKNOWLEDGED, SignalState.SNOOZED)}
    decided = decisions.list_of_signals(view.session, view.code, taken, known_at=view.at)
    last = {identity: pauses_of(mine)[-1] for identity, mine in decided.items()}
    return {identity: pause for identity, pause in last.items() if pause.holds_on(slot_on)}


def find_request_pauses(view: ProgrammeView, standing: Iterable[Signal]) -> dict[str, tuple[Pause, ...]]:
    """Return by request when somebody had in hand that it is unanswered; that signal is among the `standing` ones."""
    about = {one.id: one.subject.code for one in standing if one.rule == UNANSWERED_REQUEST}
    decided = decisions.list_of_signals(view.session, view.code, set(about), known_at=view.at) if about else {}
    raises = signals.list_raises(view.session, decided.keys(), at=view.at) if decided else {}
    return {
        about[identity]: pauses_of(mine, [one.at for one in raises.get(identity, ())])
        for identity, mine in decided.items()
    }


def plan_around(view: ProgrammeView, row: NoticeRow, pause: Pause | None, first_on: date) -> None:
    """Plan an unsent notice for the first working day after the pause; without one for `first_on` at the latest."""
    if pause is not None:
        replan(view, row, max(first_on, view.calendar.add_working_days(pause.last, 1)))
        notices.settle(view.session, row, NoticeState.PLANNED, why_not=why_paused(pause), at=view.at)
    elif row.state is not NoticeState.PROMISED:
        replan(view, row, min(row.planned_on, first_on))
        notices.settle(view.session, row, NoticeState.PLANNED, why_not="", at=view.at)


def replan(view: ProgrammeView, row: NoticeRow, on: date) -> None:
    """Plan a notice for another day, if it is one."""
    if row.planned_on != on:
        row.planned_on = on
        view.session.add(row)


def why_paused(pause: Pause) -> str:
    """Return that somebody has the signal in hand, and until when."""
    words = why_not.SNOOZED if pause.snooze else why_not.ACKNOWLEDGED
    return words.format(until=pause.last.isoformat())
