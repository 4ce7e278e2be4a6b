"""Two ministries wait for the same law: one problem, until they solve it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ipa_core.usecases.acts import Act
from ipa_core.usecases.decide import decide

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.journeys.world import World

BLOCKED = {"status": "blocked", "note": "Wacht op de wet", "root_cause": "law"}
SHARED = "ipa:S03:law:1"


def text_of(mail: EmailMessage) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


@pytest.fixture
def waiting(opened: World) -> World:
    """Return a monitor that was told by two ministries that they wait for a law; UIT-01 has two signals of its own."""
    opened.answer("2026-02-10T10:00:00+01:00", "SZW", {"recommendation": "UIT-01", **BLOCKED})
    opened.answer("2026-02-11T10:00:00+01:00", "VWS", {"recommendation": "GEZ-01", **BLOCKED})
    opened.run_daily("2026-02-12", "2026-02-16")
    return opened


def test_the_projectleider_hears_of_the_group_and_of_every_ministry_in_it(waiting: World) -> None:
    (card,) = [card for card in waiting.signals("2026-02-16") if card.signal.id == SHARED]
    (line,) = [line for line in waiting.messages("2026-02-16") if f":{SHARED}:" in f":{line.about}:"]

    assert (card.signal.opened_on.isoformat(), card.subject.ministries) == ("2026-02-11", ("SZW", "VWS"))
    assert (line.recipient.split("@")[0], line.state) == ("projectleider", "handed_over")


def test_the_digest_names_the_group_and_counts_its_signals(waiting: World) -> None:
    digests = [mail for mail in waiting.mails() if mail["To"].startswith("aanjager")]

    (text,) = [text for mail in digests if "zelfde oorzaak: wet (SZW en VWS)" in (text := text_of(mail))]

    assert "6 signalen horen bij een thema of een gedeelde oorzaak, en staan onder het signaal daarover." in text
    assert "stilgevallen: UIT-01" not in text
    assert "[kritiek] T04 planning schuift: UIT-01" in text
    assert "stilgevallen: GEZ-01" not in text


def test_a_joint_solution_settles_it(waiting: World) -> None:
    at = waiting.app.moment("2026-02-17T10:00:00+01:00").at
    leader = next(line.recipient for line in waiting.messages("2026-02-16") if line.about == SHARED)
    act = Act(
        kind="propose",
        about=SHARED,
        by=leader,
        reason="Beide ministeries wachten op dezelfde wet",
        next_step="SZW en VWS vragen samen om een spoedbehandeling",
        owner="SZW",
        planned_on=at.date(),
        review_on=at.date(),
    )

    waiting.app.database.write(lambda session: decide(session, "ipa", act, at=at))

    assert SHARED not in {card.signal.id for card in waiting.signals("2026-02-17")}
