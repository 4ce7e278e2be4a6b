"""What can be set from outside: environment variables with the prefix IPA_, also from a `.env` file."""

from __future__ import annotations

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ipa_core.channels.mail_headers import checked_sender
from ipa_core.domain.mail_addresses import is_mail_address
from ipa_core.domain.return_addresses import is_return_address
from ipa_core.errors import JournalRefused, ReturnAddressRefused, SenderRefused


class Settings(BaseSettings):
    """All optional; see the README for the meaning of each."""

    model_config = SettingsConfigDict(env_prefix="IPA_", env_file=".env", extra="ignore")

    home: Path = Path("var")
    database_url: SecretStr | None = None
    mail_url: SecretStr | None = None
    mail_from: str = "IPA-monitor <ipa@ipa.example>"
    mail_return: str | None = None
    bounces: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    inbox: Path | None = None
    imap_url: SecretStr | None = None
    journal_url: SecretStr | None = None
    journal_address: str | None = None
    heartbeat_url: SecretStr | None = None
    secret_key: SecretStr | None = None

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, text: str) -> str:
        """Refuse it here: no message at all could be made with it."""
        try:
            checked_sender(text, "IPA_MAIL_FROM")
        except ValueError:
            raise SenderRefused from None
        return text

    @field_validator("mail_return")
    @classmethod
    def _is_return_address(cls, text: str | None) -> str | None:
        """Refuse it here: nothing that comes back could be recognised."""
        if text is not None and not is_return_address(text):
            raise ReturnAddressRefused
        return text

    @field_validator("journal_address")
    @classmethod
    def _is_address(cls, text: str | None) -> str | None:
        if text is not None and not is_mail_address(text):
            raise JournalRefused
        return text

    @model_validator(mode="after")
    def _has_both_or_neither(self) -> Self:
        """A journal that gets no copies proves the wrong thing: that nothing went."""
        if (self.journal_url is None) != (self.journal_address is None):
            raise JournalRefused
        return self

    @property
    def sender_address(self) -> str:
        """The address of the sender, without a name."""
        return checked_sender(self.mail_from, "IPA_MAIL_FROM")[1]

    @property
    def link_base(self) -> str:
        """The start of the links in mail; empty when real mail would point at the reader's own machine."""
        host = urlsplit(self.base_url).hostname or ""
        leads_nowhere = self.mail_url is not None and host in ("127.0.0.1", "localhost", "::1")
        return "" if leads_nowhere else self.base_url.rstrip("/")

    @property
    def mail_folder(self) -> Path:
        """Where mail is written when no mail server is set."""
        return self.home / "mail"

    @property
    def inbox_folder(self) -> Path:
        """Where submissions are dropped."""
        return self.inbox or self.home / "inbox"

    @property
    def secret_key_file(self) -> Path:
        """Where the key that signs links and forms is kept when it is not set; it belongs to the backup."""
        return self.home / "secret_key"

    @property
    def database_file(self) -> Path:
        """The embedded database."""
        return self.home / "ipa.db"

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.database_file.resolve()}"
