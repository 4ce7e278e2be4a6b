"""A monitor in a folder of its own, for stories that take days."""

from __future__ import annotations

import email
import json
from dataclasses import dataclass
from datetime import date, timedelta
from email import policy
from typing import TYPE_CHECKING, Any

from ipa_core.app import App
from ipa_core.settings import Settings
from ipa_core.usecases.show_messages import show_messages
from ipa_core.usecases.show_signals import show_signals
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from ipa_core.reports.message_lines import MessageLine
    from ipa_core.reports.receipts import Receipt
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.usecases.dispatch_outbox import DispatchSummary
    from ipa_core.usecases.run_monitor import MonitorRun

SATURDAY = 5
JOURNAL = "journaal@ipa.example"


@dataclass
class World:
    """The product as a person meets it: days pass, files arrive, mail goes out."""

    home: Path
    database_url: str | None = None
    mail_url: str | None = None
    deadline: float = 60.0
    mail_return: str | None = None
    journal: Path | None = None

    def __post_init__(self) -> None:
        settings = Settings(
            _env_file=None,
            home=self.home,
            database_url=self.database_url,
            mail_url=self.mail_url,
            mail_return=self.mail_return,
            bounces=self.home / "bounces" if self.mail_return else None,
            journal_url=f"maildir://{self.journal}" if self.journal else None,
            journal_address=JOURNAL if self.journal else None,
        )
        self.app = App(settings, deadline=self.deadline)

    def run(self, as_of: str) -> MonitorRun:
        return self.app.run(None, self.app.moment(as_of).at)

    def dispatch(self, as_of: str) -> DispatchSummary:
        return self.app.dispatch("ipa", self.app.moment(as_of).at)[1]

    def run_daily(self, first: str, last: str, *, is_weekend_included: bool = False) -> None:
        """Run from Monday to Friday, as the schedules do, or also in the weekend."""
        for day in days(first, last):
            if is_weekend_included or day.weekday() < SATURDAY:
                self.run(day.isoformat())

    def answer(self, as_of: str, ministry: str, *updates: dict[str, Any], round_code: str = "2025-Q4") -> Receipt:
        document = {"round": round_code, "organisation": ministry, "updates": list(updates)}
        return self.collect(as_of, "opgave.json", json.dumps(document).encode())

    def collect(self, as_of: str, name: str, content: bytes) -> Receipt:
        file = self.home / name
        file.write_bytes(content)
        return self.app.collect_named(file, None, self.app.moment(as_of).at)

    def messages(self, as_of: str, programme: str = "ipa") -> list[MessageLine]:
        at = self.app.moment(as_of).at
        return self.app.database.read(lambda session: show_messages(ProgrammeView(session, programme, at=at)))

    def signals(self, as_of: str, programme: str = "ipa", *, is_all: bool = False) -> list[SignalCard]:
        at = self.app.moment(as_of).at
        return self.app.database.read(
            lambda session: show_signals(ProgrammeView(session, programme, at=at), is_resolved_included=is_all)
        )

    def sent(self, as_of: str, request: str) -> list[tuple[str, str, str]]:
        """What went out about one request: day, rung and the mailbox without its domain."""
        lines = [line for line in self.messages(as_of) if line.key.startswith(f"request:{request}:")]
        went = [
            (line.handed_over_at.date().isoformat(), line.rung, line.recipient.split("@")[0])
            for line in lines
            if line.handed_over_at
        ]
        return sorted(went)

    def mails(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(path.read_bytes(), policy=policy.default)  # type: ignore[misc] # typeshed knows only the old message class
            for path in sorted((self.home / "mail").glob("*.eml"))
        ]


def days(first: str, last: str) -> Iterator[date]:
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day
        day += timedelta(days=1)
