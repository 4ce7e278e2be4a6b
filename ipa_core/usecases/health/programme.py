"""Is a programme ready for work: its calendar, the people it writes to, its runs, its messages, and its clock?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ipa_core.domain.mail_addresses import is_made_up, is_mail_address
from ipa_core.domain.organisations import Role
from ipa_core.errors import CalendarRangeError
from ipa_core.reports.health import Check, good, warning, wrong
from ipa_core.store import expectations, outbox, programmes
from ipa_core.usecases.audit_messages import audit_messages, is_late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.reports.health import Finding
    from ipa_core.usecases.views import ProgrammeView

YEARS_AHEAD: Final = 10
"""Planned dates may lie this far ahead, so the calendar should reach that far."""

DEAD_SHOWN_FOR: Final = timedelta(days=30)

_NEEDED: Final = (Role.PROJECT_LEAD, Role.AANJAGER, Role.BEHEERDER)


def check_programme(view: ProgrammeView, *, is_mail_real: bool) -> Iterator[Finding]:
    """Yield the findings about one programme."""
    yield good(Check.PROGRAMME, programme=view.code, name=view.programme.name, dossiers=len(view.register))
    yield from _check_clock(view)
    try:
        yield from _check_calendar(view)
        yield from _check_contacts(view, is_mail_real=is_mail_real)
        yield from _check_runs(view)
        yield from _check_messages(view)
    except CalendarRangeError as error:
        yield wrong(Check.CALENDAR, "outside", programme=view.code, first=error.first, last=error.last)


def _check_calendar(view: ProgrammeView) -> Iterator[Finding]:
    calendar = view.calendar
    calendar.is_working_day(view.on)
    unverified = tuple(free for free in calendar.free_days if not free.is_verified and free.on >= view.on)
    is_short = calendar.last.year < view.on.year + YEARS_AHEAD
    if is_short:
        yield warning(Check.CALENDAR, "short", programme=view.code, last=calendar.last)
    if unverified:
        yield warning(Check.CALENDAR, "unverified", programme=view.code, days=unverified)
    if not (is_short or unverified):
        yield good(Check.CALENDAR, programme=view.code, first=calendar.first, last=calendar.last)


def _check_contacts(view: ProgrammeView, *, is_mail_real: bool) -> Iterator[Finding]:
    leads = {view.lead(code) for code, dossier in view.dossiers().items() if dossier.is_asked_on(view.on)}
    mute = sorted(lead for lead in leads if lead is not None and not _is_reachable(view, lead))
    missing = [role for role in _NEEDED if not view.contacts(role)]
    if mute:
        yield wrong(Check.CONTACTS, "mute", programme=view.code, ministries=tuple(mute))
    if missing:
        yield warning(Check.CONTACTS, "missing", programme=view.code, roles=tuple(missing))
    on_duty = {contact.email.casefold(): contact for role in Role for contact in view.contacts(role)}
    unmailable = {contact.organisation for contact in on_duty.values() if not is_mail_address(contact.email)}
    if unmailable:
        yield wrong(Check.CONTACTS, "unmailable", programme=view.code, organisations=tuple(sorted(unmailable)))
    made_up = sum(is_made_up(address) for address in on_duty) if is_mail_real else 0
    if made_up:
        yield warning(Check.CONTACTS, "made_up", programme=view.code, count=made_up)
    if not (mute or missing or unmailable or made_up):
        yield good(Check.CONTACTS, programme=view.code, ministries=len(leads - {None}))


def _is_reachable(view: ProgrammeView, ministry: str) -> bool:
    return bool(view.contacts(Role.MAIN, ministry) or view.contacts(Role.DEPUTY, ministry))


def _check_runs(view: ProgrammeView) -> Iterator[Finding]:
    """A run that had nothing to do leaves no trace. So what shows that none came is work that was left."""
    row = programmes.get_row(view.session, view.code)
    waiting_since = expectations.oldest_due(view.session, view.code, at=view.at)
    if row.first_run_at is None:
        yield warning(Check.RUNS, "never", programme=view.code)
    elif waiting_since is not None and is_late(view, waiting_since):
        yield warning(Check.RUNS, "late", programme=view.code, since=waiting_since)
    else:
        yield good(Check.RUNS, programme=view.code, last=row.last_write_at)


def _check_messages(view: ProgrammeView) -> Iterator[Finding]:
    dead = outbox.count_dead(view.session, view.code, since=view.at - DEAD_SHOWN_FOR)
    waiting = outbox.list_due_moments(view.session, view.code, at=view.at)
    late = sum(is_late(view, due_at) for due_at in waiting)
    if dead:
        yield warning(Check.MESSAGES, "dead", programme=view.code, count=dead)
    if late:
        yield warning(Check.MESSAGES, "late", programme=view.code, count=late)
    ledger = audit_messages(view)
    if ledger.missing:
        yield wrong(Check.MESSAGES, "missing", programme=view.code, rungs=ledger.missing)
    if ledger.unexplained:
        yield wrong(Check.MESSAGES, "unexplained", programme=view.code, keys=ledger.unexplained)
    if not (dead or late or ledger.missing or ledger.unexplained):
        yield good(Check.MESSAGES, programme=view.code, count=len(waiting), due=ledger.due, sent=ledger.sent)


def _check_clock(view: ProgrammeView) -> Iterator[Finding]:
    last = programmes.get_row(view.session, view.code).last_write_at
    if last > view.at:
        yield wrong(Check.CLOCK, "went_back", programme=view.code, last=last, now=view.at)
    else:
        yield good(Check.CLOCK, programme=view.code, now=view.at)
