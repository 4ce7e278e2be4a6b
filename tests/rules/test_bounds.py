"""Which numbers may a programme choose? Narrower bounds would refuse a folder that was accepted before."""

from ipa_core.domain.programmes import PolicyKind
from ipa_core.rules.policies import known_codes, known_keys

TERM, LEAD, DAYS, COUNT, PERCENT, CHANCE = (0, 2500), (0, 250), (1, 3650), (1, 1000), (1, 100), (1, 99)
ANY_COUNT, RUNG, BEFORE_DUE = (0, 1000), (1, 1000), (-1000, 0)

BOUNDS = {
    "G02": {"medium_after": TERM},
    "G04": {"low_after": TERM},
    "K01": {"high_after": TERM, "critical_after": TERM},
    "K03": {"alike": PERCENT},
    "M01": {"within": (1, 250)},
    "M02": {"within": TERM},
    "M03": {"renewals": ANY_COUNT, "days": TERM},
    "M04": {"within": (1, 168)},
    "O01": {"high_after": TERM},
    "O02": {"medium_after": TERM},
    "O04": {"high_after": TERM},
    "R01": {"medium_after": TERM},
    "S01": {"share": PERCENT, "minimum": COUNT, "ministries": COUNT, "left": PERCENT},
    "S02": {"rounds": COUNT, "minimum": COUNT, "confidence": CHANCE},
    "S03": {"signals": COUNT, "ministries": COUNT, "within": TERM, "left": COUNT},
    "T01": {"before": LEAD},
    "T02": {"high_after": TERM, "critical_after": (0, 10)},
    "T03": {"low_after": TERM},
    "T04": {
        "shifts": ANY_COUNT,
        "window_days": DAYS,
        "drift_days": DAYS,
        "high_shifts": COUNT,
        "high_drift_days": DAYS,
        "critical_above_days": DAYS,
        "quiet_rounds": COUNT,
    },
    "T07": {"medium_after": TERM, "high_after": TERM},
    "T08": {"comparables": COUNT, "chance": CHANCE, "resolved_above": CHANCE, "medium_within": LEAD},
    "V01": {"reports": COUNT, "low_after": TERM, "medium_after": TERM, "high_after": TERM},
    "V03": {"medium_after": TERM},
    "V04": {"rounds": COUNT},
    "V06": {"comparables": COUNT, "percentile": PERCENT},
    "request": {
        **dict.fromkeys(("h1", "h2", "h3"), BEFORE_DUE),
        **dict.fromkeys(("l1", "l2", "e1", "e2"), RUNG),
        "short_below": ANY_COUNT,
    },
    "signal": {
        **dict.fromkeys(("repeat_every", "coordinator", "project_lead", "aanjager"), RUNG),
        "repeats": ANY_COUNT,
    },
}


def test_a_programme_may_choose_any_number_between_these() -> None:
    found = {
        code: {key: (bounds.lowest, bounds.highest) for key, bounds in known_keys(kind, code).items() if bounds}
        for kind in PolicyKind
        for code in known_codes(kind)
    }

    assert {code: keys for code, keys in found.items() if keys} == BOUNDS
