"""The words for what was refused, and the exit status that goes with it."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from ipa_core.cli.shell import REFUSED, TEMPORARY, WRONG_USAGE
from ipa_core.domain.organisations import Role
from ipa_core.errors import (
    AlreadyServing,
    BackupDamaged,
    BadAddress,
    CalendarRangeError,
    DatabaseTooNew,
    FileTaken,
    FolderMissing,
    HomeNotEmpty,
    InputRefused,
    JournalRefused,
    NobodyOnDuty,
    NoDatabase,
    NoProgramme,
    NoSignalButDossier,
    PeriodTooFar,
    PortForbidden,
    PortTaken,
    ProgrammeNotChosen,
    ReasonMissing,
    Refusal,
    RequestSettled,
    ReturnAddressRefused,
    RoundAlreadyOpen,
    SenderRefused,
    ServingFailed,
    TemporaryFailure,
    UnknownAnchor,
    UnknownDossier,
    UnknownMoment,
    UnknownPeriod,
    UnknownProgramme,
    UnknownRequest,
    UnknownRound,
    UnknownSignal,
    UnknownState,
    UsageError,
    WriteInThePast,
)
from ipa_core.intake.cells import code_hint
from ipa_core.render.dutch import MESSAGE_WORDS, listed, long_date, moment, word
from ipa_core.render.health import remedy, sentence
from ipa_core.reports.health import Check, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipa_core.reports.health import Finding


@dataclass(frozen=True)
class Refused:
    """What to print, and how to end."""

    lines: list[str]
    status: int
    problems: list[dict[str, Any]] = field(default_factory=list)


_BAD_ADDRESSES = {
    "IPA_DATABASE_URL": wrong(Check.DATABASE, "bad_address"),
    "IPA_MAIL_URL": wrong(Check.MAIL, "bad_address"),
    "IPA_HEARTBEAT_URL": wrong(Check.RUNS, "bad_heartbeat"),
    "IPA_JOURNAL_URL": wrong(Check.MAIL, "bad_journal"),
}

_FROM_THE_MACHINE = {
    errno.ENOENT: "dit is er niet",
    errno.EISDIR: "dit is een map",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EACCES: "dat mag deze gebruiker niet",
    errno.EPERM: "dat mag deze gebruiker niet",
    errno.EROFS: "hier mag niets worden geschreven",
    errno.ENOSPC: "de schijf is vol",
}

_WORDS: dict[type[Refusal], Callable[..., str]] = {
    UnknownMoment: lambda text: (
        f"{text} is geen moment dat wij kunnen lezen. Vul bij --as-of een dag in, bijvoorbeeld 2026-02-04, "
        "of een moment met tijdzone, bijvoorbeeld 2026-02-04T09:00+01:00."
    ),
    UnknownPeriod: lambda text: (
        f"{text} is geen periode. Schrijf een jaar, halfjaar, kwartaal of maand zo: 2026, 2026-H1, 2026-Q4 of 2026-10."
    ),
    UnknownState: lambda text, known: (
        f"De toestand {text} kennen wij niet. {_choices(tuple(f'{one} ({MESSAGE_WORDS[one]})' for one in known))}"
    ),
    UnknownAnchor: lambda text: (
        f"{text} is geen anker. Neem het over zoals ‘ipa audit verify’ het gaf: "
        "een nummer, een dubbele punt en 64 tekens."
    ),
    ReasonMissing: lambda: "De reden is leeg. Schrijf bij --reason in één of twee zinnen waarom.",
    WriteInThePast: lambda code, at, last: (
        f"Voor programma {code} is al gewerkt tot {moment(last)}. "
        f"U vroeg om {moment(at)}: dat is eerder. Kies een later moment."
    ),
    UnknownRound: lambda code, known: (
        f"De uitvraag {code} is niet geopend. {_choices(known) or 'Er is nog geen uitvraag geopend.'}"
    ),
    RoundAlreadyOpen: lambda code: f"De uitvraag {code} is al geopend. Een uitvraag opent maar één keer.",
    PeriodTooFar: lambda code, first, latest: (
        f"De periode {code} begint pas op {long_date(first)}. Zo ver vooruit opent geen uitvraag. "
        f"De laatste periode die voorbij is, is {latest}."
    ),
    UnknownRequest: lambda code, ministry, known: (
        f"Aan {ministry} is in uitvraag {code} niets gevraagd. {_choices(known)}"
    ),
    RequestSettled: lambda code, ministry, at: (
        f"Het verzoek aan {ministry} in uitvraag {code} is al afgehandeld op {moment(at)}."
    ),
    UnknownSignal: lambda identity: f"Het signaal {identity} is er niet op dit moment. Kijk met: ipa signals --all",
    NoSignalButDossier: lambda code, signals: (
        f"{code} is een dossier, geen signaal. Open signalen hierover: {', '.join(signals) or 'geen'}."
    ),
    UnknownDossier: lambda code, known: f"De aanbeveling {code} kennen wij niet. {code_hint(code, known)}",
    DatabaseTooNew: lambda revision, head: (
        f"De database is van een nieuwere versie van de monitor (schema {revision}). Deze versie kent schema {head}. "
        "Installeer de nieuwere versie. Er is niets veranderd."
    ),
    NoDatabase: lambda: "Er is nog geen database. Begin met: ipa run",
    NobodyOnDuty: lambda roles: (
        f"Er is nu niemand met deze rol: {listed(word(Role(role)) for role in roles)}. Zet iemand in contacts.csv "
        "en laad de map opnieuw."
    ),
    FileTaken: lambda path: f"Het bestand {path} bestaat al. Het wordt niet overschreven. Kies een andere naam.",
    BackupDamaged: lambda path: (
        f"Het bestand {path} is geen back-up van de monitor, of het is beschadigd. Er is niets teruggezet. "
        "Gebruik een andere back-up."
    ),
    HomeNotEmpty: lambda found: (
        f"Hier staat al iets: {found}. Een back-up gaat alleen terug op een lege plek. Er is niets veranderd. "
        "Zet eerst opzij wat er staat, of kies een nieuwe map (IPA_HOME) of een lege database (IPA_DATABASE_URL)."
    ),
    FolderMissing: lambda folder: f"De map {folder} bestaat niet. Maak de map eerst, of kies een andere.",
    BadAddress: lambda setting: _as_the_doctor(_BAD_ADDRESSES[setting]),
    SenderRefused: lambda: (
        "Met de afzender in IPA_MAIL_FROM kan geen mail weg. Vul één adres in, als u wilt met een naam ervoor. "
        "Zet een naam met een komma tussen aanhalingstekens: "
        """IPA_MAIL_FROM='"IPA, ministerie" <ipa@ministerie.example>'"""
    ),
    ReturnAddressRefused: lambda: (
        "Met het adres in IPA_MAIL_RETURN kan geen mail terugkomen. Vul één adres in, in kleine letters. "
        "Vóór het apenstaartje staan hoogstens 27 tekens, en geen plusteken. "
        "Bijvoorbeeld: IPA_MAIL_RETURN=retour@ministerie.example"
    ),
    JournalRefused: lambda: (
        "Het journaal heeft twee instellingen nodig. Zet in IPA_JOURNAL_URL waar het is, "
        "en in IPA_JOURNAL_ADDRESS het mailadres ervan. Vul beide in, of geen van beide."
    ),
    PortTaken: lambda port, free: f"Poort {port} is al in gebruik. Kies een andere, bijvoorbeeld: --port {free}",
    PortForbidden: lambda port, free: (
        f"Deze gebruiker mag poort {port} niet openen. Kies een poort vanaf 1024, bijvoorbeeld: --port {free}"
    ),
    AlreadyServing: lambda folder: f"Er loopt hier al een `ipa serve`. Wat het deed staat in: {folder}",
    UnknownProgramme: lambda code, known: f"Het programma {code} is er niet. {_choices(known)}",
    ProgrammeNotChosen: lambda known: f"Er zijn meer programma's. Kies er een met --programme. {_choices(known)}",
    NoProgramme: lambda: "Er is nog geen programma. Begin met: ipa run, of laad er een met: ipa load MAP",
}


def explain(error: Exception) -> Refused:
    """Find the words and the status for an error."""
    if isinstance(error, InputRefused):
        rows = [f"- {_place(found)}{found.message}" for found in error.problems]
        is_read = any(found.file for found in error.problems)
        headline = "Dit kan niet worden ingelezen." if is_read else "Dit kan zo niet."
        lines = [f"{headline} Er is niets veranderd.", *rows]
        return Refused(lines, REFUSED, [found.as_json() for found in error.problems])
    if isinstance(error, TemporaryFailure | IntegrityError):
        # A unique key that is there already: somebody else did the same at the same time, and won.
        return _single("temporary", "De database is nu niet bereikbaar. Probeer het zo nog eens.", TEMPORARY)
    if isinstance(error, ServingFailed):
        text = f"De planning start niet, of is gestopt. Waarom, staat in: {error.log}. Probeer het zo nog eens."
        return _single("serving", text, TEMPORARY)
    if isinstance(error, Refusal):
        status = WRONG_USAGE if isinstance(error, UsageError) else REFUSED
        return _single(_code(error), _WORDS[type(error)](*error.values), status)
    if isinstance(error, ValueError):
        return _single("value", f"Dit begrijpen wij niet: {error}", WRONG_USAGE)
    return _single(*_from_outside(error), REFUSED)


def _from_outside(error: Exception) -> tuple[str, str]:
    """Return code and text for what the machine or the database said."""
    if isinstance(error, CalendarRangeError):
        return "calendar", f"De kalender loopt van {error.first} tot en met {error.last}."
    if isinstance(error, OSError):
        cause = _FROM_THE_MACHINE.get(error.errno or 0) or error.strerror or error
        return "file", f"Het bestand of de map {error.filename or ''} is niet te openen: {cause}."
    return "database", f"De database gaf een fout: {type(error).__name__}."


def _single(code: str, text: str, status: int) -> Refused:
    problem = {"code": code, "row": None, "column": "", "value": "", "message": text, "file": ""}
    return Refused([text], status, [problem])


def _as_the_doctor(finding: Finding) -> str:
    return f"{sentence(finding)} {remedy(finding)}"


def _code(error: Exception) -> str:
    name = type(error).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _place(found: Any) -> str:  # noqa: ANN401 - any problem
    parts = [found.file, f"regel {found.row}" if found.row is not None else "", found.column]
    place = ", ".join(part for part in parts if part)
    return f"{place}: " if place else ""


def _choices(known: tuple[str, ...]) -> str:
    return f"Kies uit: {', '.join(known)}." if known else ""
