"""Are the thresholds and ladders of a file known, possible and in order? All that is wrong is told at once."""

from datetime import date
from pathlib import Path

import pytest

from ipa_core.domain.programmes import PolicyKind, PolicyOverride
from ipa_core.errors import InputRefused, RefusedInput
from ipa_core.intake.programme_folder import read_programme
from ipa_core.intake.trial_toml import read_trial


def problems_of(folder: Path, text: str, *standing: PolicyOverride) -> list[RefusedInput]:
    file = folder / "proef.toml"
    file.write_text(text, "utf-8")
    try:
        read_trial(file, standing)
    except InputRefused as refused:
        return list(refused.problems)
    return []


@pytest.mark.parametrize(
    ("table", "line", "expected"),
    [
        pytest.param("thresholds.T08", "comparables = 0", ("number_out_of_range", "comparables", "0"), id="none"),
        pytest.param("thresholds.T02", "high_after = -3", ("number_out_of_range", "high_after", "-3"), id="negative"),
        pytest.param("thresholds.T02", "high_after = 0", None, id="at once"),
        pytest.param("thresholds.T02", "high_after = 2500", None, id="ten years"),
        pytest.param(
            "thresholds.T02", "high_after = 2501", ("number_out_of_range", "high_after", "2501"), id="too far"
        ),
        pytest.param("thresholds.T01", "before = 251", ("number_out_of_range", "before", "251"), id="too long before"),
        pytest.param("thresholds.S02", "confidence = 100", ("number_out_of_range", "confidence", "100"), id="sure"),
        pytest.param("thresholds.S02", "confidence = 99", None, id="nearly sure"),
        pytest.param("thresholds.T03", 'low_after = "10"', ("type_not_whole", "low_after", "10"), id="text"),
        pytest.param("thresholds.T03", "low_after = 1.5", ("type_not_whole", "low_after", "1.5"), id="half a day"),
        pytest.param("thresholds.T03", "low_after = true", ("type_not_whole", "low_after", "true"), id="yes"),
        pytest.param("thresholds.T03", "hoog_na = 10", ("policy_key_unknown", "hoog_na", "10"), id="an unknown key"),
        pytest.param("thresholds.T05", "after = 1", ("policy_without_keys", "after", "1"), id="nothing to set"),
        pytest.param("thresholds.V06", "bands = 30", ("bands_malformed", "bands", "30"), id="no bands"),
        pytest.param("thresholds.V06", 'bands = [{ instrument = "wet", below = 30 }]', None, id="bands"),
        pytest.param("ladders.request", "h1 = -8", None, id="a rung"),
        pytest.param("ladders.request", "h1 = 5", ("number_out_of_range", "h1", "5"), id="a reminder after the day"),
        pytest.param("ladders.request", "h9 = -8", ("policy_key_unknown", "h9", "-8"), id="an unknown rung"),
        pytest.param("ladders.signal", "repeats = 0", None, id="no repeats"),
        pytest.param("ladders.signal", "repeats = -2", ("number_out_of_range", "repeats", "-2"), id="less than none"),
        pytest.param("ladders.signal", "repeat_every = 0", ("number_out_of_range", "repeat_every", "0"), id="no wait"),
    ],
)
def test_a_value_is_within_the_bounds_of_its_key(
    tmp_path: Path, table: str, line: str, expected: tuple[str, str, str] | None
) -> None:
    found = problems_of(tmp_path, f"[[{table}]]\n{line}\n")

    assert [(one.code, one.file, one.row, one.column, one.value) for one in found] == (
        [(expected[0], "proef.toml", 2, f"{table}.{expected[1]}", expected[2])] if expected else []
    )


