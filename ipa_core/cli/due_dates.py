"""`ipa round move`: another day until which a round may be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ipa_core.cli.shell import Shell

if TYPE_CHECKING:
    from ipa_core.app import App
    from ipa_core.usecases.move_due_date import MovedRequest


def move(
    code: Annotated[str, typer.Argument(help="De uitvraag.")],
    ministry: Annotated[str | None, typer.Argument(metavar="MINISTERIE", help="Alleen dit ministerie.")] = None,
    *,
    due: Annotated[str, typer.Option(metavar="DATUM", help="De nieuwe laatste dag, bijvoorbeeld 2026-03-18.")],
    reason: Annotated[str, typer.Option(help="Waarom de datum verplaatst.")],
    by: Annotated[str, typer.Option(help="Wie dit besluit.")] = "",
    programme: Annotated[str | None, typer.Option("--programme", help="Alleen dit programma.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Doe alsof het dit moment is: 2026-02-04 (10.00 uur).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Geef één JSON-document in plaats van tekst.")] = False,
) -> None:
    """Verplaats de laatste dag van een uitvraag, voor iedereen of voor één ministerie."""

    def work(app: App) -> None:
        from ipa_core.cli.rounds import round_shape
        from ipa_core.usecases.check_due_date import DueDateAsked
        from ipa_core.usecases.move_due_date import move_due_date

        at, chosen = app.moment(as_of).at, app.choose_one(programme)
        asked = DueDateAsked(round=code, ministry=ministry, due=due, reason=reason.strip(), by=by)
        moved = app.database.write(lambda session: move_due_date(session, chosen, asked, at=at))
        shape = round_shape(chosen, moved.round, [one.request for one in moved.requests], at)
        for told, one in zip(shape["requests"], moved.requests, strict=True):
            told["told_on"] = one.told_on.isoformat() if one.told_on is not None else None
        whose = f"uitvraag {code}" if ministry is None else f"uitvraag {code} voor {ministry}"
        first = f"De laatste dag van {whose} is verplaatst. Reden: {asked.reason}"
        Shell(as_json).show(shape, [first, *map(_line, moved.requests)])

    Shell(as_json).act(work)


def _line(moved: MovedRequest) -> str:
    from ipa_core.render.dutch import long_date, plain_date

    request, told_on = moved.request, moved.told_on
    was = plain_date(request.moved_from or request.due_on)
    line = f"  {request.organisation:6} {long_date(request.due_on)} (was {was}). "
    if told_on is None:
        return f"{line}Hierover gaat geen bericht meer uit: laat het zelf weten."
    if told_on > request.due_on:
        return f"{line}Het eerste bericht gaat pas op {plain_date(told_on)}: laat het zelf eerder weten."
    return f"{line}Dit staat in het bericht van {plain_date(told_on)}."
