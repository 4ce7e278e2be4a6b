"""What most tests need."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from ipa_core.store.engine import make_engine
from ipa_core.store.schema import upgrade

# On a busy machine of two cores the time of one example says nothing.
settings.register_profile("ipa", deadline=None)
settings.load_profile("ipa")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return an engine on a fresh SQLite file in the newest shape."""
    engine = make_engine(f"sqlite:///{tmp_path / 'ipa.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()