def test_the_message_says_what_is_allowed(tmp_path: Path) -> None:
    text = "[[thresholds.T08]]\ncomparables = 0\n[[thresholds.T02]]\nhigh_afte = 3\n[[thresholds.T99]]\n[[ladders.x]]\n"

    out_of_bounds, unknown_key, unknown_rule, unknown_ladder = [one.message for one in problems_of(tmp_path, text)]

    assert out_of_bounds == "Bij thresholds.T08.comparables kan 0 niet. Vul een geheel getal in van 1 tot en met 1000."
    assert unknown_key == (
        "thresholds.T02.high_afte kennen wij niet. Bedoelde u ‘high_after’? Verbeter de naam of haal deze regel weg. "
        "Deze namen kunnen hier: high_after, critical_after."
    )
    assert unknown_rule.startswith("thresholds.T99 kennen wij niet. Kies uit: G01, G02, ")
    assert unknown_ladder == "ladders.x kennen wij niet. Kies uit: request, signal."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[[ladders.signal]]\ncoordinator = 30\nproject_lead = 10\n",
            [(1, "ladders.signal", "coordinator = 30, project_lead = 10, aanjager = 40")],
            id="the wrong way round",
        ),
        pytest.param(
            "[[ladders.signal]]\ncoordinator = 20\n",
            [(1, "ladders.signal", "coordinator = 20, project_lead = 20, aanjager = 40")],
            id="on the day of a step that is not named",
        ),
        pytest.param(
            '[[ladders.request]]\nl1 = "drie"\nl2 = 12\n',
            [
                (1, "ladders.request", "h1 = -10, h2 = -3, h3 = 0, l2 = 12, e1 = 10, e2 = 20"),
                (2, "ladders.request.l1", "drie"),
            ],
            id="beside a value that is refused",
        ),
        pytest.param("[[ladders.signal]]\naanjager = 21\nrepeat_every = 50\n", [], id="repeats are no step"),
        pytest.param(
            "[[ladders.signal]]\nvalid_from = 2026-05-01\ncoordinator = 25\n"
            "[[ladders.signal]]\nvalid_from = 2026-04-01\nproject_lead = 30\n",
            [],
            id="after what counts before, wherever it stands in the file",
        ),
        pytest.param(
            "[[ladders.signal]]\nvalid_from = 2026-04-01\ncoordinator = 25\n"
            "[[ladders.signal]]\nvalid_from = 2026-05-01\naanjager = 50\n",
            [(1, "ladders.signal", "coordinator = 25, project_lead = 20, aanjager = 40")],
            id="told where it goes wrong only",
        ),
    ],
)
def test_the_steps_of_a_ladder_come_in_order(tmp_path: Path, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert [(one.row, one.column, one.value) for one in problems_of(tmp_path, text)] == expected


def test_a_ladder_is_tried_on_top_of_the_one_that_stands(tmp_path: Path) -> None:
    standing = PolicyOverride(
        kind=PolicyKind.LADDERS,
        code="signal",
        values={"project_lead": 30},
        valid_from=date(2026, 1, 1),
        decision="Besluit",
    )
    text = "[[ladders.signal]]\ncoordinator = 25\n"

    assert problems_of(tmp_path, text, standing) == []
    assert [one.code for one in problems_of(tmp_path, text)] == ["ladder_disordered"]


def test_a_missing_decision_hides_nothing(folder: Path) -> None:
    with (folder / "programme.toml").open("a", encoding="utf-8") as file:
        file.write("[[thresholds.T02]]\nvalid_from = 2026-01-01\nhigh_afte = 3\n[[thresholds.T99]]\n")

    found = folder_problems(folder)

    assert found == [
        ("key_missing", "thresholds.T02.decision"),
        ("policy_key_unknown", "thresholds.T02.high_afte"),
        ("key_missing", "thresholds.T99.valid_from"),
        ("key_missing", "thresholds.T99.decision"),
        ("policy_unknown", "thresholds.T99"),
    ]


def folder_problems(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(InputRefused) as refused:
        read_programme(folder)
    return [(one.code, one.column) for one in refused.value.problems]
