"""How does a register row change without being overwritten? Each change is a new version with its own `recorded_at`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import SQLModel, col, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlmodel import Session


RowT = TypeVar("RowT", bound=SQLModel)

_BOOKKEEPING = frozenset({"seq", "programme", "recorded_at", "supersedes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What a load did to one table."""

    new: tuple[Any, ...] = ()
    changed: tuple[Any, ...] = ()
    unchanged: int = 0


def append_changed(session: Session, rows: Sequence[RowT], *, key: Sequence[str]) -> Appended:
    """Append the rows that are new or differ from their newest version.

    `key` names the columns that tell rows apart. A row counts from its own `recorded_at`, which the caller set; of two
    versions that count the later one wins.
    """
    if not rows:
        return Appended()
    table = type(rows[0])
    newest: dict[tuple[Any, ...], Any] = {_values(row, key): row for row in _all_versions(session, table, rows[0])}
    new, changed = [], []
    for row in rows:
        before = newest.get(_values(row, key))
        if before is None:
            new.append(row)
        elif _content(before) != _content(row):
            if hasattr(row, "supersedes"):
                row.supersedes = before.seq
            changed.append(row)
    session.add_all([*new, *changed])
    session.flush()
    return Appended(new=tuple(new), changed=tuple(changed), unchanged=len(rows) - len(new) - len(changed))


def _all_versions(session: Session, table: type[RowT], example: Any) -> Iterable[RowT]:  # noqa: ANN401 - a row of any versioned table
    columns: Any = table
    statement = select(table).where(col(columns.programme) == example.programme)
    return session.exec(statement.order_by(col(columns.seq)))


def _values(row: SQLModel, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in columns)


def _content(row: SQLModel) -> dict[str, Any]:
    return {name: value for name, value in row.model_dump().items() if name not in _BOOKKEEPING}
