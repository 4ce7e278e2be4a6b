"""After a run: is everything as it should be? Then tell whoever watches us; saying nothing is the alarm.

The mail server has no part in this, so an alarm about mail never goes by mail.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ipa_core.usecases.audit_messages import audit_messages
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ipa_core.reports.ledgers import Ledger
    from ipa_core.store.database import Database
    from ipa_core.usecases.run_monitor import MonitorRun

log = logging.getLogger(__name__)


def report_life(database: Database, run: MonitorRun, *, beat: Callable[[], None]) -> bool:
    """Call once when the run sent all it could and nothing was forgotten; tell whether the call was made.

    An address that does not answer is noted in the log, and does no harm to the run.
    """
    if any(one.dispatch.stopped is not None for one in run.programmes):
        return False
    for one in run.programmes:
        ledger = _audit(database, one.programme, run.at)
        if not ledger.is_complete:
            log.error("%s messages of %s are not accounted for: no heartbeat", ledger.missed, one.programme)
            return False
    try:
        beat()
    except OSError as error:
        log.error("the heartbeat was not heard: %s", type(error).__name__)  # noqa: TRY400 - its words may hold the address
        return False
    return True


def _audit(database: Database, programme: str, at: datetime) -> Ledger:
    return database.read(lambda session: audit_messages(ProgrammeView(session, programme, at=at)))
