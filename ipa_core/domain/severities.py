"""How bad is it? The five severities, in order."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """From a remark to a crisis. Members compare by weight, not by name."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def weight(self) -> int:
        """0 for info up to 4 for critical."""
        return _WEIGHTS[self]

    def raised(self, steps: int = 1) -> Severity:
        """Return the severity `steps` heavier (negative: lighter); the ends of the scale hold."""
        return _SCALE[max(0, min(len(_SCALE) - 1, self.weight + steps))]

    def __lt__(self, other: str) -> bool:
        """Compare by weight."""
        return _WEIGHTS[self] < _WEIGHTS[other]

    def __le__(self, other: str) -> bool:
        """Compare by weight."""
        return _WEIGHTS[self] <= _WEIGHTS[other]

    def __gt__(self, other: str) -> bool:
        """Compare by weight."""
        return _WEIGHTS[self] > _WEIGHTS[other]

    def __ge__(self, other: str) -> bool:
        """Compare by weight."""
        return _WEIGHTS[self] >= _WEIGHTS[other]


_SCALE = tuple(Severity)
_WEIGHTS: dict[str, int] = {severity: weight for weight, severity in enumerate(_SCALE)}
