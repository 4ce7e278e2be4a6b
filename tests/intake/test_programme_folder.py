"""What is read from a programme folder?"""

from collections.abc import Iterator
from datetime import date
from errno import EIO
from pathlib import Path

import pytest

from ipa_core.domain.moments import start_of_day
from ipa_core.domain.organisations import Organisation, Role
from ipa_core.domain.periods import Cadence
from ipa_core.domain.programmes import ClosedDay, ContextKind, ContextPeriod, PolicyKind, PolicyOverride, Programme
from ipa_core.domain.recommendations import Adoption, Milestone
from ipa_core.domain.updates import Confidence, Effect, Origin, Plan, Status, StatusUpdate
from ipa_core.intake import csv_rows
from ipa_core.intake.programme_folder import read_programme
from tests.intake.programme_folders import ORGANISATIONS, REGISTER_HEADING, SHIPPED, change, dossier, history, write


def test_the_shipped_programme_reads_clean() -> None:
    found = read_programme(SHIPPED)

    assert found.programme == Programme(
        code="ipa",
        name="Interdepartementaal Project Arbeidsmigranten",
        timezone="Europe/Amsterdam",
        adopted_on=date(2020, 12, 14),
        cadence=Cadence.QUARTERLY,
        opens_after=1,
        answer_within=20,
        grace=2,
    )
    assert len(found.recommendations) == 64
    assert len(found.organisations) == 11
    assert len(found.contacts) == 35
    assert len(found.responsibilities) == 26
    assert len(list(found.history)) == 133
    assert len(found.closed_days) == 2
    assert len(found.context) == 10
    assert (found.milestones, found.overrides, found.initial_plans) == ((), (), {})


def test_the_shipped_register_keeps_its_details() -> None:
    found = read_programme(SHIPPED)

    first = found.recommendations[0]
    assert (first.code, first.lead, first.co_leads) == ("UIT-01", "SZW", ("JenV", "BZK"))
    assert first.recorded_at == start_of_day(date(2020, 12, 14))
    assert found.organisations[4].successors == ("EZ", "KGG")
    fourth = list(found.history)[3]
    assert fourth == StatusUpdate(
        seq=4,
        dossier="UIT-01",
        organisation="SZW",
        effective_on=date(2020, 12, 14),
        recorded_at=start_of_day(date(2020, 12, 14)),
        origin=Origin.HISTORY,
        status=Status.IN_PROGRESS,
        progress=5,
        plan=Plan(on=None),
        note="Kabinet steunt het advies en bereidt voor; besluit aan volgend kabinet",
        source=fourth.source,
        confidence=Confidence.HIGH,
    )
    assert found.closed_days[0] == ClosedDay(
        on=date(2026, 5, 15),
        name="Dag na Hemelvaartsdag",
        source="third-party legal site; check against the Staatscourant",
        is_verified=False,
    )


def test_the_optional_files_may_be_absent(folder: Path) -> None:
    found = read_programme(folder)

    assert [one.code for one in found.recommendations] == ["A-1", "A-2"]
    assert found.recommendations[1].depends_on == ("A-1",)
    assert (found.responsibilities, found.milestones, [*found.history]) == ((), (), [])
    assert (found.closed_days, found.context) == ((), ())


def test_optional_files_may_be_empty_of_lines(folder: Path) -> None:
    write("history.csv", history())(folder)
    write("calendar.toml", "")(folder)

    found = read_programme(folder)

    assert ([*found.history], found.closed_days, found.context) == ([], (), ())


def test_rounds_have_defaults(folder: Path) -> None:
    programme = read_programme(folder).programme

    assert (programme.opens_after, programme.answer_within, programme.grace) == (1, 20, 2)


def test_a_recommendation_without_its_own_day_was_adopted_with_the_programme(folder: Path) -> None:
    change("recommendations.csv", "Eerste,,SZW,,,,,", "Eerste,,SZW,,,,2022-03-01,")(folder)

    first, second = read_programme(folder).recommendations

    assert (first.adopted_on, first.recorded_at) == (date(2022, 3, 1), start_of_day(date(2022, 3, 1)))
    assert (second.adopted_on, second.recorded_at) == (date(2021, 1, 4), start_of_day(date(2021, 1, 4)))


def test_the_optional_columns_of_the_register_are_read(folder: Path) -> None:
    heading = REGISTER_HEADING + ",planned_on,priority,advised_on,adoption"
    line = dossier("A-1")
    write("recommendations.csv", f"{heading}\n{line},2025-01-01,Ja,2020-10-30,partly\n")(folder)

    found = read_programme(folder)

    assert found.initial_plans == {"A-1": date(2025, 1, 1)}
    (only,) = found.recommendations
    assert (only.has_priority, only.advised_on, only.adoption) == (True, date(2020, 10, 30), Adoption.PARTLY)


@pytest.mark.parametrize(
    ("word", "has_priority"),
    [("1", True), ("x", True), ("HOOG", True), ("", False), ("nee", False), ("Normaal", False), ("laag", False)],
)
def test_priority_is_said_in_many_words(folder: Path, word: str, *, has_priority: bool) -> None:
    write("recommendations.csv", f"{REGISTER_HEADING},priority\n{dossier('A-1')},{word}\n")(folder)

    assert read_programme(folder).recommendations[0].has_priority is has_priority


