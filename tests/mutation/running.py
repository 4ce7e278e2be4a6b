"""Does a test notice a mistake? Each mutant has a process of its own, forked from one that has imported the rest.

The child imports `ipa_core` anew, with the one module in its changed form, and runs test files until one fails.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.mutation.mutants import Mutant, mutated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path.cwd()
EXAMPLES = 25
PATIENCE, LEAST = 8, 10
"""A mutant may take this many times what its tests take without it, and at least so many seconds."""

FEW = 8

OPTIONS = (
    "-x",
    "--noconftest",
    "--import-mode=importlib",
    "-o",
    "addopts=",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:terminal",
)

WARM_UP = "tests/rules/test_standstill.py"
"""Has a table and a property, so that running it once imports nearly everything that is not ours."""

Lines = dict[str, set[int]]
"""The lines that ran, by the path of their module."""


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SURVIVED = "survived"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What one test file takes in seconds, and which lines it runs."""

    test: str
    seconds: float
    lines: Lines


def prepare() -> None:
    """Import what every child needs, and forget what is ours, so that each child imports that for itself."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    hypothesis.settings.register_profile(
        "mutants",
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutants")
    pytest.main([*OPTIONS, WARM_UP])
    for name in [name for name in sys.modules if _is_ours(name)]:
        del sys.modules[name]


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in ("ipa_core", "tests") and not name.startswith("tests.mutation")


def reach_of(test: str, modules: Sequence[str]) -> Reach:
    """Run a test file once as it is; raises when it fails."""
    watched = {str(ROOT / module): module for module in modules}
    lines: Lines = {}

    def trace(frame: Any, _: str, __: object) -> Callable[..., Any] | None:
        module = watched.get(frame.f_code.co_filename)
        if module is None:
            return None
        seen = lines.setdefault(module, set())

        def step(frame: Any, _: str, __: object) -> Callable[..., Any]:
            seen.add(frame.f_lineno)
            return step

        return step(frame, "call", None)

    read, write = os.pipe()
    started = time.perf_counter()
    if (pid := os.fork()) == 0:
        os.close(read)
        sys.settrace(trace)
        code = _run([test])
        sys.settrace(None)
        with os.fdopen(write, "w") as out:
            json.dump({module: sorted(seen) for module, seen in lines.items()}, out)
        os._exit(code)
    os.close(write)
    with os.fdopen(read) as out:
        told = json.load(out)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(test)
    return Reach(
        test=test, seconds=time.perf_counter() - started, lines={module: set(seen) for module, seen in told.items()}
    )


def tests_for(module: str, mutant: Mutant, reaches: Sequence[Reach]) -> list[Reach]:
    """Return the test files that run the changed lines: the module's own first, then those that run most of it."""
    own = f"test_{Path(module).stem}.py"
    reaching = [one for one in reaches if not one.lines.get(module, set()).isdisjoint(mutant.lines)]
    reaching.sort(key=lambda one: (Path(one.test).name != own, -len(one.lines[module]), one.test))
    return reaching


def judge(module: str, mutant: Mutant, tests: Sequence[Reach]) -> Verdict:
    """Run the tests against the mutant: the first file alone, since that mostly is enough, then few, then all."""
    if not tests:
        return Verdict.UNREACHED
    for part in (tests[:1], tests[1:FEW], tests[FEW:]):
        if part and (verdict := _fork(module, mutant, part)) is not Verdict.SURVIVED:
            return verdict
    return Verdict.SURVIVED


def _fork(module: str, mutant: Mutant, tests: Sequence[Reach]) -> Verdict:
    if (pid := os.fork()) == 0:
        signal.setitimer(signal.ITIMER_REAL, LEAST + PATIENCE * sum(one.seconds for one in tests))
        sys.meta_path.insert(0, _Changed(module, mutant.number))
        os._exit(_run([one.test for one in tests]))
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGALRM:
        return Verdict.TIMEOUT
    return Verdict.SURVIVED if code == 0 else Verdict.KILLED


def _run(tests: Sequence[str]) -> int:
    """Run test files in this process, without a word."""
    gc.disable()
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(silence, stream)
    try:
        return int(pytest.main([*OPTIONS, *tests]))
    except BaseException:  # noqa: BLE001 - a mutant may raise anything
        return 1


class _Changed(SourceFileLoader):
    """Finds and loads one module in its changed form."""

    def __init__(self, module: str, number: int) -> None:
        super().__init__(module.removesuffix(".py").removesuffix("/__init__").replace("/", "."), str(ROOT / module))
        self.number = number

    def find_spec(self, name: str, *_: object) -> Any:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, _: str) -> Any:
        tree = mutated(Path(self.path).read_text("utf-8"), self.number)
        return compile(tree, self.path, "exec", dont_inherit=True)
