"""The day's mail to one person: what is asked, what was signalled, and what else stands open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.domain.attachments import Attachment, AttachmentKind
    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.ladders import Rung
    from ipa_core.domain.notices import NoticeReason
    from ipa_core.domain.organisations import Contact, Organisation, Role
    from ipa_core.domain.pauses import Pause
    from ipa_core.domain.programmes import Programme
    from ipa_core.domain.rounds import Request
    from ipa_core.reports.signal_cards import SignalCard


MOST_ROWS = 1_000
"""A form with more dossiers takes seconds to make, and nobody fills it in by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItem:
    """One rung of a request. `escalates_on` is the day on which it is put before the projectleider, told at L2.

    `organisation` is the ministry that is asked; the reader of an escalation is somebody else. `gained` are the
    dossiers that were first asked of another ministry. `is_asked_first` tells that the reader is to answer and was not
    asked before. `moved_from` is the other due date that was told last, when the date moved since. `attachments` go
    along with the message.
    """

    request: Request
    organisation: Organisation
    rung: Rung
    reason: NoticeReason
    escalates_on: date | None = None
    gained: tuple[str, ...] = ()
    is_asked_first: bool = False
    moved_from: date | None = None
    attachments: tuple[Attachment, ...] = ()

    def link(self, base_url: str) -> str:
        """Return where the request is answered; empty when there is no application to point at."""
        if not base_url:
            return ""
        path = f"verzoeken/{quote(self.request.round, safe='')}/{quote(self.request.organisation, safe='')}"
        return f"{base_url.rstrip('/')}/{path}"

    @property
    def fits_a_form(self) -> bool:
        """Whether there are few enough dossiers to fill in by hand."""
        return len(self.request.asked) <= MOST_ROWS

    def has_attached(self, kind: AttachmentKind) -> bool:
        """Tell whether a file of this kind goes along."""
        return any(one.kind is kind for one in self.attachments)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalItem:
    """One signal with the reason why it is told now: for the `turn`-th of `turns` times when it is repeated.

    `next_role` hears of it on `next_on` if nobody takes it up. `taken` is when somebody last had it in hand, which an
    escalation says; None when nobody ever had. `refusal` is the decision that ended it, when it ended
    because IPA does not take over that the dossier is completed; `is_refused_still` while nobody reported it anew.
    """

    card: SignalCard
    reason: NoticeReason
    turn: int = 1
    turns: int = 1
    next_role: Role | None = None
    next_on: date | None = None
    taken: Pause | None = None
    refusal: Decision | None = None
    is_refused_still: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """What the reader's ministry carried until now and `organisation` carries from now on."""

    organisation: Organisation
    dossiers: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    signal_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One message: `signals` by theme and then by severity, heaviest first; `mentions` weigh less than medium.

    It has no links when `base_url` is empty. `other_roles` are those in which the reader gets it besides that of the
    `contact`.
    """

    programme: Programme
    contact: Contact
    organisation: Organisation
    slot_on: date
    base_url: str
    other_roles: tuple[Contact, ...] = ()
    requests: tuple[RequestItem, ...] = ()
    signals: tuple[SignalItem, ...] = ()
    mentions: tuple[SignalItem, ...] = ()
    passed_on: tuple[PassedOn, ...] = ()
    solved: tuple[SignalItem, ...] = ()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that go along, in the order of the requests."""
        return tuple(one for item in self.requests for one in item.attachments)

    @property
    def has_news(self) -> bool:
        """Whether it is worth a message: signals that are only mentioned ride along with other news."""
        return bool(self.requests or self.signals or self.passed_on or self.solved)
