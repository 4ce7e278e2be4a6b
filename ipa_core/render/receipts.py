"""The words of a receipt: what was read from a file, and what goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.reports.receipts import Outcome

if TYPE_CHECKING:
    from ipa_core.domain.updates import StatusUpdate
    from ipa_core.errors import RefusedInput
    from ipa_core.reports.receipts import Receipt

from ipa_core.render.dutch import plain_date, word

HEADLINES = {
    Outcome.ACCEPTED: "Uw opgave is verwerkt.",
    Outcome.PARTLY: "Een deel van uw opgave is verwerkt. Een deel gaat naar u terug.",
    Outcome.REJECTED: "Uw opgave is niet verwerkt. Wij vragen u om het bestand te verbeteren.",
    Outcome.DUPLICATE: "Dit bestand hadden wij al. Er is niets veranderd.",
}


class ReceiptWriter:
    """Writes receipts as plain text."""

    def render_receipt(self, receipt: Receipt) -> str:
        """Put what was read and what goes back into words."""
        parts = [
            HEADLINES[receipt.outcome],
            _heading(receipt),
            _section("Verwerkt", [_line(line) for line in receipt.lines]),
            _section("Terug naar u", [_problem(found) for found in receipt.problems]),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"


def _heading(receipt: Receipt) -> str:
    rows = [
        ("Bestand", receipt.name),
        ("Uitvraag", receipt.round),
        ("Ministerie", receipt.organisation),
        ("Kenmerk", receipt.submission or receipt.sha256[:12]),
    ]
    return "\n".join(f"{name + ':':<12}{value}" for name, value in rows if value)


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title} ({len(lines)}):", *lines]) if lines else ""


def _line(line: StatusUpdate) -> str:
    said = [
        "ongewijzigd" if line.is_unchanged else "",
        f"stand {word(line.status)}" if line.status is not None else "",
        f"voortgang {line.progress}%" if line.progress is not None else "",
        _plan(line),
        "met reden" if line.reason else "",
        f"bewijs: {len(line.evidence)}" if line.evidence else "",
        "met hulpvraag" if line.help_wanted else "",
    ]
    return f"- {line.milestone or line.dossier}: {', '.join(part for part in said if part)}"


def _plan(line: StatusUpdate) -> str:
    if line.plan is None:
        return ""
    return f"planning {plain_date(line.plan.on)}" if line.plan.on is not None else "planning vervallen"


def _problem(found: RefusedInput) -> str:
    where = [f"regel {found.row}" if found.row is not None else "", f"kolom {found.column}" if found.column else ""]
    place = ", ".join(part for part in where if part)
    value = f" (er staat: {found.value})" if found.value else ""
    return f"- {place + ': ' if place else ''}{found.message}{value}"
