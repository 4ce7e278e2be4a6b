"""What a visitor of the repository reads: the catalogue entry, and what to do when it alarms."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from ipa_core.render.health import texts

ROOT = Path(__file__).parents[2]
PUBLICCODE: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")

REQUIRED = {
    *("publiccodeYmlVersion", "name", "url", "releaseDate", "platforms", "categories", "developmentStatus"),
    *("softwareType", "description", "legal", "maintenance", "localisation"),
}
SHORT, FROM, UNTIL, FEATURE = 150, 500, 10_000, 100
"""Characters that publiccode.yml 0.4 allows: a short description, a long one, and a feature."""


def test_the_catalogue_entry_has_what_the_standard_asks() -> None:
    assert set(PUBLICCODE) >= REQUIRED
    assert PUBLICCODE["publiccodeYmlVersion"] == "0.4"
    assert PUBLICCODE["maintenance"]["type"] in ("internal", "contract", "community", "none")
    assert all(contact["name"] for contact in PUBLICCODE["maintenance"]["contacts"])
    assert set(PUBLICCODE["localisation"]) == {"localisationReady", "availableLanguages"}
    assert PUBLICCODE["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")


def test_the_catalogue_entry_describes_in_dutch_and_english() -> None:
    assert set(PUBLICCODE["description"]) == {"nl", "en"}
    for words in PUBLICCODE["description"].values():
        assert len(words["shortDescription"]) <= SHORT
        assert FROM <= len(words["longDescription"]) <= UNTIL
        assert words["features"]
        assert all(len(feature) <= FEATURE for feature in words["features"])


def test_the_catalogue_entry_agrees_with_the_package() -> None:
    python = next(one for one in PUBLICCODE["dependsOn"]["open"] if one["name"] == "Python")

    assert PUBLICCODE["softwareVersion"] == PROJECT["version"]
    assert PUBLICCODE["legal"]["license"] == PROJECT["license"]
    assert PROJECT["requires-python"].startswith(f">={python['versionMin']}")


def test_what_a_run_needs_is_locked() -> None:
    """`make run` takes away what the lock file does not name, so the driver of PostgreSQL is in it as well."""
    needed = {name for one in PROJECT["dependencies"] for name in re.findall(r"^[\w-]+", one)}

    assert sorted((needed | {"psycopg-binary"}) - set(locked("requirements.txt"))) == []


def test_the_lock_files_agree() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()


def test_the_lines_that_operations_quotes_are_those_that_are_printed() -> None:
    """A quoted line may stop early, and has an ellipsis where a value stands."""
    quoted = re.findall(r'^\| "([^"]+)" \|', OPERATIONS, re.MULTILINE)
    sources = [path.read_text("utf-8") for path in (ROOT / "ipa_core" / "cli").glob("*.py")]
    sentences = [re.sub(r"{\w+}", "…", text["sentence"]) for codes in texts().values() for text in codes.values()]

    assert quoted
    assert [
        line
        for line in quoted
        if not any(sentence.startswith(line) for sentence in sentences) and not any(line in one for one in sources)
    ] == []


def test_every_place_that_contributing_names_exists() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:ipa_core|tests|docs)/[\w/.]+)`", contributing)

    assert named
    assert [place for place in named if not (ROOT / place).exists()] == []


def locked(name: str) -> dict[str, str]:
    """Return the version of each package in a lock file."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
