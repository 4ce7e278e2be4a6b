"""What we read in a submission in JSON, and what goes back."""

import json
from datetime import date

import pytest

from ipa_core.domain.updates import Effect, Plan, Rating, RootCause, Status
from ipa_core.intake.submissions import Line, ReadSubmission, read_submission


def a_document(*updates: object, **top: object) -> bytes:
    document = {"round": "2026-Q4", "organisation": "SZW", "updates": list(updates), **top}
    return json.dumps(document).encode()


def an_update(**said: object) -> dict[str, object]:
    return {"recommendation": "UIT-01", "status": "in_progress", **said}


def read(content: bytes) -> ReadSubmission:
    return read_submission("opgave.json", content)


def the_line(**said: object) -> Line:
    submission = read(a_document(an_update(**said)))
    assert submission.problems == ()
    (line,) = submission.lines
    return line


def the_codes(submission: ReadSubmission) -> list[tuple[int | None, str, str]]:
    return [(each.row, each.column, each.code) for each in submission.problems]


def test_the_example_of_the_contract_is_read_whole() -> None:
    content = b"""{"round": "2026-Q4", "organisation": "SZW", "submitted_by": "szw-main@ministerie.example",
     "updates": [{"recommendation": "UIT-01", "status": "in_progress", "progress": 90, "planned_on": "2027-01-01",
       "reason": "", "note": "Regelgeving in voorbereiding", "evidence": ["https://example.org/kst-1"],
       "root_cause": "", "help_wanted": "", "effect": "unknown", "rating": "on_track", "unchanged": false}]}"""

    assert read(content) == ReadSubmission(
        round="2026-Q4",
        organisation="SZW",
        submitted_by="szw-main@ministerie.example",
        lines=(
            Line(
                row=1,
                dossier="UIT-01",
                status=Status.IN_PROGRESS,
                progress=90,
                plan=Plan(on=date(2027, 1, 1)),
                reason="",
                note="Regelgeving in voorbereiding",
                evidence=("https://example.org/kst-1",),
                root_cause=None,
                help_wanted="",
                effect=Effect.UNKNOWN,
                rating=Rating.ON_TRACK,
                is_unchanged=False,
            ),
        ),
        line_count=1,
    )


def test_a_key_that_is_absent_was_not_said() -> None:
    line = the_line()

    assert (line.progress, line.plan, line.effect, line.rating, line.root_cause) == (None,) * 5
    assert (line.reason, line.note, line.help_wanted, line.evidence) == ("", "", "", ())


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_planned_date_of_null_or_nothing_takes_the_date_away(nothing: object) -> None:
    assert the_line(planned_on=nothing).plan == Plan(on=None)


@pytest.mark.parametrize(
    "key", ["progress", "reason", "note", "evidence", "root_cause", "help_wanted", "effect", "rating", "unchanged"]
)
def test_null_says_nothing_for_every_other_key(key: str) -> None:
    assert the_line(**{key: None}) == the_line()


@pytest.mark.parametrize(
    ("written", "percentage"),
    [
        pytest.param("90", 90, id="a whole number"),
        pytest.param("0", 0, id="nothing done is said"),
        pytest.param("1", 1, id="one is one per cent"),
        pytest.param("1.0", 1, id="also with a decimal"),
        pytest.param("100", 100, id="everything done"),
        pytest.param("0.9", 90, id="a fraction"),
        pytest.param("0.285", 29, id="a half is rounded up, as people do"),
        pytest.param('"90%"', 90, id="text with a percent sign"),
        pytest.param('"0,9"', 90, id="text with a decimal comma"),
        pytest.param('""', None, id="empty text says nothing"),
    ],
)
def test_progress_is_a_whole_percentage(written: str, percentage: int | None) -> None:
    update = f'{{"recommendation": "A", "status": "blocked", "progress": {written}}}'
    content = f'{{"organisation": "SZW", "updates": [{update}]}}'

    assert [line.progress for line in read(content.encode()).lines] == [percentage]


