"""Messages as they were approved, and safe whatever somebody else wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.ladders import Rung
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.render.messages import Rendered, Renderer
from ipa_core.reports.bundles import MOST_ROWS, Bundle, SignalItem
from ipa_core.reports.signal_cards import SignalCard, SourceCard, SubjectCard
from tests.render.mail_layouts import KINDS, compile_layout, path_of
from tests.render.message_samples import (
    APPROVED,
    BASE_URL,
    a_bundle,
    a_digest,
    an_ask,
    bundle_of_a_completion_refused,
    bundle_with_escalation,
    bundle_with_request_and_signals,
    full_digest,
    rendered,
)
from tests.render.samples import a_card, a_request, expectations

WCAG_AA = 4.5


def render(bundle: Bundle) -> Rendered:
    return Renderer().render_bundle(bundle)


def an_item(card: SignalCard) -> SignalItem:
    return SignalItem(card=card, reason=NoticeReason.FIRST_TIME)


def cards(count: int, severity: Severity) -> tuple[SignalCard, ...]:
    card = a_card(expectations()["T03"], severity=severity)
    return tuple(
        replace(card, subject=replace(card.subject, code=f"UIT-{number:02}", title="Titel")) for number in range(count)
    )


@pytest.mark.parametrize("name", sorted(path.name for path in APPROVED.iterdir()))
def test_a_message_is_as_it_was_approved(name: str) -> None:
    assert rendered()[name] == (APPROVED / name).read_text(encoding="utf-8")


def test_every_sample_is_approved() -> None:
    assert set(rendered()) == {path.name for path in APPROVED.iterdir()}


@pytest.mark.parametrize(
    ("rung", "slot_on", "subject", "question"),
    [
        (
            Rung.REQUEST,
            date(2026, 2, 6),
            "IPA: uitvraag 2025-Q4, wilt u antwoorden uiterlijk vrijdag 6 maart 2026?",
            "Wilt u uiterlijk vrijdag 6 maart 2026 antwoorden op uitvraag 2025-Q4, voor SZW?",
        ),
        (
            Rung.FIRST_REMINDER,
            date(2026, 2, 20),
            "IPA: herinnering uitvraag 2025-Q4, uiterlijk vrijdag 6 maart 2026",
            "Wilt u uiterlijk vrijdag 6 maart 2026 antwoorden op uitvraag 2025-Q4, voor SZW?",
        ),
        (
            Rung.SECOND_REMINDER,
            date(2026, 3, 3),
            "IPA: herinnering uitvraag 2025-Q4, uiterlijk vrijdag 6 maart 2026",
            "Wilt u uiterlijk vrijdag 6 maart 2026 antwoorden op uitvraag 2025-Q4, voor SZW?",
        ),
        (
            Rung.DUE_TODAY,
            date(2026, 3, 6),
            "IPA: vandaag is de laatste dag voor uitvraag 2025-Q4",
            "Wilt u uiterlijk vandaag, vrijdag 6 maart 2026, antwoorden op uitvraag 2025-Q4, voor SZW?",
        ),
        (
            Rung.DUE_TODAY,
            date(2026, 3, 9),
            "IPA: antwoord op uitvraag 2025-Q4 is te laat, de termijn was vrijdag 6 maart 2026",
            "Wilt u alsnog antwoorden op uitvraag 2025-Q4, voor SZW?",
        ),
        (
            Rung.LATE,
            date(2026, 3, 11),
            "IPA: antwoord op uitvraag 2025-Q4 is te laat, de termijn was vrijdag 6 maart 2026",
            "Wilt u alsnog antwoorden op uitvraag 2025-Q4, voor SZW?",
        ),
        (
            Rung.LATE_WITH_NOTICE,
            date(2026, 3, 13),
            "IPA: antwoord op uitvraag 2025-Q4 is te laat, wilt u antwoorden vóór vrijdag 20 maart 2026?",
            "Wilt u vóór vrijdag 20 maart 2026 alsnog antwoorden op uitvraag 2025-Q4, voor SZW?",
        ),
        (
            Rung.ESCALATION,
            date(2026, 3, 20),
            "IPA: geen antwoord van SZW op uitvraag 2025-Q4",
            "Wilt u SZW bellen, en vragen wat er nodig is om uitvraag 2025-Q4 te beantwoorden?",
        ),
    ],
)
def test_each_rung_asks_one_thing_first(rung: Rung, slot_on: date, subject: str, question: str) -> None:
    escalates_on = date(2026, 3, 20) if rung is Rung.LATE_WITH_NOTICE else None

    message = render(a_bundle(an_ask(rung, NoticeReason.REMINDER, escalates_on=escalates_on), slot_on=slot_on))

    assert message.subject == subject
    assert message.text.split("\n\n")[1] == question
    assert message.text.count("?") == 1
    assert f"{BASE_URL}/verzoeken/2025-Q4/SZW\n" in message.text


def test_who_got_no_form_reads_where_it_is() -> None:
    late = render(a_bundle(an_ask(Rung.LATE, NoticeReason.LATE), role=Role.DEPUTY)).text
    first = render(a_bundle(replace(an_ask(Rung.REQUEST, NoticeReason.FIRST_TIME), is_asked_first=True))).text

    many = replace(a_request(), asked=tuple(f"HUI-{number}" for number in range(MOST_ROWS + 1)))
    large = render(a_bundle(replace(an_ask(Rung.LATE, NoticeReason.LATE), request=many), role=Role.DEPUTY)).text

    place = "Het was een bijlage bij ons eerste bericht over deze uitvraag aan uw ministerie."
    help_wanted = "Mist u het formulier, vraag het dan aan ons."
    assert f"als antwoord op dit bericht. {place} {help_wanted}\n" in late
    assert f"als antwoord op dit bericht. {help_wanted}\n" in first
    assert f"als antwoord op dit bericht. {help_wanted}\n" in large


def test_a_list_by_weight_is_not_announced_as_one_by_dossier() -> None:
    items = tuple(an_item(a_card(expectations()[case])) for case in ("T06", "V01"))

    text = render(a_bundle(signals=items)).text

    assert "Wilt u deze 2 signalen bekijken? Hieronder staat wat er speelt, en wat het oplost.\n" in text


def test_the_most_pressing_request_comes_first() -> None:
    message = render(
        a_bundle(
            an_ask(Rung.REQUEST, NoticeReason.FIRST_TIME),
            an_ask(Rung.LATE, NoticeReason.LATE),
            slot_on=date(2026, 3, 11),
        )
    )

    late = "IPA: antwoord op uitvraag 2025-Q4 is te laat, de termijn was vrijdag 6 maart 2026"
    assert message.subject == f"{late} (en nog 1)"


def test_signals_alone_are_asked_to_be_looked_at() -> None:
    item = an_item(a_card(expectations()["T06"]))

    message = render(a_bundle(signals=(item,)))

    assert message.subject == "IPA: 1 signaal over SZW, zwaarste: hoog"
    assert message.text.split("\n\n")[1].startswith("Wilt u dit signaal bekijken?")


@pytest.mark.parametrize(
    ("role", "greeting"),
    [
        (Role.MAIN, "Beste contactpunt SZW,"),
        (Role.DEPUTY, "Beste vervangend contactpunt SZW,"),
        (Role.COORDINATOR, "Beste coördinator SZW,"),
        (Role.PROJECT_LEAD, "Beste projectleider,"),
        (Role.STEERING_GROUP, "Beste leden van de stuurgroep,"),
    ],
)
def test_the_greeting_is_to_the_role(role: Role, greeting: str) -> None:
    message = render(a_bundle(an_ask(Rung.LATE, NoticeReason.LATE), role=role))

    assert message.text.startswith(f"{greeting}\n")


def test_what_somebody_gave_as_a_reason_is_quoted_as_elsewhere() -> None:
    text = render(bundle_of_a_completion_refused()).text

    assert "De reden: ‘Het bewijs gaat over een ander jaar’. Het dossier staat weer op ‘in uitvoering’." in text


def test_what_others_wrote_is_harmless() -> None:
    title = "Titel\nBcc: iedereen@example.org <script>alert(1)</script> & meer"
    card = a_card(expectations()["V05 note"], title=title)

    bundle = render(a_bundle(an_ask(Rung.REQUEST, NoticeReason.FIRST_TIME), signals=(an_item(card),)))
    digest = Renderer().render_digest(replace(full_digest(), new=(card,), solved=()))

    for message in (bundle, digest):
        assert "<script" not in message.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; meer" in message.html
        assert "\nBcc" not in message.text
        assert "Titel Bcc: iedereen@example.org <script>" in message.text


def test_a_sentence_that_is_filled_before_the_html_is_escaped_in_it() -> None:
    asked = full_digest().decisions[1]
    assert asked.card is not None
    card = replace(asked.card, subject=replace(asked.card.subject, title="<b>vet</b>"))

    message = Renderer().render_digest(a_digest(decisions=(replace(asked, card=card),)))

    assert "&lt;b&gt;vet&lt;/b&gt;?" in message.html
    assert "<b>" not in message.html


def test_a_subject_is_one_short_line_whatever_the_round_is_called() -> None:
    ask = an_ask(Rung.REQUEST, NoticeReason.FIRST_TIME)
    request = replace(ask.request, round="Q\r\nBcc: x@example.org\x00 " + "lang " * 60)

    message = render(a_bundle(replace(ask, request=request)))

    assert message.subject.isprintable()
    assert len(message.subject) <= 120
    assert message.subject.startswith("IPA: uitvraag Q Bcc: x@example.org lang lang")
    assert message.subject.endswith(" lang…")


def test_a_link_keeps_to_the_address_of_the_application() -> None:
    ask = an_ask(Rung.REQUEST, NoticeReason.FIRST_TIME)
    request = replace(ask.request, round='../x?"><b>')

    message = render(replace(a_bundle(replace(ask, request=request)), base_url=f"{BASE_URL}/"))

    assert f'href="{BASE_URL}/verzoeken/..%2Fx%3F%22%3E%3Cb%3E/SZW"' in message.html


def test_html_needs_nothing_from_elsewhere() -> None:
    for name, html in rendered().items():
        if name.endswith(".html"):
            assert '<html lang="nl" ' in html
            assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import", html)
            assert all(address.startswith(BASE_URL) for address in re.findall(r'(?:href|src)="([^"]*)"', html))


def test_many_light_signals_take_one_line_per_theme() -> None:
    digest = a_digest(new=(*cards(2, Severity.MEDIUM), *cards(16, Severity.LOW)))

    text = Renderer().render_digest(digest).text

    assert text.count("[midden] T03 geen planning") == 2
    assert text.count("[laag]") == 1
    assert "[laag] geen planning: UIT-00, UIT-01, UIT-02, UIT-03, " in text
    assert "UIT-14 en UIT-15.\n" in text


def test_a_few_light_signals_are_told_in_full() -> None:
    text = Renderer().render_digest(a_digest(new=cards(15, Severity.LOW))).text

    assert text.count("[laag] T03 geen planning: UIT-") == 15


def test_the_heaviest_signal_and_its_theme_come_first() -> None:
    light, heavy = an_item(cards(1, Severity.MEDIUM)[0]), an_item(a_card(expectations()["T02"]))
    elsewhere = replace(light, card=replace(light.card, subject=replace(light.card.subject, theme="Huisvesting")))

    text = render(a_bundle(signals=(elsewhere, light, heavy))).text

    order = [text.index(part) for part in ("Thema Uitzendsector", "[kritiek]", "[midden]", "Thema Huisvesting")]
    assert order == sorted(order)


def test_a_request_is_named_by_its_round_and_ministry() -> None:
    card = a_card(expectations()["K01"])
    assert card.signal.subject == Subject(kind=SubjectKind.REQUEST, code="2025-Q4:SZW")

    text = Renderer().render_digest(a_digest(new=(card,))).text

    assert "[kritiek] K01 opgave te laat: uitvraag 2025-Q4 aan SZW\n" in text


def test_a_signal_on_a_signal_is_named_by_the_words_of_that_one() -> None:
    late, card = a_card(expectations()["K01"]), a_card(expectations()["M02"])
    about = SubjectCard(code=late.subject.code, title="", theme="", ministries=("BZK",))
    source = SourceCard(rule="K01", subject=Subject(kind=SubjectKind.REQUEST, code="2025-Q4:BZK"), card=about)
    card = replace(card, subject=replace(about, code="K01:2025-Q4:BZK:1", source=source))

    message = render(a_bundle(signals=(an_item(card),)))

    assert message.subject.startswith("IPA: 1 signaal over BZK,")
    assert "M02 escalatie onbeantwoord: opgave te laat, uitvraag 2025-Q4 aan BZK\n" in message.text
    assert "K01:" not in message.text


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"new": cards(2, Severity.MEDIUM)},
            "Dit is uw eerste overzicht. Tot nu toe: 2 nieuw, 0 zwaarder, 0 opgelost.",
        ),
        ({}, "Dit is uw eerste overzicht. Er is nog niets te melden."),
        (
            {"new": cards(2, Severity.MEDIUM), "since_on": date(2026, 2, 9)},
            "Dit is uw eerste overzicht. Sinds het overzicht van 9 februari 2026: 2 nieuw, 0 zwaarder, 0 opgelost.",
        ),
        (
            {"since_on": date(2026, 2, 9)},
            "Dit is uw eerste overzicht. Er veranderde niets sinds het overzicht van 9 februari 2026.",
        ),
    ],
)
def test_the_first_digest_says_that_it_is_the_first(parts: dict[str, object], words: str) -> None:
    digest = a_digest(is_first=True, **parts)

    assert words in Renderer().render_digest(digest).text
    assert words in Renderer().render_post(digest).text


def test_rendering_twice_gives_the_same_words() -> None:
    assert render(bundle_with_request_and_signals()) == render(bundle_with_request_and_signals())
    assert render(bundle_with_escalation()) == render(bundle_with_escalation())


@pytest.mark.parametrize("kind", KINDS)
def test_the_layout_is_compiled_from_its_source(kind: str) -> None:
    assert path_of(kind).read_text("utf-8") == compile_layout(kind)


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    counts = {Severity.CRITICAL: 1, Severity.HIGH: 50, Severity.LOW: 200}

    html = Renderer().render_digest(a_digest(open_by_severity=counts)).html

    assert re.findall(r'<table [^>]*width="(\d+)%"><tr><td bgcolor="(#\w{6})"', html) == [
        ("1", "#7a1205"),
        ("25", "#c8452f"),
        ("100", "#5b8fc7"),
    ]


def test_without_open_signals_there_is_no_bar() -> None:
    assert (
        "bgcolor"
        not in Renderer()
        .render_digest(a_digest())
        .html.partition("Besluiten gevraagd")[0]
        .partition("weekoverzicht")[2]
    )


def test_every_pair_of_colours_can_be_read() -> None:
    html = "".join(text for name, text in rendered().items() if name.endswith(".html"))
    badges = set(re.findall(r"background:(#\w{6});color:(#\w{6})", html))
    inks = {"#1b1b1b", "#154273", "#4a4a4a"}

    assert len(badges) > 3
    assert set(re.findall(r"(?<!-)color:(#\w{6})", html)) - {ink for _, ink in badges} <= inks
    for paper, ink in badges | {(paper, ink) for paper in ("#ffffff", "#eef4fb") for ink in inks}:
        assert contrast(paper, ink) >= WCAG_AA, (paper, ink)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[start:end], 16) / 255 for start, end in pairwise((1, 3, 5, 7))]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
