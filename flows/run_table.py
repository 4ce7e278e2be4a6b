"""What did a run do? One table for people, kept by Prefect under the key `ipa-run`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from prefect.artifacts import create_markdown_artifact

from ipa_core.domain.moments import Moment
from ipa_core.render.dutch import clock_time, long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY: Final = "ipa-run"

ROWS: Final = {
    "collected": {
        "accepted": "Opgaven verwerkt",
        "partly": "Opgaven deels verwerkt",
        "rejected": "Opgaven teruggestuurd",
        "duplicate": "Opgaven die wij al hadden",
    },
    "signals": {
        "opened": "Signalen nieuw",
        "raised": "Signalen zwaarder",
        "resolved": "Signalen opgelost",
        "open": "Signalen die nu open staan",
    },
    "messages": {
        "queued": "Berichten klaargezet",
        "handed_over": "Berichten overgedragen",
        "retrying": "Berichten die later opnieuw gaan",
        "dead": "Berichten die niet konden gaan",
    },
}


def publish(counts: Mapping[str, Any]) -> None:
    """Keep the table with the flow run; the latest one is also shown under its key."""
    create_markdown_artifact(run_table(counts), key=KEY, description="Wat de laatste ronde van de monitor deed")


def run_table(counts: Mapping[str, Any]) -> str:
    """Render the document of `ipa run --json` as a Markdown table in Dutch."""
    at = datetime.fromisoformat(counts["as_of"])
    heading = f"## Ronde van de monitor op {long_date(Moment(at=at).on)}, {clock_time(at)}"
    return "\n".join([heading, "", "| Wat | Aantal |", "| --- | ---: |", *_rows(counts)]) + "\n"


def _rows(counts: Mapping[str, Any]) -> Iterator[str]:
    if counts["loaded"]:
        yield f"| Programma {counts['loaded']} geladen | 1 |"
    for one in counts["rounds"]:
        yield f"| Verzoeken in uitvraag {one['round']} van {one['programme']} | {one['requests']} |"
    for group, words in ROWS.items():
        for name, word in words.items():
            yield f"| {word} | {counts[group][name]} |"
