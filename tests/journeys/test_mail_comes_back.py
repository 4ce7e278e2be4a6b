"""A mail server took the mail, and another one returned it: the message failed after all, and the deputy hears it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.return_addresses import ReturnAddress
from ipa_core.store import expectations
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.views import ProgrammeView
from tests.bounces import a_bounce, drop
from tests.journeys.world import World
from tests.mail_server import LoopbackController

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

FIRST_DAY, NEXT_DAY, SAME_DAY = "2026-02-04", "2026-02-05", "2026-02-04T11:00:00+01:00"
SZW, DEPUTY = "szw-main@ministerie.example", "szw-deputy@ministerie.example"
BOUNCED = "teruggestuurd door de mailserver van de ontvanger (5.1.1)"


class Postbox:
    """Takes every mail, and keeps from whom to whom it went."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd calls
        self.mails.append((str(envelope.mail_from), envelope.rcpt_tos[0]))
        return "250 kept"

    def return_address(self, recipient: str) -> str:
        return next(sender for sender, to in self.mails if to == recipient)

    def count(self, recipient: str) -> int:
        return [to for _, to in self.mails].count(recipient)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def world(tmp_path: Path, database_url: str | None, postbox: Postbox) -> Iterator[World]:
    controller = LoopbackController(postbox)
    controller.start()
    url = f"smtp://127.0.0.1:{controller.port}"
    world = World(tmp_path, database_url, mail_url=url, mail_return="retour@ministerie.example")
    world.run(FIRST_DAY)
    yield world
    world.app.database.close()
    controller.stop()


def states(world: World, as_of: str, recipient: str) -> set[tuple[str, str]]:
    return {
        (line.state, line.why_not)
        for line in world.messages(as_of)
        if line.recipient == recipient and line.rung in ("O", "opening") and line.message
    }


def bounces(world: World) -> Path:
    return world.home / "bounces"


def k04(world: World, as_of: str) -> list[tuple[str, str | None]]:
    """Return from when until when nobody could be reached."""
    found = [card.signal for card in world.signals(as_of, is_all=True) if card.signal.rule == "K04"]
    return [(one.opened_on.isoformat(), one.resolved_on and one.resolved_on.isoformat()) for one in found]


def m01(world: World, as_of: str) -> list[str]:
    return [card.signal.state.value for card in world.signals(as_of, is_all=True) if card.signal.rule == "M01"]


def test_every_message_has_a_return_address_of_its_own(world: World, postbox: Postbox) -> None:
    senders = {sender for sender, _ in postbox.mails}

    assert len(senders) == len(postbox.mails) == 6
    assert all(sender.startswith("retour+") and sender.endswith("@ministerie.example") for sender in senders)
    assert world.app.secret_key not in "".join(senders)


def test_what_came_back_for_good_goes_to_the_deputy_and_the_mailbox_counts_as_away(
    world: World, postbox: Postbox
) -> None:
    drop(bounces(world), a_bounce(postbox.return_address(SZW)))

    world.run(SAME_DAY)
    alarm = m01(world, SAME_DAY)
    world.run_daily(NEXT_DAY, "2026-02-20")

    assert {state for state, _ in states(world, FIRST_DAY, SZW)} == {"handed_over"}
    assert {state for state, _ in states(world, SAME_DAY, SZW)} == {"dead"}
    assert any(BOUNCED in why for _, why in states(world, SAME_DAY, SZW))
    assert alarm == ["open"]
    assert m01(world, "2026-02-20") == ["resolved"]
    assert postbox.count(SZW) == 1
    assert {line.rung for line in world.messages("2026-02-20") if line.recipient == DEPUTY and line.handed_over_at} >= {
        "O",
        "opening",
        "H1",
    }
    assert not list((bounces(world) / "new").iterdir())


def test_after_four_weeks_the_mailbox_is_tried_again(world: World, postbox: Postbox) -> None:
    drop(bounces(world), a_bounce(postbox.return_address(SZW)))

    world.run_daily(NEXT_DAY, "2026-03-10")

    assert postbox.count(SZW) > 1


