"""The doctor says what is wrong and what to do, whatever the state of things, and touches nothing."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ipa_core.app import SHIPPED, App
from ipa_core.render.health import remedy, sentence, texts
from ipa_core.reports.health import Check, Mark
from ipa_core.settings import Settings
from ipa_core.store import looking
from tests.journeys.world import World
from tests.mail_server import LoopbackController
from tests.usecases.findings import NEXT_DAY, a_closed_port, look

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = "2026-02-04"
ROOT = Path(__file__).parents[2]


def files_of(home: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()}


@contextmanager
def sql(world: World) -> Iterator[sqlite3.Connection]:
    """Change the database as somebody with all rights can."""
    with closing(sqlite3.connect(world.app.settings.database_file)) as connection:
        yield connection
        connection.commit()


def test_after_a_run_only_the_unverified_days_are_left_to_check(world: World) -> None:
    before = files_of(world.home)

    findings = world.app.check_health(NEXT_DAY)

    assert [one.check for one in findings] == list(Check)
    assert list(look(world)) == ["calendar.unverified"]
    assert sentence(look(world)["calendar.unverified"]).startswith("Nog niet gecontroleerd als vrije dag: 15 mei 2026")
    assert files_of(world.home) == before


def test_an_empty_machine_is_fine_and_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"

    found = look(App(Settings(_env_file=None, home=home)))

    assert {code: one.mark for code, one in found.items()} == {
        "home.absent": Mark.WARNING,
        "database.absent": Mark.WARNING,
    }
    assert not home.exists()


def test_a_home_that_is_a_file_is_wrong(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")

    assert "home.no_folder" in look(App(Settings(_env_file=None, home=home)))


@pytest.mark.parametrize(
    ("revision", "code", "mark"),
    [("0001", "database.older", Mark.WARNING), ("9999", "database.newer", Mark.WRONG)],
)
def test_another_schema_is_told_and_left_alone(world: World, revision: str, code: str, mark: Mark) -> None:
    with sql(world) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    before = files_of(world.home)

    found = look(world)

    assert {name: one.mark for name, one in found.items()} == {code: mark}
    assert files_of(world.home) == before


def test_a_database_that_somebody_holds_is_told_within_seconds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PATIENCE_S", 0.05)
    with closing(sqlite3.connect(world.app.settings.database_file, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")

        assert look(world)["database.busy"].mark is Mark.WARNING


def test_what_is_no_database_is_wrong(world: World) -> None:
    world.app.settings.database_file.write_bytes(b"geen database" * 100)

    assert look(world)["database.damaged"].mark is Mark.WRONG


def test_a_writer_that_died_halfway_is_told(world: World) -> None:
    file = world.app.settings.database_file
    pid = os.fork()
    if pid == 0:
        writer = sqlite3.connect(file, isolation_level=None)
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE outbox_message SET html = html || hex(zeroblob(100000))")
        os._exit(0)
    os.waitpid(pid, 0)

    assert look(world)["database.unfinished"].mark is Mark.WARNING


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql+psycopg://ipa:geheim@127.0.0.1:{port}/ipa", "database.away"),
        ("niets", "database.bad_address"),
        ("mysql://ipa:geheim@127.0.0.1/ipa", "database.bad_address"),
        ("postgresql+psycopg://ipa:P@ss:geheim@127.0.0.1/ipa", "database.bad_address"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(tmp_path: Path, url: str, code: str) -> None:
    settings = Settings(_env_file=None, home=tmp_path, database_url=url.format(port=a_closed_port()))

    found = look(App(settings))

    assert found[code].mark is Mark.WRONG
    assert "geheim" not in sentence(found[code]) + remedy(found[code])


def test_an_entry_that_was_changed_is_wrong(world: World) -> None:
    with sql(world) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET actor = 'iemand' WHERE seq = 5")

    assert look(world)["audit.broken"].values == {"entry": 5}


def test_a_clock_that_went_back_is_wrong(world: World) -> None:
    assert look(world, "2026-02-03")["clock.went_back"].mark is Mark.WRONG


def test_work_that_no_run_did_is_told_from_the_second_working_day_on(world: World) -> None:
    """The first expectation after the run breaks on Wednesday 11 February, which is its first working morning."""
    assert "runs.late" not in look(world, "2026-02-11")
    assert "runs.late" in look(world, "2026-02-12T09:01:00+01:00")


def test_a_ministry_without_contacts_is_wrong_and_a_missing_role_a_warning(world: World, tmp_path: Path) -> None:
    folder = shutil.copytree(SHIPPED, tmp_path / "ipa")
    rows = list(csv.DictReader((folder / "contacts.csv").read_text("utf-8").splitlines()))
    for row in rows:
        if row["role"] == "beheerder" or (row["organisation"] == "BZK" and row["role"] in ("main", "deputy")):
            row["valid_to"] = DAY
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    world.app.load(folder, world.app.moment(NEXT_DAY).at)

    found = look(world)

    assert found["contacts.mute"].values == {"ministries": ("BZK",)}
    assert sentence(found["contacts.missing"]) == "Niemand heeft deze rol: beheerder."


def test_an_address_on_duty_to_which_no_mail_can_go_is_wrong(world: World) -> None:
    with sql(world) as connection:
        connection.execute("UPDATE contact SET email = 'szw/ipa@ministerie.example' WHERE email LIKE 'szw-main@%'")
        connection.execute("UPDATE contact SET email = 'bzk/ipa@ministerie.example' WHERE email LIKE 'bzk-main@%'")
        connection.execute("UPDATE contact SET valid_to = ? WHERE email LIKE 'bzk/ipa@%'", (DAY,))

    found = look(world)

    assert found["contacts.unmailable"].mark is Mark.WRONG
    assert found["contacts.unmailable"].values == {"organisations": ("SZW",)}


def test_a_message_that_was_given_up_is_told_for_a_month(world: World) -> None:
    with sql(world) as connection:
        connection.execute("UPDATE outbox_message SET state = 'dead' WHERE id = 1")
        connection.execute("UPDATE outbox_message SET state = 'queued' WHERE id = 2")

    found = look(world, "2026-02-06")

    assert found["messages.dead"].values == {"count": 1}
    assert found["messages.late"].values == {"count": 1}
    assert "messages.dead" not in look(world, "2026-03-10")


def test_a_secret_that_others_can_read_is_told(world: World) -> None:
    key = world.app.settings.secret_key_file
    key.write_text("geheim")
    key.chmod(0o640)

    assert look(world)["secrets.readable"].values == {"file": key}
    key.chmod(0o600)
    assert "secrets.readable" not in look(world)


class Porter:
    """A mail server that lets everybody in; a message would be an error."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - the name that aiosmtpd calls
        raise AssertionError


