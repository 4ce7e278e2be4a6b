"""The receipt for a file: what was read, and what goes back to the sender."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipa_core.domain.updates import StatusUpdate
    from ipa_core.errors import RefusedInput


class Outcome(StrEnum):
    """What became of a file."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One file: `lines` are the facts that were taken in, `problems` say what was sent back."""

    name: str
    sha256: str
    outcome: Outcome
    submission: str | None = None
    programme: str = ""
    round: str = ""
    organisation: str = ""
    lines: tuple[StatusUpdate, ...] = ()
    problems: tuple[RefusedInput, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "outcome": self.outcome.value,
            "submission": self.submission,
            "programme": self.programme,
            "round": self.round,
            "organisation": self.organisation,
            "updates": len(self.lines),
            "problems": [found.as_json() for found in self.problems],
        }
