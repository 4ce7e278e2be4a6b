"""How are the problems of a programme folder told? All at once, each once, in the order of the files."""

import shutil
from pathlib import Path

import pytest

from ipa_core.errors import InputRefused
from ipa_core.intake.problems import sentences
from ipa_core.intake.programme_folder import read_programme
from tests.intake.programme_folders import (
    CON,
    HIS,
    ORG,
    PRO,
    REC,
    SHIPPED,
    change,
    dossier,
    history,
    problems_of,
    register,
    write,
)

MIL = "milestones.csv"


@pytest.mark.parametrize(
    "email",
    ["szw", "a@b@c.nl", "a@c.nl,b@c.nl", "<a@c.nl>", "szw/ipa@c.nl", "!#$%*?^{|}@c.nl", "-a@c.nl", "a@c.-nl"],
)
def test_an_address_to_which_no_mail_can_go_is_refused(folder: Path, email: str) -> None:
    change(CON, "szw@ministerie.example", f'"{email}"')(folder)

    assert problems_of(folder) == [("email_malformed", CON, 2, "email", email)]


@pytest.mark.parametrize(
    "channel", ["json://intern.example/x", "workflows://127.0.0.1/stroom/geheim", "msteams://a/b/c"]
)
def test_a_channel_is_one_in_teams_and_is_not_repeated(folder: Path, channel: str) -> None:
    head, *rows = (folder / CON).read_text("utf-8").splitlines()
    text = "\n".join([f"{head},channel", f"{rows[0]},{channel}", *(f"{row}," for row in rows[1:])]) + "\n"
    (folder / CON).write_text(text, "utf-8")

    assert problems_of(folder) == [("channel_malformed", CON, 2, "channel", channel.partition("/")[0])]


def test_a_contact_that_ends_keeps_the_address_that_it_has_in_the_register(folder: Path) -> None:
    change(CON, "szw@ministerie.example,main,,", "szw/ipa@ministerie.example,main,,2026-02-04")(folder)

    (contact,) = read_programme(folder).contacts

    assert contact.email == "szw/ipa@ministerie.example"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param((dossier("A-1", depends_on="A-1"),), [(2, "A-1", "A-1 → A-1")], id="one that waits for itself"),
        pytest.param(
            (
                dossier("A-1", depends_on="A-3"),
                dossier("A-2", depends_on="A-4"),
                dossier("A-3", depends_on="A-2"),
                dossier("A-4", depends_on="A-3"),
            ),
            [(3, "A-4", "A-2 → A-4 → A-3 → A-2")],
            id="three, and one that waits for them",
        ),
        pytest.param(
            (
                dossier("A-1", depends_on="A-2"),
                dossier("A-2", depends_on="A-1"),
                dossier("A-3", depends_on="A-4"),
                dossier("A-4", depends_on="A-3"),
            ),
            [(2, "A-2", "A-1 → A-2 → A-1"), (4, "A-4", "A-3 → A-4 → A-3")],
            id="two circles",
        ),
    ],
)
def test_a_circle_of_dependencies_is_named(
    folder: Path, lines: tuple[str, ...], expected: list[tuple[int, str, str]]
) -> None:
    write(REC, register(*lines))(folder)

    with pytest.raises(InputRefused) as refused:
        read_programme(folder)

    found = refused.value.problems
    assert [(one.code, one.column, one.row, one.value) for one in found] == [
        ("dependency_circle", "depends_on", row, value) for row, value, _ in expected
    ]
    for one, (_, _, circle) in zip(found, expected, strict=True):
        assert circle in one.message


def test_a_circle_of_parents_or_of_successors_is_refused(folder: Path) -> None:
    write(REC, register(dossier("A-1", parent="A-2"), dossier("A-2", parent="A-1")))(folder)
    write(ORG, "code,name,kind,valid_from,valid_to,successors,source\nSZW,S,ministry,,,BZK,\nBZK,B,ministry,,,SZW,\n")(
        folder
    )

    assert problems_of(folder) == [
        ("successor_circle", ORG, 2, "successors", "BZK"),
        ("parent_circle", REC, 2, "parent", "A-2"),
    ]


def test_a_chain_of_ten_thousand_dependencies_is_no_circle(folder: Path) -> None:
    chain = [dossier(f"A-{number}", depends_on=f"A-{number + 1}") for number in range(10_000)]
    write(REC, register(*chain, dossier("A-10000")))(folder)

    assert len(read_programme(folder).recommendations) == 10_001


