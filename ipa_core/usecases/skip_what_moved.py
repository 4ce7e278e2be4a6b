"""What is not to be said any more about a request of which the due date moved?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.ladders import PAUSING, Rung
from ipa_core.reports import why_not
from ipa_core.store import notices
from ipa_core.store.notices import NoticeState
from ipa_core.usecases.find_audience import NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from ipa_core.domain.rounds import Request
    from ipa_core.store.notices import Fates, NoticeRow
    from ipa_core.usecases.views import ProgrammeView

_LATE = (Rung.LATE, Rung.LATE_WITH_NOTICE, Rung.ESCALATION)


def skip_what_moved(
    view: ProgrammeView,
    request: Request,
    mine: Sequence[NoticeRow],
    ladder: Collection[Rung],
    fates: Fates,
    slot_on: date,
) -> None:
    """Skip the unsent rungs for which there is no time any more, and what some were to hear of a term that goes on.

    The rest of a ladder finds its days by itself. Of a late rung that went to others before the date moved, nobody
    else hears: the next one is for all of them.
    """
    went = {row.rung for row in mine if fates.has_gone(row)}
    waiting = (row for row in mine if row.rung in PAUSING and row.recipient != NOBODY and fates.is_unsent(row))
    for row in waiting:
        if row.rung not in ladder:
            notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.TOO_SHORT, at=view.at)
        elif row.rung in _LATE and row.rung in went and slot_on <= request.due_on:
            notices.settle(view.session, row, NoticeState.SKIPPED, why_not=why_not.DATE_MOVED, at=view.at)
