"""Serve: run everything on its schedule, and tell what runs when."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ipa_core.domain.moments import Moment
from ipa_core.render.dutch import clock_time, long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.serving import Serving
    from ipa_core.app import App


STOPPING: Final = "De planning stopt. Is er een bericht onderweg, dan wachten wij daarop, hooguit ruim een minuut."


def serve(app: App, port: int) -> None:
    """Run the schedules until SIGINT or SIGTERM."""
    from flows.serving import serving

    _say(["De planning start. Dat duurt even …"])
    with suppress(KeyboardInterrupt), serving(app.settings.home, port) as running:
        _say(served_lines(running))
        running.wait()
        _say([STOPPING])
    _say(["De planning is gestopt."])


def served_lines(running: Serving) -> list[str]:
    """Tell what runs, when it runs next, and where the screen is."""
    width = max(len(name) for _, name, _ in running.ahead)
    ahead = sorted((datetime.fromisoformat(at), name, description) for at, name, description in running.ahead)
    return [
        f"De planning loopt. Het scherm van Prefect: {running.url}",
        "",
        "Hierna:",
        *(f"  {_when(at)}  {name:{width}}  {description}" for at, name, description in ahead),
        "",
        "Stoppen: Ctrl-C",
    ]


def _when(at: datetime) -> str:
    return f"{long_date(Moment(at=at).on)}, {clock_time(at)}"


def _say(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
