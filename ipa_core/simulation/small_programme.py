"""A small programme to live through many times: three ministries, five dossiers, everything that a ladder can meet."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import TYPE_CHECKING

from ipa_core.simulation.mailboxes import Mailbox, write_mailboxes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path
    from random import Random

CODE = "sim"
MINISTRIES = ("AAA", "BBB", "CCC")
CADENCES = {"monthly": 10, "quarterly": 20, "yearly": 25}
"""The rhythms, each with the working days in which a ministry answers."""

_ORGANISATION_HEADING = ("code", "name", "kind", "valid_from", "valid_to", "successors", "source")
_DOSSIER_HEADING = (
    *("code", "kind", "parent", "theme", "title", "description", "lead", "co_leads", "actors", "instrument"),
    *("adopted_on", "depends_on", "recurs", "official_code", "source", "confidence", "provenance"),
)
_HISTORY_HEADING = (
    *("recommendation", "reported_on", "organisation", "status", "progress"),
    *("planned_on", "note", "source", "confidence"),
)


def made_up_mailboxes() -> list[Mailbox]:
    """Return who is on duty at first."""
    of_ministries = [
        Mailbox(organisation=code, email=f"{code.lower()}-{role}@ministerie.example", role=role)
        for code in MINISTRIES
        for role in ("main", "deputy", "coordinator")
    ]
    of_ipa = [
        Mailbox(organisation="IPA", email=f"{name}@ipa.example", role=role)
        for name, role in (
            ("aanjager", "aanjager"),
            ("projectleider", "project_lead"),
            ("beheerder", "beheerder"),
            ("team", "team"),
        )
    ]
    return [*of_ministries, *of_ipa]


def write_small_programme(folder: Path, rng: Random, *, begins_on: date) -> None:
    """Write the folder of a programme that begins on a day; what differs comes from the random numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    cadence = rng.choice(tuple(CADENCES))
    adopted_on = begins_on - timedelta(days=400)
    (folder / "programme.toml").write_text(
        f'code = "{CODE}"\nname = "Nagespeeld programma"\ntimezone = "Europe/Amsterdam"\n'
        f"adopted_on = {adopted_on.isoformat()}\n\n[rounds]\n"
        f'cadence = "{cadence}"\nopens_after = 1\nanswer_within = {CADENCES[cadence]}\ngrace = 2\n',
        "utf-8",
    )
    organisations = [(code, f"Ministerie {code}", "ministry", "", "", "", "nagespeeld") for code in MINISTRIES]
    organisations.append(("IPA", "Project", "project", "", "", "", "nagespeeld"))
    _write(folder / "organisations.csv", _ORGANISATION_HEADING, organisations)
    write_mailboxes(folder, made_up_mailboxes())
    leads = {f"NAG-{number:02d}": MINISTRIES[number % len(MINISTRIES)] for number in range(1, 6)}
    waits_for = {"NAG-04": "NAG-01"}
    _write(
        folder / "recommendations.csv",
        _DOSSIER_HEADING,
        (
            (
                *(code, "recommendation", "", f"Thema {number % 2}", f"Aanbeveling {number}", "", lead),
                *("", "", "legislation", adopted_on.isoformat(), waits_for.get(code, ""), "", "", "nagespeeld"),
                *("high", ""),
            )
            for number, (code, lead) in enumerate(leads.items(), start=1)
        ),
    )
    _write(
        folder / "history.csv",
        _HISTORY_HEADING,
        (
            (
                *(code, (begins_on - timedelta(days=rng.randint(20, 300))).isoformat(), lead, "in_progress"),
                *(str(rng.randint(5, 60)), (begins_on + timedelta(days=rng.randint(-60, 900))).isoformat()),
                *("Er is een begin gemaakt", "nagespeeld", "high"),
            )
            for code, lead in leads.items()
        ),
    )


def _write(path: Path, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
