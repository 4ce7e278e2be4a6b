"""The reference model: small stories of which the days can be worked out on a calendar by hand.

Every day from Monday to Friday is a working day here, unless a story has a free one. The engine runs at 09:05 on each
of them, from Monday 5 January 2026 on. 2 February, 2, 9 and 16 March and 6 April are Mondays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from ipa_core.domain.calendars import Calendar, FreeDay
from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import LONG_AGO, at_time, day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.simulation.reference import expected
from ipa_core.simulation.stories import Asked, Fold, Ladders, Life, Pause, Reason, Run, Sent, Story, Term, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

FIRST, LAST = date(2026, 1, 5), date(2026, 4, 17)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def at(text: str, hour: int = 14) -> datetime:
    return at_time(day(text), hour)


def days(first: str, last: str) -> set[date]:
    return {day(first) + timedelta(days=n) for n in range((day(last) - day(first)).days + 1)}


def on_duty(role: Role, *, until: str = "", since: str = "", name: str = "") -> Term:
    is_of_ministry = role in (Role.MAIN, Role.DEPUTY, Role.COORDINATOR)
    return Term(
        organisation="SZW" if is_of_ministry else "IPA",
        role=role,
        email=f"{name or role.value}@ministerie.example",
        known_at=LONG_AGO,
        since=day(since) if since else None,
        until=day(until) if until else None,
    )


EVERYBODY = tuple(map(on_duty, Role))


def without(*roles: Role) -> tuple[Term, ...]:
    return tuple(one for one in EVERYBODY if one.role not in roles)


def mornings(*, dark: Iterable[date] = (), down: Iterable[date] = ()) -> tuple[Run, ...]:
    """Return a run on each morning but the dark ones; on some the mail server is away."""
    dark, down = set(dark), set(down)
    every = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return tuple(
        Run(at=at_time(on, 9, 5), is_mail_up=on not in down) for on in every if on.weekday() < 5 and on not in dark
    )


def a_story(
    *,
    requests: tuple[Asked, ...] = (),
    lives: tuple[Life, ...] = (),
    runs: tuple[Run, ...] = mornings(),
    contacts: tuple[Term, ...] = EVERYBODY,
    free: str = "",
    refused: str = "",
) -> Story:
    free_days = (FreeDay(on=day(free), name="vrij"),) if free else ()
    return Story(
        programme="ipa",
        calendar=Calendar(version=1, free_days=free_days, first=date(2025, 1, 1), last=date(2027, 12, 31)),
        ladders=Ladders(
            request={"H1": -10, "H2": -3, "H3": 0, "L1": 3, "L2": 5, "E1": 10},
            short_below=15,
            signal={"coordinator": 10, "project_lead": 20, "aanjager": 40},
            repeat_every=5,
            repeats=4,
        ),
        runs=runs,
        contacts=contacts,
        requests=requests,
        lives=lives,
        refused={f"{refused}@ministerie.example": LONG_AGO} if refused else {},
    )


OPENED_AT, SEEN_AT = at("02-02", 9), at_time(day("02-02"), 9, 5)


def asked(*, opened: datetime = OPENED_AT, due: str = "03-09", grace: int = 2, settled: str = "") -> Asked:
    """Return a request that opened on Monday 2 February and is due five weeks later, 25 working days."""
    return Asked(
        code="2026-01:SZW",
        ministry="SZW",
        opened_at=opened,
        due_on=day(due),
        grace=grace,
        settled_at=at(settled) if settled else None,
    )


def a_turn(kind: ChangeKind, severity: Severity, seen: datetime) -> Turn:
    return Turn(at=at_time(day_of(seen), 0), kind=kind, severity=severity, applied_at=seen)


def a_life(
    severity: Severity = Severity.MEDIUM,
    *more: Turn,
    rule: str = "T02",
    seen: datetime = SEEN_AT,
    kind: ChangeKind = ChangeKind.OPENED,
    episode: int = 1,
    subject: SubjectKind = SubjectKind.RECOMMENDATION,
    dossier: str = "UIT-01",
    solved: str = "",
    folds: tuple[Fold, ...] = (),
    pauses: tuple[Pause, ...] = (),
) -> Life:
    """Return a signal that a run saw on Monday 2 February, and maybe its end on the morning of a later day."""
    end = (a_turn(ChangeKind.RESOLVED, severity, at_time(day(solved), 9, 5)),) if solved else ()
    return Life(
        id=f"ipa:{rule}:{dossier}:{episode}",
        episode=episode,
        rule=rule,
        subject_kind=subject,
        dossier=dossier,
        ministry="SZW",
        turns=(a_turn(kind, severity, seen), *more, *end),
        folds=folds,
        pauses=pauses,
    )


def raised(severity: Severity, on: str) -> Turn:
    return a_turn(ChangeKind.RAISED, severity, at_time(day(on), 9, 5))


def a_pause(kind: DecisionKind, since: str, until: str, material: str = "") -> Pause:
    material_at = at(material) if material else None
    return Pause(kind=kind, at=at(since), until=day(until), material_at=material_at)


ACKNOWLEDGE, SNOOZE = DecisionKind.ACKNOWLEDGE, DecisionKind.SNOOZE


def told(story: Story) -> list[str]:
    """Return day, rung and mailbox of everything that must have gone."""
    return [short(one) for one in expected(story).items]


def short(one: Sent) -> str:
    head, _, mailbox = one.key.rpartition(":")
    return f"{day_of(one.at):%m-%d} {head.rpartition(':')[2]} {mailbox.replace('@ministerie.example', '')}"


FULL_LADDER = [
    "02-02 O main",
    "02-23 H1 main",
    "03-04 H2 main",
    "03-09 H3 main",
    "03-12 L1 main",
    "03-12 L1 deputy",
    "03-16 L2 main",
    "03-16 L2 deputy",
    "03-16 L2 coordinator",
    "03-23 E1 project_lead",
]


@pytest.mark.parametrize(
    ("story", "must"),
    [
        pytest.param(a_story(requests=(asked(),)), FULL_LADDER, id="nobody ever answers"),
        pytest.param(
            a_story(requests=(asked(due="02-16"),)),
            # Ten working days is fewer than fifteen: no H1, though its day would be that of the opening anyway.
            # D-3 is Wednesday 11, D+3 Thursday 19, D+5 Monday 23 February, D+10 Monday 2 March.
            [
                *("02-02 O main", "02-11 H2 main", "02-16 H3 main", "02-19 L1 main", "02-19 L1 deputy"),
                *("02-23 L2 main", "02-23 L2 deputy", "02-23 L2 coordinator", "03-02 E1 project_lead"),
            ],
            id="a short round has one reminder less",
        ),
        pytest.param(
            a_story(requests=(asked(due="02-20"),)),
            # 14 working days; D-10 is Friday 6 February, after the opening, and still left out.
            [
                *("02-02 O main", "02-17 H2 main", "02-20 H3 main", "02-25 L1 main", "02-25 L1 deputy"),
                *("02-27 L2 main", "02-27 L2 deputy", "02-27 L2 coordinator", "03-06 E1 project_lead"),
            ],
            id="in a short round also when its day would come",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-05"),)), FULL_LADDER[:3], id="answered after the second reminder"
        ),
        pytest.param(a_story(requests=(asked(settled="03-18"),)), FULL_LADDER[:9], id="answered after the notice"),
        pytest.param(
            a_story(requests=(asked(grace=4),)),
            # The grace ends with D+4, Friday 13 March: L1 on Monday 16, L2 and E1 two and seven days later.
            [
                *FULL_LADDER[:4],
                *("03-16 L1 main", "03-16 L1 deputy"),
                *("03-18 L2 main", "03-18 L2 deputy", "03-18 L2 coordinator", "03-25 E1 project_lead"),
            ],
            id="late is late after the grace",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-09"),), free="03-04", runs=mornings(dark=days("03-04", "03-04"))),
            # The tenth working day before 9 March is now Friday 20 February, the third one Tuesday 3 March.
            ["02-02 O main", "02-20 H1 main", "03-03 H2 main", "03-09 H3 main"],
            id="a free day moves the days before it",
        ),
        pytest.param(
            a_story(requests=(asked(),), runs=mornings(dark=days("02-24", "03-25"))),
            # On Thursday 26 March E1 is due as well, but its notice never went. Five working days later is 2 April.
            [
                *FULL_LADDER[:2],
                *("03-26 L2 main", "03-26 L2 deputy", "03-26 L2 coordinator", "04-02 E1 project_lead"),
            ],
            id="after thirty days down the notice goes, and the escalation waits for it",
        ),
        pytest.param(
            a_story(requests=(asked(),), runs=mornings(dark=days("03-17", "03-31"))),
            [*FULL_LADDER[:9], "04-01 E1 project_lead"],
            id="an escalation whose notice went long ago goes at once",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-11"),), runs=mornings(down=days("03-03", "03-10"))),
            [*FULL_LADDER[:2], "03-11 H3 main"],
            id="without mail it waits, and only the latest reminder goes",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("01-31", 10), settled="02-10"),)),
            ["02-02 O main"],
            id="a round that opens on a Saturday is told on Monday",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("03-07", 10), due="03-12", settled="03-11"),)),
            # The third working day before Thursday 12 March is Monday 9 March.
            ["03-09 O main"],
            id="with the request itself comes no reminder",
        ),
        pytest.param(
            a_story(requests=(asked(settled="03-05"),), contacts=without(Role.MAIN)),
            ["02-02 O deputy", "02-23 H1 deputy", "03-04 H2 deputy"],
            id="without a main contact the deputy gets it",
        ),
        pytest.param(
            a_story(
                requests=(asked(settled="03-05"),),
                contacts=(
                    *without(Role.MAIN, Role.DEPUTY),
                    on_duty(Role.MAIN, until="02-27"),
                    on_duty(Role.MAIN, since="02-28", name="new"),
                ),
            ),
            ["02-02 O main", "02-23 H1 main", "03-04 H2 new"],
            id="who comes after gets what comes after",
        ),
        pytest.param(
            a_story(
                requests=(asked(settled="03-05"),),
                contacts=(*without(Role.MAIN, Role.DEPUTY), on_duty(Role.MAIN, since="02-25")),
            ),
            ["02-25 H1 main", "03-04 H2 main"],
            id="with nobody on duty it waits for somebody",
        ),
        pytest.param(
            a_story(requests=(asked(settled="02-24"),), refused="main"),
            # The run on the morning after knows that it failed.
            ["02-03 O deputy", "02-24 H1 deputy"],
            id="what the server refuses goes to the deputy",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("03-10", 9), due="03-12", settled="03-18"),), refused="main"),
            # The deputy gets L1 on Tuesday 17 March as well as the main contact, and so not once more.
            ["03-11 O deputy", "03-13 H3 deputy", "03-17 L1 deputy"],
            id="and only what the deputy did not get already",
        ),
    ],
)
def test_a_request(story: Story, must: list[str]) -> None:
    assert told(story) == must


OPENED = "02-02 opening main"
UP_TO_THE_COORDINATOR = [OPENED, "02-09 repeat main", "02-16 repeat main#2", "02-16 coordinator coordinator"]
CRITICAL = ["critical project_lead", "critical aanjager"]


@pytest.mark.parametrize(
    ("story", "must"),
    [
        pytest.param(
            a_story(lives=(a_life(),)),
            [
                *UP_TO_THE_COORDINATOR,
                *("02-23 repeat main#3", "03-02 repeat main#4", "03-02 project_lead project_lead"),
            ],
            id="nobody takes it up: four repeats and two rungs",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-17"),)),
            [*UP_TO_THE_COORDINATOR, "02-17 solved coordinator", "02-17 solved main"],
            id="everybody who heard of it hears the end, once",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-06"),), runs=mornings(down=days("02-01", "02-10"))),
            [],
            id="what was solved before anybody heard is told to nobody",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="03-05"),), runs=mornings(down=days("02-01", "02-13"))),
            # Ten working days after Monday 16 February is Monday 2 March.
            [
                *("02-16 opening main", "02-23 repeat main", "03-02 repeat main#2", "03-02 coordinator coordinator"),
                *("03-05 solved coordinator", "03-05 solved main"),
            ],
            id="a ladder counts from the hand-over of its opening",
        ),
        pytest.param(
            a_story(lives=(a_life(),), runs=mornings(dark=days("02-03", "03-30"))),
            # The projectleider ten working days after the coordinator of Tuesday 31 March.
            [
                *(OPENED, "03-31 repeat main", "03-31 coordinator coordinator", "04-07 repeat main#2"),
                *("04-14 repeat main#3", "04-14 project_lead project_lead"),
            ],
            id="after eight weeks down one repeat goes and the lowest rung",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="03-03"),), contacts=without(Role.COORDINATOR)),
            [
                *(OPENED, "02-09 repeat main", "02-16 repeat main#2", "02-23 repeat main#3"),
                *("03-02 repeat main#4", "03-02 project_lead project_lead"),
                *("03-03 solved main", "03-03 solved project_lead"),
            ],
            id="a rung without a reader holds up nothing",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-25", pauses=(a_pause(ACKNOWLEDGE, "02-04", "02-11"),)),)),
            # Open after the opening: 3, 12, 13, 16 and 17 February are five days, 18-20, 23 and 24 make ten.
            [
                *(OPENED, "02-17 repeat main", "02-24 repeat main#2", "02-24 coordinator coordinator"),
                *("02-25 solved coordinator", "02-25 solved main"),
            ],
            id="who takes it up stops the clock, and it goes on at the same rung",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-26", pauses=(a_pause(ACKNOWLEDGE, "02-04", "02-11", "02-06"),)),)),
            # Five and ten working days after 11 February, the last day of the acknowledgement.
            [
                *(OPENED, "02-18 repeat main", "02-25 repeat main#2", "02-25 coordinator coordinator"),
                *("02-26 solved coordinator", "02-26 solved main"),
            ],
            id="something moved meanwhile, so the wait begins anew",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        solved="02-16",
                        pauses=(a_pause(ACKNOWLEDGE, "02-04", "02-18"), a_pause(ACKNOWLEDGE, "02-06", "02-09")),
                    ),
                )
            ),
            # Open: 3 and 10 to 13 February.
            [OPENED, "02-13 repeat main", "02-16 solved main"],
            id="a later decision takes the place of the one before",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-20", pauses=(a_pause(SNOOZE, "02-04", "02-11"),)),)),
            [OPENED, "02-12 snooze_ended main", "02-19 repeat main", "02-20 solved main"],
            id="the end of a snooze is told, and the next repeat counts from there",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        solved="02-17", pauses=(a_pause(SNOOZE, "02-04", "02-06"), a_pause(SNOOZE, "02-05", "02-12"))
                    ),
                )
            ),
            [OPENED, "02-13 snooze_ended main#2", "02-17 solved main"],
            id="of a snooze and its renewal one end is told: that of the second",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        *(Severity.MEDIUM, raised(Severity.HIGH, "02-12")),
                        solved="02-20",
                        pauses=(a_pause(SNOOZE, "02-04", "02-25"),),
                    ),
                )
            ),
            [OPENED, "02-12 worse main", "02-12 snooze_ended main", "02-19 repeat main", "02-20 solved main"],
            id="a snooze ends early when it weighs more",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(
                        solved="02-20",
                        pauses=(a_pause(SNOOZE, "02-04", "02-11"), a_pause(ACKNOWLEDGE, "02-11", "02-18")),
                    ),
                )
            ),
            # Open: 3, 19 and 20 February.
            [OPENED, "02-20 solved main"],
            id="a snooze that somebody took over is not told as over",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-17", pauses=(a_pause(ACKNOWLEDGE, "01-30", "02-11"),)),)),
            ["02-12 opening main", "02-17 solved main"],
            id="what was taken up before its opening waits",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-10", pauses=(a_pause(SNOOZE, "01-30", "02-04"),)),)),
            ["02-05 opening main", "02-10 solved main"],
            id="the opening tells enough about a snooze before it",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.MEDIUM, raised(Severity.HIGH, "02-05"), solved="02-11"),)),
            # The repeat of Monday 9 February comes five days after the news of Thursday.
            [OPENED, "02-05 worse main", "02-11 solved main"],
            id="what weighs more is told at once",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.CRITICAL, solved="02-03"),)),
            [
                *(OPENED, *(f"02-02 {one}" for one in CRITICAL)),
                *("02-03 solved aanjager", "02-03 solved main", "02-03 solved project_lead"),
            ],
            id="critical is told to the projectleider and the aanjager at once",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.HIGH, raised(Severity.CRITICAL, "02-04")),), runs=mornings()[:24]),
            [OPENED, "02-04 worse main", *(f"02-04 {one}" for one in CRITICAL)],
            id="so is what became critical",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.CRITICAL, seen=mornings()[0].at, solved="01-20"),)),
            # Ten working days after Monday 5 January is Monday 19 January.
            [
                *("01-05 opening main", "01-12 repeat main", "01-19 repeat main#2", "01-19 coordinator coordinator"),
                *("01-20 solved coordinator", "01-20 solved main"),
            ],
            id="what the first run finds escalates to nobody, however heavy",
        ),
        pytest.param(
            a_story(lives=(a_life(folds=(Fold(since=at("02-01"), until=at("02-10")),), solved="02-12"),)),
            ["02-11 opening main", "02-12 solved main"],
            id="what stands under another one is silent",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(solved="02-03"),
                    a_life(seen=at_time(day("02-05"), 9, 5), kind=ChangeKind.CAME_BACK, episode=2, solved="02-11"),
                )
            ),
            # Told again five working days after Monday 2 February; its end five after Wednesday 11 February.
            [OPENED, "02-03 solved main", "02-09 opening main", "02-18 solved main"],
            id="what comes and goes is told at a calm pace",
        ),
        pytest.param(
            a_story(
                lives=(
                    a_life(solved="02-04"),
                    a_life(seen=at_time(day("02-05"), 9, 5), kind=ChangeKind.CAME_BACK, episode=2, solved="02-11"),
                ),
                runs=mornings(down=days("02-03", "02-08")),
            ),
            [OPENED, "02-09 opening main", "02-18 solved main"],
            id="who hears that it is back does not hear that it was solved",
        ),
        pytest.param(
            a_story(
                lives=(a_life(solved="02-17"),),
                contacts=(
                    *without(Role.MAIN),
                    on_duty(Role.MAIN, until="02-10"),
                    on_duty(Role.MAIN, since="02-11", name="new"),
                ),
            ),
            # The coordinator heard of it on Monday 16 February.
            [
                *(OPENED, "02-09 repeat main", "02-16 repeat new#2", "02-16 coordinator coordinator"),
                *("02-17 solved coordinator", "02-17 solved new"),
            ],
            id="who left hears nothing more, and who came hears what comes",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-10"),), refused="main"),
            ["02-03 opening deputy", "02-10 solved deputy"],
            id="the deputy hears what the main contact could not be told, from the next run on",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="03-03"),), refused="coordinator"),
            [
                *(OPENED, "02-09 repeat main", "02-16 repeat main#2", "02-23 repeat main#3"),
                *("03-02 repeat main#4", "03-02 project_lead project_lead"),
                *("03-03 solved main", "03-03 solved project_lead"),
            ],
            id="a mailbox that does not exist holds up nothing",
        ),
    ],
)
def test_a_signal_on_a_dossier(story: Story, must: list[str]) -> None:
    assert told(story) == must


@pytest.mark.parametrize(
    ("rule", "subject", "dossier", "mailboxes"),
    [
        ("K01", SubjectKind.REQUEST, "", []),
        ("K02", SubjectKind.REQUEST, "", []),
        ("K03", SubjectKind.RECOMMENDATION, "UIT-01", []),
        ("K04", SubjectKind.ORGANISATION, "", ["coordinator"]),
        ("O01", SubjectKind.RECOMMENDATION, "UIT-01", ["team"]),
        ("G02", SubjectKind.RECOMMENDATION, "UIT-01", ["team"]),
        ("S01", SubjectKind.THEME, "", ["project_lead"]),
        ("S02", SubjectKind.ORGANISATION, "", ["coordinator"]),
        ("S03", SubjectKind.ROOT_CAUSE, "", ["project_lead"]),
        ("O02", SubjectKind.SIGNAL, "", ["project_lead"]),
        ("O02", SubjectKind.SIGNAL, "UIT-01", ["main"]),
        ("O05", SubjectKind.RECOMMENDATION, "UIT-01", []),
        ("M01", SubjectKind.MESSAGE, "", ["beheerder"]),
        ("V05", SubjectKind.RECOMMENDATION, "UIT-01", ["main"]),
    ],
)
def test_each_rule_has_its_addressee(rule: str, subject: SubjectKind, dossier: str, mailboxes: list[str]) -> None:
    life = a_life(Severity.HIGH, rule=rule, subject=subject, dossier=dossier)

    assert told(a_story(lives=(life,), runs=mornings()[:22])) == [f"02-02 opening {mailbox}" for mailbox in mailboxes]


def test_only_a_dossier_of_a_ministry_has_a_ladder() -> None:
    life = a_life(Severity.CRITICAL, rule="K04", subject=SubjectKind.ORGANISATION, dossier="", solved="03-20")

    assert told(a_story(lives=(life,))) == ["02-02 opening coordinator"]


def test_the_first_run_tells_other_addressees_only_of_contacts_and_of_the_engine() -> None:
    found = {
        "K04": SubjectKind.ORGANISATION,
        "M01": SubjectKind.MESSAGE,
        "G02": SubjectKind.RECOMMENDATION,
        "S03": SubjectKind.ROOT_CAUSE,
    }
    lives = tuple(
        a_life(Severity.HIGH, rule=rule, subject=subject, dossier="", seen=mornings()[0].at)
        for rule, subject in found.items()
    )

    assert told(a_story(lives=lives)) == ["01-05 opening coordinator", "01-05 opening beheerder"]


def test_a_light_signal_rides_along_once() -> None:
    light = a_life(Severity.LOW, rule="T03", solved="03-20")
    incomplete = a_life(Severity.LOW, rule="K02", subject=SubjectKind.REQUEST, dossier="")
    waiting = a_life(Severity.LOW, rule="O05", dossier="UIT-02")
    story = a_story(
        lives=(light, incomplete, waiting), requests=(asked(opened=at("02-05", 9), due="03-12", settled="03-05"),)
    )

    must = expected(story)

    assert [short(one) for one in must.mentions] == ["02-05 mention main"] * 2
    assert [one.key.split(":")[2] for one in must.mentions] == ["T03", "K02"]
    assert [short(one) for one in must.items] == ["02-05 O main", "02-26 H1 main"]


def test_a_light_signal_that_becomes_heavier_is_opened() -> None:
    story = a_story(lives=(a_life(Severity.LOW, raised(Severity.MEDIUM, "02-04"), solved="02-06"),))

    assert told(story) == ["02-04 opening main", "02-06 solved main"]


def test_one_bundle_a_day_and_the_rest_on_the_next_working_day() -> None:
    # The projectleider has had his bundle of Monday 23 March when a dossier becomes critical that afternoon.
    late = Run(at=at("03-23", 16), is_mail_up=True)
    runs = tuple(sorted((*mornings(), late), key=lambda run: run.at))
    life = a_life(Severity.CRITICAL, seen=late.at, solved="03-25")

    story = a_story(lives=(life,), requests=(asked(settled="03-24"),), runs=runs)

    assert told(story)[10:] == [
        "03-23 opening main",
        "03-23 critical aanjager",
        "03-24 critical project_lead",
        *("03-25 solved aanjager", "03-25 solved main", "03-25 solved project_lead"),
    ]


def test_a_run_outside_the_window_hands_over_nothing() -> None:
    early = tuple(Run(at=at_time(day_of(run.at), 7), is_mail_up=True) for run in mornings())
    every = tuple(sorted((*early, *mornings()), key=lambda run: run.at))
    story = a_story(requests=(asked(),), lives=(a_life(),))

    assert expected(replace(story, runs=every)).items == expected(story).items
    assert expected(replace(story, runs=early)).items == ()


def test_keys_are_those_of_the_documentation() -> None:
    story = a_story(requests=(asked(opened=at("02-10", 9)),), lives=(a_life(),), runs=mornings()[:31])

    assert [one.key for one in expected(story).items] == [
        "signal:ipa:T02:UIT-01:1:1:opening:main@ministerie.example",
        "signal:ipa:T02:UIT-01:1:1:repeat:main@ministerie.example",
        "request:2026-01:SZW:O:main@ministerie.example",
        "signal:ipa:T02:UIT-01:1:1:repeat:main@ministerie.example#2",
        "signal:ipa:T02:UIT-01:1:1:coordinator:coordinator@ministerie.example",
    ]


@pytest.mark.parametrize(
    ("story", "why"),
    [
        pytest.param(
            a_story(requests=(asked(settled="03-11"),), runs=mornings(down=days("03-03", "03-10"))),
            {"H2": Reason.OVERTAKEN, "L1": Reason.ANSWERED, "L2": Reason.ANSWERED, "E1": Reason.ANSWERED},
            id="overtaken, and answered",
        ),
        pytest.param(
            a_story(requests=(asked(opened=at("04-10", 9), due="05-15"),), contacts=without(Role.MAIN, Role.DEPUTY)),
            {"O": Reason.NOBODY} | dict.fromkeys(("H1", "H2", "H3", "L1", "L2", "E1"), Reason.WAITING),
            id="nobody on duty, and not yet",
        ),
        pytest.param(
            a_story(requests=(asked(),), runs=mornings(down=days("03-16", "04-17"))),
            {"L2": Reason.WAITING, "E1": Reason.WAITING},
            id="no mail",
        ),
        pytest.param(
            a_story(lives=(a_life(solved="02-10"),)),
            {"coordinator": Reason.SOLVED, "project_lead": Reason.SOLVED},
            id="solved",
        ),
        pytest.param(
            a_story(lives=(a_life(pauses=(a_pause(SNOOZE, "02-20", "04-30"),)),)),
            {"project_lead": Reason.PAUSED},
            id="put off",
        ),
        pytest.param(
            a_story(lives=(a_life(folds=(Fold(since=at("02-01")),)),)), {"opening": Reason.FOLDED}, id="folded"
        ),
        pytest.param(
            a_story(
                lives=(a_life(Severity.MEDIUM, a_turn(ChangeKind.LOWERED, Severity.LOW, mornings()[-1].at)),),
                runs=mornings(down=days("02-01", "04-17")),
            ),
            {"opening": Reason.LIGHTER},
            id="lighter now",
        ),
        pytest.param(
            a_story(lives=(a_life(),), contacts=without(Role.COORDINATOR)),
            {"coordinator": Reason.OVERTAKEN},
            id="a rung that had no reader",
        ),
        pytest.param(
            a_story(lives=(a_life(Severity.MEDIUM, a_turn(ChangeKind.RESOLVED, Severity.MEDIUM, SEEN_AT)),)),
            {},
            id="opened and solved between two runs",
        ),
    ],
)
def test_what_did_not_go_has_its_reason(story: Story, why: dict[str, Reason]) -> None:
    assert {key.rpartition(":")[2]: reason for key, reason in expected(story).withheld.items()} == why


@pytest.mark.parametrize(
    ("story", "must"),
    [
        pytest.param(
            a_story(lives=(a_life(seen=mornings()[0].at, solved="02-10"),)),
            # The first one tells what the first run found. Then only the end of the signal is news.
            ["01-12 2026-W03", "02-02 2026-W06", "02-16 2026-W08", "03-02 2026-W10", "04-06 2026-W15"],
            id="on the first digest day after the first run, with news, and once a month without",
        ),
        pytest.param(
            a_story(lives=(a_life(),), free="02-09", runs=mornings(dark=days("02-09", "02-09"))[:27]),
            ["01-12 2026-W03", "02-02 2026-W06"],
            id="what the run of that morning finds is in it",
        ),
        pytest.param(
            a_story(
                lives=(a_life(seen=at_time(day("02-03"), 9, 5)),),
                free="02-09",
                runs=mornings(dark=days("02-09", "02-09"))[:27],
            ),
            ["01-12 2026-W03", "02-02 2026-W06", "02-10 2026-W07"],
            id="on the first working day of the week",
        ),
        pytest.param(
            a_story(lives=(a_life(seen=at_time(day("02-03"), 9, 5), folds=(Fold(since=at("02-01")),)),)),
            ["01-12 2026-W03", "02-02 2026-W06", "03-02 2026-W10", "04-06 2026-W15"],
            id="what stands under another one is no news",
        ),
        pytest.param(
            a_story(lives=(a_life(),), runs=mornings(down=days("01-10", "02-17"))[:36]),
            ["02-18 2026-W08"],
            id="one digest after six weeks without mail, for the latest week",
        ),
    ],
)
def test_a_digest_goes_each_week_that_has_news(story: Story, must: list[str]) -> None:
    went = [(f"{day_of(one.at):%m-%d}", *one.key.split(":")[1:]) for one in expected(story).digests]

    assert [f"{on} {week}" for on, week, mailbox in went if mailbox == "aanjager@ministerie.example"] == must
    assert [f"{on} {week}" for on, week, mailbox in went if mailbox == "project_lead@ministerie.example"] == must
