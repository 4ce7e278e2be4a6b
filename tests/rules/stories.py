"""Made-up stories with something of everything: answers, decisions, late facts, other thresholds, another calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ipa_core.domain.moments import at_time, day_of, start_of_day
from ipa_core.domain.programmes import ClosedDay
from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Effect, Rating, RootCause, Status, StatusUpdate
from ipa_core.intake.programme_folder import ProgrammeFolder
from tests.builders import a_decision, an_answer, an_update
from tests.rules.telling import (
    CODES,
    FIRST,
    LENGTH,
    UNDECIDED,
    Event,
    Story,
    a_folder,
    a_register,
    an_override,
)

SLOW = tuple(
    an_update(FIRST + timedelta(days=day), planned_on=FIRST + timedelta(days=10), dossier="TRAAG", **said)
    for day, said in (
        (1, {"progress": 20}),
        (9, {"progress": 50}),
        (20, {"status": Status.COMPLETED, "progress": 100}),
    )
)
"""A dossier to compare with: it took twice the time that it promised."""

ROUNDS = tuple(
    Event(at=at_time(FIRST + timedelta(days=day), 9), opens=code)
    for day, code in ((2, "2026-01"), (16, "2026-02"), (30, "2026-03"))
)
"""Each is over about sixteen days later, so that they overlap."""

offsets = st.integers(0, LENGTH - 5)
statuses = st.sampled_from(
    [Status.IN_PROGRESS] * 4
    + [Status.COMPLETED, Status.BLOCKED, Status.DROPPED, Status.NOT_STARTED, Status.COMPLETED, Status.SUPERSEDED]
)
progresses = st.sampled_from([None, None, 0, 20, 20, 40, 40, 80])
plans = st.one_of(st.none(), offsets.map(lambda days: FIRST + timedelta(days=days + 3)))
causes = st.sampled_from([None, RootCause.LAW, RootCause.LAW, RootCause.MONEY])
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
    return [first._replace(effective_on=on, recorded_at=start_of_day(on)) for on in days]


@st.composite
def answers(draw: st.DrawFn) -> Event:
    at, dossier = draw(moments()), draw(st.sampled_from(CODES))
    planned_on = draw(plans)
    answer = an_answer(
        day_of(at),
        at=at,
        dossier=dossier,
        organisation="BZK" if dossier == "EIND" else "SZW",
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
        root_cause=draw(causes),
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
                        "root_cause": RootCause.LAW if kind == "propose" else None,
                    }
                    for kind in ("propose", "replan", "done", "snooze", "snooze")
                    for rule in ("T02", "V05", "O02")
                    for on in later
                ),
                *(
                    {
                        "kind": "propose",
                        "dossier": f"cause:{cause}",
                        "signal": f"S03:{cause}:{number}",
                        "rule": "S03",
                        "subject": cause,
                        "planned_on": later[-1],
                        "review_on": later[-1],
                        "solution": f"OPL-S03-{cause}-{number}",
                    }
                    for cause in ("law", "law", "money")
                    for number in (1, 1, 2)
                ),
            ]
        )
    )
    return Event(at=at, decision=a_decision(values.pop("kind"), day_of(at), at=at, **{"dossier": dossier, **values}))


@st.composite
def copied_answers(draw: st.DrawFn) -> list[Event]:
    """Draw a ministry that copies its answer into the next rounds."""
    first = draw(answers())
    copies = [first]
    for n in range(1, draw(st.sampled_from([1, 2, 3]))):
        at = first.at + timedelta(days=2 * n)
        copied = {"effective_on": day_of(at), "recorded_at": at, "round": f"2026-0{3 + n}", "likeness": 100}
        copies.append(Event(at=at, answer=first.answer._replace(**copied, is_unchanged=False)))
    return copies


other_thresholds = st.sampled_from(
    [
        (),
        (an_override("T02", FIRST, {"high_after": 1}),),
        (an_override("T06", FIRST, {}), an_override("T07", FIRST, {"medium_after": 1, "high_after": 2})),
        (an_override("V01", FIRST, {"reports": 1}),),
        (an_override("S01", FIRST, {"share": 25, "ministries": 1, "left": 10}),),
    ]
)
"""Only the rules that are named, and those that read them, are asked anew."""


@st.composite
def corrections(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what is corrected in a line: mostly nothing, or the figure, or only a remark."""
    which = draw(st.integers(0, 9))
    return {0: {"progress": draw(progresses)}, 1: {"note": "Verbeterd"}}.get(which, {})


@st.composite
def second_folders(draw: st.DrawFn, first: ProgrammeFolder, recurs: Recurrence | None) -> ProgrammeFolder:
    """Draw what a person changes later: late facts, corrections, other choices, another calendar."""
    history = [update._replace(**draw(corrections())) for update in first.history]
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
                {"theme": "toezicht"},
                {"lead": "BZK"},
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
def moves(draw: st.DrawFn) -> Event:
    """Draw a due date that moves, of a round or of one ministry; some cannot move there and change nothing."""
    at = draw(moments())
    due_on = day_of(at) + timedelta(days=draw(st.integers(0, 25)))
    return Event(
        at=at,
        moves=(
            draw(st.sampled_from(["2026-01", "2026-02", "2026-03"])),
            draw(st.sampled_from([None, "SZW", "BZK"])),
            due_on,
        ),
    )


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a history that lies partly ahead, answers, and perhaps a second load with late facts and new choices."""
    recurs = draw(st.sampled_from([None, None, Recurrence.YEARLY]))
    history = [*SLOW, *draw(st.lists(history_rows(), max_size=12)), *draw(repeated_rows())]
    overrides = draw(
        st.sampled_from([(), (an_override("T02", FIRST + timedelta(days=30), {"high_after": 2, "critical_after": 0}),)])
    )
    adoption = draw(st.sampled_from([{}, {}, {}, UNDECIDED]))
    folder = a_folder(a_register(recurs=recurs, **adoption), history)
    folder = replace(folder, overrides=(*folder.overrides, *overrides))
    events = [*draw(st.lists(st.one_of(answers(), answers(), acts()), max_size=10)), *draw(copied_answers())]
    if draw(st.booleans()):
        events.append(Event(at=draw(moments()), waives=(draw(st.sampled_from(["2026-01", "2026-02"])), "SZW")))
    events += draw(st.lists(moves(), max_size=3))
    if draw(st.booleans()):
        events.append(Event(at=draw(moments()), folder=draw(second_folders(folder, recurs))))
    return Story(folder=folder, events=tuple(sorted([*ROUNDS, *events], key=lambda event: event.at)))
