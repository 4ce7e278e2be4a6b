"""The ladder of a signal in the reference model: who must hear what of it, and why did something else not go?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipa_core.domain.expectations import SubjectKind
from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.severities import Severity
from ipa_core.domain.signals import ChangeKind
from ipa_core.simulation.reference_lives import (
    came_back,
    gravest,
    is_folded,
    knelpunt_of,
    last_turn,
    open_days_between,
    seen,
    was_seen_open,
)
from ipa_core.simulation.reference_post import Line
from ipa_core.simulation.stories import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ipa_core.simulation.reference_lives import Seen
    from ipa_core.simulation.reference_post import Duty, Post
    from ipa_core.simulation.stories import Life, Pause, Run, Story, Turn

OPENING, REPEAT, WORSE, SNOOZE_ENDED = "opening", "repeat", "worse", "snooze_ended"
COORDINATOR, PROJECT_LEAD, CRITICAL = "coordinator", "project_lead", "critical"
SOLVED, MENTION = "solved", "mention"

CLIMBS = {COORDINATOR: Role.COORDINATOR, PROJECT_LEAD: Role.PROJECT_LEAD}
"""The rungs above the main contact, lowest first. The one above these stands in the digest only."""

SILENT = frozenset({"K01", "K02", "K03", "O05"})
"""The ladder of the request speaks for the first three; the message about the root cause for the last one."""

MENTIONED = frozenset({"K02", "K03"})
"""What else rides along while it is light, beside what has a ladder: to be mentioned is not to have a ladder."""

ADDRESSEES = {
    "K04": (Role.COORDINATOR, Role.PROJECT_LEAD),
    "O01": (Role.TEAM,),
    "G02": (Role.TEAM,),
    "S01": (Role.PROJECT_LEAD,),
    "S02": (Role.COORDINATOR,),
    "S03": (Role.PROJECT_LEAD,),
    **dict.fromkeys(("M01", "M02", "M03", "M04"), (Role.BEHEERDER, Role.PROJECT_LEAD)),
}
"""Who hears of a rule that is not for the main contact: the first role in which anybody is on duty."""

WITHOUT_LADDER = SILENT | ADDRESSEES.keys()

TOLD_AT_FIRST = frozenset({"K04", "M01", "M02", "M03", "M04"})
"""What the first run finds goes to the main contact of the lead only, but these go to their own addressee."""

OF_THE_LEAD = frozenset({SubjectKind.RECOMMENDATION, SubjectKind.MEASURE, SubjectKind.MILESTONE})

NO_SOLUTION = "O02"

CALM_FOR = 5
"""Working days between two opening messages about what comes and goes, and before its end is told."""


@dataclass(slots=True)
class _Told:
    """What the ministry heard last about an episode: how heavy it was, and when; and how often of which kind.

    `on` is None as long as nobody heard of it, also when something was refused.
    """

    severity: Severity = Severity.INFO
    on: date | None = None
    times: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    snoozes: set[Pause] = field(default_factory=set)
    unfinished: dict[str, Line] = field(default_factory=dict)


class SignalLadders:
    """Every episode of a story, and what was told about it."""

    def __init__(self, story: Story, post: Post) -> None:
        self._calendar, self._ladders, self._post = story.calendar, story.ladders, post
        self._first_run_at = story.runs[0].at
        self._told: dict[str, _Told] = defaultdict(_Told)
        self._episodes: dict[str, list[Life]] = defaultdict(list)
        for life in sorted(story.lives, key=lambda one: one.episode):
            self._episodes[knelpunt_of(life)].append(life)
        self._lives = sorted(story.lives, key=lambda one: one.turns[0].applied_at)
        self._by_ladder = {_ladder(life): life for life in self._lives}
        self._finished: set[str] = set()

    def due(self, run: Run, duty: Duty) -> Iterator[Line]:
        """Yield what must go at this run."""
        for life, now in self._going_on(run):
            if now.kind is ChangeKind.RESOLVED:
                yield from self._solved(life, run, duty)
            elif self._is_told_at_all(life) and now.severity >= Severity.MEDIUM and not is_folded(life, run.at):
                yield from self._open(seen(life, now, run), run, duty)

    def _is_told_at_all(self, life: Life) -> bool:
        """That a knelpunt of the first run has no solution yet is no news: the knelpunt itself was told."""
        if life.rule != NO_SOLUTION:
            return life.rule not in SILENT
        behind = f":{life.id.partition(f':{NO_SOLUTION}:')[2].rpartition(':')[0]}"
        return not any(
            one.id.endswith(behind) and one.turns[0].applied_at <= self._first_run_at
            for one in self._lives
            if one.rule != NO_SOLUTION
        )

    def mentions(self, run: Run, duty: Duty) -> Iterator[Line]:
        """Yield the light signals that ride along in whatever their main contact gets at this run, each once."""
        for life, now in self._going_on(run):
            if now.kind is ChangeKind.RESOLVED or now.severity >= Severity.MEDIUM:
                continue
            if not _has_ladder(life) and life.rule not in MENTIONED:
                continue
            is_told = _name(life, OPENING) in self._post.gone or _name(life, MENTION) in self._post.gone
            if not is_told and not is_folded(life, run.at) and not seen(life, now, run).is_in_hand:
                yield Line(ladder=_ladder(life), rung=MENTION, mailboxes=duty.of(Role.MAIN, life.ministry))

    def _going_on(self, run: Run) -> Iterator[tuple[Life, Turn]]:
        """Yield the episodes of which anything may have to be told, with what happened to them last."""
        for life in self._lives:
            if life.turns[0].applied_at > run.at:
                return
            now = last_turn(life, run) if life.id not in self._finished else None
            if now is not None:
                yield life, now

    def record(self, went: Iterable[Line], run: Run) -> None:
        """Note what the main contacts heard just now."""
        for line in went:
            life = self._by_ladder.get(line.ladder)
            now = last_turn(life, run) if life is not None else None
            if life is None or now is None:
                continue
            told = self._told[life.id]
            if self._post.waiting[line.name]:
                told.unfinished[line.name] = line
            else:
                told.unfinished.pop(line.name, None)
            told.times[line.rung] = line.number
            if line.rung in (OPENING, REPEAT, WORSE, SNOOZE_ENDED):
                told.severity = now.severity
                # What was refused nobody heard, so that nothing is counted from it.
                told.on = self._post.reached.get(line.name, told.on)
            if line.rung == SNOOZE_ENDED:
                told.snoozes.add(seen(life, now, run).held[-1].pause)

    def withheld(self, run: Run, duty: Duty) -> Iterator[tuple[str, Reason]]:
        """Yield each rung that was planned up to this run and did not go, with the reason.

        Rungs above the opening are planned once it went. What was solved before any run saw it was never planned.
        """
        for life in self._lives:
            now = last_turn(life, run)
            if now is None or not was_seen_open(life) or gravest(life, run) < Severity.MEDIUM:
                continue
            if life.rule in SILENT:
                continue
            rungs = {OPENING: self._addressees(life, duty)}
            if _has_ladder(life) and _name(life, OPENING) in self._post.gone:
                rungs |= {rung: duty.of(role, life.ministry) for rung, role in CLIMBS.items()}
            gone = [rung for rung in rungs if _name(life, rung) in self._post.gone]
            for n, rung in enumerate(rungs):
                if rung not in gone:
                    is_passed = any(later in gone for later in list(rungs)[n:])
                    why = Reason.OVERTAKEN if is_passed else self._why_not(life, now, run, rungs[rung])
                    yield _name(life, rung), why

    # What is open

    def _open(self, state: Seen, run: Run, duty: Duty) -> Iterator[Line]:
        """Yield what is due about a signal of medium or more that stands under no other one."""
        life = state.life
        # What weighs more is news for a deputy as well, whoever has it in hand.
        lines = [one for one in self._told[life.id].unfinished.values() if one.rung == WORSE or not state.is_in_hand]
        true = [line for line in lines if line.rung != SNOOZE_ENDED or _is_of_last_snooze(line, state)]
        rests = [rest for line in true if (rest := self._post.still_to_hear(line, duty)) is not None]
        yield from rests
        opened_on = self._post.gone.get(_name(life, OPENING))
        if any(line.rung == OPENING for line in rests):
            # The main contact could not be told: the ministry hears of it now, from the deputy.
            opened_on = state.on
        if opened_on is None:
            # Unclear in the text: what was taken up before its opening went. Here every rung waits (item 11).
            if not state.is_in_hand and self._is_calm(state):
                yield Line(ladder=_ladder(life), rung=OPENING, mailboxes=self._addressees(life, duty))
        elif _has_ladder(life):
            yield from self._news(state, opened_on, duty, is_told=bool(rests))
            if not state.is_in_hand:
                yield from self._climb(state, opened_on, duty)
        if _has_ladder(life) and _name(life, CRITICAL) not in self._post.gone and self._became_critical(state, run):
            # Unclear in the text: whether this waits for an acknowledgement. Here it does not: it goes at once.
            both = duty.of_all((Role.PROJECT_LEAD, Role.AANJAGER), life.ministry)
            yield Line(ladder=_ladder(life), rung=CRITICAL, mailboxes=both)

    def _addressees(self, life: Life, duty: Duty) -> tuple[str, ...]:
        if _has_ladder(life):
            return duty.of(Role.MAIN, life.ministry)
        if life.turns[0].applied_at == self._first_run_at and life.rule not in TOLD_AT_FIRST:
            return ()
        # A signal about a group, and what is asked about it, has no ministry that leads it.
        default = (Role.MAIN,) if life.dossier else (Role.PROJECT_LEAD,)
        return duty.of_first(ADDRESSEES.get(life.rule, default), life.ministry)

    def _is_calm(self, state: Seen) -> bool:
        """Tell whether anybody was handed the opening message about an earlier episode long enough ago."""
        episodes = self._episodes[knelpunt_of(state.life)]
        earlier = (_name(one, OPENING) for one in episodes if one.episode < state.life.episode)
        last = max((self._post.reached[name] for name in earlier if name in self._post.reached), default=None)
        return last is None or state.on >= self._calendar.add_working_days(last, CALM_FOR)

    def _news(self, state: Seen, opened_on: date, duty: Duty, *, is_told: bool) -> Iterator[Line]:
        """Yield what the main contact must hear of a signal that was opened: that it changed, or else once more.

        Who stands in for the main contact and is told of it at this run does not hear it once more on the day after,
        nor that it weighs more: that message says how much it weighs now.
        """
        life, told = state.life, self._told[state.life.id]
        rungs = []
        if state.severity > told.severity and told.on is not None and not is_told:
            # An acknowledgement does not stop this: it is neither a repeat nor an escalation.
            rungs.append(WORSE)
        if _has_unannounced_end(state, told, opened_on):
            rungs.append(SNOOZE_ENDED)
        if not rungs and not is_told and not state.is_in_hand and self._is_repeat_due(state, told):
            rungs.append(REPEAT)
        for rung in rungs:
            number = state.snoozes if rung == SNOOZE_ENDED else told.times[rung] + 1
            yield Line(ladder=_ladder(life), rung=rung, mailboxes=duty.of(Role.MAIN, life.ministry), number=number)

    def _is_repeat_due(self, state: Seen, told: _Told) -> bool:
        is_tired = told.times[REPEAT] >= self._ladders.repeats
        return not is_tired and told.on is not None and self._has_waited(state, told.on, self._ladders.repeat_every)

    def _climb(self, state: Seen, opened_on: date, duty: Duty) -> Iterator[Line]:
        """Yield the lowest rung that is due: each comes its distance after the one before it went.

        A rung without a reader holds up nothing, and is overtaken when the next one went.
        """
        since, offset, above = opened_on, 0, list(CLIMBS)
        for rung in CLIMBS:
            if (gone_on := self._post.gone.get(_name(state.life, rung))) is not None:
                since, offset, above = gone_on, self._ladders.signal[rung], above[above.index(rung) + 1 :]
        for rung in above:
            readers = duty.of(CLIMBS[rung], state.life.ministry)
            if not readers:
                continue
            if self._has_waited(state, since, self._ladders.signal[rung] - offset):
                yield Line(ladder=_ladder(state.life), rung=rung, mailboxes=readers)
            return

    def _has_waited(self, state: Seen, since: date, working_days: int) -> bool:
        """Tell whether so many working days passed after a day on which nobody had the signal in hand.

        Unclear in the text: what begins anew after a material change. Here it is the whole wait since the rung before.
        """
        since = max([since, *(one.last for one in state.held if one.is_anew)])
        return open_days_between(self._calendar, state.held, since, state.on) >= working_days

    def _became_critical(self, state: Seen, run: Run) -> bool:
        """Tell whether it is critical, and became so after the first run: what that one found escalates to nobody."""
        return state.severity is Severity.CRITICAL and any(
            turn.severity is Severity.CRITICAL and self._first_run_at < turn.applied_at <= run.at
            for turn in state.life.turns
            if turn.kind.is_opening or turn.kind is ChangeKind.RAISED
        )

    # What is solved

    def _solved(self, life: Life, run: Run, duty: Duty) -> Iterator[Line]:
        """Yield the end of an episode for everybody who heard of it and is still there.

        What came back before is told when it stayed away; who hears of a later episode hears the end of that one.
        """
        heard = self._post.heard.get(_ladder(life), set())
        later = [one for one in self._episodes[knelpunt_of(life)] if one.episode > life.episode and last_turn(one, run)]
        if heard and self._came_again(life, later, run):
            return
        heard_later = {mailbox for one in later for mailbox in self._post.heard[_ladder(one)]}
        readers = sorted((heard - heard_later) & duty.present) if _has_ladder(life) else ()
        line = Line(ladder=_ladder(life), rung=SOLVED, mailboxes=tuple(readers))
        left = tuple(one for one in readers if line.key(one) not in self._post.tried)
        if left:
            yield Line(ladder=_ladder(life), rung=SOLVED, mailboxes=left)
        else:
            self._finished.add(life.id)

    def _came_again(self, life: Life, later: Sequence[Life], run: Run) -> bool:
        """Tell whether it is back, or was back before and is not away for long enough now."""
        last = last_turn(later[-1] if later else life, run)
        if last is None or last.kind is not ChangeKind.RESOLVED:
            return True
        is_returning = any(came_back(one) for one in (life, *later))
        return is_returning and day_of(run.at) < self._calendar.add_working_days(day_of(last.at), CALM_FOR)

    # Why not

    def _why_not(self, life: Life, now: Turn, run: Run, readers: Sequence[str]) -> Reason:
        if now.kind is ChangeKind.RESOLVED:
            return Reason.SOLVED
        if is_folded(life, run.at):
            return Reason.FOLDED
        if now.severity < Severity.MEDIUM:
            return Reason.LIGHTER
        if seen(life, now, run).is_in_hand:
            return Reason.PAUSED
        return Reason.WAITING if readers else Reason.NOBODY


def _has_unannounced_end(state: Seen, told: _Told, opened_on: date) -> bool:
    """Tell whether the last thing that was decided is a snooze that is over, and the main contact must hear so."""
    last = state.held[-1] if state.held else None
    if last is None or not last.is_snooze or last.pause in told.snoozes:
        return False
    return opened_on <= last.last < state.on


def _is_of_last_snooze(line: Line, state: Seen) -> bool:
    """Tell whether nobody took the signal up, or put it off, since the snooze of which this tells the end."""
    return state.held[-1].is_snooze and line.number == state.snoozes


def _has_ladder(life: Life) -> bool:
    """Only a signal on a dossier that its ministry answers for climbs, and is told as solved."""
    return life.rule not in WITHOUT_LADDER and life.subject_kind in OF_THE_LEAD and bool(life.dossier)


def _ladder(life: Life) -> str:
    return f"signal:{life.id}:{life.episode}"


def _name(life: Life, rung: str) -> str:
    return f"{_ladder(life)}:{rung}"
