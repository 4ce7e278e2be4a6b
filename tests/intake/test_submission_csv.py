"""What we read in a submission in CSV, and what goes back."""

from datetime import date

import pytest

from ipa_core.domain.updates import Effect, Plan, Rating, RootCause, Status
from ipa_core.intake.submissions import Line, ReadSubmission, read_submission

HEADER = (
    "uitvraag;ministerie;aanbeveling;stand;voortgang;planning;reden;toelichting;bewijs;oorzaak;hulpvraag;effect;"
    "oordeel;ongewijzigd"
)


def read(text: str, encoding: str = "utf-8") -> ReadSubmission:
    return read_submission("opgave.csv", text.encode(encoding))


def the_line(heading: str, cell: str) -> Line:
    other, value = ("ongewijzigd", "nee") if heading == "stand" else ("stand", "afgerond")
    submission = read(f'aanbeveling;{other};{heading}\nUIT-01;{value};"{cell}"\n')
    assert submission.problems == ()
    (line,) = submission.lines
    return line


def the_codes(submission: ReadSubmission) -> list[tuple[int | None, str, str]]:
    return [(each.row, each.column, each.code) for each in submission.problems]


def test_a_full_row_is_read_whole() -> None:
    row = (
        "2026-Q4;SZW;UIT-01;In uitvoering;90%;31-12-2026;Later besluit;=1+1 is tekst;"
        '"https://a.example; https://b.example";wet;Graag overleg;gedeeltelijk;op koers;nee'
    )

    assert read(f"{HEADER}\r\n{row}\r\n") == ReadSubmission(
        round="2026-Q4",
        organisation="SZW",
        lines=(
            Line(
                row=2,
                dossier="UIT-01",
                status=Status.IN_PROGRESS,
                progress=90,
                plan=Plan(on=date(2026, 12, 31)),
                reason="Later besluit",
                note="=1+1 is tekst",
                evidence=("https://a.example", "https://b.example"),
                root_cause=RootCause.LAW,
                help_wanted="Graag overleg",
                effect=Effect.PARTIAL,
                rating=Rating.ON_TRACK,
                is_unchanged=False,
            ),
        ),
        line_count=1,
    )


def test_an_empty_cell_was_not_said() -> None:
    (line,) = read(f"{HEADER}\n;;UIT-01;afgerond;;;;;;;;;;\n").lines

    assert (line.progress, line.plan, line.effect, line.rating, line.root_cause) == (None,) * 5
    assert (line.reason, line.note, line.help_wanted, line.evidence) == ("", "", "", ())


@pytest.mark.parametrize("heading", ["STAND", " Stand ", '"stand"', '" stand"', "\u00a0stand"])
def test_capitals_and_outer_spaces_of_a_heading_do_not_matter(heading: str) -> None:
    assert len(read(f"{heading};aanbeveling\nafgerond;UIT-01\n").lines) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_usual_way_to_save_a_table_is_read(encoding: str, delimiter: str, line_end: str) -> None:
    rows = (("aanbeveling", "stand", "toelichting"), ("UIT-01", "afgerond", "één – €"), ("UIT-02", "afgerond", "x"))
    text = "".join(delimiter.join(row) + line_end for row in rows)

    submission = read(text, encoding)

    assert [(line.row, line.dossier, line.note) for line in submission.lines] == [
        (2, "UIT-01", "één – €"),
        (3, "UIT-02", "x"),
    ]


def test_utf_16_with_the_big_end_first_is_read() -> None:
    text = "\ufeffaanbeveling;stand\nUIT-01;afgerond\n"

    assert len(read(text, "utf-16-be").lines) == 1


def test_excels_own_first_line_tells_the_delimiter_and_counts_as_a_row() -> None:
    submission = read("sep=,\r\naanbeveling,stand\r\nUIT-01,afgerond\r\n")

    assert [line.row for line in submission.lines] == [3]


def test_a_delimiter_inside_quotes_does_not_count() -> None:
    assert len(read('"aanbeveling";"stand"\nUIT-01;"afgerond"\n').lines) == 1


