"""What is wrong with a programme folder, where, and how is it mended? Everything at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.programme_folders import (
    CAL,
    CON,
    HIS,
    ORG,
    ORGANISATIONS,
    PRO,
    REC,
    REGISTER_HEADING,
    change,
    dossier,
    history,
    problems_of,
    register,
    write,
)

RESPONSIBILITIES = "recommendation,role,organisation,valid_from,valid_to\n"


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        # Files and their structure.
        pytest.param(lambda folder: (folder / CON).unlink(), ("file_missing", CON, None, "", ""), id="a missing file"),
        pytest.param(
            lambda folder: (folder / HIS).mkdir(), ("file_unreadable", HIS, None, "", ""), id="a folder in its place"
        ),
        pytest.param(write(HIS, ""), ("heading_missing", HIS, 1, "", ""), id="an empty file"),
        pytest.param(
            change(CON, ",main,,", ",main,"),
            ("cell_count", CON, 2, "", "SZW,Contactpunt SZW,szw@ministerie.example,main,"),
            id="too few cells",
        ),
        pytest.param(
            write(CON, "organisation,name,email,role,valid_from\n"),
            ("column_missing", CON, 1, "valid_to", ""),
            id="a missing column",
        ),
        pytest.param(
            write(CON, "organisation,name,email,role,valid_from,valid_to,phone\n"),
            ("column_unknown", CON, 1, "phone", "phone"),
            id="an unknown column",
        ),
        pytest.param(
            write(CON, "organisation,name,email,role,valid_from,valid_to,role\n"),
            ("column_double", CON, 1, "role", "role"),
            id="a column that is there twice",
        ),
        pytest.param(
            write(CON, "organisation;name;email;role;valid_from;valid_to\n"),
            ("separator_wrong", CON, 1, "", "organisation;name;email;role;valid_from;valid_to"),
            id="semicolons between the cells",
        ),
        pytest.param(
            change(CON, "SZW,Contactpunt", "SZW,te,veel,Contactpunt"),
            ("cell_count", CON, 2, "", "SZW,te,veel,Contactpunt SZW,szw@ministerie.example,main,,"),
            id="too many cells",
        ),
        pytest.param(
            change(REC, "Eerste", '"Eerste'),
            ("csv_broken", REC, 2, "", 'A-1,recommendation,,Thema,"Eerste,,SZW,,,,,,,,,,'),
            id="an unclosed quote",
        ),
        pytest.param(
            change(REC, "Eerste", '"Eerste" keer'),
            ("csv_broken", REC, 2, "", 'A-1,recommendation,,Thema,"Eerste" keer,,SZW,,,,,,,,,,'),
            id="text after a quote",
        ),
        pytest.param(
            write(ORG, ORGANISATIONS.replace("van BZK", "Financi\u00ebn").encode("cp1252")),
            ("not_utf8", ORG, 3, "", "0xEB"),
            id="another encoding",
        ),
        pytest.param(
            write(ORG, ORGANISATIONS.encode().replace(b"van BZK", b"\xed\xa0\x80")),
            ("not_utf8", ORG, 3, "", "0xED"),
            id="a lone surrogate",
        ),
        pytest.param(
            change(REC, "Tweede", "Twee\x00de"),
            ("character_refused", REC, 3, "title", "Twee\\x00de"),
            id="a NUL",
        ),
        pytest.param(
            change(CON, "Contactpunt SZW", '"Contact\r\nBcc: x"'),
            ("character_refused", CON, 2, "name", "Contact\\nBcc: x"),
            id="a new line in a name",
        ),
        # Cells.
        pytest.param(change(REC, "Tweede", ""), ("value_missing", REC, 3, "title", ""), id="an empty title"),
        pytest.param(
            change(REC, "A-2,rec", "A 2,rec"), ("code_malformed", REC, 3, "code", "A 2"), id="a code with a space"
        ),
        pytest.param(
            change(ORG, "SZW,ministry,", "SZW,ministry,01-02-2024"),
            ("date_malformed", ORG, 2, "valid_from", "01-02-2024"),
            id="a date in the Dutch way",
        ),
        pytest.param(
            change(ORG, "SZW,ministry,", "SZW,ministry,20240201"),
            ("date_malformed", ORG, 2, "valid_from", "20240201"),
            id="a date without hyphens",
        ),
        pytest.param(
            change(ORG, "SZW,ministry,", "SZW,ministry,2023-02-29"),
            ("date_impossible", ORG, 2, "valid_from", "2023-02-29"),
            id="a day that does not exist",
        ),
        pytest.param(
            write(HIS, history("A-1,0001-01-01,SZW,,,,,,")),
            ("date_out_of_range", HIS, 2, "reported_on", "0001-01-01"),
            id="the year 1",
        ),
        pytest.param(
            change(ORG, "SZW,ministry,,", "SZW,ministry,2024-02-01,2024-01-31"),
            ("dates_reversed", ORG, 2, "valid_to", "2024-01-31"),
            id="an end before its start",
        ),
        pytest.param(change(CON, ",main,", ",baas,"), ("word_unknown", CON, 2, "role", "baas"), id="an unknown role"),
        pytest.param(
            change(REC, "A-2,recommendation", "A-2,advies"),
            ("word_unknown", REC, 3, "kind", "advies"),
            id="an unknown kind",
        ),
        pytest.param(
            change(REC, ",A-1,,,,,", ",A-1,weekly,,,,"),
            ("word_unknown", REC, 3, "recurs", "weekly"),
            id="an unknown recurrence",
        ),
        pytest.param(
            write("responsibilities.csv", RESPONSIBILITIES + "A-1,owner,SZW,,\n"),
            ("word_unknown", "responsibilities.csv", 2, "role", "owner"),
            id="an unknown share",
        ),
        pytest.param(
            write(REC, f"{REGISTER_HEADING},adoption\n{dossier('A-1')},maybe\n"),
            ("word_unknown", REC, 2, "adoption", "maybe"),
            id="an unknown adoption",
        ),
        pytest.param(
            write(REC, f"{REGISTER_HEADING},priority\n{dossier('A-1')},soms\n"),
            ("priority_unknown", REC, 2, "priority", "soms"),
            id="an unknown priority",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,SZW,bijna,,,,,")),
            ("word_unknown", HIS, 2, "status", "bijna"),
            id="an unknown status",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,SZW,,,,,,sure")),
            ("word_unknown", HIS, 2, "confidence", "sure"),
            id="an unknown confidence",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,SZW,,,,,,,huge", more=",effect")),
            ("word_unknown", HIS, 2, "effect", "huge"),
            id="an unknown effect",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,SZW,,101,,,,")),
            ("progress_out_of_range", HIS, 2, "progress", "101"),
            id="a progress above 100",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,SZW,,-1,,,,")),
            ("progress_out_of_range", HIS, 2, "progress", "-1"),
            id="a progress below 0",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,SZW,,12.5,,,,")),
            ("progress_malformed", HIS, 2, "progress", "12.5"),
            id="a progress that is no whole number",
        ),
        pytest.param(
            write(HIS, history(f"A-1,2024-01-01,SZW,,{'9' * 5000},,,,")),
            ("progress_out_of_range", HIS, 2, "progress", "9" * 199 + "…"),
            id="a progress of five thousand digits",
        ),
        # Codes.
        pytest.param(
            write(ORG, ORGANISATIONS + "SZW,Nog een,ministry,,,,\n"),
            ("code_double", ORG, 4, "code", "SZW"),
            id="an organisation twice",
        ),
        pytest.param(
            write(REC, register(dossier("A-1"), dossier("A-1"))),
            ("code_double", REC, 3, "code", "A-1"),
            id="a recommendation twice",
        ),
        pytest.param(
            write("milestones.csv", "code,recommendation,title,planned_on\nA-2,A-1,Stap,\n"),
            ("code_double", "milestones.csv", 2, "code", "A-2"),
            id="a milestone with the code of a recommendation",
        ),
        pytest.param(
            write(ORG, ORGANISATIONS + "Szw,Nog een,ministry,,,,\n"),
            ("code_in_other_capitals", ORG, 4, "code", "Szw"),
            id="an organisation in other capitals",
        ),
        pytest.param(
            write(REC, register(dossier("A-1"), dossier("A-2"), dossier("a-1"))),
            ("code_in_other_capitals", REC, 4, "code", "a-1"),
            id="a recommendation in other capitals",
        ),
        pytest.param(
            write("milestones.csv", "code,recommendation,title,planned_on\na-2,A-1,Stap,\n"),
            ("code_in_other_capitals", "milestones.csv", 2, "code", "a-2"),
            id="a milestone with the code of a recommendation in other capitals",
        ),
        pytest.param(
            write("milestones.csv", "code,recommendation,title,planned_on\nA-1-b,A-1,Stap,\nA-1-B,A-2,Stap,\n"),
            ("code_in_other_capitals", "milestones.csv", 3, "code", "A-1-B"),
            id="two milestones that differ in capitals",
        ),
        pytest.param(
            change(REC, "Eerste,,SZW", "Eerste,,XYZ"),
            ("organisation_unlisted", REC, 2, "lead", "XYZ"),
            id="no such lead",
        ),
        pytest.param(
            change(REC, "BZK,SZW,", "BZK,SZW;XYZ,"),
            ("organisation_unlisted", REC, 3, "co_leads", "XYZ"),
            id="no such co-lead",
        ),
        pytest.param(
            change(CON, "SZW,C", "XYZ,C"),
            ("organisation_unlisted", CON, 2, "organisation", "XYZ"),
            id="a contact of no organisation",
        ),
        pytest.param(
            change(ORG, "SZW,ministry,,,", "SZW,ministry,,,XYZ"),
            ("organisation_unlisted", ORG, 2, "successors", "XYZ"),
            id="no such successor",
        ),
        pytest.param(
            write("responsibilities.csv", RESPONSIBILITIES + "A-1,lead,XYZ,,\n"),
            ("organisation_unlisted", "responsibilities.csv", 2, "organisation", "XYZ"),
            id="a responsibility of no organisation",
        ),
        pytest.param(
            write("responsibilities.csv", RESPONSIBILITIES + "A-9,lead,SZW,,\n"),
            ("dossier_unlisted", "responsibilities.csv", 2, "recommendation", "A-9"),
            id="a responsibility for nothing",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,XYZ,,,,,,")),
            ("organisation_unlisted", HIS, 2, "organisation", "XYZ"),
            id="history by no organisation",
        ),
        pytest.param(
            write(HIS, history("A-1,2024-01-01,SZW,,,,,,", "A-9,2024-01-01,SZW,,,,,,")),
            ("subject_unlisted", HIS, 3, "recommendation", "A-9"),
            id="history about nothing",
        ),
        pytest.param(
            write("milestones.csv", "code,recommendation,title,planned_on\nM-1,A-9,Stap,\n"),
            ("dossier_unlisted", "milestones.csv", 2, "recommendation", "A-9"),
            id="a milestone of nothing",
        ),
        pytest.param(
            change(REC, ",A-1,,,,,", ",A-1;A-9,,,,,"),
            ("dossier_unlisted", REC, 3, "depends_on", "A-9"),
            id="no such dependency",
        ),
        pytest.param(
            change(REC, "A-2,recommendation,,", "A-2,measure,A-9,"),
            ("dossier_unlisted", REC, 3, "parent", "A-9"),
            id="no such parent",
        ),
        # programme.toml.
        pytest.param(change(PRO, '"klein"', '"klein'), ("toml_broken", PRO, 1, "", 'code = "klein'), id="broken TOML"),
        pytest.param(change(PRO, 'code = "klein"\n', ""), ("key_missing", PRO, None, "code", ""), id="no code"),
        pytest.param(
            change(PRO, 'cadence = "quarterly"\n', ""), ("key_missing", PRO, 6, "rounds.cadence", ""), id="no cadence"
        ),
        pytest.param(
            change(PRO, "quarterly", "weekly"),
            ("word_unknown", PRO, 7, "rounds.cadence", "weekly"),
            id="an unknown cadence",
        ),
        pytest.param(
            change(PRO, "[rounds]", "[rondes]\n[rounds]"),
            ("key_unknown", PRO, 6, "rondes", "rondes"),
            id="an unknown table",
        ),
        pytest.param(
            change(PRO, "[rounds]\n", "[rounds]\ngrase = 3\n"),
            ("key_unknown", PRO, 7, "rounds.grase", "grase"),
            id="an unknown key",
        ),
        pytest.param(
            change(PRO, "[rounds]\n", '[rounds]\ngrace = "3"\n'),
            ("type_not_whole", PRO, 7, "rounds.grace", "3"),
            id="a number between quotes",
        ),
        pytest.param(
            change(PRO, "[rounds]\n", "[rounds]\ngrace = true\n"),
            ("type_not_whole", PRO, 7, "rounds.grace", "true"),
            id="true for a number",
        ),
        pytest.param(
            change(PRO, "[rounds]\n", "[rounds]\ngrace = -1\n"),
            ("number_out_of_range", PRO, 7, "rounds.grace", "-1"),
            id="a negative grace",
        ),
        pytest.param(
            change(PRO, "[rounds]\n", "[rounds]\nanswer_within = 0\n"),
            ("number_out_of_range", PRO, 7, "rounds.answer_within", "0"),
            id="no time to answer",
        ),
        pytest.param(
            change(PRO, "2021-01-04", '"2021-01-04"'),
            ("type_not_date", PRO, 4, "adopted_on", "2021-01-04"),
            id="a date between quotes",
        ),
        pytest.param(
            change(PRO, "2021-01-04", "2021-01-04T10:00:00"),
            ("type_not_date", PRO, 4, "adopted_on", "2021-01-04T10:00:00"),
            id="a date with a time",
        ),
        pytest.param(
            change(PRO, "2021-01-04", "2021-02-30"),
            ("toml_broken", PRO, 4, "", "adopted_on = 2021-02-30"),
            id="a date in TOML that does not exist",
        ),
        pytest.param(
            change(PRO, '"Een klein programma"', "5"),
            ("type_not_text", PRO, 2, "name", "5"),
            id="a name that is no text",
        ),
        pytest.param(
            change(PRO, "Een klein", "Een\\u0000klein"),
            ("character_refused", PRO, 2, "name", "Een\\x00klein programma"),
            id="a NUL in TOML",
        ),
        pytest.param(
            change(PRO, "Europe/Amsterdam", "UTC"),
            ("timezone_refused", PRO, 3, "timezone", "UTC"),
            id="another time zone",
        ),
        pytest.param(
            change(PRO, "[rounds]", '[[thresholds.V01]]\ndecision = "x"\n[rounds]'),
            ("key_missing", PRO, 6, "thresholds.V01.valid_from", ""),
            id="policy without a day",
        ),
        pytest.param(
            change(PRO, "[rounds]", "[[ladders.request]]\nvalid_from = 2026-01-01\n[rounds]"),
            ("key_missing", PRO, 6, "ladders.request.decision", ""),
            id="policy without a decision",
        ),
        pytest.param(
            change(
                PRO,
                "[rounds]",
                '[[thresholds.V01]]\nvalid_from = 2026-01-01\ndecision = "x"\nlow_after = nan\n[rounds]',
            ),
            ("type_not_whole", PRO, 9, "thresholds.V01.low_after", "nan"),
            id="policy that is no number",
        ),
        # calendar.toml.
        pytest.param(
            write(CAL, "[[vacation]]\non = 2026-01-02\n"),
            ("key_unknown", CAL, 1, "vacation", "vacation"),
            id="an unknown table in the calendar",
        ),
        pytest.param(
            write(
                CAL,
                '[[recess]]\nfrom = 2026-01-02\nto = 2026-01-03\nname = "a"\n[[recess]]\nfrom = 2026-02-02\nname = "b"',
            ),
            ("key_missing", CAL, 5, "recess.to", ""),
            id="a recess without an end",
        ),
        pytest.param(
            write(CAL, '[[caretaker]]\nfrom = 2026-01-02\nto = 2026-01-01\nname = "a"\n'),
            ("dates_reversed", CAL, 3, "caretaker.to", "2026-01-01"),
            id="a caretaker cabinet that ends before it starts",
        ),
        pytest.param(
            write(CAL, '[[closed_day]]\non = 2026-01-02\nname = "a"\nverified = "no"\n'),
            ("type_not_flag", CAL, 4, "closed_day.verified", "no"),
            id="a word for true or false",
        ),
        pytest.param(
            write(CAL, "recess = 3\n"), ("type_not_tables", CAL, 1, "recess", "3"), id="a recess without a table"
        ),
    ],
)
def test_what_is_wrong_is_refused_with_file_line_column_and_value(
    folder: Path, damage: Callable[[Path], None], expected: tuple[str, str, int | None, str, str]
) -> None:
    damage(folder)

    assert problems_of(folder) == [expected]
