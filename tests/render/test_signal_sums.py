"""The sums below a signal can be done again, and end in the day and the weight of each step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ipa_core.domain.expectations import Evidence
from ipa_core.domain.updates import Status
from ipa_core.render.dutch import plain_date, word
from ipa_core.render.signals import SignalWords, describe
from tests.render.samples import (
    SUMMER_RECESS,
    a_card,
    a_dossier,
    an_update,
    expectations,
    expected,
)

pytestmark = pytest.mark.usefixtures("no_line_is_left_out")


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
    lighter = plain.shifted(-1)._replace(evidence=(*plain.evidence, Evidence(name="explained", value=1)))

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


def test_evidence_of_an_earlier_version_leaves_out_the_line_that_it_cannot_fill(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = expectations()["T04"]
    earlier = now._replace(evidence=tuple(item for item in now.evidence if item.name != "shifted_to"))

    words = describe(a_card(earlier))

    assert words.sentence == describe(a_card(now)).sentence
    assert 0 < len(words.sums) < len(describe(a_card(now)).sums)
    assert caplog.messages
    caplog.clear()
