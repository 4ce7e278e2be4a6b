"""Live through made-up years with the real product: its intake, its runs, its outbox, on a database in memory."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ipa_core.app import IN_MEMORY, App
from ipa_core.domain.episodes import UNANSWERED_REQUEST
from ipa_core.domain.moments import at_time
from ipa_core.domain.organisations import Role
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.errors import InputRefused, WriteInThePast
from ipa_core.intake.programme_folder import read_programme
from ipa_core.settings import Settings
from ipa_core.simulation.mailboxes import Mailbox, absent_main, replaced_main, write_mailboxes
from ipa_core.simulation.people import People
from ipa_core.simulation.small_programme import write_small_programme
from ipa_core.simulation.stories import Run
from ipa_core.simulation.weather import SATURDAY, make_weather
from ipa_core.simulation.wire import MachineDied, Service, Wire
from ipa_core.store import rounds, signals
from ipa_core.usecases.collect_submissions import collect_file
from ipa_core.usecases.decide import decide
from ipa_core.usecases.progress import Progress, unseen
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
    """A life that was lived: its database, the mail server, the runs, and how many of them died."""

    app: App
    code: str
    wire: Wire
    runs: tuple[Run, ...]
    deaths: int
    refused: dict[str, datetime]
    ends_at: datetime


@contextmanager
def played(
    seed: int, *, days: int, folder: Path | None = None, begins_on: date = BEGINS_ON, progress: Progress = unseen
) -> Iterator[Played]:
    """Live through the days and yield what there is at the end; the same seed gives the same life.

    `folder` is that of the programme; without one it is a small one that is made up as well.
    """
    with TemporaryDirectory() as home:
        rng = Random(seed)  # noqa: S311 - a made-up life, not a secret
        life = _Life(rng, Path(home), folder, begins_on, days, progress)
        try:
            yield life.live()
        finally:
            life.app.database.close()


class _Life:
    def __init__(
        self, rng: Random, home: Path, folder: Path | None, begins_on: date, days: int, progress: Progress
    ) -> None:
        self.rng, self.folder, self.progress = rng, home / "programme", progress
        self.begins_on, self.ends_on = begins_on, begins_on + timedelta(days=days)
        self.weather = make_weather(rng, begins_on, self.ends_on)
        self.people = People(rng)
        if folder is None:
            write_small_programme(self.folder, rng, begins_on=begins_on)
        else:
            read_programme(folder)  # What is wrong with it is told before it is copied.
            copytree(folder, self.folder)
        read = read_programme(self.folder)
        self.code = read.programme.code
        self.mailboxes = [
            Mailbox(
                organisation=one.organisation,
                email=one.email,
                role=one.role.value,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
            )
            for one in read.contacts
        ]
        self.wire = Wire(now=at_time(begins_on, 9))
        settings = Settings(_env_file=None, home=home, database_url=SecretStr(IN_MEMORY), secret_key=SecretStr(_KEY))
        self.app = _Played(settings, wire=self.wire)
        self.runs: list[Run] = []
        self.refused: dict[str, datetime] = {}
        self.deaths = 0

    def live(self) -> Played:
        self.app.load(self.folder, at_time(self.begins_on, 8))
        of = (self.ends_on - self.begins_on).days
        for day in range(of + 1):
            on = self.begins_on + timedelta(days=day)
            bells = list(self.weather.bells(self.rng, on))
            work_at = at_time(on, PEOPLE_AT)
            for bell in bells:
                if bell.at < work_at:
                    self._run(bell)
            if on.weekday() < SATURDAY:
                self._work(on)
            for bell in bells:
                if bell.at >= work_at:
                    self._run(bell)
            self.progress("dagen", day, of)
        return Played(
            app=self.app,
            code=self.code,
            wire=self.wire,
            runs=tuple(self.runs),
            deaths=self.deaths,
            refused=self.refused,
            ends_at=at_time(self.ends_on, 23),
        )

    def _run(self, bell: Bell) -> None:
        self.wire.now, self.wire.service, self.wire.death = bell.at, bell.service, bell.death
        self.wire.answered.clear()
        died_after = None
        try:
            self.app.run(self.code, bell.at)
        except WriteInThePast:
            return
        except MachineDied:
            self.deaths += 1
            died_after = frozenset(self.wire.answered)
        self.runs.append(Run(at=bell.at, is_mail_up=bell.service is Service.UP, died_after=died_after))

    def _work(self, on: date) -> None:
        """Let people do what they do on a working day, one after the other."""
        at = at_time(on, PEOPLE_AT)
        if self.rng.random() < _MOVES:
            self._move_somebody(on, at)
        with suppress(WriteInThePast):
            self._answer_and_decide(on, at)

    def _answer_and_decide(self, on: date, at: datetime) -> None:
        opened = self.app.database.read(lambda session: rounds.list_rounds(session, self.code, known_at=at))
        if not self.people.is_busy(on, len(opened)):
            return
        seen = self.app.database.read(lambda session: _look(ProgrammeView(session, self.code, at=at)))
        for content in (
            *self.people.answers(seen.requests, seen.dossiers, on),
            *self.people.corrections(seen.dossiers, on),
        ):
            self._take_in(content, at)
        for act in self.people.acts(seen.told, seen.calendar, on):
            # What was solved by an answer of today, or was snoozed too often, is refused.
            with suppress(InputRefused):
                self.app.database.write(lambda session, one=act: decide(session, self.code, one, at=at))  # type: ignore[misc] # bound now

    def _take_in(self, content: bytes, at: datetime) -> None:
        collect_file(self.app.database, name="opgave.json", content=content, programme=self.code, form_key=_KEY, at=at)

    def _move_somebody(self, on: date, at: datetime) -> None:
        """Let a main contact leave or go on holiday, or let the mail server refuse it from now on."""
        mains = [one for one in self.mailboxes if one.role == Role.MAIN and one.is_there_on(on)]
        if not mains:
            return
        present, chance = self.rng.choice(mains), self.rng.random()
        if chance < _BREAKS and present.email not in self.refused:
            self.refused[present.email] = at
            self.wire.refused.add(present.email)
            return
        tomorrow = on + timedelta(days=1)
        if chance < _HOLIDAY:
            until = on + timedelta(days=self.rng.randint(3, 24))
            self.mailboxes = absent_main(self.mailboxes, present, until=until)
        else:
            begins_on = tomorrow + timedelta(days=self.rng.choice((0, 0, 3, 14)))
            self.mailboxes = replaced_main(self.mailboxes, present, left_on=tomorrow, on=begins_on)
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
        if (signal.dossier in register or signal.rule == UNANSWERED_REQUEST) and signal.severity >= Severity.MEDIUM
        if (contacts := view.contacts(Role.MAIN, view.ministry_of(signal.subject, signal.dossier)))
    ]
    return _Seen(
        requests=opened,
        dossiers=view.dossiers(),
        told=found,
        calendar=view.calendar,
    )


_KEY = "nagespeeld"
_MOVES, _BREAKS, _HOLIDAY = 0.015, 0.2, 0.6
