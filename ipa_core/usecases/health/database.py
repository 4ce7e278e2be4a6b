"""Can the database be reached, does its shape fit this version, and is what it holds whole and in use?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from ipa_core.reports.health import Check, Mark, good, warning, wrong
from ipa_core.store import audit, programmes, schema
from ipa_core.store.looking import LOOKING_ERRORS, Hindrance, diagnose, looking
from ipa_core.usecases.health.programme import check_programme
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.reports.health import Finding

_PASSING: Final = frozenset({Hindrance.ABSENT, Hindrance.BUSY, Hindrance.UNFINISHED})
"""What the next run solves by itself."""

_CLOCKS_MAY_DIFFER_S: Final = 60


def check_database(url: str, *, at: datetime, now: datetime, is_mail_real: bool) -> list[Finding]:
    """Return what is found in one look; what cannot be looked at is a finding too."""
    found: list[Finding] = []
    try:
        with looking(url) as session:
            found.extend(_check_shape(session))
            if all(finding.mark is Mark.GOOD for finding in found):
                found.extend(_check_contents(session, at=at, now=now, is_mail_real=is_mail_real))
    except LOOKING_ERRORS as error:
        trouble = diagnose(error)
        report = warning if trouble in _PASSING else wrong
        found.append(report(Check.DATABASE, trouble.value))
    return found


def _check_shape(session: Session) -> Iterator[Finding]:
    kind = "PostgreSQL" if session.get_bind().dialect.name == "postgresql" else "SQLite"
    revision = schema.revision(session)
    if revision is None:
        yield warning(Check.DATABASE, "empty", kind=kind)
    elif revision > schema.HEAD:
        yield wrong(Check.DATABASE, "newer", revision=revision, head=schema.HEAD)
    elif revision < schema.HEAD:
        yield warning(Check.DATABASE, "older", revision=revision, head=schema.HEAD)
    else:
        yield good(Check.DATABASE, kind=kind, revision=revision)


def _check_contents(session: Session, *, at: datetime, now: datetime, is_mail_real: bool) -> Iterator[Finding]:
    broken = audit.verify(session)
    if broken is None:
        yield good(Check.AUDIT, entries=audit.head(session).seq)
    else:
        yield wrong(Check.AUDIT, "broken", entry=broken)
    if session.get_bind().dialect.name == "postgresql":
        yield from _compare_clocks(session, now)
    codes = programmes.list_codes(session)
    if not codes:
        yield warning(Check.PROGRAMME, "none")
    for code in codes:
        yield from check_programme(ProgrammeView(session, code, at=at), is_mail_real=is_mail_real)


def _compare_clocks(session: Session, now: datetime) -> Iterator[Finding]:
    servers: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    apart = round(abs((servers - now).total_seconds()))
    if apart > _CLOCKS_MAY_DIFFER_S:
        yield warning(Check.CLOCK, "apart", seconds=apart)
