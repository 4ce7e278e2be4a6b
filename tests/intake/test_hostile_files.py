"""Files that were made to break us: they never raise, nothing gets lost, and it does not take long."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipa_core.intake.submissions import MAX_BYTES, MAX_LINES, ReadSubmission, read_submission

LONGEST_SECONDS = 10.0
HEADER = b"aanbeveling;stand\n"


def an_update(inside: bytes) -> bytes:
    return b'{"organisation": "SZW", "updates": [{' + inside + b"}]}"


HOSTILE: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.csv", b""),
    "one NUL": ("a.csv", b"\x00"),
    "a thousand NULs": ("a.json", b"\x00" * 1000),
    "only a mark": ("a.csv", b"\xef\xbb\xbf"),
    "two marks": ("a.json", b"\xef\xbb\xbf\xef\xbb\xbf{}"),
    "half of UTF-16": ("a.csv", b"\xff\xfea"),
    "half a pair in UTF-16": ("a.csv", b"\xff\xfe\x00\xd8"),
    "UTF-32": ("a.csv", "aanbeveling;stand\nA;afgerond".encode("utf-32")),
    "UTF-16 without a mark": ("a.csv", "aanbeveling;stand\nA;afgerond".encode("utf-16-le")),
    "JSON in UTF-16 without a mark": ("a.json", '{"organisation": "SZW"}'.encode("utf-16-be")),
    "UTF-7": ("a.csv", b"+AGEAYQ-;stand\n"),
    "EBCDIC": ("a.csv", "aanbeveling;stand\n".encode("cp037")),
    "an overlong slash": ("a.json", b'{"organisation": "\xc0\xaf"}'),
    "random bytes": ("a.csv", bytes(range(256)) * 8),
    "a quote": ("a.csv", b'"'),
    "many quotes": ("a.csv", b'"' * 99_999),
    "quotes below a header": ("a.csv", HEADER + b'"' * 99_999),
    "an unclosed quote": ("a.csv", HEADER + b'A;"afgerond\n' + b"B;afgerond\n" * 1000),
    "only delimiters": ("a.csv", b";" * 100_000),
    "a header of delimiters in the middle": ("a.csv", b"aanbeveling" + b";" * 100_000 + b"stand\nA;afgerond\n"),
    "the same heading very often": ("a.csv", b"aanbeveling;" * 100_000),
    "very many unknown headings": ("a.csv", b";".join(b"k%d" % number for number in range(50_000))),
    "a row of very many cells": ("a.csv", HEADER + b"A;afgerond" + b";x" * 500_000),
    "very many blank rows": ("a.csv", HEADER + b"\n" * 500_000),
    "very many blank rows first": ("a.csv", b"\r" * 500_000 + HEADER),
    "very many wrong rows": ("a.csv", HEADER + b"A;klaar\n" * 20_000),
    "too many rows": ("a.csv", HEADER + b"A;\n" * (MAX_LINES + 1)),
    "a delimiter that we do not read": ("a.csv", b"sep=|\naanbeveling|stand\nA|afgerond\n"),
    "only a told delimiter": ("a.csv", b"sep=;\n"),
    "a vertical tab in a heading": ("a.csv", b"aanbeveling\x0b;stand\nA;afgerond\n"),
    "a form feed and separators in a cell": ("a.csv", HEADER + b"A\x0c\x1c\x1d\x1e;afgerond\n"),
    "line ends of Unicode": ("a.csv", "aanbeveling;stand\u2028A;afgerond\u2029B;afgerond\x85".encode()),
    "a formula": ("a.csv", HEADER + b'"=HYPERLINK(""http://x"")";afgerond\n'),
    "accents without end in a heading": ("a.csv", ("a" + "\u0301\u0316" * 50_000 + ";stand\n").encode()),
    "accents without end in a text": (
        "a.json",
        an_update(b'"recommendation": "A", "status": "blocked", "note": "' + ("\u0301" * 9000).encode() + b'"'),
    ),
    "Excel": ("a.xlsx", b"PK\x03\x04" + b"\x00" * 100),
    "old Excel that says it is CSV": ("a.csv", b"\xd0\xcf\x11\xe0" + b"\x00" * 100),
    "a name that tries to leave": ("../../etc/passwd\x00.json", b"{}"),
    "a name of half a character": ("\ud800.xlsx", b"x"),
    "no name": ("", b"{"),
    "too large": ("a.json", b" " * MAX_BYTES + b"{}"),
    "brackets": ("a.json", b"[" * 1_000_000),
    "objects in objects": ("a.json", b'{"a":' * 100_000),
    "very wide": ("a.json", b"[" + b"[]," * 500_000 + b"[]]"),
    "too many lines": ("a.json", b'{"organisation": "S", "updates": [' + b"0," * MAX_LINES + b"0]}"),
    "very many keys": (
        "a.json",
        an_update(b",".join(b'"k%d": 1' % number for number in range(50_000))),
    ),
    "very many keys at the top": (
        "a.json",
        b"{" + b",".join(b'"k%d": 1' % number for number in range(50_000)) + b"}",
    ),
    "a key of a million characters": ("a.json", an_update(b'"' + b"k" * 1_000_000 + b'": 1')),
    "a key of half a character": ("a.json", an_update(b'"\\ud800": "\\udfff"')),
    "a top key of half a character": ("a.json", b'{"\\ud800": "\\udfff"}'),
    "a number of a million digits": ("a.json", an_update(b'"progress": ' + b"9" * 1_000_000)),
    "a fraction of a million digits": ("a.json", an_update(b'"progress": 0.' + b"9" * 1_000_000)),
    "a huge exponent": ("a.json", an_update(b'"progress": 1e999999999')),
    "an impossible exponent": ("a.json", an_update(b'"progress": 1e-99999999999999999999')),
    "a tiny number": ("a.json", an_update(b'"recommendation": "A", "status": "blocked", "progress": 1e-999999')),
    "minus zero": ("a.json", an_update(b'"recommendation": "A", "status": "blocked", "progress": -0.0')),
    "not a number": ("a.json", an_update(b'"progress": NaN')),
    "a double key": ("a.json", an_update(b'"status": "blocked", "status": "completed"')),
    "a text that never ends": ("a.json", b'"' + b'\\"' * 500_000),
    "an escape that never ends": ("a.json", b'{"organisation": "\\u12'),
    "null everywhere": ("a.json", b'{"organisation": null, "round": null, "updates": null}'),
    "lists for everything": ("a.json", an_update(b'"recommendation": [], "status": {}, "unchanged": [], "note": {}')),
}


def is_nothing_lost(submission: ReadSubmission) -> bool:
    """Each line is either right, or has a problem at its row; a broken file has only problems."""
    if submission.is_broken:
        return submission.lines == () and submission.line_count == 0 and len(submission.problems) > 0
    right = [line.row for line in submission.lines]
    wrong = {each.row for each in submission.problems}
    return (
        None not in wrong
        and wrong.isdisjoint(right)
        and len(set(right)) == len(right)
        and submission.line_count == len(right) + len(wrong)
    )


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(("name", "content"), [pytest.param(*case, id=told) for told, case in HOSTILE.items()])
def test_a_hostile_file_is_answered_in_time_and_loses_nothing(name: str, content: bytes) -> None:
    started = time.perf_counter()

    submission = read_submission(name, content)

    assert time.perf_counter() - started < LONGEST_SECONDS
    assert is_nothing_lost(submission)
    assert json.dumps([each.as_json() for each in submission.problems], ensure_ascii=False).encode()


@given(st.text(max_size=20), st.binary(max_size=400))
def test_arbitrary_bytes_never_raise(name: str, content: bytes) -> None:
    assert is_nothing_lost(read_submission(name, content))


@given(
    st.sampled_from(["utf-8", "utf-16", "cp1252"]), st.text(st.sampled_from('ABx;,\t"\n\r =ja%0,9-é\x00'), max_size=80)
)
def test_an_arbitrary_table_never_raises(encoding: str, body: str) -> None:
    header = "aanbeveling;stand;voortgang;planning;toelichting;ongewijzigd;ministerie\n"

    assert is_nothing_lost(read_submission("a.csv", (header + body).encode(encoding)))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
JSON_KEYS = st.sampled_from(
    ["recommendation", "status", "progress", "planned_on", "evidence", "note", "unchanged", "x"]
)


@settings(max_examples=200)
@given(st.lists(JSON_VALUES | st.dictionaries(JSON_KEYS, JSON_VALUES, max_size=8), max_size=4))
def test_arbitrary_lines_in_json_never_raise(updates: list[object]) -> None:
    document = json.dumps({"organisation": "SZW", "updates": updates})

    assert is_nothing_lost(read_submission("a.json", document.encode()))
