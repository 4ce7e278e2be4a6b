"""Which lines does a message have? Signals and what is about to open, by theme and with the heaviest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.severities import Severity
from ipa_core.domain.updates import RootCause
from ipa_core.render import dutch
from ipa_core.render.decisions import describe_explanation, describe_in_hand, describe_solution
from ipa_core.render.signals import SignalWords, describe, describe_upcoming, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ipa_core.reports.signal_cards import SignalCard, SubjectCard, UpcomingCard

MANY_LOWS: Final = 15
"""More light items than this are told in one line per theme."""

NO_THEME: Final = "Uitvragen, contactpunten en bezorging"
"""The heading above items that belong to no theme."""


MAIL: Final = "Bezorging van berichten"
"""The heading above items about the messages themselves."""

RUNS: Final = "De rondes van de monitor"
"""The heading above items about its schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line about a signal, or about one that is about to open.

    `matter` is what it comes down to: for one on a signal, what that is about. `why_now` is why it is told,
    `ahead` who hears of it next, `explanation` how it was explained, `solution` what was proposed for it, and `in_hand`
    who took it up or put it off; empty where that is not said.
    """

    severity: Severity
    rule: str
    theme: str
    code: str
    name: str
    matter: str
    ministries: tuple[str, ...]
    sentence: str
    card: SignalCard | None = None
    words: SignalWords | None = None
    reason: NoticeReason | None = None
    why_now: str = ""
    ahead: str = ""
    explanation: str = ""
    solution: str = ""
    in_hand: str = ""

    @property
    def title(self) -> str:
        """What the rule is called on screen."""
        return title_of(self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The items of one theme: `full`, heaviest first, and `lights` as rule titles with codes.

    `light` is the severity of the heaviest of `lights`.
    """

    theme: str
    full: tuple[Item, ...]
    light: Severity = Severity.LOW
    lights: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """What is also registered: one rule at one severity, with the dossiers by name, or a sentence for each request."""

    severity: Severity
    rule: str
    title: str
    names: tuple[str, ...]


def signal_item(card: SignalCard, reason: NoticeReason | None = None) -> Item:
    """Return the line about a signal, with the reason why it is told now."""
    words = describe(card)
    return Item(
        severity=card.signal.severity,
        rule=card.signal.rule,
        sentence=words.sentence,
        card=card,
        words=words,
        reason=reason,
        explanation=describe_explanation(card.explained, card.given) if card.explained is not None else "",
        solution=describe_solution(card.solution) if card.solution is not None else "",
        in_hand=describe_in_hand(card.in_hand) if card.in_hand is not None else "",
        **_names(card.signal.subject, card.subject),
    )


def upcoming_item(card: UpcomingCard) -> Item:
    """Return the line about what is about to open or to weigh more."""
    return Item(
        severity=card.step.severity,
        rule=card.expectation.rule,
        sentence=describe_upcoming(card),
        **_names(card.expectation.subject, card.subject),
    )


def _names(subject: Subject, card: SubjectCard) -> dict[str, Any]:
    """Return what a subject is called; a signal by its rule and what it is about."""
    if card.source is None:
        names = _subject_names(subject, card)
        return {**names, "matter": names["name"]}
    names = _subject_names(card.source.subject, card.source.card)
    return {**names, "matter": names["name"], "name": f"{title_of(card.source.rule)}, {names['name']}"}


def _subject_names(subject: Subject, card: SubjectCard) -> dict[str, Any]:
    """Return what a subject is called: a dossier by code and title, a request by its round and ministry."""
    is_request = subject.kind is SubjectKind.REQUEST
    title = dutch.one_line(card.title)
    if subject.kind is SubjectKind.MESSAGE:
        return {"theme": MAIL, "code": card.code, "name": title, "ministries": card.ministries}
    if subject.kind is SubjectKind.RUN:
        return {"theme": RUNS, "code": card.code, "name": title, "ministries": card.ministries}
    if subject.kind is SubjectKind.ROOT_CAUSE:
        name = dutch.word(RootCause(subject.code))
        return {"theme": NO_THEME, "code": name, "name": name, "ministries": card.ministries}
    if subject.kind is SubjectKind.THEME:
        theme = dutch.one_line(subject.code)
        return {"theme": theme, "code": theme, "name": f"thema {theme}", "ministries": card.ministries}
    return {
        "theme": dutch.one_line(card.theme) or NO_THEME,
        "code": subject.code.replace(":", " ") if is_request else card.code,
        "name": f"uitvraag {subject.code.replace(':', ' aan ')}" if is_request else f"{card.code} {title}",
        "ministries": () if is_request else card.ministries,
    }


def grouped(items: Iterable[Item]) -> list[Group]:
    """Return the items by theme, heaviest first; the theme with the heaviest item comes first."""
    return [Group(theme=theme, full=tuple(found)) for theme, found in _by_theme(items).items()]


def compact(items: Iterable[Item]) -> list[Group]:
    """Return the same, with one line per theme for the items below medium when there are many of them."""
    listed = list(items)
    if sum(item.severity < Severity.MEDIUM for item in listed) <= MANY_LOWS:
        return grouped(listed)
    return [_light_group(theme, found) for theme, found in _by_theme(listed).items()]


def _light_group(theme: str, items: Sequence[Item]) -> Group:
    """Split the items, sorted by weight, at medium."""
    full = tuple(item for item in items if item.severity >= Severity.MEDIUM)
    rest = items[len(full) :]
    light = rest[0].severity if rest else Severity.LOW
    return Group(theme=theme, full=full, light=light, lights=_lights(rest))


def mentioned(items: Iterable[Item]) -> list[Mention]:
    """Return the items by severity and rule, heaviest first."""
    found: dict[tuple[Severity, str], list[Item]] = {}
    for item in sorted(items, key=lambda item: (-item.severity.weight, item.rule)):
        found.setdefault((item.severity, item.rule), []).append(item)
    return [
        Mention(severity=severity, rule=rule, title=title_of(rule), names=tuple(map(_mention, same)))
        for (severity, rule), same in found.items()
    ]


def _mention(item: Item) -> str:
    """Return the name of a dossier; of a request the sentence, which names the dossiers it is about."""
    is_request = item.card is not None and item.card.signal.subject.kind is SubjectKind.REQUEST
    return item.sentence if is_request else item.name


def _by_theme(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Sort by theme, heaviest first; what the reader heard before comes after what is new or worse."""
    themes: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.reason is NoticeReason.REPEAT, -item.severity.weight)):
        themes.setdefault(item.theme, []).append(item)
    return themes


def _lights(items: Sequence[Item]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    codes: dict[str, list[str]] = {}
    for item in items:
        codes.setdefault(item.title, []).append(item.code)
    return tuple((title, tuple(found)) for title, found in codes.items())
