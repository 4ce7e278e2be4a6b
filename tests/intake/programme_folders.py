"""A small programme folder without a problem, and ways to change it."""

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from ipa_core.errors import InputRefused
from ipa_core.intake.programme_folder import read_programme

ORG, CON, REC, PRO, HIS, CAL = (
    *("organisations.csv", "contacts.csv", "recommendations.csv"),
    *("programme.toml", "history.csv", "calendar.toml"),
)
SHIPPED = Path(str(resources.files("ipa_core"))) / "programmes" / "ipa"

PROGRAMME = """code = "klein"
name = "Een klein programma"
timezone = "Europe/Amsterdam"
adopted_on = 2021-01-04

[rounds]
cadence = "quarterly"
"""
ORGANISATIONS = """code,name,kind,valid_from,valid_to,successors,source
SZW,Ministerie van SZW,ministry,,,,
BZK,Ministerie van BZK,ministry,,,,
"""
CONTACTS = """organisation,name,email,role,valid_from,valid_to
SZW,Contactpunt SZW,szw@ministerie.example,main,,
"""
REGISTER_HEADING = (
    "code,kind,parent,theme,title,description,lead,co_leads,actors,instrument,"
    "adopted_on,depends_on,recurs,official_code,source,confidence,provenance"
)
RECOMMENDATIONS = f"""{REGISTER_HEADING}
A-1,recommendation,,Thema,Eerste,,SZW,,,,,,,,,,
A-2,recommendation,,Thema,Tweede,,BZK,SZW,,,,A-1,,,,,
"""
HISTORY_HEADING = "recommendation,reported_on,organisation,status,progress,planned_on,note,source,confidence"


def problems_of(folder: Path) -> list[tuple[str, str, int | None, str, str]]:
    with pytest.raises(InputRefused) as refused:
        list(read_programme(folder).history)
    return [(one.code, one.file, one.row, one.column, one.value) for one in refused.value.problems]


def history(*lines: str, more: str = "") -> str:
    return "\n".join((HISTORY_HEADING + more, *lines)) + "\n"


def register(*lines: str) -> str:
    return "\n".join((REGISTER_HEADING, *lines)) + "\n"


def dossier(code: str, *, parent: str = "", depends_on: str = "") -> str:
    return f"{code},recommendation,{parent},T,Titel,,SZW,,,,,{depends_on},,,,,"


def change(name: str, old: str, new: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        content = folder.joinpath(name).read_text("utf-8")
        assert content.count(old) == 1
        folder.joinpath(name).write_text(content.replace(old, new), encoding="utf-8")

    return apply


def write(name: str, content: str | bytes) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        folder.joinpath(name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return apply
