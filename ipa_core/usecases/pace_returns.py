"""When may a reader hear of a knelpunt that keeps coming back? Not more often than of one that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import day_of
from ipa_core.domain.signals import earlier_episodes
from ipa_core.store import notices, outbox
from ipa_core.store.notices import NoticeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ipa_core.domain.signals import Signal, Standing
    from ipa_core.usecases.views import ProgrammeView


def opening_days(view: ProgrammeView, standing: Iterable[Signal], slot_on: date) -> Mapping[str, date]:
    """Return for each signal that came back the first day for its opening: a repeat's distance after the one before."""
    before = {earlier: one.id for one in standing if one.has_come_back for earlier in earlier_episodes(one.id)}
    if not before:
        return {}
    rows = [
        row
        for mine in notices.list_of_subjects(view.session, view.code, NoticeKind.SIGNAL, list(before)).values()
        for row in mine
        if row.rung is Rung.OPENING and row.message is not None
    ]
    went_at = outbox.list_handed_over(view.session, {row.message for row in rows if row.message is not None})
    went = sorted((went_at[row.message], before[row.subject]) for row in rows if row.message in went_at)
    return {identity: max(slot_on, _later(view, day_of(at))) for at, identity in went}


def solved_day(view: ProgrammeView, signal: Signal, latest: Standing, slot_on: date) -> date:
    """Return the first day for the message that a signal is solved: what ever came back must first stay away as long.

    `latest` is where its knelpunt stands now.
    """
    has_come_back = signal.has_come_back or latest.episode > signal.episode
    if not has_come_back or latest.resolved_at is None:
        return slot_on
    return max(slot_on, _later(view, day_of(latest.resolved_at)))


def _later(view: ProgrammeView, on: date) -> date:
    return view.calendar.add_working_days(on, view.policy.signal_ladder.repeat_every)
