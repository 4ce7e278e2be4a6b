"""The words for a simulated life: how it went, what was not right, and who got how much mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.render.dutch import plain_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.reports.simulations import Findings


def simulation_lines(found: Findings) -> list[str]:
    """Tell it for people."""
    first, last = plain_date(found.begins_on), plain_date(found.ends_on)
    return [
        f"Nagespeelde toekomst van programma {found.programme}, van {first} tot en met {last}.",
        "Alles is verzonnen: antwoorden, vertragingen en storingen. Er is niets opgeslagen en niets verstuurd.",
        "",
        f"Rondes van de monitor: {found.runs}, waarvan {found.deaths} halverwege stopten.",
        f"Berichten: {found.messages}, met daarin {found.items} meldingen.",
        f"Berichten waarvan onzeker was of ze aankwamen: {found.doubtful}.",
        "",
        *_difference_lines(found),
        "",
        "BERICHTEN PER POSTBUS",
        *_burden_lines(found),
    ]


def _difference_lines(found: Findings) -> Iterator[str]:
    if not found.differences:
        yield "Alles wat verstuurd moest worden, is verstuurd: één keer, op tijd en naar de juiste persoon."
        return
    yield f"NIET GOED GEGAAN: {len(found.differences)}"
    yield from (f"  {one}" for one in found.differences)


def _burden_lines(found: Findings) -> Iterator[str]:
    width = max((len(mailbox) for mailbox in found.burden), default=0)
    for mailbox, months in sorted(found.burden.items(), key=lambda item: (-sum(item[1].values()), item[0])):
        mean, most = sum(months.values()) / found.months, max(months.values())
        yield f"  {mailbox:{width}}  gemiddeld {_decimal(mean)} per maand, hoogstens {most}"


def _decimal(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")
