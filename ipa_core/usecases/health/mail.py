"""Could mail go out now?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ipa_core.channels.journal import open_journal
from ipa_core.channels.mail_trial import try_mail_server
from ipa_core.domain.mail_addresses import is_made_up
from ipa_core.errors import BadAddress
from ipa_core.reports.health import Check, good, warning, wrong
from ipa_core.usecases.health.machine import nearest_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipa_core.reports.health import Finding

PATIENCE_S: Final = 15.0
"""How long a mail server may take to let us in."""

_OUR_OWN: Final = ("127.0.0.1", "localhost", "::1")
_KINDS: Final = {
    **dict.fromkeys(("530", "534", "535", "538"), "login"),
    "unsupported": "no_login",
    "no_tls": "no_tls",
    "tls": "tls",
}
"""Which finding the code of a hand-over is; any other means that the server is away."""


def check_mail(url: str | None, folder: Path, *, sender_address: str, journal_url: str | None) -> Iterator[Finding]:
    """Yield whether the server lets us in, or whether mail can be written to the folder when there is no server."""
    yield _check_folder(folder) if url is None else _check_server(url)
    if url is not None and journal_url is not None:
        yield _check_journal(journal_url)
    if url is not None and is_made_up(sender_address):
        yield warning(Check.MAIL, "sender_made_up", address=sender_address)


def check_returns(address: str | None, maildir: Path | None) -> Iterator[Finding]:
    """Yield what keeps us from hearing of mail that came back; nothing when neither of both was set."""
    if (address is None) != (maildir is None):
        yield warning(Check.MAIL, "returns_half")
    elif maildir is not None:
        new = maildir / "new"
        if not os.access(new, os.R_OK | os.W_OK | os.X_OK):
            yield wrong(Check.MAIL, "returns_closed", folder=new)


def _check_server(url: str) -> Finding:
    try:
        trial = try_mail_server(url, deadline=PATIENCE_S)
    except BadAddress:
        return wrong(Check.MAIL, "bad_address")
    server = f"{trial.host}:{trial.port}"
    if trial.trouble is not None:
        detail = trial.trouble.detail or trial.trouble.code
        return wrong(Check.MAIL, _KINDS.get(trial.trouble.code, "away"), server=server, detail=detail)
    if not trial.is_secure and trial.host not in _OUR_OWN:
        return warning(Check.MAIL, "not_secure", server=server)
    return good(Check.MAIL, server=server)


def _check_journal(url: str) -> Finding:
    try:
        open_journal(url).has("<doctor@ipa.invalid>")
    except BadAddress:
        return wrong(Check.MAIL, "bad_journal")
    except OSError as error:
        return wrong(Check.MAIL, "journal_away", detail=error.strerror or str(error) or type(error).__name__)
    return good(Check.MAIL, "journal")


def _check_folder(folder: Path) -> Finding:
    place = nearest_folder(folder)
    if (folder.exists() and not folder.is_dir()) or not os.access(place, os.W_OK | os.X_OK):
        return wrong(Check.MAIL, "folder_closed", folder=folder)
    return good(Check.MAIL, "folder", folder=folder)
