"""What is the state of one dossier, as known at a moment, and how did it get there?

A dossier is folded from its facts: the updates are put in the order of the days they speak about, and each becomes
an `Entry` that tells what it changed. Rules read entries; they never see a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.adoptions import AdoptionStanding, stand_adoption
from ipa_core.domain.calendars import years_later
from ipa_core.domain.decisions import DecisionKind
from ipa_core.domain.expectations import Evidence, Subject, SubjectKind
from ipa_core.domain.updates import Effect, Origin, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from ipa_core.domain.decisions import Decision
    from ipa_core.domain.milestones import MilestoneStanding
    from ipa_core.domain.promises import Promise
    from ipa_core.domain.recommendations import Adoption, Recommendation
    from ipa_core.domain.updates import StatusUpdate


class Entry(NamedTuple):
    """One update and the state it left behind.

    `place` is where it stands in its cycle, from 0; `opened` is the place of the entry that last reopened it, or 0.
    `last_planned_on` keeps the latest date that was given, also when the plan has vanished since; `planned_on` is the
    plan that stands now. `moved_from` is set when this update put the date later than the last one given. `promise` is
    the date of the dossier itself that counts, after all that was said about it since it was last opened.
    """

    update: StatusUpdate
    cycle: int
    place: int
    opened: int
    previous_status: Status | None
    status: Status
    progress: int | None
    planned_on: date | None
    first_planned_on: date | None
    last_planned_on: date | None
    moved_from: date | None
    has_vanished: bool
    is_material: bool
    promise: Promise | None

    @property
    def on(self) -> date:
        """The day this entry speaks about."""
        return self.update.effective_on

    @property
    def is_reopening(self) -> bool:
        """A completed dossier is being worked on again, in the same cycle."""
        return self.previous_status is Status.COMPLETED and not self.status.is_terminal

    @property
    def is_reasoned(self) -> bool:
        """The change needs no reason (it is not an answer), or it came with one."""
        return not self.update.is_answer or bool(self.update.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The planned date that counts as the first; `replaced_on` is the one before a decision replaced it, if any was."""

    on: date
    said_on: date
    source: str
    is_decided: bool = False
    replaced_on: date | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The date with its source; and of one that was decided, when, and what it replaced."""
        first = Evidence(name="first_planned_on", value=self.on, source=self.source)
        replaced = () if self.replaced_on is None else (Evidence(name="replaced_on", value=self.replaced_on),)
        return (first, *replaced, Evidence(name="replaced_by", value=self.said_on)) if self.is_decided else (first,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTerm:
    """From when until when a round asked; it ends with the day on which answers were due, until that day moved."""

    opened_at: datetime
    ends_at: datetime
    moved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All facts on one recommendation or measure, folded; `entries` run by day and sequence number.

    `decisions` are those of people, in order; explanations only while they hold. `rounds` are those that ended.
    `versions` are those of the register row so far, when anything was decided: the last one is `recommendation`.
    `earlier` tells by sequence number what a correction took the place of, newest first.
    Without slots, because every rule asks the same questions and the answers are remembered.
    """

    recommendation: Recommendation
    entries: tuple[Entry, ...]
    milestones: tuple[MilestoneStanding, ...] = ()
    decisions: tuple[Decision, ...] = ()
    rounds: tuple[RoundTerm, ...] = ()
    versions: tuple[Recommendation, ...] = ()
    earlier: Mapping[int, tuple[StatusUpdate, ...]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The official code of the recommendation or measure."""
        return self.recommendation.code

    @cached_property
    def subject(self) -> Subject:
        """What signals on this dossier are about."""
        return Subject(kind=SubjectKind(self.recommendation.kind.value), code=self.code)

    @property
    def last(self) -> Entry | None:
        """The newest entry, if there is any."""
        return self.entries[-1] if self.entries else None

    @cached_property
    def status(self) -> Status:
        """Where it stands; a dossier nobody spoke about has not started, a completion that was refused is none."""
        if self.last is None:
            return Status.NOT_STARTED
        return Status.IN_PROGRESS if self.is_refused else self.last.status

    @property
    def progress(self) -> int | None:
        """Per cent, the last that was said."""
        return self.last.progress if self.last else None

    @property
    def planned_on(self) -> date | None:
        """The planned date that stands now."""
        return self.last.planned_on if self.last else None

    @property
    def first_planned_on(self) -> date | None:
        """The first planned date of this cycle; it never changes."""
        return self.last.first_planned_on if self.last else None

    @property
    def promise(self) -> Promise | None:
        """The planned date that counts, which need not be the last that was said."""
        return self.last.promise if self.last else None

    @cached_property
    def rebaseline(self) -> Decision | None:
        """The last decision that set another baseline in this cycle; in the first cycle any did, also before a word."""
        if not self.decisions:
            return None
        made = [one for one in self.decisions if one.kind is DecisionKind.REBASELINE]
        if made and self.cycle and self.cycle[0].cycle > 0:
            begun_at = min(self.status_known_at(entry) for entry in self.cycle)
            made = [one for one in made if one.at >= begun_at]
        return made[-1] if made else None

    @cached_property
    def baseline(self) -> Baseline | None:
        """What drift and lateness are counted from: the date of the last re-baseline, or else the first one."""
        given = (entry for entry in self.cycle if entry.first_planned_on is not None)
        decision = self.rebaseline
        if decision is not None and decision.planned_on is not None:
            before = next((entry for entry in given if self.known_at(entry) <= decision.at), None)
            return Baseline(
                on=decision.planned_on,
                said_on=decision.on,
                source=decision.where,
                is_decided=True,
                replaced_on=before.first_planned_on if before is not None else None,
            )
        first = next(given, None)
        if first is None or first.first_planned_on is None:
            return None
        return Baseline(on=first.first_planned_on, said_on=first.on, source=first.update.where)

    @property
    def effect(self) -> Effect:
        """What the worker notices, the last that was said."""
        said = [entry.update.effect for entry in self.entries if entry.update.effect is not None]
        return said[-1] if said else Effect.UNKNOWN

    @cached_property
    def _adoption(self) -> AdoptionStanding:
        return stand_adoption(self.versions or (self.recommendation,), self.decisions)

    @property
    def adoption(self) -> Adoption:
        """What the cabinet decided: as in the register, or as noted by decision since the register said so."""
        return self._adoption.adoption if self.decisions else self.recommendation.adoption

    @property
    def adopted_by(self) -> Decision | None:
        """The decision that tells when it was adopted; without one the register does."""
        return self._adoption.noted if self.decisions else None

    @cached_property
    def is_adopted(self) -> bool:
        """The cabinet took it over, in whole or in part, so something may be expected."""
        return self.adoption.is_taken_over

    @cached_property
    def is_closed(self) -> bool:
        """Nothing more is expected of its owner: completed, dropped, superseded or never adopted."""
        return self.status.is_terminal or not self.is_adopted

    @cached_property
    def is_verified(self) -> bool:
        """IPA verified the completion; or it is public record, so its source did."""
        if self.status is not Status.COMPLETED:
            return False
        judgement = self._judgement()
        return _is_public(self.first_of_present_status) if judgement is None else judgement.kind is DecisionKind.VERIFY

    @property
    def is_completion_shown(self) -> bool:
        """Evidence came with the present completion or since, or it is public record; ask only when it is completed."""
        completion = self.claim
        reports = (completion, *self.reports_after(completion))
        return any(entry.update.evidence or not entry.update.is_answer for entry in reports)

    @cached_property
    def claim(self) -> Entry:
        """The entry that first claimed the present completion, or claimed it anew after the last refusal."""
        first = self.first_of_present_status
        anew = [entry for entry in self._claimed_anew() if entry.place > first.place]
        return anew[-1] if anew else first

    def _claimed_anew(self) -> list[Entry]:
        """Return the entries of this cycle that claimed, after each refusal, that it is completed all the same."""
        refused_at = [one.at for one in self.decisions if one.kind is DecisionKind.REFUSE]
        if not refused_at:
            return []
        said = [one for one in self.cycle if one.update.is_report and one.update.status is Status.COMPLETED]
        anew = (next((entry for entry in said if self.status_known_at(entry) > at), None) for at in refused_at)
        return [entry for entry in anew if entry is not None]

    @property
    def refusal(self) -> Decision | None:
        """The decision with which IPA refused the completion, as long as nobody claimed it anew."""
        if self.last is None or self.last.status is not Status.COMPLETED:
            return None
        judgement = self._judgement()
        if judgement is None or judgement.kind is not DecisionKind.REFUSE:
            return None
        return judgement if self.status_known_at(self.claim) <= judgement.at else None

    @property
    def is_refused(self) -> bool:
        """IPA refused the completion, and nobody claimed it anew since."""
        return self.refusal is not None

    def _judgement(self) -> Decision | None:
        """Return what IPA last said about the present completion."""
        return self._judgement_on(len(self.cycle) - 1)

    def _judgement_on(self, index: int) -> Decision | None:
        """Return what IPA last said about the completion that entry `index` of the cycle belongs to."""
        if not self.decisions:
            return None
        since = self._status_begun_at(_run_start(self.cycle, index))
        until = self._status_begun_at(index + 1) if index + 1 < len(self.cycle) else None
        judged = (
            one
            for one in reversed(self.decisions)
            if one.kind in (DecisionKind.VERIFY, DecisionKind.REFUSE)
            and one.at >= since
            and (until is None or one.at < until)
        )
        return next(judged, None)

    def _status_begun_at(self, start: int) -> datetime:
        """Return when the status that begins at entry `start` of the cycle was first known, by any line with it."""
        first = self.cycle[start]
        run = takewhile(lambda entry: entry.status is first.status, self.cycle[start:])
        said = (one for one in run if one.update.milestone is None and one.update.status is first.status)
        return min((self.status_known_at(one) for one in said), default=first.update.recorded_at)

    def known_at(self, entry: Entry) -> datetime:
        """When there first was such a line, whatever it said before it was corrected."""
        earlier = self.earlier.get(entry.update.seq)
        return (earlier[-1] if earlier else entry.update).recorded_at

    def status_known_at(self, entry: Entry) -> datetime:
        """When its line said this status; a correction of something else is no news."""
        return self._said_at(entry.update, attrgetter("status"))

    def plan_known_at(self, entry: Entry) -> datetime:
        """When its line said this planned date; a correction of something else is no news."""
        return self._said_at(entry.update, attrgetter("plan"))

    def _said_at(self, update: StatusUpdate, said: Callable[[StatusUpdate], object]) -> datetime:
        """Return when the line began to say what it says now."""
        alike = takewhile(lambda one: said(one) == said(update), self.earlier.get(update.seq, ()))
        return min((one.recorded_at for one in alike), default=update.recorded_at)

    def was_refused(self, index: int) -> bool:
        """Tell whether IPA refused the completion that entry `index` of the cycle belongs to, before it ended."""
        judgement = self._judgement_on(index)
        return judgement is not None and judgement.kind is DecisionKind.REFUSE

    def is_explained(self, rule: str, subject: str | None = None) -> bool:
        """Tell whether an explanation that IPA accepted holds for a rule on this dossier, or on its milestone."""
        return bool(self.decisions) and any(
            one.kind is DecisionKind.EXPLAIN and (one.rule, one.subject) == (rule, subject or self.code)
            for one in self.decisions
        )

    def quiet_rounds_after(self, at: datetime) -> int:
        """Return how many rounds that opened after the instant have ended."""
        return sum(one.opened_at > at for one in self.rounds)

    @property
    def open_help(self) -> Entry | None:
        """The entry that first asked for help since IPA last answered, if any did."""
        answered_at = [one.at for one in self.decisions if one.kind is DecisionKind.ANSWER]
        asked = (entry for entry in self.cycle if entry.update.help_wanted)
        return next((entry for entry in asked if not answered_at or entry.update.recorded_at > answered_at[-1]), None)

    def is_asked_on(self, on: date) -> bool:
        """Tell whether a round of this day asks about it: also about a recurring duty, once its year is over."""
        if not self.is_adopted or self.status in (Status.DROPPED, Status.SUPERSEDED):
            return False
        return not self.is_verified or (self.recommendation.recurs is not None and on > self._year_ends_on)

    @property
    def _year_ends_on(self) -> date:
        """Until when a completed recurring duty is done: its planned date, or else a year after completion."""
        completion = self.first_of_present_status
        return completion.last_planned_on or years_later(completion.on, 1)

    @cached_property
    def cycle(self) -> tuple[Entry, ...]:
        """The entries of the present cycle: the whole life, or since a recurring duty began anew."""
        return self.entries[-self.entries[-1].place - 1 :] if self.entries else ()

    @cached_property
    def since_closing(self) -> tuple[Entry, ...]:
        """The entries of the present cycle from the one that reopened it, or all of them."""
        return self.cycle[self.cycle[-1].opened :] if self.cycle else ()

    @cached_property
    def answers(self) -> tuple[Entry, ...]:
        """What ministries answered about the dossier as a whole in the present cycle."""
        return tuple(entry for entry in self.cycle if entry.update.is_answer and entry.update.is_report)

    @property
    def last_material_change(self) -> Entry | None:
        """The newest entry of this cycle that brought something new; a completion that is claimed anew does."""
        anew = self._claimed_anew()
        return next((entry for entry in reversed(self.cycle) if entry.is_material or entry in anew), None)

    def plan_source(self, *, before: Entry | None = None) -> str:
        """Return where the latest planned date of this cycle was given, or the latest before an entry."""
        entries = self.cycle if before is None else self.cycle[: before.place]
        given = (entry.update for entry in reversed(entries) if entry.update.plan is not None and entry.update.plan.on)
        return next((update.where for update in given), "")

    def reports_after(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the reports of this cycle that came after the entry."""
        return tuple(later for later in self.cycle[entry.place + 1 :] if later.update.is_report)

    @cached_property
    def first_of_present_status(self) -> Entry:
        """The entry of this cycle that brought the present status; ask only when there are entries."""
        return self.cycle[_run_start(self.cycle, len(self.cycle) - 1)]

    def was_verified(self, index: int) -> bool:
        """Tell whether IPA or the public record verified the completion that entry `index` of the cycle belongs to."""
        judgement = self._judgement_on(index)
        if judgement is not None:
            return judgement.kind is DecisionKind.VERIFY
        return _is_public(self.cycle[_run_start(self.cycle, index)])


def _run_start(entries: Sequence[Entry], index: int) -> int:
    """Walk back from an entry to the first of those that carry the same status."""
    while index > 0 and entries[index - 1].status is entries[index].status:
        index -= 1
    return index


def _is_public(entry: Entry) -> bool:
    return entry.update.origin is Origin.HISTORY
