"""Compare what the product sent with what it must have sent, and count what it asks of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ipa_core.domain.ladders import Rung
from ipa_core.domain.moments import day_of
from ipa_core.reports.simulations import Findings
from ipa_core.simulation.reference import expected
from ipa_core.simulation.telling import tell
from ipa_core.store import notices, outbox
from ipa_core.store.notices import NoticeKind, NoticeState
from ipa_core.store.outbox import MessageState
from ipa_core.usecases.audit_messages import audit_messages
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from sqlmodel import Session

    from ipa_core.domain.calendars import Calendar
    from ipa_core.simulation.play import Played
    from ipa_core.store.notices import NoticeRow
    from ipa_core.store.outbox import OutboxMessageRow


UNTOLD = frozenset({Rung.MENTION, Rung.AANJAGER, Rung.DIGEST, Rung.TAKEN_OVER, Rung.PASSED_ON})
"""What the reference leaves out: what rides along in other messages, stands in a digest, or needs a reorganisation."""


ABOUT_MESSAGES = "M01"
"""Signals about messages depend on what was sent, so that who knows only the story cannot foretell them."""


def audit(life: Played) -> Findings:
    """Check the life from its end."""
    rows, sent = life.app.database.read(lambda session: _read(session, life))
    went = {
        row.key: day_of(sent[row.message].handed_over_at)  # type: ignore[index,arg-type] # it has gone
        for row in rows
        if row.rung not in UNTOLD and f":{ABOUT_MESSAGES}:" not in row.key and _has_gone(row, sent)
    }
    story = tell(life)
    due = expected(story)
    must = {item.key: day_of(item.at) for item in due.items if f":{ABOUT_MESSAGES}:" not in item.key}
    ledger = life.app.database.read(lambda session: audit_messages(ProgrammeView(session, life.code, at=life.ends_at)))
    differences = [
        *_compare(went, must),
        *_broken_promises(life, story.calendar, rows, sent),
        *(f"{key}: the product itself misses it" for key in (*ledger.missing, *ledger.unexplained)),
    ]
    burden: dict[str, Counter[str]] = defaultdict(Counter)
    for one in life.wire.accepted:
        burden[one.recipient][f"{day_of(one.at):%Y-%m}"] += 1
    return Findings(
        programme=life.code,
        begins_on=day_of(life.runs[0].at),
        ends_on=day_of(life.ends_at),
        differences=tuple(differences),
        items=len(went),
        messages=len(life.wire.accepted),
        runs=len(life.runs),
        deaths=life.deaths,
        doubtful=sum(message.is_doubtful for message in sent.values()),
        burden=burden,
    )


def _read(session: Session, life: Played) -> tuple[Sequence[NoticeRow], Mapping[int, OutboxMessageRow]]:
    rows = notices.list_all(session, life.code, known_at=life.ends_at)
    return rows, outbox.get_many(session, {row.message for row in rows if row.message is not None})


def _has_gone(row: NoticeRow, sent: Mapping[int, OutboxMessageRow]) -> bool:
    return row.message is not None and sent[row.message].handed_over_at is not None


def _compare(went: Mapping[str, date], must: Mapping[str, date]) -> Iterator[str]:
    for key in sorted(went.keys() | must.keys(), key=lambda key: (went.get(key) or must[key], key)):
        if key not in went:
            yield f"{must[key]} {key}: must have gone, and did not"
        elif key not in must:
            yield f"{went[key]} {key}: went, and must not have gone"
        elif went[key] != must[key]:
            yield f"{went[key]} {key}: went on this day, and must have gone on {must[key]}"


def _broken_promises(
    life: Played, calendar: Calendar, rows: Sequence[NoticeRow], sent: Mapping[int, OutboxMessageRow]
) -> Iterator[str]:
    """Yield what no life may show, whoever is right about what should be sent."""
    copies = Counter(one.message_id for one in life.wire.accepted)
    extra = {one for one, count in copies.items() if count > 1}
    doubtful = {message.message_id for message in sent.values() if message.is_doubtful}
    if sum(copies[one] - 1 for one in extra) > life.deaths:
        yield f"{len(extra)} messages went more than once, after {life.deaths} deaths"
    yield from (f"{one}: went twice and is not marked" for one in sorted(extra - doubtful))
    gone = {message.message_id for message in sent.values() if message.state is MessageState.HANDED_OVER}
    yield from (f"{one}: handed over, and the server never took it" for one in sorted(gone - copies.keys()))
    yield from (f"{one.at}: outside the window" for one in life.wire.accepted if not calendar.is_in_window(one.at))
    bundles = Counter(
        (day_of(message.handed_over_at), message.recipient)
        for message in sent.values()
        if message.handed_over_at is not None and message.kind is outbox.MessageKind.BUNDLE
    )
    yield from (f"{on} {to}: {count} bundles" for (on, to), count in bundles.items() if count > 1)
    yield from (f"{row.key}: skipped without a reason" for row in rows if _is_unexplained(row, sent))


def _is_unexplained(row: NoticeRow, sent: Mapping[int, OutboxMessageRow]) -> bool:
    if row.kind is NoticeKind.DIGEST and row.state is NoticeState.PROMISED:
        return False
    if row.state in (NoticeState.SKIPPED, NoticeState.SUPPRESSED):
        return not row.why_not
    message = sent.get(row.message or 0)
    return message is not None and message.state is MessageState.SKIPPED and not (message.why_not or row.why_not)
