"""Bring the held expectations up to date after a fact, in the transaction of the fact."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from ipa_core.domain.directories import lead_terms, reach_over_time
from ipa_core.domain.messages import PromisedMessage
from ipa_core.domain.organisations import Role
from ipa_core.rules.comparing import FORECAST
from ipa_core.rules.holding import hold_dossier, hold_message, hold_organisation, hold_request
from ipa_core.store import comparables, expectations, outbox, recommendations
from ipa_core.store.outbox import MessageState
from ipa_core.usecases.keep_comparables import keep_comparables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.domain.rounds import RequestHistory
    from ipa_core.rules.holding import DossierHistory
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.views import ProgrammeView


def refresh_dossiers(view: ProgrammeView, codes: Collection[str] | None, *, since: datetime | None) -> None:
    """Hold anew what is expected of these dossiers (None: all) and of those that depend on them.

    `since` is the moment of the new fact; None at a first load, which holds the whole history. When a table of
    comparables came due before the fact, all dossiers are held anew from that table on.
    """
    table_at = keep_comparables(view)
    if table_at is None or since is None:
        _hold_dossiers(view, codes, since=since)
    else:
        _hold_dossiers(view, None, since=table_at)


def refresh_comparables(view: ProgrammeView) -> None:
    """Hold all dossiers anew when a table of comparables came due; nothing happens on other days."""
    table_at = keep_comparables(view)
    if table_at is not None:
        _hold_dossiers(view, None, since=table_at)


def _hold_dossiers(view: ProgrammeView, codes: Collection[str] | None, *, since: datetime | None) -> None:
    """Roots come first, so that who waits for them sees what is expected of them now."""
    affected = codes
    if codes is not None:
        affected = set(codes) | recommendations.list_dependents(view.session, view.code, codes)
    histories = view.histories(affected)
    tables = comparables.list_tables(view.session, view.code)
    standing = _standing_forecasts(view, affected, since)
    held: dict[str, Sequence[HeldExpectation]] = {}
    for code in roots_first(histories):
        history = histories[code]
        begins_at = since or history.begins_at
        roots = {root: _rows_of(root, held, view, begins_at) for root in history.roots}
        held[code] = hold_dossier(
            history, view.policies, roots, since=since, tables=tables, standing=standing.get(code)
        )
        expectations.replace_from(view.session, view.code, code, held[code], since=begins_at)


def _standing_forecasts(
    view: ProgrammeView, owners: Collection[str] | None, since: datetime | None
) -> dict[str, HeldExpectation]:
    if since is None:
        return {}
    return expectations.list_standing(view.session, view.code, FORECAST, before=since, owners=owners)


def refresh_requests(view: ProgrammeView, histories: Iterable[RequestHistory], *, since: datetime) -> None:
    """Hold anew what is expected of these requests."""
    for history in histories:
        rows = hold_request(history, view.policies, since=since)
        begins_at = max(since, history.request.opened_at)
        expectations.replace_from(view.session, view.code, history.request.code, rows, since=begins_at)


def refresh_organisations(view: ProgrammeView, *, since: datetime | None) -> None:
    """Hold anew what is expected of the organisations that ever could not be asked, or once seemed not to be."""
    terms = lead_terms(recommendations.list_versions(view.session, view.code), view.directory_history)
    found = {f"organisation:{code}": one for code, one in reach_over_time(terms, view.directory_history).items()}
    for owner in sorted(found.keys() | expectations.list_owners(view.session, view.code, "organisation:")):
        reaches = found.get(owner, [])
        rows = hold_organisation(reaches, view.policies, since=since) if reaches else []
        begins_at = since or (reaches[0][0] if reaches else view.at)
        expectations.replace_from(view.session, view.code, owner, rows, since=begins_at)


def refresh_message(view: ProgrammeView, row: OutboxMessageRow) -> None:
    """Hold anew what is expected of one message, after what just became of it."""
    message = _as_promised(view, row)
    rows = hold_message(message, view.policies, since=view.at) if message.settled_at is None else ()
    expectations.replace_from(view.session, view.code, message.subject.code, rows, since=view.at)


def roots_first(histories: Mapping[str, DossierHistory]) -> Iterable[str]:
    """Return the codes so that a dossier comes after those that it ever depended on.

    When a dependency was turned round between two versions of the register, the newest version decides.
    """
    ever = {code: [root for root in history.roots if root in histories] for code, history in histories.items()}
    try:
        return list(TopologicalSorter(ever).static_order())
    except CycleError:
        now = {code: set(history.versions[-1].depends_on) & set(ever[code]) for code, history in histories.items()}
        return list(TopologicalSorter(now).static_order())


def _rows_of(
    root: str, held: Mapping[str, Sequence[HeldExpectation]], view: ProgrammeView, since: datetime
) -> Sequence[HeldExpectation]:
    if root in held:
        return held[root]
    return expectations.list_from(view.session, view.code, root, since=since)


def _as_promised(view: ProgrammeView, row: OutboxMessageRow) -> PromisedMessage:
    identity = row.id or 0
    is_withdrawn = row.state is MessageState.SKIPPED
    settled_at = row.handed_over_at or row.replaced_at or (view.at if is_withdrawn else None)
    # Of a settled message nothing is expected, so nobody asks whose it was: that would read the whole directory.
    contact = view.find_contact(row.recipient, row.organisation) if settled_at is None else None
    tries = outbox.list_attempts(view.session, identity) if row.state is MessageState.DEAD else []
    return PromisedMessage(
        id=identity,
        ministry=row.organisation,
        role=contact.role if contact is not None else Role.MAIN,
        slot_on=row.slot_on,
        promised_at=row.promised_at,
        died_at=tries[-1].at if tries else None,
        settled_at=settled_at,
        code=tries[-1].code if tries else "",
        attempts=row.attempts,
    )
