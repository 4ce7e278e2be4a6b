"""The command line, started in this process in a home of its own."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from ipa_core.cli.main import cli
from ipa_core.store.engine import make_engine
from tests.conftest import copied
from tests.stored_rows import stored_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@dataclass
class Terminal:
    """Types commands and reads what they print."""

    home: Path
    database_url: str | None = None

    def type(self, *words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(cli, list(words), env=self.environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    def stored(self) -> dict[str, Any]:
        """Return every row in the database."""
        with self.engine() as engine:
            return stored_rows(engine)

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Reach into the database, past the product."""
        engine = make_engine(self.database_url or f"sqlite:///{self.home / 'ipa.db'}")
        yield engine
        engine.dispose()

    @property
    def environment(self) -> dict[str, str | None]:
        return {"IPA_HOME": str(self.home), "IPA_DATABASE_URL": self.database_url}

    def ask(self, *words: str) -> Any:
        status, stdout, stderr = self.type(*words, "--json")
        assert status == 0, stderr
        return json.loads(stdout)


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Return a terminal in a home where the first run was done, on 4 February 2026."""
    monkeypatch.chdir(tmp_path)
    with copied(request, request.param, tmp_path / "home") as url:
        yield Terminal(tmp_path / "home", url)


@pytest.fixture
def terminal(tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path / "home", database_url)
