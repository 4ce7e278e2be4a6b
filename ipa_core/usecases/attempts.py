"""Work in several parts, of which one may fail without keeping the others waiting."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

log = logging.getLogger(__name__)

R = TypeVar("R")


class Attempts:
    """The parts of one job, with what went wrong in them."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Do one part; an error ends this part only. The log shows it with the name."""
        try:
            yield
        except Exception as failure:
            log.exception("a part failed", extra={"part": name})
            self.failures.append(failure)

    def each(self, programmes: Iterable[str], step: Callable[[str], R]) -> dict[str, R]:
        """Do a step for each programme; return what came of it, by programme, for those where it went well."""
        done: dict[str, R] = {}
        for code in programmes:
            with self.part(code):
                done[code] = step(code)
        return done


@contextmanager
def all_attempted() -> Iterator[Attempts]:
    """Yield attempts; when everything else is done, the first error of theirs is raised."""
    attempts = Attempts()
    yield attempts
    if attempts.failures:
        raise attempts.failures[0]
