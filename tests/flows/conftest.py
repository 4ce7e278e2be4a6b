"""One Prefect server for all tests of the flows; it takes seconds to start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import flows  # noqa: F401 - sets what Prefect reads when it is imported, before a test module imports Prefect


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run a server with an empty database, apart from whatever Prefect the developer has."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_HOME, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    home = tmp_path_factory.mktemp("prefect")
    # The thread for the heartbeat makes each flow wait a second at its end.
    with (
        temporary_settings({PREFECT_HOME: home, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        prefect_test_harness(server_startup_timeout=120),
    ):
        yield


@pytest.fixture
def ipa_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the engine at a home where nothing was ever done, as an administrator would: by the environment."""
    for name in ("IPA_DATABASE_URL", "IPA_MAIL_URL", "IPA_INBOX", "IPA_BASE_URL", "IPA_MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    monkeypatch.setenv("IPA_HOME", str(home))
    return home
