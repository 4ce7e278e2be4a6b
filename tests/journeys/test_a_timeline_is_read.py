"""The timeline of a dossier tells what each signal said on its day, and not what it says by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.render.timelines import describe_event
from ipa_core.reports.timelines import EventKind
from ipa_core.usecases.show_dossier import show_dossier
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from datetime import datetime

    from tests.journeys.world import World


def signal_lines(world: World, dossier: str, at: datetime) -> list[tuple[datetime, str]]:
    found = world.app.database.read(lambda session: show_dossier(ProgrammeView(session, "ipa", at=at), dossier))
    return [(event.at, describe_event(event)) for event in found.events if event.kind is EventKind.SIGNAL]


@pytest.mark.parametrize("dossier", ["UIT-01", "HUI-01", "HUI-02"])
def test_what_a_signal_said_then_still_stands_there_later(opened: World, dossier: str) -> None:
    lines = signal_lines(opened, dossier, opened.app.moment("2026-02-05").at)

    assert len(lines) > 3
    for at, line in lines:
        assert (at, line) in signal_lines(opened, dossier, at)


def test_each_line_tells_how_heavy_the_signal_became(opened: World) -> None:
    lines = [line for _, line in signal_lines(opened, "UIT-01", opened.app.moment("2026-02-05").at) if "T07" in line]

    assert [line.partition(". ")[0] for line in lines] == [
        "Signaal T07 later dan eerste planning: nieuw (laag)",
        "Signaal T07 later dan eerste planning: zwaarder geworden (midden)",
        "Signaal T07 later dan eerste planning: zwaarder geworden (hoog)",
    ]
