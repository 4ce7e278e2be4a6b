"""The words for what a person decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.decisions import DecisionKind
from ipa_core.render.dutch import one_line, plain_date, shortened, with_capital, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.solutions import Solution

_WORDS: Mapping[DecisionKind, str] = {
    DecisionKind.ACKNOWLEDGE: "signaal {rule} opgepakt tot en met {until}: {next_step}",
    DecisionKind.SNOOZE: "signaal {rule} uitgesteld tot en met {until}",
    DecisionKind.EXPLAIN: "uitleg bij signaal {rule} {accepted}, tot en met {until}",
    DecisionKind.VERIFY: "afronding bevestigd",
    DecisionKind.REFUSE: "afronding geweigerd",
    DecisionKind.ADOPT: "besluit van het kabinet: {adoption}",
    DecisionKind.DROP: "ingetrokken",
    DecisionKind.REBASELINE: "nieuwe eerste planning: {planned_on}",
    DecisionKind.ANSWER: "hulpvraag beantwoord",
    DecisionKind.PROPOSE: "oplossing {solution} voorgesteld bij signaal {rule}: {next_step}; {owner} voert dit "
    "uiterlijk op {planned_on} uit, terugkijken op {review_on}",
    DecisionKind.REPLAN: "oplossing {solution} krijgt een nieuwe datum: {planned_on}",
    DecisionKind.DONE: "oplossing {solution} uitgevoerd",
}


_IN_HAND: Mapping[DecisionKind, str] = {DecisionKind.ACKNOWLEDGE: "opgepakt", DecisionKind.SNOOZE: "uitgesteld"}


def describe_in_hand(decision: Decision) -> str:
    """Tell who has a signal in hand, until when, and what comes next; persons are not named."""
    act = with_capital(f"{_IN_HAND[decision.kind]} door {decision.organisation}")
    until = f" tot en met {plain_date(decision.until)}" if decision.until else ""
    step = shortened(one_line(decision.next_step)).rstrip(".")
    return f"{act}{until}." + (f" Volgende stap: {step}." if step else "")


def describe_solution(solution: Solution) -> str:
    """Tell what was proposed for a signal, who carries it out, and by when, or when that was reported; in no tense."""
    what = with_capital(shortened(one_line(solution.proposal.next_step))).rstrip(".!?")
    if solution.done is None:
        how = f"Uitvoering door {solution.owner}, uiterlijk op {plain_date(solution.planned_on)}."
        return f"Voorgestelde oplossing ({solution.code}): {what}. {how}"
    reported_on, review_on = plain_date(solution.done.on), plain_date(solution.review_on)
    return (
        f"Oplossing ({solution.code}): {what}. Uitgevoerd door {solution.owner}, gemeld op {reported_on}. "
        f"Terugkijken: {review_on}."
    )


def describe_explanation(decision: Decision, given: Decision | None = None) -> str:
    """Tell how a signal was explained, until when that holds, and whether it counts; `given` is what was accepted."""
    until = f" tot en met {plain_date(decision.until)}" if decision.until else ""
    if given is not None:
        return f"Uitleg van {given.organisation}: {_why(given)}. Aanvaard{until}: {_why(decision)}."
    holds = f", geldig{until}" if until else ""
    if decision.is_accepted:
        return f"Aanvaarde uitleg{holds}: {_why(decision)}."
    return f"Uitleg van {decision.organisation}{holds}: {_why(decision)}. Nog niet aanvaard door het projectteam."


def _why(decision: Decision) -> str:
    return shortened(one_line(decision.reason)).rstrip(".!?")


def describe_acceptance(decision: Decision) -> list[str]:
    """Tell who gave an explanation when that counts, and by which command; nothing of any other decision."""
    if decision.is_accepted:
        return []
    return [
        "De uitleg telt nog niet mee. Het projectteam, de projectleider of de bestuurlijk aanjager aanvaardt hem met:",
        f"  ipa decide explain {decision.signal} --until {decision.until} --by ADRES --reason TEKST",
    ]


def describe_decision(decision: Decision) -> str:
    """Return one line: what, by which organisation, and why; persons are not named."""
    act = _WORDS[decision.kind].format(
        rule=decision.rule,
        until=plain_date(decision.until) if decision.until else "",
        next_step=decision.next_step.rstrip("."),
        accepted="aanvaard" if decision.is_accepted else "gegeven",
        adoption=word(decision.adoption) if decision.adoption else "",
        planned_on=plain_date(decision.planned_on) if decision.planned_on else "",
        solution=decision.solution,
        owner=decision.owner,
        review_on=plain_date(decision.review_on) if decision.review_on else "",
    )
    return f"{act}, door {decision.organisation}. Reden: {decision.reason}"