def test_all_problems_of_all_files_come_at_once_in_the_order_of_the_files(folder: Path) -> None:
    change(PRO, "quarterly", "weekly")(folder)
    change(ORG, "BZK,Min", "SZW,Min")(folder)
    change(CON, "szw@ministerie.example,main,", "niemand,baas,gisteren")(folder)
    change(REC, "A-1,,,,,", "A-9,,,,,")(folder)
    write(HIS, history("A-1,2024-13-01,SZW,bijna,200,straks,,,", "A-1,2024-01-01,SZW", "A-7,2024-01-01,SZW,,,,,,"))(
        folder
    )

    assert problems_of(folder) == [
        ("word_unknown", PRO, 7, "rounds.cadence", "weekly"),
        ("code_double", ORG, 3, "code", "SZW"),
        ("date_malformed", CON, 2, "valid_from", "gisteren"),
        ("email_malformed", CON, 2, "email", "niemand"),
        ("word_unknown", CON, 2, "role", "baas"),
        ("organisation_unlisted", REC, 3, "lead", "BZK"),
        ("dossier_unlisted", REC, 3, "depends_on", "A-9"),
        ("date_impossible", HIS, 2, "reported_on", "2024-13-01"),
        ("date_malformed", HIS, 2, "planned_on", "straks"),
        ("word_unknown", HIS, 2, "status", "bijna"),
        ("progress_out_of_range", HIS, 2, "progress", "200"),
        ("cell_count", HIS, 3, "", "A-1,2024-01-01,SZW"),
        ("subject_unlisted", HIS, 4, "recommendation", "A-7"),
    ]


def test_two_codes_that_differ_in_capitals_are_both_named_with_their_place_beside_what_else_is_wrong(
    folder: Path,
) -> None:
    write(REC, register(dossier("A-1"), dossier("a-1", parent="A-9")))(folder)
    write(MIL, "code,recommendation,title,planned_on\nA-1-a,A-1,Stap,straks\nA-1-A,A-1,Stap,\na-1,A-1,Stap,\n")(folder)

    with pytest.raises(InputRefused) as refused:
        read_programme(folder)

    found = [(one.code, one.file, one.row, one.column, one.value) for one in refused.value.problems]
    assert found == [
        ("code_in_other_capitals", REC, 3, "code", "a-1"),
        ("dossier_unlisted", REC, 3, "parent", "A-9"),
        ("date_malformed", MIL, 2, "planned_on", "straks"),
        ("code_in_other_capitals", MIL, 3, "code", "A-1-A"),
        ("code_double", MIL, 4, "code", "a-1"),
    ]
    assert refused.value.problems[3].message == (
        "De code A-1-A verschilt alleen in hoofdletters van A-1-a in milestones.csv, regel 2. "
        "In een opgave maken hoofdletters geen verschil. Geef een van de twee een andere code."
    )


def test_a_register_that_cannot_be_read_is_one_problem_and_not_one_for_every_line_that_points_to_it(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "ipa"
    shutil.copytree(SHIPPED, folder)
    (folder / ORG).unlink()
    write(REC, (folder / REC).read_bytes().replace(b"UIT-02,", b'"UIT-02,', 1))(folder)

    assert [problem[:3] for problem in problems_of(folder)] == [
        ("file_missing", ORG, None),
        ("csv_broken", REC, 3),
    ]


def test_a_missing_column_is_one_problem_and_not_one_for_every_line(folder: Path) -> None:
    write(CON, "organisation,name,role,valid_from,valid_to\nSZW,A,main,,\nSZW,B,main,,\n")(folder)

    assert problems_of(folder) == [("column_missing", CON, 1, "email", "")]


def test_the_rows_after_a_cell_with_new_lines_keep_their_line_numbers(folder: Path) -> None:
    change(REC, "Eerste,,", 'Eerste,"een\ntwee\n\ndrie",')(folder)
    change(REC, "A-2,recommendation", "A-2,advies")(folder)

    assert problems_of(folder) == [("word_unknown", REC, 6, "kind", "advies")]


def test_a_folder_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "nergens") == [("folder_missing", "", None, "", str(tmp_path / "nergens"))]


def test_each_problem_tells_in_dutch_what_to_mend(folder: Path) -> None:
    change(REC, "Eerste,,SZW", "Eerste,,XYZ")(folder)

    with pytest.raises(InputRefused) as refused:
        read_programme(folder)

    assert [one.as_json() for one in refused.value.problems] == [
        {
            "code": "organisation_unlisted",
            "row": 2,
            "column": "lead",
            "value": "XYZ",
            "message": "XYZ staat niet in organisations.csv. Verbeter de code of voeg de organisatie toe.",
            "file": REC,
        }
    ]


def test_every_sentence_ends_as_a_sentence() -> None:
    assert [code for code, sentence in sentences().items() if not sentence.endswith((".", "{hint}"))] == []
