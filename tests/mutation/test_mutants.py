"""The mistakes that are made are small ones in what decides, and a test that notices one is told apart."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.__main__ import draw, interval
from tests.mutation.mutants import list_mutants, mutated

ROOT = Path(__file__).parents[2]

DATES = """
def is_late(day, promised):
    return day > promised


def days(day, promised):
    return day - promised
"""

TEST = """
from ipa_core.domain.dates import is_late

def test_the_day_after_is_late():
    assert is_late(3, 2)
    assert not is_late(1, 2)
"""


@pytest.mark.parametrize(
    ("code", "mistakes"),
    [
        pytest.param("a < b", ["a <= b", "a >= b"], id="the boundary, and the other way round"),
        pytest.param("a is None", ["a is not None"], id="is"),
        pytest.param("a and b", ["a or b"], id="and"),
        pytest.param("not a", ["a"], id="not"),
        pytest.param("x[-1]", ["x[1]", "x[-2]", "x[-0]"], id="minus, and a number on both sides"),
        pytest.param("a + b", ["a - b"], id="arithmetic"),
        pytest.param("max(a, b)", ["min(a, b)"], id="the largest"),
        pytest.param("a if f(b) else c", ["a if not f(b) else c"], id="a condition"),
        pytest.param("[a for a in b if a.c]", ["[a for a in b if not a.c]"], id="a condition in a list"),
        pytest.param("f(a, b=c)", ["f(a)"], id="an argument by name"),
        pytest.param("(a, b)", ["(b,)", "(a,)"], id="an item"),
        pytest.param("True", ["False"], id="yes"),
        pytest.param("'text'", [], id="texts are left alone"),
    ],
)
def test_each_place_that_decides_has_its_mistakes(code: str, mistakes: list[str]) -> None:
    assert made_in(f"x = {code}") == [f"x = {one}" for one in mistakes]


@pytest.mark.parametrize(
    ("code", "mistakes"),
    [
        pytest.param("def f():\n    return a", ["def f():\n    return None"], id="a result"),
        pytest.param("def f():\n    yield a", ["def f():\n    pass"], id="a yield"),
        pytest.param("def f():\n    raise E", ["def f():\n    pass"], id="a refusal"),
        pytest.param("for a in b:\n    continue", ["for a in b:\n    pass", "for a in b:\n    break"], id="going on"),
        pytest.param("def f(a: dict[int, 3]) -> A | B:\n    '''Say 1.'''", [], id="neither types nor documents"),
        pytest.param("@dataclass(frozen=True)\nclass A:\n    b: int", [], id="no decorators"),
        pytest.param("if TYPE_CHECKING:\n    f(a=1)", [], id="nor what only the type checker reads"),
    ],
)
def test_statements_can_be_forgotten(code: str, mistakes: list[str]) -> None:
    assert made_in(code) == mistakes


def test_a_mistake_shows_when_the_lines_of_its_statement_run() -> None:
    mutants = list_mutants("if (a and\n        b):\n    f(\n        c=1)\n")

    assert {(mutant.kind, tuple(mutant.lines)) for mutant in mutants} == {
        ("and/or", (1, 2)),
        ("argument", (3, 4)),
        ("number", (3, 4)),
        ("statement", (3, 4)),
    }


def test_the_same_seed_draws_the_same_mutants() -> None:
    mutants = list_mutants("\n".join(f"x = a + {number}" for number in range(40)))

    first = draw("a.py", mutants, share=0.25, least=12, seed=1)

    assert len(first) == 30
    assert draw("a.py", mutants, share=0.25, least=12, seed=1) == first
    assert draw("a.py", mutants, share=0.25, least=12, seed=2) != first
    assert draw("a.py", mutants[:8], share=0.25, least=12, seed=1) == mutants[:8]


def test_the_interval_is_that_of_wilson() -> None:
    assert [round(bound, 3) for bound in interval(90, 100)] == [0.826, 0.945]
    assert interval(0, 0) == (0, 1)


def test_what_no_test_notices_is_told(tmp_path: Path) -> None:
    for name, text in {
        "ipa_core/__init__.py": "",
        "ipa_core/domain/dates.py": DATES,
        "tests/domain/test_dates.py": TEST,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    told = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "--share", "1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "ipa_core/domain/dates.py: 2 of 5" in told
    assert "survived ipa_core/domain/dates.py:3 #1 comparison\n    - return day > promised\n" in told
    assert told.count("unreached ipa_core/domain/dates.py:7") == 2
    assert "| together | 5 | 5 | 2 | 0 | 1 | 2 | 40.0%" in told


def made_in(code: str) -> list[str]:
    """Return the code with each of its mistakes."""
    return [ast.unparse(mutated(code, mutant.number)) for mutant in list_mutants(code)]
