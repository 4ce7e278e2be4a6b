"""`ipa decide`: a person's act. What is missing or too much is told by the check of the act, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ipa_core.cli.shell import Shell

if TYPE_CHECKING:
    from ipa_core.app import App
    from ipa_core.domain.decisions import Decision


def decide(  # noqa: PLR0913 - one option for each thing that belongs to some decision
    kind: Annotated[
        str,
        typer.Argument(
            metavar="BESLUIT",
            help="Over een signaal: acknowledge, snooze, explain, propose. "
            "Over een aanbeveling: verify, refuse, adopt, drop, rebaseline, answer. "
            "Over een oplossing: replan, done.",
        ),
    ],
    about: Annotated[
        str, typer.Argument(metavar="WAAROVER", help="Het kenmerk van het signaal, de aanbeveling of de oplossing.")
    ],
    *,
    by: Annotated[str, typer.Option("--by", metavar="ADRES", help="Het mailadres van wie dit besluit.")] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEKST", help="Waarom.")] = "",
    until: Annotated[
        str,
        typer.Option("--until", metavar="DATUM", help="Tot en met deze dag (acknowledge, snooze, explain)."),
    ] = "",
    next_step: Annotated[
        str, typer.Option("--next-step", metavar="TEKST", help="Wat er nu gebeurt (acknowledge, propose).")
    ] = "",
    adoption: Annotated[
        str, typer.Option("--adoption", metavar="BESLUIT", help="adopted, partly of not_adopted (adopt).")
    ] = "",
    on: Annotated[
        str,
        typer.Option(
            "--on",
            metavar="DATUM",
            help="De nieuwe eerste planning (rebaseline), of de dag waarop de oplossing klaar is (propose, replan).",
        ),
    ] = "",
    review_on: Annotated[
        str,
        typer.Option(
            "--review-on",
            metavar="DATUM",
            help="De dag waarop het knelpunt weg moet zijn (propose, replan).",
        ),
    ] = "",
    owner: Annotated[
        str, typer.Option("--owner", metavar="ORGANISATIE", help="Wie de oplossing uitvoert (propose).")
    ] = "",
    cause: Annotated[
        str,
        typer.Option(
            "--cause",
            metavar="OORZAAK",
            help="law, money, capacity, execution, partner, decision of data (propose).",
        ),
    ] = "",
    programme: Annotated[str | None, typer.Option("--programme", help="Alleen dit programma.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Doe alsof het dit moment is: 2026-02-04 (10.00 uur).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Geef één JSON-document in plaats van tekst.")] = False,
) -> None:
    """Leg vast wat iemand besluit: over welk signaal, welke aanbeveling of welke oplossing, en waarom."""

    def work(app: App) -> None:
        from ipa_core.intake.table_rows import iso_day
        from ipa_core.render.decisions import describe_acceptance, describe_decision
        from ipa_core.usecases.acts import Act
        from ipa_core.usecases.decide import decide

        typed = {"--until": until, "--on": on, "--review-on": review_on}
        days = {option: iso_day(text) for option, text in typed.items()}
        act = Act(
            kind=kind,
            about=about,
            by=by,
            reason=reason,
            until=days["--until"],
            next_step=next_step,
            adoption=adoption,
            planned_on=days["--on"],
            owner=owner,
            root_cause=cause,
            review_on=days["--review-on"],
            unread={option: text for option, text in typed.items() if text and days[option] is None},
        )
        chosen = app.choose_one(programme)
        decision = app.database.write(lambda session: decide(session, chosen, act, at=app.moment(as_of).at))
        lines = [f"Vastgelegd: {describe_decision(decision)}", *describe_acceptance(decision)]
        Shell(as_json).show(_shape(chosen, decision), lines)

    Shell(as_json).act(work)


def _shape(programme: str, decision: Decision) -> dict[str, Any]:
    return {
        "programme": programme,
        "decision": decision.seq,
        "kind": decision.kind.value,
        "on": decision.on.isoformat(),
        "dossier": decision.dossier,
        "signal": decision.signal or None,
        "by": decision.by,
        "organisation": decision.organisation,
        "reason": decision.reason,
        "until": decision.until.isoformat() if decision.until else None,
        "next_step": decision.next_step,
        "planned_on": decision.planned_on.isoformat() if decision.planned_on else None,
        "adoption": decision.adoption.value if decision.adoption else None,
        "accepted": decision.is_accepted,
        "solution": decision.solution or None,
        "owner": decision.owner or None,
        "root_cause": decision.root_cause.value if decision.root_cause else None,
        "review_on": decision.review_on.isoformat() if decision.review_on else None,
    }
