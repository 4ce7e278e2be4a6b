"""The documents say what is there: no rule, word, command, setting or example that the code does not know."""

from __future__ import annotations

import re
import subprocess
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest
import typer

import ipa_core
from ipa_core.cli.main import cli
from ipa_core.intake.known_knelpunten import read_known_knelpunten
from ipa_core.intake.programme_folder import read_programme
from ipa_core.intake.submissions import read_submission
from ipa_core.reports import why_not
from ipa_core.rules import ALL_RULES
from ipa_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.rules.rule import AnyRule

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))

DUTCH_TERMS = frozenset({"knelpunt", "aanjager", "stuurgroep", "kamerstuk", "jaarrapportage"})

# Put together here, so that this file does not hold them itself. A user has neither our folders nor our mirror.
FOREIGN = (
    "../" + "shared",
    "/work" + "/",
    "pypi" + ".org",
    "python" + "hosted.org",
    "//py" + "pi.",
    "//regis" + "try.",
)

IGNORED = frozenset({".git", ".venv", "var", "build", "dist"})


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_every_rule_is_described(rule: AnyRule) -> None:
    document = (DOCS / "signals.md").read_text("utf-8")

    assert re.search(rf"^## {rule.code} ", document, re.MULTILINE)


def test_no_rule_is_described_that_does_not_exist() -> None:
    described = re.findall(r"^## ([A-Z]\d\d) ", (DOCS / "signals.md").read_text("utf-8"), re.MULTILINE)

    assert sorted(described) == sorted(rule.code for rule in ALL_RULES)


def test_every_reason_why_a_message_did_not_go_is_described() -> None:
    page = " ".join((DOCS / "messages.md").read_text("utf-8").split())
    texts = [text for name, text in vars(why_not).items() if name.isupper()]

    said = {text: max(re.split(r"\{\w+\}", text), key=len).strip(" ();") for text in texts}

    assert [text for text, words in said.items() if words not in page] == []


def test_every_word_of_the_glossary_exists() -> None:
    words = set(_code_column((DOCS / "glossary.md").read_text("utf-8")))

    assert words >= DUTCH_TERMS
    assert sorted(words - DUTCH_TERMS - _classes()) == []


def test_the_readme_names_every_command() -> None:
    commands = list(_commands(typer.main.get_command(cli), "ipa"))

    assert "ipa round open" in commands
    assert [command for command in commands if f"`{command}`" not in README] == []


def test_the_readme_names_every_setting() -> None:
    settings = [f"IPA_{name.upper()}" for name in Settings.model_fields]

    assert [name for name in settings if f"| `{name}` |" not in README] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]

    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_the_example_submissions_are_right(kind: str) -> None:
    examples = _blocks((DOCS / "submissions.md").read_text("utf-8"), kind)

    assert examples
    for example in examples:
        read = read_submission(f"opgave.{kind}", example.encode())
        assert (read.problems, len(read.lines)) == ((), read.line_count)


def test_the_example_programme_is_right(tmp_path: Path) -> None:
    document = (DOCS / "programme-folder.md").read_text("utf-8")
    for name, text in re.findall(r"^### `([^`]+)`\n+```\w+\n(.*?)^```", document, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(text, "utf-8")

    read = read_programme(tmp_path)

    files = re.findall(r"^\| `(\w+\.(?:toml|csv))` \|", document, re.MULTILINE)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)
    assert (read.programme.code, len(read.recommendations), len(list(read.history))) == ("water", 3, 3)


def test_the_example_of_known_knelpunten_is_right(tmp_path: Path) -> None:
    document = (DOCS / "programme-folder.md").read_text("utf-8")
    file = tmp_path / "known_knelpunten.csv"
    file.write_text(document.rpartition("```\n")[0].rpartition("```\n")[2], "utf-8")

    assert [row.is_control for row in read_known_knelpunten(file)] == [False, True]


def test_nothing_in_the_repository_points_to_where_it_was_made() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {foreign}"
        for path in _files()
        for foreign in FOREIGN
        if foreign.encode() in path.read_bytes()
    ]

    assert found == []


def _code_column(document: str) -> Iterator[str]:
    """Yield the names in the first column of each table whose first heading is Code."""
    is_code = False
    for line in document.splitlines():
        first = line.split("|")[1].strip() if line.startswith("|") else ""
        if not first:
            is_code = False
        elif first == "Code":
            is_code = True
        elif is_code and (name := re.fullmatch(r"`(\w+)`", first)):
            yield name.group(1)
        else:
            assert not is_code or set(first) == {"-"}, f"no name in code quotes: {line}"


def _classes() -> set[str]:
    """Return the names of all classes in `ipa_core`; what is only imported there counts at its own place."""
    modules = [
        import_module(found.name)
        for found in walk_packages(ipa_core.__path__, "ipa_core.")
        if not found.name.startswith(("ipa_core.store.migrations.", "ipa_core.__main__"))
    ]
    return {
        name
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }


def _commands(command: object, path: str) -> Iterator[str]:
    """Yield the full name of each command, groups opened."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
        return
    for name, below in inner.items():
        yield from _commands(below, f"{path} {name}")


def _blocks(document: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", document, re.MULTILINE | re.DOTALL)


def _files() -> Iterator[Path]:
    """Yield the files that are in the repository or about to be; without git all files but those that runs make."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        names = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        names = [path for path in ROOT.rglob("*") if not _is_ignored(path.relative_to(ROOT))]
    yield from (path for path in names if path.is_file())


def _is_ignored(path: Path) -> bool:
    return any(
        part in IGNORED or part.endswith((".egg-info", "_cache", "__pycache__")) or part == ".hypothesis"
        for part in path.parts
    )
