"""What does a message say? A bundle or a digest as subject, plain text and HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from ipa_core.domain.attachments import AttachmentKind
from ipa_core.domain.ladders import OF_MINISTRY
from ipa_core.domain.organisations import Contact, Role
from ipa_core.domain.severities import Severity
from ipa_core.render import dutch
from ipa_core.render.items import Item, compact, grouped, mentioned, signal_item, upcoming_item
from ipa_core.render.signals import FILTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ipa_core.reports.agendas import AgendaItem, AgendaPoint
    from ipa_core.reports.bundles import Bundle, RequestItem, SignalItem
    from ipa_core.reports.digests import DecisionAsked, Digest

SUBJECT_LENGTH: Final = 120
"""Characters of a subject; mail programs show fewer."""

FEW_CODES: Final = 30
"""Up to this many dossiers are named one by one in a request."""

_CODE: Final = re.compile(r"\b([A-Za-z0-9]{1,10}-[A-Z0-9]{1,10})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One message, ready to be promised. `subject` is one line; `html` is a whole document."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What a request asks of the reader today; the due date may be behind us, also for a first request."""

    item: RequestItem
    link: str
    is_today: bool
    is_past: bool
    question: str
    about: str
    how: str
    has_deadline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A completion that IPA did not take over, and why."""

    code: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A decision asked, with the facts behind it."""

    sentence: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """A decision asked of the stuurgroep."""

    sentence: str
    why: str
    ministries: str
    before_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """How many signals of one severity are open; `share` is the length of the bar in percent of the longest."""

    severity: Severity
    count: int
    share: int


class Renderer:
    """Renders messages with one environment, compiled once."""

    def __init__(self) -> None:
        """Take the shared environment."""
        self._environment = _environment()

    def render_bundle(self, bundle: Bundle) -> Rendered:
        """Put the day's mail to one person into words."""
        signals = [_told(item) for item in bundle.signals]
        mentions = [signal_item(item.card, item.reason) for item in bundle.mentions]
        asks = [_ask(item, bundle) for item in bundle.requests]
        return self._render(
            "bundle",
            title=dutch.one_line(bundle.programme.name),
            bundle=bundle,
            programme=bundle.programme,
            base_url=bundle.base_url,
            greeting=_greeting(bundle.contact),
            roles=dutch.listed(_role(contact) for contact in (bundle.contact, *bundle.other_roles)),
            asks=sorted(asks, key=_urgency, reverse=True),
            count=len(signals),
            heaviest=max((item.severity for item in signals), default=None),
            groups=grouped(signals),
            about=_concerned(bundle),
            solved=[signal_item(item.card, item.reason) for item in bundle.solved if item.refusal is None],
            refused=_refused(bundle.solved, is_to_mend=True),
            about_signals=_sentence(
                "bundle", "about_signals", len(signals), bool(asks), any(item.ahead for item in signals)
            ),
            mentions=mentioned(mentions),
            mention_count=len(mentions),
            passed_on=[_sentence("bundle", "passed_on", item) for item in bundle.passed_on],
            passed_count=sum(len(item.dossiers) for item in bundle.passed_on),
        )

    def render_digest(self, digest: Digest) -> Rendered:
        """Put the weekly digest into words."""
        return self._render(
            "digest",
            title=f"Weekoverzicht {dutch.one_line(digest.programme.name)}",
            digest=digest,
            programme=digest.programme,
            base_url=digest.base_url,
            greeting=_greeting(digest.contact),
            roles=_role(digest.contact),
            changes=_sentence("digest", "changes", digest),
            standing=_sentence("digest", "standing", _standing(digest)),
            bars=_bars(_standing(digest)),
            aside=_sentence("digest", "aside", digest),
            reliability=_sentence("digest", "reliability", digest.reliability),
            questions=[_question(asked) for asked in digest.decisions],
            news=compact(signal_item(card) for card in digest.new),
            worse=compact(signal_item(card) for card in digest.worse),
            solved=[signal_item(card) for card in digest.solved],
            refused=_refused(digest.refused, is_to_mend=False),
            structural=compact(signal_item(card) for card in digest.structural),
            upcoming=compact(upcoming_item(card) for card in digest.upcoming),
            snoozed=[signal_item(card) for card in digest.snoozed],
        )

    def render_agenda(self, item: AgendaItem, *, released_by: str = "") -> str:
        """Put an agenda item for the stuurgroep into words; it is a draft until somebody released it."""
        points = [_point(point) for point in item.points]
        template = self._environment.get_template("messages/agenda/body.txt.jinja")
        return _tidied(template.render(item=item, programme=item.programme, points=points, released_by=released_by))

    def render_post(self, digest: Digest) -> Rendered:
        """Put the weekly digest into a few words for a channel of Teams; they have no HTML."""
        names = {
            "programme": digest.programme,
            "digest": digest,
            "base_url": digest.base_url,
            "changes": _sentence("digest", "changes", digest),
            "standing": _sentence("digest", "standing", _standing(digest)),
            "questions": len(digest.decisions),
        }
        return Rendered(
            subject=_subject(self._fill("digest/subject.txt", {**names, "questions": digest.decisions})),
            text=_tidied(self._fill("post/body.txt", names)),
            html="",
        )

    def _render(self, kind: str, **names: object) -> Rendered:
        return Rendered(
            subject=_subject(self._fill(f"{kind}/subject.txt", names)),
            text=_tidied(self._fill(f"{kind}/body.txt", names)),
            html=self._fill(f"{kind}/body.html", names),
        )

    def _fill(self, name: str, names: Mapping[str, object]) -> str:
        return self._environment.get_template(f"messages/{name}.jinja").render(names)


