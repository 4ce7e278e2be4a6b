"""Take in everything that lies in the drop folder."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from ipa_core import faults
from ipa_core.intake.decoding import readable_name
from ipa_core.reports.receipts import Outcome, Receipt
from ipa_core.usecases.attempts import all_attempted
from ipa_core.usecases.collect_submissions import collect_file

if TYPE_CHECKING:
    from datetime import datetime

    from ipa_core.sources.drop_folder import DropFolder
    from ipa_core.store.database import Database

log = logging.getLogger(__name__)


class ReceiptRenderer(Protocol):
    """Whoever finds the words for a receipt."""

    def render_receipt(self, receipt: Receipt) -> str:
        """Put what was read and what goes back into words."""


def collect_inbox(
    database: Database,
    source: DropFolder,
    *,
    renderer: ReceiptRenderer,
    programme: str | None,
    form_key: str,
    at: datetime,
) -> list[Receipt]:
    """Read each file and move it to `done/` or `returned/` with its receipt.

    A file of which lines go back lies in `returned/`; what was right in it counts. A crash in between leaves the
    file where it was: the next run recognises its bytes. So does an error, which is raised after the other files.
    """
    receipts = []
    with all_attempted() as attempts:
        for path in source.list_waiting():
            with attempts.part(readable_name(path.name)):
                file = source.fetch(path)
                if file is None:
                    continue
                receipt = collect_file(
                    database, name=path.name, content=file.content, programme=programme, form_key=form_key, at=at
                )
                faults.at("intake.before_settling")
                is_returned = receipt.outcome in (Outcome.PARTLY, Outcome.REJECTED) or bool(receipt.problems)
                source.settle(file, receipt=renderer.render_receipt(receipt), is_returned=is_returned)
                faults.at("intake.after_settling")
                log.info("file was read", extra={"sha256": receipt.sha256, "outcome": receipt.outcome.value})
                receipts.append(receipt)
    return receipts
