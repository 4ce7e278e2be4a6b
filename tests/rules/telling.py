"""A story, and a database in which it happens: what is loaded first, what becomes known later, and the runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlmodel import col, select

from ipa_core.domain.moments import at_time, day_of, start_of_day
from ipa_core.domain.organisations import Organisation
from ipa_core.domain.periods import Cadence
from ipa_core.domain.programmes import PolicyKind, PolicyOverride, Programme
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.domain.updates import StatusUpdate
from ipa_core.errors import InputRefused, RequestSettled, UnknownRequest, UnknownRound
from ipa_core.intake.programme_folder import ProgrammeFolder
from ipa_core.store import decisions, rounds, updates
from ipa_core.store.database import Database
from ipa_core.store.signals import SignalChangeRow, SignalRow
from ipa_core.store.submissions import ReceivedFileRow, SubmissionRow
from ipa_core.usecases.check_due_date import DueDateAsked
from ipa_core.usecases.decide import LEAVES_DOSSIER
from ipa_core.usecases.detect_knelpunten import detect_knelpunten
from ipa_core.usecases.follow_causes import follow_causes
from ipa_core.usecases.follow_signals import follow_signals
from ipa_core.usecases.load_programme import load_programme
from ipa_core.usecases.move_due_date import move_due_date
from ipa_core.usecases.open_round import open_round, waive_request
from ipa_core.usecases.refresh_expectations import refresh_dossiers, refresh_patterns, refresh_requests
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.request_histories import list_histories_of_round
from ipa_core.usecases.views import ProgrammeView
from tests.builders import a_recommendation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlmodel import Session

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.recommendations import Recommendation

FIRST = date(2026, 3, 2)
LENGTH = 75
LAST = FIRST + timedelta(days=LENGTH)
CODES = ("BRON", "TUSSEN", "EIND")
"""EIND waits for TUSSEN, and TUSSEN for BRON."""

SMALL: dict[str, dict[str, Any]] = {
    "T01": {"before": 4},
    "T02": {"high_after": 6},
    "T03": {"low_after": 8},
    "T04": {"window_days": 30, "drift_days": 10, "high_drift_days": 20, "critical_above_days": 40},
    "T07": {"medium_after": 5, "high_after": 12},
    "G04": {"low_after": 10},
    "M03": {"renewals": 0, "days": 4},
    "O01": {"high_after": 5},
    "O02": {"medium_after": 3},
    "O04": {"high_after": 4},
    "R01": {"medium_after": 10},
    "S01": {"share": 50, "minimum": 2, "ministries": 2, "left": 30},
    "S02": {"rounds": 2, "minimum": 1, "confidence": 1},
    "S03": {"signals": 2, "ministries": 2, "within": 8, "left": 1},
    "T08": {"comparables": 1, "resolved_above": 45, "medium_within": 5},
    "V01": {"low_after": 5, "medium_after": 10, "high_after": 15},
    "V06": {
        "comparables": 1,
        "bands": (
            {"instrument": "wet", "below": 30, "within": 6},
            {"instrument": "wet", "below": 60},
            {"instrument": "wet", "below": 100},
        ),
    },
}


UNDECIDED: dict[str, Any] = {"adoption": Adoption.UNDECIDED, "advised_on": FIRST}

_programmes = count(1)

Found = tuple[str, str, int, date, date | None, Severity]
"""Rule, subject, episode, opened on, resolved on, highest severity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that becomes known while the engine runs: an answer, a decision, another version of the folder.

    A round may open, a ministry be excused from one: `(round, ministry)`, or its date move: `(round, ministry, day)`.
    """

    at: datetime
    answer: StatusUpdate | None = None
    folder: ProgrammeFolder | None = None
    decision: Decision | None = None
    opens: str = ""
    waives: tuple[str, str] | None = None
    moves: tuple[str, str | None, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is loaded first, and what happens then."""

    folder: ProgrammeFolder
    events: tuple[Event, ...] = field(default=())


