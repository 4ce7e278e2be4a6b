"""Bundles and digests to put into words.

`python -m tests.render.message_samples` writes the approved samples anew; read the difference before you keep it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from ipa_core.domain.attachments import Attachment, AttachmentKind
from ipa_core.domain.decisions import Decision, DecisionKind
from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import at_time
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.organisations import Contact, Organisation, Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import SignalState
from ipa_core.domain.updates import Status
from ipa_core.render.messages import Renderer
from ipa_core.reports.bundles import Bundle, PassedOn, RequestItem, SignalItem
from ipa_core.reports.digests import AskedKind, DecisionAsked, Digest, Reliability
from ipa_core.reports.signal_cards import SignalCard
from tests.render.samples import (
    CARETAKER,
    PROGRAMME,
    SLOT_ON,
    VANISHED,
    a_card,
    a_dossier,
    a_request,
    an_upcoming,
    an_update,
    expectations,
    expected,
)

APPROVED = Path(__file__).parent / "approved"

BASE_URL = "https://ipa.example"

SZW = Organisation(code="SZW", name="Ministerie van Sociale Zaken en Werkgelegenheid")
BZK = Organisation(code="BZK", name="Ministerie van Binnenlandse Zaken en Koninkrijksrelaties")
VRO = Organisation(code="VRO", name="Ministerie van Volkshuisvesting en Ruimtelijke Ordening")
IPA = Organisation(code="IPA", name="Interdepartementaal Project Arbeidsmigranten", kind="project")


def a_contact(role: Role = Role.MAIN, organisation: str = "SZW") -> Contact:
    return Contact(organisation=organisation, name="", email="szw-main@ministerie.example", role=role)


def an_ask(rung: Rung, reason: NoticeReason, *, escalates_on: date | None = None) -> RequestItem:
    return RequestItem(request=a_request(), organisation=SZW, rung=rung, reason=reason, escalates_on=escalates_on)


def a_bundle(*requests: RequestItem, slot_on: date = SLOT_ON, role: Role = Role.MAIN, **parts: object) -> Bundle:
    organisation = IPA if role is Role.PROJECT_LEAD else SZW
    return Bundle(
        programme=PROGRAMME,
        contact=a_contact(role, organisation.code),
        organisation=organisation,
        slot_on=slot_on,
        base_url=BASE_URL,
        requests=requests,
        **parts,  # type: ignore[arg-type] # the caller names the fields
    )


def a_digest(**parts: object) -> Digest:
    facts: dict[str, object] = {
        "programme": PROGRAMME,
        "contact": a_contact(Role.AANJAGER, "IPA"),
        "period": "2026-W08",
        "slot_on": SLOT_ON,
        "base_url": BASE_URL,
        "open_by_severity": {},
        "reliability": Reliability(handed_over=0, waiting=0, failed=0, overtaken=0, missed=0),
    }
    return Digest(**{**facts, **parts})  # type: ignore[arg-type] # the caller names the fields


def bundle_with_request_and_signals() -> Bundle:
    cases = expectations()
    first = NoticeReason.FIRST_TIME
    vanished = expected("T06", a_dossier(*VANISHED, code="HUI-02"))
    files = tuple(Attachment(name=f"{kind}.x", kind=kind, content=b"x") for kind in AttachmentKind)
    return a_bundle(
        replace(an_ask(Rung.REQUEST, first), attachments=files),
        signals=(
            SignalItem(card=a_card(cases["T04"], dependents=("UIT-02", "UIT-03"), context=(CARETAKER,)), reason=first),
            SignalItem(card=a_card(cases["V01"]), reason=NoticeReason.CAME_BACK),
            SignalItem(card=a_card(vanished), reason=first),
        ),
        mentions=tuple(
            SignalItem(card=a_card(cases[case]), reason=NoticeReason.MENTION) for case in ("T03", "K02 several")
        ),
    )


def bundle_with_notice() -> Bundle:
    return a_bundle(
        an_ask(Rung.LATE_WITH_NOTICE, NoticeReason.LATE, escalates_on=date(2026, 3, 20)),
        slot_on=date(2026, 3, 13),
        role=Role.COORDINATOR,
    )


def bundle_with_escalation() -> Bundle:
    return a_bundle(an_ask(Rung.ESCALATION, NoticeReason.ESCALATION), slot_on=date(2026, 3, 20), role=Role.PROJECT_LEAD)


def bundle_of_a_date_that_moved() -> Bundle:
    """Write a reminder that tells of another last day, and a message about one that passed meanwhile."""
    ahead = an_ask(Rung.SECOND_REMINDER, NoticeReason.DATE_MOVED)
    past = an_ask(Rung.LATE, NoticeReason.LATE)
    return a_bundle(
        replace(ahead, moved_from=date(2026, 3, 2)),
        replace(past, request=a_request("2025-Q3", due_on=date(2026, 1, 30)), moved_from=date(2026, 1, 16)),
    )


def bundle_for_the_successor() -> Bundle:
    """Write what the new ministry reads: a request that grew, and a signal that came along."""
    taken_over = NoticeReason.TAKEN_OVER
    request = replace(a_request(), asked=("UIT-01", "UIT-02", "HUI-02"))
    return a_bundle(
        RequestItem(
            request=request,
            organisation=SZW,
            rung=Rung.TAKEN_OVER,
            reason=taken_over,
            gained=("UIT-02", "HUI-02"),
            is_asked_first=True,
        ),
        signals=(SignalItem(card=a_card(expectations()["T04"]), reason=taken_over),),
    )


def bundle_for_the_predecessor() -> Bundle:
    """Write what the former ministry reads."""
    return a_bundle(
        passed_on=(
            PassedOn(organisation=BZK, dossiers=("HUI-02", "UIT-02"), rounds=("2025-Q4",), signal_count=1),
            PassedOn(organisation=VRO, dossiers=("POS-02",), signal_count=2),
        )
    )


def bundle_on_the_ladder() -> Bundle:
    """Write what a main contact reads of signals on their rungs."""
    cases = expectations()
    weighs_more = a_card(cases["T02"], severity=Severity.CRITICAL)
    solved = a_card(cases["T06"], state=SignalState.RESOLVED, resolved_on=date(2026, 2, 11))
    return a_bundle(
        signals=(
            SignalItem(
                card=a_card(cases["T04"]),
                reason=NoticeReason.REPEAT,
                turn=2,
                turns=4,
                next_role=Role.PROJECT_LEAD,
                next_on=date(2026, 3, 6),
            ),
            SignalItem(card=weighs_more, reason=NoticeReason.WORSE),
            SignalItem(card=a_card(cases["V01"]), reason=NoticeReason.SNOOZE_ENDED),
        ),
        solved=(SignalItem(card=solved, reason=NoticeReason.SOLVED),),
    )


def bundle_for_the_coordinator() -> Bundle:
    item = SignalItem(
        card=a_card(expectations()["T04"]),
        reason=NoticeReason.UNACKNOWLEDGED,
        next_role=Role.PROJECT_LEAD,
        next_on=date(2026, 3, 6),
    )
    return a_bundle(signals=(item,), role=Role.COORDINATOR)


def bundle_for_the_projectleider() -> Bundle:
    """Write what the projectleider reads of a signal that nobody took up, and of one that is critical."""
    cases = expectations()
    return a_bundle(
        signals=(
            SignalItem(
                card=a_card(cases["T04"]),
                reason=NoticeReason.ESCALATION,
                next_role=Role.AANJAGER,
                next_on=date(2026, 4, 7),
            ),
            SignalItem(card=a_card(cases["T02"], severity=Severity.CRITICAL), reason=NoticeReason.CRITICAL),
        ),
        role=Role.PROJECT_LEAD,
    )


def bundle_of_a_completion_refused() -> Bundle:
    """IPA refused one completion, about which two signals stood open; another signal is solved all the same."""
    cases = expectations()
    claimed = [
        a_card(cases[rule], state=SignalState.RESOLVED, resolved_on=date(2026, 2, 11)) for rule in ("G01", "G02")
    ]
    solved = a_card(cases["T06"], state=SignalState.RESOLVED, resolved_on=date(2026, 2, 11))
    refusal = Decision(
        seq=1,
        kind=DecisionKind.REFUSE,
        at=at_time(date(2026, 2, 11), 12),
        dossier="UIT-01",
        by="projectleider@ipa.example",
        organisation="IPA",
        reason="Het bewijs gaat over een ander jaar.",
    )
    ended = SignalItem(card=solved, reason=NoticeReason.SOLVED)
    refused = [replace(ended, card=card, refusal=refusal, is_refused_still=True) for card in claimed]
    return a_bundle(solved=(*refused, ended))


def bundle_of_what_is_solved() -> Bundle:
    card = a_card(expectations()["T06"], state=SignalState.RESOLVED, resolved_on=date(2026, 2, 11))
    return a_bundle(solved=(SignalItem(card=card, reason=NoticeReason.SOLVED),))


def put_off(card: SignalCard) -> SignalCard:
    decision = Decision(
        seq=2,
        kind=DecisionKind.SNOOZE,
        at=at_time(date(2026, 2, 11), 12),
        dossier="UIT-01",
        signal=card.signal.id,
        by="szw-main@ministerie.example",
        organisation="SZW",
        reason="De Kamer beslist in maart.",
        until=date(2026, 2, 27),
    )
    return replace(card, in_hand=decision)


def full_digest() -> Digest:
    cases = expectations()
    dropped = expected("R02", a_dossier(an_update(date(2026, 2, 10), status=Status.DROPPED), code="POS-02"))
    solved = a_card(cases["T06"], state=SignalState.RESOLVED, resolved_on=date(2026, 2, 11))
    return a_digest(
        open_by_severity={Severity.CRITICAL: 1, Severity.HIGH: 4, Severity.MEDIUM: 7, Severity.LOW: 12},
        new=(
            a_card(cases["V05 note"], dependents=("UIT-02",)),
            a_card(dropped),
            a_card(cases["O05"], severity=Severity.LOW),
        ),
        worse=(a_card(cases["T02"]),),
        solved=(solved,),
        refused=tuple(item for item in bundle_of_a_completion_refused().solved if item.refusal is not None),
        structural=(a_card(cases["V01"]),),
        upcoming=(an_upcoming(cases["K01"]), an_upcoming(cases["T07"], cases["T07"].steps[1])),
        decisions=(
            DecisionAsked(kind=AskedKind.CALL_MINISTRY, request=a_request(due_on=date(2026, 1, 16)), holder="SZW"),
            DecisionAsked(kind=AskedKind.REBASELINE, card=a_card(cases["T04"])),
            DecisionAsked(kind=AskedKind.ACCEPT_EXPLANATION, card=a_card(dropped)),
            DecisionAsked(kind=AskedKind.CALL_ABOUT_SIGNAL, card=a_card(cases["V01"]), others=2),
        ),
        snoozed=(put_off(a_card(cases["T03"], state=SignalState.SNOOZED)),),
        waiting=3,
        reliability=Reliability(handed_over=1204, waiting=1, failed=2, overtaken=4, missed=3),
    )


def rendered() -> dict[str, str]:
    """Return every approved sample by the name of its file."""
    renderer = Renderer()
    messages = {
        "bundle_request_and_signals": renderer.render_bundle(bundle_with_request_and_signals()),
        "bundle_late_with_notice": renderer.render_bundle(bundle_with_notice()),
        "bundle_escalation": renderer.render_bundle(bundle_with_escalation()),
        "bundle_date_moved": renderer.render_bundle(bundle_of_a_date_that_moved()),
        "bundle_taken_over": renderer.render_bundle(bundle_for_the_successor()),
        "bundle_on_the_ladder": renderer.render_bundle(bundle_on_the_ladder()),
        "bundle_coordinator": renderer.render_bundle(bundle_for_the_coordinator()),
        "bundle_projectleider": renderer.render_bundle(bundle_for_the_projectleider()),
        "bundle_completion_refused": renderer.render_bundle(bundle_of_a_completion_refused()),
        "bundle_solved": renderer.render_bundle(bundle_of_what_is_solved()),
        "bundle_passed_on": renderer.render_bundle(bundle_for_the_predecessor()),
        "digest_full": renderer.render_digest(full_digest()),
        "digest_quiet": renderer.render_digest(a_digest()),
        "post_full": renderer.render_post(full_digest()),
        "post_quiet": renderer.render_post(a_digest()),
    }
    texts = {f"{name}.txt": f"Onderwerp: {message.subject}\n\n{message.text}" for name, message in messages.items()}
    shapes = (
        "bundle_completion_refused",
        "bundle_request_and_signals",
        "bundle_on_the_ladder",
        "bundle_passed_on",
        "digest_full",
    )
    return {**texts, **{f"{name}.html": messages[name].html for name in shapes}}


if __name__ == "__main__":
    APPROVED.mkdir(exist_ok=True)
    for name, text in rendered().items():
        (APPROVED / name).write_text(text, encoding="utf-8")
