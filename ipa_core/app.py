"""Wiring: which database, which words, which channel, and what time it is. Shells build one and start use cases."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ipa_core import clock, faults
from ipa_core.channels.handover import DEADLINE_S
from ipa_core.domain.breakers import ENDS_ALL
from ipa_core.domain.moments import Moment, parse_moment
from ipa_core.domain.programmes import OwnPolicy
from ipa_core.domain.runs import MONITOR, ScheduledRun
from ipa_core.errors import NoDatabase, NoProgramme, ProgrammeNotChosen, UnknownProgramme, WriteInThePast
from ipa_core.intake.submissions import MAX_BYTES
from ipa_core.render.receipts import ReceiptWriter
from ipa_core.reports.policy_trials import PolicyTrial, compare_runs
from ipa_core.settings import Settings
from ipa_core.sources.bounce_folder import BounceFolder
from ipa_core.sources.drop_folder import DropFolder, fetch_file
from ipa_core.store import programmes
from ipa_core.store.audit import Anchor
from ipa_core.store.database import Database, open_database
from ipa_core.store.locks import sole_dispatcher
from ipa_core.store.looking import looking
from ipa_core.store.secret_key import load_or_make_key
from ipa_core.usecases.attempts import all_attempted
from ipa_core.usecases.change_policy import add_to_policy
from ipa_core.usecases.collect_bounces import collect_bounces
from ipa_core.usecases.collect_inbox import collect_inbox
from ipa_core.usecases.collect_submissions import collect_file
from ipa_core.usecases.detect_knelpunten import DetectionSummary
from ipa_core.usecases.dispatch_outbox import LEASE, DispatchSummary, dispatch_outbox, has_due
from ipa_core.usecases.letterheads import Letterhead, MessageRenderer, Wordless
from ipa_core.usecases.load_programme import LoadSummary, load_programme
from ipa_core.usecases.open_round import OpenedRound, open_due_round
from ipa_core.usecases.progress import Progress, unseen
from ipa_core.usecases.promise_messages import promise_messages
from ipa_core.usecases.run_monitor import MonitorRun, ProgrammeRun, detect_and_promise, rehearse_programme
from ipa_core.usecases.views import ProgrammeView
from ipa_core.usecases.watch_runs import complete_run
from ipa_core.wires import journal_of, mail_channel, returns_of, surroundings_of, teams_channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.channels.handover import Channel
    from ipa_core.reports.health import Finding
    from ipa_core.reports.receipts import Receipt
    from ipa_core.store.archives import Manifest
    from ipa_core.usecases.verify_audit import AuditReport

SHIPPED = Path(str(files("ipa_core.programmes").joinpath("ipa")))
"""The folder of the programme that comes with the package."""

IN_MEMORY = "sqlite://"

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class App:
    """Everything that a shell needs, made when it is first asked for.

    `deadline` is the number of seconds that handing over one message may take in all, connecting included;
    `is_stopping` tells whether somebody waits for us to stop, so that no next message should go.
    """

    settings: Settings
    deadline: float = DEADLINE_S
    is_stopping: Callable[[], bool] = lambda: False

    @cached_property
    def database(self) -> Database:
        """The database, with its schema up to date."""
        if self.settings.database_url is None:
            self.settings.home.mkdir(parents=True, exist_ok=True)
        return open_database(self.settings.database_address)

    @cached_property
    def secret_key(self) -> str:
        """What signs our forms: as set, else made and kept at home."""
        if self.settings.secret_key is not None:
            return self.settings.secret_key.get_secret_value()
        return load_or_make_key(self.settings.secret_key_file)

    @cached_property
    def letterhead(self) -> Letterhead:
        """Words, addresses and files for messages that will go."""
        from ipa_core.render.messages import Renderer  # noqa: PLC0415 - only who writes messages needs the templates
        from ipa_core.render.request_files import FileWriter  # noqa: PLC0415 - only who promises them needs Excel

        return replace(self._address(Renderer()), files=FileWriter(lambda: self.secret_key))

    def _address(self, renderer: MessageRenderer) -> Letterhead:
        domain = self.settings.sender_address.rpartition("@")[2]
        return Letterhead(renderer=renderer, base_url=self.settings.link_base, domain=domain)

    @contextmanager
    def channel(self) -> Iterator[Channel]:
        """The way messages go: a mail server, or files in a folder."""
        with mail_channel(self.settings, key=lambda: self.secret_key, deadline=self.deadline) as channel:
            yield channel

    def moment(self, as_of: str | datetime | None) -> Moment:
        """Return the moment that was asked for, else now; bad text raises UnknownMoment."""
        if as_of is None:
            return Moment(at=clock.now())
        return parse_moment(as_of) if isinstance(as_of, str) else Moment(at=as_of)

    def choose(self, programme: str | None) -> list[str]:
        """Return the programme that was named, or all; raises UnknownProgramme or NoProgramme."""
        codes = self.database.read(programmes.list_codes)
        if programme is not None and programme not in codes:
            raise UnknownProgramme(programme, tuple(codes))
        if not codes:
            raise NoProgramme
        return codes if programme is None else [programme]

    def choose_one(self, programme: str | None) -> str:
        """Return the programme that was named, or the only one; raises ProgrammeNotChosen."""
        codes = self.choose(programme)
        if len(codes) > 1:
            raise ProgrammeNotChosen(tuple(codes))
        return codes[0]

    def has_programme(self) -> bool:
        """Tell whether anything was ever loaded; looks no further than a file that is not there."""
        if self.settings.database_url is None and not self.settings.database_file.exists():
            return False
        return bool(self.database.read(programmes.list_codes))

    def load(self, folder: Path, at: datetime, progress: Progress = unseen) -> LoadSummary:
        """Load or update a programme folder."""
        from ipa_core.intake.programme_folder import read_programme  # noqa: PLC0415 - only loading reads folders

        read = read_programme(folder)
        return self.database.write(lambda session: load_programme(session, read, at=at, progress=progress))

    def load_shipped(self, at: datetime) -> str | None:
        """Load the programme that comes with the package if there is none at all; return its code if this did it."""
        if self.has_programme():
            return None
        summary = self.load(SHIPPED, at)
        # Somebody else may have loaded it at the same moment.
        return summary.programme if summary.new else None

    def collect(self, programme: str | None, at: datetime) -> list[Receipt]:
        """Take in what came back and what lies in the drop folder; what fails is raised after the others are done."""
        self._refuse_past(programme, at)
        receipts: list[Receipt] = []
        with all_attempted() as attempts:
            with attempts.part("bounces"):
                self._collect_bounces(programme, at)
            with attempts.part("inbox"):
                receipts = self._collect_inbox(programme, at)
        return receipts

    def _collect_bounces(self, programme: str | None, at: datetime) -> None:
        returns, folder = returns_of(self.settings, lambda: self.secret_key), self.settings.bounces
        if returns is not None and folder is not None:
            collect_bounces(self.database, BounceFolder(folder), returns=returns, programme=programme, at=at)

    def _collect_inbox(self, programme: str | None, at: datetime) -> list[Receipt]:
        return collect_inbox(
            self.database,
            self._drop_folder,
            renderer=ReceiptWriter(),
            programme=programme,
            form_key=self.secret_key,
            at=at,
        )

    def collect_named(self, file: Path, programme: str | None, at: datetime) -> Receipt:
        """Take in one file, which stays where it is; an unreadable one raises OSError."""
        self._refuse_past(programme, at)
        return collect_file(
            self.database,
            name=file.name,
            content=fetch_file(file, max_bytes=MAX_BYTES).content,
            programme=programme,
            form_key=self.secret_key,
            at=at,
        )

    def _refuse_past(self, programme: str | None, at: datetime) -> None:
        codes = self.choose(programme)
        self.database.read(lambda session: programmes.refuse_past(session, codes, at=at))

    def open_due_round(self, programme: str, at: datetime) -> OpenedRound | None:
        """Open the round whose day has come."""
        return self.database.write(lambda session: open_due_round(session, programme, at=at))

    def detect(self, programme: str, at: datetime) -> tuple[DetectionSummary, int]:
        """Update the signals and promise the messages."""
        return self.database.write(
            lambda session: detect_and_promise(session, programme, letterhead=self.letterhead, at=at)
        )

    def dispatch(self, programme: str, at: datetime) -> tuple[int, DispatchSummary]:
        """Check once more what is promised, and hand over what is due, unless another dispatcher is at it."""
        promised = self.database.write(
            lambda session: promise_messages(session, programme, letterhead=self.letterhead, at=at)
        )
        return promised, self.hand_over(programme, at)

    def hand_over(self, programme: str, at: datetime) -> DispatchSummary:
        """Hand over what is due, unless another dispatcher is at it."""
        with sole_dispatcher(self.database.engine, self.settings.home, programme) as is_sole:
            if not is_sole():
                return DispatchSummary()
            faults.at("outbox.after_lock")
            if not self.database.read(lambda session: has_due(session, programme, at=at)):
                return DispatchSummary()
            send = partial(
                dispatch_outbox,
                self.database,
                programme,
                sender=self.settings.mail_from,
                now=clock.going_on(at),
                lease=LEASE * (self.deadline / DEADLINE_S),
                is_sole=is_sole,
                is_stopping=self.is_stopping,
            )
            with self.channel() as channel:
                is_post = False if self._has_posts else None
                done = send(channel=channel, journal=journal_of(self.settings), is_post=is_post)
            if not self._has_posts or done.stopped in ENDS_ALL:
                return done
            teams = teams_channel(self.database, programme, at=at, deadline=self.deadline)
            return done.joined(send(channel=teams, is_post=True))

    @property
    def _has_posts(self) -> bool:
        """Whether posts go to Teams: with a trial that writes mail to a folder they go there as well."""
        return self.settings.mail_url is not None

    def run(self, programme: str | None, at: datetime) -> MonitorRun:
        """Do the main job once, for one programme or for all.

        A programme that fails does not keep the others waiting: they are done first, then its error is raised.
        """
        loaded = self.load_shipped(at) if programme is None else None
        codes = self.choose(programme)
        receipts: list[Receipt] = []
        now = clock.going_on(at)
        with all_attempted() as attempts:
            opened = attempts.each(codes, lambda code: self.open_due_round(code, at))
            faults.at("run.after_opening")
            with attempts.part("inbox"):
                receipts = self.collect(programme, at)
            runs = attempts.each(codes, lambda code: self._run_one(code, opened.get(code), at, now))
        done = MonitorRun(at=at, receipts=tuple(receipts), programmes=tuple(runs.values()), loaded=loaded)
        self.report(done)
        return done

    def report(self, done: MonitorRun) -> bool:
        """Tell whoever watches us that a run over all programmes was complete; tell whether that was done."""
        from ipa_core.channels.heartbeat import beat  # noqa: PLC0415 - used here only
        from ipa_core.usecases.report_life import report_life  # noqa: PLC0415 - used here only

        url = self.settings.heartbeat_url
        if url is None or {one.programme for one in done.programmes} != set(self.choose(None)):
            return False
        return report_life(self.database, done, beat=lambda: beat(url.get_secret_value()))

    def complete_run(self, programme: str, slot_at: datetime, next_slot_at: datetime, at: datetime) -> bool:
        """Note that the whole job is done that the schedule started; tell whether that was new."""
        run = ScheduledRun(kind=MONITOR, slot_at=slot_at, completed_at=at, next_slot_at=next_slot_at)
        return self.database.write(lambda session: complete_run(session, programme, run))

    def _run_one(
        self, programme: str, opened: OpenedRound | None, at: datetime, now: Callable[[], datetime]
    ) -> ProgrammeRun:
        faults.at("run.after_collecting")
        detection, promised = self.detect(programme, at)
        faults.at("run.after_promising")
        return ProgrammeRun(
            programme=programme,
            opened_round=opened,
            detection=detection,
            promised=promised,
            dispatch=self.hand_over(programme, now()),
        )

    @contextmanager
    def borrowed(self, at: datetime) -> Iterator[App]:
        """Yield an app to look around in: this one, or one in memory with the shipped programme if nothing is there."""
        if self.has_programme():
            yield self
            return
        settings = self.settings.model_copy(update={"database_url": _secret(IN_MEMORY)})
        app = App(settings)
        app.load(SHIPPED, at)
        yield app
        app.database.close()

    def rehearse(
        self,
        programme: str,
        at: datetime,
        look: Callable[[ProgrammeView, ProgrammeRun], ResultT],
        *,
        trial: OwnPolicy | None = None,
        letterhead: Letterhead | None = None,
    ) -> ResultT:
        """Do what a run would do, let `look` see the result, and take all of it back.

        With a `trial` the run comes after a load that adds this to the policy, and plans the notices anew. Without a
        `letterhead` the messages have their words, but no files: those need the key, which may not have been made yet.
        """
        from ipa_core.render.messages import Renderer  # noqa: PLC0415 - only who writes messages needs the templates

        told = letterhead or self._address(Renderer())

        def work(session: Session) -> ResultT:
            if trial is not None:
                add_to_policy(session, programme, trial, at=at)
            is_planned_anew = trial is not None
            done = rehearse_programme(session, programme, letterhead=told, at=at, is_planned_anew=is_planned_anew)
            return look(ProgrammeView(session, programme, at=at), done)

        return self.database.rehearse(work)

    def try_policy(self, programme: str, trial: OwnPolicy, at: datetime) -> PolicyTrial:
        """Compare the policy that stands with one to which this is added, and leave no trace."""
        from ipa_core.usecases.try_policy import compare_histories, look_ahead  # noqa: PLC0415 - used here only

        history = self.database.read(lambda session: compare_histories(ProgrammeView(session, programme, at=at), trial))
        wordless = self._address(Wordless())
        try:
            standing, tried = (
                self.rehearse(programme, at, lambda view, _: look_ahead(view), trial=added, letterhead=wordless)
                for added in (OwnPolicy(), trial)
            )
        except WriteInThePast:
            return PolicyTrial(programme=programme, at=at, now=None, history=history)
        return PolicyTrial(programme=programme, at=at, now=compare_runs(standing, tried), history=history)

    def check_health(self, as_of: str | datetime | None) -> list[Finding]:
        """Look at everything around the monitor and in it; it neither writes nor sends."""
        from ipa_core.usecases.check_health import check_health  # noqa: PLC0415 - used here only

        around = surroundings_of(self.settings)
        return check_health(around, at=self.moment(as_of).at, now=clock.now())

    def verify_audit(self, anchor: str | None) -> AuditReport:
        """Check the log of acts, and an anchor that was noted before; bad text raises UnknownAnchor."""
        from ipa_core.usecases.verify_audit import verify_audit  # noqa: PLC0415 - used here only

        noted = Anchor.parse(anchor) if anchor is not None else None
        try:
            with looking(self.settings.database_address) as session:
                return verify_audit(session, noted)
        except FileNotFoundError:
            raise NoDatabase from None

    def back_up(self, target: Path) -> Manifest:
        """Write a backup file; others may go on writing meanwhile."""
        from ipa_core.usecases.back_up import back_up  # noqa: PLC0415 - used here only

        settings = self.settings
        return back_up(target, url=settings.database_address, secret_key_file=settings.secret_key_file, at=clock.now())

    def restore(self, source: Path) -> Manifest:
        """Put a backup back into an empty home."""
        from ipa_core.usecases.restore_backup import restore_backup  # noqa: PLC0415 - used here only

        settings = self.settings
        return restore_backup(source, url=settings.database_address, secret_key_file=settings.secret_key_file)

    def waiting_files(self) -> list[str]:
        """Return the names of the files in the drop folder."""
        return [path.name for path in self._drop_folder.list_waiting()]

    @property
    def _drop_folder(self) -> DropFolder:
        return DropFolder(self.settings.inbox_folder, max_bytes=MAX_BYTES)


def build_app(settings: Settings | None = None) -> App:
    """Build the app from the environment."""
    return App(settings or Settings())


def _secret(text: str) -> object:
    from pydantic import SecretStr  # noqa: PLC0415 - used here only

    return SecretStr(text)
