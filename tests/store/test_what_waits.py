"""What a run asks of the outbox costs what waits in it, and not what ever went."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from ipa_core.store import outbox
from ipa_core.store.outbox import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

NOON = datetime(2026, 2, 4, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize("database_url", [pytest.param(None, id="sqlite")])
@pytest.mark.parametrize(
    ("ask", "index"),
    [
        pytest.param(partial(outbox.list_due, at=NOON, limit=100), "state_due_at", id="due"),
        pytest.param(partial(outbox.list_doubts, at=NOON), "state_due_at", id="doubtful"),
        pytest.param(partial(outbox.list_untaken, kind=MessageKind.BUNDLE), "state_due_at", id="untaken"),
        pytest.param(outbox.list_untaken_ids, "state_due_at", id="ids of untaken"),
        pytest.param(outbox.has_untaken, "state_due_at", id="any untaken"),
        pytest.param(outbox.list_dead, "state_due_at", id="dead"),
        pytest.param(outbox.list_dead_ids, "state_due_at", id="ids of dead"),
        pytest.param(partial(outbox.count_held_up, at=NOON), "state_due_at", id="held up"),
        pytest.param(partial(outbox.count_failed, since=NOON), "state_due_at", id="failed"),
        pytest.param(partial(outbox.count_handed_over, since=NOON, until=NOON), "handed_over_at", id="went"),
        pytest.param(
            partial(outbox.list_slots, kind=MessageKind.BUNDLE, since=date(2026, 2, 4)), "slot_on", id="slots"
        ),
    ],
)
def test_it_is_found_on_an_index(engine: Engine, ask: Callable[[Session, str], object], index: str) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_: Connection, __: object, statement: str, parameters: object, ___: object, ____: bool) -> None:
        asked.append((statement, parameters))

    with Session(engine) as session:
        ask(session, "ipa")
        statement, parameters = asked[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()

    assert f"outbox_message USING INDEX ix_outbox_message_programme_{index} " in plan[0].detail.replace("COVERING ", "")
