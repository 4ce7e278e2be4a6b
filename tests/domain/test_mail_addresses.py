"""One plain address, and nothing that a mail server or a mail program could read as something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipa_core.domain.mail_addresses import is_made_up, is_mail_address

ATOM = r"[A-Za-z0-9_+'&=~][A-Za-z0-9_+'&=~-]{0,20}"
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?"


LONGEST = ".".join(("x" * 63, "x" * 63, "x" * 63, "x" * 60))
"""With `a@` before it 254 characters."""


@pytest.mark.parametrize(
    "text", ["j.d'arc+ipa@min-szw.example", "a@localhost", "A_b=c&d~e@X1.test", f"{'a' * 64}@x.nl", f"a@{LONGEST}"]
)
def test_ordinary_addresses_are_mail_addresses(text: str) -> None:
    assert is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "szw", "@x.nl", "a@", "a@b@x.nl", "a b@x.nl", "a@x.nl,b@x.nl", "a@x.nl;b@x.nl", "<a@x.nl>", "A <a@x.nl>"),
        *("szw/ipa@x.nl", "!#$%*?^{|}@x.nl", "a!b@x.nl", "a%b@x.nl", "-a@x.nl", '"a b"@x.nl', "a\n@x.nl", "a@x.nl\n"),
        *(".a@x.nl", "a.@x.nl", "a..b@x.nl", "a@x..nl", "a@-x.nl", "a@x-.nl", "a@x.-nl", "a@x.nl-", "a@x.nl.", "a@.nl"),
        *("a@x_y.nl", "a@[127.0.0.1]", "é@x.nl", "a@é.nl"),
        *(f"{'a' * 65}@x.nl", f"a@{'x' * 64}.nl", f"a@{'x.' * 126}nl", f"aa@{LONGEST}"),
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_mail_address(text)


@given(local_part=st.from_regex(rf"{ATOM}(\.{ATOM})?", fullmatch=True), domain=st.from_regex(LABEL, fullmatch=True))
def test_atoms_and_labels_make_an_address(local_part: str, domain: str) -> None:
    assert is_mail_address(f"{local_part}@{domain}")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ipa@ipa.example", True),
        ("ipa@Example.ORG", True),
        ("ipa@localhost", True),
        *((f"ipa@{domain}", True) for domain in ("szw.test", "szw.invalid", "www.example.com", "example.net")),
        ("ipa@minszw.nl", False),
        ("ipa@myexample.org", False),
        ("example@example.nl", False),
    ],
)
def test_a_domain_that_is_reserved_for_examples_belongs_to_nobody(address: str, expected: bool) -> None:
    assert is_made_up(address) is expected
