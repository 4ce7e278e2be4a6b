"""K04 missing contact: nobody can be asked at an organisation that leads something.

What it expects
    An organisation that leads a dossier has a main or a deputy contact on duty, whose messages do not come back.

Why it matters
    What we send to nobody is answered by nobody, and silence then looks like unwillingness.

When it stays silent
    For organisations that lead nothing, and for those that ended: their successors lead then. It also counts when all
    dossiers are completed, because they may be reopened.

What resolves it
    A contact in one of the two roles, or four weeks after a message came back: then it is tried again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.expectations import Evidence, Expectation, Step, Subject, SubjectKind
from ipa_core.domain.severities import Severity
from ipa_core.rules.rule import NoThresholds, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.domain.calendars import Calendar
    from ipa_core.domain.directories import Reach


LISTED, RETURNED = "contacts.csv", "teruggestuurde berichten"


def expect(reach: Reach, thresholds: NoThresholds, calendar: Calendar) -> Iterator[Expectation]:  # noqa: ARG001 - one signature for all rules
    """Somebody can be asked."""
    if reach.missing_since is None:
        return
    source = RETURNED if reach.has_returned else LISTED
    yield Expectation(
        rule=RULE.code,
        subject=Subject(kind=SubjectKind.ORGANISATION, code=reach.organisation),
        steps=(Step(reach.missing_since, Severity.HIGH),),
        evidence=(
            Evidence(name="organisation", value=reach.organisation),
            Evidence(name="missing_since", value=reach.missing_since, source=source),
        ),
    )


RULE = Rule(code="K04", thresholds=NoThresholds, expect=expect)
