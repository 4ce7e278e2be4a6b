"""Which mail server does `IPA_MAIL_URL` name?"""

from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from ipa_core.errors import BadAddress

_PORTS: Final = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server and how to log in there; `is_tls` means TLS from the first byte."""

    host: str
    port: int
    is_tls: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://[user:password@]host[:port]` or `smtps://…`, ASCII once user and password are percent-decoded.

        Raises:
            BadAddress: it is something else. Neither the error nor one behind it repeats the address, because that may
                hold a password.

        """
        try:
            server = cls._parse(url)
        except (ValueError, KeyError, UnicodeError):
            server = None
        if server is None:
            raise BadAddress("IPA_MAIL_URL")
        return server

    @classmethod
    def _parse(cls, url: str) -> Self:
        parts = urlsplit(url)
        user, password = (unquote(part or "", errors="strict") for part in (parts.username, parts.password))
        host = parts.hostname or ""
        is_plain = all(text.isascii() and text.isprintable() for text in (url, host, user, password))
        host.encode("idna")  # Refuses what the resolver could not even ask for.
        has_more = parts.path.strip("/") or parts.query or parts.fragment or "?" in url or "#" in url
        if not host or " " in url or not is_plain or has_more or bool(user) != bool(password):
            raise ValueError
        port = _PORTS[parts.scheme] if parts.port is None else parts.port
        return cls(host=host, port=port, is_tls=parts.scheme == "smtps", user=user, password=password)
