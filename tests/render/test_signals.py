"""Every rule explains itself, in short sentences and with sums that can be done again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from ipa_core.domain.expectations import Evidence, Expectation
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import Status
from ipa_core.render.dutch import plain_date, word
from ipa_core.render.signals import SignalWords, describe, describe_upcoming, title_of
from tests.render.samples import (
    CARETAKER,
    DEADLINE,
    RULE_CODES,
    SUMMER_RECESS,
    a_card,
    a_dossier,
    an_upcoming,
    an_update,
    expectations,
    expected,
    expected_rest,
)

LONGEST_SENTENCE = 20


@pytest.fixture(autouse=True)
def _no_line_is_left_out(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A name that a text asks for and no evidence gives would go unseen otherwise."""
    yield
    if "earlier_version" not in request.node.name:
        assert caplog.messages == []


QUOTED = re.compile(r"‘[^’]*’")

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


def words_in(sentence: str) -> int:
    return sum(any(character.isalnum() for character in word) for word in sentence.split())


def assert_plain(line: str) -> None:
    """Each sentence is short, complete and free of what a template leaves behind."""
    assert not re.search(r"[{}\n]|  |None|Undefined|<macro", line), line
    assert line[0].isupper() or line[0].isdigit(), line
    assert line[-1] in ".’", line
    for sentence in re.split(r"(?<=[.?])\s", QUOTED.sub("‘…’", line)):
        assert words_in(sentence) <= LONGEST_SENTENCE, sentence


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


def test_the_sums_of_a_passed_deadline_can_be_done_again() -> None:
    words = describe(a_card(expectations()["T02"], context=(SUMMER_RECESS,)))

    assert words == SignalWords(
        title="termijn verstreken",
        sentence="Het dossier zou klaar zijn op 1 juli 2024, maar was toen niet afgerond.",
        sums=(
            "Planning: 1 juli 2024, opgegeven op 1 maart 2023.",
            "De stand is ‘in uitvoering’, dus niet afgerond.",
            "De dag na 1 juli 2024 is 2 juli 2024. Vanaf dan: midden.",
            "1 juli 2024 + 20 werkdagen = 29 juli 2024. Vanaf de dag erna, 30 juli 2024: hoog.",
            "1 juli 2024 + 1 jaar, op een werkdag, = 1 juli 2025. Vanaf de dag erna, 2 juli 2025: kritiek.",
        ),
        resolves_when="Opgelost zodra het dossier is afgerond, of een nieuwe datum heeft met een reden.",
        threshold=(
            "Grens: de geplande datum zelf. Hoog na 20 werkdagen, kritiek na 1 jaar. "
            "Geldt vanaf 1 januari 2000. Besluit: Startwaarde van de monitor."
        ),
        unless="Zou niet afgaan als het dossier uiterlijk op 1 juli 2024 was afgerond of een nieuwe datum had.",
        context=("Zomerreces van de Tweede Kamer: 5 juli 2024 tot en met 2 september 2024.",),
    )


@pytest.mark.parametrize("case", ["T02", "T07", "V01", "T04"])
def test_an_accepted_explanation_leaves_each_step_its_own_sum(case: str) -> None:
    plain = expectations()[case]
    lighter = replace(plain.shifted(-1), evidence=(*plain.evidence, Evidence(name="explained", value=1)))

    told, shown = describe(a_card(plain)).sums, describe(a_card(lighter)).sums

    for before, after in zip(plain.steps, lighter.steps, strict=True):
        day, was, becomes = plain_date(before.on), f": {word(before.severity)}.", f": {word(after.severity)}."
        (line,) = [line for line in told if day in line and line.endswith(was)]
        assert line.removesuffix(was) + becomes in shown


