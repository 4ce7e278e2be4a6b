"""Bring the held expectations up to date after a fact, in the transaction of the fact."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from ipa_core.domain.directories import lead_terms, reach_over_time
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.messages import PromisedMessage
from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role
from ipa_core.rules import COMPARED_RULES, ministry_pattern, plan_drift
from ipa_core.rules.comparing import FORECAST
from ipa_core.rules.holding import (
    DOSSIER_CODES,
    hold_dossier,
    hold_message,
    hold_organisation,
    hold_patterns,
    hold_request,
    with_readers,
)
from ipa_core.store import comparables, decisions, expectations, outbox, recommendations
from ipa_core.store.bulk import in_batches
from ipa_core.store.outbox import MessageState
from ipa_core.usecases.follow_themes import hold_themes
from ipa_core.usecases.keep_comparables import keep_comparables
from ipa_core.usecases.progress import Progress, unseen
from ipa_core.usecases.request_histories import list_recent_rounds
from ipa_core.usecases.views import BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.expectations import HeldExpectation
    from ipa_core.domain.rounds import RequestHistory
    from ipa_core.rules.comparing import Tables
    from ipa_core.store.outbox import OutboxMessageRow
    from ipa_core.usecases.views import ProgrammeView


_COMPARING = with_readers(rule.code for rule in COMPARED_RULES)


def refresh_dossiers(
    view: ProgrammeView,
    codes: Collection[str] | None,
    *,
    since: datetime | None,
    rules: frozenset[str] = DOSSIER_CODES,
    progress: Progress = unseen,
) -> None:
    """Hold anew what is expected of these dossiers (None: all) and of those that depend on them.

    `since` is the moment of the new fact; None at a first load, which holds the whole history. `rules` are those to
    ask anew. When a table of comparables came due before the fact, who is compared with it is held anew first.
    """
    table_at = keep_comparables(view)
    if table_at is not None and since is not None:
        _hold_dossiers(view, None, since=table_at, rules=_COMPARING)
    _hold_dossiers(view, codes, since=since, rules=rules, progress=progress)


def refresh_comparables(view: ProgrammeView) -> None:
    """Hold anew who is compared when a table of comparables came due; nothing happens on other days."""
    table_at = keep_comparables(view)
    if table_at is not None:
        _hold_dossiers(view, None, since=table_at, rules=_COMPARING)


def _hold_dossiers(
    view: ProgrammeView,
    codes: Collection[str] | None,
    *,
    since: datetime | None,
    rules: frozenset[str],
    progress: Progress = unseen,
) -> None:
    """Roots come first, so that who waits for them sees what is expected of them now."""
    if codes is None:
        affected = recommendations.list_codes(view.session, view.code)
    else:
        affected = sorted({*codes, *recommendations.list_dependents(view.session, view.code, codes)})
    waits_for = recommendations.list_dependencies(view.session, view.code, affected)
    roots = set().union(*waits_for.values())
    free = [code for code in affected if code not in waits_for]
    tables = comparables.list_tables(view.session, view.code)
    # Who waits for another reads all that is expected of it, so of these every rule is asked.
    batches = [*_asked(free, rules), *_asked(_roots_first(view, waits_for), DOSSIER_CODES)]
    held_roots: dict[str, Sequence[HeldExpectation]] = {}
    themes: set[str] = set()
    done = 0
    for batch, asked in batches:
        held = _hold(view, batch, held_roots, tables, since=since, rules=asked)
        changed = expectations.replace_from(view.session, view.code, held, since=_from(since, batch), rules=asked)
        themes |= {subject.code for subject in changed if subject.kind is SubjectKind.THEME}
        held_roots |= {code: rows for code, rows in held.items() if code in roots and asked == DOSSIER_CODES}
        done += len(batch)
        progress("dossiers", done, len(affected))
    if since is not None:
        hold_themes(view, themes, since=since)


def _asked(codes: Iterable[str], rules: frozenset[str]) -> Iterator[tuple[list[str], frozenset[str]]]:
    return ((batch, rules) for batch in in_batches(codes, BATCH))


def _from(since: datetime | None, owners: Iterable[str]) -> dict[str, datetime]:
    """Return from when on the rows of each owner are replaced; at a first load nothing stands."""
    return {} if since is None else dict.fromkeys(owners, since)


def _roots_first(view: ProgrammeView, waits_for: Mapping[str, Collection[str]]) -> list[str]:
    ever = {code: [root for root in waits_for[code] if root in waits_for] for code in sorted(waits_for)}

    def now() -> Mapping[str, Collection[str]]:
        versions = recommendations.list_versions(view.session, view.code, waits_for)
        return {code: mine[-1].depends_on for code, mine in versions.items()}

    return roots_first(ever, now)


def _hold(
    view: ProgrammeView,
    codes: Sequence[str],
    held_roots: Mapping[str, Sequence[HeldExpectation]],
    tables: Tables,
    *,
    since: datetime | None,
    rules: frozenset[str],
) -> dict[str, Sequence[HeldExpectation]]:
    histories = view.histories(codes)
    elsewhere = {root for history in histories.values() for root in history.roots} - {*held_roots, *codes}
    stored = expectations.list_from(view.session, view.code, _from(since, elsewhere))
    known = {**{root: [one.held for one in rows] for root, rows in stored.items()}, **held_roots}
    standing = _standing_forecasts(view, codes, since)
    held: dict[str, Sequence[HeldExpectation]] = {}
    for code in codes:
        roots = {root: held.get(root, known.get(root, ())) for root in histories[code].roots}
        held[code] = hold_dossier(
            histories[code],
            view.policies,
            roots,
            since=since,
            tables=tables,
            standing=standing.get(code),
            rules=rules,
        )
    return held


def _standing_forecasts(
    view: ProgrammeView, owners: Collection[str], since: datetime | None
) -> dict[str, HeldExpectation]:
    if since is None:
        return {}
    return expectations.list_standing(view.session, view.code, FORECAST, before=since, owners=owners)


def refresh_requests(view: ProgrammeView, histories: Iterable[RequestHistory], *, since: datetime) -> None:
    """Hold anew what is expected of these requests."""
    held: dict[str, Sequence[HeldExpectation]] = {}
    begins_at: dict[str, datetime] = {}
    for history in histories:
        code = history.request.code
        held[code] = hold_request(history, view.policies, since=since)
        begins_at[code] = max(since, history.request.opened_at)
    expectations.replace_from(view.session, view.code, held, since=begins_at)


def refresh_organisations(view: ProgrammeView, *, since: datetime | None) -> None:
    """Hold anew what is expected of the organisations that ever could not be asked, or once seemed not to be."""
    terms = lead_terms(recommendations.each_versions(view.session, view.code), view.directory_history)
    found = {f"organisation:{code}": one for code, one in reach_over_time(terms, view.directory_history).items()}
    held: dict[str, Sequence[HeldExpectation]] = {}
    for owner in sorted(found.keys() | expectations.list_owners(view.session, view.code, "organisation:")):
        held[owner] = hold_organisation(found[owner], view.policies, since=since) if owner in found else []
    expectations.replace_from(view.session, view.code, held, since=_from(since, held))


def refresh_patterns(view: ProgrammeView) -> None:
    """Hold anew what is expected of each ministry beside the others, from the view's moment on."""
    longest = max(policy.thresholds[ministry_pattern.RULE.code].values.rounds for policy in view.policies.policies)
    recent = list_recent_rounds(view, closed=longest)
    if not recent:
        return
    found = hold_patterns(recent, view.directory_history, view.policies, since=view.at)
    organisations = {one.code for _, one in view.directory_history.organisations}
    held = {f"pattern:{code}": found.get(code, []) for code in sorted(organisations | found.keys())}
    expectations.replace_from(view.session, view.code, held, since=_from(view.at, held))


