"""A due date moves while the ladder is on its way: what was sent stays, the rest moves along, and the mail says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ipa_core.errors import InputRefused
from ipa_core.store import outbox
from ipa_core.usecases.check_due_date import DueDateAsked
from ipa_core.usecases.move_due_date import move_due_date
from ipa_core.usecases.request_histories import list_requests
from ipa_core.usecases.views import ProgrammeView
from tests.journeys.handovers import text_of

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from sqlmodel import Session

    from ipa_core.usecases.move_due_date import MovedDueDate
    from tests.journeys.world import World

MAIN, DEPUTY, LEADER = "bzk-main", "bzk-deputy", "projectleider"
SENT = [
    ("2026-02-04", "O", MAIN),
    ("2026-02-18", "H1", MAIN),
    ("2026-02-27", "H2", MAIN),
    ("2026-03-04", "H3", MAIN),
    ("2026-03-09", "L1", DEPUTY),
    ("2026-03-09", "L1", MAIN),
    ("2026-03-11", "L2", "bzk-coordinator"),
    ("2026-03-11", "L2", DEPUTY),
    ("2026-03-11", "L2", MAIN),
    ("2026-03-18", "E1", LEADER),
]
"""What goes about an unanswered request that is due on Wednesday 4 March."""


def move(world: World, as_of: str, due: str, ministry: str | None = None, round_code: str = "2025-Q4") -> MovedDueDate:
    asked = DueDateAsked(round=round_code, ministry=ministry, due=due, reason="De Kamer vroeg meer tijd", by="")
    at = world.app.moment(as_of).at
    return world.app.database.write(lambda session: move_due_date(session, "ipa", asked, at=at))


def sent_before(day: str) -> list[tuple[str, str, str]]:
    return [one for one in SENT if one[0] < day]


def mail_to(world: World, reader: str, day: str) -> EmailMessage:
    (found,) = [
        mail
        for mail in world.mails()
        if mail["To"].startswith(reader) and mail["Date"].datetime.date().isoformat() == day
    ]
    return found


def flat(mail: EmailMessage) -> str:
    return " ".join(text_of(mail).split())


def told(world: World, reader: str = MAIN) -> list[str]:
    """On which days somebody read that a date moved."""
    return [
        mail["Date"].datetime.date().isoformat()
        for mail in world.mails()
        if mail["To"].startswith(reader) and re.search("[Dd](e|ie) datum (is|was) verplaatst:", flat(mail))
    ]


def dues(world: World, as_of: str) -> dict[str, str]:
    """Return the due dates that somebody saw at the moment."""
    at = world.app.moment(as_of).at
    found = world.app.database.read(lambda session: list_requests(ProgrammeView(session, "ipa", at=at)))
    return {one.organisation: one.due_on.isoformat() for one in found}


def unanswered(world: World, as_of: str, ministry: str = "BZK") -> list[tuple[str, str | None]]:
    """From when until when K01 stood open about one ministry."""
    found = [card.signal for card in world.signals(as_of, is_all=True) if card.signal.rule == "K01"]
    return sorted(
        (one.opened_on.isoformat(), one.resolved_on.isoformat() if one.resolved_on else None)
        for one in found
        if one.subject.code == f"2025-Q4:{ministry}"
    )


def test_before_the_second_reminder_the_rest_of_the_ladder_moves_along(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-20")
    move(opened, "2026-02-20T15:00:00+01:00", "2026-03-18")
    opened.run_daily("2026-02-23", "2026-04-02")

    assert opened.sent("2026-04-02", "2025-Q4:BZK") == [
        *sent_before("2026-02-20"),
        ("2026-03-13", "H2", MAIN),
        ("2026-03-18", "H3", MAIN),
        ("2026-03-23", "L1", DEPUTY),
        ("2026-03-23", "L1", MAIN),
        ("2026-03-25", "L2", "bzk-coordinator"),
        ("2026-03-25", "L2", DEPUTY),
        ("2026-03-25", "L2", MAIN),
        ("2026-04-01", "E1", LEADER),
    ]
    assert unanswered(opened, "2026-04-02") == [("2026-03-21", None)]


def test_the_next_message_tells_that_the_date_moved_and_those_after_it_do_not(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-20")
    move(opened, "2026-02-20T15:00:00+01:00", "2026-03-18")
    opened.run_daily("2026-02-23", "2026-04-02")

    mail = mail_to(opened, MAIN, "2026-03-13")
    said = (
        "De datum is verplaatst: u antwoordt nu uiterlijk woensdag 18 maart 2026 in plaats van woensdag 4 maart 2026."
    )
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr] # our mails have both parts
    assert said in flat(mail)
    assert "Waarom nu: de datum is verplaatst." in flat(mail)
    assert "De datum is verplaatst" in html
    assert "uiterlijk woensdag 18 maart 2026" in mail["Subject"]
    (agenda,) = [part for part in mail.iter_attachments() if part.get_filename("").endswith(".ics")]
    assert "DTSTART;VALUE=DATE:20260318" in agenda.get_content()
    assert told(opened) == ["2026-03-13"]
    assert told(opened, DEPUTY) == []
    (reason,) = {
        line.reason for line in opened.messages("2026-04-02") if line.key.startswith("request:2025-Q4:BZK:H2:")
    }
    assert reason == "date_moved"


def test_after_the_first_late_message_nothing_is_late_until_the_new_date(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-09")
    moved = move(opened, "2026-03-09T15:00:00+01:00", "2026-03-24", "BZK")
    opened.run_daily("2026-03-10", "2026-04-09")

    assert opened.sent("2026-04-09", "2025-Q4:BZK") == [
        *sent_before("2026-03-10"),
        ("2026-03-31", "L2", "bzk-coordinator"),
        ("2026-03-31", "L2", DEPUTY),
        ("2026-03-31", "L2", MAIN),
        ("2026-04-09", "E1", LEADER),
    ]
    assert unanswered(opened, "2026-04-09") == [("2026-03-07", "2026-03-09"), ("2026-03-27", None)]
    assert told(opened) == told(opened, DEPUTY) == ["2026-03-31"]
    assert "Die datum was verplaatst: eerst was het woensdag 4 maart 2026." in flat(mail_to(opened, MAIN, "2026-03-31"))
    assert [(one.request.organisation, str(one.told_on)) for one in moved.requests] == [("BZK", "2026-03-31")]


def test_after_the_notice_the_escalation_waits_for_its_day_after_the_new_date(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-11")
    moved = move(opened, "2026-03-11T15:00:00+01:00", "2026-03-24", "BZK")
    opened.run_daily("2026-03-12", "2026-04-09")

    assert opened.sent("2026-04-09", "2025-Q4:BZK") == [
        *sent_before("2026-03-12"),
        ("2026-04-09", "E1", LEADER),
    ]
    assert told(opened, LEADER) == ["2026-04-09"]
    assert [one.told_on for one in moved.requests] == [None]


def test_a_date_that_moves_after_the_escalation_asks_the_aanjager_nothing_before_its_own_days(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-20")
    move(opened, "2026-03-20T15:00:00+01:00", "2026-04-15", "BZK")
    opened.run_daily("2026-03-23", "2026-05-26")

    asked = [
        mail["Date"].datetime.date().isoformat()
        for mail in opened.mails()
        if mail["To"].startswith("aanjager") and "BZK bellen over uitvraag" in flat(mail)
    ]
    assert opened.sent("2026-05-26", "2025-Q4:BZK") == SENT
    assert asked == ["2026-05-26"]


def test_an_earlier_date_brings_one_reminder_at_a_time(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-10")
    move(opened, "2026-02-10T15:00:00+01:00", "2026-02-12", "BZK")
    opened.run_daily("2026-02-11", "2026-02-20")

    assert opened.sent("2026-02-20", "2025-Q4:BZK") == [
        ("2026-02-04", "O", MAIN),
        ("2026-02-11", "H2", MAIN),
        ("2026-02-12", "H3", MAIN),
        ("2026-02-17", "L1", DEPUTY),
        ("2026-02-17", "L1", MAIN),
        ("2026-02-19", "L2", "bzk-coordinator"),
        ("2026-02-19", "L2", DEPUTY),
        ("2026-02-19", "L2", MAIN),
    ]
    assert told(opened) == ["2026-02-11"]
    (why_not,) = {
        line.why_not for line in opened.messages("2026-02-20") if line.key.startswith("request:2025-Q4:BZK:H1:")
    }
    assert why_not == "tot de laatste dag is geen tijd voor deze herinnering"


def test_a_reminder_for_which_there_was_no_time_comes_back_when_there_is(opened: World) -> None:
    move(opened, "2026-02-04T15:00:00+01:00", "2026-02-18")
    opened.run_daily("2026-02-05", "2026-02-09")
    move(opened, "2026-02-09T15:00:00+01:00", "2026-03-04")
    opened.run_daily("2026-02-10", "2026-03-04")

    assert opened.sent("2026-03-04", "2025-Q4:BZK") == sent_before("2026-03-05")
    assert told(opened) == []


def test_what_was_promised_for_the_old_date_does_not_go(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-26")
    opened.app.detect("ipa", opened.app.moment("2026-02-27T07:00:00+01:00").at)
    move(opened, "2026-02-27T08:00:00+01:00", "2026-03-18")
    opened.dispatch("2026-02-27T09:00:00+01:00")
    opened.run_daily("2026-03-02", "2026-03-13")

    assert opened.sent("2026-03-13", "2025-Q4:BZK") == [*sent_before("2026-02-27"), ("2026-03-13", "H2", MAIN)]


def test_a_late_message_that_only_some_got_is_not_told_to_the_others_once_there_is_time(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-06")
    opened.app.detect("ipa", opened.app.moment("2026-03-09T07:00:00+01:00").at)
    opened.app.database.write(lambda session: hand_over_by_hand(session, opened, "2026-03-09T09:00:00+01:00"))
    move(opened, "2026-03-09T09:30:00+01:00", "2026-03-24", "BZK")
    opened.run_daily("2026-03-10", "2026-03-12")

    late = {
        line.recipient.split("@")[0]: line.why_not
        for line in opened.messages("2026-03-12")
        if line.key.startswith("request:2025-Q4:BZK:L1:")
    }
    assert late == {MAIN: "", DEPUTY: "de datum is verplaatst"}


@pytest.mark.parametrize("is_returned", [False, True])
def test_a_notice_that_one_reader_refused_and_nobody_heard_goes_before_the_escalation_after_the_new_date(
    opened: World, is_returned: bool
) -> None:
    opened.run_daily("2026-02-05", "2026-03-10")
    opened.app.detect("ipa", opened.app.moment("2026-03-11T07:00:00+01:00").at)
    at = opened.app.moment("2026-03-11T09:00:00+01:00").at if is_returned else None
    opened.app.database.write(lambda session: refuse_by_hand(session, at))
    move(opened, "2026-03-11T09:30:00+01:00", "2026-03-25", "BZK")
    opened.run_daily("2026-03-12", "2026-04-10")

    assert [one for one in opened.sent("2026-04-10", "2025-Q4:BZK") if one[0] > "2026-03-12"] == [
        ("2026-04-01", "L2", "bzk-coordinator"),
        ("2026-04-01", "L2", DEPUTY),
        ("2026-04-10", "E1", LEADER),
    ]


def refuse_by_hand(session: Session, returned_at: datetime | None) -> None:
    """Let the day's message to the main contact be refused, or come back, and all others be put off."""
    for message in outbox.list_untaken(session, "ipa", outbox.MessageKind.BUNDLE):
        if message.recipient.startswith(MAIN):
            message.state = outbox.MessageState.DEAD
            message.handed_over_at = message.bounced_at = returned_at


