"""Importing is what makes a command slow; heavy libraries wait until they are needed."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("prefect", "sqlmodel", "sqlalchemy", "apprise", "pydantic", "holidays", "alembic", "psycopg")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from ipa_core.cli.main import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_run_with_nothing_to_send_imports_no_prefect_and_no_apprise() -> None:
    code = (
        "import sys\n"
        "import ipa_core.app, ipa_core.cli.runs\n"
        "print([name for name in ('prefect', 'apprise', 'holidays', 'alembic', 'psycopg') if name in sys.modules])\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
