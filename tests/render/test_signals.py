"""Every rule explains itself in short sentences."""

from __future__ import annotations

import pytest

from ipa_core.domain.expectations import Expectation
from ipa_core.render.dutch import plain_date, word
from ipa_core.render.signals import SignalWords, describe, describe_upcoming, title_of
from tests.render.plain_lines import assert_plain
from tests.render.samples import (
    CARETAKER,
    RULE_CODES,
    SUMMER_RECESS,
    a_card,
    an_upcoming,
    expectations,
)

pytestmark = pytest.mark.usefixtures("no_line_is_left_out")

TITLES = {
    "K01": "opgave te laat",
    "K02": "opgave onvolledig",
    "K03": "opgave zonder nieuws",
    "K04": "contactpunt ontbreekt",
    "T01": "termijn nadert",
    "T02": "termijn verstreken",
    "T03": "geen planning",
    "T04": "planning schuift",
    "T05": "stille verschuiving",
    "T06": "planning vervallen",
    "T07": "later dan eerste planning",
    "T08": "prognose: planning niet gehaald",
    "V01": "stilstand",
    "V02": "terugval",
    "V03": "mijlpaal gemist",
    "V04": "rooskleurig oordeel",
    "V05": "stilgevallen",
    "V06": "fase duurt lang",
    "G01": "gereed zonder bewijs",
    "G02": "verificatie wacht",
    "G03": "heropend",
    "G04": "gereed zonder effect",
    "R01": "reactie ontbreekt",
    "R02": "ingetrokken",
    "O01": "hulpvraag onbeantwoord",
    "O02": "knelpunt zonder oplossing",
    "O03": "oplossing zonder effect",
    "O04": "oplossing te laat",
    "O05": "wacht op ander dossier",
    "S01": "themaknelpunt",
    "S02": "patroon bij ministerie",
    "S03": "zelfde oorzaak",
    "M01": "bezorging mislukt",
    "M02": "escalatie onbeantwoord",
    "M03": "te lang uitgesteld",
    "M04": "ronde van de engine gemist",
}

CASES = [
    pytest.param(expectation, id=f"{name}{' with priority' if has_priority else ''}")
    for has_priority in (False, True)
    for name, expectation in expectations(has_priority=has_priority).items()
]


def lines_of(words: SignalWords) -> list[str]:
    return [words.sentence, *words.sums, words.resolves_when, words.threshold, words.unless, *words.context]


def test_every_rule_has_its_name_on_screen() -> None:
    assert {code: title_of(code) for code in RULE_CODES} == TITLES


def test_every_rule_is_among_the_cases() -> None:
    assert {expectation.rule for expectation in expectations().values()} == set(RULE_CODES)


@pytest.mark.parametrize("expectation", CASES)
def test_every_rule_explains_itself_in_plain_words(expectation: Expectation) -> None:
    words = describe(a_card(expectation, context=(SUMMER_RECESS, CARETAKER)))

    for line in lines_of(words):
        assert_plain(line)
    assert words.resolves_when.startswith("Opgelost zodra ")
    assert words.threshold.startswith("Grens: ")
    assert words.threshold.endswith("Geldt vanaf 1 januari 2000. Besluit: Startwaarde van de monitor.")
    assert words.unless.startswith("Zou niet afgaan ")


@pytest.mark.parametrize("expectation", CASES)
def test_the_sums_end_in_every_step(expectation: Expectation) -> None:
    sums = describe(a_card(expectation)).sums

    for step in expectation.steps:
        day, severity = plain_date(step.on), word(step.severity)
        assert [line for line in sums if day in line and line.endswith(f": {severity}.")], (day, severity, sums)


@pytest.mark.parametrize("expectation", CASES)
def test_the_sums_tell_when_priority_made_it_heavier(expectation: Expectation) -> None:
    has_priority = any(evidence.name == "priority" for evidence in expectation.evidence)

    sums = describe(a_card(expectation)).sums

    assert ("Dit dossier heeft voorrang. Daarom weegt elke stap één trede zwaarder." in sums) is has_priority


@pytest.mark.parametrize("expectation", CASES)
def test_what_comes_next_is_one_sentence_with_the_day(expectation: Expectation) -> None:
    for step in expectation.steps:
        sentence = describe_upcoming(an_upcoming(expectation, step))

        assert_plain(sentence)
        assert sentence.count(".") == 1
        assert plain_date(step.on) in sentence


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        title_of("X99")