def hand_over_by_hand(session: Session, world: World, as_of: str) -> None:
    """Let the day's message to the main contact go, and then the server be away."""
    for message in outbox.list_untaken(session, "ipa", outbox.MessageKind.BUNDLE):
        if message.recipient.startswith(MAIN):
            message.state, message.handed_over_at = outbox.MessageState.HANDED_OVER, world.app.moment(as_of).at


def test_one_ministry_or_all_of_them(opened: World) -> None:
    move(opened, "2026-02-10", "2026-03-18", "BZK")
    one = dues(opened, "2026-02-10")
    moved = move(opened, "2026-02-11", "2026-03-11")

    assert one == {**dues(opened, "2026-02-05"), "BZK": "2026-03-18"}
    assert set(dues(opened, "2026-02-11").values()) == {"2026-03-11"}
    assert {str(one.request.moved_from) for one in moved.requests} == {"2026-03-04", "2026-03-18"}
    assert moved.round.due_on.isoformat() == "2026-03-11"


def test_as_of_a_moment_before_it_the_old_date_stands(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-03-09")
    move(opened, "2026-03-09T15:00:00+01:00", "2026-03-24")
    opened.run_daily("2026-03-10", "2026-03-12")

    assert set(dues(opened, "2026-03-09T14:59:00+01:00").values()) == {"2026-03-04"}
    assert set(dues(opened, "2026-03-09T15:00:00+01:00").values()) == {"2026-03-24"}
    before = {card.signal.rule for card in opened.signals("2026-03-09") if card.signal.is_open}
    after = {card.signal.rule for card in opened.signals("2026-03-10") if card.signal.is_open}
    assert before - after == {"K01"}


def test_who_answered_and_who_was_excused_keep_their_date(opened: World) -> None:
    opened.answer("2026-02-10T11:00:00+01:00", "BZK", {"recommendation": "ZIC-01", "unchanged": True})
    moved = move(opened, "2026-02-11", "2026-03-18")

    answered = [one for one in moved.requests if one.request.organisation == "BZK"]
    assert [one.told_on for one in answered] == [None]
    assert len(moved.requests) == len(dues(opened, "2026-02-11"))


def test_a_date_that_moves_back_is_told_to_nobody_who_never_heard_of_another(opened: World) -> None:
    opened.run_daily("2026-02-05", "2026-02-20")
    move(opened, "2026-02-20", "2026-03-18")
    opened.run_daily("2026-02-23", "2026-02-24")
    move(opened, "2026-02-24T15:00:00+01:00", "2026-03-04")
    opened.run_daily("2026-02-25", "2026-03-18")

    assert opened.sent("2026-03-18", "2025-Q4:BZK") == SENT
    assert told(opened) == []


def test_what_cannot_be_is_refused_and_nothing_changes(opened: World) -> None:
    with pytest.raises(InputRefused):
        move(opened, "2026-02-10", "2026-03-07")

    assert set(dues(opened, "2026-02-10").values()) == {"2026-03-04"}
