"""What cannot work is refused when the settings are read, not when the first message goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.app import App
from ipa_core.errors import JournalRefused, ReturnAddressRefused, SenderRefused
from ipa_core.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "sender",
    [
        "ipa@szw.example",
        "IPA-monitor <ipa@szw.example>",
        "Projectbureau één (IPA) <ipa@szw.example>",
        '"IPA, ministerie SZW" <ipa@szw.example>',
    ],
)
def test_a_sender_is_one_address_with_or_without_a_name(sender: str) -> None:
    settings = Settings(_env_file=None, mail_from=sender)

    assert (settings.mail_from, App(settings).letterhead.domain) == (sender, "szw.example")


@pytest.mark.parametrize(
    "sender",
    [
        *("", "IPA", "IPA <ipa>", "IPA, ministerie SZW <ipa@szw.example>", '"ipa@x.nl" <ipa@szw.example>'),
        *(
            "ipa@szw.example, b@szw.example",
            "<ipa/szw@szw.example>",
            "IPA\n<ipa@szw.example>",
            '"IPA <ipa@szw.example>',
        ),
    ],
)
def test_a_sender_that_no_mail_can_have_is_refused(sender: str) -> None:
    with pytest.raises(SenderRefused):
        Settings(_env_file=None, mail_from=sender)


@pytest.mark.parametrize("address", ["", "retour", "IPA <retour@szw.example>", "re+tour@szw.example"])
def test_an_address_to_which_nothing_can_come_back_is_refused(address: str) -> None:
    with pytest.raises(ReturnAddressRefused):
        Settings(_env_file=None, mail_return=address)


@pytest.mark.parametrize(
    "settings",
    [
        {"journal_url": "maildir:///srv/journaal"},
        {"journal_address": "journaal@szw.example"},
        {"journal_url": "maildir:///srv/journaal", "journal_address": "journaal@szw.example, b@szw.example"},
    ],
)
def test_a_journal_has_a_place_and_one_address_or_there_is_none(settings: dict[str, str]) -> None:
    with pytest.raises(JournalRefused):
        Settings(_env_file=None, **settings)


def test_a_name_with_a_comma_can_be_written_in_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("""IPA_MAIL_FROM='"IPA, ministerie SZW" <ipa@szw.example>'\n""", encoding="utf-8")

    assert Settings(_env_file=file).mail_from == '"IPA, ministerie SZW" <ipa@szw.example>'