def test_a_mail_server_is_tried_without_sending(world: World) -> None:
    controller = LoopbackController(Porter())
    controller.start()
    try:
        found = look(World(world.home, mail_url=f"smtp://127.0.0.1:{controller.port}"))
    finally:
        controller.stop()

    assert sorted(found) == ["calendar.unverified", "contacts.made_up", "mail.sender_made_up"]


def test_a_sender_at_a_domain_of_ones_own_is_fine(world: World) -> None:
    settings = Settings(_env_file=None, home=world.home, mail_url="niets", mail_from="IPA <ipa@minszw.nl>")

    assert sorted(look(App(settings))) == ["calendar.unverified", "contacts.made_up", "mail.bad_address"]


@pytest.mark.parametrize(
    ("mail_return", "has_folder", "is_set", "expected"),
    [
        (None, False, False, []),
        ("retour@minszw.nl", False, False, ["mail.returns_half"]),
        (None, True, True, ["mail.returns_half"]),
        ("retour@minszw.nl", False, True, ["mail.returns_closed"]),
        ("retour@minszw.nl", True, True, []),
    ],
)
def test_mail_that_comes_back_needs_an_address_and_a_place(
    world: World, mail_return: str | None, has_folder: bool, is_set: bool, expected: list[str]
) -> None:
    maildir = world.home / "Maildir"
    if has_folder:
        (maildir / "new").mkdir(parents=True)
    settings = Settings(_env_file=None, home=world.home, mail_return=mail_return, bounces=maildir if is_set else None)

    assert [code for code in look(App(settings)) if code.startswith("mail.returns")] == expected


def test_a_mail_server_that_is_away_or_refuses_us_is_wrong(world: World) -> None:
    controller = LoopbackController(Porter(), auth_require_tls=False, authenticator=lambda *_: False)
    controller.start()
    try:
        refused = look(World(world.home, mail_url=f"smtp://ipa:geheim@127.0.0.1:{controller.port}"))
    finally:
        controller.stop()
    away = look(World(world.home, mail_url=f"smtp://127.0.0.1:{a_closed_port()}"))

    assert refused["mail.login"].mark is Mark.WRONG
    assert not any("geheim" in sentence(one) for one in refused.values())
    assert away["mail.away"].mark is Mark.WRONG
    assert "mail.bad_address" in look(World(world.home, mail_url="http://mail.example"))


def test_a_login_that_was_never_tried_is_not_called_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        is_loopback = False

    controller = LoopbackController(Porter())
    controller.start()
    try:
        login = World(world.home, mail_url=f"smtp://ipa:geheim@127.0.0.1:{controller.port}")
        no_login = look(login)
        monkeypatch.setattr("ipaddress.ip_address", lambda _: Elsewhere)
        no_tls = look(login)
    finally:
        controller.stop()

    assert sentence(no_login["mail.no_login"]).endswith("kent op deze poort geen aanmelding met een wachtwoord.")
    assert sentence(no_tls["mail.no_tls"]).endswith(
        "beveiligt de verbinding niet. Daarom is het wachtwoord niet verstuurd."
    )


def test_every_sentence_is_short_and_every_check_has_texts() -> None:
    assert sorted(texts()) == sorted(Check)
    for codes in texts().values():
        for text in codes.values():
            for line in (text["sentence"], text.get("remedy", "Goed.")):
                assert max(len(part.split()) for part in line.split(". ")) <= 25, line
