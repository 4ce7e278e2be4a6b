"""The sums of `ipa explain --json`, done again by somebody who has nothing but that document.

Nothing of `ipa_core` is imported here. A rule is a function from evidence, thresholds and free days to steps.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import NormalDist
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WEIGHTS = ("info", "low", "medium", "high", "critical")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SATURDAY = 5
ONE_DAY = timedelta(days=1)

Steps = list[tuple[date, str]]


@dataclass
class Facts:
    """One ground of a document: the evidence by its label, the thresholds, and the days that do not count."""

    evidence: dict[str, list[Any]]
    limits: dict[str, int]
    free: set[date]

    def days(self, label: str) -> list[date]:
        return [date.fromisoformat(value) for value in self.evidence.get(label, ())]

    def day(self, label: str) -> date:
        return self.days(label)[0]

    def value(self, label: str) -> Any:
        return self.evidence[label][0]

    def is_working_day(self, on: date) -> bool:
        return on.weekday() < SATURDAY and on not in self.free

    def beyond(self, start: date, working_days: int) -> date:
        """Return the calendar day after the n-th working day after the start."""
        on = start
        while working_days:
            on += ONE_DAY
            working_days -= self.is_working_day(on)
        return on + ONE_DAY

    def before(self, end: date, working_days: int) -> date:
        """Return the n-th working day before the end."""
        on = end
        while working_days:
            on -= ONE_DAY
            working_days -= self.is_working_day(on)
        return on

    def working_day_from(self, on: date) -> date:
        return on if self.is_working_day(on) else self.working_day_from(on + ONE_DAY)


def steps_of(rule: str, ground: dict[str, Any]) -> Steps:
    """Return the steps that follow from one ground of a document."""
    evidence: dict[str, list[Any]] = defaultdict(list)
    for item in ground["evidence"]:
        evidence[item["label"]].append(item["value"])
    facts = Facts(evidence, ground["thresholds"], {date.fromisoformat(on) for on in ground["free_days"]})
    steps = rising(RULES[rule](facts))
    if "explained" in evidence:
        steps = rising((on, shifted(weight, -1)) for on, weight in steps)
    if "priority" in evidence:
        steps = rising((on, shifted(weight, 1)) for on, weight in steps)
    return steps


def events_of(document: dict[str, Any]) -> Steps:
    """Return on which days the signal came, or will come, to weigh how much; the first is its opening."""
    found: Steps = []
    for ground in document["grounds"]:
        known_at = datetime.fromisoformat(ground["known_at"])
        until = datetime.fromisoformat(ground["until"]) if ground["until"] else None
        weights = {max(start_of(on), known_at): weight for on, weight in steps_of(document["rule"], ground)}
        for at, weight in weights.items():
            if (until is None or at < until) and (not found or found[-1][1] != weight):
                found.append((at.astimezone(AMSTERDAM).date(), weight))
    return found


def start_of(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=AMSTERDAM)


def rising(steps: Iterable[tuple[date, str]]) -> Steps:
    """Sort by day and keep what weighs more than everything before it."""
    kept: Steps = []
    for on, weight in sorted(steps, key=lambda step: (step[0], -WEIGHTS.index(step[1]))):
        if not kept or WEIGHTS.index(weight) > WEIGHTS.index(kept[-1][1]):
            kept.append((on, weight))
    return kept


def shifted(weight: str, by: int) -> str:
    return WEIGHTS[min(max(WEIGHTS.index(weight) + by, 0), len(WEIGHTS) - 1)]


def after(label: str, first: str, *later: tuple[str, str]) -> Callable[[Facts], Steps]:
    """The day after a date, and then terms in working days from it."""
    return lambda facts: [
        (facts.day(label) + ONE_DAY, first),
        *((facts.beyond(facts.day(label), facts.limits[limit]), weight) for weight, limit in later),
    ]


def terms(label: str, *terms: tuple[str, str]) -> Callable[[Facts], Steps]:
    """Terms in working days from a date."""
    return lambda facts: [(facts.beyond(facts.day(label), facts.limits[limit]), weight) for weight, limit in terms]


def at_once(label: str, weight: str) -> Callable[[Facts], Steps]:
    return lambda facts: [(facts.day(label), weight)]


def overdue(facts: Facts) -> Steps:
    last_good_on = facts.beyond(facts.day("due_on"), facts.value("grace")) - ONE_DAY
    return [
        (last_good_on + ONE_DAY, "medium"),
        (facts.beyond(last_good_on, facts.limits["high_after"]), "high"),
        (facts.beyond(last_good_on, facts.limits["critical_after"]), "critical"),
    ]


def incomplete(facts: Facts) -> Steps:
    return [(facts.beyond(facts.day("due_on"), facts.value("grace")), "low")]


def deadline_passed(facts: Facts) -> Steps:
    planned_on = facts.day("planned_on")
    years_later = planned_on.replace(year=planned_on.year + facts.limits["critical_after"])
    return [
        (planned_on + ONE_DAY, "medium"),
        (facts.beyond(planned_on, facts.limits["high_after"]), "high"),
        (facts.working_day_from(years_later) + ONE_DAY, "critical"),
    ]


def plan_drift(facts: Facts) -> Steps:
    limits, steps = facts.limits, []
    shifts = list(zip(facts.days("shifted_on"), facts.days("shifted_to"), strict=True))
    replaced_by = facts.day("replaced_by") if "replaced_by" in facts.evidence else date.max
    first_on = facts.day("replaced_on") if "replaced_on" in facts.evidence else facts.day("first_planned_on")
    said = sorted([*shifts, *zip(facts.days("given_on"), facts.days("given_to"), strict=True)])
    moments = [*said, *((on, None) for on in facts.days("reopened_on"))]
    for on, to in sorted(moments, key=lambda one: one[0]):
        latest = to or [other for day, other in said if day <= on][-1]
        drift = (latest - (facts.day("first_planned_on") if on > replaced_by else first_on)).days
        recent = [day for day, _ in shifts if on - timedelta(days=limits["window_days"]) <= day <= on]
        count = len([day for day in recent if "is_settled" not in facts.evidence or day > replaced_by])
        if on < max(facts.days("reopened_on"), default=on):
            continue
        if "is_settled" in facts.evidence and on <= replaced_by:
            continue
        if drift > limits["critical_above_days"]:
            steps.append((on, "critical"))
        elif count >= limits["high_shifts"] or drift >= limits["high_drift_days"]:
            steps.append((on, "high"))
        elif count > limits["shifts"] or drift >= limits["drift_days"]:
            steps.append((on, "medium"))
    return steps


def regression(facts: Facts) -> Steps:
    fallen = [(on, "high") for on in facts.days("status_fell_on")]
    return fallen + [(on, "medium") for on in facts.days("progress_fell_on")]


def rosy_rating(facts: Facts) -> Steps:
    unproven = facts.days("round_on")[facts.limits["rounds"] - 1 :]
    return [(max(facts.day("rated_on"), min([*facts.days("fact_on"), *unproven])), "medium")]


def empty_update(facts: Facts) -> Steps:
    assert all(alike >= facts.limits["alike"] for alike in facts.evidence["alike"])
    return list(zip(facts.days("said_on"), ("low", "medium"), strict=False))


def no_effect(facts: Facts) -> Steps:
    if "none_on" in facts.evidence:
        return [(max(facts.day("completed_on"), facts.day("none_on")), "medium")]
    return [(facts.beyond(facts.day("completed_on"), facts.limits["low_after"]), "low")]


def waiting_on(facts: Facts) -> Steps:
    return [
        (on, shifted(weight, -1))
        for on, weight in zip(facts.days("root_on"), facts.evidence["root_weight"], strict=True)
    ]


def forecast_late(facts: Facts) -> Steps:
    """The chance falls each day that it is not done; without the table of others only a first chance can be judged."""
    if "broken_on" not in facts.evidence:
        assert facts.value("chance") < facts.limits["chance"]
    assert facts.value("chance") <= facts.limits["resolved_above"]
    assert facts.value("comparables") >= facts.limits["comparables"]
    broken_on = facts.day("broken_on") if "broken_on" in facts.evidence else facts.day("forecast_on")
    near_on = facts.before(facts.day("planned_on"), facts.limits["medium_within"]) + ONE_DAY
    return [(broken_on, "low"), (max(broken_on, near_on), "medium")]


def slow_phase(facts: Facts) -> Steps:
    if "within" in facts.evidence:
        return [(facts.beyond(facts.day("since"), facts.value("within")), "low")]
    assert facts.value("ended") >= facts.limits["comparables"]
    return [(facts.day("since") + timedelta(days=facts.value("days")) + ONE_DAY, "low")]


def theme_knelpunt(facts: Facts) -> Steps:
    assert sum(facts.evidence["count"]) <= facts.value("held_up")
    assert 100 * facts.value("held_up") >= facts.limits["left"] * facts.value("open")
    return [(facts.day("formed_on"), "high")]


def ministry_pattern(facts: Facts) -> Steps:
    asked, late = sum(facts.evidence["asked"]), sum(facts.evidence["late"])
    assert (asked, late) == (facts.value("all_asked"), facts.value("all_late"))
    assert asked >= facts.limits["minimum"]
    z = NormalDist().inv_cdf((100 + facts.limits["confidence"]) / 200)
    low = (late + z * z / 2 - z * (late * (asked - late) / asked + z * z / 4) ** 0.5) / (asked + z * z)
    assert low > facts.value("others_late") / facts.value("others_asked")
    return [(facts.day("closed_on"), "medium")]


def escalation_unanswered(facts: Facts) -> Steps:
    weight = shifted(facts.value("signal_severity"), 1)
    return [(facts.beyond(facts.day("escalated_on"), facts.limits["within"]), weight)]


def run_missed(facts: Facts) -> Steps:
    slot_at, found_at = (datetime.fromisoformat(facts.value(label)) for label in ("slot_at", "found_at"))
    assert found_at > slot_at + timedelta(hours=facts.limits["within"])
    return [(slot_at.astimezone(AMSTERDAM).date(), "critical")]


RULES: dict[str, Callable[[Facts], Steps]] = {
    "K01": overdue,
    "K02": incomplete,
    "K03": empty_update,
    "K04": at_once("missing_since", "high"),
    "T01": lambda facts: [(facts.before(facts.day("planned_on"), facts.limits["before"]) + ONE_DAY, "info")],
    "T02": deadline_passed,
    "T03": terms("since", ("low", "low_after")),
    "T04": plan_drift,
    "T05": at_once("moved_on", "high"),
    "T06": at_once("vanished_on", "high"),
    "T07": after("first_planned_on", "low", ("medium", "medium_after"), ("high", "high_after")),
    "T08": forecast_late,
    "V01": terms("changed_on", ("low", "low_after"), ("medium", "medium_after"), ("high", "high_after")),
    "V02": regression,
    "V03": after("planned_on", "low", ("medium", "medium_after")),
    "V04": rosy_rating,
    "V05": at_once("blocked_on", "high"),
    "V06": slow_phase,
    "G01": at_once("completed_on", "high"),
    "G02": terms("completed_on", ("medium", "medium_after")),
    "G03": at_once("reopened_on", "high"),
    "G04": no_effect,
    "R01": terms("advised_on", ("medium", "medium_after")),
    "R02": lambda facts: [(facts.day("dropped_on"), "high" if facts.value("has_reason") else "critical")],
    "O01": terms("asked_on", ("high", "high_after")),
    "O02": terms("heavy_on", ("medium", "medium_after")),
    "O03": after("review_on", "medium"),
    "O04": after("planned_on", "medium", ("high", "high_after")),
    "O05": waiting_on,
    "S01": theme_knelpunt,
    "S02": ministry_pattern,
    "S03": at_once("formed_on", "high"),
    "M02": escalation_unanswered,
    "M04": run_missed,
}
