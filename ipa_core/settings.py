"""What can be set from outside: environment variables with the prefix IPA_, also from a `.env` file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All optional; see the README for the meaning of each."""

    model_config = SettingsConfigDict(env_prefix="IPA_", env_file=".env", extra="ignore")

    home: Path = Path("var")
    database_url: SecretStr | None = None
    mail_url: SecretStr | None = None
    mail_from: str = "IPA-monitor <ipa@ipa.example>"
    base_url: str = "http://127.0.0.1:8000"
    inbox: Path | None = None
    imap_url: SecretStr | None = None
    secret_key: SecretStr | None = None

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
    def database_file(self) -> Path:
        """The embedded database."""
        return self.home / "ipa.db"

    @property
    def secret_key_file(self) -> Path:
        """Where the key is kept when none is set."""
        return self.home / "secret_key"

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.database_file.resolve()}"
