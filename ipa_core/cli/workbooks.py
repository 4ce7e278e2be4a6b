"""The Excel form of one request, written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.cli.whole_files import write_whole
from ipa_core.render.dutch import dossiers
from ipa_core.render.workbooks import render_workbook
from ipa_core.usecases.show_workbook import show_workbook
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from pathlib import Path

    from ipa_core.app import App
    from ipa_core.cli.shell import Shell


def write(
    app: App, shell: Shell, code: str, ministry: str, out: Path, programme: str | None, as_of: str | None
) -> None:
    """Write the form, in one go: whoever opens the file meanwhile sees the old one or the new one."""
    at, chosen = app.moment(as_of).at, app.choose_one(programme)
    form = app.database.read(lambda session: show_workbook(ProgrammeView(session, chosen, at=at), code, ministry))
    write_whole(out, render_workbook(form, app.secret_key))
    shell.show(
        {
            "file": str(out),
            "programme": form.programme,
            "round": form.round,
            "organisation": form.organisation,
            "rows": len(form.rows),
        },
        [
            f"Het formulier van {form.organisation} voor uitvraag {form.round} is klaar: {dossiers(len(form.rows))}.",
            f"Het staat in: {out}",
        ],
    )
