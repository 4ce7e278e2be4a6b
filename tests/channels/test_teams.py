"""A post goes to one workflow, over TLS, as plain words, and never into our own network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from ipa_core.channels import teams
from ipa_core.channels.handover import Handover, Outcome
from ipa_core.channels.teams import TeamsChannel, is_public

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    Build = Callable[..., EmailMessage]

READER = "szw-main@ministerie.example"
ADDRESS = "workflows://prod-12.westeurope.logic.azure.com:443/stroom/handtekening"


class Teams:
    """Stands where the network begins; keeps what would have gone out."""

    def __init__(self) -> None:
        self.status: int | Exception = 202
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def post(self, url: str, **options: Any) -> requests.Response:
        self.calls.append((url, options))
        if isinstance(self.status, Exception):
            raise self.status
        response = requests.Response()
        response.status_code = self.status
        return response


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Teams:
    network = Teams()
    monkeypatch.setattr("apprise.plugins.workflows.requests.post", network.post)
    return network


def a_channel(address: str = ADDRESS, *, is_allowed: bool = True) -> TeamsChannel:
    return TeamsChannel({READER: address}, deadline=60.0, is_allowed=lambda _host: is_allowed)


def test_a_post_is_the_subject_and_the_text(network: Teams, a_mail: Build) -> None:
    done = a_channel().deliver(a_mail(text="3 nieuw, 1 zwaarder.\n\nEr is *geen* <at>iemand</at> nodig.\n"))

    ((url, options),) = network.calls
    card = json.loads(options["data"])["attachments"][0]["content"]
    assert done.outcome is Outcome.HANDED_OVER
    assert url.startswith("https://prod-12.westeurope.logic.azure.com:443/workflows/stroom/")
    assert [block["type"] for block in card["body"]] == ["TextBlock", "TextBlock"]
    assert card["body"][0]["text"] == "Graag vóór dinsdag 4 februari"
    assert card["body"][1]["text"].startswith("3 nieuw, 1 zwaarder.")
    assert (options["verify"], options["allow_redirects"]) == (True, False)
    assert sum(options["timeout"]) <= 60.0


@pytest.mark.parametrize("status", [401, 404, 429, 500, requests.ConnectTimeout("weg")])
def test_what_does_not_go_is_put_off(network: Teams, a_mail: Build, status: int | Exception) -> None:
    network.status = status

    assert a_channel().deliver(a_mail()) == Handover(outcome=Outcome.DEFERRED, code="teams")


@pytest.mark.parametrize(
    "address", ["", "json://x.example.com/a/b", ADDRESS + "?template=/etc/passwd", "workflows://localhost/a/b"]
)
def test_an_address_that_is_none_is_refused(network: Teams, a_mail: Build, address: str) -> None:
    assert a_channel(address).deliver(a_mail()).outcome is Outcome.REFUSED
    assert network.calls == []


def test_nothing_goes_into_our_own_network(network: Teams, a_mail: Build) -> None:
    assert a_channel(is_allowed=False).deliver(a_mail()).code == teams.PRIVATE
    assert network.calls == []


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (["8.8.8.8"], True),
        (["8.8.8.8", "10.1.2.3"], False),
        (["127.0.0.1"], False),
        (["169.254.169.254"], False),
        (["::1"], False),
        (["fe80::1%eth0"], False),
        (["2001:4860:4860::8888"], True),
    ],
)
def test_a_name_is_public_when_all_its_addresses_are(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], expected: bool
) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in addresses]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_options: found)

    assert is_public("prod.example.com") is expected