def test_a_delay_is_only_noted(world: World, postbox: Postbox) -> None:
    drop(bounces(world), a_bounce(postbox.return_address(SZW), action="delayed", status="4.4.1"))

    world.run(SAME_DAY)

    assert {state for state, _ in states(world, SAME_DAY, SZW)} == {"handed_over"}
    assert not list((bounces(world) / "new").iterdir())


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(lambda real: real.replace("retour+", "retour+0"), id="a mark that is too long"),
        pytest.param(lambda real: real[:-20] + "0000" + real[-16:], id="a seal that is not ours"),
        pytest.param(
            lambda real: ReturnAddress(address="retour@ministerie.example", key="gok").of(
                "<" + real.removeprefix("retour+")[:20]
            ),
            id="sealed with another key",
        ),
        pytest.param(lambda _: "retour@ministerie.example", id="no mark at all"),
        pytest.param(lambda _: SZW, id="another mailbox"),
    ],
)
def test_nobody_else_can_return_a_message(world: World, postbox: Postbox, forged: object) -> None:
    drop(bounces(world), a_bounce(forged(postbox.return_address(SZW))))  # type: ignore[operator] # a function from the table

    world.run(SAME_DAY)

    assert {state for state, _ in states(world, SAME_DAY, SZW)} == {"handed_over"}
    assert not list((bounces(world) / "new").iterdir())


def test_the_same_mail_twice_changes_nothing(world: World, postbox: Postbox) -> None:
    bounce = a_bounce(postbox.return_address(SZW).upper())
    drop(bounces(world), bounce)
    world.run(SAME_DAY)
    before = world.messages(NEXT_DAY)

    drop(bounces(world), bounce)
    world.run("2026-02-04T11:01:00+01:00")

    assert world.messages(NEXT_DAY) == before
    assert m01(world, NEXT_DAY) == ["resolved"]
    assert postbox.count(DEPUTY) == 1


def test_an_escalation_that_came_back_asks_nobody_for_a_reaction(world: World, postbox: Postbox) -> None:
    world.run_daily(NEXT_DAY, "2026-03-04")
    asked = expected_reactions(world, "2026-03-04")
    escalation = [sender for sender, to in postbox.mails if to == "projectleider@ipa.example"][-1]
    drop(bounces(world), a_bounce(escalation))

    world.run("2026-03-04T11:00:00+01:00")

    assert asked
    assert expected_reactions(world, "2026-03-04T11:00:00+01:00") == set()
    assert expected_reactions(world, "2026-03-04") == asked


def expected_reactions(world: World, as_of: str) -> set[str]:
    """Return the signals of which the escalation waits for somebody."""
    at = world.app.moment(as_of).at
    rows = world.app.database.read(lambda session: expectations.list_held(session, "ipa", at=at))
    return {row.held.expectation.subject.code for row in rows if row.held.expectation.rule == "M02"}


def test_when_nobody_of_a_ministry_can_be_reached_the_coordinator_hears_it_until_somebody_can(
    world: World, postbox: Postbox
) -> None:
    drop(bounces(world), a_bounce(postbox.return_address(SZW)))
    world.run(NEXT_DAY)
    before = k04(world, NEXT_DAY)
    drop(bounces(world), a_bounce(postbox.return_address(DEPUTY)))
    world.run("2026-02-06")
    world.run_daily("2026-02-09", "2026-02-20")
    left_out = {line.why_not for line in world.messages("2026-02-20") if line.key == f"request:2025-Q4:SZW:H1:{SZW}"}
    world.run_daily("2026-02-23", "2026-03-06")

    assert before == []
    assert k04(world, "2026-02-06") == [("2026-02-06", None)]
    (line,) = [line for line in world.messages("2026-02-20") if line.about == "ipa:K04:SZW:1" and line.handed_over_at]
    assert (line.rung, line.recipient) == ("opening", "szw-coordinator@ministerie.example")
    assert left_out == {"berichten aan dit contactpunt komen terug"}
    # Four weeks after a message came back the mailbox is tried again.
    assert k04(world, "2026-03-06") == [("2026-02-06", "2026-03-05")]
    at = world.app.moment("2026-03-06").at
    replayed = world.app.database.read(lambda session: replay_history(ProgrammeView(session, "ipa", at=at), None))
    assert k04(world, "2026-03-06") == [
        (one.opened_on.isoformat(), one.resolved_on and one.resolved_on.isoformat())
        for one in replayed.signals
        if one.rule == "K04"
    ]
