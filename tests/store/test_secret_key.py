"""The key is made once, by whoever asks first, and only its owner can read it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from ipa_core.app import App
from ipa_core.settings import Settings
from ipa_core.store.secret_key import load_or_make_key

if TYPE_CHECKING:
    from pathlib import Path


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "home" / "secret_key"

    made = load_or_make_key(file)

    assert load_or_make_key(file) == made
    assert len(bytes.fromhex(made)) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert load_or_make_key(tmp_path / "a") != load_or_make_key(tmp_path / "b")


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    code = (
        "import sys; from pathlib import Path; from ipa_core.store.secret_key import load_or_make_key\n"
        "print('klaar', flush=True); sys.stdin.read(); print(load_or_make_key(Path(sys.argv[1])))"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", code, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "klaar\n"

    keys = {racer.communicate()[0].strip() for racer in racers}

    assert keys == {file.read_text()}


def test_a_key_that_is_set_goes_before_the_file(tmp_path: Path) -> None:
    app = App(Settings(_env_file=None, home=tmp_path, secret_key="gezet"))

    assert app.secret_key == "gezet"
    assert not (tmp_path / "secret_key").exists()
