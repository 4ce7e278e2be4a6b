"""Which thresholds and ladders does a file set, from which day, and are they possible?"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from ipa_core.domain.phases import are_bands
from ipa_core.domain.programmes import PolicyKind, PolicyOverride, PolicyValue
from ipa_core.intake.cells import suggestion
from ipa_core.intake.toml_tables import TomlTable
from ipa_core.rules.policies import known_codes, known_keys, ladder_over


def read_overrides(
    top: TomlTable, *, undated_from: date | None = None, standing: Sequence[PolicyOverride] = ()
) -> tuple[PolicyOverride, ...]:
    """Read the tables `[[thresholds.V01]]` and `[[ladders.request]]`, in the order of the file.

    With `undated_from` day and decision may be left out: then it counts from that day. `standing` is what counts
    already, in order: the ladders of the file are put on top of it.
    """
    found: list[tuple[TomlTable, PolicyOverride]] = []
    for kind in PolicyKind:
        about = top.table(kind)
        for code in about.values:
            found.extend((table, _read_override(kind, code, table, undated_from)) for table in about.tables(code))
    _check_ladders(found, standing)
    return tuple(override for _, override in found)


def _read_override(kind: PolicyKind, code: str, table: TomlTable, undated_from: date | None) -> PolicyOverride:
    is_undated = undated_from is not None and "valid_from" not in table.values
    valid_from = undated_from if undated_from is not None and is_undated else table.day("valid_from")
    decision = table.text("decision", is_required=undated_from is None)
    values = _read_values(kind, code, table)
    return PolicyOverride(kind=kind, code=code, values=values, valid_from=valid_from, decision=decision)


def _read_values(kind: PolicyKind, code: str, table: TomlTable) -> dict[str, PolicyValue]:
    """Return the values that are possible; the others are refused."""
    codes = known_codes(kind)
    if code not in codes:
        table.refuse_itself("policy_unknown", code, choices=", ".join(codes))
        return {}
    keys = known_keys(kind, code)
    values: dict[str, PolicyValue | None] = {}
    for key in table.unasked():
        bounds = keys.get(key)
        if key not in keys:
            _refuse_key(key, tuple(keys), table)
        elif bounds is not None:
            values[key] = table.between(key, lowest=bounds.lowest, highest=bounds.highest)
        else:
            values[key] = _read_bands(key, table)
    return {key: value for key, value in values.items() if value is not None}


def _refuse_key(key: str, known: tuple[str, ...], table: TomlTable) -> None:
    if known:
        table.refuse("policy_key_unknown", key, choices=", ".join(known), hint=suggestion(key, known))
    else:
        table.refuse("policy_without_keys", key)


def _read_bands(key: str, table: TomlTable) -> PolicyValue | None:
    bands = table.flat_tables(key)
    if bands is None or not are_bands(bands):
        table.refuse("bands_malformed", key)
        return None
    return bands


def _check_ladders(found: Sequence[tuple[TomlTable, PolicyOverride]], standing: Sequence[PolicyOverride]) -> None:
    """Refuse a ladder of which a step does not come after the one before it; what was refused already is left out."""
    before = list(standing)
    for table, override in sorted(found, key=lambda one: one[1].valid_from):
        if override.kind is not PolicyKind.LADDERS or override.code not in known_codes(override.kind):
            continue
        before.append(override)
        refused = table.values.keys() - override.values.keys()
        steps = {step: day for step, day in ladder_over(override.code, before).items() if step not in refused}
        disordered = {step for pair in pairwise(steps) if steps[pair[0]] >= steps[pair[1]] for step in pair}
        if disordered & override.values.keys():
            table.refuse_itself("ladder_disordered", ", ".join(f"{step} = {day}" for step, day in steps.items()))
