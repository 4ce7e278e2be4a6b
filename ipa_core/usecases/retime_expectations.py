"""Let expectations break on other days when a threshold changes, without asking the facts again.

What a rule that waits for a day said holds that day. So its rows are enough, at a fraction of the cost of a history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.rules import RETIMED, rosy_rating
from ipa_core.rules.applying import retime
from ipa_core.rules.holding import with_readers
from ipa_core.store import decisions, expectations, recommendations, updates
from ipa_core.usecases.progress import Progress, unseen
from ipa_core.usecases.refresh_expectations import refresh_comparables, refresh_dossiers

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.usecases.views import ProgrammeView


def hold_dossiers_anew(
    view: ProgrammeView, rules: frozenset[str], *, since: datetime | None, progress: Progress = unseen
) -> None:
    """Hold anew what these rules, of which the thresholds changed, and those that read them expect of every dossier."""
    if since is None or not rules <= RETIMED.keys() or _knows_later(view, since):
        refresh_dossiers(view, None, since=since, rules=with_readers(rules), progress=progress)
        return
    refresh_comparables(view)
    apart = _list_apart(view, rules)
    done, of = 0, expectations.count_open(view.session, view.code, rules, at=since)
    for rows in expectations.list_open(view.session, view.code, rules, at=since):
        said = ((row, retime(row.held.expectation, view.policies.at(since))) for row in rows if row.owner not in apart)
        others = [(row, other) for row, other in said if other != row.held.expectation]
        expectations.say_anew(view.session, view.code, others, since=since)
        done += len(rows)
        progress("verwachtingen", done, of)
    if apart:
        refresh_dossiers(view, apart, since=since, rules=with_readers(rules), progress=progress)


def _knows_later(view: ProgrammeView, since: datetime) -> bool:
    """Tell whether anything counts from a later instant only: rows that end there may not have been kept."""
    return bool(
        view.policies.changes_after(since)
        or recommendations.list_changes_after(view.session, view.code, since)
        or updates.has_later(view.session, view.code, after=since)
    )


def _list_apart(view: ProgrammeView, rules: frozenset[str]) -> set[str]:
    """Return the dossiers of which more than the days may change.

    What was decided may have an end; who waits for another, or was rated, is asked by rules that read these.
    """
    found = decisions.list_decided(view.session, view.code)
    found |= recommendations.list_dependents(view.session, view.code)
    if rules & rosy_rating.FACTS:
        found |= updates.list_rated(view.session, view.code)
    return found
