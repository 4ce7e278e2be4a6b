"""The sentence of a signal follows the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ipa_core.domain.expectations import Evidence
from ipa_core.render.signals import describe, describe_upcoming
from tests.render.plain_lines import assert_plain
from tests.render.samples import (
    DEADLINE,
    a_card,
    a_dossier,
    a_request,
    an_upcoming,
    an_update,
    expectations,
    expected,
    expected_answer,
    expected_rest,
)

pytestmark = pytest.mark.usefixtures("no_line_is_left_out")


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
            "BZK is trekker van een of meer dossiers, maar heeft geen contactpunt dat wij kunnen bereiken.",
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
    ("case", "end", "unless"),
    [
        (
            "M01 refused",
            "is niet bezorgd: antwoord 550 van de mailserver.",
            "de mailserver het bericht had aangenomen.",
        ),
        ("M01 returned", "is niet bezorgd: teruggestuurd met code 5.1.1.", "het bericht niet was teruggestuurd."),
        (
            "M01 given up",
            "is niet bezorgd: geen antwoord van de mailserver.",
            "de mailserver het bericht had aangenomen.",
        ),
        ("M01 no address", "is niet bezorgd: het adres klopt niet.", "het adres had geklopt."),
        (
            "M01",
            "was op 19 februari 2026 nog niet afgegeven.",
            "het bericht uiterlijk op 19 februari 2026 was afgegeven.",
        ),
    ],
)
def test_a_failed_message_says_what_became_of_it(case: str, end: str, unless: str) -> None:
    words = describe(a_card(expectations()[case]))

    assert words.sentence.endswith(end)
    assert words.unless == f"Zou niet afgaan als {unless}"


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

    sentence = describe(a_card(plain._replace(evidence=evidence))).sentence

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
    evidence = tuple(one._replace(value=values.get(one.name, one.value)) for one in expectation.evidence)

    assert named in describe(a_card(expectation._replace(evidence=evidence))).sentence


def test_a_signal_that_opened_after_its_first_step_tells_when_without_guessing_why() -> None:
    card = a_card(expectations()["T02"], held_from=date(2024, 9, 2))

    assert describe(card).sums[-1] == (
        "Het signaal ging open op 2 september 2024. Vanaf die dag gold deze som, voor het eerst of opnieuw."
    )


def test_what_changed_after_the_opening_is_told_without_guessing_what() -> None:
    card = a_card(expectations()["T02"], held_from=date(2025, 1, 6), opened_on=date(2024, 9, 2))

    assert describe(card).sums[-1] == (
        "Het signaal ging open op 2 september 2024. Daarna veranderde iets waarop deze som rust."
    )


def test_a_status_read_back_from_the_database_is_a_plain_text() -> None:
    known = expectations()["T02"]
    read_back = known._replace(
        evidence=tuple(e._replace(value=str(e.value)) if e.name == "status" else e for e in known.evidence),
    )

    assert describe(a_card(read_back)) == describe(a_card(known))


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
    ("case", "step", "sentence"),
    [
        (
            "T02",
            1,
            "Blijft dit zo, dan gaat dit signaal op dinsdag 30 juli 2024 van midden naar hoog: termijn verstreken.",
        ),
        (
            "K01",
            1,
            "Zonder antwoord van SZW gaat dit signaal op woensdag 25 maart 2026 van midden naar hoog: opgave te laat.",
        ),
        (
            "K01",
            0,
            "Zonder antwoord van SZW is uitvraag 2025-Q4 te laat op woensdag 11 maart 2026, na 2 werkdagen extra tijd.",
        ),
        ("O03", 0, "Staat signaal T04 op donderdag 2 april 2026 nog open, dan had oplossing OPL-1 geen effect."),
    ],
)
def test_what_comes_begins_with_its_condition(case: str, step: int, sentence: str) -> None:
    expectation = expectations()[case]

    assert describe_upcoming(an_upcoming(expectation, expectation.steps[step])) == sentence


def test_without_extra_time_a_request_is_late_after_its_term() -> None:
    expectation = expected_answer(replace(a_request(), grace=0))

    assert describe_upcoming(an_upcoming(expectation)) == (
        "Zonder antwoord van SZW is uitvraag 2025-Q4 te laat op zaterdag 7 maart 2026."
    )
