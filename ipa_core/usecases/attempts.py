"""Work in several parts, of which one may fail without keeping the others waiting."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from ipa_core.errors import IpaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

log = logging.getLogger(__name__)

R = TypeVar("R")


class Attempts:
    """The parts of one job, with what went wrong in them."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, Exception]] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Do one part; an error ends this part only."""
        try:
            yield
        except Exception as failure:
            if not isinstance(failure, IpaError):
                log.exception("%s failed", name)
            self.failures.append((name, failure))

    def each(self, programmes: Iterable[str], step: Callable[[str], R]) -> dict[str, R]:
        """Do a step for each programme; return what came of it, by programme, for those where it went well."""
        done: dict[str, R] = {}
        for code in programmes:
            with self.part(code):
                done[code] = step(code)
        return done


@contextmanager
def all_attempted() -> Iterator[Attempts]:
    """Yield attempts; when everything is done, the first error of theirs is raised, and the log names other ones."""
    attempts = Attempts()
    yield attempts
    if not attempts.failures:
        return
    (_, first), *others = attempts.failures
    for name, failure in others:
        if (type(failure), failure.args) != (type(first), first.args):
            log.error("%s failed as well: %s", name, type(failure).__name__)
    raise first
