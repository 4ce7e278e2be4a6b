"""Half of a theme is stuck, at two ministries: the projectleider hears of the theme as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.journeys.world import World

CARE = "ipa:S01:Gezondheid en welzijn:1"
STUCK = {"status": "blocked", "note": "Wij wachten op de Kamer"}


@pytest.fixture
def stuck(opened: World) -> World:
    """Return a monitor that was told that four of the eight dossiers of a theme are blocked."""
    of_vws = [{"recommendation": code, **STUCK} for code in ("GEZ-01", "GEZ-02", "GEZ-03")]
    opened.answer("2026-02-10T10:00:00+01:00", "VWS", *of_vws)
    opened.answer("2026-02-11T10:00:00+01:00", "SZW", {"recommendation": "GEZ-05", **STUCK})
    opened.run_daily("2026-02-12", "2026-02-16")
    return opened


def test_the_projectleider_hears_of_the_theme_and_of_every_ministry_in_it(stuck: World) -> None:
    (card,) = [card for card in stuck.signals("2026-02-16") if card.signal.id == CARE]
    (line,) = [line for line in stuck.messages("2026-02-16") if f":{CARE}:" in f":{line.about}:"]

    assert (card.signal.opened_on.isoformat(), card.subject.ministries) == ("2026-02-11", ("SZW", "VWS"))
    assert (line.recipient.split("@")[0], line.state) == ("projectleider", "handed_over")


def test_the_digest_names_the_theme_and_counts_what_belongs_to_it(stuck: World) -> None:
    digests = [mail for mail in stuck.mails() if mail["To"].startswith("aanjager")]
    texts = [" ".join(mail.get_body(("plain",)).get_content().split()) for mail in digests]

    (text,) = [text for text in texts if "themaknelpunt: thema Gezondheid en welzijn (SZW en VWS)" in text]

    assert "horen bij een thema of een gedeelde oorzaak, en staan onder het signaal daarover." in text
    assert "stilgevallen: GEZ-0" not in text
    assert "een signaal van midden of zwaarder. Het gaat om GEZ-01, GEZ-02, GEZ-03 en GEZ-05." in text


def test_whoever_looks_sees_which_dossiers_those_are(stuck: World) -> None:
    (card,) = [card for card in stuck.signals("2026-02-16") if card.signal.id == CARE]

    assert card.members == ("GEZ-01", "GEZ-02", "GEZ-03", "GEZ-05")


def test_it_is_solved_once_less_than_a_quarter_is_stuck(stuck: World) -> None:
    moving = [{"recommendation": code, "status": "in_progress"} for code in ("GEZ-01", "GEZ-02", "GEZ-03")]
    stuck.answer("2026-02-17T10:00:00+01:00", "VWS", *moving[:2])
    stuck.run("2026-02-18")
    assert CARE in {card.signal.id for card in stuck.signals("2026-02-18")}

    stuck.answer("2026-02-18T10:00:00+01:00", "VWS", *moving[2:])
    stuck.run("2026-02-19")

    (card,) = [card for card in stuck.signals("2026-02-19", is_all=True) if card.signal.id == CARE]
    assert (card.signal.resolved_on or card.signal.opened_on).isoformat() == "2026-02-18"