@pytest.mark.parametrize(
    ("said", "column", "code"),
    [
        ({"recommendation": ""}, "recommendation", "dossier_missing"),
        ({"recommendation": 3}, "recommendation", "not_text"),
        ({"recommendation": "U" * 65}, "recommendation", "text_too_long"),
        ({"recommendation": "UIT\n01"}, "recommendation", "not_one_line"),
        ({"status": ""}, "status", "status_missing"),
        ({"status": None}, "status", "status_missing"),
        ({"status": "in uitvoering!"}, "status", "word_not_known"),
        ({"status": "afgerond"}, "status", "word_not_known"),
        ({"status": 1}, "status", "not_text"),
        ({"progress": 101}, "progress", "progress_out_of_range"),
        ({"progress": -1}, "progress", "progress_out_of_range"),
        ({"progress": 10**40}, "progress", "progress_out_of_range"),
        ({"progress": 12.5}, "progress", "progress_not_whole"),
        ({"progress": True}, "progress", "number_malformed"),
        ({"progress": [90]}, "progress", "number_malformed"),
        ({"progress": "veel"}, "progress", "number_malformed"),
        ({"planned_on": "2026-02-31"}, "planned_on", "date_impossible"),
        ({"planned_on": "eind 2026"}, "planned_on", "date_unclear"),
        ({"planned_on": "0206-12-31"}, "planned_on", "date_out_of_range"),
        ({"planned_on": 20261231}, "planned_on", "not_text"),
        ({"note": 1}, "note", "not_text"),
        ({"note": "nul \x00"}, "note", "character_refused"),
        ({"note": "half \ud800"}, "note", "character_refused"),
        ({"note": "x" * 10_001}, "note", "text_too_long"),
        ({"note": "a" + "\u0301" * 31}, "note", "too_many_accents"),
        ({"evidence": [1]}, "evidence", "not_text"),
        ({"evidence": {"url": "x"}}, "evidence", "not_text"),
        ({"root_cause": "weather"}, "root_cause", "word_not_known"),
        ({"effect": "much"}, "effect", "word_not_known"),
        ({"rating": "fine"}, "rating", "word_not_known"),
        ({"unchanged": "false"}, "unchanged", "not_true_or_false"),
        ({"unchanged": 1}, "unchanged", "not_true_or_false"),
        ({"remark": "x"}, "remark", "json_key_unknown"),
    ],
)
def test_a_wrong_value_goes_back_with_its_place(said: dict[str, object], column: str, code: str) -> None:
    submission = read(a_document(an_update(recommendation="UIT-02"), an_update(**said)))

    assert the_codes(submission) == [(2, column, code)]
    assert [line.dossier for line in submission.lines] == ["UIT-02"]
    assert submission.line_count == 2


def test_a_wrong_line_gives_all_its_problems_at_once() -> None:
    submission = read(a_document(an_update(status="finished", progress=120, planned_on="31-2-2026", extra=1)))

    assert the_codes(submission) == [
        (1, "extra", "json_key_unknown"),
        (1, "status", "word_not_known"),
        (1, "progress", "progress_out_of_range"),
        (1, "planned_on", "date_impossible"),
    ]
    assert [each.value for each in submission.problems] == ["1", "finished", "120", "31-2-2026"]


def test_a_word_that_is_almost_right_gets_a_suggestion() -> None:
    (found,) = read(a_document(an_update(status="in_progres"))).problems

    assert found.message == (
        "in_progres kennen wij hier niet. Bedoelde u ‘in_progress’? "
        "Kies uit: not_started, in_progress, completed, blocked, dropped, superseded."
    )


def test_a_line_that_is_no_object_goes_back() -> None:
    submission = read(a_document("UIT-02", an_update()))

    assert the_codes(submission) == [(1, "updates", "json_line_not_an_object")]
    assert (len(submission.lines), submission.line_count) == (1, 2)


def test_of_two_lines_about_one_dossier_the_second_goes_back() -> None:
    submission = read(a_document(an_update(), an_update(recommendation="uit-01", status="completed")))

    assert [line.status for line in submission.lines] == [Status.IN_PROGRESS]
    assert the_codes(submission) == [(2, "recommendation", "dossier_double")]


def test_unchanged_needs_no_status_and_may_come_with_words() -> None:
    submission = read(a_document({"recommendation": "UIT-01", "unchanged": True, "note": "wacht", "root_cause": "law"}))

    (line,) = submission.lines
    assert (line.is_unchanged, line.note, line.root_cause) == (True, "wacht", RootCause.LAW)


