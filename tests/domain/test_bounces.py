"""What a stranger's mail server says of a failure goes no further than its code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ipa_core.domain.bounces import AWAY_FOR, BounceAction, checked_status, is_of_bounce


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("5.1.1", "5.1.1"),
        ("5.1.1 (mailbox unknown)", "5.1.1"),
        ("smtp; 4.4.123", "4.4.123"),
        ("3.1.1", ""),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_of_what_a_mail_server_says_only_its_code_is_kept(text: str, status: str) -> None:
    assert checked_status(text) == status


@pytest.mark.parametrize(
    ("code", "is_returned"),
    [
        (BounceAction.FAILED, True),
        ("5.1.1", True),
        ("550", False),
        ("5.1.1 unknown", False),
        ("invalid", False),
        ("", False),
    ],
)
def test_a_code_tells_whether_the_message_came_back(code: str, is_returned: bool) -> None:
    assert is_of_bounce(code) is is_returned


def test_a_mailbox_counts_as_away_for_four_weeks() -> None:
    assert timedelta(weeks=4) == AWAY_FOR
