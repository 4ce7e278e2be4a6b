"""Signals over time, for the tests of the rules that follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.episodes import Episode, Escalation, Turn, with_decisions
from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.moments import at_time, start_of_day
from ipa_core.rules.holding import Followed
from tests.builders import a_calendar, a_decision, a_policy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from types import ModuleType
    from typing import Any

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.expectations import Expectation
    from ipa_core.domain.severities import Severity


def an_episode(
    *turns: tuple[date, Severity | None], decisions: Iterable[Decision] = (), rule: str = "T04", number: int = 1
) -> Episode:
    """Return a signal on UIT-01 that weighs what the turns say, each from the start of its day."""
    episode = Episode(
        rule=rule,
        subject=Subject(kind=SubjectKind.RECOMMENDATION, code="UIT-01"),
        number=number,
        dossier="UIT-01",
        turns=tuple(Turn(at=start_of_day(on), severity=severity) for on, severity in turns),
    )
    (told,) = with_decisions([episode], decisions)
    return told


def escalated(on: date, *, returned_on: date | None = None) -> Escalation:
    """Return an escalation that was handed over at nine, and came back at noon if it did."""
    return Escalation(at=at_time(on, 9), returned_at=at_time(returned_on, 12) if returned_on else None)


def on_signal(kind: str, on: date, *, about: str = "ipa:T04:UIT-01:1", **values: Any) -> Decision:
    """Return a decision about the first signal T04 on UIT-01."""
    return a_decision(kind, on, signal=about, **values)


def a_proposal(on: date, *, planned_on: date, review_on: date, solution: str = "OPL-1", **values: Any) -> Decision:
    """Return a solution that SZW carries out."""
    defaults = {"next_step": "SZW stuurt een brief", "owner": "SZW", "rule": "T04", "subject": "UIT-01"}
    given = {"planned_on": planned_on, "review_on": review_on, "solution": solution}
    return on_signal("propose", on, **{**defaults, **given, **values})


def expected(rule: ModuleType, episode: Episode) -> Expectation | None:
    """Return what one rule, named by its module, expects of the signal."""
    found = list(rule.RULE.expect(episode, a_policy().thresholds[rule.RULE.code].values, a_calendar()))
    assert len(found) <= 1
    return found[0] if found else None


def steps_of(rule: ModuleType, episode: Episode) -> list[tuple[date, Severity]]:
    """Return on which days the expectation weighs more; nothing when the rule is silent."""
    expectation = expected(rule, episode)
    return [(step.on, step.severity) for step in expectation.steps] if expectation else []


def evidence_of(rule: ModuleType, episode: Episode) -> list[tuple[str, object, str]]:
    """Return name, value and source of what the rule shows."""
    expectation = expected(rule, episode)
    return [(item.name, item.value, item.source) for item in expectation.evidence] if expectation else []


def followed(*episodes: Episode, **values: Any) -> Followed:
    """Return the signals of one dossier."""
    return Followed(episodes=episodes, **values)