def a_folder(
    recommendations: Sequence[Recommendation],
    history: Sequence[StatusUpdate],
    **changes: Any,
) -> ProgrammeFolder:
    values: dict[str, Any] = {
        "programme": Programme(
            code="",
            name="Proef",
            timezone="Europe/Amsterdam",
            adopted_on=FIRST,
            cadence=Cadence.MONTHLY,
            opens_after=1,
            answer_within=10,
            grace=2,
        ),
        "overrides": tuple(an_override(rule, date(2000, 1, 1), values) for rule, values in SMALL.items()),
        "closed_days": (),
        "context": (),
        "organisations": tuple(Organisation(code=code, name=f"Ministerie van {code}") for code in ("SZW", "BZK")),
        "contacts": (),
        "recommendations": tuple(recommendations),
        "initial_plans": {},
        "responsibilities": (),
        "milestones": (),
        "code_rows": {},
        "history": tuple(update._replace(seq=seq) for seq, update in enumerate(history, start=1)),
        "history_fingerprint": str,
    }
    return ProgrammeFolder(**{**values, **changes})


def an_override(rule: str, valid_from: date, values: dict[str, Any]) -> PolicyOverride:
    return PolicyOverride(
        kind=PolicyKind.THRESHOLDS, code=rule, values=values, valid_from=valid_from, decision=f"Proef {rule}"
    )


def a_register(**changes: Any) -> list[Recommendation]:
    return [
        a_recommendation("BRON", adopted_on=FIRST, instrument="wet"),
        a_recommendation("TUSSEN", adopted_on=FIRST, instrument="wet", **{"depends_on": ("BRON",), **changes}),
        a_recommendation("EIND", adopted_on=FIRST, instrument="wet", depends_on=("TUSSEN",), lead="BZK"),
        a_recommendation("TRAAG", adopted_on=FIRST, instrument="wet", lead="BZK"),
    ]


