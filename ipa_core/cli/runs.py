"""Run, detect, dispatch and rehearse: start the job and tell what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core import clock
from ipa_core.cli.screens import run_lines
from ipa_core.cli.shell import view_each
from ipa_core.domain.signals import ChangeKind
from ipa_core.errors import WriteInThePast
from ipa_core.usecases.attempts import all_attempted
from ipa_core.usecases.run_monitor import MonitorRun, ProgrammeRun
from ipa_core.usecases.show_messages import show_messages
from ipa_core.usecases.show_signals import show_signals
from ipa_core.wires import check_addresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ipa_core.app import App
    from ipa_core.cli.shell import Shell
    from ipa_core.reports.message_lines import MessageLine
    from ipa_core.reports.signal_cards import SignalCard
    from ipa_core.usecases.views import ProgrammeView

ATTEMPTS = 3

OPENED = (ChangeKind.OPENED, ChangeKind.CAME_BACK)


@dataclass(frozen=True)
class RunReport:
    """A run with what it left behind, read back from the database."""

    run: MonitorRun
    cards: dict[str, SignalCard]
    messages: list[MessageLine]
    mail_folder: str
    is_collected: bool = True
    """Whether somebody looked what came in."""

    is_rehearsal: bool = False

    @property
    def new(self) -> list[SignalCard]:
        """What opened in this run and stands open."""
        return [card for card in self._happened(*OPENED) if card.signal.is_open]

    @property
    def worse(self) -> list[SignalCard]:
        """What was there before and weighs more now."""
        opened = {card.signal.id for card in self._happened(*OPENED)}
        worse = self._happened(ChangeKind.RAISED)
        return [card for card in worse if card.signal.is_open and card.signal.id not in opened]

    @property
    def solved(self) -> list[SignalCard]:
        """What was there before and is solved now."""
        opened = {card.signal.id for card in self._happened(*OPENED)}
        return [card for card in self._happened(ChangeKind.RESOLVED) if card.signal.id not in opened]

    @property
    def passed(self) -> int:
        """How many opened and were solved again before this run came to look."""
        return sum(not card.signal.is_open for card in self._happened(*OPENED))

    def _happened(self, *kinds: ChangeKind) -> list[SignalCard]:
        ids = [identity for one in self.run.programmes for identity in one.detection.of_kind(*kinds)]
        found = [self.cards[identity] for identity in dict.fromkeys(ids) if identity in self.cards]
        return sorted(found, key=lambda card: (-card.signal.severity.weight, card.signal.id))

    @property
    def open_signals(self) -> int:
        """How many signals stand open."""
        return sum(card.signal.is_open for card in self.cards.values())


def run(app: App, shell: Shell, programme: str | None, as_of: str | None) -> None:
    """Do the main job once."""
    _show(app, shell, _at_moment(app, as_of, lambda at: app.run(programme, at)), programme, is_collected=True)


def detect(app: App, shell: Shell, programme: str | None, as_of: str | None) -> None:
    """Update the signals and promise the messages."""

    def work(at: datetime) -> MonitorRun:
        def one(code: str) -> ProgrammeRun:
            detection, promised = app.detect(code, at)
            return ProgrammeRun(programme=code, detection=detection, promised=promised)

        return _each(app, programme, at, one)

    _show(app, shell, _at_moment(app, as_of, work), programme, is_collected=False)


def dispatch(app: App, shell: Shell, programme: str | None, as_of: str | None) -> None:
    """Hand over what is due."""

    def work(at: datetime) -> MonitorRun:
        now = clock.going_on(at)

        def one(code: str) -> ProgrammeRun:
            promised, handed = app.dispatch(code, now())
            return ProgrammeRun(programme=code, promised=promised, dispatch=handed)

        return _each(app, programme, at, one)

    _show(app, shell, _at_moment(app, as_of, work), programme, is_collected=False)


def _each(app: App, programme: str | None, at: datetime, step: Callable[[str], ProgrammeRun]) -> MonitorRun:
    """Do it for each programme; one that fails keeps no other waiting."""
    with all_attempted() as attempts:
        done = attempts.each(app.choose(programme), step)
    return MonitorRun(at=at, programmes=tuple(done.values()))


def _at_moment(app: App, as_of: str | None, work: Callable[[datetime], MonitorRun]) -> MonitorRun:
    """Do the work; when somebody wrote just after the moment that we took for now, take a later one."""
    for _ in range(ATTEMPTS):
        try:
            return work(app.moment(as_of).at)
        except WriteInThePast:
            if as_of is not None:
                raise
    return work(app.moment(as_of).at)


def rehearse(app: App, shell: Shell, programme: str | None, as_of: str | None) -> None:
    """Tell what a run would do, and leave no trace."""
    at = app.moment(as_of).at
    check_addresses(app.settings)
    with app.borrowed(at) as lent:
        reports = [lent.rehearse(code, at, _report_inside) for code in lent.choose(programme)]
    runs = tuple(one for report in reports for one in report.run.programmes)
    merged = RunReport(
        run=MonitorRun(at=at, programmes=runs),
        cards={identity: card for report in reports for identity, card in report.cards.items()},
        messages=[line for report in reports for line in report.messages],
        mail_folder="",
        is_collected=False,
        is_rehearsal=True,
    )
    waiting = len(app.waiting_files())
    shell.show(
        {**merged.run.as_json(open_signals=merged.open_signals), "dry_run": True, "waiting_files": waiting},
        run_lines(merged, waiting_files=waiting),
    )


def _report_inside(view: ProgrammeView, done: ProgrammeRun) -> RunReport:
    cards = {card.signal.id: card for card in show_signals(view, is_resolved_included=True)}
    return RunReport(
        run=MonitorRun(at=view.at, programmes=(done,)), cards=cards, messages=show_messages(view), mail_folder=""
    )


def _show(app: App, shell: Shell, done: MonitorRun, programme: str | None, *, is_collected: bool) -> None:
    cards = view_each(app, programme, done.at, lambda view: show_signals(view, is_resolved_included=True))
    report = RunReport(
        run=done,
        cards={card.signal.id: card for card in cards},
        messages=view_each(app, programme, done.at, show_messages),
        mail_folder=_mail_folder(app),
        is_collected=is_collected,
    )
    shell.show(done.as_json(open_signals=report.open_signals), run_lines(report))


def _mail_folder(app: App) -> str:
    """Return where mail was written; nothing when it goes to a server, or none was written yet."""
    folder = app.settings.mail_folder
    return str(folder) if app.settings.mail_url is None and folder.is_dir() else ""
