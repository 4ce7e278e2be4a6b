"""The words for what another policy would change: per ministry what is signalled, per mailbox what is sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import Rung
from ipa_core.render.dutch import moment, plain_date, word
from ipa_core.render.signals import title_of
from ipa_core.reports.policy_trials import DifferenceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ipa_core.domain.expectations import Step
    from ipa_core.reports.policy_trials import Difference, MessageOutlook, PolicyTrial, SignalOutlook

NOBODY = "geen ministerie"


def trial_lines(trial: PolicyTrial) -> list[str]:
    """Tell what changes now, and what would have been otherwise over the whole history."""
    lines = [
        f"Proef met ander beleid voor programma {trial.programme}, op {moment(trial.at)}.",
        "Er is niets opgeslagen en niets verstuurd.",
        "",
        "ALS DIT NU INGAAT",
    ]
    if trial.now is None:
        lines.append("Na dit moment is al gewerkt. Wat er toen veranderd zou zijn, is niet meer na te doen.")
    else:
        lines += _signal_lines("Open signalen", trial.now.signals)
        lines += _signal_lines("Verwachtingen die nog niet zijn gebroken", trial.now.upcoming)
        lines += _message_lines(trial.now.messages)
    lines += ["", "ALS DIT ALTIJD HAD GEGOLDEN, of vanaf de dag die erbij staat"]
    return [*lines, *_signal_lines("Signalen in de hele geschiedenis", trial.history)]


def _signal_lines(title: str, found: Sequence[Difference[SignalOutlook]]) -> Iterator[str]:
    yield _heading(title, (one.kind for one in found))
    groups: dict[str, list[Difference[SignalOutlook]]] = defaultdict(list)
    for one in found:
        for ministry in one.newest.ministries or (NOBODY,):
            groups[ministry].append(one)
    for ministry in sorted(groups):
        yield _subheading(ministry, (one.kind for one in groups[ministry]))
        yield from (f"    {_describe_signal(one)}" for one in groups[ministry])


def _message_lines(found: Sequence[Difference[MessageOutlook]]) -> Iterator[str]:
    yield _heading("Berichten", (one.kind for one in found))
    groups: dict[str, list[Difference[MessageOutlook]]] = defaultdict(list)
    for one in found:
        groups[one.newest.recipient].append(one)
    for recipient in sorted(groups):
        yield _subheading(recipient, (one.kind for one in groups[recipient]))
        yield from (f"    {_describe_message(one)}" for one in groups[recipient])


def _heading(title: str, kinds: Iterable[DifferenceKind]) -> str:
    return f"{title}: {_counts(kinds) or 'geen verschil'}."


def _subheading(name: str, kinds: Iterable[DifferenceKind]) -> str:
    return f"  {name}: {_counts(kinds)}"


def _counts(kinds: Iterable[DifferenceKind]) -> str:
    counts = Counter(kinds)
    return ", ".join(f"{counts[kind]} {word(kind)}" for kind in DifferenceKind if counts[kind])


def _describe_signal(found: Difference[SignalOutlook]) -> str:
    newest = found.newest
    about = f"{word(found.kind):10} {newest.subject.code} {newest.rule} {title_of(newest.rule)}"
    if found.before is not None and found.after is not None:
        return f"{about}: was {_outlook(found.before)}; wordt {_outlook(found.after)}"
    return f"{about}: {_outlook(newest)}"


def _outlook(outlook: SignalOutlook) -> str:
    if outlook.opened_on is None:
        return _weights(outlook.steps)
    until = f" tot {plain_date(outlook.resolved_on)}" if outlook.resolved_on is not None else ""
    weight = f"{word(outlook.severity)}, " if outlook.severity is not None else ""
    return f"{weight}open vanaf {plain_date(outlook.opened_on)}{until} ({_weights(outlook.steps)})"


def _weights(steps: Iterable[Step]) -> str:
    return ", ".join(f"{word(step.severity)} {plain_date(step.on)}" for step in steps)


def _describe_message(found: Difference[MessageOutlook]) -> str:
    newest = found.newest
    about = f"{word(found.kind):10} {word(Rung(newest.rung))}, {newest.about}"
    if found.before is not None and found.after is not None:
        return f"{about}: was {plain_date(found.before.planned_on)}; wordt {plain_date(newest.planned_on)}"
    return f"{about}: {plain_date(newest.planned_on)}"
