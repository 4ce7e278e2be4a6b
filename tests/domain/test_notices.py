"""What makes each notice happen once: a key that anybody can read."""

from datetime import date

from ipa_core.domain.ladders import Rung
from ipa_core.domain.notices import bundle_key, digest_key, post_key, request_key, signal_key

MAILBOX = "szw-main@ministerie.example"


def test_a_key_says_what_who_and_when() -> None:
    assert request_key("2026-Q3:SZW", Rung.LATE, MAILBOX) == f"request:2026-Q3:SZW:{Rung.LATE}:{MAILBOX}"
    assert signal_key("ipa:T02:UIT-01", 2, Rung.OPENING, MAILBOX) == f"signal:ipa:T02:UIT-01:2:{Rung.OPENING}:{MAILBOX}"
    assert digest_key("2026-W41", MAILBOX) == f"digest:2026-W41:{MAILBOX}"
    assert post_key("2026-W41", MAILBOX) == f"digest:2026-W41:{MAILBOX}:teams"
    assert bundle_key(date(2026, 10, 6), MAILBOX) == f"bundle:2026-10-06:{MAILBOX}"
