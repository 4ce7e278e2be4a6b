"""A rule is a file, a line in a list, an entry with thresholds, a text and a test."""

from __future__ import annotations

import inspect
import pkgutil
import tomllib
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest

from ipa_core import rules
from ipa_core.rules import ALL_RULES
from ipa_core.rules.rule import AnyRule, Rule

THRESHOLDS = tomllib.loads(files("ipa_core.rules").joinpath("thresholds.toml").read_text("utf-8"))
TEXTS = tomllib.loads(files("ipa_core").joinpath("templates/nl/signals.toml").read_text("utf-8"))
SECTIONS = ("What it expects", "Why it matters", "When it stays silent", "What resolves it")


def test_every_rule_file_is_registered_once() -> None:
    modules = [import_module(f"ipa_core.rules.{found.name}") for found in pkgutil.iter_modules(rules.__path__)]
    written = {module.RULE.code for module in modules if isinstance(getattr(module, "RULE", None), Rule)}

    assert sorted(rule.code for rule in ALL_RULES) == sorted(written)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_every_rule_has_its_document_thresholds_text_and_test(rule: AnyRule) -> None:
    module = inspect.getmodule(rule.expect)
    assert module is not None

    document = module.__doc__ or ""
    name = module.__name__.rpartition(".")[2]

    assert document.startswith(f"{rule.code} ")
    assert [section for section in SECTIONS if section not in document] == []
    assert rule.code in THRESHOLDS
    assert rule.code in TEXTS
    assert (Path(__file__).parents[1] / "rules" / f"test_{name}.py").exists()
