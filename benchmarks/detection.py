"""How does detection and import grow? Each target as a ratio within one run, on SQLite and on PostgreSQL.

Run it with `make bench`; `make bench ARGS="--size 100k"` and `--size 1m` take far longer. Only ratios travel to another
machine. Seconds are CPU on SQLite, which works in our process, and time on the clock on PostgreSQL.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import works
from benchmarks.measuring import Cost, Ratio, cost_of
from benchmarks.messages import MESSAGES, measure_hand_over, measure_messages
from benchmarks.registers import BEFORE_AT, LOADED_AT, NEAR_AT, write_register
from ipa_core.store.database import open_database
from tests.postgresql import a_server, find_binaries

UPDATES, DEEP = 12, 120
SMALL, DEPTH_DOSSIERS, APPENDED = 1_000, 60, 40
THRESHOLD = '\n[[thresholds.T02]]\nvalid_from = 2026-01-01\ndecision = "Proef"\nhigh_after = 30\n'
THRESHOLD_AT = NEAR_AT + timedelta(hours=1)
SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
LARGEST_LOOP = 100_000


@dataclass(frozen=True)
class Register:
    """What one size costs."""

    dossiers: int
    read: Cost
    load: Cost
    again: Cost
    nothing: Cost
    writes: int
    near: Cost
    dossier_scan: Cost
    update_scan: Cost
    loop: Cost | None
    threshold: Cost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=SIZES, default="10k", help="dossiers in the large register")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    chosen = parser.parse_args()
    kinds = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    for kind in kinds:
        if kind == "postgresql" and find_binaries() is None:
            write("PostgreSQL: no server here")
            continue
        write(f"\n{kind}, {SMALL} and {SIZES[chosen.size]} dossiers with {UPDATES} updates each")
        for ratio in measure(kind, small=SMALL, large=SIZES[chosen.size]):
            write(as_line(ratio))
        write(f"\n{kind}, {MESSAGES} messages")
        with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as new:
            for ratio in measure_messages(new):
                write(as_line(ratio))
    write("\nmail")
    for ratio in measure_hand_over():
        write(as_line(ratio))


def measure(kind: str, *, small: int, large: int) -> Iterator[Ratio]:
    """Load a small and a large register, and one that is deep, and compare."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as new:
        few = measure_register(new(), Path(folder), small)
        many = measure_register(new(), Path(folder), large) if large != small else few
        yield from ratios(few, many)
        shallow, deep = (measure_depth(new(), Path(folder), updates) for updates in (UPDATES, DEEP))
        yield Ratio("append a fact and detect, 120 deep / 12 deep", deep / shallow, at_most=1.2)


def measure_register(url: str, parent: Path, dossiers: int) -> Register:
    """Load a register, and do everything with it that is measured."""
    folder = parent / f"register-{dossiers}"
    write_register(folder, dossiers=dossiers, updates=UPDATES)
    read = cost_of(works.read, url, folder)
    load = cost_of(works.load, url, folder, LOADED_AT)
    again = cost_of(works.load, url, folder, LOADED_AT)
    cost_of(works.detect, url, LOADED_AT)
    nothing = cost_of(works.detect, url, LOADED_AT + timedelta(minutes=1), 7)
    writes = cost_of(works.count_writes, url, LOADED_AT + timedelta(minutes=2)).result
    cost_of(works.detect, url, BEFORE_AT)
    near = cost_of(works.detect, url, NEAR_AT)
    dossier_scan = cost_of(works.scan, url, "recommendation")
    update_scan = cost_of(works.scan, url, "status_update")
    loop = cost_of(works.loop, url, date(2026, 3, 2)) if dossiers <= LARGEST_LOOP else None
    write_register(folder, dossiers=dossiers, updates=UPDATES, extra=THRESHOLD)
    threshold = cost_of(works.change_policy, url, folder, THRESHOLD_AT)
    shutil.rmtree(folder)
    return Register(dossiers, read, load, again, nothing, writes, near, dossier_scan, update_scan, loop, threshold)


def measure_depth(url: str, parent: Path, updates: int) -> float:
    """Return the seconds of appending one fact to a dossier with so many updates and detecting."""
    folder = parent / f"deep-{updates}"
    write_register(folder, dossiers=DEPTH_DOSSIERS, updates=updates)
    cost_of(works.load, url, folder, LOADED_AT)
    cost_of(works.detect, url, LOADED_AT)
    return cost_of(works.add_fact, url, LOADED_AT + timedelta(minutes=3), APPENDED).seconds


def ratios(few: Register, many: Register) -> Iterator[Ratio]:
    """Return what the two registers show."""
    sizes = f"{many.dossiers} / {few.dossiers}"
    yield Ratio(f"nothing due, {sizes}", many.nothing.seconds / few.nothing.seconds, at_most=2)
    yield Ratio(
        "nothing due / bare scan of the dossiers", many.nothing.seconds / many.dossier_scan.seconds, at_most=0.05
    )
    yield Ratio("1% due / bare scan of the updates", many.near.seconds / many.update_scan.seconds, at_most=1)
    yield Ratio("1% due, milliseconds for each change", 1000 * many.near.seconds / max(1, many.near.result))
    yield Ratio("statements that write in an unchanged run", many.writes, at_most=0)
    if many.loop is not None:
        yield Ratio("naive ORM loop / product with 1% due", many.loop.seconds / many.near.seconds, at_least=100)
        yield Ratio("naive ORM loop / product with nothing due", many.loop.seconds / many.nothing.seconds, at_least=100)
    yield Ratio("import / parsing and validating alone", many.load.seconds / many.read.seconds, at_most=4)
    yield Ratio("unchanged folder again / first time", many.again.seconds / many.load.seconds, at_most=0.3)
    yield Ratio("updates loaded per second", many.dossiers * UPDATES / many.load.seconds, at_least=5000)
    yield Ratio(f"peak memory of a run with 1% due, {sizes}", many.near.peak / few.near.peak, at_most=5)
    yield Ratio(f"peak memory of the import, {sizes}", many.load.peak / few.load.peak)
    yield Ratio("peak memory of the import, MB", many.load.peak)
    per_100k = many.threshold.seconds * 100_000 / many.dossiers
    yield Ratio("one threshold changed, seconds per 100 k dossiers", per_100k, at_most=10)


def as_line(ratio: Ratio) -> str:
    """Return name, value and target."""
    target = f"<= {ratio.at_most:g}" if ratio.at_most is not None else ""
    target = f">= {ratio.at_least:g}" if ratio.at_least is not None else target
    verdict = "" if not target else "ok" if ratio.is_reached else "missed"
    return f"  {ratio.name:58}{ratio.value:12.3f}  {target:10}{verdict}"


@contextmanager
def databases(kind: str, folder: Path) -> Iterator:
    """Give what makes the address of one more empty database."""
    with ExitStack() as stack:
        if kind == "sqlite":
            numbers = iter(range(1_000))
            make = lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}"  # noqa: E731 - one of two ways
        else:
            make = stack.enter_context(a_server(is_small=False)).create_empty

        def new() -> str:
            url = make()
            open_database(url).close()
            return url

        yield new


def write(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