class Telling:
    """One database in which the story happens; it runs when it is told to."""

    def __init__(self, database: Database, story: Story) -> None:
        self.database = database
        self.code = f"proef-{next(_programmes)}"
        self._load(story.folder, start_of_day(FIRST))
        self.file_id = database.write(self._receive)

    def happen(self, event: Event) -> None:
        if event.folder is not None:
            self._load(event.folder, event.at)
        if event.answer is not None:
            answer = event.answer
            self.database.write(lambda session: self._append(session, answer, event.at))
        if event.opens:
            self.database.write(lambda session: open_round(session, self.code, event.opens, at=event.at))
        if event.waives is not None:
            code, ministry = event.waives
            with suppress(UnknownRound, UnknownRequest, RequestSettled):
                self.database.write(
                    lambda session: waive_request(
                        session, self.code, code, ministry, reason="verhuizing", by="", at=event.at
                    )
                )
        if event.moves is not None:
            code, whose, due_on = event.moves
            asked = DueDateAsked(round=code, ministry=whose, due=due_on.isoformat(), reason="reces", by="")
            with suppress(InputRefused):
                self.database.write(lambda session: move_due_date(session, self.code, asked, at=event.at))
        if event.decision is not None:
            decision = event.decision
            self.database.write(lambda session: self._decide(session, decision))

    def run(self, at: datetime) -> None:
        self.database.write(lambda session: detect_knelpunten(session, self.code, at=at))

    def signals(self) -> list[Found]:
        return self.database.read(self._signals)

    def changes(self) -> list[tuple[str, datetime, ChangeKind, Severity]]:
        """What happened to each signal, in order of time."""
        rows = self.database.read(
            lambda session: session.exec(
                select(SignalChangeRow)
                .where(col(SignalChangeRow.programme) == self.code)
                .order_by(col(SignalChangeRow.at), col(SignalChangeRow.signal), col(SignalChangeRow.seq))
            ).all()
        )
        return [(row.signal.removeprefix(self.code), row.at, row.kind, row.severity) for row in rows]

    def replayed(self, at: datetime) -> list[Found]:
        replay = self.database.read(lambda session: replay_history(ProgrammeView(session, self.code, at=at), None))
        episodes: dict[tuple[str, str], Iterator[int]] = {}
        return sorted(
            (
                one.rule,
                one.subject.code,
                next(episodes.setdefault((one.rule, one.subject.code), count(1))),
                one.opened_on,
                one.resolved_on,
                one.severity,
            )
            for one in replay.signals
        )

    def _load(self, folder: ProgrammeFolder, at: datetime) -> None:
        mine = replace(folder, programme=replace(folder.programme, code=self.code))
        self.database.write(lambda session: load_programme(session, mine, at=at))

    def _receive(self, session: Session) -> int:
        """Keep one file, from which all answers are."""
        file = ReceivedFileRow(sha256=self.code, name="opgaven.csv", content=b"", received_at=start_of_day(FIRST))
        session.add(file)
        session.flush()
        return file.id or 0

    def _append(self, session: Session, answer: StatusUpdate, at: datetime) -> None:
        """Do what `collect` does with an accepted line."""
        submission = SubmissionRow(
            id=str(uuid4()),
            programme=self.code,
            file_id=self.file_id,
            round=answer.round,
            organisation=answer.organisation,
            effective_on=answer.effective_on,
            recorded_at=at,
        )
        session.add(submission)
        session.flush()
        session.add(updates.as_row(self.code, answer, submission=submission.id))
        session.flush()
        view = ProgrammeView(session, self.code, at=at)
        refresh_dossiers(view, {answer.dossier}, since=at)
        request = rounds.find_request(session, self.code, answer.round, answer.organisation)
        if request is not None:
            if request.settled_at() is None:
                rounds.settle_answered(session, self.code, request, at=at)
            refresh_requests(view, list_histories_of_round(view, answer.round), since=at)
            refresh_patterns(view)
        if answer.root_cause is not None:
            follow_causes(view, since=at)

    def _decide(self, session: Session, decision: Decision) -> None:
        """Do what `decide` does with a decision that is in order."""
        on_signal = {"signal": f"{self.code}:{decision.signal}"} if decision.signal else {}
        decisions.append(session, self.code, replace(decision, **on_signal))
        view = ProgrammeView(session, self.code, at=decision.at)
        if decision.kind not in LEAVES_DOSSIER:
            refresh_dossiers(view, {decision.dossier}, since=decision.at)
        follow_signals(view, {decision.dossier: decision.at})

    def _signals(self, session: Session) -> list[Found]:
        weights: dict[str, list[Severity]] = {}
        for change in session.exec(select(SignalChangeRow).where(col(SignalChangeRow.programme) == self.code)):
            weights.setdefault(change.signal, []).append(change.severity)
        rows = session.exec(select(SignalRow).where(col(SignalRow.programme) == self.code))
        return sorted(
            (
                row.rule,
                row.subject_code,
                row.episode,
                day_of(row.opened_at),
                day_of(row.resolved_at) if row.resolved_at else None,
                max(weights[row.id]),
            )
            for row in rows
        )


def runs_on(days: Sequence[date]) -> list[datetime]:
    return [at_time(on, 7) for on in days]


def tell(database: Database, story: Story, runs: Sequence[datetime]) -> Telling:
    """Let everything happen in order of time; a run comes after what happened at the same instant."""
    telling = Telling(database, story)
    happenings: list[tuple[datetime, int, Event | None]] = [
        *((event.at, 0, event) for event in story.events),
        *((at, 1, None) for at in runs),
    ]
    for at, _, event in sorted(happenings, key=lambda item: item[:2]):
        if event is None:
            telling.run(at)
        else:
            telling.happen(event)
    return telling
