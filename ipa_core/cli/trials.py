"""`ipa whatif`: compare the policy that stands with another one, and show what changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipa_core.cli.shell import Shell

if TYPE_CHECKING:
    from ipa_core.app import App


def whatif(
    file: Annotated[Path, typer.Argument(metavar="BESTAND.toml", help="Andere drempels, ladders of dagen.")],
    *,
    programme: Annotated[str | None, typer.Option("--programme", help="Dit programma.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Doe alsof het dit moment is: 2026-02-04.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Geef één JSON-document in plaats van tekst.")] = False,
) -> None:
    """Laat zien wat er verandert met andere drempels, een andere ladder of kalender; verandert zelf niets."""
    Shell(as_json).act(lambda app: _try(app, Shell(as_json), file, programme, as_of))


def _try(app: App, shell: Shell, file: Path, programme: str | None, as_of: str | None) -> None:
    """Try what is in the file; without a database on the programme that comes with the package."""
    from ipa_core.cli.trial_shapes import trial_shape
    from ipa_core.intake.trial_toml import read_trial
    from ipa_core.render.policy_trials import trial_lines
    from ipa_core.store import programmes

    at = app.moment(as_of).at
    with app.borrowed(at) as lent:
        chosen = lent.choose_one(programme)
        standing = lent.database.read(lambda session: programmes.get_policy(session, chosen)).overrides
        own = read_trial(file, [override for _, override in standing])
        trial = lent.try_policy(chosen, own, at)
    shell.show(trial_shape(trial), trial_lines(trial))
