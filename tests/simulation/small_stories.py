"""Small stories, of which the days can be worked out on a calendar by hand.

Every day from Monday to Friday is a working day here, unless a story has a free one. The engine runs at 09:05 on each
of them, from Monday 5 January 2026 on. 2 February, 2, 9 and 16 March and 6 April are Mondays.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import Calendar, FreeDay
from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import LONG_AGO, at_time, day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.simulation.reference import expected
from ipa_core.simulation.stories import Asked, Fold, Ladders, Life, Pause, Run, Sent, Story, Term, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

FIRST, LAST = date(2026, 1, 5), date(2026, 4, 17)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def at(text: str, hour: int = 14) -> datetime:
    return at_time(day(text), hour)


def days(first: str, last: str) -> set[date]:
    return {day(first) + timedelta(days=n) for n in range((day(last) - day(first)).days + 1)}


def on_duty(role: Role, *, until: str = "", since: str = "", name: str = "") -> Term:
    is_of_ministry = role in (Role.MAIN, Role.DEPUTY, Role.COORDINATOR)
    return Term(
        organisation="SZW" if is_of_ministry else "IPA",
        role=role,
        email=f"{name or role.value}@ministerie.example",
        known_at=LONG_AGO,
        since=day(since) if since else None,
        until=day(until) if until else None,
    )


EVERYBODY = tuple(map(on_duty, Role))


def without(*roles: Role) -> tuple[Term, ...]:
    return tuple(one for one in EVERYBODY if one.role not in roles)


def mornings(*, dark: Iterable[date] = (), down: Iterable[date] = ()) -> tuple[Run, ...]:
    """Return a run on each morning but the dark ones; on some the mail server is away."""
    dark, down = set(dark), set(down)
    every = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return tuple(
        Run(at=at_time(on, 9, 5), is_mail_up=on not in down) for on in every if on.weekday() < 5 and on not in dark
    )


def a_story(
    *,
    requests: tuple[Asked, ...] = (),
    lives: tuple[Life, ...] = (),
    runs: tuple[Run, ...] = mornings(),
    contacts: tuple[Term, ...] = EVERYBODY,
    free: str = "",
    refused: str = "",
) -> Story:
    free_days = (FreeDay(on=day(free), name="vrij"),) if free else ()
    return Story(
        programme="ipa",
        calendar=Calendar(version=1, free_days=free_days, first=date(2025, 1, 1), last=date(2027, 12, 31)),
        ladders=Ladders(
            request={"H1": -10, "H2": -3, "H3": 0, "L1": 3, "L2": 5, "E1": 10},
            short_below=15,
            signal={"coordinator": 10, "project_lead": 20, "aanjager": 40},
            repeat_every=5,
            repeats=4,
        ),
        runs=runs,
        contacts=contacts,
        requests=requests,
        lives=lives,
        refused={f"{refused}@ministerie.example": LONG_AGO} if refused else {},
    )


OPENED_AT, SEEN_AT = at("02-02", 9), at_time(day("02-02"), 9, 5)


def asked(*, opened: datetime = OPENED_AT, due: str = "03-09", grace: int = 2, settled: str = "") -> Asked:
    """Return a request that opened on Monday 2 February and is due five weeks later, 25 working days."""
    return Asked(
        code="2026-01:SZW",
        ministry="SZW",
        opened_at=opened,
        due_on=day(due),
        grace=grace,
        settled_at=at(settled) if settled else None,
    )


def a_turn(kind: ChangeKind, severity: Severity, seen: datetime) -> Turn:
    return Turn(at=at_time(day_of(seen), 0), kind=kind, severity=severity, applied_at=seen)


def a_life(
    severity: Severity = Severity.MEDIUM,
    *more: Turn,
    rule: str = "T02",
    seen: datetime = SEEN_AT,
    kind: ChangeKind = ChangeKind.OPENED,
    episode: int = 1,
    subject: SubjectKind = SubjectKind.RECOMMENDATION,
    dossier: str = "UIT-01",
    solved: str = "",
    folds: tuple[Fold, ...] = (),
    pauses: tuple[Pause, ...] = (),
) -> Life:
    """Return a signal that a run saw on Monday 2 February, and maybe its end on the morning of a later day."""
    end = (a_turn(ChangeKind.RESOLVED, severity, at_time(day(solved), 9, 5)),) if solved else ()
    return Life(
        id=f"ipa:{rule}:{dossier}:{episode}",
        episode=episode,
        rule=rule,
        subject_kind=subject,
        dossier=dossier,
        ministry="SZW",
        turns=(a_turn(kind, severity, seen), *more, *end),
        folds=folds,
        pauses=pauses,
    )


def raised(severity: Severity, on: str) -> Turn:
    return a_turn(ChangeKind.RAISED, severity, at_time(day(on), 9, 5))


def a_pause(kind: DecisionKind, since: str, until: str, material: str = "") -> Pause:
    material_at = at(material) if material else None
    return Pause(kind=kind, at=at(since), until=day(until), material_at=material_at)


ACKNOWLEDGE, SNOOZE = DecisionKind.ACKNOWLEDGE, DecisionKind.SNOOZE


def told(story: Story) -> list[str]:
    """Return day, rung and mailbox of everything that must have gone."""
    return [short(one) for one in expected(story).items]


def short(one: Sent) -> str:
    head, _, mailbox = one.key.rpartition(":")
    return f"{day_of(one.at):%m-%d} {head.rpartition(':')[2]} {mailbox.replace('@ministerie.example', '')}"


FULL_LADDER = [
    "02-02 O main",
    "02-23 H1 main",
    "03-04 H2 main",
    "03-09 H3 main",
    "03-12 L1 main",
    "03-12 L1 deputy",
    "03-16 L2 main",
    "03-16 L2 deputy",
    "03-16 L2 coordinator",
    "03-23 E1 project_lead",
]
