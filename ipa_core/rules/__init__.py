"""What is detected: one file per rule, and the lists that name them.

To add a rule: a file here, a line in a list below, an entry in `thresholds.toml`, a text in
`templates/nl/signals.toml`, and a table test.
"""

from __future__ import annotations

from ipa_core.rules import (
    baseline_passed,
    blocked,
    deadline_near,
    deadline_passed,
    delivery_failed,
    done_without_evidence,
    dropped,
    empty_update,
    escalation_unanswered,
    forecast_late,
    incomplete_submission,
    ministry_pattern,
    missed_milestone,
    missing_contact,
    no_effect,
    no_plan,
    no_response,
    no_solution,
    overdue_submission,
    plan_drift,
    plan_vanished,
    regression,
    reopened,
    rosy_rating,
    run_missed,
    shared_cause,
    silent_shift,
    slow_phase,
    snooze_abuse,
    solution_overdue,
    solution_without_effect,
    standstill,
    theme_knelpunt,
    unanswered_help,
    verification_pending,
    waiting_on,
)
from ipa_core.rules.rule import AnyRule

DOSSIER_RULES: tuple[AnyRule, ...] = (
    empty_update.RULE,
    deadline_near.RULE,
    deadline_passed.RULE,
    no_plan.RULE,
    plan_drift.RULE,
    silent_shift.RULE,
    plan_vanished.RULE,
    baseline_passed.RULE,
    standstill.RULE,
    regression.RULE,
    missed_milestone.RULE,
    blocked.RULE,
    done_without_evidence.RULE,
    verification_pending.RULE,
    reopened.RULE,
    no_effect.RULE,
    no_response.RULE,
    dropped.RULE,
    unanswered_help.RULE,
)
"""Rules over one dossier."""

RATING_RULES: tuple[AnyRule, ...] = (rosy_rating.RULE,)
"""Rules over a dossier and what the rules above expect of it."""

COMPARED_RULES: tuple[AnyRule, ...] = (forecast_late.RULE, slow_phase.RULE)
"""Rules over a dossier beside comparable ones."""

PATH_RULES: tuple[AnyRule, ...] = (waiting_on.RULE,)
"""Rules over a dossier and those that it depends on."""

REQUEST_RULES: tuple[AnyRule, ...] = (overdue_submission.RULE, incomplete_submission.RULE)
"""Rules over one request of a round."""

MESSAGE_RULES: tuple[AnyRule, ...] = (delivery_failed.RULE,)
"""Rules over one promised message."""

RUN_RULES: tuple[AnyRule, ...] = (run_missed.RULE,)
"""Rules over one slot of the schedule."""

ORGANISATION_RULES: tuple[AnyRule, ...] = (missing_contact.RULE,)
"""Rules over one organisation."""

PATTERN_RULES: tuple[AnyRule, ...] = (ministry_pattern.RULE,)
"""Rules over the answers of one ministry beside those of the others."""

CAUSE_RULES: tuple[AnyRule, ...] = (shared_cause.RULE,)
"""Rules over the open signals with one cause."""

THEME_RULES: tuple[AnyRule, ...] = (theme_knelpunt.RULE,)
"""Rules over the open dossiers of one theme and their signals."""

EPISODE_RULES: tuple[AnyRule, ...] = (
    no_solution.RULE,
    solution_without_effect.RULE,
    solution_overdue.RULE,
    escalation_unanswered.RULE,
    snooze_abuse.RULE,
)
"""Rules over one signal, what people decided about it, and how high it climbed."""

ALL_RULES: tuple[AnyRule, ...] = (
    *REQUEST_RULES,
    *ORGANISATION_RULES,
    *DOSSIER_RULES,
    *RATING_RULES,
    *COMPARED_RULES,
    *PATH_RULES,
    *EPISODE_RULES,
    *THEME_RULES,
    *PATTERN_RULES,
    *CAUSE_RULES,
    *MESSAGE_RULES,
    *RUN_RULES,
)

RETIMED = {rule.code: rule.retime for rule in DOSSIER_RULES if rule.retime is not None}
"""How to say it again, by the code of a rule of which other thresholds only move the days."""

ALL_CODES = frozenset(rule.code for rule in ALL_RULES)


def level_of(rule: str, subject: str) -> int:
    """Return the level of a rule over a subject: it follows from facts and from the signals of lower levels alone.

    What is expected of a signal comes after that signal, whatever it is about: O02 about `S03:law:1` after S03.
    """
    if rule in _OVER_EPISODES:
        about, _, its_subject = subject.partition(":")
        return 1 + level_of(about, its_subject)
    return int(rule in _OVER_GROUPS)


_OVER_EPISODES = frozenset(rule.code for rule in EPISODE_RULES)
_OVER_GROUPS = frozenset(rule.code for rule in (*THEME_RULES, *CAUSE_RULES))
