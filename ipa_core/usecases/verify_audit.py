"""Is the log of acts whole, and does an entry that was noted elsewhere still stand in it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipa_core.store import audit
from ipa_core.store.audit import Anchor

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What was found; `first_broken` 0 means that the head is gone."""

    entries: int
    first_broken: int | None
    head: Anchor
    anchor: Anchor | None = None
    anchor_stands: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether the chain is whole, and the anchor, if one was given, stands in it."""
        return self.first_broken is None and self.anchor_stands

    def as_json(self) -> dict[str, Any]:
        """Return the document of `ipa audit verify --json`."""
        return {
            "entries": self.entries,
            "first_broken": self.first_broken,
            "head": str(self.head),
            "anchor": None if self.anchor is None else {"anchor": str(self.anchor), "stands": self.anchor_stands},
        }


def verify_audit(session: Session, anchor: Anchor | None = None) -> AuditReport:
    """Check the whole chain, and the anchor if one is given."""
    return AuditReport(
        entries=audit.count(session),
        first_broken=audit.verify(session),
        head=audit.head(session),
        anchor=anchor,
        anchor_stands=anchor is None or audit.stands(session, anchor),
    )
