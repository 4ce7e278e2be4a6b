"""A promised text is known by its number; an address never stands in an id."""

from datetime import date

from ipa_core.domain.expectations import Subject, SubjectKind
from ipa_core.domain.messages import PromisedMessage, message_code, message_id_of
from ipa_core.domain.moments import at_time
from ipa_core.domain.organisations import Role

TUESDAY = date(2026, 10, 6)


def test_signals_on_a_message_name_its_number() -> None:
    promised = PromisedMessage(id=17, ministry="SZW", role=Role.MAIN, slot_on=TUESDAY, promised_at=at_time(TUESDAY, 7))

    assert (promised.attempts, promised.died_at, promised.settled_at) == (0, None, None)
    assert promised.subject == Subject(kind=SubjectKind.MESSAGE, code="message:17")
    assert message_id_of(promised.subject.code) == 17
    assert message_id_of(message_code(204)) == 204
