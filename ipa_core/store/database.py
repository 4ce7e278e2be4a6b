"""A database to work on: write, read, or rehearse a write that leaves no trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import event
from sqlmodel import Session

from ipa_core.store import audit
from ipa_core.store.audit import Anchor
from ipa_core.store.engine import make_engine, read, transact
from ipa_core.store.schema import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

ResultT = TypeVar("ResultT")


class Changes:
    """Notices whether anything is written in this transaction from now on, with objects of the ORM or without."""

    def __init__(self, session: Session) -> None:
        self.is_any = False
        session.flush()
        event.listen(session.connection(), "before_cursor_execute", self._note)

    def _note(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        self.is_any = self.is_any or statement.startswith(("INSERT", "UPDATE", "DELETE", "COPY"))


@dataclass(frozen=True, slots=True)
class Database:
    """One engine with its migrations done; each call is one transaction."""

    engine: Engine

    def write(self, work: Callable[[Session], ResultT]) -> ResultT:
        """Run `work` in one transaction and commit; see `transact` for what it must look like.

        When the answer to a COMMIT got lost, the log of acts tells whether it was stored: then its result stands, and
        the work is not done again. So the result holds no rows, which end with their session.
        """
        unknown: list[tuple[Anchor, ResultT]] = []

        def attempt(session: Session) -> ResultT:
            for anchor, result in unknown:
                if audit.is_stored(session, anchor):
                    return result
            with audit.gathering(session) as entries:
                result = work(session)
            if entries:
                unknown.append((Anchor(seq=entries[-1].seq, hash=entries[-1].hash), result))
            return result

        return transact(self.engine, attempt)

    def read(self, work: Callable[[Session], ResultT]) -> ResultT:
        """Run `work` on one unchanging view; it cannot write."""
        return read(self.engine, work)

    def rehearse(self, work: Callable[[Session], ResultT]) -> ResultT:
        """Run `work` as if for real, and take all of it back."""
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                with audit.gathering(session):
                    return work(session)
            finally:
                session.rollback()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Connect and bring the schema up to date."""
    engine = make_engine(url)
    upgrade(engine)
    return Database(engine)
