"""The pieces of work that are measured: what the product does, and what it is held against.

Each takes the address of a database, opens it, and returns its seconds with a result that shows that it did something.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import event, text
from sqlmodel import Session, col, select

from benchmarks.measuring import seconds_of
from benchmarks.registers import code_of
from ipa_core.domain.programmes import OwnPolicy
from ipa_core.domain.updates import Origin, Plan, Status, StatusUpdate
from ipa_core.intake.programme_folder import read_programme
from ipa_core.render.messages import Renderer
from ipa_core.render.request_files import FileWriter
from ipa_core.store import updates
from ipa_core.store.database import Database, open_database
from ipa_core.store.recommendations import RecommendationRow
from ipa_core.store.updates import StatusUpdateRow
from ipa_core.usecases.change_policy import add_to_policy
from ipa_core.usecases.detect_knelpunten import detect_knelpunten
from ipa_core.usecases.letterheads import Letterhead
from ipa_core.usecases.load_programme import LoadSummary, load_programme
from ipa_core.usecases.open_round import open_round
from ipa_core.usecases.promise_messages import promise_messages
from ipa_core.usecases.refresh_expectations import refresh_dossiers
from ipa_core.usecases.views import ProgrammeView

CODE, ASKED = "proef", "2026-02"


def read(_: str, folder: Path) -> tuple[float, int]:
    """Parse and validate a folder, and do nothing with it."""
    found: list[int] = []
    seconds = seconds_of(lambda: found.append(len(list(read_programme(folder).history))), "sqlite")
    return seconds, found[0]


def load(url: str, folder: Path, at: datetime) -> tuple[float, LoadSummary]:
    """Load a folder as the product does, reading included."""
    found: list[LoadSummary] = []

    def work(database: Database) -> None:
        folder_read = read_programme(folder)
        found.append(database.write(lambda session: load_programme(session, folder_read, at=at)))

    with _open(url) as database:
        seconds = seconds_of(lambda: work(database), url)
    return seconds, found[0]


def change_policy(url: str, folder: Path, at: datetime) -> tuple[float, int]:
    """Let the policy in a folder count from now on, as a load does, without reading its unchanged history again."""
    read_again = read_programme(folder)
    own = OwnPolicy(overrides=read_again.overrides, closed_days=read_again.closed_days, context=read_again.context)
    with _open(url) as database:
        _warm_up(database)
        seconds = seconds_of(lambda: database.write(lambda session: add_to_policy(session, CODE, own, at=at)), url)
    return seconds, len(own.overrides)


def detect(url: str, at: datetime, times: int = 1) -> tuple[float, int]:
    """Run the detection; the result counts the changes of the first time."""
    found: list[int] = []
    with _open(url) as database:
        _warm_up(database)

        def work() -> None:
            found.append(len(database.write(lambda session: detect_knelpunten(session, CODE, at=at)).changes))

        seconds = seconds_of(work, url, times=times)
    return seconds, found[0]


def count_writes(url: str, at: datetime) -> tuple[float, int]:
    """Run the detection and count the statements that write."""
    written: list[str] = []
    with _open(url) as database:

        def note(*arguments: object) -> None:
            if str(arguments[2]).lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
                written.append(str(arguments[2]))

        event.listen(database.engine, "before_cursor_execute", note)
        seconds = seconds_of(lambda: database.write(lambda s: detect_knelpunten(s, CODE, at=at)), url)
    return seconds, len(written)


def promise(url: str, at: datetime, *, has_files: bool) -> tuple[float, int]:
    """Ask every ministry something, then plan, word and queue what they are to read; only the latter is measured."""
    found: list[int] = []
    letterhead = Letterhead(
        renderer=Renderer(),
        base_url="https://ipa.example",
        domain="ipa.example",
        files=FileWriter(lambda: "a key") if has_files else None,
    )
    with _open(url) as database:
        database.write(lambda session: open_round(session, CODE, ASKED, at=at))

        def work() -> None:
            found.append(database.write(lambda session: promise_messages(session, CODE, letterhead=letterhead, at=at)))

        seconds = seconds_of(work, url)
    return seconds, found[0]


def scan(url: str, table: str, times: int = 3) -> tuple[float, int]:
    """Read every row of a table in the database itself, through the bare driver, in one thread."""
    column = {"recommendation": "length(title)", "status_update": "progress"}[table]
    found: list[int] = []
    with _open(url) as database, database.engine.connect() as connection:
        if not url.startswith("sqlite"):
            connection.execute(text("SET max_parallel_workers_per_gather = 0"))
        cursor = connection.connection.cursor()

        def work() -> None:
            cursor.execute(f"SELECT count(*), sum({column}) FROM {table}")  # noqa: S608 - our own names
            found.append(cursor.fetchone()[0])

        seconds = seconds_of(work, url, times=times)
    return seconds, found[0]


def loop(url: str, on: date) -> tuple[float, int]:
    """Find what is late as one would at first: every object of the ORM, one after the other."""
    found: list[int] = []
    with _open(url) as database:

        def work() -> None:
            with Session(database.engine) as session:
                found.append(sum(_is_late(mine, on) for mine in _histories(session)))

        seconds = seconds_of(work, url)
    return seconds, found[0]


def add_fact(url: str, at: datetime, dossiers: int) -> tuple[float, int]:
    """Append one fact to each of some dossiers in turn, hold them anew and detect; the seconds are those of one."""
    with _open(url) as database:
        _warm_up(database)
        _add_one(database, code_of(0), at)
        numbers = iter(range(1, dossiers + 1))
        seconds = seconds_of(lambda: _add_one(database, code_of(next(numbers)), at), url, times=dossiers)
    return seconds, dossiers


def _add_one(database: Database, dossier: str, at: datetime) -> None:
    fact = StatusUpdate(
        seq=0,
        dossier=dossier,
        organisation="SZW",
        effective_on=at.date(),
        recorded_at=at,
        origin=Origin.HISTORY,
        status=Status.IN_PROGRESS,
        progress=95,
        plan=Plan(on=date(2031, 1, 6)),
    )

    def work(session: Session) -> None:
        updates.append_facts(session, CODE, [fact])
        refresh_dossiers(ProgrammeView(session, CODE, at=at), {dossier}, since=at)
        detect_knelpunten(session, CODE, at=at)

    database.write(work)


def _histories(session: Session) -> Iterator[list[StatusUpdateRow]]:
    for dossier in session.exec(select(RecommendationRow)):
        said = select(StatusUpdateRow).where(
            col(StatusUpdateRow.programme) == CODE, col(StatusUpdateRow.dossier) == dossier.code
        )
        yield list(session.exec(said.order_by(col(StatusUpdateRow.seq))))
        session.expunge_all()


def _is_late(said: list[StatusUpdateRow], on: date) -> bool:
    planned = [row.planned_on for row in said if row.planned_on is not None]
    statuses = [row.status for row in said if row.status is not None]
    return bool(planned) and planned[-1] < on and statuses[-1] is not Status.COMPLETED


def _warm_up(database: Database) -> None:
    """Read the calendar, as in a process that has been up for a while."""
    database.read(lambda session: ProgrammeView(session, CODE, at=datetime(2026, 3, 2, tzinfo=UTC)).calendar)


@contextmanager
def _open(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()
