"""The JSON documents of the commands: names that other programs rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipa_core.cli.forecasts import forecasts_shape
from ipa_core.domain.moments import day_of
from ipa_core.render.signals import describe, describe_upcoming
from ipa_core.render.timelines import describe_event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.expectations import Expectation, Step, Subject
    from ipa_core.domain.solutions import Solution
    from ipa_core.reports.explanations import Explanation, Ground
    from ipa_core.reports.signal_cards import SignalCard, UpcomingCard
    from ipa_core.reports.timelines import DossierTimeline
    from ipa_core.usecases.load_programme import LoadSummary
    from ipa_core.usecases.replay_history import Replay


def signal_shape(card: SignalCard) -> dict[str, Any]:
    """Return one row of `ipa signals --json`."""
    signal, words = card.signal, describe(card)
    return {
        "id": signal.id,
        "programme": signal.programme,
        "rule": signal.rule,
        "title": words.title,
        "subject": subject_shape(signal.row.expectation.subject),
        "subject_title": card.subject.title,
        "theme": card.subject.theme,
        "ministries": list(card.subject.ministries),
        "severity": signal.severity.value,
        "state": signal.state.value,
        "until": iso(card.in_hand.until) if card.in_hand else None,
        "next_step": card.in_hand.next_step if card.in_hand else "",
        "explanation": _explanation_shape(card.explained) if card.explained is not None else None,
        "solution": _solution_shape(card.solution) if card.solution is not None else None,
        "structural": card.is_structural,
        "opened_on": signal.opened_on.isoformat(),
        "steps": steps_shape(signal.row.expectation.steps),
        "resolved_on": iso(signal.resolved_on),
        "episode": signal.episode,
        "came_back": signal.has_come_back,
        "sentence": words.sentence,
        "evidence": _evidence_shape(signal.row.expectation),
        "resolves_when": words.resolves_when,
        "threshold": words.threshold,
        "thresholds": dict(card.threshold.values),
        "context": list(words.context),
        "folded_under": list(signal.folded_under),
        "dependents": list(card.dependents),
        "members": list(card.members),
    }


def _explanation_shape(decision: Decision) -> dict[str, Any]:
    return {
        "organisation": decision.organisation,
        "reason": decision.reason,
        "given_on": decision.on.isoformat(),
        "until": iso(decision.until),
        "accepted": decision.is_accepted,
    }


def _solution_shape(solution: Solution) -> dict[str, Any]:
    return {
        "code": solution.code,
        "what": solution.proposal.next_step,
        "owner": solution.owner,
        "planned_on": solution.planned_on.isoformat(),
        "review_on": solution.review_on.isoformat(),
        "done_on": solution.done.on.isoformat() if solution.done is not None else None,
    }


def explain_shape(explanation: Explanation) -> dict[str, Any]:
    """Return `ipa explain --json`: with `grounds` and `changes` anybody can do all sums again."""
    words = describe(explanation.card)
    return {
        **signal_shape(explanation.card),
        "sums": list(words.sums),
        "unless": words.unless,
        "changes": [
            {
                "at": event.at.isoformat(),
                "on": day_of(event.at).isoformat(),
                "kind": event.kind.value,
                "severity": event.severity.value,
            }
            for event in explanation.events
        ],
        "grounds": [_ground_shape(ground) for ground in explanation.grounds],
    }


def _ground_shape(ground: Ground) -> dict[str, Any]:
    return {
        "known_at": ground.known_at.isoformat(),
        "known_on": day_of(ground.known_at).isoformat(),
        "until": ground.until.isoformat() if ground.until is not None else None,
        "until_on": iso(day_of(ground.until)) if ground.until is not None else None,
        "steps": steps_shape(ground.expectation.steps),
        "evidence": _evidence_shape(ground.expectation),
        "thresholds": dict(ground.threshold.values),
        "valid_from": ground.threshold.valid_from.isoformat(),
        "decision": ground.threshold.decision,
        "free_days": [on.isoformat() for on in ground.free_days],
    }


def _evidence_shape(expectation: Expectation) -> list[dict[str, Any]]:
    return [{"label": item.name, "value": _plain(item.value), "source": item.source} for item in expectation.evidence]


def upcoming_shape(programme: str, card: UpcomingCard) -> dict[str, Any]:
    """Return one row of `ipa upcoming --json`."""
    return {
        "programme": programme,
        "rule": card.expectation.rule,
        "subject": subject_shape(card.expectation.subject),
        "ministries": list(card.subject.ministries),
        "on": card.step.on.isoformat(),
        "severity": card.step.severity.value,
        "sentence": describe_upcoming(card),
    }


def load_shape(summary: LoadSummary) -> dict[str, Any]:
    """Return `ipa load --json`."""
    return {
        "programme": summary.programme,
        "new": summary.new,
        "changed": summary.changed,
        "unchanged": summary.unchanged,
    }


def dossier_shape(programme: str, timeline: DossierTimeline) -> dict[str, Any]:
    """Return `ipa dossier --json`."""
    dossier = timeline.dossier
    return {
        "programme": programme,
        "code": dossier.code,
        "title": dossier.recommendation.title,
        "state": {
            "status": dossier.status.value,
            "progress": dossier.progress,
            "planned_on": iso(dossier.planned_on),
            "first_planned_on": iso(dossier.first_planned_on),
            "lead": timeline.lead,
            "adoption": dossier.adoption.value,
            "verification": "verified" if dossier.is_verified else "refused" if dossier.is_refused else None,
            "effect": dossier.effect.value,
        },
        "provenance": dossier.recommendation.provenance,
        "confidence": dossier.recommendation.confidence,
        "timeline": [
            {
                "on": event.on.isoformat(),
                "kind": event.kind.value,
                "text": describe_event(event),
                "source": event.source,
            }
            for event in timeline.events
        ],
        "trend": {
            "baseline_on": iso(timeline.trend.baseline_on),
            "points": [
                {
                    "reported_on": point.reported_on.isoformat(),
                    "planned_on": iso(point.planned_on),
                    "kind": point.kind.value,
                    "source": point.source,
                }
                for point in timeline.trend.points
            ],
        },
    }


def replay_shape(programme: str, replay: Replay) -> dict[str, Any]:
    """Return `ipa replay --json`."""
    score = replay.score
    return {
        "programme": programme,
        "signals": [
            {
                "recommendation": one.dossier,
                "subject": subject_shape(one.subject),
                "rule": one.rule,
                "opened_on": one.opened_on.isoformat(),
                "resolved_on": iso(one.resolved_on),
                "severity": one.severity.value,
                "steps": steps_shape(one.steps),
            }
            for one in replay.signals
        ],
        "score": None
        if score is None
        else {
            "known": score.known,
            "found": score.found,
            "missed": list(score.missed),
            "controls": score.controls,
            "flagged_controls": list(score.flagged_controls),
            "lead_days": dict(score.lead_days),
            "median_lead_days": score.median_lead_days,
        },
        "forecasts": forecasts_shape(replay.forecasts),
    }


def steps_shape(steps: Iterable[Step]) -> list[dict[str, str]]:
    """Return each day with the weight from then on."""
    return [{"on": step.on.isoformat(), "severity": step.severity.value} for step in steps]


def subject_shape(subject: Subject) -> dict[str, str]:
    """Return what something is about."""
    return {"kind": subject.kind.value, "code": subject.code}


def iso(on: date | None) -> str | None:
    """Return the day as text, if there is one."""
    return on.isoformat() if on is not None else None


def _plain(value: date | int | str) -> int | str:
    return value if isinstance(value, int | str) else value.isoformat()
