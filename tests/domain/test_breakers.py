"""When does a dispatcher stop for this round?"""

import pytest

from ipa_core.domain.breakers import StopReason, why_stop
from ipa_core.domain.retries import Trouble

WENT = None
CHANNEL, MESSAGE, DOUBT = Trouble.CHANNEL, Trouble.MESSAGE, Trouble.DOUBT


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        pytest.param([], None, id="nothing tried yet"),
        pytest.param([CHANNEL, CHANNEL], None, id="twice may be chance"),
        pytest.param([CHANNEL, DOUBT, CHANNEL], StopReason.CHANNEL_DOWN, id="three in a row is a server that is down"),
        pytest.param([WENT] * 90 + [CHANNEL] * 3, StopReason.CHANNEL_DOWN, id="also half-way a round"),
        pytest.param([CHANNEL, CHANNEL, WENT, CHANNEL], None, id="something went in between"),
        pytest.param([MESSAGE] * 9, None, id="nine that are put off say too little"),
        pytest.param([MESSAGE] * 3 + [WENT] * 7, StopReason.MANY_FAILURES, id="three of ten is more than a fifth"),
        pytest.param([MESSAGE] * 2 + [WENT] * 8, None, id="two of ten is not more than a fifth"),
        pytest.param(
            [WENT] * 900 + [MESSAGE, WENT, WENT, MESSAGE, WENT] * 20, StopReason.MANY_FAILURES, id="late trouble"
        ),
        pytest.param([MESSAGE] * 2 + [WENT] * 900 + [MESSAGE] * 20, None, id="a fifth of the latest hundred"),
        pytest.param([WENT] * 12 + [MESSAGE, WENT, DOUBT, MESSAGE, WENT], None, id="three of seventeen is not"),
    ],
)
def test_a_round_stops_when_the_server_is_down_or_too_much_fails(
    outcomes: list[Trouble | None], reason: StopReason | None
) -> None:
    assert why_stop(outcomes) is reason
