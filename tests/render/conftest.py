"""What tests of texts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def no_line_is_left_out(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A name that a text asks for and no evidence gives would go unseen otherwise."""
    yield
    assert caplog.messages == []
