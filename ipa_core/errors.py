"""What can go wrong, sorted by what the caller does about it.

IpaError
├── InputRefused            tell the sender, with all problems at once; nothing of the input was used
├── Refusal                 refuse: say what was asked that cannot be done now
│   ├── WriteInThePast      a moment earlier than the programme's latest write
│   ├── UnknownRound        a round that was never opened
│   ├── RoundAlreadyOpen    a round opens once
│   ├── PeriodTooFar        a round about a period that begins in more than a year
│   ├── UnknownRequest      a ministry that was not asked in the round
│   ├── RequestSettled      a request of which nothing is left to answer, or that was waived
│   ├── UnknownSignal       no signal with this id at this moment
│   ├── NoSignalButDossier  the code of a dossier where a signal belongs
│   ├── UnknownDossier      no recommendation or measure with this code
│   ├── DatabaseTooNew      a later version of the monitor made this database
│   ├── NoDatabase          nothing was ever stored
│   ├── FileTaken           a file that would have to be overwritten
│   ├── BackupDamaged       not a backup, or not all of it
│   ├── HomeNotEmpty        a backup goes back into an empty home only
│   ├── NobodyOnDuty        nobody has any of the roles that this is for
│   ├── FolderMissing       a file was to be written where there is no folder
│   ├── BadAddress          a setting that is not the address of a database or mail server
│   ├── SenderRefused       IPA_MAIL_FROM holds nothing that a mail can have as its sender
│   ├── ReturnAddressRefused  IPA_MAIL_RETURN is no address that a return address can begin with
│   ├── JournalRefused      the journal needs both of its settings, and one address
│   ├── PortTaken           somebody listens on the port already
│   ├── PortForbidden       this user may not listen on the port
│   └── AlreadyServing      the schedules of this home run already
├── UsageError              wrong usage: the command was not clear
│   ├── UnknownProgramme    no programme with this code
│   ├── ProgrammeNotChosen  more than one programme, and none was named
│   ├── NoProgramme         nothing was loaded yet
│   ├── UnknownMoment       what was typed is no day and no instant
│   ├── UnknownPeriod       what was typed is no period
│   ├── UnknownState        what was typed is no state of a message
│   ├── UnknownAnchor       what was typed is no anchor of the log
│   └── ReasonMissing       an act without a reason
├── TemporaryFailure        retry: the database stayed busy or away for as long as we were willing to wait
├── ServingFailed           retry: a process that runs the schedules did not come up, or stopped
└── CalendarRangeError      stop and show: the calendar must be built for more years

Errors carry values, not sentences; the shell finds the words. They take positional arguments, so that they survive
pickling between processes.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol


class IpaError(Exception):
    """The root: everything the engine raises on purpose, apart from plain misuse of a function (ValueError)."""


class RefusedInput(Protocol):
    """One thing that is wrong with the input: what the intake calls a problem. `row` counts lines, header 1."""

    @property
    def code(self) -> str:
        """Which kind of problem."""

    @property
    def row(self) -> int | None:
        """The line; None is the file as a whole."""

    @property
    def column(self) -> str:
        """The heading as in the file."""

    @property
    def value(self) -> str:
        """What was found."""

    @property
    def message(self) -> str:
        """The sentence for the sender."""

    @property
    def file(self) -> str:
        """The name of the file; empty when there is only one."""

    def as_json(self) -> dict[str, object]:
        """Return the fields by name."""


class InputRefused(IpaError):
    """What somebody handed in is wrong; `problems` holds all of it, in the order of the files."""

    def __init__(self, problems: Iterable[RefusedInput]) -> None:
        """Keep the problems; none at all raises ValueError."""
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError(self.problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return one line for the log, without what the sender wrote."""
        first = self.problems[0]
        return f"{len(self.problems)} problems, first {first.code} in {first.file or 'the input'} row {first.row}"


