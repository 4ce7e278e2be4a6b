"""A reader with a channel in Teams gets the digest there as well: another message, with trouble of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from ipa_core.channels import teams
from tests.journeys.handovers import Folder, load
from tests.journeys.mail_servers import EVERYBODY, Mailbox, serving
from tests.journeys.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AANJAGER = "aanjager@ipa.example"
ADDRESS = "workflows://prod-12.westeurope.logic.azure.com/stroom/handtekening"
FIRST_DAY, MONDAY = "2026-02-04", "2026-02-09"


class Network:
    def __init__(self) -> None:
        self.status = 202
        self.posts: list[str] = []

    def post(self, _url: str, **options: Any) -> requests.Response:
        self.posts.append(options["data"])
        response = requests.Response()
        response.status_code = self.status
        return response


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    network = Network()
    monkeypatch.setattr("apprise.plugins.workflows.requests.post", network.post)
    monkeypatch.setattr(teams.TeamsChannel.__init__, "__kwdefaults__", {"is_allowed": lambda _host: True})
    return network


@pytest.fixture
def channelled(folder: Folder) -> Folder:
    contacts = folder.path / "contacts.csv"
    head, *rows = contacts.read_text("utf-8").splitlines()
    told = [f"{row},{ADDRESS}" if AANJAGER in row else f"{row}," for row in rows]
    contacts.write_text("\n".join([f"{head},channel", *told]) + "\n", "utf-8")
    return folder


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def world(tmp_path: Path, mailbox: Mailbox, channelled: Folder, database_url: str | None) -> Iterator[World]:
    with serving(mailbox) as server:
        world = World(tmp_path / "home", database_url, mail_url=f"smtp://127.0.0.1:{server.port}")
        (tmp_path / "home").mkdir(exist_ok=True)
        load(world, channelled, "2026-02-01")
        world.run(FIRST_DAY)
        yield world
        world.app.database.close()


def states(world: World, as_of: str) -> dict[str, str]:
    return {
        line.key.removeprefix("digest:2026-W07:"): line.state
        for line in world.messages(as_of)
        if line.kind == "digest" and line.recipient == AANJAGER
    }


def test_the_digest_goes_by_mail_and_as_a_post(world: World, mailbox: Mailbox, network: Network) -> None:
    world.run(MONDAY)
    world.run("2026-02-09T11:00:00+01:00")

    assert states(world, MONDAY) == {AANJAGER: "handed_over", f"{AANJAGER}:teams": "handed_over"}
    assert mailbox.recipients.count("aanjager") == 1
    (post,) = network.posts
    assert " nieuw, 0 zwaarder, " in post
    assert "UIT-01" not in post
    assert not any("handtekening" in str(line) for line in world.messages(MONDAY))


def test_trouble_in_teams_holds_no_mail_back(world: World, mailbox: Mailbox, network: Network) -> None:
    network.status = 500

    world.run(MONDAY)

    assert states(world, MONDAY) == {AANJAGER: "handed_over", f"{AANJAGER}:teams": "retrying"}
    assert mailbox.recipients.count("projectleider") == 1


def test_a_post_that_never_goes_is_dead_and_the_beheerder_hears_it(
    world: World, mailbox: Mailbox, network: Network
) -> None:
    network.status = 404

    world.run_daily(MONDAY, "2026-02-17")

    assert states(world, "2026-02-17")[f"{AANJAGER}:teams"] == "dead"
    assert "beheer" in mailbox.recipients


def test_that_posts_go_does_not_show_that_mail_does(world: World, mailbox: Mailbox, network: Network) -> None:
    mailbox.rcpt = {EVERYBODY: "451 4.3.0 policy server down"}
    world.run_daily("2026-02-05", "2026-02-20")

    assert network.posts
    assert not [line for line in world.messages("2026-02-20") if line.state == "dead"]


def test_a_trial_without_a_mail_server_posts_nothing(
    tmp_path: Path, channelled: Folder, network: Network, database_url: str | None
) -> None:
    world = World(tmp_path / "home", database_url)
    (tmp_path / "home").mkdir(exist_ok=True)
    load(world, channelled, "2026-02-01")
    world.run(FIRST_DAY)

    world.run(MONDAY)

    assert network.posts == []
    assert states(world, MONDAY) == {AANJAGER: "handed_over", f"{AANJAGER}:teams": "handed_over"}
    assert [mail["To"] for mail in world.mails()].count(AANJAGER) == 2
    world.app.database.close()
