"""O01 unanswered help: a ministry asked for help, and IPA has not answered.

What it expects
    IPA answers a request for help within `high_after` working days.

Why it matters
    Who asks for help and hears nothing does not ask again. This one is ours to solve.

When it stays silent
    For closed dossiers. The same words again are the same request: its first day counts. It goes to the team of IPA.

What resolves it
    A decision that answers it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.bounds import TERM
from ipa_core.domain.expectations import Evidence, Expectation, Step, day_after
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.dossiers import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Working days after the request for help."""

    high_after: int = field(metadata=TERM)


def expect(dossier: Dossier, thresholds: Thresholds, calendar: Calendar) -> Iterator[Expectation]:
    """Whoever asks for help is answered."""
    asked = dossier.open_help
    if dossier.is_closed or asked is None:
        return
    yield Expectation(
        rule=RULE.code,
        subject=dossier.subject,
        steps=(Step(calendar.first_day_beyond(asked.on, thresholds.high_after), Severity.HIGH),),
        evidence=(
            Evidence(name="asked_on", value=asked.on, source=asked.update.where),
            Evidence(name="asked_by", value=asked.update.organisation),
            Evidence(name="help_wanted", value=asked.update.help_wanted, source=asked.update.where),
            Evidence(name="last_good_on", value=calendar.add_working_days(asked.on, thresholds.high_after)),
        ),
    )


def retime(said: Expectation, thresholds: Thresholds, calendar: Calendar) -> Expectation:
    """Count again from the day on which help was asked."""
    last_good_on = calendar.add_working_days(said.day("asked_on"), thresholds.high_after)
    return said.retimed(Step(day_after(last_good_on), Severity.HIGH), last_good_on=last_good_on)


RULE = Rule(code="O01", thresholds=Thresholds, expect=expect, retime=retime)