def test_unchanged_may_repeat_what_stands_as_a_prefilled_form_does() -> None:
    (line,) = read(a_document({"recommendation": "UIT-01", "unchanged": True, "status": "completed"})).lines

    assert (line.is_unchanged, line.status) == (True, Status.COMPLETED)


def test_text_is_kept_in_one_form() -> None:
    line = the_line(note="  cafe\u0301\r\ntweede regel\rderde\t! ", evidence=[" a ", "", "b;c"])

    assert line.note == "caf\u00e9\ntweede regel\nderde\t!"
    assert line.evidence == ("a", "b;c")


def test_one_text_is_one_piece_of_evidence() -> None:
    assert the_line(evidence="https://example.org/?a=1;b=2").evidence == ("https://example.org/?a=1;b=2",)


def test_a_missing_round_is_for_the_use_case_to_find() -> None:
    submission = read(
        b'{"organisation": "SZW", "programme": "ipa", "updates": [{"recommendation": "A", "unchanged": true}]}'
    )

    assert (submission.round, submission.programme, submission.is_broken) == ("", "ipa", False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "file_empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf \n", "file_empty", id="only white space"),
        pytest.param(b"{", "json_malformed", id="cut off"),
        pytest.param(b'{"organisation": "SZW"} {}', "json_malformed", id="two documents"),
        pytest.param(b"[]", "json_not_an_object", id="a list"),
        pytest.param(b"null", "json_not_an_object", id="null"),
        pytest.param(b'"tekst"', "json_not_an_object", id="a text"),
        pytest.param(b'{"organisation": "\xe9"}', "encoding_unknown", id="not UTF-8"),
        pytest.param(b"[" * 100_000, "json_too_deep", id="far too deep"),
        pytest.param(b"[" * 21 + b"]" * 21, "json_too_deep", id="one level too deep"),
        pytest.param(a_document(an_update(progress=float("nan"))), "json_constant", id="not a number"),
        pytest.param(a_document(an_update(progress=float("-inf"))), "json_constant", id="infinity"),
        pytest.param(b'{"a": 1e99999999999999999999}', "json_constant", id="a number beyond all numbers"),
        pytest.param(b'{"updates": [], "updates": []}', "json_key_double", id="a double key"),
        pytest.param(b'{"updates": [{"note": "", "note": ""}]}', "json_key_double", id="a double key in a line"),
        pytest.param(a_document(an_update(), round=2026), "not_text", id="a round as a number"),
        pytest.param(a_document(an_update(), organisation=""), "organisation_missing", id="no ministry"),
        pytest.param(a_document(an_update(), organisation="\ud800"), "character_refused", id="half a character"),
        pytest.param(a_document(an_update(), updates={}), "updates_missing", id="lines that are no list"),
        pytest.param(b'{"organisation": "SZW"}', "updates_missing", id="no lines key"),
        pytest.param(a_document(), "lines_missing", id="no lines"),
    ],
)
def test_a_broken_document_says_why_and_counts_nothing(content: bytes, code: str) -> None:
    submission = read(content)

    assert submission == ReadSubmission(problems=submission.problems, is_broken=True)
    assert [each.code for each in submission.problems] == [code]


def test_an_unknown_key_hides_nothing_else_and_sends_the_document_back() -> None:
    submission = read(a_document(an_update(), an_update(status="klaar"), extra=1))

    assert [(each.column, each.code) for each in submission.problems][:2] == [
        ("extra", "json_key_unknown"),
        ("status", "word_not_known"),
    ]
    assert (len(submission.lines), submission.is_returned) == (1, True)


def test_what_is_wrong_with_the_document_hides_nothing_of_its_lines() -> None:
    submission = read(a_document(an_update(status="klaar"), round=2026))

    assert [each.code for each in submission.problems] == ["not_text", "word_not_known"]
    assert submission.is_broken


def test_twenty_levels_are_allowed() -> None:
    assert [each.code for each in read(b"[" * 20 + b"]" * 20).problems] == ["json_not_an_object"]


def test_a_document_with_several_faults_tells_them_all() -> None:
    submission = read(b'{"rond": "2026-Q4", "submitted_by": 1}')

    assert [(each.column, each.code) for each in submission.problems] == [
        ("rond", "json_key_unknown"),
        ("submitted_by", "not_text"),
        ("organisation", "organisation_missing"),
        ("updates", "updates_missing"),
    ]
