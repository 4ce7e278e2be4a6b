"""Files are short, flows decide nothing, and one module reads the clock."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest

import ipa_core
from ipa_core.render import dutch

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("ipa_core", "flows") for path in (ROOT / folder).rglob("*.py"))
DEPLOYED = sorted(
    {
        line.split()[1].partition(":")[0]
        for line in (ROOT / "prefect.yaml").read_text("utf-8").splitlines()
        if line.strip().startswith("entrypoint:")
    }
)

LONGEST_FILE, LONGEST_FLOW = 400, 40

CLOCK = frozenset({"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"})
CLOCK_OWNERS = frozenset({"datetime", "date", "time", "pendulum", "DateTime", "Date"})

UNSHOWN = frozenset(
    {
        # Told in sentences of their own, or only kept.
        *(
            "AttachmentKind",
            "BounceAction",
            "Cadence",
            "Confidence",
            "EventKind",
            "MessageKind",
            "Move",
            "NoticeKind",
            "PolicyKind",
            "Recurrence",
            "TrendKind",
        ),
        # The outcome of a file has a headline, that of a hand-over and a look at the database a sentence.
        *("Hindrance", "Outcome", "Step", "Trouble"),
        # Of the made-up years, which are told in numbers.
        *("Death", "Service", "Reason"),
        # Strangers to `render`: their words go by value, in MESSAGE_WORDS, which has a test of its own.
        *("NoticeState", "MessageState"),
    }
)
"""Choices whose members are never shown as a word."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_long(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")

    assert lines <= LONGEST_FILE or "migrations" in path.parts, "it has found a second subject: give it a file"


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_flow_is_thin(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    decisions = [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.If | ast.While | ast.Match)]

    assert text.count("\n") <= LONGEST_FLOW
    assert decisions == [], "a flow wires; what is decided belongs to a use case"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    read = [node.lineno for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _reads_the_clock(node)]

    assert bool(read) == (path.name == "clock.py")


def test_every_choice_that_people_see_has_its_dutch_words() -> None:
    choices = {choice.__name__: choice for choice in _choices()}

    assert sorted(set(choices) - UNSHOWN - {choice.__name__ for choice in dutch.WORDS}) == []
    assert sorted(UNSHOWN - set(choices)) == []
    assert [choice for choice, words in dutch.WORDS.items() if set(words) != set(choice)] == []


def _reads_the_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in CLOCK
        and isinstance(node.value, ast.Name)
        and node.value.id in CLOCK_OWNERS
    )


def _choices() -> Iterator[type]:
    """Yield every StrEnum of ours."""
    from enum import StrEnum

    for found in walk_packages(ipa_core.__path__, "ipa_core."):
        if ".migrations" not in found.name and not found.name.endswith("__main__"):
            for value in vars(import_module(found.name)).values():
                if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == found.name:
                    yield value
