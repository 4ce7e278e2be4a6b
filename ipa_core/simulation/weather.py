"""What goes wrong around the engine, and when: days without a run, a mail server that is away, deaths, wrong clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ipa_core.domain.moments import at_time
from ipa_core.simulation.wire import Death, Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """Somebody or something starts a run. `death` kills it at its first message."""

    at: datetime
    service: Service = Service.UP
    death: Death | None = None


@dataclass(slots=True)
class Weather:
    """Made once for a whole life, so that people cannot change it."""

    rough_from: date
    """Before it nothing goes wrong: a life begins in peace."""

    dark: set[date] = field(default_factory=set)
    """Days on which nothing runs."""

    without_mail: set[date] = field(default_factory=set)
    """Days on which the mail server is away, or puts off everybody: either of them for all of a day."""

    def service(self, on: date) -> Service:
        """Return what the mail server does on a day."""
        if on not in self.without_mail:
            return Service.UP
        return Service.PUTS_OFF if on.isocalendar().week % 2 else Service.AWAY

    def bells(self, rng: Random, on: date) -> Iterator[Bell]:
        """Yield the runs of one day, in the order in which they are started."""
        chance, is_rough = rng.random(), on >= self.rough_from
        service, is_weekend = self.service(on), on.weekday() >= SATURDAY
        is_night = is_weekend and on.month in (3, 10) and on.day > _LAST_WEEK
        if on in self.dark or (is_weekend and not is_night and chance > _ON_A_WEEKEND):
            return
        if is_night:
            yield Bell(at=at_time(on, 2, 30), service=service)
        if chance < _EARLY:
            yield Bell(at=at_time(on, 7, 0), service=service)
        if is_rough and _EARLY < chance < _SKEWED:
            # The clock of this machine is two hours ahead, and the next one is right again: that one is refused.
            yield Bell(at=at_time(on, 11, 5), service=service)
        death = rng.choice(tuple(Death)) if is_rough and rng.random() < _DIES else None
        yield Bell(at=at_time(on, 9, 5), service=service, death=death)
        if death is not None or chance > _TWICE:
            yield Bell(at=at_time(on, 9, 50), service=service)
        if chance > _LATE:
            yield Bell(at=at_time(on, 16, 40), service=service)


_LAST_WEEK = 24
_ON_A_WEEKEND, _EARLY, _SKEWED, _TWICE, _LATE, _DIES = 0.05, 0.08, 0.1, 0.94, 0.9, 0.02
_LENGTHS = (1, 1, 2, 3, 5, 10)


def make_weather(rng: Random, begins_on: date, ends_on: date) -> Weather:
    """Make up outages for a life: short ones all along, one of thirty days, and rarely one of two hundred."""
    first, days = begins_on + timedelta(days=10), (ends_on - begins_on).days
    weather = Weather(rough_from=first)
    for outages in (weather.dark, weather.without_mail):
        for _ in range(days * _OUTAGES // _A_YEAR):
            outages.update(_stretch(rng, first, ends_on, rng.choice(_LENGTHS)))
    if days > _A_YEAR:
        weather.without_mail |= _stretch(rng, first, ends_on, 30)
        weather.dark |= _stretch(rng, first, ends_on, 200 if rng.random() < _LONG else 30)
    return weather


_A_YEAR, _OUTAGES, _LONG = 365, 3, 0.2


def _stretch(rng: Random, first: date, last: date, length: int) -> set[date]:
    start = first + timedelta(days=rng.randrange(max(1, (last - first).days)))
    return {start + timedelta(days=n) for n in range(length)}
