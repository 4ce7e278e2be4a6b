"""What does `prefect.yaml` say? The one place where deployments and their schedules are written down."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml  # type: ignore[import-untyped] # it comes without types
from prefect.server.schemas.schedules import CronSchedule

if TYPE_CHECKING:
    from datetime import datetime

    from prefect import Flow

FILE: Final = Path(__file__).parents[1] / "prefect.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One flow with its schedules: dictionaries with `cron` and `timezone`."""

    name: str
    description: str
    entrypoint: str
    tags: list[str]
    schedules: list[dict[str, Any]]

    def load_flow(self) -> Flow[..., Any]:
        """Import the flow."""
        path, _, function = self.entrypoint.partition(":")
        found: Flow[..., Any] = getattr(import_module(path.removesuffix(".py").replace("/", ".")), function)
        return found

    async def next_run(self, now: datetime) -> datetime:
        """Return when it fires next, reckoned as the server does."""
        return min([(await CronSchedule(**one).get_dates(n=1, start=now))[0] for one in self.schedules])


def read_deployments(file: Path = FILE) -> list[Deployment]:
    """Read the deployments in the order of the file."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    names = ("name", "description", "entrypoint", "tags", "schedules")
    return [Deployment(**{name: one[name] for name in names}) for one in document["deployments"]]
