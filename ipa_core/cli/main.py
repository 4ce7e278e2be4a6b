"""The commands of `ipa`. Each is a few lines: what is asked, the use case, what is shown."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ipa_core.cli import decisions, dossiers, due_dates, overviews, simulations, trials
from ipa_core.cli.shell import REFUSED, WRONG_USAGE, Shell, view_each
from ipa_core.cli.usage import DutchGroup

if TYPE_CHECKING:
    from ipa_core.app import App
    from ipa_core.usecases.views import ProgrammeView

cli = typer.Typer(
    name="ipa",
    cls=DutchGroup,
    help="De IPA-monitor: wat wordt verwacht, wat loopt vast, en wie hoort dat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
rounds = typer.Typer(help="Uitvragen openen, bekijken, verplaatsen en ministeries vrijstellen.", no_args_is_help=True)
cli.add_typer(rounds, name="round")
audit = typer.Typer(help="Het logboek nakijken.", no_args_is_help=True)
cli.add_typer(audit, name="audit")

AsOf = Annotated[str | None, typer.Option("--as-of", help="Doe alsof het dit moment is: 2026-02-04 (10.00 uur).")]
Json = Annotated[bool, typer.Option("--json", help="Geef één JSON-document in plaats van tekst.")]
Code = Annotated[str | None, typer.Option("--programme", help="Alleen dit programma.")]


def run() -> None:
    """Start the command line."""
    cli()


@cli.command("run")
def run_command(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Laat zien wat er zou gebeuren; schrijf niets.")] = False,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Doe de hele ronde één keer: uitvraag openen, opgaven inlezen, knelpunten bepalen, berichten versturen."""
    from ipa_core.cli import runs

    Shell(as_json).act(
        lambda app: (
            runs.rehearse(app, Shell(as_json), programme, as_of)
            if dry_run
            else runs.run(app, Shell(as_json), programme, as_of)
        )
    )


