"""Live through made-up years with the real product: its intake, its runs, its outbox, on a database in memory."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ipa_core.app import IN_MEMORY, App
from ipa_core.domain.moments import at_time
from ipa_core.domain.organisations import Role
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.errors import InputRefused, WriteInThePast
from ipa_core.settings import Settings
from ipa_core.simulation.people import People
from ipa_core.simulation.small_programme import (
    CODE,
    MINISTRIES,
    made_up_mailboxes,
    replaced_main,
    write_mailboxes,
    write_small_programme,
)
from ipa_core.simulation.stories import Run
from ipa_core.simulation.weather import SATURDAY, make_weather
from ipa_core.simulation.wire import MachineDied, Wire
from ipa_core.store import rounds, signals
from ipa_core.usecases.collect_submissions import collect_file
from ipa_core.usecases.decide import decide
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ipa_core.channels.handover import Channel
    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.rounds import Request
    from ipa_core.domain.signals import Signal
    from ipa_core.simulation.small_programme import Mailbox
    from ipa_core.simulation.weather import Bell

BEGINS_ON = date(2026, 1, 5)
PEOPLE_AT = 14
"""The hour at which people do their work."""


@dataclass(frozen=True)
class _Played(App):
    """The app with a mail server of our own."""

    wire: Wire = field(default_factory=lambda: Wire(now=at_time(BEGINS_ON, 9)))

    @contextmanager
    def channel(self) -> Iterator[Channel]:
        yield self.wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A life that was lived: its database, the mail server, the runs that were complete, and how many died."""

    app: App
    code: str
    wire: Wire
    runs: tuple[Run, ...]
    deaths: int
    refused: dict[str, datetime]
    ends_at: datetime


@contextmanager
def played(seed: int, years: int) -> Iterator[Played]:
    """Live through the years and yield what there is at the end; the same seed gives the same life."""
    with TemporaryDirectory() as home:
        life = _Life(Random(seed), Path(home), years)
        try:
            yield life.live()
        finally:
            life.app.database.close()


class _Life:
    def __init__(self, rng: Random, home: Path, years: int) -> None:
        self.rng, self.folder = rng, home / "programme"
        self.ends_on = BEGINS_ON + timedelta(days=365 * years)
        self.weather = make_weather(rng, BEGINS_ON, self.ends_on)
        self.people = People(rng)
        self.mailboxes: list[Mailbox] = made_up_mailboxes()
        self.wire = Wire(now=at_time(BEGINS_ON, 9))
        settings = Settings(_env_file=None, home=home, database_url=IN_MEMORY, secret_key=_KEY)
        self.app = _Played(settings, wire=self.wire)
        self.runs: list[Run] = []
        self.refused: dict[str, datetime] = {}
        self.deaths = 0

    def live(self) -> Played:
        write_small_programme(self.folder, self.rng, begins_on=BEGINS_ON)
        self.app.load(self.folder, at_time(BEGINS_ON, 8))
        on = BEGINS_ON
        while on <= self.ends_on:
            for bell in self.weather.bells(self.rng, on):
                self._run(bell)
            if on.weekday() < SATURDAY:
                self._work(on)
            on += timedelta(days=1)
        return Played(
            app=self.app,
            code=CODE,
            wire=self.wire,
            runs=tuple(self.runs),
            deaths=self.deaths,
            refused=self.refused,
            ends_at=at_time(self.ends_on, 23),
        )

    def _run(self, bell: Bell) -> None:
        self.wire.now, self.wire.is_up, self.wire.death = bell.at, bell.is_mail_up, bell.death
        try:
            self.app.run(CODE, bell.at)
        except WriteInThePast:
            return
        except MachineDied:
            self.deaths += 1
            return
        self.runs.append(Run(at=bell.at, is_mail_up=bell.is_mail_up))

    def _work(self, on: date) -> None:
        """Let people do what they do on a working day, one after the other."""
        at = at_time(on, PEOPLE_AT)
        if self.rng.random() < _REPLACED:
            self._replace_somebody(on, at)
        with suppress(WriteInThePast):
            self._answer_and_decide(on, at)

    def _answer_and_decide(self, on: date, at: datetime) -> None:
        opened = self.app.database.read(lambda session: rounds.list_rounds(session, CODE, known_at=at))
        if not self.people.is_busy(on, len(opened)):
            return
        seen = self.app.database.read(lambda session: _look(ProgrammeView(session, CODE, at=at)))
        for content in self.people.answers(seen.requests, seen.dossiers, on):
            collect_file(self.app.database, name="opgave.json", content=content, programme=CODE, form_key=_KEY, at=at)
        for act in self.people.acts(seen.told, seen.calendar, on):
            # What was solved by an answer of today, or was snoozed too often, is refused.
            with suppress(InputRefused):
                self.app.database.write(lambda session, one=act: decide(session, CODE, one, at=at))  # type: ignore[misc] # bound now

    def _replace_somebody(self, on: date, at: datetime) -> None:
        """Let the main contact of a ministry leave, or let the mail server refuse it from now on."""
        ministry = self.rng.choice(MINISTRIES)
        present = next(
            one for one in self.mailboxes if (one.organisation, one.role, one.valid_to) == (ministry, "main", None)
        )
        if self.rng.random() < _BREAKS and present.email not in self.refused:
            self.refused[present.email] = at
            self.wire.refused.add(present.email)
            return
        starts_on = on + timedelta(days=self.rng.choice((1, 1, 4, 15)))
        self.mailboxes = replaced_main(self.mailboxes, ministry, on=starts_on, turn=len(self.mailboxes))
        write_mailboxes(self.folder, self.mailboxes)
        self.app.load(self.folder, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What people see before they act: open requests, dossiers, and signals with who may decide about them."""

    requests: list[Request]
    dossiers: dict[str, Dossier]
    told: list[tuple[Signal, str]]
    calendar: Calendar


def _look(view: ProgrammeView) -> _Seen:
    opened = [one for one in list_requests(view, with_lines=True) if one.state_at(view.at) is RequestState.OPEN]
    register = view.register
    found = [
        (signal, contacts[0].email)
        for signal in signals.read_at(view.session, view.code, at=view.at)
        if signal.dossier in register and signal.severity >= Severity.MEDIUM
        if (contacts := view.contacts(Role.MAIN, view.ministry_of(signal.subject, signal.dossier)))
    ]
    return _Seen(
        requests=opened,
        dossiers=view.dossiers() if opened else {},
        told=found,
        calendar=view.calendar,
    )


_KEY = "nagespeeld"
_REPLACED, _BREAKS = 0.01, 0.2
