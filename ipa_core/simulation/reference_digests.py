"""The weekly digests of the reference model: in which week must one have gone?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipa_core.domain.moments import LONG_AGO, day_of
from ipa_core.domain.organisations import Role
from ipa_core.domain.signals import ChangeKind
from ipa_core.simulation.reference_lives import is_folded, was_seen_open
from ipa_core.simulation.stories import Sent

if TYPE_CHECKING:
    from datetime import date, datetime

    from ipa_core.simulation.reference_post import Duty, Post
    from ipa_core.simulation.stories import Run, Story

READERS = (Role.AANJAGER, Role.PROJECT_LEAD)

NEWS = frozenset({ChangeKind.OPENED, ChangeKind.CAME_BACK, ChangeKind.RAISED, ChangeKind.RESOLVED})


class Digests:
    """The digest of each week, promised by the first run on or after its day.

    A story tells what happened to signals, and not what breaks next, or which decision is asked. A digest with nothing
    but those may have gone as well; here are the ones that must have.
    """

    def __init__(self, story: Story, post: Post) -> None:
        self.sent: list[Sent] = []
        self._calendar, self._post = story.calendar, post
        self._first_on = day_of(story.runs[0].at)
        self._news_at = sorted(
            turn.applied_at
            for life in story.lives
            if was_seen_open(life) and not life.rule.startswith("M")
            for turn in life.turns
            if turn.kind in NEWS and not is_folded(life, turn.applied_at)
        )
        self._due_on: date | None = None
        self._promised_at: datetime | None = None
        self._told_until = LONG_AGO
        self._month = ""

    def promise(self, run: Run) -> None:
        """Decide about the digest of this week, at the first run on or after its day.

        A digest that nobody could send is taken back by the next one, which then tells the whole gap.
        """
        on = day_of(run.at)
        due_on = self._calendar.first_working_day_of_week(on)
        # The week of the first run has none, and in a week of nothing but free days there is no day for one.
        if not self._first_on < due_on <= on or due_on == self._due_on:
            return
        self._due_on = due_on
        self._promised_at = run.at if self._must_go(run, due_on) else None

    def hand_over(self, run: Run, duty: Duty) -> None:
        """Hand over what was promised."""
        if self._promised_at is None or self._due_on is None:
            return
        mailboxes = [one for one in duty.of_all(READERS, "") if not self._post.is_refused(one, run.at)]
        self.sent += [Sent(key=f"digest:{self._due_on:%G-W%V}:{mailbox}", at=run.at) for mailbox in mailboxes]
        if mailboxes:
            self._told_until = self._promised_at
            self._month = f"{self._due_on:%Y-%m}"
        self._promised_at = None

    def _must_go(self, run: Run, due_on: date) -> bool:
        """Tell whether there is news, or nothing was heard yet this month.

        Unclear in the text: which month "once a month" is. Here it is the calendar month of the digest.
        """
        has_news = any(self._told_until < at <= run.at for at in self._news_at)
        return has_news or f"{due_on:%Y-%m}" != self._month
