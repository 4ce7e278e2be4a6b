"""What a civil servant reads is Dutch on level B1: short sentences, no officialese, and no blame."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from ipa_core.reports import why_not
from tests.render.message_samples import rendered

TEMPLATES = Path(__file__).parents[2] / "ipa_core" / "templates" / "nl"
INTAKE = Path(__file__).parents[2] / "ipa_core" / "intake" / "problems.toml"
SOURCES = sorted(path for path in (*TEMPLATES.rglob("*"), INTAKE) if path.suffix in (".toml", ".jinja", ".mjml"))

LONGEST_SENTENCE = 20
"""Words; a code, a date part and a number count as one each."""

OFFICIALESE = """
    aangaande, aangezien, additioneel, alsmede, alvorens, behelst, behoudens, benevens, betreffende, bewerkstelligen,
    bijgevolg, conform, daartoe, derhalve, desalniettemin, desbetreffende, desgevraagd, desgewenst, dient, dienen,
    dienaangaande, doch, door middel van, dusdanig, ergo, faciliteren, gaarne, geenszins, gelieve, geschieden,
    geschiedt, heden, hetgeen, hieromtrent, hiertoe, implementeren, in het kader van, indien, ingevolge, inhoudelijk,
    inzake, jegens,
    krachtens, met betrekking tot, met inachtneming van, middels, mits, mitsdien, mutatie, naar aanleiding van,
    navolgende, niettegenstaande, nochtans, omtrent, onderhavig, onderhavige, onverwijld, op grond van, opdat,
    optimaliseren, prioriteren, reeds, respectievelijk, sommeren, te allen tijde, ten aanzien van, ten behoeve van, ten
    einde, teneinde, tenslotte, terdege, terstond, tevens, thans, trachten, verscheidene, verstrekken, vigerend,
    vigerende, voornemens, voornoemd, voornoemde, vooralsnog, wederom, zodanig, zorgdragen, zulks
"""
"""Words for which everybody has a plainer one, and `dient`, which commands where a question asks."""

BLAME = "falen, gefaald, in gebreke, nalaten, nalatig, sanctie, sommatie, verwijtbaar, verzuimd, verzuimt, wanprestatie"
"""A ministry stays responsible, and nobody is blamed."""

_WORDS = "|".join(" ".join(one.split()) for one in f"{OFFICIALESE},{BLAME}".split(","))
FORBIDDEN = re.compile(rf"\b(?:{_WORDS})\b", re.IGNORECASE)


@cache
def samples() -> dict[str, str]:
    return {name: text for name, text in rendered().items() if name.endswith(".txt")}


def sentences(text: str) -> list[str]:
    """Cut a message into sentences. A line with what a signal is about ends there, and so does a line of a list."""
    flat = re.sub(r"^(\[.*|- .*|.*:)$", r"\1.", text, flags=re.MULTILINE).replace("\n\n", ".\n")
    return [one for one in re.split(r"(?<=[.?!])\s+", flat) if count(one)]


def count(sentence: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in sentence.split())


@pytest.mark.parametrize("name", sorted(samples()))
def test_sentences_are_short(name: str) -> None:
    assert [one for one in sentences(samples()[name]) if count(one) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("name", sorted(samples()))
def test_a_sample_has_no_officialese_and_blames_nobody(name: str) -> None:
    assert FORBIDDEN.findall(samples()[name]) == []


def own_words(path: Path) -> str:
    """Return what stands in a source of texts, without what is for the machine: comments, tags, placeholders."""
    text = path.read_text("utf-8")
    for noise in (r"\{#.*?#\}", r"\{%.*?%\}", r"\{\{.*?\}\}", r"<!--.*?-->", r"<style.*?</style>", r"<[^>]*>"):
        text = re.sub(noise, " ", text, flags=re.DOTALL)
    return re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE) if path.suffix == ".toml" else text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(TEMPLATES.parents[1]).as_posix())
def test_no_text_has_officialese_or_blames_anybody(path: Path) -> None:
    assert FORBIDDEN.findall(own_words(path)) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(TEMPLATES.parents[1]).as_posix())
def test_no_text_names_the_programme_that_comes_with_the_package(path: Path) -> None:
    assert re.findall(r".*\bIPA\b.*", own_words(path)) == []


def test_the_reasons_of_unsent_messages_have_no_officialese() -> None:
    words = [text for name, text in vars(why_not).items() if name.isupper()]

    assert len(words) > 20
    assert FORBIDDEN.findall(" | ".join(words)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wij verzoeken u thans te antwoorden.", ["thans"]),
        ("Met betrekking tot uw dossier. U dient te melden.", ["Met betrekking tot", "dient"]),
        ("Het ministerie is in gebreke.", ["in gebreke"]),
        ("Wilt u uiterlijk vrijdag antwoorden?", []),
    ],
)
def test_the_list_finds_what_it_should(text: str, found: list[str]) -> None:
    assert FORBIDDEN.findall(text) == found


def test_a_long_sentence_is_found_also_across_lines() -> None:
    long = " ".join(["woord"] * 12) + "\n" + " ".join(["woord"] * 9) + "."

    assert [count(one) for one in sentences(f"Kort. {long} Kort.")] == [1, 21, 1]
