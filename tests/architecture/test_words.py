"""One word per concept: the glossary is closed, code is English, and no file is named after nothing."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
SOURCES = sorted(path for folder in ("ipa_core", "flows") for path in (ROOT / folder).rglob("*.py"))

DUTCH_TERMS = frozenset({"knelpunt", "knelpunten", "aanjager", "stuurgroep", "kamerstuk", "jaarrapportage"})
ROLE_CODES = frozenset({"beheerder"})
"""Roles that programme folders name in Dutch."""

TECHNICAL = frozenset(
    {
        # How we compute: days, moments, spans, results of a pure function.
        *(
            "AdoptionStanding",
            "AlarmSpan",
            "Band",
            "Bounds",
            "BrierScores",
            "CalibrationBin",
            "Change",
            "ClosedDay",
            "ContextPeriod",
            "Fates",
            "FreeDay",
            "KnownKnelpunt",
            "LadderLife",
            "LeadTerm",
            "Leads",
        ),
        *(
            "LeadsAt",
            "OpenDays",
            "MilestoneStanding",
            "Moment",
            "Orphans",
            "Period",
            "PhaseLength",
            "PlannedRung",
            "PolicyOverride",
            "RungMove",
            "RungOutcome",
            "RunningFold",
            "RunningPromise",
        ),
        *("RungStanding", "Score", "SignalMove", "Span", "Standing", "Subject", "Told", "Try", "Turn"),
        # Choices that need no row of their own: the word they choose for is in the glossary.
        *(
            "AskedKind",
            "AttachmentKind",
            "Cadence",
            "ContextKind",
            "DecisionKind",
            "DifferenceKind",
            "EventKind",
            "MessageKind",
            "Move",
            "NoticeKind",
            "NoticeState",
        ),
        *("Outcome", "PolicyKind", "Recurrence", "RequestState", "SubjectKind", "TrendKind"),
        # Parts of a message or a screen.
        *(
            "DossierTimeline",
            "FormRow",
            "MessageLine",
            "Reliability",
            "RequestItem",
            "SignalCard",
            "SignalItem",
            "SourceCard",
            "SubjectCard",
        ),
        *("Threshold", "TimelineEvent", "UpcomingCard"),
        *("MessageOutlook", "RunDifferences", "RunOutlook", "SignalEvent", "SignalOutlook"),
        # How we keep things.
        *("Appended", "AuditHead", "Changes", "Database", "DependencyRow", "Json", "JsonList", "StoredExpectation"),
        *("Doubt", "DueNotice", "Ledger", "NewNotice", "TakenSlot", "Text"),
        *("Hindrance", "PolicyData", "ReceivedFileRow", "SignalChangeRow", "UtcDateTime"),
    }
)
"""Names in domain, reports and store that are no concept of the business. A new one is a choice: here, or a word."""

ROW_OF = {
    "AgendaRow": "AgendaItem",
    "RoundRow": "ReportingRound",
    "CalendarRow": "Calendar",
    "PolicyOverrideRow": "Policy",
}
"""Rows with a shorter or longer name than the word of the glossary that they keep."""

MEANINGLESS = frozenset({"utils", "util", "helpers", "services", "service", "models", "common", "misc", "manager"})

# Words that are the same in both languages (open, plan, status, signal) are not listed.
DUTCH = frozenset(
    re.findall(
        r"\w+",
        """
        aan aanbeveling aanbevelingen afgerond antwoord antwoorden bericht berichten bestand bestanden bewijs besluit
        datum dag dagen doel drempel eerste einde fout fouten gebruiker geen gegevens gemist gevonden herinnering
        herinneringen hoog inlezen jaar kalender laag laatste logboek maand maatregel maatregelen medetrekker melding
        mijlpaal ministerie ministeries naam nieuw nieuwe niet ontvanger ontvangst oorzaak oordeel opgave opgaven
        opgelost oplossing organisatie overgenomen projectleider reden regels samenvatting signaal signalen sinds
        tegengehouden termijn toelichting trekker uitleg uitvraag uitvragen verslag vervallen verwachting verwachtingen
        verzoek verzoeken voortgang vraag vragen waarde waarschuwing weken werkdag werkdagen wijziging zwaarder
        """,
    )
)


def classes_of(package: str) -> Iterator[str]:
    """Yield the public classes that a package defines, migrations left out."""
    for found in walk_packages(import_module(package).__path__, f"{package}."):
        if ".migrations" not in found.name:
            module = import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_"):
                    yield name


@pytest.mark.parametrize("package", ["ipa_core.domain", "ipa_core.reports", "ipa_core.store"])
def test_every_class_is_a_word_of_the_glossary_or_said_to_be_technical(package: str) -> None:
    words = set(re.findall(r"^\| `(\w+)` \|", GLOSSARY, re.MULTILINE))
    known = words | TECHNICAL | {f"{word}Row" for word in words} | set(ROW_OF)

    assert sorted(set(classes_of(package)) - known) == []


def test_no_technical_name_is_left_over_or_in_the_glossary() -> None:
    words = set(re.findall(r"^\| `(\w+)` \|", GLOSSARY, re.MULTILINE))
    used = {name for package in ("domain", "reports", "store") for name in classes_of(f"ipa_core.{package}")}

    assert sorted((TECHNICAL | set(ROW_OF)) - used) == []
    assert sorted(TECHNICAL & words) == []
    assert set(ROW_OF.values()) <= words


def test_no_word_has_two_rows_in_the_glossary() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", GLOSSARY.partition("## Dutch terms of art")[0], re.MULTILINE)

    assert sorted({word for word in rows if rows.count(word) > 1}) == []


def identifiers(tree: ast.AST) -> Iterator[str]:
    """Yield every name that the code gives to something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def words_in(identifier: str) -> set[str]:
    """Split `aCamelCase` and `a_snake_case` into words in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_is_english_but_for_the_terms_of_art(path: Path) -> None:
    named = {*identifiers(ast.parse(path.read_text("utf-8"))), path.stem}

    assert {word for name in named for word in words_in(name)} & (DUTCH - DUTCH_TERMS - ROLE_CODES) == set()


def test_no_file_is_named_after_nothing() -> None:
    everything = [*SOURCES, *(ROOT / "tests").rglob("*.py")]

    assert [str(path) for path in everything if path.stem.removeprefix("test_") in MEANINGLESS] == []
