"""Which messages of a dispatcher that died went after all? The journal mailbox knows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core import clock, faults
from ipa_core.store import outbox
from ipa_core.usecases.record_attempt import record_proof

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.channels.journal import Journal
    from ipa_core.store.database import Database
    from ipa_core.store.outbox import Doubt

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """What the journal told: the keys of the messages that it has, and the ids of those that wait for it."""

    found: tuple[str, ...] = ()
    waiting: frozenset[int] = frozenset()


def prove_handovers(database: Database, programme: str, *, journal: Journal, at: datetime) -> Proofs:
    """Record as handed over what the journal has; the caller is the only dispatcher.

    What it does not have may still be on its way there as long as the lease of the attempt runs, and while the journal
    cannot be asked nothing is known: such a message waits, because another try may double it.
    """
    doubts = database.read(lambda session: outbox.list_doubts(session, programme, at=at))
    found, waiting = [], []
    for position, doubt in enumerate(doubts):
        try:
            is_there = journal.has(doubt.message_id)
        except OSError as error:
            log.error("the journal cannot be asked: %s", type(error).__name__)  # noqa: TRY400 - its words may hold a name
            waiting += [one.identity for one in doubts[position:]]
            break
        faults.at("journal.after_asking")
        if is_there:
            database.write(lambda session, one=doubt: record_proof(session, programme, one.identity, at=at))  # type: ignore[misc] # bound now
            found.append(doubt.key)
        elif _may_still_come(doubt):
            waiting.append(doubt.identity)
    return Proofs(found=tuple(found), waiting=frozenset(waiting))


def _may_still_come(doubt: Doubt) -> bool:
    return doubt.leased_until is not None and clock.now() < doubt.leased_until
