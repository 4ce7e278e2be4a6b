"""JSON, CSV and Excel carry the same: one opgave, written in every way, reads as the same lines."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.updates import Effect, Rating, RootCause, Status
from ipa_core.intake.cells import (
    EFFECT_CODES,
    EFFECT_WORDS,
    RATING_CODES,
    RATING_WORDS,
    ROOT_CAUSE_CODES,
    ROOT_CAUSE_WORDS,
    STATUS_CODES,
    STATUS_WORDS,
    Words,
    read_word,
)
from ipa_core.intake.submission_csv import HEADINGS
from ipa_core.intake.submission_json import KEYS
from ipa_core.intake.submissions import Line, read_submission
from tests.workbooks import a_workbook

AS_JSON = json.dumps(
    {
        "round": "2026-Q4",
        "organisation": "SZW",
        "updates": [
            {
                "recommendation": "UIT-01",
                "status": "in_progress",
                "progress": 90,
                "planned_on": "2026-12-31",
                "reason": "Het besluit viel later – één maand",
                "note": "Eerste regel\ntweede regel; met een puntkomma",
                "evidence": ["https://a.example", "https://b.example"],
                "root_cause": "decision",
                "help_wanted": "Geld: € 5",
                "effect": "partial",
                "rating": "at_risk",
                "unchanged": False,
            },
            {"recommendation": "UIT-02", "unchanged": True, "note": "=SOM(A1)"},
            {"recommendation": "UIT-03", "status": "blocked", "progress": 0.5, "planned_on": None},
        ],
    }
).encode()
HEADER = (
    "uitvraag|ministerie|Aanbeveling|Stand|Voortgang|Planning|Reden|Toelichting|Bewijs|Oorzaak|Hulpvraag|Effect|"
    "Oordeel|Ongewijzigd"
)
FIRST = (
    "2026-Q4|SZW|UIT-01|in uitvoering|90%|31-12-2026|Het besluit viel later – één maand|"
    "Eerste regel\r\ntweede regel; met een puntkomma|https://a.example;https://b.example|besluit|Geld: € 5|deels|"
    "loopt risico|nee"
)
SECOND = "||UIT-02|||||=SOM(A1)||||||ja"
THIRD = "||UIT-03|stilgevallen|0,5|vervallen||||||||"
AS_TABLE = tuple(tuple(row.split("|")) for row in (HEADER, FIRST, SECOND, THIRD))


def without_rows(lines: tuple[Line, ...]) -> list[Line]:
    return [replace(line, row=0) for line in lines]


def a_table(rows: tuple[tuple[str, ...], ...], delimiter: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_same_opgave_reads_the_same_however_it_was_saved(delimiter: str, encoding: str) -> None:
    from_json = read_submission("opgave.json", AS_JSON)

    from_csv = read_submission("opgave.csv", a_table(AS_TABLE, delimiter).encode(encoding))

    assert from_json.problems == from_csv.problems == ()
    assert without_rows(from_csv.lines) == without_rows(from_json.lines)
    assert (from_csv.round, from_csv.organisation) == (from_json.round, from_json.organisation)


def test_the_same_opgave_reads_the_same_from_excel_as_text_or_as_typed_cells() -> None:
    from_json = read_submission("opgave.json", AS_JSON)
    typed = {"90%": (0.9, "0%"), "31-12-2026": date(2026, 12, 31), "0,5": 0.5, "nee": False, "ja": True, "": None}

    as_text = read_submission("opgave.xlsx", a_workbook(*AS_TABLE))
    as_typed = read_submission("opgave.xlsx", a_workbook(*([typed.get(one, one) for one in row] for row in AS_TABLE)))

    assert as_text.problems == as_typed.problems == ()
    assert as_text.lines == as_typed.lines
    assert without_rows(as_text.lines) == without_rows(from_json.lines)
    assert (as_text.round, as_text.organisation) == (from_json.round, from_json.organisation)


text = st.text(st.characters(exclude_categories=("Cc", "Cs", "M"), exclude_characters="\ufeff"), max_size=40)


@given(note=text, progress=st.integers(0, 100), on=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_whatever_is_said_both_ways_of_saying_it_agree(note: str, progress: int, on: date) -> None:
    update = {"recommendation": "A", "status": "blocked", "note": note, "progress": progress, "planned_on": str(on)}
    document = json.dumps({"organisation": "SZW", "updates": [update]}).encode()
    rows = (
        ("aanbeveling", "stand", "toelichting", "voortgang", "planning"),
        ("A", "stilgevallen", note, f"{progress} %", f"{on.day}-{on.month}-{on.year}"),
    )

    from_csv = read_submission("opgave.csv", a_table(rows, ";").encode())

    assert without_rows(from_csv.lines) == without_rows(read_submission("opgave.json", document).lines)
    assert len(from_csv.lines) == 1


def test_every_field_has_a_key_and_a_heading() -> None:
    about_the_file = {"programme", "round", "organisation"}

    assert set(HEADINGS.values()) == {*KEYS, *about_the_file}


@pytest.mark.parametrize(
    ("codes", "words", "dutch"),
    [
        pytest.param(
            STATUS_CODES,
            STATUS_WORDS,
            {
                "niet gestart": Status.NOT_STARTED,
                "in uitvoering": Status.IN_PROGRESS,
                "afgerond": Status.COMPLETED,
                "stilgevallen": Status.BLOCKED,
                "ingetrokken": Status.DROPPED,
                "anders ingevuld": Status.SUPERSEDED,
            },
            id="status",
        ),
        pytest.param(
            EFFECT_CODES,
            EFFECT_WORDS,
            dict(zip(("onbekend", "geen", "gedeeltelijk", "zichtbaar"), Effect, strict=True)),
            id="effect",
        ),
        pytest.param(
            RATING_CODES,
            RATING_WORDS,
            dict(zip(("op koers", "loopt risico", "niet op koers"), Rating, strict=True)),
            id="rating",
        ),
        pytest.param(
            ROOT_CAUSE_CODES,
            ROOT_CAUSE_WORDS,
            {
                "wet": RootCause.LAW,
                "geld": RootCause.MONEY,
                "capaciteit": RootCause.CAPACITY,
                "uitvoering": RootCause.EXECUTION,
                "partner": RootCause.PARTNER,
                "besluit": RootCause.DECISION,
                "data": RootCause.DATA,
            },
            id="root cause",
        ),
    ],
)
def test_every_choice_has_one_listed_dutch_word_and_its_code(
    codes: Words[Status], words: Words[Status], dutch: dict[str, Status]
) -> None:
    assert {word: words.known[word] for word in words.listed} == dutch
    assert codes.listed == tuple(choice.value for choice in type(next(iter(dutch.values()))))
    assert {read_word(code, codes) for code in codes.listed} == set(dutch.values())
    assert {read_word(code, words) for code in codes.listed} == set(dutch.values())


@pytest.mark.parametrize(
    ("name", "content", "is_broken"),
    [
        pytest.param("opgave.JSON", AS_JSON, False, id="capitals in the ending"),
        pytest.param("opgave", AS_JSON, False, id="no ending, a brace"),
        pytest.param("opgave", b"aanbeveling;stand\nA;afgerond\n", False, id="no ending, no brace"),
        pytest.param("opgave.txt", b"aanbeveling\tstand\nA\tafgerond\n", False, id="text with tabs"),
        pytest.param("opgave.xlsx", b"PK\x03\x04....", True, id="Excel"),
        pytest.param("opgave.csv", b"PK\x03\x04....", True, id="Excel under another name"),
        pytest.param("opgave.pdf", b"%PDF-1.7", True, id="PDF"),
        pytest.param("opgave.eml", b"aanbeveling;stand\nA;afgerond\n", True, id="mail"),
    ],
)
def test_the_kind_of_a_file_follows_from_its_name_and_its_first_bytes(
    name: str,
    content: bytes,
    is_broken: bool,
) -> None:
    assert read_submission(name, content).is_broken is is_broken


def test_another_kind_of_file_is_told_what_we_do_read() -> None:
    (found,) = read_submission("opgave.pdf", b"%PDF-1.7").problems

    assert found.message == (
        "Dit soort bestand kunnen wij niet lezen (opgave.pdf). Wij lezen Excel (.xlsx), CSV en JSON. "
        "Sla uw opgave zo op en stuur dat bestand."
    )
