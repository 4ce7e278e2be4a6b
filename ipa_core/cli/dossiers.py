"""`ipa dossier`: everything on one recommendation, and its planned date as a chart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipa_core.cli.shell import Shell

if TYPE_CHECKING:
    from ipa_core.app import App


def dossier(
    code: Annotated[str, typer.Argument(help="De code van de aanbeveling of maatregel.")],
    *,
    trend: Annotated[
        Path | None, typer.Option("--trend", metavar="BESTAND.svg", help="Maak ook een grafiek van de planning.")
    ] = None,
    programme: Annotated[str | None, typer.Option("--programme", help="Alleen dit programma.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Doe alsof het dit moment is: 2026-02-04.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Geef één JSON-document in plaats van tekst.")] = False,
) -> None:
    """Laat alles over één aanbeveling zien, als één tijdlijn."""
    Shell(as_json).act(lambda app: _show(app, Shell(as_json), code, trend, programme, as_of))


def _show(app: App, shell: Shell, code: str, trend: Path | None, programme: str | None, as_of: str | None) -> None:
    from ipa_core.cli.screens import dossier_lines
    from ipa_core.cli.shapes import dossier_shape
    from ipa_core.cli.whole_files import write_whole
    from ipa_core.render.trends import render_trend
    from ipa_core.usecases.show_dossier import show_dossier
    from ipa_core.usecases.views import ProgrammeView

    at = app.moment(as_of).at
    chosen = app.choose_one(programme)
    shown = app.database.read(lambda session: show_dossier(ProgrammeView(session, chosen, at=at), code))
    lines = dossier_lines(shown)
    if trend is not None:
        write_whole(trend, render_trend(shown.trend).encode())
        lines += ["", f"De grafiek staat in: {trend}"]
    shell.show(dossier_shape(chosen, shown), lines)
