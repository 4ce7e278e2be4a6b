"""Which message came back, and for good? A child process with limits takes the mail apart."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from ipa_core.domain.bounces import Bounce, BounceAction, checked_status
from ipa_core.domain.return_addresses import ReturnAddress

log = logging.getLogger(__name__)

WALL_SECONDS = 10
CHILD = Path(__file__).with_name("bounce_child.py")


def read_bounce(content: bytes, returns: ReturnAddress) -> Bounce | None:
    """Return what a mail to a return address tells; None for anything else.

    An answer that somebody is on leave comes to the return address as well, and so may advertising. Only a report that
    mail servers write for programs counts, at an address that only we can make.
    """
    told = _ask_child(content)
    if told is None:
        return None
    addresses, reports = told
    mark = next((mark for one in addresses if (mark := returns.find_mark(one)) is not None), None)
    if mark is None:
        return None
    for action in BounceAction:  # What failed counts for more than what is delayed.
        for said, status in reports:
            if said == action.value:
                return Bounce(mark=mark, action=action, status=checked_status(status))
    return None


def _ask_child(content: bytes) -> tuple[list[str], list[tuple[str, str]]] | None:
    """Start it without our environment: a mail that takes it over finds no password and no database there."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter with our own file
            [sys.executable, "-I", str(CHILD)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=WALL_SECONDS,
            check=True,
        )
        document = json.loads(done.stdout)
        return [str(one) for one in document["addresses"]], [(str(a), str(s)) for a, s in document["reports"]]
    except (subprocess.SubprocessError, ValueError, KeyError, TypeError):
        log.warning("a returned mail could not be read")
        return None
