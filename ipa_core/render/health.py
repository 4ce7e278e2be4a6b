"""How do we say what `ipa doctor` found? The words of `templates/nl/health.toml`, filled with the values."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ipa_core.domain.calendars import FreeDay
from ipa_core.render.dutch import listed, moment, plain_date, word

if TYPE_CHECKING:
    from ipa_core.reports.health import Finding


@cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """Return sentence and remedy by check and code."""
    return tomllib.loads(files("ipa_core").joinpath("templates/nl/health.toml").read_text("utf-8"))


def sentence(finding: Finding) -> str:
    """Return what was found."""
    return _fill(finding, "sentence")


def remedy(finding: Finding) -> str:
    """Return what to do about it; empty when nothing is needed."""
    return _fill(finding, "remedy")


def _fill(finding: Finding, part: str) -> str:
    template = texts()[finding.check][finding.code].get(part, "")
    return template.format_map({name: _say(value) for name, value in finding.values.items()})


def _say(value: object) -> str:
    match value:
        case tuple():
            return listed(_say(item) for item in value)
        case FreeDay():
            return f"{plain_date(value.on)} ({value.name})"
        case StrEnum():
            return word(value)
        case datetime():
            return moment(value)
        case date():
            return plain_date(value)
        case _:
            return str(value)