def test_a_line_about_a_milestone_belongs_to_its_dossier(folder: Path) -> None:
    write("milestones.csv", "code,recommendation,title,planned_on\nM-1,A-2,Naar de Kamer,2024-05-01\n")(folder)
    write(
        "history.csv",
        history("M-1,2024-02-01,BZK,,,2024-09-01,,,", "M-1,2024-10-01,BZK,completed,,,,,", "A-2,2024-10-02,BZK,,,,,,"),
    )(folder)

    found = read_programme(folder)

    assert found.milestones == (
        Milestone(code="M-1", dossier="A-2", title="Naar de Kamer", planned_on=date(2024, 5, 1)),
    )
    assert [(one.seq, one.dossier, one.milestone, one.status, one.plan) for one in found.history] == [
        (1, "A-2", "M-1", None, Plan(on=date(2024, 9, 1))),
        (2, "A-2", "M-1", Status.COMPLETED, None),
        (3, "A-2", None, None, Plan(on=None)),
    ]


def test_history_may_give_reason_evidence_and_effect(folder: Path) -> None:
    line = (
        "A-1,2024-02-01,SZW,completed,100,,Klaar,bron,low,Omdat het kon,https://a.example ; https://b.example;,visible"
    )
    write("history.csv", history(line, more=",reason,evidence,effect"))(folder)

    (only,) = read_programme(folder).history

    assert only.evidence == ("https://a.example", "https://b.example")
    assert (only.reason, only.effect, only.progress) == ("Omdat het kon", Effect.VISIBLE, 100)


def test_policy_of_its_own_has_a_day_and_a_decision(folder: Path) -> None:
    change(
        "programme.toml",
        "[rounds]",
        """[[thresholds.V01]]
valid_from = 2026-01-01
decision = "Stuurgroep 12"
reports = 3

[[thresholds.V01]]
valid_from = 2027-01-01
decision = "Stuurgroep 20"
low_after = 90

[[ladders.request]]
valid_from = 2026-02-01
decision = "Stuurgroep 13"
h1 = -8

[rounds]""",
    )(folder)

    assert read_programme(folder).overrides == (
        PolicyOverride(
            kind=PolicyKind.THRESHOLDS,
            code="V01",
            values={"reports": 3},
            valid_from=date(2026, 1, 1),
            decision="Stuurgroep 12",
        ),
        PolicyOverride(
            kind=PolicyKind.THRESHOLDS,
            code="V01",
            values={"low_after": 90},
            valid_from=date(2027, 1, 1),
            decision="Stuurgroep 20",
        ),
        PolicyOverride(
            kind=PolicyKind.LADDERS,
            code="request",
            values={"h1": -8},
            valid_from=date(2026, 2, 1),
            decision="Stuurgroep 13",
        ),
    )


def test_the_calendar_knows_closed_days_recess_and_caretaker_cabinets(folder: Path) -> None:
    write(
        "calendar.toml",
        """[[closed_day]]
on = 2026-05-15
name = "Brugdag"
[[caretaker]]
from = 2025-06-03
to = 2026-02-23
name = "Schoof"
note = "ongeveer"
[[recess]]
from = 2026-07-03
to = 2026-07-03
name = "Zomer"
source = "tweedekamer.nl"
""",
    )(folder)

    found = read_programme(folder)

    assert found.closed_days == (ClosedDay(on=date(2026, 5, 15), name="Brugdag"),)
    assert found.context == (
        ContextPeriod(
            kind=ContextKind.RECESS,
            first=date(2026, 7, 3),
            last=date(2026, 7, 3),
            name="Zomer",
            source="tweedekamer.nl",
        ),
        ContextPeriod(
            kind=ContextKind.CARETAKER,
            first=date(2025, 6, 3),
            last=date(2026, 2, 23),
            name="Schoof",
            note="ongeveer",
        ),
    )


def test_a_byte_order_mark_empty_lines_and_outer_spaces_do_not_matter(folder: Path) -> None:
    content = ORGANISATIONS.replace("BZK,Ministerie", "\r\n,,,,,,\r\n BZK , Ministerie")
    write("organisations.csv", b"\xef\xbb\xbf" + content.encode())(folder)

    assert read_programme(folder).organisations[1] == Organisation(code="BZK", name="Ministerie van BZK")


def test_two_ways_of_writing_an_accent_become_one(folder: Path) -> None:
    change("contacts.csv", "Contactpunt SZW", "Coo\u0308rdinator SZW")(folder)

    (contact,) = read_programme(folder).contacts

    assert (contact.name, contact.role, contact.channel) == ("Co\u00f6rdinator SZW", Role.MAIN, "")


def test_a_cell_may_hold_commas_quotes_and_in_a_description_new_lines(folder: Path) -> None:
    change("recommendations.csv", "Eerste,,", '"Eerste, ""de"" beste","Een\r\ntwee",')(folder)

    first = read_programme(folder).recommendations[0]

    assert (first.title, first.description) == ('Eerste, "de" beste', "Een\ntwee")


def test_a_contact_may_have_a_channel_and_an_end_that_never_comes(folder: Path) -> None:
    write(
        "contacts.csv",
        "organisation,name,email,role,valid_from,valid_to,channel\n"
        "SZW,Team,team@ipa.example,team,2024-01-01,9999-12-31,json://localhost/hook\n",
    )(folder)

    (contact,) = read_programme(folder).contacts

    assert (contact.channel, contact.valid_to) == ("json://localhost/hook", date(9999, 12, 31))


def test_a_disk_that_fails_for_a_moment_does_not_make_the_history_shorter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("history.csv", history("A-1,2024-02-01,SZW,,,,,,", "A-1,2024-03-01,SZW,,,,,,"))(folder)
    found = read_programme(folder).history

    def lines(path: Path) -> Iterator[str]:
        yield from path.read_text("utf-8").splitlines(keepends=True)[:2]
        raise OSError(EIO, "Input/output error")

    monkeypatch.setattr(csv_rows, "_lines_of", lines)

    with pytest.raises(OSError, match="Input/output"):
        list(found)
