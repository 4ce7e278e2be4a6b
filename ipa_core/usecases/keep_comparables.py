"""Append the tables of comparables whose time has come, before anything that was known later counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.comparables import NO_COMPARABLES, closings
from ipa_core.domain.moments import start_of_day
from ipa_core.rules.comparing import build_tables, is_telling
from ipa_core.store import audit, comparables, programmes, updates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ipa_core.domain.comparables import Comparables
    from ipa_core.rules.holding import DossierHistory
    from ipa_core.usecases.views import ProgrammeView


def keep_comparables(view: ProgrammeView) -> datetime | None:
    """Append the tables up to the view's moment; return from when on they may change an expectation, None if never.

    Each sees what was recorded before its own instant and nothing else; so it does not matter when it is made. Having
    made one is a write, after which nobody can add a fact from before it.
    """
    due = _list_due(view)
    if not due:
        return None
    before = comparables.newest(view.session, view.code) or NO_COMPARABLES
    built = build_tables(view.each_history(), view.policies, due)
    for table in built:
        comparables.append(view.session, view.code, table)
    programmes.note_write(view.session, programmes.get_row(view.session, view.code), at=view.at)
    audit.append(
        view.session,
        programme=view.code,
        at=view.at,
        actor="engine",
        action="comparables",
        subject=f"programme:{view.code}",
        details={"tables": len(due)},
    )
    is_telling_any = any(is_telling(table, view.policies.at(table.at)) for table in (before, *built))
    return due[0] if is_telling_any else None


def list_tables(view: ProgrammeView, histories: Iterable[DossierHistory]) -> list[Comparables]:
    """Return all tables up to the view's moment; those that nobody appended yet are built."""
    kept = [table for table in comparables.list_tables(view.session, view.code) if table.at <= view.at]
    return kept + build_tables(histories, view.policies, _list_due(view))


def _list_due(view: ProgrammeView) -> list[datetime]:
    """Return the instants up to the view's moment for which there is no table yet."""
    newest = comparables.newest(view.session, view.code)
    after = newest.at if newest is not None else start_of_day(view.programme.adopted_on)
    due = closings(view.programme.cadence, after=after, until=view.at)
    if newest is not None or not due:
        return due
    first_at = updates.first_at(view.session, view.code)
    return [at for at in due if first_at is not None and at > first_at]