def refresh_rebaselined(view: ProgrammeView) -> None:
    """Let rounds count for the plans with another baseline: those prove themselves by the rounds that end."""
    rebaselined = decisions.list_rebaselined(view.session, view.code)
    if rebaselined:
        refresh_dossiers(view, rebaselined, since=view.at, rules=with_readers([plan_drift.RULE.code]))


def refresh_messages(view: ProgrammeView, rows: Iterable[OutboxMessageRow]) -> None:
    """Hold anew what is expected of messages, after what just became of them."""
    hold_messages(view, (_as_promised(view, row) for row in rows))


def hold_messages(view: ProgrammeView, messages: Iterable[PromisedMessage]) -> None:
    """Hold what is expected of messages from the view's moment on."""
    held: dict[str, Sequence[HeldExpectation]] = {}
    for message in messages:
        is_settled = message.settled_at is not None
        held[message.subject.code] = () if is_settled else hold_message(message, view.policies, since=view.at)
    expectations.replace_from(view.session, view.code, held, since=_from(view.at, held))


def roots_first(ever: Mapping[str, Iterable[str]], now: Callable[[], Mapping[str, Collection[str]]]) -> list[str]:
    """Return the codes so that a dossier comes after those that it ever depended on.

    When a dependency was turned round between two versions of the register, the newest version decides.
    """
    try:
        return list(TopologicalSorter(ever).static_order())
    except CycleError:
        newest = {code: [root for root in roots if root in ever] for code, roots in now().items() if code in ever}
        return list(TopologicalSorter(newest).static_order())


def _as_promised(view: ProgrammeView, row: OutboxMessageRow) -> PromisedMessage:
    identity = row.id or 0
    is_withdrawn = row.state is MessageState.SKIPPED
    went_at = row.handed_over_at if row.bounced_at is None else None
    settled_at = went_at or row.replaced_at or (view.at if is_withdrawn else None)
    # Of a settled message nothing is expected, so nobody asks whose it was: that would read the whole directory.
    contact = view.find_contact(row.recipient, row.organisation) if settled_at is None else None
    tries = outbox.list_attempts(view.session, identity) if row.state is MessageState.DEAD else []
    return PromisedMessage(
        id=identity,
        ministry=row.organisation,
        role=contact.role if contact is not None else Role.MAIN,
        slot_on=_first_slot(view, row) if row.attempts and settled_at is None else row.slot_on,
        promised_at=row.promised_at,
        died_at=tries[-1].at if tries else None,
        settled_at=settled_at,
        code=tries[-1].code if tries else "",
        attempts=row.attempts,
    )


def _first_slot(view: ProgrammeView, row: OutboxMessageRow) -> date:
    """Return the day that a message was meant for at first: while no server is there, its text moves along."""
    return min(row.slot_on, day_of(view.calendar.next_window(row.promised_at)))
