"""`ipa digest` and `ipa agenda`: what the aanjager will read, and what the stuurgroep could be asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipa_core.cli.shell import Shell

if TYPE_CHECKING:
    from ipa_core.app import App

Code = Annotated[str | None, typer.Option("--programme", help="Alleen dit programma.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Doe alsof het dit moment is: 2026-02-04.")]
Json = Annotated[bool, typer.Option("--json", help="Geef één JSON-document in plaats van tekst.")]


def digest(*, programme: Code = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """Laat het weekoverzicht van de aanjager zien zoals het nu zou gaan; verstuurt niets."""
    Shell(as_json).act(lambda app: _digest(app, Shell(as_json), programme, as_of))


def agenda(
    *,
    release: Annotated[
        bool, typer.Option("--release", help="Leg de tekst vast zoals hij nu is: u zet hem op de agenda.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Het adres van wie hem vrijgeeft.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="BESTAND.txt", help="Zet de tekst ook in dit bestand.")
    ] = None,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Stel een agendapunt voor de stuurgroep op. De monitor verstuurt het nooit zelf."""
    Shell(as_json).act(lambda app: _agenda(app, Shell(as_json), programme, as_of, by if release else None, out))


def _digest(app: App, shell: Shell, programme: str | None, as_of: str | None) -> None:
    from ipa_core.usecases.show_digest import show_digest
    from ipa_core.usecases.views import ProgrammeView

    at, code = app.moment(as_of).at, app.choose_one(programme)
    letterhead = app.letterhead
    shown = app.database.read(lambda session: show_digest(ProgrammeView(session, code, at=at), letterhead))
    document = {"programme": code, "recipient": shown.recipient, "subject": shown.subject, "text": shown.text}
    shell.show(document, [f"Onderwerp: {shown.subject}", "", shown.text.rstrip()])


def _agenda(app: App, shell: Shell, programme: str | None, as_of: str | None, by: str | None, out: Path | None) -> None:
    from ipa_core.cli.whole_files import refuse_unwritable, write_whole
    from ipa_core.render.dutch import plain_date
    from ipa_core.render.messages import Renderer
    from ipa_core.reports.agendas import AgendaText
    from ipa_core.usecases.draft_agenda import draft_agenda, release_agenda
    from ipa_core.usecases.views import ProgrammeView

    at, code, renderer = app.moment(as_of).at, app.choose_one(programme), Renderer()
    if out is not None:
        refuse_unwritable(out)
    if by is None:
        item = app.database.read(lambda session: draft_agenda(ProgrammeView(session, code, at=at)))
        made = AgendaText(
            programme=code, on=item.drafted_on, text=renderer.render_agenda(item), points=len(item.points)
        )
    else:
        made = app.database.write(lambda session: release_agenda(session, code, renderer, by=by, at=at))
    lines = [made.text.rstrip()]
    if made.released_by:
        lines += ["", f"De tekst is vastgelegd op {plain_date(made.on)}, zodat hij later terug te vinden is."]
    if out is not None:
        write_whole(out, made.text.encode())
        lines += ["", f"De tekst staat in: {out}"]
    shell.show(made.as_json(), lines)
