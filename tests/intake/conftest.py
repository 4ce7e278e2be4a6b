"""The folder that the tests of programme folders change."""

from pathlib import Path

import pytest

from tests.intake.programme_folders import CONTACTS, ORGANISATIONS, PROGRAMME, RECOMMENDATIONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two ministries and two recommendations, without a problem."""
    small = {
        "programme.toml": PROGRAMME,
        "organisations.csv": ORGANISATIONS,
        "contacts.csv": CONTACTS,
        "recommendations.csv": RECOMMENDATIONS,
    }
    for name, content in small.items():
        tmp_path.joinpath(name).write_text(content, encoding="utf-8")
    return tmp_path
