"""Look at the whole system: what is well, what is not, and in which order is that told?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.reports.health import in_order
from ipa_core.usecases.health.database import check_database
from ipa_core.usecases.health.machine import check_home, check_python, check_secrets
from ipa_core.usecases.health.mail import check_mail, check_returns
from ipa_core.usecases.health.schedules import check_schedules

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ipa_core.reports.health import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the monitor was set up with; what is None was not set."""

    home: Path
    secret_files: tuple[Path, ...]
    database_url: str
    mail_url: str | None
    mail_folder: Path
    sender_address: str
    mail_return: str | None
    bounces: Path | None
    journal_url: str | None
    prefect_url: str | None
    prefect_auth_string: str | None
    prefect_api_key: str | None


def check_health(around: Surroundings, *, at: datetime, now: datetime) -> list[Finding]:
    """Return the findings in the order of `Check`. Writes nothing, sends nothing, and does not stop at trouble.

    `at` is the moment to look at; `now` is the clock of this machine, to compare with that of the database server.
    """
    is_mail_real = around.mail_url is not None
    return in_order(
        [
            check_python(),
            check_home(around.home),
            *check_secrets(*around.secret_files),
            *check_database(around.database_url, at=at, now=now, is_mail_real=is_mail_real),
            *check_mail(
                around.mail_url,
                around.mail_folder,
                sender_address=around.sender_address,
                journal_url=around.journal_url,
            ),
            *check_returns(around.mail_return, around.bounces),
            *check_schedules(
                around.prefect_url, auth_string=around.prefect_auth_string, api_key=around.prefect_api_key
            ),
        ]
    )
