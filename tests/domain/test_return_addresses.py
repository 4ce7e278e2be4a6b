"""Each message has a return address of its own, and nobody else can make one."""

from __future__ import annotations

import pytest

from ipa_core.domain.return_addresses import ReturnAddress, is_return_address

OURS = ReturnAddress(address="retour@ministerie.example", key="geheim")
MARK = "0123456789abcdef0123"
ADDRESS = OURS.of(f"<{MARK}4567@ipa.example>")


def test_it_begins_with_ours_and_holds_the_mark_and_a_seal() -> None:
    local_part, _, domain = ADDRESS.partition("@")

    assert local_part.startswith(f"retour+{MARK}")
    assert len(local_part) == len(f"retour+{MARK}") + 16
    assert domain == "ministerie.example"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ADDRESS, id="as it is"),
        pytest.param(f"Returned <{ADDRESS.upper()}>", id="in capitals, with a name"),
        pytest.param(f"retour+{'f' * 36}@ministerie.example, {ADDRESS}", id="behind one that is not ours"),
    ],
)
def test_its_mark_is_found(text: str) -> None:
    assert OURS.find_mark(text) == MARK


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("retour@ministerie.example", id="no mark"),
        pytest.param(ADDRESS.replace("retour+0", "retour+1"), id="another mark under the same seal"),
        pytest.param(ADDRESS.replace("ministerie", "elders"), id="another domain"),
        pytest.param(ReturnAddress(address=OURS.address, key="gok").of(MARK), id="sealed with another key"),
    ],
)
def test_what_is_not_ours_has_no_mark(text: str) -> None:
    assert OURS.find_mark(text) is None


def test_its_key_is_not_shown() -> None:
    assert "geheim" not in repr(OURS)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("retour@ministerie.example", True),
        (f"{'r' * 27}@ministerie.example", True),
        (f"{'r' * 28}@ministerie.example", False),
        ("Retour@ministerie.example", False),
        ("retour+post@ministerie.example", False),
        ("retour", False),
    ],
)
def test_they_begin_with_one_address_in_lower_case_with_room_for_the_mark(text: str, *, is_one: bool) -> None:
    assert is_return_address(text) is is_one
