"""Of a mail that came back only the address and the part for programs count."""

from __future__ import annotations

import pytest

from ipa_core.domain.bounces import Bounce, BounceAction
from ipa_core.domain.return_addresses import ReturnAddress, is_return_address
from ipa_core.intake.bounces import read_bounce
from tests.bounces import a_bounce

RETURNS = ReturnAddress(address="retour@ministerie.example", key="sleutel")
MESSAGE_ID = "<0123456789abcdef0123456789abcdef@ipa.example>"
OURS = RETURNS.of(MESSAGE_ID)
MARK = "0123456789abcdef0123"
ON_LEAVE = f"From: szw@ministerie.example\r\nTo: {OURS}\r\nAuto-Submitted: auto-replied\r\n\r\nAction: failed\r\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(a_bounce(OURS), Bounce(mark=MARK, action=BounceAction.FAILED, status="5.1.1"), id="for good"),
        pytest.param(
            a_bounce(f"IPA <{OURS.upper()}>"),
            Bounce(mark=MARK, action=BounceAction.FAILED, status="5.1.1"),
            id="capitals and a name",
        ),
        pytest.param(
            a_bounce("undisclosed-recipients:;", head=f"Delivered-To: {OURS}\n"),
            Bounce(mark=MARK, action=BounceAction.FAILED, status="5.1.1"),
            id="the server that delivered it tells the address",
        ),
        pytest.param(
            a_bounce(OURS, action="Delayed", status="4.4.7 (later)"),
            Bounce(mark=MARK, action=BounceAction.DELAYED, status="4.4.7"),
            id="later",
        ),
        pytest.param(
            a_bounce(OURS, status="<script>"), Bounce(mark=MARK, action=BounceAction.FAILED), id="a status that is none"
        ),
        pytest.param(a_bounce(OURS, action="relayed"), None, id="it went on"),
        pytest.param(a_bounce(OURS).replace(b"multipart/report", b"multipart/mixed"), None, id="no report"),
        pytest.param(a_bounce(OURS).replace(b"message/delivery-status", b"text/plain"), None, id="only for people"),
        pytest.param(ON_LEAVE.encode(), None, id="somebody is on leave"),
        pytest.param(a_bounce(OURS)[:520], None, id="cut off"),
        pytest.param(b"", None, id="nothing"),
        pytest.param(bytes(range(256)) * 100, None, id="no mail"),
        pytest.param(
            b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n" * 50_000, None, id="many parts"
        ),
    ],
)
def test_what_came_back_is_read(content: bytes, expected: Bounce | None) -> None:
    assert read_bounce(content, RETURNS) == expected


def test_a_return_address_fits_and_can_be_mailed_to() -> None:
    longest = ReturnAddress(address=f"{'r' * 27}@ministerie.example", key="sleutel")

    assert len(OURS.partition("@")[0]) == len("retour+") + 36
    assert len(longest.of(MESSAGE_ID).partition("@")[0]) == 64
    assert OURS == RETURNS.of(MESSAGE_ID) != ReturnAddress(address=RETURNS.address, key="ander").of(MESSAGE_ID)
    assert "sleutel" not in repr(RETURNS)


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("retour@ministerie.example", True),
        (f"{'r' * 27}@ministerie.example", True),
        (f"{'r' * 28}@ministerie.example", False),
        ("Retour@ministerie.example", False),
        ("re+tour@ministerie.example", False),
        ("retour", False),
        ("a@b.example,c@d.example", False),
    ],
)
def test_return_addresses_begin_with_one_plain_address(text: str, is_right: bool) -> None:
    assert is_return_address(text) is is_right