def test_the_sums_of_a_forecast_name_what_it_rests_on_and_the_days() -> None:
    assert describe(a_card(expectations()["T08 later"])).sums == (
        "Planning: 1 januari 2025, opgegeven op 10 oktober 2023.",
        (
            "Van 8 eerste planningen van andere dossiers is de afloop bekend. "
            "Naar schatting wordt 40% van zulke planningen gehaald."
        ),
        "Een eerdere planning van dit dossier kostte 220% van de beloofde tijd, door een latere datum.",
        "In het tempo tot nu toe is het dossier 660 dagen na 10 oktober 2023 klaar.",
        "De vergelijking telt mee als 8 waarnemingen, en elke regel over dit dossier zelf als één.",
        (
            "Gerekend vanaf 10 oktober 2023 is de kans 32% dat het op tijd klaar is. "
            "Zolang het niet klaar is, wordt die kans kleiner."
        ),
        "10% kans dat het klaar is uiterlijk op 3 oktober 2024.",
        "50% kans dat het klaar is uiterlijk op 13 augustus 2025.",
        "90% kans dat het klaar is uiterlijk op 26 maart 2026.",
        "Vanaf 5 oktober 2024 is de kans te klein: laag.",
        "Vanaf 10 oktober 2024 zijn er minder dan 60 werkdagen over: midden.",
    )


def test_a_day_that_nobody_can_see_is_said_to_be_later() -> None:
    sums = describe(a_card(expectations()["T08"])).sums

    assert "10% kans dat het klaar is uiterlijk op 25 maart 2024." in sums
    assert "50% kans dat het klaar is: later dan te zien is." in sums


def test_a_step_that_priority_lifted_to_critical_is_explained_by_the_term_that_came_first() -> None:
    sums = describe(a_card(expectations(has_priority=True)["T02"])).sums

    assert [line for line in sums if "Vanaf" in line] == [
        "De dag na 1 juli 2024 is 2 juli 2024. Vanaf dan: hoog.",
        "1 juli 2024 + 20 werkdagen = 29 juli 2024. Vanaf de dag erna, 30 juli 2024: kritiek.",
    ]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (
            "T05 late",
            "Op 1 augustus 2024 ging de planning naar 1 januari 2025; de oude datum, 1 juli 2024, was voorbij.",
        ),
        (
            "T05 no reason",
            "Op 1 mei 2024 ging de planning van 1 juli 2024 naar 1 januari 2025, zonder opgegeven reden.",
        ),
        ("V02 progress", "De voortgang ging op 1 maart 2024 terug: van 60% naar 40%."),
        ("V02 status", "De stand ging op 1 maart 2024 terug naar ‘niet gestart’."),
        (
            "G04 not said",
            "Het dossier is op 1 maart 2023 afgerond; op 14 februari 2024 was het effect nog niet bekend.",
        ),
        ("G04 none", "Het dossier is op 1 maart 2023 afgerond, maar het opgegeven effect is ‘geen’."),
        ("R02 reason", "Het dossier is ingetrokken op 1 mei 2025; de uitleg is nog niet aanvaard."),
        ("R02 no reason", "Het dossier is ingetrokken op 1 mei 2025, zonder opgegeven reden."),
        ("K02", "SZW antwoordde op uitvraag 2025-Q4, maar over 1 dossier ontbreekt een regel: POS-02."),
        (
            "K02 several",
            "SZW antwoordde op uitvraag 2025-Q4, maar over 2 dossiers ontbreekt een regel: UIT-02 en POS-02.",
        ),
        (
            "K02 six",
            (
                "SZW antwoordde op uitvraag 2025-Q4, maar over 6 dossiers ontbreekt een regel: "
                "UIT-02, UIT-03, UIT-04, UIT-05, UIT-06 en UIT-07."
            ),
        ),
        (
            "K04",
            "BZK is trekker van een of meer dossiers, maar heeft geen contactpunt en geen vervangend contactpunt.",
        ),
        (
            "V03",
            "Mijlpaal ‘Wetsvoorstel bij de Tweede Kamer’ van UIT-01 zou er zijn op 1 juli 2024, maar is niet gehaald.",
        ),
        (
            "S01",
            "In het thema Huisvesting hebben 6 van de 15 open dossiers een signaal van midden of zwaarder.",
        ),
        (
            "S02",
            (
                "Van BZK kwamen 5 van de 8 gevraagde opgaven niet op tijd. "
                "Bij de andere ministeries waren dat er 4 van de 20."
            ),
        ),
        (
            "S03",
            (
                "Er staan 3 signalen open bij 2 ministeries met dezelfde oorzaak: wet. "
                "Het gaat om UIT-01, UIT-02 en HUI-02."
            ),
        ),
        ("O05", "Dit dossier wacht op UIT-01; daar is een knelpunt."),
    ],
)
def test_the_sentence_follows_the_facts(case: str, sentence: str) -> None:
    assert describe(a_card(expectations()[case])).sentence == sentence


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        pytest.param(("T06 2024-08-01",), "planning vervallen", id="one"),
        pytest.param(("V03 2024-08-01", "V03 2024-08-05"), "mijlpaal gemist", id="twice the same"),
        pytest.param(("V03 2024-08-01", "T02 2026-07-01"), "mijlpaal gemist", id="not what breaks later"),
        pytest.param(
            ("T02 2024-07-02", "V03 2024-08-01", "rounds"),
            "termijn verstreken, mijlpaal gemist en 2 uitvragen op rij zonder bewijs",
            id="all of it",
        ),
    ],
)
def test_a_rosy_rating_names_the_facts_that_it_does_not_fit(facts: tuple[str, ...], told: str) -> None:
    rounds = [item for item in expectations()["V04 no evidence"].evidence if item.name.startswith("round")]
    named = [
        item
        for number, (rule, on) in enumerate(fact.split() for fact in facts if fact != "rounds")
        for item in (
            Evidence(name="fact", value=f"UIT-{number:02} {rule}"),
            Evidence(name="fact_on", value=date.fromisoformat(on)),
        )
    ]
    plain = expectations()["V04 facts"]
    evidence = (plain.evidence[0], *named, *(rounds if "rounds" in facts else ()))

    sentence = describe(a_card(replace(plain, evidence=evidence))).sentence

    assert sentence == f"Het oordeel is ‘op koers’ sinds 2 september 2024. Daar past niet bij: {told}."
    assert_plain(sentence)


