"""Which policy does somebody want to try? What they would add to `programme.toml` and `calendar.toml`, in one file."""

from collections.abc import Sequence
from pathlib import Path

from ipa_core.domain.programmes import OwnPolicy, PolicyOverride
from ipa_core.intake.calendar_toml import read_calendar
from ipa_core.intake.policy_tables import read_overrides
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.table_rows import FIRST_DAY
from ipa_core.intake.toml_tables import read_toml


def read_trial(path: Path, standing: Sequence[PolicyOverride] = ()) -> OwnPolicy:
    """Read the file, to be tried on top of what stands; values without a day count as if they always did.

    Raises:
        InputRefused: with every problem in it.

    """
    problems = ProblemList()
    top = read_toml(path, path.name, problems)
    calendar = read_calendar(top)
    trial = OwnPolicy(
        overrides=read_overrides(top, undated_from=FIRST_DAY, standing=standing),
        closed_days=calendar.closed_days,
        context=calendar.context,
    )
    top.refuse_the_rest()
    problems.raise_any()
    return trial
