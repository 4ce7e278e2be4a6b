"""Which messages must have gone in a life, according to the rules of who hears what, when?

The reference model: it is written from the description of the messages, asks the product nothing, and is as plain as
can be. It goes through the runs in order of time. At each one it asks what is due and still true at that instant, and
hands that over if anything can go: in the window, with the mail server up. What it cannot hand over waits for the next
run, and is then asked anew. So a run that only promises changes nothing here, and one that died handed over what the
mail server had answered to by then.

Left out: what stands in a digest only, and what is told when a field passes to another ministry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipa_core.simulation.reference_digests import Digests
from ipa_core.simulation.reference_post import Duty, Post
from ipa_core.simulation.reference_requests import RequestLadders
from ipa_core.simulation.reference_signals import SignalLadders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipa_core.simulation.stories import Reason, Sent, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must have been handed over, in order of time, and why the rest was not.

    `items` are the rungs of ladders, `mentions` the light signals that rode along with them, and `digests` the weeks
    that must have been told. `withheld` has, by the key of a rung without its recipient, what nobody was handed by the
    last run.
    """

    items: tuple[Sent, ...]
    mentions: tuple[Sent, ...]
    digests: tuple[Sent, ...]
    withheld: Mapping[str, Reason]


def expected(story: Story) -> Expected:
    """Go through a life; a story without a run raises IndexError."""
    post = Post(story)
    requests, signals, digests = RequestLadders(story, post), SignalLadders(story, post), Digests(story, post)
    for run in story.runs:
        digests.promise(run)
        if run.is_mail_up and story.calendar.is_in_window(run.at):
            duty = Duty(story, run.at)
            lines = [*requests.due(run, duty), *signals.due(run, duty)]
            signals.record(post.hand_over(run, duty, lines, signals.mentions(run, duty)), run)
            if run.died_after is None:
                digests.hand_over(run, duty)
    last = story.runs[-1]
    duty = Duty(story, last.at)
    return Expected(
        items=tuple(post.sent),
        mentions=tuple(post.mentioned),
        digests=tuple(digests.sent),
        withheld=dict([*requests.withheld(last, duty), *signals.withheld(last, duty)]),
    )
