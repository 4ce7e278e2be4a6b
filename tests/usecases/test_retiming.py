"""Another threshold moves the days of what was said; what is stored is what asking every dossier anew would store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from ipa_core.app import SHIPPED
from ipa_core.domain.moments import at_time
from ipa_core.domain.programmes import OwnPolicy, PolicyKind, PolicyOverride
from ipa_core.intake.programme_folder import read_programme
from ipa_core.store import expectations
from ipa_core.store.database import Database, open_database
from ipa_core.store.expectations import ExpectationRow
from ipa_core.usecases import retime_expectations
from ipa_core.usecases.acts import Act
from ipa_core.usecases.change_policy import add_to_policy
from ipa_core.usecases.decide import decide
from ipa_core.usecases.detect_knelpunten import detect_knelpunten
from ipa_core.usecases.load_programme import load_programme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

LOADED_AT = at_time(date(2026, 2, 4), 9)
CHANGED_AT = LOADED_AT + timedelta(days=12)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Return the shipped programme after its first run, with a decision that has an end."""
    is_embedded = request.param == "sqlite"
    database = open_database("sqlite://" if is_embedded else request.getfixturevalue("postgresql").create_migrated())
    folder = read_programme(SHIPPED)
    database.write(lambda session: load_programme(session, folder, at=LOADED_AT))
    database.write(lambda session: detect_knelpunten(session, "ipa", at=LOADED_AT))
    until = (CHANGED_AT + timedelta(days=100)).date()
    act = Act(kind="explain", about="ipa:T02:HUI-01:1", by="projectleider@ipa.example", reason="Zo is het", until=until)
    database.write(lambda session: decide(session, "ipa", act, at=LOADED_AT + timedelta(hours=1)))
    yield database
    database.close()


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read what is open in many parts, as in a large register."""
    monkeypatch.setattr(expectations, "BATCH", 7)


def policy_of(values: dict[str, dict[str, int]]) -> OwnPolicy:
    return OwnPolicy(
        overrides=tuple(
            PolicyOverride(
                kind=PolicyKind.THRESHOLDS, code=code, values=mine, valid_from=CHANGED_AT.date(), decision="Besluit"
            )
            for code, mine in values.items()
        )
    )


def rows_after(database: Database, own: OwnPolicy) -> list[tuple[object, ...]]:
    """Change the policy, return everything that is expected, and take it back."""

    def work(session: Session) -> list[tuple[object, ...]]:
        add_to_policy(session, "ipa", own, at=CHANGED_AT)
        session.expire_all()
        found = session.exec(select(ExpectationRow)).all()
        return sorted(
            (o.owner, o.rule, o.subject_code, o.held_from, str(o.held_until), o.steps, o.evidence, str(o.next_at))
            for o in found
        )

    return database.rehearse(work)


@pytest.mark.parametrize(
    "values",
    [
        {"T02": {"high_after": 3}},
        {"T01": {"before": 60}, "T02": {"critical_after": 3}, "T07": {"high_after": 1, "medium_after": 0}},
        {"V03": {"medium_after": 2}, "T03": {"low_after": 1}},
    ],
)
def test_what_is_counted_again_is_what_would_be_asked_anew(
    loaded: Database, values: dict[str, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_after(loaded, OwnPolicy())

    counted = rows_after(loaded, policy_of(values))
    monkeypatch.setattr(retime_expectations, "_knows_later", lambda *_: True)
    asked = rows_after(loaded, policy_of(values))

    assert counted == asked
    assert counted != before


def test_only_the_rows_of_the_rule_are_read(loaded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    monkeypatch.setattr(
        retime_expectations, "refresh_dossiers", lambda _, codes, **__: held.append(len(codes) if codes else 0)
    )

    rows_after(loaded, policy_of({"T02": {"high_after": 3}}))

    assert held
    assert 0 < max(held) < len(read_programme(SHIPPED).recommendations) / 2