def _told(item: SignalItem) -> Item:
    """Return the line about a signal, with why it is told now and who is the next to hear of it."""
    return replace(
        signal_item(item.card, item.reason),
        why_now=_sentence("bundle", "why_now", item),
        ahead=_sentence("bundle", "ahead", item),
    )


def _refused(solved: Iterable[SignalItem], *, is_to_mend: bool) -> list[_Refused]:
    """Return each completion that IPA refused, once: more than one signal may have asked something of it."""
    found = {item.card.subject.code: item for item in solved if item.refusal is not None}
    return [
        _Refused(
            code=code,
            name=signal_item(item.card).name,
            sentence=_sentence("bundle", "refused", item, is_to_mend),
        )
        for code, item in found.items()
    ]


def _concerned(bundle: Bundle) -> str:
    """Return the ministries that the signals are about; the reader may be of another organisation."""
    items = (*bundle.signals, *bundle.solved)
    found = dict.fromkeys(code for item in items for code in item.card.subject.ministries)
    return dutch.listed(found) or bundle.organisation.code


def _question(asked: DecisionAsked) -> _Question:
    item = signal_item(asked.card) if asked.card is not None else None
    return _Question(sentence=_sentence("digest", "question", asked, item), why=_sentence("digest", "why", asked, item))


def _point(point: AgendaPoint) -> _Point:
    asked = point.asked
    item = signal_item(asked.card) if asked.card is not None else None
    if item is not None and point.source is not None:
        source = signal_item(point.source)
        item = replace(item, sentence=f"{source.sentence} {item.sentence}", solution=item.solution or source.solution)
    ministries = asked.card.subject.ministries if asked.card is not None else ()
    return _Point(
        sentence=_sentence("agenda", "question", asked, item),
        why=_sentence("agenda", "why", asked, item),
        ministries=dutch.listed(ministries),
        before_on=point.before_on,
    )


def _ask(item: RequestItem, bundle: Bundle) -> _Ask:
    request = item.request
    is_today, is_past = request.due_on == bundle.slot_on, request.due_on < bundle.slot_on
    codes = request.asked if len(request.asked) <= FEW_CODES else ()
    had_form = item.fits_a_form and not item.is_asked_first
    return _Ask(
        item=item,
        link=item.link(bundle.base_url),
        how=_sentence("bundle", "how", bool(bundle.base_url), item.has_attached(AttachmentKind.FORM), had_form),
        has_deadline=item.has_attached(AttachmentKind.DEADLINE),
        is_today=is_today,
        is_past=is_past,
        question=_sentence("bundle", "question", item, is_today, is_past),
        about=_sentence("bundle", "about", item, is_past, codes),
    )


def _standing(digest: Digest) -> list[tuple[Severity, int]]:
    counts = [(severity, digest.open_by_severity.get(severity, 0)) for severity in Severity]
    return [(severity, count) for severity, count in reversed(counts) if count]


def _bars(standing: list[tuple[Severity, int]]) -> list[_Bar]:
    most = max((count for _, count in standing), default=0)
    return [
        _Bar(severity=severity, count=count, share=max(1, round(100 * count / most))) for severity, count in standing
    ]


def _urgency(ask: _Ask) -> int:
    return list(type(ask.item.rung)).index(ask.item.rung)


def _greeting(contact: Contact) -> str:
    role = dutch.word(contact.role)
    if contact.role in OF_MINISTRY:
        return f"{role} {contact.organisation}"
    return f"leden van de {role}" if contact.role is Role.STEERING_GROUP else role


def _role(contact: Contact) -> str:
    role = dutch.word(contact.role)
    return f"{role} van {contact.organisation}" if contact.role in OF_MINISTRY else role


def _sentence(kind: str, name: str, *names: object) -> str:
    """Fill one sentence as plain words.

    Called here and not from the HTML: a macro of a text that is called where HTML is escaped passes for HTML.
    """
    macro = getattr(_environment().get_template(f"messages/{kind}/sentences.jinja").module, name)
    return " ".join(str(macro(*names)).split())


def _subject(text: str) -> str:
    line = dutch.one_line(text)
    return line if len(line) <= SUBJECT_LENGTH else f"{line[: SUBJECT_LENGTH - 1].rsplit(' ', 1)[0]}…"


def _tidied(text: str) -> str:
    """Drop spaces at the ends of lines and empty lines in excess: templates leave both behind."""
    stripped = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", stripped).strip() + "\n"


def _parted(text: str) -> list[str]:
    """Cut the text around its codes, such as `UIT-01`: every second part is one. No line should break inside it."""
    return _CODE.split(text)


def _is_html(name: str | None) -> bool:
    return name is not None and ".html." in name


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ipa_core", "templates/nl"),
        undefined=StrictUndefined,
        autoescape=_is_html,  # noqa: S701 - HTML is escaped, by the name of the template
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.filters.update(
        {
            "delen": _parted,
            "een_regel": dutch.one_line,
            "getal": dutch.number,
            "hoofdletter": dutch.with_capital,
            "signalen": partial(dutch.counted, one="signaal", many="signalen"),
            "berichten": partial(dutch.counted, one="bericht", many="berichten"),
        }
    )
    return environment
