"""How many small mistakes in the domain and the rules does a test notice? Run it with `make mutants`.

Of every module a part of its mutants is drawn, the same ones each time; `--share 1` tries them all.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections import Counter
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path

from tests.mutation.mutants import Mutant, list_mutants
from tests.mutation.running import ROOT, Reach, Verdict, judge, prepare, reach_of, tests_for

FOLDERS = ("ipa_core/domain", "ipa_core/rules")
SLOW = frozenset({"tests/rules/test_runs_agree.py"})
"""Tells stories on real databases."""

SHARE, LEAST, SEED, MOST_TESTS = 0.3, 12, 2026, 8
CONFIDENCE = 1.96  # 95%, two sides.


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One module: how many mutants it has, and those that were drawn with what became of them."""

    module: str
    mutants: int
    verdicts: list[tuple[Mutant, Verdict]]

    @property
    def counts(self) -> Counter[Verdict]:
        """How many of the drawn ones had each verdict."""
        return Counter(verdict for _, verdict in self.verdicts)

    @property
    def noticed(self) -> int:
        """How many of the drawn ones a test noticed."""
        return self.counts[Verdict.KILLED] + self.counts[Verdict.TIMEOUT]


def main() -> None:
    """Draw, run and tell."""
    options = _options()
    modules = [module for module in _modules() if options.only in module]
    started = time.perf_counter()
    prepare()
    gc.freeze()
    reaches = _reaches(modules)
    print(f"{len(reaches)} test files in {time.perf_counter() - started:.0f} s", flush=True)
    drawn = [_try(module, reaches, options) for module in modules]
    _tell(drawn, time.perf_counter() - started)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--share", type=float, default=SHARE, help="part of the mutants of each module, 0 to 1")
    parser.add_argument("--least", type=int, default=LEAST, help="but at least so many of each module")
    parser.add_argument("--seed", type=int, default=SEED, help="another number draws others")
    parser.add_argument("--only", default="", help="only modules with this in their path")
    return parser.parse_args()


def _modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).glob("*.py"))


def _reaches(modules: list[str]) -> list[Reach]:
    paths = sorted(path for folder in ("domain", "rules") for path in (ROOT / "tests" / folder).glob("test_*.py"))
    tests = [str(path.relative_to(ROOT)) for path in paths]
    return [reach_of(test, modules) for test in tests if test not in SLOW]


def draw(module: str, mutants: list[Mutant], *, share: float, least: int, seed: int) -> list[Mutant]:
    """Draw a part of the mutants of a module: with the same seed the same ones, whatever else is drawn."""
    size = min(len(mutants), max(least, ceil(share * len(mutants))))
    chosen = random.Random(f"{seed} {module}").sample(mutants, size)
    return sorted(chosen, key=lambda mutant: mutant.number)


def _try(module: str, reaches: list[Reach], options: argparse.Namespace) -> Drawn:
    mutants = list_mutants((ROOT / module).read_text("utf-8"))
    chosen = draw(module, mutants, share=options.share, least=options.least, seed=options.seed)
    verdicts = []
    for mutant in chosen:
        verdict = judge(module, mutant, tests_for(module, mutant, reaches, most=MOST_TESTS))
        verdicts.append((mutant, verdict))
        if verdict in (Verdict.SURVIVED, Verdict.UNREACHED):
            print(f"  {verdict} {module}:{mutant.line} #{mutant.number} {mutant.kind}", flush=True)
            print(f"    - {mutant.before}\n    + {mutant.after}", flush=True)
    drawn = Drawn(module=module, mutants=len(mutants), verdicts=verdicts)
    print(f"{module}: {drawn.noticed} of {len(verdicts)}", flush=True)
    return drawn


def interval(noticed: int, tried: int) -> tuple[float, float]:
    """Return between which shares the real one lies, with 95% confidence (Wilson)."""
    if tried == 0:
        return 0.0, 1.0
    share, square = noticed / tried, CONFIDENCE**2 / tried
    middle = (share + square / 2) / (1 + square)
    half = CONFIDENCE * sqrt(share * (1 - share) / tried + square / (4 * tried)) / (1 + square)
    return middle - half, middle + half


def _tell(drawn: list[Drawn], seconds: float) -> None:
    print("\n| | mutants | drawn | killed | timeout | survived | not reached | noticed |")
    print("|---|---|---|---|---|---|---|---|")
    for folder in FOLDERS:
        _tell_row(folder, [one for one in drawn if Path(one.module).parent == Path(folder)])
    _tell_row("together", drawn)
    _tell_kinds(drawn)
    total = sum(one.mutants for one in drawn)
    weighed = sum(one.mutants * one.noticed / len(one.verdicts) for one in drawn if one.verdicts) / (total or 1)
    print(f"\nweighed by the size of each module: {weighed:.1%}; {seconds / 60:.0f} minutes")


def _tell_row(name: str, drawn: list[Drawn]) -> None:
    counts = sum((one.counts for one in drawn), Counter())
    tried, noticed = counts.total(), sum(one.noticed for one in drawn)
    if tried:
        low, high = interval(noticed, tried)
        found = " | ".join(str(counts[verdict]) for verdict in Verdict)
        print(
            f"| {name} | {sum(one.mutants for one in drawn)} | {tried} | {found} "
            f"| {noticed / tried:.1%} ({low:.1%} to {high:.1%}) |"
        )


def _tell_kinds(drawn: list[Drawn]) -> None:
    print("\n| kind | drawn | noticed |\n|---|---|---|")
    verdicts = [pair for one in drawn for pair in one.verdicts]
    for kind, tried in Counter(mutant.kind for mutant, _ in verdicts).most_common():
        lost = sum(
            mutant.kind == kind and verdict in (Verdict.SURVIVED, Verdict.UNREACHED) for mutant, verdict in verdicts
        )
        print(f"| {kind} | {tried} | {(tried - lost) / tried:.1%} |")


if __name__ == "__main__":
    main()
