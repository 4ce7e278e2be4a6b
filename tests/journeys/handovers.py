"""Programme folders in which fields pass to other ministries, and what came of that."""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

from ipa_core.app import SHIPPED
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from ipa_core.domain.rounds import Request
    from tests.journeys.world import World

ROUND = "2025-Q4"
ZIC = ("ZIC-01", "ZIC-02", "ZIC-03", "ZIC-04", "ZIC-06", "ZIC-07")
GEZ = ("GEZ-01", "GEZ-02", "GEZ-03", "GEZ-04", "GEZ-06", "GEZ-M1", "GEZ-M2")
HANDOVER = "2026-02-16"
"""A Monday, the eighth working day of the round that opens on 4 February and is due on 4 March."""


class Folder:
    """The shipped programme with changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(SHIPPED, path)

    def add(self, file: str, *rows: Sequence[str]) -> None:
        with (self.path / file).open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    def pass_on(self, dossiers: Sequence[str], to: str, *, source: str, on: str = HANDOVER) -> None:
        """Give the dossiers another lead from the day on."""
        day_before = f"{on[:-2]}{int(on[-2:]) - 1:02d}"
        rows = [
            row for code in dossiers for row in ((code, "lead", source, "", day_before), (code, "lead", to, on, ""))
        ]
        self.add("responsibilities.csv", *rows)

    def end(self, organisation: str, successor: str, *, last: str = "2026-02-15") -> None:
        self.change("organisations.csv", (organisation,), valid_to=last, successors=successor)

    def change(self, file: str, codes: Sequence[str], **values: str) -> None:
        with (self.path / file).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            if row["code"] in codes:
                row.update(values)
        with (self.path / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def found(self, organisation: str, *roles: str, valid_from: str = HANDOVER) -> None:
        """Add an organisation with contacts."""
        self.add(
            "organisations.csv", (organisation, f"Ministerie {organisation}", "ministry", valid_from, "", "", "test")
        )
        self.add(
            "contacts.csv",
            *(
                (organisation, role, f"{organisation.lower()}-{role}@ministerie.example", role, "", "")
                for role in roles
            ),
        )


def load(world: World, folder: Folder, as_of: str) -> None:
    world.app.load(folder.path, world.app.moment(as_of).at)


def requests(world: World, as_of: str) -> dict[str, Request]:
    at = world.app.moment(as_of).at

    def look(view: ProgrammeView) -> dict[str, Request]:
        return {one.organisation: one for one in list_requests(view, with_lines=True) if one.round == ROUND}

    return world.app.database.read(lambda session: look(ProgrammeView(session, "ipa", at=at)))


def told(world: World, as_of: str, *rungs: str) -> list[tuple[str, str, str, str]]:
    """What went out at these rungs: day, rung, mailbox, and about what."""
    lines = [line for line in world.messages(as_of) if line.rung in rungs and line.handed_over_at]
    return sorted(
        (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0], line.key.split(":")[2])
        for line in lines
        if line.handed_over_at
    )


def requests_told(world: World, as_of: str) -> list[tuple[str, str, str]]:
    lines = [
        line
        for line in world.messages(as_of)
        if line.key.startswith("request:") and line.rung in ("taken_over", "passed_on") and line.handed_over_at
    ]
    return sorted(
        (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0])
        for line in lines
        if line.handed_over_at
    )


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text
