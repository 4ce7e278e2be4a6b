"""The tables of comparables: appended when a period is over, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from ipa_core.domain.comparables import Comparables
from ipa_core.domain.phases import PhaseLength
from ipa_core.store.types import JsonList, UtcDateTime


class ComparablesRow(SQLModel, table=True):
    """One table; it holds from `at` until the next one."""

    __tablename__ = "comparables"

    programme: str = Field(foreign_key="programme.code", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    plans: int
    slips: tuple[Any, ...] = Field(sa_type=JsonList)
    phases: tuple[Any, ...] = Field(sa_type=JsonList)


def append(session: Session, programme: str, table: Comparables) -> None:
    """Append the next table."""
    session.add(
        ComparablesRow(
            programme=programme,
            at=table.at,
            plans=table.plans,
            slips=table.slips,
            phases=tuple((one.instrument, one.below, one.ended, one.days) for one in table.phases),
        )
    )
    session.flush()


def list_tables(session: Session, programme: str) -> list[Comparables]:
    """Return the tables in order of time."""
    rows = select(ComparablesRow).where(col(ComparablesRow.programme) == programme)
    return [_as_comparables(row) for row in session.exec(rows.order_by(col(ComparablesRow.at)))]


def newest(session: Session, programme: str) -> Comparables | None:
    """Return the newest table, if there is any."""
    rows = select(ComparablesRow).where(col(ComparablesRow.programme) == programme)
    row = session.exec(rows.order_by(col(ComparablesRow.at).desc()).limit(1)).first()
    return None if row is None else _as_comparables(row)


def _as_comparables(row: ComparablesRow) -> Comparables:
    return Comparables(
        at=row.at,
        plans=row.plans,
        slips=tuple((length, share) for length, share in row.slips),
        phases=tuple(
            PhaseLength(instrument=instrument, below=below, ended=ended, days=days)
            for instrument, below, ended, days in row.phases
        ),
    )
