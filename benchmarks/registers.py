"""Made-up registers: a programme folder of any size, the same every time.

A dossier reports every month and moves each time. One in twenty let its planned date pass, so it is flagged on
the day of the load; one in a hundred has a date that comes near soon after, and the others one far away.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

LOADED_ON = date(2026, 3, 2)
LOADED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BEFORE_AT, NEAR_AT = datetime(2026, 3, 12, 9, tzinfo=UTC), datetime(2026, 3, 13, 9, tzinfo=UTC)
"""Before and on the day on which the date of one dossier in a hundred comes near: T01 falls due."""

MINISTRIES = ("SZW", "BZK", "EZK", "JenV", "LNV", "VWS")
FLAGGED_EACH, NEAR_EACH = 20, 100
PASSED_ON, NEAR_PLANNED_ON, FAR_ON = date(2026, 1, 15), date(2026, 4, 13), date(2031, 6, 2)
MONTH = timedelta(days=30)

PROGRAMME = """code = "proef"
name = "Proef"
timezone = "Europe/Amsterdam"
adopted_on = 2016-01-04

[rounds]
cadence = "manual"
answer_within = 20
grace = 2
"""


def write_register(folder: Path, *, dossiers: int, updates: int, extra: str = "", ministries: int = 6) -> None:
    """Write the folder of a programme with so many ministries; `extra` ends its programme.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "programme.toml").write_text(PROGRAMME + extra, "utf-8")
    leads = (*MINISTRIES, *(f"M{number:05}" for number in range(len(MINISTRIES), ministries)))[:ministries]
    _write(folder / "organisations.csv", _organisations(leads))
    _write(folder / "contacts.csv", _contacts(leads))
    _write(folder / "recommendations.csv", _recommendations(dossiers, leads, _report_days(updates)[0] - MONTH))
    _write(folder / "history.csv", _history(dossiers, leads, _report_days(updates)))


def code_of(number: int) -> str:
    """Return the code of a dossier."""
    return f"AAN-{number:07}"


def _organisations(leads: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield ("code", "name", "kind", "valid_from", "valid_to", "successors", "source")
    for code in leads:
        yield (code, f"Ministerie {code}", "ministry", "", "", "", "proef")


def _contacts(leads: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield ("organisation", "name", "email", "role", "valid_from", "valid_to")
    for code in leads:
        yield (code, f"Contactpunt {code}", f"{code.lower()}@ministerie.example", "main", "", "")


def _recommendations(dossiers: int, leads: Sequence[str], adopted_on: date) -> Iterator[tuple[str, ...]]:
    yield (
        *("code", "kind", "parent", "theme", "title", "description", "lead", "co_leads", "actors", "instrument"),
        *("adopted_on", "depends_on", "recurs", "official_code", "source", "confidence", "provenance"),
    )
    for number in range(dossiers):
        yield (
            *(code_of(number), "recommendation", "", f"Thema {number % 12}", f"Aanbeveling {number}", ""),
            *(
                leads[number % len(leads)],
                "",
                "",
                "legislation",
                adopted_on.isoformat(),
                "",
                "",
                "",
                "proef",
                "high",
                "",
            ),
        )


def _report_days(updates: int) -> list[date]:
    return [LOADED_ON - MONTH * (updates - place) for place in range(updates)]


def _history(dossiers: int, leads: Sequence[str], days: list[date]) -> Iterator[tuple[str, ...]]:
    yield (
        *("recommendation", "reported_on", "organisation", "status", "progress"),
        *("planned_on", "note", "source", "confidence"),
    )
    for number in range(dossiers):
        planned_on = _planned_on(number).isoformat()
        for place, on in enumerate(days):
            yield (
                *(
                    code_of(number),
                    on.isoformat(),
                    leads[number % len(leads)],
                    "in_progress",
                    str(90 * place // len(days)),
                ),
                *(planned_on, f"Stap {place} van {len(days)} is gezet", f"Kamerbrief {place}", "high"),
            )


def _planned_on(number: int) -> date:
    if number % FLAGGED_EACH == 0:
        return PASSED_ON
    return NEAR_PLANNED_ON if number % NEAR_EACH == 1 else FAR_ON


def _write(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
