"""How do we say it in Dutch? Dates, times, counts and lists, and the one place with the word of every choice.

The names of months and weekdays are a plain table: importing Babel takes longer than rendering a day's mail.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ipa_core.domain.breakers import StopReason
from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import AMSTERDAM
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Role, Share
from ipa_core.domain.programmes import ContextKind
from ipa_core.domain.recommendations import Adoption, DossierKind
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, SignalState
from ipa_core.domain.updates import Effect, Origin, Rating, RootCause, Status
from ipa_core.reports.digests import AskedKind
from ipa_core.reports.health import Check, Mark
from ipa_core.reports.policy_trials import DifferenceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

SHORT: Final = 240
"""Characters of somebody else's text that we repeat."""

WEEKDAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

MONTHS: Final = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)

MARCH: Final = 3

WORDS: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {
    Status: {
        Status.NOT_STARTED: "niet gestart",
        Status.IN_PROGRESS: "in uitvoering",
        Status.COMPLETED: "afgerond",
        Status.BLOCKED: "stilgevallen",
        Status.DROPPED: "ingetrokken",
        Status.SUPERSEDED: "anders ingevuld",
    },
    Severity: {
        Severity.INFO: "info",
        Severity.LOW: "laag",
        Severity.MEDIUM: "midden",
        Severity.HIGH: "hoog",
        Severity.CRITICAL: "kritiek",
    },
    Effect: {
        Effect.UNKNOWN: "onbekend",
        Effect.NONE: "geen",
        Effect.PARTIAL: "gedeeltelijk",
        Effect.VISIBLE: "zichtbaar",
    },
    Rating: {
        Rating.ON_TRACK: "op koers",
        Rating.AT_RISK: "loopt risico",
        Rating.OFF_TRACK: "niet op koers",
    },
    RootCause: {
        RootCause.LAW: "wet",
        RootCause.MONEY: "geld",
        RootCause.CAPACITY: "capaciteit",
        RootCause.EXECUTION: "uitvoering",
        RootCause.PARTNER: "partner",
        RootCause.DECISION: "besluit",
        RootCause.DATA: "data",
    },
    Adoption: {
        Adoption.ADOPTED: "overgenomen",
        Adoption.PARTLY: "deels overgenomen",
        Adoption.NOT_ADOPTED: "niet overgenomen",
        Adoption.UNDECIDED: "nog niet besloten",
    },
    Role: {
        Role.MAIN: "contactpunt",
        Role.DEPUTY: "vervangend contactpunt",
        Role.COORDINATOR: "coördinator",
        Role.TEAM: "projectteam",
        Role.PROJECT_LEAD: "projectleider",
        Role.AANJAGER: "bestuurlijk aanjager",
        Role.STEERING_GROUP: "stuurgroep",
        Role.BEHEERDER: "beheerder",
    },
    Share: {Share.LEAD: "trekker", Share.CO_LEAD: "medetrekker"},
    DossierKind: {DossierKind.RECOMMENDATION: "aanbeveling", DossierKind.MEASURE: "maatregel"},
    SubjectKind: {
        SubjectKind.RECOMMENDATION: "aanbeveling",
        SubjectKind.MEASURE: "maatregel",
        SubjectKind.MILESTONE: "mijlpaal",
        SubjectKind.REQUEST: "verzoek",
        SubjectKind.ORGANISATION: "organisatie",
        SubjectKind.CONTACT: "contactpunt",
        SubjectKind.SOLUTION: "oplossing",
        SubjectKind.THEME: "thema",
        SubjectKind.ROOT_CAUSE: "oorzaak",
        SubjectKind.SIGNAL: "signaal",
        SubjectKind.MESSAGE: "bericht",
        SubjectKind.RUN: "ronde van de monitor",
    },
    SignalState: {
        SignalState.OPEN: "open",
        SignalState.ACKNOWLEDGED: "opgepakt",
        SignalState.SNOOZED: "uitgesteld",
        SignalState.RESOLVED: "opgelost",
    },
    DecisionKind: {
        DecisionKind.ACKNOWLEDGE: "opgepakt",
        DecisionKind.SNOOZE: "uitgesteld",
        DecisionKind.EXPLAIN: "uitgelegd",
        DecisionKind.VERIFY: "bevestigd",
        DecisionKind.REFUSE: "geweigerd",
        DecisionKind.ADOPT: "besluit van het kabinet",
        DecisionKind.DROP: "ingetrokken",
        DecisionKind.REBASELINE: "eerste planning vervangen",
        DecisionKind.ANSWER: "hulpvraag beantwoord",
        DecisionKind.PROPOSE: "oplossing voorgesteld",
        DecisionKind.REPLAN: "oplossing kreeg een andere datum",
        DecisionKind.DONE: "oplossing uitgevoerd",
    },
    ChangeKind: {
        ChangeKind.OPENED: "nieuw",
        ChangeKind.CAME_BACK: "terug na een oplossing",
        ChangeKind.RAISED: "zwaarder geworden",
        ChangeKind.LOWERED: "lichter geworden",
        ChangeKind.RESTATED: "bijgewerkt",
        ChangeKind.RESOLVED: "opgelost",
    },
    Rung: {
        Rung.REQUEST: "uitvraag",
        Rung.FIRST_REMINDER: "eerste herinnering",
        Rung.SECOND_REMINDER: "tweede herinnering",
        Rung.DUE_TODAY: "laatste dag",
        Rung.LATE: "te laat",
        Rung.LATE_WITH_NOTICE: "te laat, met aankondiging",
        Rung.ESCALATION: "escalatie",
        Rung.OPENING: "nieuw signaal",
        Rung.REPEAT: "herhaling",
        Rung.COORDINATOR: "aankondiging",
        Rung.PROJECT_LEAD: "escalatie",
        Rung.AANJAGER: "besluit gevraagd",
        Rung.CRITICAL: "kritiek signaal",
        Rung.WORSE: "zwaarder geworden",
        Rung.SNOOZE_ENDED: "uitstel voorbij",
        Rung.SOLVED: "opgelost",
        Rung.TAKEN_OVER: "overgenomen",
        Rung.PASSED_ON: "overgedragen",
        Rung.MENTION: "ter informatie",
        Rung.DIGEST: "weekoverzicht",
    },
    NoticeReason: {
        NoticeReason.FIRST_TIME: "eerste keer",
        NoticeReason.CAME_BACK: "opnieuw, na een oplossing",
        NoticeReason.REMINDER: "herinnering",
        NoticeReason.DATE_MOVED: "de datum is verplaatst",
        NoticeReason.LATE: "de termijn is voorbij",
        NoticeReason.ESCALATION: "nog geen antwoord na de aankondiging",
        NoticeReason.REPEAT: "herhaling",
        NoticeReason.UNACKNOWLEDGED: "dit signaal is nog niet opgepakt",
        NoticeReason.CRITICAL: "het signaal weegt kritiek",
        NoticeReason.WORSE: "zwaarder geworden",
        NoticeReason.SNOOZE_ENDED: "het uitstel is voorbij",
        NoticeReason.SOLVED: "opgelost",
        NoticeReason.TAKEN_OVER: "uw ministerie heeft dit overgenomen",
        NoticeReason.PASSED_ON: "een ander ministerie heeft dit overgenomen",
        NoticeReason.MENTION: "ter informatie",
        NoticeReason.DIGEST: "weekoverzicht",
        NoticeReason.STAND_IN: "het contactpunt was niet te bereiken",
    },
    RequestState: {
        RequestState.OPEN: "open",
        RequestState.ANSWERED: "beantwoord",
        RequestState.WAIVED: "vrijgesteld",
        RequestState.MOVED: "overgegaan",
    },
    Origin: {Origin.REGISTER: "register", Origin.HISTORY: "openbare bron", Origin.ANSWER: "opgave"},
    ContextKind: {ContextKind.RECESS: "reces", ContextKind.CARETAKER: "demissionair kabinet"},
    StopReason: {
        StopReason.CHANNEL_DOWN: "de mailserver is niet te bereiken",
        StopReason.MANY_FAILURES: "te veel pogingen mislukten",
        StopReason.LOCK_LOST: "de verbinding met de database viel weg",
        StopReason.ASKED_TO_STOP: "de planning werd gestopt",
        StopReason.WINDOW_CLOSED: "de werkdag was voorbij",
    },
    AskedKind: {
        AskedKind.ACCEPT_EXPLANATION: "uitleg beoordelen",
        AskedKind.REBASELINE: "eerste planning opnieuw vaststellen",
        AskedKind.CALL_MINISTRY: "ministerie bellen",
        AskedKind.CALL_ABOUT_SIGNAL: "ministerie bellen over een signaal",
        AskedKind.DISCUSS: "bespreken",
        AskedKind.SOLVE_TOGETHER: "samen oplossen",
    },
    DifferenceKind: {
        DifferenceKind.APPEARS: "komt erbij",
        DifferenceKind.MOVES: "verandert",
        DifferenceKind.VANISHES: "vervalt",
    },
    Mark: {Mark.GOOD: "goed", Mark.WARNING: "let op", Mark.WRONG: "fout"},
    Check: {
        Check.PYTHON: "python",
        Check.HOME: "map",
        Check.SECRETS: "geheimen",
        Check.DATABASE: "database",
        Check.AUDIT: "logboek",
        Check.PROGRAMME: "programma",
        Check.CALENDAR: "kalender",
        Check.CONTACTS: "contacten",
        Check.RUNS: "rondes",
        Check.MESSAGES: "berichten",
        Check.MAIL: "mail",
        Check.SCHEDULES: "schema",
        Check.CLOCK: "klok",
    },
}
"""The word of every member, by its enum."""