def test_of_many_missing_dossiers_the_sentence_names_the_first_and_counts_the_others() -> None:
    card = a_card(expected_rest(tuple(f"UIT-{number:02}" for number in range(2, 42))))

    assert describe(card).sentence == (
        "SZW antwoordde op uitvraag 2025-Q4, maar over 40 dossiers ontbreekt een regel: "
        "UIT-02, UIT-03, UIT-04, UIT-05, UIT-06 en 35 andere."
    )
    assert_plain(describe(card).sentence)


@pytest.mark.parametrize(
    ("members", "named"),
    [
        (("HUI-01", "HUI-02"), "midden of zwaarder. Het gaat om HUI-01 en HUI-02."),
        (tuple(f"HUI-{n:02}" for n in range(1, 41)), "HUI-29, HUI-30 en nog 10."),
    ],
)
def test_a_theme_names_the_dossiers_that_are_held_up(members: tuple[str, ...], named: str) -> None:
    card = replace(a_card(expectations()["S01"]), members=members)

    assert describe(card).sentence.endswith(named)


@pytest.mark.parametrize(
    ("rule", "code", "named"),
    [
        ("T02", "UIT-01", "bij UIT-01 hogerop"),
        ("K01", "2025-Q4:BZK", "bij uitvraag 2025-Q4 aan BZK hogerop"),
        ("S01", "Huisvesting", "bij thema Huisvesting hogerop"),
        ("S03", "law", "bij oorzaak wet hogerop"),
    ],
)
def test_a_signal_on_a_signal_says_in_words_what_it_is_about(rule: str, code: str, named: str) -> None:
    expectation = expectations()["M02"]
    values = {"signal_rule": rule, "signal_code": code}
    evidence = tuple(replace(one, value=values.get(one.name, one.value)) for one in expectation.evidence)

    assert named in describe(a_card(replace(expectation, evidence=evidence))).sentence


def test_facts_that_came_late_are_told() -> None:
    card = a_card(expectations()["T02"], held_from=date(2024, 9, 2))

    assert describe(card).sums[-1] == "Het signaal ging open op 2 september 2024. Eerder waren de feiten niet bekend."


def test_facts_that_came_after_the_opening_are_told() -> None:
    card = a_card(expectations()["T02"], held_from=date(2025, 1, 6), opened_on=date(2024, 9, 2))

    assert describe(card).sums[-1] == "Het signaal ging open op 2 september 2024. Daarna kwamen er nieuwe feiten bij."


def test_a_status_read_back_from_the_database_is_a_plain_text() -> None:
    known = expectations()["T02"]
    read_back = replace(
        known,
        evidence=tuple(replace(e, value=str(e.value)) if e.name == "status" else e for e in known.evidence),
    )

    assert describe(a_card(read_back)) == describe(a_card(known))


