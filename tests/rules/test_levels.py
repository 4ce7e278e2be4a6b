"""A rule follows from facts and from the signals of lower levels alone."""

from ipa_core.rules import ALL_RULES, EPISODE_RULES, level_of


def test_what_follows_signals_comes_after_them_and_who_watches_the_engine_comes_last() -> None:
    levels = {rule.code: level_of(rule.code) for rule in ALL_RULES}

    assert {code: level for code, level in levels.items() if level > 0} == {"O02": 1, "O03": 1, "O04": 1, "M03": 2}
    assert {rule.code for rule in EPISODE_RULES} == {"O02", "O03", "O04", "M03"}
