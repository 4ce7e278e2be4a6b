"""A real mail server on loopback, on a port that the system chose."""

import asyncio
import socket
from typing import Any

from aiosmtpd.controller import Controller


class LoopbackController(Controller):
    """Listens on a port that the system chose."""

    def __init__(self, handler: object, *, port: int = 0, **options: Any) -> None:
        # Named as TCP, or asyncio leaves Nagle's algorithm on, which costs 40 ms per connection.
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        super().__init__(handler, hostname="127.0.0.1", port=self.listener.getsockname()[1], **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listener, ssl=self.ssl_context)

    def hang_up(self) -> None:
        """Close every connection, as a server does that was idle for too long."""

        async def close() -> None:
            assert self.smtpd is not None
            self.smtpd.transport.close()

        asyncio.run_coroutine_threadsafe(close(), self.loop).result(2)
