"""Promise the messages: decide who must hear something, and put what is due into the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.store import audit, programmes
from ipa_core.store.bulk import collecting_rarely
from ipa_core.store.database import Changes
from ipa_core.usecases.plan_again import next_planning
from ipa_core.usecases.plan_notices import plan_notices
from ipa_core.usecases.promise_bundles import promise_bundles
from ipa_core.usecases.promise_digest import promise_digest, release_asked
from ipa_core.usecases.request_histories import list_request_histories
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.usecases.letterheads import Letterhead


@collecting_rarely()
def promise_messages(session: Session, programme: str, *, letterhead: Letterhead, at: datetime) -> int:
    """Plan the notices, put those that are due into messages, and decide the digest; return how many are new.

    Doing it again changes nothing. A message that certainly no mail server took yet may still get another text,
    because what it says may have become untrue; any other never does. While the last plan stands nothing is looked at.
    """
    row = programmes.lock(session, programme, at=at)
    if programmes.is_planned(row, at=at):
        return 0
    view = ProgrammeView(session, programme, at=at)
    changes = Changes(session)
    histories = list_request_histories(view, with_lines=False)
    release_asked(view)
    plan_notices(view, histories)
    promised = promise_bundles(view, letterhead, histories)
    promised += promise_digest(view, letterhead, first_run_at=row.first_run_at)
    session.flush()
    if changes.is_any:
        programmes.note_write(session, row, at=at)
        audit.append(
            session,
            programme=programme,
            at=at,
            actor="engine",
            action="promise",
            subject=f"programme:{programme}",
            details={"messages": promised},
        )
    programmes.note_planned(session, row, again_at=next_planning(view))
    return promised