MESSAGE_WORDS: Final[Mapping[str, str]] = {
    "planned": "gepland",
    "promised": "klaargezet",
    "queued": "in de wachtrij",
    "sending": "wordt verzonden",
    "handed_over": "afgegeven",
    "retrying": "wordt opnieuw geprobeerd",
    "dead": "niet bezorgd",
    "skipped": "overgeslagen",
    "suppressed": "tegengehouden",
}
"""The word of every state of a notice and of a message, by its value: the store is a stranger here."""


def word(member: StrEnum) -> str:
    """Return the Dutch word of a member."""
    return WORDS[type(member)][member]


def plain_date(on: date) -> str:
    """Return `9 februari 2026`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def short_date(on: date) -> str:
    """Return `9 feb 2026`, for where there is little room."""
    month = "mrt" if on.month == MARCH else MONTHS[on.month - 1][:3]
    return f"{on.day} {month} {on.year}"


def long_date(on: date) -> str:
    """Return `maandag 9 februari 2026`."""
    return f"{WEEKDAYS[on.weekday()]} {plain_date(on)}"


def clock_time(at: datetime) -> str:
    """Return `9.00 uur`, on the clock of Europe/Amsterdam."""
    local = at.astimezone(AMSTERDAM)
    return f"{local.hour}.{local.minute:02} uur"


def moment(at: datetime) -> str:
    """Return `maandag 9 februari 2026 om 9.00 uur`, in Europe/Amsterdam."""
    return f"{long_date(at.astimezone(AMSTERDAM).date())} om {clock_time(at)}"


def number(n: int) -> str:
    """Return `4.700`."""
    return f"{n:,}".replace(",", ".")


def counted(n: int, one: str, many: str) -> str:
    """Return the number with the form of the noun that goes with it."""
    return f"{number(n)} {one if n == 1 else many}"


def days(n: int) -> str:
    """Return `1 dag` or `2 dagen`."""
    return counted(n, "dag", "dagen")


def working_days(n: int) -> str:
    """Return `1 werkdag` or `2 werkdagen`."""
    return counted(n, "werkdag", "werkdagen")


def years(n: int) -> str:
    """Return `1 jaar` or `2 jaar`: after a number this noun keeps its form."""
    return counted(n, "jaar", "jaar")


def dossiers(n: int) -> str:
    """Return `1 dossier` or `2 dossiers`."""
    return counted(n, "dossier", "dossiers")


def with_former(organisation: str, former: str) -> str:
    """Name who holds something now; and who held it at first, when that was another."""
    return organisation if former == organisation else f"{organisation} (voorheen {former})"


def listed(items: Iterable[object]) -> str:
    """Return `a, b en c`."""
    words = [str(item) for item in items]
    return " en ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def with_capital(text: str) -> str:
    """Return the text with its first letter as a capital; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def one_line(text: str) -> str:
    """Return the text without line breaks, other control characters and invisible marks.

    A text that somebody else wrote must not be able to start a line of its own, in a subject least of all.
    """
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join("".join(map(_visible, line)).split())


def shortened(text: str) -> str:
    """Cut somebody else's text that we repeat at a word, when it is long."""
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0] + "…"


def _visible(character: str) -> str:
    """Return a space for what separates, nothing for what only steers, and the character itself otherwise."""
    if character.isprintable():
        return character
    return "" if unicodedata.category(character) == "Cf" else " "
