"""Only where a workflow is can be said in an address; nothing in it steers the message elsewhere."""

from __future__ import annotations

import pytest

from ipa_core.domain.teams_addresses import host_of, is_teams_address

GOOD = "workflows://prod-12.westeurope.logic.azure.com:443/0a1b2c/S1gn_at-ure"


@pytest.mark.parametrize("extra", ["", "/", "?pa=yes", "/?pa=yes&route=12&ver=2022-03-01-preview"])
def test_a_workflow_is_taken(extra: str) -> None:
    assert host_of(GOOD + extra) == "prod-12.westeurope.logic.azure.com"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(GOOD.replace("workflows", "https"), id="another kind"),
        pytest.param(GOOD.replace("workflows", "json"), id="another plug-in"),
        pytest.param("mailto://a@x.example?smtp=y.example", id="mail"),
        pytest.param(GOOD + "?template=/etc/passwd", id="reads a file"),
        pytest.param(GOOD + "?verify=no", id="no certificate asked"),
        pytest.param(GOOD + "?redirect=yes", id="follows"),
        pytest.param(GOOD + "?pa=yes&verify=no", id="hidden behind a good one"),
        pytest.param(GOOD + "?+Host=x.example", id="a header of its own"),
        pytest.param(GOOD + ",json://x.example", id="two"),
        pytest.param(GOOD + "\nBcc: x", id="two lines"),
        pytest.param("workflows://127.0.0.1/a/b", id="this machine"),
        pytest.param("workflows://10.0.0.8:443/a/b", id="the house"),
        pytest.param("workflows://localhost/a/b", id="a bare name"),
        pytest.param("workflows://[::1]/a/b", id="this machine, differently"),
        pytest.param("workflows://user:pass@prod.example.com/a/b", id="somebody logs in"),
        pytest.param("workflows://prod.example.com/a", id="no signature"),
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_teams_address(text)
