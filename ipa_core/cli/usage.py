"""What was typed wrong, in Dutch: which word, what is allowed, and where to read on."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from ipa_core.cli.shell import WRONG_USAGE, Shell

if TYPE_CHECKING:
    from collections.abc import Sequence

_IN_BRACKETS = re.compile(r" \((?P<word>.*)\)$")
_IN_QUOTES = re.compile(r"""(?P<mark>['"])(?P<word>.*?)(?P=mark)""")


class DutchGroup(TyperGroup):
    """Commands of which every refusal is Dutch, also that of a word that Typer does not know."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 - as Typer has it
    ) -> Any:  # noqa: ANN401 - as Typer has it
        """Do the command and end with its status."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            done = super().main(words, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.TyperException as error:
            if not standalone_mode:
                raise
            done = _refuse(error, words)
        except typer.Abort:
            done = 1
        if not standalone_mode:
            return done
        sys.exit(done if isinstance(done, int) else 0)


def _refuse(error: typer.TyperException, words: Sequence[str]) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error.message}\n")
        return WRONG_USAGE
    context: Any = getattr(error, "ctx", None)
    lines = [describe(error, context)]
    if context is not None:
        lines.append(f"Uitleg: {context.command_path} --help")
    problem = {"code": "usage", "row": None, "column": "", "value": "", "message": lines[0], "file": ""}
    Shell("--json" in words).tell([problem], lines)
    return WRONG_USAGE


def describe(error: typer.TyperException, context: Any) -> str:  # noqa: ANN401 - Typer keeps its classes to itself
    """Return the sentence for what Typer did not understand."""
    kind = type(error).__name__
    param: Any = getattr(error, "param", None)
    if kind == "MissingParameter":
        return f"{_name(param)} ontbreekt. {param.help or ''}".rstrip()
    if kind == "BadParameter":
        return f"De waarde bij {_name(param)} past niet. Vul een geheel getal in{_range(param)}."
    if kind == "NoSuchOption":
        return f"{error.option_name} kennen wij niet. Kies uit: {', '.join(_options(context))}."  # type: ignore[attr-defined] # Typer keeps its classes to itself
    if kind == "BadOptionUsage":
        wrong = "hoort geen waarde" if "does not take" in error.message else "ontbreekt de waarde"
        return f"Bij {error.option_name} {wrong}."  # type: ignore[attr-defined] # the same
    if hasattr(context.command, "commands"):
        return _unknown_command(_found(_IN_QUOTES, error), list(context.command.commands))
    return f"Hier staat te veel: {_found(_IN_BRACKETS, error)}. Zet een tekst met spaties tussen aanhalingstekens."


def _unknown_command(typed: str, commands: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(typed, commands, n=1)
    meant = f" Bedoelt u {near[0]}?" if near else ""
    return f"De opdracht {typed} kennen wij niet.{meant} Kies uit: {', '.join(commands)}."


def _name(param: Any) -> str:  # noqa: ANN401 - Typer keeps its classes to itself
    return str(param.opts[-1]) if param.param_type_name == "option" else str(param.metavar or param.name).upper()


def _range(param: Any) -> str:  # noqa: ANN401 - Typer keeps its classes to itself
    if param.min is None:
        return ""
    return f" van {param.min} tot en met {param.max}" if param.max is not None else f" van {param.min} of hoger"


def _options(context: Any) -> list[str]:  # noqa: ANN401 - Typer keeps its classes to itself
    return [*(one for param in context.command.params for one in param.opts if one.startswith("-")), "--help"]


def _found(pattern: re.Pattern[str], error: typer.TyperException) -> str:
    found = pattern.search(error.message)
    return found["word"] if found else error.message
