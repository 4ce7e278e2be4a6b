"""What every command does alike: build the app, find the moment, show the result or say why not."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ipa_core.app import App
    from ipa_core.usecases.views import ProgrammeView

REFUSED, WRONG_USAGE, TEMPORARY = 1, 2, 3


@dataclass(frozen=True)
class Shell:
    """One command on its way: where results go, and in which form."""

    is_json: bool

    def act(self, work: Callable[[App], Any]) -> Any:  # noqa: ANN401 - whatever the use case returns
        """Run `work` with the app; turn what it refuses into a message and an exit status."""
        logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
        from sqlalchemy.exc import SQLAlchemyError

        from ipa_core.app import build_app
        from ipa_core.errors import IpaError

        try:
            return work(build_app())
        except (IpaError, OSError, ValueError, SQLAlchemyError) as error:
            self.refuse(error)

    def show(self, document: object, lines: Sequence[str]) -> None:
        """Print the JSON document, or the lines for people."""
        if self.is_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        else:
            sys.stdout.write("\n".join(lines) + "\n")

    def refuse(self, error: Exception) -> NoReturn:
        """Say why it did not happen, and end with the status that fits."""
        from ipa_core.cli.refusals import explain

        refusal = explain(error)
        self.tell(refusal.problems, refusal.lines)
        raise typer.Exit(refusal.status)

    def tell(self, problems: Sequence[dict[str, Any]], lines: Sequence[str]) -> None:
        """Print what is wrong: the problems in JSON if asked, and always the lines."""
        if self.is_json:
            sys.stdout.write(json.dumps({"problems": problems}, ensure_ascii=False, indent=2) + "\n")
        sys.stderr.write("\n".join(lines) + "\n")


def view_each(app: App, programme: str | None, at: datetime, work: Callable[[ProgrammeView], list[Any]]) -> list[Any]:
    """Run a question for one programme or all, each on one unchanging view, and join the answers."""
    from ipa_core.usecases.views import ProgrammeView

    found: list[Any] = []
    for code in app.choose(programme):
        found += app.database.read(lambda session, one=code: work(ProgrammeView(session, one, at=at)))  # type: ignore[misc] # bound now
    return found
