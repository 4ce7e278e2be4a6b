"""An address that is none is refused by its name: what was set may hold a password, and is repeated nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.errors import BadAddress
from ipa_core.store.engine import make_engine
from ipa_core.store.looking import looking

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql+psycopg://ipa:p%40ss%3A%2F%25@db.example:5432/ipa", "p@ss:/%"),
        ("postgresql+psycopg://ipa:a:/?#%@db.example:5432/ipa", "a:/?#%"),
    ],
)
def test_a_password_may_hold_what_is_written_as_a_code_and_what_needs_none(url: str, password: str) -> None:
    place = make_engine(url).url

    assert (place.username, place.password, place.host, place.port, place.database) == (
        *("ipa", password),
        *("db.example", 5432, "ipa"),
    )


@pytest.mark.parametrize("start", [make_engine, lambda url: looking(url).__enter__()], ids=["to work", "to look"])
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql+psycopg://ipa:P@geheim:geheim@db.example/ipa", id="the rest becomes a port"),
        pytest.param("postgresql+psycopg://ipa:P@geheim@db.example/ipa", id="the rest becomes a server"),
        pytest.param("postgresql+psycopg://ipa:P@geheim/geheim@db.example/ipa", id="the rest becomes a database"),
        pytest.param("postgresql+psycopg://ipa:P@geheim?geheim=1@db.example/ipa", id="the rest becomes an option"),
        pytest.param("postgresql+psycopg://ipa:geheim", id="no server"),
        pytest.param("postgresql+psycopg://ipa:geheim@db.example:54x2/ipa", id="no port"),
        pytest.param("postgresql+psycopg://ipa:geheim\udce9@db.example/ipa", id="no UTF-8"),
        pytest.param("postgresql://ipa:geheim@db.example/ipa", id="another driver"),
        pytest.param("mysql://ipa:geheim@db.example/ipa", id="another kind of database"),
        pytest.param("geheim://db.example/ipa", id="no kind of database"),
        pytest.param("geheim", id="no address"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_address_of_a_database_is_not_repeated(url: str, start: Callable[[str], Engine]) -> None:
    with pytest.raises(BadAddress) as caught:
        start(url)

    error = caught.value
    assert (error.args, error.__cause__, error.__context__) == (("IPA_DATABASE_URL",), None, None)


def test_a_folder_may_have_any_name() -> None:
    assert make_engine("sqlite:////srv/a@b@c:d/ipa.db").url.database == "/srv/a@b@c:d/ipa.db"
