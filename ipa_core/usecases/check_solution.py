"""Is a proposed way out complete: who carries it out, by when, and when do we look whether it helped?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.updates import RootCause

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.intake.problems import ProblemList
    from ipa_core.usecases.acts import Act
    from ipa_core.usecases.views import ProgrammeView


def check_proposal(view: ProgrammeView, act: Act, problems: ProblemList) -> None:
    """Collect what is wrong with a new solution."""
    if not act.next_step.strip():
        problems.add("act_without_solution", column="--next-step")
    known = [code for code in view.directory.organisations if view.present(code) == code]
    if act.owner not in known:
        code = "act_owner_unknown" if act.owner else "act_without_owner"
        problems.add(code, column="--owner", value=act.owner, choices=", ".join(sorted(known)))
    if act.root_cause not in {*RootCause, ""}:
        problems.add("act_cause_unknown", column="--cause", value=act.root_cause, choices=", ".join(RootCause))
    if act.review_on is None:
        problems.add("act_without_review", column="--review-on")
    check_plan(view, act, problems, review_on=None)


def check_plan(view: ProgrammeView, act: Act, problems: ProblemList, *, review_on: date | None) -> None:
    """Collect what is wrong with the days of a solution; `review_on` stands unless the act gives another."""
    planned_on, review_on = act.planned_on, act.review_on or review_on
    if planned_on is None:
        problems.add("act_without_day", column="--on")
        return
    if planned_on < view.on:
        problems.add("act_in_the_past", column="--on", value=planned_on)
    if review_on is not None and review_on < planned_on:
        problems.add("act_review_too_early", column="--review-on", value=review_on, planned=planned_on.isoformat())
