"""Which database does `IPA_DATABASE_URL` name?"""

from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ipa_core.errors import BadAddress

_SQLITE: Final = "sqlite"
_POSTGRESQL: Final = "postgresql+psycopg"


def read_address(url: str) -> URL:
    """Read `sqlite:///file`, `sqlite://` (in memory) or `postgresql+psycopg://[user[:password]@]host[:port]/name`.

    Raises:
        BadAddress: it is something else. Neither the error nor one behind it repeats the address, because that may
            hold a password.
    """
    address = _parse(url)
    if address is None:
        raise BadAddress("IPA_DATABASE_URL")
    return address


def _parse(url: str) -> URL | None:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return None
    if address.drivername == _SQLITE:
        return address
    # A password ends at the first @; with a second one its rest would be taken for a server, and be named in errors.
    is_plain = url.count("@") <= 1 and url.isprintable()
    return address if address.drivername == _POSTGRESQL and is_plain else None
