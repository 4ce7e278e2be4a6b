"""Mails in a folder: one file each, readable names, whole or not at all."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from ipa_core.channels.apprise_mail import open_channel
from ipa_core.channels.handover import Outcome

Build = Callable[..., EmailMessage]


def test_the_name_tells_the_day_in_amsterdam_and_the_recipient(tmp_path: Path, a_mail: Build) -> None:
    reference = open_channel(None, tmp_path / "a" / "mail").deliver(a_mail()).reference

    assert [path.name for path in (tmp_path / "a" / "mail").iterdir()] == [reference]
    assert reference.startswith("2026-02-04-szw-main-")
    assert len(reference) == len("2026-02-04-szw-main-12345678.eml")


def test_the_same_mail_again_is_the_same_file(tmp_path: Path, a_mail: Build) -> None:
    channel = open_channel(None, tmp_path)

    assert channel.deliver(a_mail()) == channel.deliver(a_mail())
    assert len(list(tmp_path.iterdir())) == 1


def test_another_message_to_the_same_person_is_another_file(tmp_path: Path, a_mail: Build) -> None:
    channel = open_channel(None, tmp_path)

    channel.deliver(a_mail())
    channel.deliver(a_mail(message_id="<other@ipa.example>"))

    assert len(list(tmp_path.iterdir())) == 2


def test_others_may_not_read_the_links_in_the_mails(tmp_path: Path, a_mail: Build) -> None:
    folder = tmp_path / "mail"
    file = folder / open_channel(None, folder).deliver(a_mail()).reference

    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_folder_that_cannot_be_written_is_trouble_of_the_channel(tmp_path: Path, a_mail: Build) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    handover = open_channel(None, blocked / "mail").deliver(a_mail())

    assert (handover.outcome, handover.code) == (Outcome.RETRY, "folder")
    assert str(tmp_path) not in handover.detail


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, a_mail: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    handover = open_channel(None, tmp_path).deliver(a_mail())

    assert (handover.outcome, handover.detail) == (Outcome.RETRY, "No space left on device")
    assert list(tmp_path.iterdir()) == []
