"""What is the programme, how often does it ask, and which policy of its own does it have?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ipa_core.domain.moments import AMSTERDAM
from ipa_core.domain.periods import Cadence
from ipa_core.domain.programmes import PolicyKind, PolicyOverride, Programme
from ipa_core.intake.problems import Problem, ProblemList, problem
from ipa_core.intake.table_rows import is_code
from ipa_core.intake.toml_tables import TomlTable, read_toml
from ipa_core.rules.policies import override_problems

PROGRAMME_FILE = "programme.toml"

_LONGEST_TERM = 1000
"""Working days; four years is more than anybody waits for an answer, and the calendar reaches that far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeToml:
    """What the file says."""

    programme: Programme
    overrides: tuple[PolicyOverride, ...]


def read_programme_toml(path: Path, problems: ProblemList) -> ProgrammeToml:
    """Read the file."""
    top = read_toml(path, PROGRAMME_FILE, problems)
    found = ProgrammeToml(programme=_read_programme(top), overrides=read_overrides(top))
    top.refuse_the_rest()
    return found


def read_overrides(top: TomlTable, *, undated_from: date | None = None) -> tuple[PolicyOverride, ...]:
    """Read the tables `[[thresholds.V01]]` and `[[ladders.request]]`, in the order of the file.

    Which rules and ladders exist, and which values they take, is told by `unknown_overrides`. With `undated_from`
    day and decision may be left out: then it counts from that day.
    """
    found: list[PolicyOverride] = []
    for kind in PolicyKind:
        about = top.table(kind)
        for code in about.values:
            found.extend(_read_override(kind, code, table, undated_from) for table in about.tables(code))
    return tuple(found)


def unknown_overrides(overrides: Sequence[PolicyOverride], *, file: str = PROGRAMME_FILE) -> list[Problem]:
    """Return a problem for each rule, ladder or value in them that does not exist."""
    return [
        problem("override_unknown", file=file, column=f"{override.kind.value}.{override.code}", value=key)
        for override in overrides
        for key in override_problems(override)
    ]


def _read_programme(top: TomlTable) -> Programme:
    code = top.text("code", is_required=True)
    if code and not is_code(code):
        top.refuse("code_malformed", "code")
    timezone = top.text("timezone") or AMSTERDAM.key
    if timezone != AMSTERDAM.key:
        top.refuse("timezone_refused", "timezone", wanted=AMSTERDAM.key)
    rounds = top.table("rounds")
    programme = Programme(
        code=code,
        name=top.text("name", is_required=True),
        timezone=timezone,
        adopted_on=top.day("adopted_on"),
        cadence=rounds.word("cadence", Cadence),
        # The day after a period is over is the first on which a round can open.
        opens_after=rounds.whole("opens_after", default=1, lowest=1, highest=_LONGEST_TERM),
        answer_within=rounds.whole("answer_within", default=20, lowest=1, highest=_LONGEST_TERM),
        grace=rounds.whole("grace", default=2, lowest=0, highest=_LONGEST_TERM),
    )
    rounds.refuse_the_rest()
    return programme


def _read_override(kind: PolicyKind, code: str, table: TomlTable, undated_from: date | None) -> PolicyOverride:
    is_undated = undated_from is not None and "valid_from" not in table.values
    valid_from = undated_from if undated_from is not None and is_undated else table.day("valid_from")
    decision = table.text("decision", is_required=undated_from is None)
    return PolicyOverride(kind=kind, code=code, values=table.policy_values(), valid_from=valid_from, decision=decision)
