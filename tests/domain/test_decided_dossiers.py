"""What people decide changes what a dossier is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ipa_core.domain.recommendations import Adoption, Recurrence
from ipa_core.domain.updates import Status
from tests.builders import a_decision, a_dossier, an_answer, an_update

if TYPE_CHECKING:
    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.updates import StatusUpdate

MARCH = date(2026, 3, 2)
APRIL = date(2026, 4, 1)
MAY = date(2026, 5, 6)
JUNE = date(2026, 6, 1)
DONE = an_answer(MARCH, status=Status.COMPLETED)


@pytest.mark.parametrize(
    ("updates", "decisions", "verified", "refused", "status"),
    [
        pytest.param([DONE], [], False, False, Status.COMPLETED, id="nobody judged"),
        pytest.param([DONE], [a_decision("verify", APRIL)], True, False, Status.COMPLETED, id="verified"),
        pytest.param([DONE], [a_decision("refuse", APRIL)], False, True, Status.IN_PROGRESS, id="refused"),
        pytest.param(
            [DONE, an_answer(MAY, status=Status.COMPLETED)],
            [a_decision("refuse", APRIL)],
            False,
            False,
            Status.COMPLETED,
            id="claimed anew after a refusal",
        ),
        pytest.param(
            [DONE, an_answer(MAY, status=Status.COMPLETED)],
            [a_decision("refuse", APRIL), a_decision("verify", JUNE)],
            True,
            False,
            Status.COMPLETED,
            id="claimed anew and verified",
        ),
        pytest.param(
            [DONE, an_answer(MAY, is_unchanged=True)],
            [a_decision("refuse", APRIL)],
            False,
            True,
            Status.IN_PROGRESS,
            id="a tick does not claim anew",
        ),
        pytest.param(
            [DONE, an_answer(APRIL, status=Status.IN_PROGRESS), an_answer(MAY, status=Status.COMPLETED)],
            [a_decision("verify", MARCH)],
            False,
            False,
            Status.COMPLETED,
            id="an earlier completion was verified, this one not",
        ),
        pytest.param(
            [an_update(MARCH, status=Status.COMPLETED)], [], True, False, Status.COMPLETED, id="public record"
        ),
        pytest.param(
            [an_update(MARCH, status=Status.COMPLETED)],
            [a_decision("refuse", APRIL)],
            False,
            True,
            Status.IN_PROGRESS,
            id="public record, refused all the same",
        ),
        pytest.param(
            [an_answer(MARCH, status=Status.IN_PROGRESS)],
            [a_decision("refuse", APRIL)],
            False,
            False,
            Status.IN_PROGRESS,
            id="there is nothing to refuse",
        ),
    ],
)
def test_a_completion_is_judged_by_ipa(
    updates: list[StatusUpdate], decisions: list[Decision], verified: bool, refused: bool, status: Status
) -> None:
    dossier = a_dossier(*updates, decisions=decisions)

    assert (dossier.is_verified, dossier.is_refused, dossier.status) == (verified, refused, status)


def test_who_claims_it_at_the_very_instant_of_the_refusal_did_not_know_of_it() -> None:
    refused = a_decision("refuse", APRIL)
    at_once = an_answer(APRIL, status=Status.COMPLETED, at=refused.at)
    later = an_answer(APRIL, status=Status.COMPLETED, at=refused.at + timedelta(seconds=1))

    assert a_dossier(DONE, at_once, decisions=[refused]).is_refused
    assert not a_dossier(DONE, later, decisions=[refused]).is_refused
    assert a_dossier(DONE, later, decisions=[refused]).claim.update.recorded_at == later.recorded_at


WRONG = an_update(MARCH, status=Status.COMPLETED, progress=100, note="kaar", seq=1)


def corrected(**changes: Any) -> StatusUpdate:
    """Return what a load in May makes of that line."""
    said = {"status": Status.COMPLETED, "progress": 100, "note": "klaar", **changes}
    return an_update(MARCH, known_on=MAY, seq=3, supersedes=1, **said)


@pytest.mark.parametrize(
    ("later", "verified", "refused"),
    [
        pytest.param([], True, True, id="nothing was corrected"),
        pytest.param([corrected()], True, True, id="a remark is corrected"),
        pytest.param([corrected(planned_on=JUNE)], True, True, id="a date is corrected"),
        pytest.param(
            [corrected(), an_update(MARCH, status=Status.COMPLETED, known_on=JUNE, seq=4, supersedes=3)],
            True,
            True,
            id="corrected twice",
        ),
        pytest.param(
            [
                corrected(status=Status.IN_PROGRESS),
                an_update(MARCH, status=Status.COMPLETED, known_on=JUNE, seq=4, supersedes=3),
            ],
            True,
            False,
            id="corrected to something else and back: that claims it anew",
        ),
        pytest.param(
            [an_update(MARCH, status=Status.COMPLETED, known_on=MAY, organisation="BZK", seq=3)],
            True,
            False,
            id="another line says it as well: that claims it anew",
        ),
    ],
)
def test_a_correction_of_something_else_leaves_the_judgement_of_ipa(
    later: list[StatusUpdate], verified: bool, refused: bool
) -> None:
    before = an_update(date(2026, 2, 2), seq=2)
    judged = {
        kind: a_dossier(WRONG, before, *later, decisions=[a_decision(kind, APRIL)]) for kind in ("verify", "refuse")
    }

    assert (judged["verify"].is_verified, judged["refuse"].is_refused) == (verified, refused)


@pytest.mark.parametrize(("kind", "verified"), [("verify", True), ("refuse", False)])
def test_what_was_judged_is_not_verified_by_an_older_line_that_is_added_later(kind: str, verified: bool) -> None:
    older = an_update(date(2026, 2, 2), status=Status.COMPLETED, known_on=MAY)

    dossier = a_dossier(DONE, older, decisions=[a_decision(kind, APRIL)])

    assert (dossier.status, dossier.is_verified) == (Status.COMPLETED, verified)


def test_a_corrected_reopening_leaves_what_was_judged_before_it() -> None:
    reopened = an_update(date(2026, 3, 9), note="tpyo", seq=2)
    again = an_update(date(2026, 3, 16), status=Status.COMPLETED, seq=3)
    remark = an_update(date(2026, 3, 9), note="typo", known_on=MAY, seq=4, supersedes=2)

    dossier = a_dossier(WRONG, reopened, again, remark, decisions=[a_decision("refuse", APRIL)])

    assert (dossier.was_refused(0), dossier.is_refused) == (False, True)


@pytest.mark.parametrize(
    ("later", "kept"),
    [
        pytest.param(an_update(MARCH, planned_on=MAY, known_on=MAY, seq=3, supersedes=1), True, id="a remark"),
        pytest.param(an_update(MARCH, planned_on=JUNE, known_on=MAY, seq=3, supersedes=1), True, id="its date"),
        pytest.param(an_update(date(2026, 2, 2), planned_on=MAY, known_on=MAY), True, id="an older line is added"),
        pytest.param(an_update(JUNE, planned_on=date(2027, 3, 2)), False, id="a new cycle begins"),
    ],
)
def test_a_rebaseline_outlives_what_is_said_of_the_cycle_later(later: StatusUpdate, kept: bool) -> None:
    begun = an_update(MARCH, planned_on=MAY, note="strat", seq=1)
    done = an_answer(date(2026, 5, 20), status=Status.COMPLETED, seq=2)
    updates = (begun, later) if kept else (begun, done, later)

    decision = a_decision("rebaseline", APRIL, planned_on=date(2026, 9, 1))
    dossier = a_dossier(*updates, decisions=[decision], recurs=Recurrence.YEARLY)

    assert dossier.rebaseline == (decision if kept else None)


@pytest.mark.parametrize(
    ("later", "counts"),
    [
        pytest.param(timedelta(seconds=-1), False, id="before it was claimed"),
        pytest.param(timedelta(0), True, id="at the instant of the claim"),
        pytest.param(timedelta(hours=1), True, id="while it stood"),
        pytest.param(timedelta(days=2), False, id="at the instant it was reopened"),
    ],
)
def test_a_completion_that_ended_was_judged_while_it_stood(later: timedelta, counts: bool) -> None:
    reopened = an_answer(MARCH + timedelta(days=2), status=Status.IN_PROGRESS)
    judged = {kind: replace(a_decision(kind, MARCH), at=DONE.recorded_at + later) for kind in ("verify", "refuse")}

    again = an_answer(APRIL, status=Status.COMPLETED)
    dossiers = {kind: a_dossier(DONE, reopened, again, decisions=[one]) for kind, one in judged.items()}

    assert dossiers["verify"].was_verified(0) is counts
    assert dossiers["refuse"].was_refused(0) is counts


def test_a_decision_counts_from_its_own_moment() -> None:
    decision = a_decision("refuse", APRIL)

    assert not a_dossier(DONE, decisions=[decision], known_at=DONE.recorded_at).is_refused
    assert a_dossier(DONE, decisions=[decision], known_at=decision.at).is_refused


@pytest.mark.parametrize(
    ("register", "decisions", "adoption"),
    [
        pytest.param(Adoption.UNDECIDED, [], Adoption.UNDECIDED, id="the register"),
        pytest.param(
            Adoption.UNDECIDED, [a_decision("adopt", APRIL, adoption=Adoption.PARTLY)], Adoption.PARTLY, id="decided"
        ),
        pytest.param(
            Adoption.ADOPTED,
            [
                a_decision("adopt", APRIL, adoption=Adoption.PARTLY),
                a_decision("adopt", MAY, adoption=Adoption.NOT_ADOPTED),
            ],
            Adoption.NOT_ADOPTED,
            id="the last one counts",
        ),
        pytest.param(
            Adoption.ADOPTED,
            [a_decision("adopt", date(2024, 1, 8), adoption=Adoption.NOT_ADOPTED)],
            Adoption.ADOPTED,
            id="a later version of the register counts",
        ),
    ],
)
def test_the_cabinets_choice_is_that_of_the_register_or_a_later_decision(
    register: Adoption, decisions: list[Decision], adoption: Adoption
) -> None:
    dossier = a_dossier(decisions=decisions, adoption=register)

    assert dossier.adoption is adoption
    assert dossier.is_adopted is (adoption in (Adoption.ADOPTED, Adoption.PARTLY))


def test_a_rebaseline_keeps_the_first_date_in_sight() -> None:
    dossier = a_dossier(
        an_answer(MARCH, status=Status.IN_PROGRESS, planned_on=MAY),
        decisions=[a_decision("rebaseline", APRIL, planned_on=JUNE)],
    )

    assert dossier.baseline is not None
    assert (dossier.baseline.on, dossier.baseline.replaced_on, dossier.first_planned_on) == (JUNE, MAY, MAY)
    assert dossier.baseline.source == "besluit van IPA"


@pytest.mark.parametrize(
    ("values", "day", "holds"),
    [
        pytest.param({}, MAY, True, id="on its last day"),
        pytest.param({}, JUNE, False, id="after its end"),
        pytest.param({"is_accepted": False}, APRIL, False, id="not accepted"),
        pytest.param({"rule": "T07"}, APRIL, False, id="another rule"),
        pytest.param({"subject": "UIT-02"}, APRIL, False, id="another subject"),
    ],
)
def test_an_explanation_holds_until_its_end(values: dict[str, object], day: date, holds: bool) -> None:
    explanation = a_decision("explain", MARCH, **{"rule": "T02", "subject": "UIT-01", "until": MAY, **values})
    seen = a_decision("verify", day)

    assert a_dossier(decisions=[explanation], known_at=seen.at).is_explained("T02") is holds
