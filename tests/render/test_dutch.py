"""Dates, counts and lists in Dutch, and a word for every choice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.ladders import Rung
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Role
from ipa_core.domain.programmes import ContextKind
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.rounds import RequestState
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind, SignalState
from ipa_core.domain.updates import Effect, Origin, Rating, RootCause, Status
from ipa_core.intake import cells
from ipa_core.render import dutch
from ipa_core.reports.digests import AskedKind
from ipa_core.store.notices import NoticeState
from ipa_core.store.outbox import MessageState

SHOWN: tuple[type[StrEnum], ...] = (
    Adoption,
    ChangeKind,
    ContextKind,
    AskedKind,
    Effect,
    NoticeReason,
    Origin,
    Rating,
    RequestState,
    Role,
    RootCause,
    Rung,
    Severity,
    SignalState,
    Status,
    SubjectKind,
)


@pytest.mark.parametrize("enum", dict.fromkeys((*SHOWN, *dutch.WORDS)), ids=lambda enum: enum.__name__)
def test_every_member_has_a_word(enum: type[StrEnum]) -> None:
    assert set(dutch.WORDS[enum]) == set(enum)
    assert all(dutch.word(member) for member in enum)


def test_every_state_of_a_notice_and_of_a_message_has_a_word() -> None:
    assert set(dutch.MESSAGE_WORDS) == {state.value for state in (*NoticeState, *MessageState)}


@pytest.mark.parametrize(
    ("enum", "understood"),
    [
        (Status, cells.STATUS_WORDS),
        (Effect, cells.EFFECT_WORDS),
        (Rating, cells.RATING_WORDS),
        (RootCause, cells.ROOT_CAUSE_WORDS),
    ],
)
def test_we_write_the_words_that_we_ask_for(enum: type[StrEnum], understood: cells.Words[StrEnum]) -> None:
    assert {understood.known[word]: word for word in understood.listed} == dutch.WORDS[enum]


def test_a_date_is_written_in_full() -> None:
    assert dutch.plain_date(date(2026, 2, 9)) == "9 februari 2026"
    assert dutch.long_date(date(2026, 2, 9)) == "maandag 9 februari 2026"
    assert dutch.long_date(date(2026, 3, 1)) == "zondag 1 maart 2026"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 2, 9, 8, tzinfo=UTC), "maandag 9 februari 2026 om 9.00 uur"),
        (datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "donderdag 2 juli 2026 om 0.05 uur"),
    ],
)
def test_a_moment_is_told_on_the_clock_of_amsterdam(at: datetime, expected: str) -> None:
    assert dutch.moment(at) == expected


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "0 dagen, 0 werkdagen, 0 jaar, 0 dossiers"),
        (1, "1 dag, 1 werkdag, 1 jaar, 1 dossier"),
        (2, "2 dagen, 2 werkdagen, 2 jaar, 2 dossiers"),
        (4700, "4.700 dagen, 4.700 werkdagen, 4.700 jaar, 4.700 dossiers"),
    ],
)
def test_a_noun_agrees_with_its_number(n: int, expected: str) -> None:
    assert ", ".join((dutch.days(n), dutch.working_days(n), dutch.years(n), dutch.dossiers(n))) == expected


@pytest.mark.parametrize(
    ("items", "expected"), [((), ""), (("a",), "a"), (("a", "b"), "a en b"), (("a", "b", "c"), "a, b en c")]
)
def test_a_list_ends_with_en(items: tuple[str, ...], expected: str) -> None:
    assert dutch.listed(items) == expected


def test_a_capital_leaves_the_rest_alone() -> None:
    assert dutch.with_capital("de VOG van UIT-02") == "De VOG van UIT-02"
    assert dutch.with_capital("") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gewone tekst", "gewone tekst"),
        ("twee\r\nregels\tmet  spaties ", "twee regels met spaties"),
        ("bel\x07 en\u2028regel\x85einde", "bel en regel einde"),
        ("af\u00adbreken en \u202eomkeren", "afbreken en omkeren"),
    ],
)
def test_what_others_wrote_stays_on_one_line(text: str, expected: str) -> None:
    assert dutch.one_line(text) == expected
