"""How much time and memory does a piece of work take? Each piece runs in a process of its own."""

import gc
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any


@dataclass(frozen=True)
class Cost:
    """Seconds, the peak of memory in MB, and what the work gave back."""

    seconds: float
    peak: float
    result: Any


@dataclass(frozen=True)
class Ratio:
    """What was measured against what; a target of None is only told."""

    name: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_reached(self) -> bool:
        """It is within its target."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )


def cost_of(work: Callable[..., tuple[float, Any]], *arguments: object) -> Cost:
    """Do the work once in a process that did nothing before; it tells its own seconds."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, work, arguments).result()


def seconds_of(work: Callable[[], object], url: str, *, times: int = 1) -> float:
    """Return the seconds of the fastest time: of CPU where the database works in our process, else on the clock."""
    clock = time.process_time if url.startswith("sqlite") else time.perf_counter
    found = []
    for _ in range(times):
        gc.collect()
        started = clock()
        work()
        found.append(clock() - started)
    return min(found)


def _measure(work: Callable[..., tuple[float, Any]], arguments: tuple[object, ...]) -> Cost:
    seconds, result = work(*arguments)
    per_mb = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Cost(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb, result)
