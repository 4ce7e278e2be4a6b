"""A database whose answer to COMMIT gets lost on the way."""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError


def lose_answers(engine: Engine, *, times: int, is_stored: bool = True) -> None:
    """Break off the next commits of an engine, after they were stored or before."""
    to_come = [None] * times

    def break_off(connection: Connection) -> None:
        if to_come:
            to_come.pop()
            if is_stored:
                connection.connection.commit()
            raise OperationalError("COMMIT", {}, ConnectionError("the line broke"), connection_invalidated=True)

    event.listen(engine, "commit", break_off)
