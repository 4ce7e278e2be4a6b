"""Does something ring the bell? Asks the Prefect server whether our deployments are there and switched on."""

from __future__ import annotations

import json
from base64 import b64encode
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from ipa_core.reports.health import Check, good, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.reports.health import Finding

DEPLOYMENTS: Final = (
    "monitor/ochtend",
    "open-round/dagelijks",
    "collect-submissions/kwartier",
    "detect-knelpunten/middag",
    "dispatch-outbox/halfuur",
)
"""Flow and deployment, as in prefect.yaml; a test compares them."""

PATIENCE_S: Final = 5.0


def check_schedules(api_url: str | None, *, auth_string: str | None, api_key: str | None) -> Iterator[Finding]:
    """Yield which deployments are missing, switched off or without a worker; without an address, who must ring.

    `auth_string` and `api_key` let us in, as far as the server asks for that.
    """
    if not api_url:
        yield good(Check.SCHEDULES, "elsewhere")
        return
    if urlsplit(api_url).scheme not in ("http", "https"):
        yield wrong(Check.SCHEDULES, "bad_address")
        return
    try:
        found = {name: _ask(api_url, name, _login(auth_string, api_key)) for name in DEPLOYMENTS}
    except HTTPError as error:
        code = "login" if error.code == HTTPStatus.UNAUTHORIZED else "refused"
        yield wrong(Check.SCHEDULES, code, status=error.code)
    except (OSError, HTTPException, ValueError):
        yield wrong(Check.SCHEDULES, "away", address=_without_login(api_url))
    else:
        yield from _judge(found)


def _judge(found: dict[str, dict[str, Any] | None]) -> Iterator[Finding]:
    present = {name: deployment for name, deployment in found.items() if deployment is not None}
    missing = tuple(name for name in found if name not in present)
    switched_off = tuple(name for name, deployment in present.items() if not _is_on(deployment))
    unserved = tuple(name for name, deployment in present.items() if deployment.get("status") == "NOT_READY")
    if missing:
        yield wrong(Check.SCHEDULES, "missing", names=missing)
    if switched_off:
        yield warning(Check.SCHEDULES, "switched_off", names=switched_off)
    if unserved:
        yield wrong(Check.SCHEDULES, "no_worker", names=unserved)
    if not (missing or switched_off or unserved):
        yield good(Check.SCHEDULES, count=len(present))


def _is_on(deployment: dict[str, Any]) -> bool:
    return not deployment.get("paused") and any(one.get("active") for one in deployment.get("schedules", ()))


def _login(auth_string: str | None, api_key: str | None) -> str | None:
    """Return what Prefect sends: the auth string when there is one, else the key."""
    if auth_string:
        return f"Basic {b64encode(auth_string.encode()).decode()}"
    return f"Bearer {api_key}" if api_key else None


def _ask(api_url: str, name: str, login: str | None) -> dict[str, Any] | None:
    """Return what the server knows of one deployment, or None; no proxy sees the question, no other host the login."""
    question = Request(f"{api_url.rstrip('/')}/deployments/name/{quote(name)}")  # noqa: S310 - the caller looked at it
    if login is not None:
        question.add_unredirected_header("Authorization", login)
    try:
        with build_opener(ProxyHandler({})).open(question, timeout=PATIENCE_S) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except HTTPError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            return None
        raise


def _without_login(api_url: str) -> str:
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
