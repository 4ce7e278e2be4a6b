"""Which policy does somebody want to try? What they would add to `programme.toml` and `calendar.toml`, in one file."""

from pathlib import Path

from ipa_core.domain.programmes import OwnPolicy
from ipa_core.intake.calendar_toml import read_calendar
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.programme_toml import read_overrides, unknown_overrides
from ipa_core.intake.table_rows import FIRST_DAY
from ipa_core.intake.toml_tables import read_toml


def read_trial(path: Path) -> OwnPolicy:
    """Read the file; values without a day count as if they always did.

    Raises:
        InputRefused: with every problem in it.

    """
    problems = ProblemList()
    top = read_toml(path, path.name, problems)
    calendar = read_calendar(top)
    trial = OwnPolicy(
        overrides=read_overrides(top, undated_from=FIRST_DAY),
        closed_days=calendar.closed_days,
        context=calendar.context,
    )
    top.refuse_the_rest()
    for found in unknown_overrides(trial.overrides, file=path.name):
        problems.take(found)
    problems.raise_any()
    return trial
