"""What every mail channel promises, whether it writes a folder or talks to a server."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from ipa_core.channels.apprise_mail import open_channel
from ipa_core.channels.handover import Channel, Outcome
from ipa_core.channels.mail import read_stored, wire_bytes

Build = Callable[..., EmailMessage]


@dataclass
class Place:
    """A channel, and what has arrived at its other end."""

    channel: Channel
    arrived: Callable[[], list[bytes]]


@pytest.fixture(params=["folder", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "folder":
        folder = tmp_path / "mail"
        channel = open_channel(None, folder)
        yield Place(channel, lambda: [path.read_bytes() for path in sorted(folder.glob("*"))])
    else:
        mailbox = request.getfixturevalue("mailbox")
        port = request.getfixturevalue("serve")().port
        channel = open_channel(f"smtp://127.0.0.1:{port}", tmp_path, deadline=5)
        yield Place(channel, lambda: mailbox.mails)
    channel.close()


def test_a_mail_arrives_byte_for_byte(place: Place, a_mail: Build) -> None:
    handover = place.channel.deliver(a_mail())

    assert handover.outcome is Outcome.HANDED_OVER
    assert handover.code in {"250", "eml"}
    assert handover.reference
    assert place.arrived() == [wire_bytes(a_mail())]


def test_a_stored_mail_arrives_as_it_was_stored(place: Place, a_mail: Build) -> None:
    stored = wire_bytes(a_mail())

    assert place.channel.deliver(read_stored(stored)).outcome is Outcome.HANDED_OVER
    assert place.arrived() == [stored]


def test_a_large_mail_arrives_whole(place: Place, a_mail: Build) -> None:
    mail = a_mail(text="   :smile: een regel\n" * 20_000, html="<p>regel</p>\n")

    assert place.channel.deliver(mail).outcome is Outcome.HANDED_OVER
    assert place.arrived() == [wire_bytes(mail)]


def test_a_mail_that_names_two_recipients_goes_nowhere(place: Place, a_mail: Build) -> None:
    mail = a_mail()
    mail["Cc"] = "b@x.test"

    handover = place.channel.deliver(mail)

    assert (handover.outcome, handover.code, handover.detail) == (Outcome.REFUSED, "invalid", "Cc")
    assert place.arrived() == []


def test_many_mails_go_without_a_pause(place: Place, a_mail: Build) -> None:
    mails = [a_mail(message_id=f"<m{number}@ipa.example>") for number in range(20)]

    outcomes = {place.channel.deliver(mail).outcome for mail in mails}

    assert outcomes == {Outcome.HANDED_OVER}
    assert sorted(place.arrived()) == sorted(map(wire_bytes, mails))


def test_a_channel_may_be_closed_twice_and_used_again(place: Place, a_mail: Build) -> None:
    place.channel.close()
    place.channel.close()

    with place.channel as channel:
        assert channel.deliver(a_mail()).outcome is Outcome.HANDED_OVER


def test_nothing_about_a_mail_is_logged(place: Place, a_mail: Build, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        place.channel.deliver(a_mail())

    ours = " ".join(
        record.getMessage() for record in caplog.records if record.name != "mail.log"
    )  # That is the server's.
    assert "szw-main" not in ours
    assert "collega" not in ours


def test_a_defect_of_ours_is_raised_and_not_swallowed_by_apprise(place: Place) -> None:
    with pytest.raises(AttributeError):
        place.channel.deliver(object())  # type: ignore[arg-type] # no message at all, on purpose


def test_apprise_is_imported_only_when_a_channel_is_opened() -> None:
    code = "import sys, ipa_core.channels.mail, ipa_core.channels.handover; print('apprise' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "False\n"