def test_a_long_remark_is_cut_between_words_and_kept_on_one_line() -> None:
    note = "Eerst een\nregel. " + "woord " * 100
    dossier = a_dossier(an_update(date(2024, 3, 1), status=Status.BLOCKED, note=note))

    quoted = describe(a_card(expected("V05", dossier))).sums[0]

    assert quoted.startswith("Toelichting: ‘Eerst een regel. woord ")
    assert quoted.endswith("woord…’")
    assert len(quoted) < 270


def test_other_thresholds_give_other_sums() -> None:
    card = a_card(expectations()["T07"])
    threshold = replace(card.threshold, values={"medium_after": 90, "high_after": 180}, decision="Stuurgroep\n9 maart")

    words = describe(replace(card, threshold=threshold))

    assert words.threshold == (
        "Grens: de eerste geplande datum. Midden na 90 werkdagen, hoog na 180 werkdagen. "
        "Geldt vanaf 1 januari 2000. Besluit: Stuurgroep 9 maart."
    )


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        title_of("X99")


def test_a_root_with_two_knelpunten_is_named_once() -> None:
    roots = (expected("T02", a_dossier(*DEADLINE)), expected("T07", a_dossier(*DEADLINE)))
    waiting = a_dossier(an_update(date(2023, 3, 1)), code="UIT-02")

    words = describe(a_card(expected("O05", waiting, roots)))

    assert words.sentence == "Dit dossier wacht op UIT-01; daar is een knelpunt."
    assert [line for line in words.sums if line.endswith(("2 juli 2024.", "24 december 2024."))] == [
        "Bij UIT-01 telt mee: T02, termijn verstreken, midden vanaf 2 juli 2024.",
        "Bij UIT-01 telt mee: T07, later dan eerste planning, midden vanaf 24 december 2024.",
    ]


@pytest.mark.parametrize(
    ("case", "sums"),
    [
        (
            "V04 facts",
            (
                "Bij UIT-01 telt mee: T02, termijn verstreken, vanaf 2 juli 2024.",
                "Het oordeel past niet bij de feiten vanaf 2 september 2024: midden.",
            ),
        ),
        (
            "V04 no evidence",
            (
                "Zonder bewijs, 2 uitvragen op rij: 2023-Q3 en 2023-Q4.",
                "Het oordeel past niet bij de feiten vanaf 4 januari 2024: midden.",
            ),
        ),
    ],
)
def test_a_rosy_rating_names_what_it_does_not_agree_with(case: str, sums: tuple[str, ...]) -> None:
    assert describe(a_card(expectations()[case])).sums == sums


def test_an_answer_without_news_tells_of_each_round_how_much_was_the_same() -> None:
    words = describe(a_card(expectations()["K03 twice"]))

    assert words.sentence == "De toelichting bij uitvraag 2024-Q1 zegt hetzelfde als bij de uitvraag ervoor."
    assert words.sums == (
        "Bij uitvraag 2023-Q4, op 4 januari 2024: 100% gelijk aan de toelichting bij de uitvraag ervoor.",
        "Bij uitvraag 2024-Q1, op 2 april 2024: 96% gelijk aan de toelichting bij de uitvraag ervoor.",
        "Dit telt meteen. Vanaf 4 januari 2024: laag.",
        "De tweede uitvraag op rij. Vanaf 2 april 2024: midden.",
    )


def test_a_heavier_step_is_told_with_the_severity_it_leaves() -> None:
    deadline = expectations()["T02"]
    assert deadline.steps[1].severity is Severity.HIGH

    sentence = describe_upcoming(an_upcoming(deadline, deadline.steps[1]))

    assert sentence == "Op dinsdag 30 juli 2024 gaat dit signaal van midden naar hoog: termijn verstreken."


def test_evidence_of_an_earlier_version_leaves_out_the_line_that_it_cannot_fill() -> None:
    now = expectations()["T04"]
    earlier = replace(now, evidence=tuple(item for item in now.evidence if item.name != "shifted_to"))

    words = describe(a_card(earlier))

    assert words.sentence == describe(a_card(now)).sentence
    assert 0 < len(words.sums) < len(describe(a_card(now)).sums)
