"""The command line, started in this process in a home of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from ipa_core.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Terminal:
    """Types commands and reads what they print."""

    home: Path

    def type(self, *words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(cli, list(words), env={"IPA_HOME": str(self.home)})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    def ask(self, *words: str) -> Any:
        status, stdout, stderr = self.type(*words, "--json")
        assert status == 0, stderr
        return json.loads(stdout)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path / "home")
