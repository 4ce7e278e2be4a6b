"""What is a rule: a code, the thresholds it reads, and a pure function to expectations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.expectations import Expectation

SubjectT = TypeVar("SubjectT")
ThresholdsT = TypeVar("ThresholdsT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[SubjectT, ThresholdsT]):
    """One kind of knelpunt. The document of the rule is the docstring of its module."""

    code: str
    thresholds: type[ThresholdsT]
    expect: Callable[[SubjectT, ThresholdsT, Calendar], Iterator[Expectation]]
    retime: Callable[[Expectation, ThresholdsT, Calendar], Expectation] | None = None
    """Says the same under other thresholds, from what it said alone; None when only the facts can tell."""

    @property
    def family(self) -> str:
        """The letter of the group it belongs to: K, T, V, G, R, O, S or M."""
        return self.code[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoThresholds:
    """For rules that break at once and have nothing to set."""


AnyRule = Rule[Any, Any]
