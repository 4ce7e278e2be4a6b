"""How does a signal explain itself? The words of `templates/nl/signals.toml`, filled with its evidence."""

from __future__ import annotations

import logging
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial
from importlib.resources import files
from operator import eq
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, StrictUndefined, UndefinedError

from ipa_core.domain.bounces import is_of_bounce
from ipa_core.domain.messages import INVALID
from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import RootCause, Status
from ipa_core.render import dutch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jinja2 import Template

    from ipa_core.domain.expectations import Evidence, Expectation, Step
    from ipa_core.reports.signal_cards import SignalCard, UpcomingCard

log = logging.getLogger(__name__)

FEW: Final = 30
"""So many dossiers of a group are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWords:
    """A signal in plain words, not yet escaped; each text is one line. `title` has no capital."""

    title: str
    sentence: str
    sums: tuple[str, ...]
    resolves_when: str
    threshold: str
    unless: str
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """A line of the sums: for the step of a base severity, for each of a list, or once."""

    text: Template
    step: Severity | None = None
    each: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuleTexts:
    title: str
    sums: tuple[_Sum, ...]
    texts: Mapping[str, Template]


def describe(card: SignalCard) -> SignalWords:
    """Put a signal into words; a rule without texts raises KeyError."""
    texts, common = _texts_of(card.signal.rule), _texts_of("common")
    names = _names(card.expectation, texts.title) | _opening(card)
    names |= {"limits": card.threshold.values, "stuck": card.members}
    fill = partial(_fill, texts.texts, names)
    policy = _fill(
        common.texts,
        {"valid_from": card.threshold.valid_from, "decision": dutch.one_line(card.threshold.decision)},
        "policy",
    )
    return SignalWords(
        title=texts.title,
        sentence=fill("sentence") or f"{dutch.with_capital(texts.title)}.",
        sums=tuple(_sums((*texts.sums, *common.sums), card.expectation.steps, names)),
        resolves_when=fill("resolves_when"),
        threshold=f"{fill('threshold')} {policy}",
        unless=fill("unless"),
        context=tuple(_fill(common.texts, {"period": period}, period.kind.value) for period in card.context),
    )


def describe_upcoming(card: UpcomingCard) -> str:
    """Tell in one sentence what breaks, or weighs more, and on which day."""
    texts, common = _texts_of(card.expectation.rule), _texts_of("common")
    names = _names(card.expectation, texts.title) | {"step": card.step}
    lighter = [step for step in card.expectation.steps if step.severity < card.step.severity]
    if lighter:
        own = texts if "raised" in texts.texts else common
        return _fill(own.texts, names | {"before": lighter[-1]}, "raised")
    if "upcoming" in texts.texts:
        return _fill(texts.texts, names, "upcoming")
    return _fill(common.texts, names, "begins")


def title_of(rule: str) -> str:
    """Return what the rule is called on screen."""
    return _texts_of(rule).title


def _names(expectation: Expectation, title: str) -> dict[str, Any]:
    """Return what the texts may name: evidence (first value), the lists of it under `<name>s`, steps and title."""
    values: dict[str, list[Any]] = defaultdict(list)
    for evidence in expectation.evidence:
        values[evidence.name].append(_plain_value(evidence))
    lists = {f"{name}s": found for name, found in values.items()}
    single = {name: found[0] for name, found in values.items()}
    return {**lists, **single, "steps": expectation.steps, "title": title}


def _plain_value(evidence: Evidence) -> str | int | date:
    return dutch.one_line(evidence.value) if isinstance(evidence.value, str) else evidence.value


def _opening(card: SignalCard) -> dict[str, Any]:
    """Tell whether the signal opened on another day than that of its first step.

    Only the day is known, and not why: facts may have come late, an explanation may have ended, or somebody refused or
    reopened a completion.
    """
    opened_on, first_on = card.signal.opened_on, card.expectation.steps[0].on
    is_held_later = first_on < opened_on == day_of(card.signal.row.held_from)
    return {
        "signal_opened_on": opened_on,
        "is_held_later": is_held_later,
        "is_restated": opened_on != first_on and not is_held_later,
    }


def _sums(lines: Sequence[_Sum], steps: Sequence[Step], names: Mapping[str, Any]) -> Iterator[str]:
    """Fill the lines; each step is explained once.

    Priority made every step heavier, and an accepted explanation lighter, so the base severity of a line has to be
    shifted alike to find its step.
    """
    raised_by = ("priority" in names) - ("explained" in names)
    open_steps = list(steps)
    for line in lines:
        if line.step is not None:
            severity = line.step.raised(raised_by)
            step = next((step for step in open_steps if step.severity is severity), None)
            if step is None:
                continue
            open_steps.remove(step)
            filled = [_line(line.text, {**names, "step": step})]
        elif line.each:
            items = enumerate(names.get(line.each, ()))
            filled = [_line(line.text, {**names, "item": item, "index": index}) for index, item in items]
        else:
            filled = [_line(line.text, names)]
        yield from filter(None, filled)


def _fill(texts: Mapping[str, Template], names: Mapping[str, Any], key: str) -> str:
    return _line(texts[key], names)


def _line(text: Template, names: Mapping[str, Any]) -> str:
    """Fill one line; it is left out when the evidence was stored by a version that did not know a name in it."""
    try:
        return " ".join(text.render(names).split())
    except UndefinedError as error:
        log.warning("a line was left out: %s", error)
        return ""


@cache
def _texts_of(rule: str) -> _RuleTexts:
    table = _tables()[rule]
    compiled = _environment().from_string
    return _RuleTexts(
        title=table.get("title", ""),
        sums=tuple(_read_sum(line) for line in table["sums"]),
        texts={key: compiled(text) for key, text in table.items() if key not in ("title", "sums", "macros")},
    )


def _read_sum(line: str | dict[str, str]) -> _Sum:
    compiled = _environment().from_string
    if isinstance(line, str):
        return _Sum(text=compiled(line))
    step = Severity(line["step"]) if "step" in line else None
    return _Sum(text=compiled(line["text"]), step=step, each=line.get("each", ""))


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    text = files("ipa_core").joinpath("templates/nl/signals.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the one environment; plain words are escaped where they are put into HTML, not here."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - see the docstring
    environment.filters.update(FILTERS)
    macros = environment.from_string(_tables()["common"]["macros"]).module
    for name in ("after", "day_after", "at_once"):
        environment.globals[name] = getattr(macros, name)
    return environment


def _day_before(on: date) -> date:
    return on - timedelta(days=1)


def _listed_first(codes: Iterable[str]) -> str:
    """List codes, each once; of many only the first ones."""
    found = list(dict.fromkeys(codes))
    rest = len(found) - FEW
    return dutch.listed(found if rest <= 0 else [*found[:FEW], f"nog {rest}"])


def _about(code: str, rule: str) -> str:
    """Tell what a signal of this rule is about: a request by its round and ministry, a dossier by its code."""
    if rule == "S01":
        return f"thema {code}"
    if rule == "S03":
        return f"oorzaak {_cause_word(code)}"
    return f"uitvraag {code.replace(':', ' aan ')}" if ":" in code else code


def _root_code(root: str) -> str:
    return root.split(" ", 1)[0]


def _root_rule(root: str) -> str:
    return root.rsplit(" ", 1)[-1]


def _root_codes(roots: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(_root_code(root) for root in roots))


def _status_word(status: str) -> str:
    return dutch.word(Status(status))


def _severity_word(severity: str) -> str:
    return dutch.word(Severity(severity))


def _role_word(role: str) -> str:
    return dutch.word(Role(role))


def _cause_word(cause: str) -> str:
    return dutch.word(RootCause(cause))


def _moment(instant: str) -> str:
    return dutch.moment(datetime.fromisoformat(instant))


def _answer(code: str) -> str:
    """Tell what became of the last attempt. Another word than these means that there was no usable answer."""
    if code.isdecimal():
        return f"antwoord {code} van de mailserver"
    if is_of_bounce(code):
        return f"teruggestuurd met code {code}"
    return "het adres klopt niet" if code == INVALID else "geen antwoord van de mailserver"


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "datum": dutch.plain_date,
    "dag": dutch.long_date,
    "vorige_dag": _day_before,
    "moment": _moment,
    "uren": partial(dutch.counted, one="uur", many="uur"),
    "dagen": dutch.days,
    "werkdagen": dutch.working_days,
    "jaren": dutch.years,
    "dossiers": dutch.dossiers,
    "keer": partial(dutch.counted, one="keer", many="keer"),
    "opgaven": partial(dutch.counted, one="opgave", many="opgaven"),
    "uitvragen": partial(dutch.counted, one="uitvraag", many="uitvragen"),
    "opsomming": dutch.listed,
    "voorheen": dutch.with_former,
    "woord": dutch.word,
    "stand": _status_word,
    "rol": _role_word,
    "oorzaak": _cause_word,
    "gewicht": _severity_word,
    "pogingen": partial(dutch.counted, one="poging", many="pogingen"),
    "antwoord": _answer,
    "is_teruggestuurd": is_of_bounce,
    "is_onjuist_adres": partial(eq, INVALID),
    "titel": title_of,
    "kort": dutch.shortened,
    "genoemd": _listed_first,
    "onderwerp": _about,
    "code": _root_code,
    "codes": _root_codes,
    "regel": _root_rule,
}
"""What a text may do with a value."""
