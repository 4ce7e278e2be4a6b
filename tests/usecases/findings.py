"""What the doctor finds, for the tests of it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from ipa_core.render.health import remedy, sentence
from ipa_core.reports.health import Mark
from tests.journeys.world import World

if TYPE_CHECKING:
    from ipa_core.app import App
    from ipa_core.reports.health import Finding

NEXT_DAY = "2026-02-05"


def look(world: World | App, as_of: str = NEXT_DAY) -> dict[str, Finding]:
    """What is not good, by check and code; that each can be said in words is tested on the way."""
    app = world.app if isinstance(world, World) else world
    findings = app.check_health(as_of)
    assert all(sentence(one) and bool(remedy(one)) == (one.mark is not Mark.GOOD) for one in findings)
    return {f"{one.check}.{one.code}": one for one in findings if one.mark is not Mark.GOOD}


def a_closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