def test_rows_are_counted_as_lines_of_the_file() -> None:
    text = '\n\naanbeveling;stand;toelichting\nA;afgerond;"een\r\ntwee\r\ndrie"\n\n;;\nB;afgerond;\nC;klaar;\n'

    submission = read(text)

    assert [(line.row, line.dossier) for line in submission.lines] == [(4, "A"), (9, "B")]
    assert the_codes(submission) == [(10, "stand", "word_not_known")]
    assert submission.line_count == 3


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("stand", "afgerond", "status", Status.COMPLETED),
        ("stand", "  IN   Uitvoering ", "status", Status.IN_PROGRESS),
        ("stand", "in_progress", "status", Status.IN_PROGRESS),
        ("effect", "deels", "effect", Effect.PARTIAL),
        ("effect", "visible", "effect", Effect.VISIBLE),
        ("oordeel", "risico loopt", "rating", Rating.AT_RISK),
        ("oordeel", "on_track", "rating", Rating.ON_TRACK),
        ("oorzaak", "law", "root_cause", RootCause.LAW),
        ("voortgang", "90", "progress", 90),
        ("voortgang", "90%", "progress", 90),
        ("voortgang", " 90 % ", "progress", 90),
        ("voortgang", "0,9", "progress", 90),
        ("voortgang", "0.9", "progress", 90),
        ("voortgang", "0,125", "progress", 13),
        ("voortgang", "0", "progress", 0),
        ("voortgang", "1", "progress", 1),
        ("voortgang", "90,0", "progress", 90),
        ("planning", "31-12-2026", "plan", Plan(on=date(2026, 12, 31))),
        ("planning", "1-7-2026", "plan", Plan(on=date(2026, 7, 1))),
        ("planning", "1/7/2026", "plan", Plan(on=date(2026, 7, 1))),
        ("planning", "2026-12-31", "plan", Plan(on=date(2026, 12, 31))),
        ("planning", "Vervallen", "plan", Plan(on=None)),
        ("bewijs", "a;b\nc; ", "evidence", ("a", "b", "c")),
    ],
)
def test_a_cell_is_read_as_people_write_it(heading: str, cell: str, field: str, value: object) -> None:
    assert getattr(the_line(heading, cell), field) == value


@pytest.mark.parametrize("cell", ["ja", "JA", "x", "1", "true", "Waar"])
def test_yes_needs_no_status(cell: str) -> None:
    assert [line.is_unchanged for line in read(f"aanbeveling;ongewijzigd\nUIT-01;{cell}\n").lines] == [True]


@pytest.mark.parametrize("cell", ["nee", "0", "false", "Onwaar", ""])
def test_no_needs_a_status(cell: str) -> None:
    assert the_line("ongewijzigd", cell).is_unchanged is False
    assert the_codes(read(f"aanbeveling;ongewijzigd;reden\nUIT-01;{cell};r\n")) == [
        (2, "ongewijzigd", "status_missing")
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("voortgang", "101", "progress_out_of_range"),
        ("voortgang", "-5%", "progress_out_of_range"),
        ("voortgang", "12,5", "progress_not_whole"),
        ("voortgang", "0,9%", "progress_not_whole"),
        ("voortgang", "ongeveer 90", "number_malformed"),
        ("voortgang", "٩٠", "number_malformed"),
        ("planning", "31-2-2026", "date_impossible"),
        ("planning", "12-2026", "date_unclear"),
        ("planning", "31-12-26", "date_unclear"),
        ("planning", "31-12/2026", "date_unclear"),
        ("planning", "1-1-1926", "date_out_of_range"),
        ("effect", "veel", "word_not_known"),
        ("oordeel", "prima", "word_not_known"),
        ("oorzaak", "weer", "word_not_known"),
        ("ongewijzigd", "misschien", "not_yes_or_no"),
        ("toelichting", "nul \x00", "character_refused"),
        ("toelichting", "x" * 10_001, "text_too_long"),
    ],
)
def test_a_wrong_cell_goes_back_with_its_place(heading: str, cell: str, code: str) -> None:
    written = heading.capitalize()

    submission = read(f"aanbeveling;stand;{written}\nUIT-02;afgerond;\nUIT-01;afgerond;{cell}\n")

    assert the_codes(submission) == [(3, written, code)]
    assert [line.dossier for line in submission.lines] == ["UIT-02"]


def test_a_wrong_row_gives_all_its_problems_at_once() -> None:
    submission = read("aanbeveling;stand;voortgang;planning\n;klaar;120;31-2-2026\n")

    assert the_codes(submission) == [
        (2, "stand", "word_not_known"),
        (2, "voortgang", "progress_out_of_range"),
        (2, "planning", "date_impossible"),
        (2, "aanbeveling", "dossier_missing"),
    ]


def test_of_two_rows_about_one_dossier_the_second_goes_back() -> None:
    submission = read("aanbeveling;stand\nUIT-01;afgerond\nUIT-01 ;stilgevallen\n")

    assert [line.status for line in submission.lines] == [Status.COMPLETED]
    assert [each.message for each in submission.problems] == [
        "UIT-01 staat al op regel 2. Laat één regel over deze aanbeveling staan."
    ]


def test_an_identifier_stays_text() -> None:
    assert [line.dossier for line in read("aanbeveling;stand\n003;afgerond\n").lines] == ["003"]


