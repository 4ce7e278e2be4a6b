"""What the settings say about the world outside: the ways messages go, the journal, and what the doctor looks at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import is_valid_on
from ipa_core.domain.return_addresses import ReturnAddress
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ipa_core.channels.handover import Channel
    from ipa_core.channels.journal import Journal
    from ipa_core.settings import Settings
    from ipa_core.store.database import Database
    from ipa_core.usecases.check_health import Surroundings


def mail_channel(settings: Settings, *, key: Callable[[], str], deadline: float) -> Channel:
    """Return the way mail goes: to a mail server, or into a folder when there is none. `key` seals return addresses."""
    from ipa_core.channels.apprise_mail import open_channel  # noqa: PLC0415 - Apprise is slow to import

    url = settings.mail_url.get_secret_value() if settings.mail_url else None
    returns = returns_of(settings, key)
    return open_channel(url, settings.mail_folder, deadline=deadline, journal=settings.journal_address, returns=returns)


def check_addresses(settings: Settings) -> None:
    """Raise BadAddress when a run would refuse where mail goes, or where it is told; connects nothing."""
    from ipa_core.channels import heartbeat  # noqa: PLC0415 - used here only
    from ipa_core.channels.mail_server import MailServer  # noqa: PLC0415 - only who hands over needs it

    if settings.heartbeat_url is not None:
        heartbeat.checked(settings.heartbeat_url.get_secret_value())
    if settings.mail_url is not None:
        MailServer.from_url(settings.mail_url.get_secret_value())
        journal_of(settings)


def returns_of(settings: Settings, key: Callable[[], str]) -> ReturnAddress | None:
    """Return what makes a return address for each message; None when mail comes back to its sender."""
    return ReturnAddress(address=settings.mail_return, key=key()) if settings.mail_return is not None else None


def journal_of(settings: Settings) -> Journal | None:
    """Return where copies of mail arrive that a server took; None without one, or when mail goes to a folder."""
    from ipa_core.channels.journal import open_journal  # noqa: PLC0415 - only who hands over needs it

    url = settings.journal_url
    return open_journal(url.get_secret_value()) if url and settings.mail_url else None


def teams_channel(database: Database, programme: str, *, at: datetime, deadline: float) -> Channel:
    """Return the way posts go: to the channel in Teams of whoever is on duty."""
    from ipa_core.channels.teams import TeamsChannel  # noqa: PLC0415 - Apprise is slow to import

    contacts = database.read(lambda session: ProgrammeView(session, programme, at=at).directory.contacts)
    on = day_of(at)
    addresses = {one.email: one.channel for one in contacts if one.channel and is_valid_on(one, on)}
    return TeamsChannel(addresses, deadline=deadline)


def surroundings_of(settings: Settings) -> Surroundings:
    """Return what the doctor looks at around the monitor."""
    from ipa_core.usecases.check_health import Surroundings  # noqa: PLC0415 - used here only

    mail_url, journal_url = settings.mail_url, settings.journal_url
    return Surroundings(
        home=settings.home,
        secret_files=(Path(".env"), settings.secret_key_file),
        database_url=settings.database_address,
        mail_url=mail_url.get_secret_value() if mail_url else None,
        mail_folder=settings.mail_folder,
        sender_address=settings.sender_address,
        mail_return=settings.mail_return,
        bounces=settings.bounces,
        journal_url=journal_url.get_secret_value() if journal_url else None,
        prefect_url=os.environ.get("PREFECT_API_URL"),
        prefect_auth_string=os.environ.get("PREFECT_API_AUTH_STRING"),
        prefect_api_key=os.environ.get("PREFECT_API_KEY"),
    )
