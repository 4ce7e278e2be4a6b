"""What the flows share: the app, the moment, tasks that may be repeated, and the counts at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, ParamSpec, TypeVar

from prefect import Task, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from pydantic import BeforeValidator

from flows.stopping import heed_sigterm, is_stopping
from ipa_core.app import App, build_app
from ipa_core.domain.moments import parse_moment
from ipa_core.errors import TemporaryFailure, UnknownMoment, WriteInThePast
from ipa_core.reports.receipts import Receipt
from ipa_core.usecases.attempts import all_attempted
from ipa_core.usecases.run_monitor import MonitorRun, ProgrammeRun
from ipa_core.usecases.show_signals import show_signals
from ipa_core.usecases.views import ProgrammeView

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


def read_as_of(value: object) -> object:
    """Read text as `ipa --as-of` does: a bare date means 10:00 in Amsterdam; an instant without offset is refused."""
    try:
        return parse_moment(value).at if isinstance(value, str) else value
    except UnknownMoment as error:
        raise ValueError(value) from error  # Pydantic takes no other error for a refusal.


AsOf = Annotated[datetime | None, BeforeValidator(read_as_of)]
"""The moment to act as if it were; None is the present, read anew by each task."""


@contextmanager
def opened_app() -> Iterator[App]:
    """Yield the app as the environment describes it; secrets come from there, never from parameters."""
    if runtime.flow_run.id is not None:
        heed_sigterm()
    app = replace(build_app(), is_stopping=is_stopping)
    try:
        yield app
    finally:
        app.database.close()


def is_worth_repeating(_task: Task[..., Any], _task_run: TaskRun, state: State[Any]) -> bool:
    """Tell whether time alone may help: the database was busy, or something was written just after our moment.

    The second happens when a ministry answers between the moment that a task read and its turn to write; a moment
    that was asked for stays refused.
    """
    is_live = runtime.task_run.get_parameters().get("as_of") is None
    return isinstance(state.data, TemporaryFailure) or (is_live and isinstance(state.data, WriteInThePast))


def name_run() -> str:
    """Return the name of a task run: the task, and the programme that it works for."""
    programme = runtime.task_run.get_parameters().get("programme")
    return f"{runtime.task_run.get_task_name()} {programme or ''}".rstrip()


def repeatable(function: Callable[P, R]) -> Task[P, R]:
    """Make a task of work that is committed in our own database, so that doing it again does nothing twice.

    Its result is never cached: the state of the world is the input. The name of its run shows the programme.
    """
    return task(
        task_run_name=name_run,
        cache_policy=NO_CACHE,
        retries=2,
        retry_delay_seconds=[1, 30],
        retry_condition_fn=is_worth_repeating,
    )(function)


@repeatable
def load_shipped(as_of: datetime | None) -> str | None:
    """Load the programme that comes with the package when there is none at all; return its code if this did it."""
    with opened_app() as app:
        return app.load_shipped(app.moment(as_of).at)


@repeatable
def choose(programme: str | None) -> list[str]:
    """Return the programme that was named, or all; without any programme the run fails and says so."""
    with opened_app() as app:
        return app.choose(programme)


def each_programme(programme: str | None, step: Callable[[str], ProgrammeRun]) -> list[ProgrammeRun]:
    """Do a step for the programme that was named, or for all; one that fails is raised after the others are done."""
    with all_attempted() as attempts:
        done = attempts.each(choose(programme), step)
    return list(done.values())


@repeatable
def count_open(programme: str, as_of: datetime | None) -> int:
    """Return how many signals stand open."""
    with opened_app() as app:
        at = app.moment(as_of).at
        return app.database.read(lambda session: len(show_signals(ProgrammeView(session, programme, at=at))))


def tell(
    runs: Sequence[ProgrammeRun], as_of: datetime | None, *, receipts: Sequence[Receipt] = (), loaded: str | None = None
) -> dict[str, Any]:
    """Return the document of `ipa run --json` about what these runs did."""
    done = MonitorRun(at=build_app().moment(as_of).at, receipts=tuple(receipts), programmes=tuple(runs), loaded=loaded)
    counts = done.as_json(open_signals=sum(count_open(one.programme, as_of) for one in runs))
    log.info("signals: %s, messages: %s", counts["signals"], counts["messages"])
    return counts