def test_the_columns_about_the_file_say_the_same_on_each_row() -> None:
    submission = read(
        "programma;uitvraag;ministerie;aanbeveling;stand\n"
        ";;;A;afgerond\nipa;2026-Q4;SZW;B;afgerond\n;;szw;C;afgerond\n;2026-Q3;BZK;D;afgerond\n"
    )

    assert (submission.programme, submission.round, submission.organisation) == ("ipa", "2026-Q4", "SZW")
    assert [line.dossier for line in submission.lines] == ["A", "B", "C"]
    assert the_codes(submission) == [(5, "uitvraag", "differs_from_first"), (5, "ministerie", "differs_from_first")]


def test_a_row_with_too_many_cells_goes_back_because_its_cells_may_have_moved() -> None:
    submission = read("aanbeveling,stand,voortgang\nUIT-01,in uitvoering,0,9\nUIT-02,afgerond,\n")

    assert the_codes(submission) == [(2, "", "cells_without_heading")]
    assert [line.dossier for line in submission.lines] == ["UIT-02"]


def test_an_empty_column_that_excel_left_behind_is_no_problem_until_it_holds_something() -> None:
    submission = read("aanbeveling;stand;;\nUIT-01;afgerond;;\nUIT-02;afgerond;;kijk hier\n")

    assert [line.dossier for line in submission.lines] == ["UIT-01"]
    assert the_codes(submission) == [(3, "", "cells_without_heading")]


def test_a_row_may_stop_early() -> None:
    assert len(read("aanbeveling;stand;reden;effect\nUIT-01;afgerond\n").lines) == 1


def test_an_unknown_heading_hides_nothing_else_and_sends_the_file_back() -> None:
    submission = read("aanbeveling;stand;kleur;voortgang\nUIT-01;afgerond;rood;\nUIT-02;klaaar;;200\nUIT-03;;;\n")

    assert the_codes(submission) == [
        (1, "kleur", "heading_unknown"),
        (3, "stand", "word_not_known"),
        (3, "voortgang", "progress_out_of_range"),
    ]
    assert ([line.dossier for line in submission.lines], submission.is_returned) == (["UIT-01"], True)


def test_a_status_is_not_missed_beside_a_heading_that_may_be_its_own() -> None:
    submission = read("aanbeveling;stand;ongewijzigt\nUIT-01;;ja\n")

    assert the_codes(submission) == [(1, "ongewijzigt", "heading_unknown")]


def test_an_unknown_heading_and_an_unclosed_quote_are_told_together() -> None:
    assert the_codes(read('aanbeveling;stand;kleur\nA;"afgerond\n')) == [
        (1, "kleur", "heading_unknown"),
        (2, "", "csv_broken"),
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("", [(None, "", "file_empty")], id="nothing"),
        pytest.param("\n ;;\n", [(None, "", "file_empty")], id="only blank rows"),
        pytest.param("aanbeveling;stand\n\n", [(None, "", "lines_missing")], id="only a header"),
        pytest.param("aanbeveling;Stand;stand\nA;;\n", [(1, "stand", "column_double")], id="a double heading"),
        pytest.param("stand\nafgerond\n", [(1, "aanbeveling", "heading_required")], id="no dossier"),
        pytest.param("aanbeveling;reden\nA;x\n", [(1, "stand", "heading_required")], id="neither status nor unchanged"),
        pytest.param(
            "kolom\nx\n",
            [
                (1, "kolom", "heading_unknown"),
                (1, "aanbeveling", "heading_required"),
                (1, "stand", "heading_required"),
            ],
            id="everything at once",
        ),
        pytest.param(
            'aanbeveling;stand\nA;afgerond\nB;"afgerond\nC;afgerond\n', [(3, "", "csv_broken")], id="an unclosed quote"
        ),
        pytest.param('aanbeveling;stand\nA;"afge"rond\n', [(2, "", "csv_broken")], id="a quote that closes too early"),
        pytest.param("aanbeveling;stand\nA;" + "x" * 140_000, [(2, "", "cell_too_long")], id="a cell without end"),
    ],
)
def test_a_broken_file_says_why_and_counts_nothing(text: str, problems: list[tuple[int | None, str, str]]) -> None:
    submission = read(text)

    assert submission == ReadSubmission(problems=submission.problems, is_broken=True)
    assert the_codes(submission) == problems


def test_bytes_that_are_no_text_in_any_encoding_are_refused() -> None:
    submission = read_submission("opgave.csv", b"aanbeveling;stand\n\x81\xff;afgerond\n")

    assert [each.code for each in submission.problems] == ["encoding_unknown"]


def test_an_unclosed_quote_never_swallows_the_rows_below_it() -> None:
    rows = "".join(f"UIT-{number};afgerond\n" for number in range(1000))

    submission = read(f'aanbeveling;stand\nA;"afgerond\n{rows}')

    assert submission.is_broken
    assert the_codes(submission) == [(2, "", "csv_broken")]
