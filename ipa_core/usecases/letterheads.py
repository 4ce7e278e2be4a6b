"""What every message carries, and who finds its words: use cases ask, the wiring answers."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ipa_core.reports.bundles import Bundle
    from ipa_core.reports.digests import Digest
    from ipa_core.usecases.attach_files import FileMaker


class RenderedText(Protocol):
    """The words of one message."""

    @property
    def subject(self) -> str:
        """One line."""

    @property
    def text(self) -> str:
        """The plain part."""

    @property
    def html(self) -> str:
        """The same, for mail programs that show it."""


class MessageRenderer(Protocol):
    """Whoever finds the words."""

    def render_bundle(self, bundle: Bundle) -> RenderedText:
        """Put the day's mail to one person into words."""

    def render_digest(self, digest: Digest) -> RenderedText:
        """Put the weekly digest into words."""

    def render_post(self, digest: Digest) -> RenderedText:
        """Put it into a few words for a channel of Teams."""


@dataclass(frozen=True, slots=True)
class _Unwritten:
    subject: str = ""
    text: str = ""
    html: str = ""


class Wordless:
    """Finds no words, for who only asks which messages there would be."""

    def render_bundle(self, bundle: Bundle) -> RenderedText:  # noqa: ARG002 - one signature for all renderers
        """Return a message that says nothing."""
        return _Unwritten()

    def render_digest(self, digest: Digest) -> RenderedText:  # noqa: ARG002 - one signature for all renderers
        """Return a message that says nothing."""
        return _Unwritten()

    def render_post(self, digest: Digest) -> RenderedText:  # noqa: ARG002 - one signature for all renderers
        """Return a post that says nothing."""
        return _Unwritten()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every message carries: who renders it, where its links lead, and the domain in its Message-ID.

    Without `files` nothing is attached, for who only asks which messages there would be.
    """

    renderer: MessageRenderer
    base_url: str
    domain: str
    files: FileMaker | None = None

    def message_id(self, programme: str, key: str) -> str:
        """Return the Message-ID that belongs to a key: the same at every attempt."""
        return f"<{sha256(f'{programme}:{key}'.encode()).hexdigest()[:32]}@{self.domain}>"
