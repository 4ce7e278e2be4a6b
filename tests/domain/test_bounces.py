"""What a stranger's mail server says of a failure goes no further than its code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ipa_core.domain.bounces import AWAY_FOR, checked_status


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


def test_a_mailbox_counts_as_away_for_four_weeks() -> None:
    assert timedelta(weeks=4) == AWAY_FOR
