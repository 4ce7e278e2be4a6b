"""The process of `ipa serve` that is Prefect's server: `python -m flows.server PORT`."""

from __future__ import annotations

import sys

from flows.with_parent import end_with_parent


def main(port: str) -> None:
    """Be the server until we are told to stop, or the parent is gone."""
    end_with_parent()
    from prefect.cli import app  # noqa: PLC0415 - takes seconds, and the parent may be gone by then

    sys.argv[1:] = ["server", "start", "--host", "127.0.0.1", "--port", port]
    app()


if __name__ == "__main__":
    main(sys.argv[1])
