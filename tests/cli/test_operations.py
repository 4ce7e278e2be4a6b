"""Doctor, audit, backup and restore as the beheerder types them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ipa_core.store.schema import HEAD
from tests.guards import drop_guards, execute

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

only_on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAY, NEXT_DAY = "2026-02-04", "2026-02-05"


def test_the_doctor_gives_a_line_per_check_and_what_to_do(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    terminal.ask("run", "--as-of", DAY)

    status, stdout, stderr = terminal.type("doctor", "--as-of", NEXT_DAY)
    told = terminal.ask("doctor", "--as-of", NEXT_DAY)

    assert (status, stderr) == (0, "")
    assert "let op  kalender ipa   Nog niet gecontroleerd als vrije dag: 15 mei 2026" in stdout
    assert "→ Zoek de dag op in de Staatscourant" in stdout
    assert {one["outcome"] for one in told} == {"good", "warning"}
    (contacts,) = [one for one in told if one["check"] == "contacts"]
    assert contacts == {
        "check": "contacts",
        "outcome": "good",
        "sentence": "Alle ministeries met een open dossier hebben een contactpunt (6).",
        "remedy": "",
        "programme": "ipa",
    }
    assert "programme" not in told[0]


@only_on_sqlite
def test_the_doctor_ends_with_one_when_something_is_wrong(terminal: Terminal) -> None:
    terminal.ask("run", "--as-of", DAY)
    (terminal.home / "ipa.db").write_bytes(b"geen database" * 100)

    status, stdout, _ = terminal.type("doctor", "--json")

    assert status == 1
    assert [one["check"] for one in json.loads(stdout) if one["outcome"] == "wrong"] == ["database"]


@pytest.mark.parametrize(
    "command",
    [
        *(("doctor",), ("run",), ("run", "--dry-run"), ("signals",), ("replay",), ("audit", "verify")),
        *(("backup", "een.zip"), ("restore", "een.zip")),
    ],
    ids=" ".join,
)
@only_on_sqlite
def test_a_password_with_a_bare_at_sign_is_told_by_its_setting_only(
    terminal: Terminal, caplog: pytest.LogCaptureFixture, command: tuple[str, ...]
) -> None:
    terminal.database_url = "postgresql+psycopg://ipa:P@sesam:sesam@db.example/ipa"

    status, stdout, stderr = terminal.type(*command)

    assert status == 1
    assert "Het adres in IPA_DATABASE_URL is geen adres van een database." in stdout + stderr
    assert "als code: @ als %40, : als %3A, / als %2F, % als %25." in stdout + stderr
    assert "sesam" not in stdout + stderr + caplog.text


@only_on_sqlite
@pytest.mark.parametrize("command", [("run",), ("run", "--dry-run")], ids=" ".join)
@pytest.mark.parametrize("address", ["smtp://ipa:sesam/sesam@mail.example", "smtp://sesam:abc"])
def test_an_address_of_no_mail_server_is_told_by_its_setting_only(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], address: str
) -> None:
    monkeypatch.setenv("IPA_MAIL_URL", address)

    status, stdout, stderr = terminal.type(*command, "--as-of", DAY)

    assert (status, stdout) == (1, "")
    assert stderr.startswith("Het adres in IPA_MAIL_URL is geen adres van een mailserver. Gebruik de vorm smtp://")
    assert "sesam" not in stderr


@only_on_sqlite
def test_a_rehearsal_refuses_the_addresses_that_the_run_refuses(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPA_HEARTBEAT_URL", "https://leven.example:sesam")

    status, stdout, stderr = terminal.type("run", "--dry-run", "--as-of", DAY)

    assert (status, stdout) == (1, "")
    assert stderr.startswith("Het adres in IPA_HEARTBEAT_URL ")
    assert "sesam" not in stderr
    assert not terminal.home.exists()


@only_on_sqlite
@pytest.mark.parametrize("command", ["doctor", "run"])
def test_a_sender_that_no_mail_can_have_is_refused_with_how_to_write_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("IPA_MAIL_FROM", "IPA, ministerie SZW <ipa@szw.example>")

    status, _, stderr = terminal.type(command)

    assert status == 1
    assert stderr == (
        "Met de afzender in IPA_MAIL_FROM kan geen mail weg. Vul één adres in, als u wilt met een naam ervoor. "
        "Zet een naam met een komma tussen aanhalingstekens: "
        """IPA_MAIL_FROM='"IPA, ministerie" <ipa@ministerie.example>'\n"""
    )
    assert not terminal.home.exists()


def test_the_log_of_acts_is_verified_and_gives_an_anchor_that_holds(opened: Terminal) -> None:
    whole = opened.ask("audit", "verify")
    opened.ask("run", "--as-of", "2026-03-05")
    later = opened.ask("audit", "verify", "--anchor", whole["head"])

    assert (whole["first_broken"], whole["anchor"]) == (None, None)
    assert whole["head"].startswith(f"{whole['entries']}:")
    assert later["entries"] > whole["entries"]
    assert later["anchor"] == {"anchor": whole["head"], "stands": True}


def test_a_rewritten_end_of_the_log_shows_against_an_older_anchor(opened: Terminal) -> None:
    anchor = opened.ask("audit", "verify")["head"]
    with opened.engine() as engine:
        drop_guards(engine)
        execute(engine, "DELETE FROM audit_entry WHERE seq > 10")
        execute(engine, "UPDATE audit_head SET seq = 10, hash = (SELECT hash FROM audit_entry WHERE seq = 10)")

    without = opened.type("audit", "verify")
    status, stdout, _ = opened.type("audit", "verify", "--anchor", anchor)

    assert (without[0], status) == (0, 1)
    assert "Het anker van regel 17 klopt niet" in stdout


def test_a_broken_log_names_the_first_entry(opened: Terminal) -> None:
    with opened.engine() as engine:
        drop_guards(engine)
        execute(engine, "UPDATE audit_entry SET subject = 'iets anders' WHERE seq = 7")

    status, stdout, _ = opened.type("audit", "verify", "--json")

    assert (status, json.loads(stdout)["first_broken"]) == (1, 7)
    assert "De eerste regel die niet klopt is nummer 7" in opened.type("audit", "verify")[1]


@only_on_sqlite
def test_what_is_no_anchor_and_what_is_no_database_are_said(terminal: Terminal) -> None:
    assert terminal.type("audit", "verify", "--anchor", "16:abc")[0] == 2
    status, _, stderr = terminal.type("audit", "verify")
    assert (status, stderr) == (1, "Er is nog geen database. Begin met: ipa run\n")
    assert not terminal.home.exists()


def test_a_backup_goes_to_another_home(opened: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "een.zip"

    before = opened.ask("signals", "--as-of", NEXT_DAY)
    made = opened.ask("backup", str(file))
    again, _, refused = opened.type("backup", str(file))
    in_use, _, occupied = opened.type("restore", str(file))
    opened.home, opened.database_url = tmp_path / "new", None
    put_back = opened.ask("restore", str(file))

    assert (made["file"], made["bytes"], made["schema_revision"]) == (str(file), file.stat().st_size, HEAD)
    assert (made["counts"]["programme"], made["counts"]["outbox_message"], made["first_broken"]) == (1, 6, None)
    assert (again, in_use) == (1, 1)
    assert "bestaat al. Het wordt niet overschreven" in refused
    assert occupied.startswith("Hier staat al iets: ")
    assert put_back["anchor"] == made["anchor"]
    assert before
    assert opened.ask("signals", "--as-of", NEXT_DAY) == before


def test_what_is_no_backup_is_refused_in_dutch(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "een.zip"
    file.write_text("geen zip")

    status, _, stderr = terminal.type("restore", str(file))

    assert (status, stderr.startswith(f"Het bestand {file} is geen back-up van de monitor")) == (1, True)
    assert terminal.type("restore", str(tmp_path / "weg.zip"))[0] == 1
    assert terminal.type("backup", str(tmp_path / "weg" / "een.zip")) == (
        1,
        "",
        f"De map {tmp_path / 'weg'} bestaat niet. Maak de map eerst, of kies een andere.\n",
    )
