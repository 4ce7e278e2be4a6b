"""Append policy that differs from what stands, and hold anew everything that follows from it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import FreeDay
from ipa_core.domain.moments import LONG_AGO, start_of_day
from ipa_core.domain.programmes import ContextKind
from ipa_core.intake.holidays import legal_free_days
from ipa_core.rules import (
    CAUSE_RULES,
    EPISODE_RULES,
    MESSAGE_RULES,
    ORGANISATION_RULES,
    PATTERN_RULES,
    REQUEST_RULES,
    THEME_RULES,
)
from ipa_core.rules.holding import DOSSIER_CODES
from ipa_core.rules.policies import changed_rules
from ipa_core.store import outbox, programmes
from ipa_core.store.bulk import collecting_rarely
from ipa_core.store.versions import Appended
from ipa_core.usecases.follow_causes import follow_causes
from ipa_core.usecases.follow_signals import refresh_open_signals
from ipa_core.usecases.follow_themes import follow_themes
from ipa_core.usecases.progress import Progress, unseen
from ipa_core.usecases.refresh_expectations import (
    refresh_messages,
    refresh_organisations,
    refresh_patterns,
    refresh_requests,
)
from ipa_core.usecases.request_histories import list_request_histories
from ipa_core.usecases.retime_expectations import hold_dossiers_anew
from ipa_core.usecases.succeed_requests import succeed_requests
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.programmes import ClosedDay, ContextPeriod, OwnPolicy
    from ipa_core.rules.rule import AnyRule

FIRST_YEAR, LAST_YEAR = 1989, 2109
"""The years of the calendar; planned dates are accepted from a year after its start to ten years before its end."""


def append_policy(session: Session, code: str, own: OwnPolicy, *, since: datetime | None) -> Appended:
    """Append what is not in the policy yet; `since` is the moment of a later load, before which nothing counts."""
    added = _append_overrides(session, code, own, since=since)
    legal = legal_free_days(FIRST_YEAR, LAST_YEAR)
    is_new = _append_calendar(session, code, legal, own.closed_days, own.context, since=since)
    unchanged = len(own.overrides) - added + (0 if is_new else 1)
    return Appended(new=added + int(is_new), unchanged=unchanged)


def add_to_policy(session: Session, code: str, own: OwnPolicy, *, at: datetime) -> None:
    """Do what a load of the programme would do once this stood in its folder beside what stands there now."""
    row = programmes.lock(session, code, at=at)
    before = ProgrammeView(session, code, at=at).policies
    standing = programmes.get_policy(session, code)
    added = _append_overrides(session, code, own, since=at)
    context = sorted([*standing.context, *own.context], key=lambda period: list(ContextKind).index(period.kind))
    calendar = standing.calendars[-1][1]
    if _append_calendar(session, code, calendar.free_days, own.closed_days, context, since=at) or added:
        view = ProgrammeView(session, code, at=at)
        hold_anew(view, changed_rules(before, view.policies, at), since=at)
        programmes.note_write(session, row, at=at)


@collecting_rarely()
def hold_anew(
    view: ProgrammeView, rules: frozenset[str], *, since: datetime | None, progress: Progress = unseen
) -> None:
    """Hold anew what these rules expect of every dossier, organisation, request, message and open signal."""
    if of_dossiers := rules & DOSSIER_CODES:
        hold_dossiers_anew(view, of_dossiers, since=since, progress=progress)
    if rules & _codes(ORGANISATION_RULES):
        refresh_organisations(view, since=since)
    if rules & _codes(REQUEST_RULES):
        refresh_incomplete_requests(view)
    if rules & _codes(PATTERN_RULES):
        refresh_patterns(view)
    if rules & _codes(CAUSE_RULES):
        follow_causes(view, since=view.at)
    if rules & _codes(THEME_RULES):
        follow_themes(view, since=view.at)
    if rules & _codes(MESSAGE_RULES):
        waiting, dead = outbox.list_waiting(view.session, view.code), outbox.list_dead(view.session, view.code)
        refresh_messages(view, (*waiting, *dead))
    if rules & _codes(EPISODE_RULES):
        refresh_open_signals(view)


def _codes(rules: Iterable[AnyRule]) -> frozenset[str]:
    return frozenset(rule.code for rule in rules)


def refresh_incomplete_requests(view: ProgrammeView) -> None:
    """Hold anew what is expected of the requests that are not complete, those of earlier rounds included."""
    incomplete = [
        history
        for history in list_request_histories(view)
        if history.request.settled_at() is None or history.at(view.at).missing
    ]
    refresh_requests(view, incomplete, since=view.at)
    succeed_requests(view)


def _append_overrides(session: Session, code: str, own: OwnPolicy, *, since: datetime | None) -> int:
    days = [start_of_day(override.valid_from) for override in own.overrides]
    counting = [day if since is None else max(day, since) for day in days]
    return programmes.append_overrides(session, code, list(zip(counting, own.overrides, strict=True)))


def _append_calendar(
    session: Session,
    code: str,
    free: Iterable[FreeDay],
    closed: Iterable[ClosedDay],
    context: Sequence[ContextPeriod],
    *,
    since: datetime | None,
) -> bool:
    free_days = {one.on: one for one in free}
    free_days |= {one.on: one.as_free_day() for one in closed}
    return programmes.append_calendar(
        session,
        code,
        free_days=[free_days[on] for on in sorted(free_days)],
        context=context,
        first=date(FIRST_YEAR, 1, 1),
        last=date(LAST_YEAR, 12, 31),
        counts_from=since or LONG_AGO,
    )
