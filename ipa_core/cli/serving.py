"""Serve: run everything on its schedule, and tell what runs when."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ipa_core.domain.moments import Moment
from ipa_core.render.dutch import clock_time, long_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flows.deployments import Deployment
    from ipa_core.app import App


def serve(app: App, port: int) -> None:
    """Run the schedules until SIGINT or SIGTERM."""
    from flows.serving import serving

    _say(["De planning start. Dat duurt even …"])
    with suppress(KeyboardInterrupt), serving(app.settings.home, port) as running:
        from flows.deployments import read_deployments

        _say(served_lines(read_deployments(), url=running.url, now=app.moment(None).at))
        running.wait()
    _say(["De planning is gestopt."])


def served_lines(deployments: Sequence[Deployment], *, url: str, now: datetime) -> list[str]:
    """Tell what runs, when it runs next, and where the screen is."""
    ahead = sorted((one.next_run(now), one.name, one.description) for one in deployments)
    width = max(len(name) for _, name, _ in ahead)
    return [
        f"De planning loopt. Het scherm van Prefect: {url}",
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
