"""What does a message cost: to plan, word and queue it, and to hand it over?

Run it with `make bench`. Handing over is held against one `smtplib` connection that sends the same bytes, and against
Apprise as it comes. The mail server is a process of its own that takes everything and keeps nothing.
"""

import smtplib
import socketserver
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from apprise import Apprise

from benchmarks import works
from benchmarks.measuring import Ratio, cost_of, seconds_of
from benchmarks.registers import LOADED_AT, write_register
from ipa_core.channels.apprise_mail import channel_to
from ipa_core.channels.handover import Outcome
from ipa_core.channels.mail import StoredMail, compose, read_envelope, read_stored, wire_bytes
from ipa_core.channels.mail_server import MailServer
from ipa_core.channels.smtp import SmtpSender

MESSAGES, FEWER, MAILS, STOCK_MAILS = 10_000, 1_000, 2_000, 3
SECONDS_FOR_TEN_THOUSAND = 10.0
ASKED_AT = LOADED_AT + timedelta(hours=1)


def measure_messages(new: Callable[[], str], *, messages: int = MESSAGES, fewer: int = FEWER) -> Iterator[Ratio]:
    """Ask so many ministries one thing each, and plan, word and queue what they are to read, in one run.

    The files that go along with a request are measured apart, on fewer messages. `new` gives an empty database.
    """
    many, few, with_files = (
        _seconds_to_queue(new(), *what) for what in ((messages, False), (fewer, False), (fewer, True))
    )
    yield Ratio(
        "planning, wording and queueing, seconds for 10,000 messages",
        many * MESSAGES / messages,
        at_most=SECONDS_FOR_TEN_THOUSAND,
    )
    yield Ratio("the same for one message, of many / of a tenth of them", (many / messages) / (few / fewer), at_most=2)
    yield Ratio("form and agenda file, milliseconds for each message", 1e3 * (with_files - few) / fewer)


def _seconds_to_queue(url: str, messages: int, has_files: bool) -> float:  # noqa: FBT001 - goes to another process
    with tempfile.TemporaryDirectory() as folder:
        queued = cost_of(_queue, url, Path(folder), messages, has_files)
    _demand(is_so=queued.result == messages)
    return queued.seconds


def measure_hand_over(*, mails: int = MAILS, stock: int = STOCK_MAILS) -> Iterator[Ratio]:
    """Hand over the same mails in three ways; `stock` is how many Apprise sends as it comes, none leaves it out."""
    with taking_mail() as port:
        bare, ours = (_best_of(work, port, mails) for work in (_send_bare, _send_ours))
        yield Ratio("mail hand-over / one smtplib connection", ours / bare, at_most=1.5)
        yield Ratio("mail hand-over, microseconds of CPU for each mail", 1e6 * ours / mails)
        if stock:
            apprise = cost_of(_send_stock, port, stock).seconds / stock
            product = cost_of(_send_ours_by_the_clock, port, mails).seconds / mails
            yield Ratio("Apprise as it comes / product, for each mail on the clock", apprise / product, at_least=20)


def _demand(*, is_so: bool) -> None:
    """Refuse to tell how fast something was that did not happen."""
    if not is_so:
        raise RuntimeError


def _best_of(work: Callable[[int, int], tuple[float, int]], port: int, mails: int) -> float:
    return min(cost_of(work, port, mails).seconds for _ in range(3))


def _queue(url: str, folder: Path, ministries: int, has_files: bool) -> tuple[float, int]:  # noqa: FBT001 - see above
    write_register(folder, dossiers=ministries, updates=1, ministries=ministries)
    works.load(url, folder, LOADED_AT)
    works.detect(url, LOADED_AT)
    return works.promise(url, ASKED_AT, has_files=has_files)


def a_mail(number: int) -> StoredMail:
    """Return a mail as it is kept: some kilobytes, as a bundle has."""
    line = "Wilt u uiterlijk woensdag 4 maart 2026 antwoorden op de vraag over dossier AAN-0000001?\n"
    return read_stored(
        wire_bytes(
            compose(
                message_id=f"<{number}@ipa.example>",
                sender="IPA-monitor <ipa@ipa.example>",
                recipient=f"m{number}@ministerie.example",
                subject="IPA: wilt u antwoorden?",
                text=line * 20,
                html=f"<html><body>{f'<p>{line}</p>' * 40}</body></html>",
                references=(),
                date=datetime.fromtimestamp(LOADED_AT.timestamp(), LOADED_AT.tzinfo),
            )
        )
    )


def _send_bare(port: int, mails: int) -> tuple[float, int]:
    ready = [(read_envelope(mail), wire_bytes(mail)) for mail in map(a_mail, range(mails))]
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:  # Without a timeout a server can hold it for ever.

        def work() -> None:
            for envelope, payload in ready:
                server.sendmail(envelope.sender, [envelope.recipient], payload)

        return seconds_of(work, "sqlite"), mails


def _send_ours(port: int, mails: int) -> tuple[float, int]:
    return _deliver(port, mails, "sqlite")


def _send_ours_by_the_clock(port: int, mails: int) -> tuple[float, int]:
    return _deliver(port, mails, "clock")


def _deliver(port: int, mails: int, clock: str) -> tuple[float, int]:
    ready = list(map(a_mail, range(mails)))
    server = MailServer(host="127.0.0.1", port=port, is_tls=False)
    outcomes: list[Outcome] = []
    with channel_to(SmtpSender(server, deadline=60)) as channel:
        seconds = seconds_of(lambda: outcomes.extend(channel.deliver(mail).outcome for mail in ready), clock)
    _demand(is_so=outcomes == [Outcome.HANDED_OVER] * mails)
    return seconds, mails


def _send_stock(port: int, mails: int) -> tuple[float, int]:
    started = time.perf_counter()
    for number in range(mails):
        one = Apprise()
        one.add(f"mailto://127.0.0.1:{port}?from=ipa@ipa.example&to=m{number}@ministerie.example&mode=insecure")
        _demand(is_so=bool(one.notify(title="IPA: wilt u antwoorden?", body="Wilt u antwoorden?\n" * 60)))
    return time.perf_counter() - started, mails


# ---- A mail server that costs as little as it can ----


@contextmanager
def taking_mail() -> Iterator[int]:
    """Take mail in another process; yields the port."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    yield ours.recv()
    server.terminate()
    server.join()


class _Taking(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with suppress(OSError):  # Whoever says goodbye does not wait for an answer.
            self._talk()

    def _talk(self) -> None:
        self.wfile.write(b"220 hi\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")


def _serve(told: Connection) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Taking) as server:
        server.daemon_threads = True
        told.send(server.server_address[1])
        server.serve_forever()