class CalendarRangeError(IpaError):
    """A day, or a number of (working) days away from it, lies outside the years the calendar covers.

    `distance` is the number of days or years counted from `on`, negative when counted back, 0 for `on` itself.
    """

    def __init__(self, on: date, distance: int, first: date, last: date) -> None:
        """Keep the values; `first` and `last` are the days the calendar covers."""
        super().__init__(on, distance, first, last)
        self.on = on
        self.distance = distance
        self.first = first
        self.last = last

    def __str__(self) -> str:
        """Return one line for the log."""
        return f"{self.on} {self.distance:+d} is outside the calendar {self.first}..{self.last}"


class TemporaryFailure(IpaError):
    """The database stayed busy or out of reach; nothing is known to be wrong with the request itself.

    The last attempt may have been stored when it broke off during COMMIT: repeat it with the same key.
    """

    def __init__(self, attempts: int, waited_s: float) -> None:
        """Keep the values; `waited_s` is the time since the first attempt, in seconds."""
        super().__init__(attempts, waited_s)
        self.attempts = attempts
        self.waited_s = waited_s

    def __str__(self) -> str:
        """Return one line for the log."""
        return f"the database was busy or out of reach: gave up after {self.attempts} attempts in {self.waited_s:.1f} s"


class ServingFailed(IpaError):
    """A process that `ipa serve` needs did not come up in time, or stopped by itself; `log` is the file it wrote."""

    def __init__(self, log: str) -> None:
        """Keep the path."""
        super().__init__(log)
        self.log = log


class Refusal(IpaError):
    """What was asked cannot be done; `values` say what."""

    def __init__(self, *values: object) -> None:
        """Keep the values in the order that the subclass documents."""
        super().__init__(*values)
        self.values = values


class WriteInThePast(Refusal):
    """Values: programme, the moment that was given, the moment of the latest write."""


class UnknownRound(Refusal):
    """Values: the code, the codes of the rounds that are there."""


class RoundAlreadyOpen(Refusal):
    """Values: the code."""


class PeriodTooFar(Refusal):
    """Values: the code, the first day of the period, the code of the latest period that is over."""


class UnknownRequest(Refusal):
    """Values: the round, the ministry, the ministries that were asked."""


class RequestSettled(Refusal):
    """Values: the round, the ministry, the day on which it was settled."""


class UnknownSignal(Refusal):
    """Values: the id."""


class NoSignalButDossier(Refusal):
    """Values: the code, the ids of the open signals on the dossier."""


class UnknownDossier(Refusal):
    """Values: the code, codes that look like it."""


class DatabaseTooNew(Refusal):
    """Values: the revision of the database, the newest revision that this version knows."""


class NoDatabase(Refusal):
    """No values: there is no database yet."""


class FileTaken(Refusal):
    """Values: the path."""


class BackupDamaged(Refusal):
    """Values: the path."""


class HomeNotEmpty(Refusal):
    """Values: what stands there already."""


class NobodyOnDuty(Refusal):
    """Values: the roles."""


class FolderMissing(Refusal):
    """Values: the folder."""


class BadAddress(Refusal):
    """Values: the name of the setting; what it holds may be a secret."""


class SenderRefused(Refusal):
    """No values: what is set as the sender may be personal."""


class ReturnAddressRefused(Refusal):
    """No values, for the same reason."""


class JournalRefused(Refusal):
    """No values: what is set may be personal."""


class PortTaken(Refusal):
    """Values: the port, one that is free."""


class PortForbidden(Refusal):
    """Values: the port, one that is free."""


class AlreadyServing(Refusal):
    """Values: the folder that holds its log files."""


class UsageError(Refusal):
    """The command was not clear enough to carry out."""


class UnknownProgramme(UsageError):
    """Values: the code, the codes of the programmes that are there."""


class ProgrammeNotChosen(UsageError):
    """Values: the codes to choose from."""


class NoProgramme(UsageError):
    """No values: the database holds no programme."""


class UnknownMoment(UsageError):
    """Values: what was typed."""


class UnknownPeriod(UsageError):
    """Values: what was typed."""


class UnknownState(UsageError):
    """Values: what was typed, the states to choose from."""


class UnknownAnchor(UsageError):
    """Values: what was typed."""


class ReasonMissing(UsageError):
    """No values."""
