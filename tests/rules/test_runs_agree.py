"""Whatever happens and however often the engine runs: the signals are the same.

Each story is told three times: with a run every day, with one run at the end, and by replay. Thresholds are small, so
that much happens in a few weeks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from ipa_core.domain.moments import at_time, day_of, start_of_day
from ipa_core.domain.organisations import Organisation
from ipa_core.domain.periods import Cadence
from ipa_core.domain.programmes import ClosedDay, PolicyKind, PolicyOverride, Programme
from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.domain.updates import Effect, Rating, Status, StatusUpdate
from ipa_core.intake.programme_folder import ProgrammeFolder
from ipa_core.intake.table_rows import FIRST_DAY
from ipa_core.store import decisions, updates
from ipa_core.store.database import Database, open_database
from ipa_core.store.signals import SignalChangeRow, SignalRow
from ipa_core.store.submissions import ReceivedFileRow, SubmissionRow
from ipa_core.usecases.detect_knelpunten import detect_knelpunten
from ipa_core.usecases.follow_signals import follow_signals
from ipa_core.usecases.load_programme import load_programme
from ipa_core.usecases.refresh_expectations import refresh_dossiers
from ipa_core.usecases.replay_history import replay_history
from ipa_core.usecases.views import ProgrammeView
from tests.builders import a_decision, a_recommendation, an_answer, an_update

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

SMALL = {
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
    "V01": {"low_after": 5, "medium_after": 10, "high_after": 15},
}

UNDECIDED: dict[str, Any] = {"adoption": Adoption.UNDECIDED, "advised_on": FIRST}

_programmes = count(1)

Found = tuple[str, str, int, date, date | None, Severity]
"""Rule, subject, episode, opened on, resolved on, highest severity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that becomes known while the engine runs: an answer, a decision, or another version of the folder."""

    at: datetime
    answer: StatusUpdate | None = None
    folder: ProgrammeFolder | None = None
    decision: Decision | None = None


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
            cadence=Cadence.MANUAL,
            opens_after=1,
            answer_within=10,
            grace=2,
        ),
        "overrides": tuple(an_override(rule, date(2000, 1, 1), values) for rule, values in SMALL.items()),
        "closed_days": (),
        "context": (),
        "organisations": (Organisation(code="SZW", name="Ministerie van SZW"),),
        "contacts": (),
        "recommendations": tuple(recommendations),
        "initial_plans": {},
        "responsibilities": (),
        "milestones": (),
        "milestone_rows": {},
        "history": tuple(replace(update, seq=seq) for seq, update in enumerate(history, start=1)),
    }
    return ProgrammeFolder(**{**values, **changes})


def an_override(rule: str, valid_from: date, values: dict[str, int]) -> PolicyOverride:
    return PolicyOverride(
        kind=PolicyKind.THRESHOLDS, code=rule, values=values, valid_from=valid_from, decision=f"Proef {rule}"
    )


def a_register(**changes: Any) -> list[Recommendation]:
    return [
        a_recommendation("BRON", adopted_on=FIRST),
        a_recommendation("TUSSEN", adopted_on=FIRST, **{"depends_on": ("BRON",), **changes}),
        a_recommendation("EIND", adopted_on=FIRST, depends_on=("TUSSEN",)),
    ]


# ---- Telling a story ----


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
        refresh_dossiers(ProgrammeView(session, self.code, at=at), {answer.dossier}, since=at)

    def _decide(self, session: Session, decision: Decision) -> None:
        """Do what `decide` does with a decision that is in order."""
        on_signal = {"signal": f"{self.code}:{decision.signal}"} if decision.signal else {}
        decisions.append(session, self.code, replace(decision, **on_signal))
        view = ProgrammeView(session, self.code, at=decision.at)
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


# ---- Stories ----

offsets = st.integers(0, LENGTH - 5)
statuses = st.sampled_from(
    [Status.IN_PROGRESS] * 4
    + [Status.COMPLETED, Status.BLOCKED, Status.DROPPED, Status.NOT_STARTED, Status.COMPLETED, Status.SUPERSEDED]
)
progresses = st.sampled_from([None, None, 0, 20, 20, 40, 40, 80])
plans = st.one_of(st.none(), offsets.map(lambda days: FIRST + timedelta(days=days + 3)))
reasons = st.sampled_from(["", "", "de Kamer vroeg meer tijd"])


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    on = FIRST + timedelta(days=draw(offsets))
    return at_time(on, draw(st.sampled_from([0, 6, 7, 12, 23])), draw(st.sampled_from([0, 1])))


@st.composite
def history_rows(draw: st.DrawFn) -> StatusUpdate:
    on = FIRST + timedelta(days=draw(offsets))
    return an_update(
        on,
        dossier=draw(st.sampled_from(CODES)),
        status=draw(statuses),
        progress=draw(progresses),
        planned_on=draw(plans),
        reason=draw(reasons),
        organisation="SZW",
    )


@st.composite
def repeated_rows(draw: st.DrawFn) -> list[StatusUpdate]:
    """Draw a ministry that says the same every few days, so that it stands still."""
    first = draw(history_rows())
    days = [first.effective_on + timedelta(days=3 * n) for n in range(draw(st.integers(0, 6)))]
    return [replace(first, effective_on=on, recorded_at=start_of_day(on)) for on in days]


@st.composite
def answers(draw: st.DrawFn) -> Event:
    at = draw(moments())
    planned_on = draw(plans)
    answer = an_answer(
        day_of(at),
        at=at,
        dossier=draw(st.sampled_from(CODES)),
        status=draw(statuses),
        progress=draw(progresses),
        planned_on=planned_on,
        is_plan_removed=planned_on is None and draw(st.booleans()),
        reason=draw(reasons),
        evidence=draw(st.sampled_from([(), (), ("https://example.org/1",)])),
        rating=draw(st.sampled_from([None, Rating.ON_TRACK, Rating.ON_TRACK, Rating.AT_RISK])),
        note="Loopt",
        likeness=draw(st.sampled_from([None, 80, 96, 100])),
        is_unchanged=draw(st.booleans()),
        round_code=draw(st.sampled_from(["2026-01", "2026-02", "2026-03"])),
        effect=draw(st.sampled_from([None, None, *Effect])),
        help_wanted=draw(st.sampled_from(["", "", "Wie helpt?"])),
    )
    return Event(at=at, answer=answer)


@st.composite
def acts(draw: st.DrawFn) -> Event:
    at, dossier = draw(moments()), draw(st.sampled_from(CODES))
    later = [day_of(at) + timedelta(days=days) for days in (0, 5, 20)]
    values: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"kind": "verify"},
                {"kind": "refuse"},
                {"kind": "refuse"},
                {"kind": "adopt", "adoption": Adoption.NOT_ADOPTED},
                {"kind": "adopt", "adoption": Adoption.PARTLY},
                *({"kind": "rebaseline", "planned_on": on} for on in later),
                *(
                    {"kind": "explain", "rule": rule, "subject": dossier, "until": on}
                    for rule in ("T02", "V02", "R02", "V01")
                    for on in later
                ),
                {"kind": "answer"},
                *(
                    {
                        "kind": kind,
                        "signal": f"{rule}:{dossier}:1",
                        "rule": rule,
                        "subject": dossier,
                        "planned_on": on,
                        "review_on": on,
                        "until": on,
                        "solution": f"OPL-{rule}-{dossier}",
                    }
                    for kind in ("propose", "replan", "done", "snooze", "snooze")
                    for rule in ("T02", "V05", "O02")
                    for on in later
                ),
            ]
        )
    )
    return Event(at=at, decision=a_decision(values.pop("kind"), day_of(at), at=at, dossier=dossier, **values))


@st.composite
def copied_answers(draw: st.DrawFn) -> list[Event]:
    """Draw a ministry that copies its answer into the next rounds."""
    first = draw(answers())
    copies = [first]
    for n in range(1, draw(st.sampled_from([1, 2, 3]))):
        at = first.at + timedelta(days=2 * n)
        copied = {"effective_on": day_of(at), "recorded_at": at, "round": f"2026-0{3 + n}", "likeness": 100}
        copies.append(Event(at=at, answer=replace(first.answer, **copied, is_unchanged=False)))
    return copies


other_thresholds = st.sampled_from(
    [
        (),
        (an_override("T02", FIRST, {"high_after": 1}),),
        (an_override("T06", FIRST, {}), an_override("T07", FIRST, {"medium_after": 1, "high_after": 2})),
        (an_override("V01", FIRST, {"reports": 1}),),
    ]
)
"""Only the rules that are named, and those that read them, are asked anew."""


@st.composite
def second_folders(draw: st.DrawFn, first: ProgrammeFolder, recurs: Recurrence | None) -> ProgrammeFolder:
    """Draw what a person changes later: late facts, corrections, other choices, another calendar."""
    history = [
        replace(update, progress=draw(progresses)) if draw(st.integers(0, 9)) == 0 else update
        for update in first.history
    ]
    late = draw(st.lists(history_rows(), max_size=5))
    change: dict[str, Any] = draw(
        st.sampled_from(
            [
                {},
                {"has_priority": True},
                {"adoption": Adoption.NOT_ADOPTED},
                UNDECIDED,
                {"title": "Een andere titel"},
                {"depends_on": ()},
            ]
        )
    )
    closed = draw(st.sampled_from([(), (ClosedDay(on=FIRST + timedelta(days=50), name="Gesloten"),)]))
    return replace(
        first,
        recommendations=tuple(a_register(**{"recurs": recurs, **change})),
        history=a_folder((), [*history, *late]).history,
        closed_days=closed,
        overrides=(*first.overrides, *draw(other_thresholds)),
    )


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a history that lies partly ahead, answers, and perhaps a second load with late facts and new choices."""
    recurs = draw(st.sampled_from([None, None, Recurrence.YEARLY]))
    history = [*draw(st.lists(history_rows(), max_size=12)), *draw(repeated_rows())]
    overrides = draw(
        st.sampled_from([(), (an_override("T02", FIRST + timedelta(days=30), {"high_after": 2, "critical_after": 0}),)])
    )
    adoption = draw(st.sampled_from([{}, {}, {}, UNDECIDED]))
    folder = a_folder(a_register(recurs=recurs, **adoption), history)
    folder = replace(folder, overrides=(*folder.overrides, *overrides))
    events = [*draw(st.lists(st.one_of(answers(), answers(), acts()), max_size=10)), *draw(copied_answers())]
    if draw(st.booleans()):
        events.append(Event(at=draw(moments()), folder=draw(second_folders(folder, recurs))))
    return Story(folder=folder, events=tuple(sorted(events, key=lambda event: event.at)))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Return one database for all stories; each is a programme of its own."""
    is_embedded = request.param == "sqlite"
    database = open_database("sqlite://" if is_embedded else request.getfixturevalue("postgresql").create_migrated())
    yield database
    database.close()


every_day = [FIRST + timedelta(days=n) for n in range(LENGTH + 1)]
quick = settings(
    max_examples=18, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@quick
@given(story=stories())
def test_a_run_every_day_finds_what_one_run_at_the_end_and_a_replay_find(database: Database, story: Story) -> None:
    end = at_time(LAST, 7)

    daily = tell(database, story, runs_on(every_day))
    once = tell(database, story, [end])

    assert daily.signals() == once.signals()
    assert daily.changes() == once.changes()
    assert daily.replayed(end) == daily.signals()


@quick
@given(story=stories(), days=st.sets(st.sampled_from(every_day), max_size=12), hour=st.sampled_from([0, 7, 12, 23]))
def test_any_downtime_gives_the_same_signals_as_none(
    database: Database, story: Story, days: set[date], hour: int
) -> None:
    end = at_time(LAST, 7)

    some = tell(database, story, [*(at_time(on, hour) for on in sorted(days) if on != LAST), end])

    assert some.signals() == some.replayed(end)


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(("BRON", "TUSSEN", "EIND"), id="root first in the register"),
        pytest.param(("EIND", "TUSSEN", "BRON"), id="root last in the register"),
    ],
)
def test_a_dependency_that_ended_stays_part_of_the_history(database: Database, order: tuple[str, ...]) -> None:
    stuck_on, ended_at, end = FIRST + timedelta(days=5), at_time(FIRST + timedelta(days=20), 15), at_time(LAST, 7)
    history = [an_update(stuck_on, status=Status.BLOCKED, dossier="BRON")]
    before, after = (
        [one for code in order for one in a_register(**change) if one.code == code]
        for change in ({}, {"depends_on": ()})
    )
    story = Story(folder=a_folder(before, history), events=(Event(at=ended_at, folder=a_folder(after, history)),))

    daily = tell(database, story, runs_on(every_day))

    waited = ("O05", "TUSSEN", 1, stuck_on, day_of(ended_at), Severity.MEDIUM)
    assert waited in daily.signals()
    assert daily.replayed(end) == daily.signals()


def test_a_signal_that_is_solved_on_the_instant_on_which_a_solution_was_due_is_not_asked_about(
    database: Database,
) -> None:
    blocked_on = FIRST + timedelta(days=3)
    due_on = date(2026, 3, 11)  # the day after three working days
    history = [
        an_update(blocked_on, status=Status.BLOCKED, dossier="BRON"),
        an_update(due_on, status=Status.IN_PROGRESS, dossier="BRON"),
    ]
    story = Story(folder=a_folder([a_recommendation("BRON", adopted_on=FIRST)], history))

    daily = tell(database, story, runs_on(every_day))

    found = [(rule, opened_on, resolved_on) for rule, _, _, opened_on, resolved_on, _ in daily.signals()]
    assert ("V05", blocked_on, due_on) in found
    assert "O02" not in {rule for rule, *_ in found}
    assert daily.replayed(at_time(LAST, 7)) == daily.signals()


def test_the_earliest_date_that_is_accepted_was_near_when_it_became_known(database: Database) -> None:
    folder = a_folder(a_register(), [an_update(FIRST, planned_on=FIRST_DAY, dossier="BRON")])

    told = tell(database, Story(folder=folder), runs_on([FIRST]))

    assert ("T01", "BRON", 1, FIRST, None, Severity.INFO) in told.signals()
