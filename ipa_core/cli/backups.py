"""Backup and restore: what is in the file, and what to do next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ipa_core.render.dutch import counted, moment

if TYPE_CHECKING:
    from pathlib import Path

    from ipa_core.app import App
    from ipa_core.cli.shell import Shell
    from ipa_core.store.archives import Manifest


_COUNTED = {
    "Programma's": "programme",
    "Opgaven": "submission",
    "Signalen": "signal",
    "Berichten": "outbox_message",
}
"""What people want to recognise, and its table."""


def back_up(app: App, shell: Shell, file: Path) -> None:
    """Make a backup."""
    manifest = app.back_up(file)
    size = file.stat().st_size
    lines = [
        f"De back-up staat in {file} ({max(1, round(size / 1000))} kB).",
        *_contents(manifest),
        "Er staan persoonsgegevens en geheimen in. Bewaar het bestand op een veilige plek, buiten deze machine.",
    ]
    shell.show({"file": str(file), "bytes": size, **manifest.as_json()}, lines)


def restore(app: App, shell: Shell, file: Path) -> None:
    """Put a backup back."""
    manifest = app.restore(file)
    lines = [
        f"De back-up van {moment(datetime.fromisoformat(manifest.created_at))} is teruggezet.",
        *_contents(manifest),
        "Wat daarna nog gebeurde, weet de monitor niet meer. Berichten van daarna kunnen nog een keer gaan.",
        "Kijk daarna: ipa doctor",
    ]
    shell.show({"file": str(file), **manifest.as_json()}, lines)


def _contents(manifest: Manifest) -> list[str]:
    held = [f"{word}: {manifest.counts.get(table, 0)}." for word, table in _COUNTED.items()]
    if manifest.first_broken is None:
        entries = counted(int(manifest.anchor.partition(":")[0]), "regel", "regels")
        return [" ".join(held), f"Het logboek is heel ({entries}). Anker: {manifest.anchor}"]
    broken = f"Let op: het logboek klopt niet vanaf regel {manifest.first_broken}; dat was al zo bij de back-up."
    return [" ".join(held), broken]
