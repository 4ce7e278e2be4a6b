"""The Excel form of one request, written to a file."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from ipa_core.errors import FolderMissing
from ipa_core.render.dutch import dossiers
from ipa_core.render.workbooks import render_workbook
from ipa_core.usecases.show_workbook import show_workbook
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from ipa_core.app import App
    from ipa_core.cli.shell import Shell

_MODE = 0o644  # An unfinished file is for its owner only; the form is not.


def write(
    app: App, shell: Shell, code: str, ministry: str, out: Path, programme: str | None, as_of: str | None
) -> None:
    """Write the form, in one go: whoever opens the file meanwhile sees the old one or the new one."""
    at, chosen = app.moment(as_of).at, app.choose_one(programme)
    form = app.database.read(lambda session: show_workbook(ProgrammeView(session, chosen, at=at), code, ministry))
    _write_whole(out, render_workbook(form, app.secret_key))
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


def _write_whole(file: Path, content: bytes) -> None:
    if not file.parent.is_dir():
        raise FolderMissing(file.parent)
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as made:
        unfinished = Path(made.name)
    try:
        unfinished.write_bytes(content)
        unfinished.chmod(_MODE)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