@cli.command()
def load(
    folder: Annotated[Path, typer.Argument(metavar="MAP", help="De map van het programma.")],
    *,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Laad een programmamap, of werk hem bij."""

    def work(app: App) -> None:
        from ipa_core.cli.progress import bar
        from ipa_core.cli.screens import load_line
        from ipa_core.cli.shapes import load_shape

        summary = app.load(folder, app.moment(as_of).at, bar())
        Shell(as_json).show(
            load_shape(summary),
            [load_line(summary)],
        )

    Shell(as_json).act(work)


@rounds.command("open")
def round_open(
    code: Annotated[str, typer.Argument(help="2026, 2026-H1, 2026-Q4 of 2026-10.")],
    *,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Open een uitvraag: één verzoek per ministerie dat iets trekt dat nog open staat."""
    from ipa_core.cli import rounds as shown

    Shell(as_json).act(lambda app: shown.open_one(app, Shell(as_json), code, programme, as_of))


@rounds.command("list")
def round_list(*, programme: Code = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """Laat de uitvragen zien, met de stand per ministerie."""
    from ipa_core.cli import rounds as shown

    Shell(as_json).act(lambda app: shown.list_all(app, Shell(as_json), programme, as_of))


@rounds.command("waive")
def round_waive(
    code: Annotated[str, typer.Argument(help="De uitvraag.")],
    ministry: Annotated[str, typer.Argument(help="Het ministerie.")],
    *,
    reason: Annotated[str, typer.Option(help="Waarom dit ministerie niet hoeft te antwoorden.")],
    by: Annotated[str, typer.Option(help="Wie dit besluit.")] = "",
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Stel een ministerie vrij van een uitvraag, met een reden."""
    from ipa_core.cli import rounds as shown

    Shell(as_json).act(lambda app: shown.waive(app, Shell(as_json), code, ministry, reason, by, programme, as_of))


rounds.command("move")(due_dates.move)


@cli.command()
def workbook(
    code: Annotated[str, typer.Argument(help="De uitvraag.")],
    ministry: Annotated[str, typer.Argument(help="Het ministerie.")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="BESTAND.xlsx", help="Waar het formulier komt te staan.")],
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Maak het Excel-formulier van één verzoek, met wat wij weten al ingevuld."""
    from ipa_core.cli import workbooks

    Shell(as_json).act(lambda app: workbooks.write(app, Shell(as_json), code, ministry, out, programme, as_of))


@cli.command()
def collect(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[BESTAND]…", help="Zonder bestand: de map inbox.")
    ] = None,
    *,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Lees opgaven in, uit bestanden of uit de map inbox."""

    def work(app: App) -> int:
        from ipa_core.render.receipts import ReceiptWriter

        at = app.moment(as_of).at
        app.choose(programme)
        found = [app.collect_named(file, programme, at) for file in files] if files else app.collect(programme, at)
        lines = [ReceiptWriter().render_receipt(receipt) for receipt in found]
        Shell(as_json).show([receipt.as_json() for receipt in found], lines or ["Er zijn geen nieuwe opgaven."])
        return REFUSED if any(receipt.outcome.value == "rejected" for receipt in found) else 0

    if status := Shell(as_json).act(work):
        raise typer.Exit(status)


@cli.command()
def detect(*, programme: Code = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """Bepaal welke knelpunten er zijn, en zet de berichten klaar."""
    from ipa_core.cli import runs

    Shell(as_json).act(lambda app: runs.detect(app, Shell(as_json), programme, as_of))


@cli.command()
def dispatch(*, programme: Code = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """Verstuur de berichten die klaarstaan en waarvan het moment is gekomen."""
    from ipa_core.cli import runs

    Shell(as_json).act(lambda app: runs.dispatch(app, Shell(as_json), programme, as_of))


@cli.command()
def signals(
    *,
    is_all: Annotated[bool, typer.Option("--all", help="Ook de signalen die zijn opgelost.")] = False,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Laat de open signalen zien, het zwaarste eerst."""

    def work(app: App) -> None:
        from ipa_core.cli.screens import signal_lines
        from ipa_core.cli.shapes import signal_shape
        from ipa_core.usecases.show_signals import show_signals

        def ask(view: ProgrammeView) -> list[Any]:
            return show_signals(view, is_resolved_included=is_all)

        cards = view_each(app, programme, app.moment(as_of).at, ask)
        cards.sort(key=lambda card: (not card.signal.is_open, -card.signal.severity.weight))
        Shell(as_json).show([signal_shape(card) for card in cards], signal_lines(cards))

    Shell(as_json).act(work)


@cli.command()
def explain(
    signal: Annotated[str, typer.Argument(metavar="SIGNAAL", help="Het kenmerk uit `ipa signals`.")],
    *,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Leg één signaal uit: waarom, de sommen, de drempel, de bronnen, en wat het oplost."""

    def work(app: App) -> None:
        from ipa_core.cli.screens import explain_lines
        from ipa_core.cli.shapes import explain_shape
        from ipa_core.usecases.explain_signal import explain_signal
        from ipa_core.usecases.views import ProgrammeView

        at = app.moment(as_of).at
        owner = signal.split(":", 1)[0]
        code = owner if owner in app.choose(None) else app.choose(None)[0]
        found = app.database.read(lambda session: explain_signal(ProgrammeView(session, code, at=at), signal))
        Shell(as_json).show(explain_shape(found), explain_lines(found.card))

    Shell(as_json).act(work)


@cli.command()
def upcoming(
    *,
    days: Annotated[int, typer.Option("--days", min=0, help="Hoeveel kalenderdagen vooruit.")] = 60,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Laat zien welke verwachtingen het eerst breken als er niets verandert."""

    def work(app: App) -> None:
        from datetime import timedelta

        from ipa_core.cli.screens import upcoming_lines
        from ipa_core.cli.shapes import upcoming_shape
        from ipa_core.usecases.signal_cards import build_upcoming

        def ask(view: ProgrammeView) -> list[Any]:
            return [(view.code, card) for card in build_upcoming(view, until=view.on + timedelta(days=days))]

        found = view_each(app, programme, app.moment(as_of).at, ask)
        found.sort(key=lambda one: one[1].step.on)
        Shell(as_json).show([upcoming_shape(*one) for one in found], upcoming_lines([card for _, card in found]))

    Shell(as_json).act(work)


cli.command()(decisions.decide)


@cli.command()
def messages(
    *,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            help="Alleen berichten in deze toestand: planned (gepland), queued (in de wachtrij), "
            "sending (wordt verzonden), handed_over (afgegeven), retrying (wordt opnieuw geprobeerd), "
            "dead (niet bezorgd), skipped (overgeslagen), suppressed (tegengehouden). Het Nederlands mag ook.",
        ),
    ] = None,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Laat alle berichten zien: verstuurd, klaargezet, gepland, en waarom iets niet ging."""

    def work(app: App) -> None:
        from ipa_core.cli.screens import message_lines, state_of
        from ipa_core.usecases.show_messages import show_messages

        def ask(view: ProgrammeView) -> list[Any]:
            return show_messages(view, state=state_of(state))

        lines = view_each(app, programme, app.moment(as_of).at, ask)
        Shell(as_json).show([line.as_json() for line in lines], message_lines(lines))

    Shell(as_json).act(work)


cli.command()(overviews.digest)

cli.command()(overviews.agenda)

cli.command()(dossiers.dossier)


@cli.command()
def replay(
    *,
    truth: Annotated[Path | None, typer.Option("--truth", help="Bestand met bekende knelpunten.")] = None,
    programme: Code = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Speel de hele geschiedenis na; met bekende knelpunten ook de score."""

    def work(app: App) -> None:
        from ipa_core.cli.screens import replay_lines
        from ipa_core.cli.shapes import replay_shape
        from ipa_core.intake.known_knelpunten import read_known_knelpunten
        from ipa_core.usecases.replay_history import replay_history
        from ipa_core.usecases.views import ProgrammeView

        at = app.moment(as_of).at
        known = read_known_knelpunten(truth) if truth is not None else None
        with app.borrowed(at) as lent:
            chosen = lent.choose_one(programme)
            found = lent.database.read(lambda session: replay_history(ProgrammeView(session, chosen, at=at), known))
        Shell(as_json).show(replay_shape(chosen, found), replay_lines(found))

    Shell(as_json).act(work)


cli.command()(trials.whatif)

cli.command()(simulations.simulate)


@cli.command()
def doctor(*, as_of: AsOf = None, as_json: Json = False) -> None:
    """Kijk alles na: database, kalender, contacten, mail, schema's en klok. Schrijft en verstuurt niets."""
    from ipa_core.cli import health

    if status := Shell(as_json).act(lambda app: health.doctor(app, Shell(as_json), as_of)):
        raise typer.Exit(status)


@audit.command("verify")
def audit_verify(
    *,
    anchor: Annotated[
        str | None, typer.Option("--anchor", help="Een anker dat u eerder bewaarde: NUMMER:HASH.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Kijk na of het logboek heel is; geeft een anker om buiten de database te bewaren."""
    from ipa_core.cli import health

    if status := Shell(as_json).act(lambda app: health.verify(app, Shell(as_json), anchor)):
        raise typer.Exit(status)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="BESTAND", help="Waar de back-up komt; mag er nog niet zijn.")],
    *,
    as_json: Json = False,
) -> None:
    """Maak een back-up in één bestand; de monitor mag gewoon doorgaan."""
    from ipa_core.cli import backups

    Shell(as_json).act(lambda app: backups.back_up(app, Shell(as_json), file))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="BESTAND", help="Een back-up van `ipa backup`.")],
    *,
    as_json: Json = False,
) -> None:
    """Zet een back-up terug op een lege plek."""
    from ipa_core.cli import backups

    Shell(as_json).act(lambda app: backups.restore(app, Shell(as_json), file))


@cli.command()
def serve(
    *,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="De poort van het scherm van Prefect.")] = 4200,
) -> None:
    """Draai alles op zijn vaste tijden, tot u stopt met Ctrl-C."""
    from ipa_core.cli import serving

    Shell(is_json=False).act(lambda app: serving.serve(app, port))


if __name__ == "__main__":
    sys.exit(WRONG_USAGE)
