"""What is the programme, how often does it ask, and which policy of its own does it have?"""

from dataclasses import dataclass
from pathlib import Path

from ipa_core.domain.moments import AMSTERDAM
from ipa_core.domain.periods import Cadence
from ipa_core.domain.programmes import PolicyOverride, Programme
from ipa_core.intake.policy_tables import read_overrides
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.table_rows import is_code
from ipa_core.intake.toml_tables import TomlTable, read_toml

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
