"""Mails that came back, as mail servers write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def a_bounce(to: str, *, action: str = "failed", status: str = "5.1.1", head: str = "") -> bytes:
    """Return a report as RFC 3464 asks for, with a human text that says something else."""
    text = f"""\
From: MAILER-DAEMON@mail.example
To: {to}
{head}Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_x"

--=_x
Content-Type: text/plain

This is only a text for people. Action: relayed

--=_x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Wed, 4 Feb 2026 10:00:05 +0100

Final-Recipient: rfc822; szw-main@ministerie.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--=_x
Content-Type: message/rfc822

From: IPA-monitor <ipa@ipa.example>
Subject: IPA

tekst

--=_x--
"""
    return text.replace("\n", "\r\n").encode()


def drop(folder: Path, content: bytes, name: str = "1770196805.M1P1.mail") -> None:
    """Deliver it as a mail server does into a Maildir."""
    for each in ("new", "cur", "tmp"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    (folder / "new" / name).write_bytes(content)
