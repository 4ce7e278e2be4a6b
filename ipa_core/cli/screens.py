"""What the commands print for people: plain Dutch lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ipa_core.cli.forecasts import forecasts_lines
from ipa_core.domain.ladders import PAUSING, Rung
from ipa_core.domain.moments import day_of
from ipa_core.domain.notices import NoticeReason
from ipa_core.domain.severities import Severity
from ipa_core.render.decisions import describe_explanation, describe_in_hand, describe_solution
from ipa_core.render.dutch import MESSAGE_WORDS, clock_time, counted, long_date, plain_date, with_capital, word
from ipa_core.render.receipts import HEADLINES
from ipa_core.render.signals import describe, describe_upcoming, title_of
from ipa_core.render.timelines import describe_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ipa_core.cli.runs import RunReport
    from ipa_core.reports.message_lines import MessageLine
    from ipa_core.reports.signal_cards import SignalCard, UpcomingCard
    from ipa_core.reports.timelines import DossierTimeline
    from ipa_core.usecases.load_programme import LoadSummary
    from ipa_core.usecases.replay_history import Replay

MOST = 12
"""Signals that a run prints in full; the rest is counted."""

QUEUED = ("queued", "retrying", "sending")


def run_lines(report: RunReport, *, waiting_files: int = 0) -> list[str]:
    """Tell what came in, what opened, worsened and was solved, and which messages went where."""
    from ipa_core.domain.moments import Moment

    moment = Moment(at=report.run.at)
    lines = [f"Ronde van de monitor op {long_date(moment.on)}, {clock_time(report.run.at)}"]
    if report.is_rehearsal:
        lines.append("Dit is een proef: er is niets opgeslagen en niets verstuurd.")
        if waiting_files:
            lines.append(f"In de inbox ligt nog: {counted(waiting_files, 'bestand', 'bestanden')}. Dat telt niet mee.")
    if report.run.loaded:
        lines.append(f"Het meegeleverde programma {report.run.loaded} is geladen.")
    came = [*_round_lines(report), *_receipt_lines(report)]
    lines += ["", *came, ""] if came else [""]
    lines += _signal_section("Nieuw", report.new)
    lines += _signal_section("Zwaarder", report.worse)
    lines += _signal_section("Opgelost", report.solved)
    if report.passed:
        lines.append(f"Geopend en weer opgelost vóór deze ronde: {counted(report.passed, 'signaal', 'signalen')}.")
    verb = "staat" if report.open_signals == 1 else "staan"
    standing = f"Er {verb} nu {counted(report.open_signals, 'signaal', 'signalen')} open."
    lines += [standing, "", *_message_section(report)]
    if report.mail_folder:
        lines += ["", f"Berichten staan in: {report.mail_folder}"]
    if not report.is_rehearsal:
        lines.append("Bekijk daarna: ipa signals")
    return lines


def load_line(summary: LoadSummary) -> str:
    """Tell what a load changed."""
    return (
        f"Programma {summary.programme}: {summary.new} nieuw, {summary.changed} gewijzigd, "
        f"{summary.unchanged} ongewijzigd."
    )


def signal_lines(cards: Sequence[SignalCard]) -> list[str]:
    """List signals, those that wait for another dossier under their root."""
    if not cards:
        return ["Er staan geen signalen open."]
    lines: list[str] = []
    free = [card for card in cards if not card.signal.folded_under]
    for card in free:
        lines += _signal_block(card)
    waiting = len(cards) - len(free)
    if waiting:
        roots = Counter(root for card in cards for root in card.signal.folded_under)
        shown = ", ".join(f"{root} ({count})" for root, count in roots.items())
        lines.append(f"Nog {counted(waiting, 'signaal', 'signalen')} van dossiers die wachten op: {shown}.")
    lines.append("Uitleg bij één signaal: ipa explain KENMERK")
    return lines


def explain_lines(card: SignalCard) -> list[str]:
    """Explain one signal."""
    words, signal = describe(card), card.signal
    solved = [f"Opgelost op:   {plain_date(signal.resolved_on)}"] if signal.resolved_on else []
    folded = [f"Valt onder:    {', '.join(signal.folded_under)}"] if signal.folded_under else []
    structural = ["Structureel:   alle herhalingen zijn verstuurd"] if card.is_structural else []
    in_hand = [f"Behandeling:   {describe_in_hand(card.in_hand)}"] if card.in_hand else []
    explained = ["", describe_explanation(card.explained, card.given)] if card.explained else []
    solution = ["", describe_solution(card.solution)] if card.solution else []
    return [
        f"{with_capital(words.title)}: {card.subject.code} {card.subject.title}",
        words.sentence,
        "",
        f"Kenmerk:       {signal.id}",
        f"Gewicht:       {word(signal.severity)}",
        f"Sinds:         {plain_date(signal.opened_on)}",
        *solved,
        f"Ministerie:    {', '.join(card.subject.ministries) or 'geen'}",
        *folded,
        *structural,
        *in_hand,
        "",
        "De som:",
        *(f"- {line}" for line in words.sums),
        "",
        f"De drempel: {words.threshold}",
        *(f"Context: {line}" for line in words.context),
        *([f"Hierop wachten: {', '.join(card.dependents)}"] if card.dependents else []),
        "",
        "De bronnen:",
        *_sources(card),
        "",
        words.resolves_when,
        words.unless,
        *explained,
        *solution,
    ]


def upcoming_lines(cards: Sequence[UpcomingCard]) -> list[str]:
    """List what breaks next."""
    return [
        f"{card.step.on.isoformat()}  {word(card.step.severity):8} {card.subject.code:14} {describe_upcoming(card)}"
        for card in cards
    ] or ["Er breekt niets in deze periode."]


def state_of(typed: str | None) -> str | None:
    """Return the state of which somebody typed the word that is on the screen; anything else as it is."""
    # What is promised is shown as its message stands.
    words = {said: state for state, said in MESSAGE_WORDS.items() if state != "promised"}
    return words.get(typed.casefold(), typed) if typed is not None else None


def message_lines(lines: Sequence[MessageLine]) -> list[str]:
    """List notices, one line each, by the day on which each went or is planned to go: to whom, about what, and why."""

    def shown_on(line: MessageLine) -> date:
        return day_of(line.handed_over_at) if line.handed_over_at is not None else line.planned_on

    return [
        f"{shown_on(line).isoformat()}  {MESSAGE_WORDS[line.state]:14} {line.recipient or 'niemand'}: {_said(line)}"
        + (f"  ({line.why_not})" if line.why_not else "")
        + (f"  (niet zeker of het eerder al ging: {line.doubt})" if line.is_doubtful else "")
        for line in sorted(lines, key=lambda line: (line.programme, shown_on(line)))
    ] or ["Er zijn geen berichten."]


def _said(line: MessageLine) -> str:
    """Say what a notice is about, which step it is and why it is taken, unless the step says that."""
    round_code, _, ministry = line.about.rpartition(":")
    said = {"request": f"uitvraag {round_code} aan {ministry}", "digest": f"weekoverzicht {line.about}"}.get(
        line.kind, line.about
    )
    rung = Rung(line.rung)
    step = f"{word(rung)} ({rung.value})" if rung in PAUSING else word(rung)
    for found in (step, word(NoticeReason(line.reason)) if line.reason else ""):
        said = said if found in said else f"{said}, {found}"
    return said


def dossier_lines(timeline: DossierTimeline) -> list[str]:
    """Show one dossier as a timeline."""
    dossier = timeline.dossier
    planned = plain_date(dossier.planned_on) if dossier.planned_on else "geen"
    first = plain_date(dossier.first_planned_on) if dossier.first_planned_on else "geen"
    progress = f"{dossier.progress}%" if dossier.progress is not None else "niet opgegeven"
    origin = {"reconstructed": "gereconstrueerd", "sourced": "uit een bron"}.get(
        dossier.recommendation.provenance, dossier.recommendation.provenance
    )
    return [
        f"{dossier.code} {dossier.recommendation.title}",
        f"Thema: {dossier.recommendation.theme}. Trekker: {timeline.lead or 'geen'}.",
        f"Stand: {word(dossier.status)}, voortgang {progress}.",
        f"Planning: {planned} (eerste planning: {first}).",
        *([f"Herkomst van deze rij: {origin}."] if origin else []),
        "",
        *(f"{event.on.isoformat()}  {describe_event(event)}" for event in timeline.events),
    ]


def replay_lines(replay: Replay) -> list[str]:
    """Show the replayed signals of medium and up, and the score."""
    heavy = [one for one in replay.signals if one.severity >= Severity.MEDIUM]
    lines = [
        f"{one.opened_on.isoformat()}  {one.resolved_on.isoformat() if one.resolved_on else 'open      '}  "
        f"{one.rule}  {one.dossier:8} {word(one.severity)}"
        for one in heavy
    ]
    lines.append(f"En {counted(len(replay.signals) - len(heavy), 'signaal', 'signalen')} die minder wegen dan midden.")
    score = replay.score
    if score is not None:
        lines += [
            "",
            f"Gevonden: {score.found} van {score.known} bekende knelpunten.",
            f"Gemist: {', '.join(score.missed) or 'geen'}.",
            f"Ten onrechte gemeld: {', '.join(score.flagged_controls) or 'geen'} (van {score.controls} controles).",
            f"Dagen vóór de publieke datum (mediaan): {score.median_lead_days}.",
            "Een hoge score betekent: de monitor is het eens met het publieke verhaal. Zij voorspelt niets.",
        ]
    return [*lines, "", *forecasts_lines(replay.forecasts)]


def _round_lines(report: RunReport) -> Iterator[str]:
    for one in report.run.programmes:
        if one.opened_round is not None:
            opened = one.opened_round
            asked = ", ".join(request.organisation for request in opened.requests)
            yield (
                f"Uitvraag {opened.round.code} is geopend voor {asked or 'niemand'}. "
                f"Antwoorden kan tot en met {long_date(opened.round.due_on)}."
            )


def _receipt_lines(report: RunReport) -> list[str]:
    if not report.is_collected:
        return []
    if not report.run.receipts:
        return ["Er zijn geen nieuwe opgaven binnengekomen."]
    return [f"{receipt.name}: {HEADLINES[receipt.outcome]}" for receipt in report.run.receipts]


def _signal_section(title: str, cards: Sequence[SignalCard]) -> list[str]:
    if not cards:
        return []
    shown = [card for card in cards if card.signal.severity >= Severity.MEDIUM and not card.signal.folded_under]
    lines = [f"{title}: {counted(len(cards), 'signaal', 'signalen')} ({_by_severity(cards)})"]
    lines += [
        f"  {word(card.signal.severity):8} {card.subject.code:14} {describe(card).sentence}" for card in shown[:MOST]
    ]
    folded = sum(bool(card.signal.folded_under) for card in cards)
    rest = len(cards) - len(shown[:MOST]) - folded
    if rest:
        told = {card.signal.id for card in shown[:MOST]}
        by_rule = Counter(
            title_of(c.signal.rule) for c in cards if c.signal.id not in told and not c.signal.folded_under
        )
        names = ", ".join(f"{count} {title}" for title, count in by_rule.most_common())
        lines.append(f"  En nog {counted(rest, 'signaal', 'signalen')} ({names}); zie: ipa signals")
    if folded:
        lines.append(f"  {counted(folded, 'signaal', 'signalen')} van dossiers die op een ander dossier wachten")
    return lines


def _by_severity(cards: Iterable[SignalCard]) -> str:
    counts = Counter(card.signal.severity for card in cards)
    return ", ".join(f"{counts[one]} {word(one)}" for one in reversed(Severity) if counts[one])


def _message_section(report: RunReport) -> list[str]:
    """Tell what went in this run, and what is queued and when it goes."""
    handed_over = {key for one in report.run.programmes for key in one.dispatch.messages}
    went = [line for line in report.messages if line.message in handed_over]
    queued = [line for line in report.messages if line.state in QUEUED]
    lines: list[str] = []
    if went:
        mails = {line.message: line for line in went}
        lines.append(f"Afgegeven: {counted(len(mails), 'bericht', 'berichten')}")
        lines += [f"  aan {line.recipient}: {line.subject}" for line in mails.values()]
    if queued:
        mails = {line.message: line for line in queued}
        lines.append(f"Klaargezet: {counted(len(mails), 'bericht', 'berichten')}")
        lines += [f"  aan {line.recipient}: {line.subject}; {_goes(line)}" for line in mails.values()]
    lines += [*_dead_lines(report), *_stopped_lines(report)]
    if not lines:
        lines.append("Er zijn geen berichten verstuurd of klaargezet.")
    return lines


def _dead_lines(report: RunReport) -> list[str]:
    """Tell which messages will not arrive, why, and what to do."""
    died = {key for one in report.run.programmes for key in one.dispatch.died}
    mails = {line.message: line for line in report.messages if line.message in died}
    if not mails:
        return []
    return [
        f"Niet bezorgd: {counted(len(mails), 'bericht', 'berichten')}",
        *(f"  aan {line.recipient}: {line.subject}; {line.why_not}" for line in mails.values()),
        "  Controleer het adres in contacts.csv. Alles op een rij: ipa messages --state dead",
    ]


def _stopped_lines(report: RunReport) -> list[str]:
    """Tell why the rest of the messages waits for a later round."""
    return [
        f"Het versturen is gestopt: {word(one.dispatch.stopped)}. De rest wacht op een volgende ronde."
        for one in report.run.programmes
        if one.dispatch.stopped is not None
    ]


def _goes(line: MessageLine) -> str:
    if line.due_at is None:
        return "gaat zo uit"
    verb = "wordt opnieuw geprobeerd" if line.state == "retrying" else "gaat uit"
    return f"{verb} op {long_date(day_of(line.due_at))}, {clock_time(line.due_at)}"


def _signal_block(card: SignalCard) -> list[str]:
    words, mark = describe(card), f"Kenmerk: {card.signal.id}"
    lines = [
        f"{word(card.signal.severity).upper():8} {words.title}: {card.subject.code} {card.subject.title}",
        f"         {words.sentence}",
    ]
    since = f"         Sinds {plain_date(card.signal.opened_on)}"
    if card.signal.resolved_on:
        return [*lines, f"{since}, opgelost op {plain_date(card.signal.resolved_on)}.", f"         {mark}", ""]
    lines.append(f"{since}. {words.resolves_when}")
    if card.dependents:
        lines.append(f"         Hierop wachten: {', '.join(card.dependents)}.")
    if card.is_structural:
        lines.append("         Structureel: alle herhalingen zijn verstuurd.")
    if card.in_hand:
        lines.append(f"         {describe_in_hand(card.in_hand)}")
    if card.explained:
        lines.append(f"         {describe_explanation(card.explained, card.given)}")
    if card.solution:
        lines.append(f"         {describe_solution(card.solution)}")
    return [*lines, f"         {mark}", ""]


def _sources(card: SignalCard) -> list[str]:
    found = dict.fromkeys(item.source for item in card.expectation.evidence if item.source)
    return [f"- {source}" for source in found] or ["- het register en de kalender van het programma"]
