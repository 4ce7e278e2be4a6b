"""`ipa simulate`: live through made-up years, check what was sent, and count what it asks of people."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipa_core.cli.shell import REFUSED, Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.app import App

DAYS_PER_YEAR = 365


def simulate(
    *,
    years: Annotated[int, typer.Option("--years", min=1, max=20, help="Zoveel jaren.")] = 1,
    seed: Annotated[int, typer.Option("--seed", help="Hetzelfde getal geeft dezelfde toekomst.")] = 1,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="De map van een programma; anders het meegeleverde.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Begin op deze dag: 2026-02-04.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Geef één JSON-document in plaats van tekst.")] = False,
) -> None:
    """Speel een verzonnen toekomst na en controleer de berichten; uw eigen gegevens blijven zoals ze zijn."""
    shell = Shell(as_json)
    if status := shell.act(lambda app: _simulate(app, shell, years, seed, folder, as_of)):
        raise typer.Exit(status)


def _simulate(app: App, shell: Shell, years: int, seed: int, folder: Path | None, as_of: str | None) -> int:
    from ipa_core.app import SHIPPED
    from ipa_core.cli.progress import bar
    from ipa_core.render.simulations import simulation_lines
    from ipa_core.simulation.audit import audit
    from ipa_core.simulation.play import played

    begins_on = app.moment(as_of).on
    days = years * DAYS_PER_YEAR
    with _quiet(), played(seed, days=days, folder=folder or SHIPPED, begins_on=begins_on, progress=bar()) as life:
        findings = audit(life)
    shell.show(findings.as_json(), simulation_lines(findings))
    return REFUSED if findings.differences else 0


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log of the engine off the screen: the outages that it tells of are made up."""
    log = logging.getLogger("ipa_core")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
