"""The child process that takes a returned mail apart: bytes on stdin, one JSON document on stdout.

It is started by its path and imports nothing of ours, so a mail that breaks the reader breaks this process only. It
tells `addresses`, to which the mail came, and `reports`, each an action and a status, of the part that RFC 3464 made
for programs. What was written for people is not looked at.
"""

import email
import json
import resource
import sys
from email.message import Message

MEMORY_BYTES = 256 * 1024**2
CPU_SECONDS = 5
_MOST = 50
_LONGEST = 1_000
_TO = ("to", "delivered-to", "x-original-to", "envelope-to")


def main() -> None:
    """Read stdin, write stdout."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lowest, lowest))
    sys.stdout.write(json.dumps(describe(sys.stdin.buffer.read())))


def describe(content: bytes) -> dict[str, list[str] | list[list[str]]]:
    """Return the document about a mail."""
    message = email.message_from_bytes(content)
    addresses = [str(value)[:_LONGEST] for name, value in message.items() if name.lower() in _TO]
    return {"addresses": addresses[:_MOST], "reports": _reports(message)[:_MOST]}


def _reports(message: Message) -> list[list[str]]:
    """Return what is said of each recipient; the first block of the part is about the mail server."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return []
    part = next((one for one in _parts(message) if one.get_content_type() == "message/delivery-status"), None)
    if part is None or not part.is_multipart():
        return []
    return [[_text(block, "Action"), _text(block, "Status")] for block in _parts(part) if "Action" in block]


def _parts(message: Message) -> list[Message]:
    return [one for one in message.get_payload() if isinstance(one, Message)]


def _text(block: Message, name: str) -> str:
    return str(block.get(name, ""))[:_LONGEST].strip().lower()


if __name__ == "__main__":
    main()
