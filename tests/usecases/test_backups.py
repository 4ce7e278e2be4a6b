"""A backup is whole or refused, overwrites nothing, and goes back as it was or not at all."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy.exc import OperationalError

from ipa_core.app import App
from ipa_core.errors import BackupDamaged, DatabaseTooNew, FileTaken, HomeNotEmpty, NoDatabase
from ipa_core.settings import Settings
from ipa_core.store import archives
from ipa_core.store.engine import make_engine
from ipa_core.store.schema import HEAD, alembic_config, current
from ipa_core.store.secret_key import put_key
from ipa_core.usecases import restore_backup
from tests.guards import execute
from tests.lost_answers import lose_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.world import World

DAY = "2026-02-04"
A_KEY = ("secret_key", "geheim", 0o600)
"""Its name, contents and mode."""

only_on_postgresql = pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)


@pytest.fixture
def archive(world: World, tmp_path: Path) -> Path:
    key = world.app.settings.secret_key_file
    key.write_text("geheim")
    key.chmod(0o600)
    world.app.back_up(tmp_path / "een.zip")
    return tmp_path / "een.zip"


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on another file system than that of the tests, if this machine has one."""
    memory = Path("/dev/shm")  # noqa: S108 - only a folder of our own in it is used
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is one file system only")
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def an_app(home: Path, url: str | None = None) -> App:
    return App(Settings(_env_file=None, home=home, database_url=url))


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def dump(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "ipa.db")) as connection:
        return list(connection.iterdump())


def test_what_goes_back_is_what_was_there(world: World, archive: Path, tmp_path: Path) -> None:
    an_app(tmp_path / "new").restore(archive)

    assert dump(tmp_path / "new") == dump(world.home)
    assert (tmp_path / "new" / "secret_key").read_text() == "geheim"
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["ipa.db", "secret_key"]


def test_only_the_owner_can_read_what_is_made(archive: Path, tmp_path: Path) -> None:
    an_app(tmp_path / "new").restore(archive)

    made = (archive, *(tmp_path / "new").iterdir())
    assert {mode_of(file) for file in made} == {0o600}


def test_a_backup_overwrites_nothing(world: World, archive: Path) -> None:
    before = archive.read_bytes()

    with pytest.raises(FileTaken):
        world.app.back_up(archive)

    assert archive.read_bytes() == before
    assert [file.name for file in archive.parent.iterdir() if file.name.startswith(".ipa")] == []


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase):
        an_app(tmp_path / "home").back_up(tmp_path / "een.zip")

    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_in_use_is_left_alone(world: World, archive: Path) -> None:
    before = dump(world.home)

    with pytest.raises(HomeNotEmpty):
        world.app.restore(archive)

    assert dump(world.home) == before


def test_another_key_is_not_replaced(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "new"
    home.mkdir()
    (home / "secret_key").write_text("een andere")

    with pytest.raises(HomeNotEmpty):
        an_app(home).restore(archive)

    assert [(file.name, file.read_text()) for file in home.iterdir()] == [("secret_key", "een andere")]


def test_mail_and_inbox_may_be_there_already(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "new" / "mail").mkdir(parents=True)
    (tmp_path / "new" / "inbox").mkdir()

    an_app(tmp_path / "new").restore(archive)

    assert (tmp_path / "new" / "ipa.db").exists()


@pytest.mark.parametrize("step", ["link of the key", "rename of the database"])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
def test_a_stop_halfway_leaves_nothing_and_can_be_repeated(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, stop: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise stop

    with monkeypatch.context() as failing:
        failing.setattr(Path, {"link of the key": "hardlink_to", "rename of the database": "rename"}[step], fail)
        with pytest.raises(stop):
            an_app(tmp_path / "new").restore(archive)
    left = list((tmp_path / "new").iterdir())

    an_app(tmp_path / "new").restore(archive)

    assert left == []
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["ipa.db", "secret_key"]


def test_a_database_on_another_disk_than_the_home_goes_back(archive: Path, tmp_path: Path, other_disk: Path) -> None:
    app = an_app(tmp_path / "new", f"sqlite:///{other_disk / 'ipa.db'}")

    app.restore(archive)

    assert [file.name for file in other_disk.iterdir()] == ["ipa.db"]
    assert [(file.name, file.read_text(), mode_of(file)) for file in app.settings.home.iterdir()] == [A_KEY]


@only_on_postgresql
def test_a_key_goes_back_with_the_database_on_a_server(archive: Path, tmp_path: Path, empty_url: str) -> None:
    an_app(tmp_path / "new", empty_url).restore(archive)

    assert [(file.name, file.read_text(), mode_of(file)) for file in (tmp_path / "new").iterdir()] == [A_KEY]


@only_on_postgresql
def test_a_filled_database_on_a_server_keeps_its_shape_and_brings_no_key(
    archive: Path, tmp_path: Path, empty_url: str
) -> None:
    an_app(tmp_path / "old", empty_url).restore(archive)
    engine = make_engine(empty_url)
    execute(engine, "UPDATE alembic_version SET version_num = '0003'")

    with pytest.raises(HomeNotEmpty):
        an_app(tmp_path / "new", empty_url).restore(archive)

    assert list((tmp_path / "new").iterdir()) == []
    assert current(engine) == "0003"


@only_on_postgresql
@pytest.mark.parametrize(("is_stored", "left"), [(False, []), (True, ["secret_key"])])
def test_the_key_stays_only_when_the_database_may_have_been_stored(
    archive: Path, tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch, is_stored: bool, left: list[str]
) -> None:
    engine = make_engine(empty_url)

    def put_key_and_lose_the_answer(*arguments: Any) -> bool:
        lose_answers(engine, times=1, is_stored=is_stored)
        return put_key(*arguments)

    monkeypatch.setattr(restore_backup, "make_engine", lambda url: engine if url == empty_url else make_engine(url))
    monkeypatch.setattr(restore_backup, "put_key", put_key_and_lose_the_answer)

    with pytest.raises(OperationalError):
        an_app(tmp_path / "new", empty_url).restore(archive)

    assert [file.name for file in (tmp_path / "new").iterdir()] == left


def repacked(archive: Path, **contents: bytes) -> Path:
    """The same archive with other contents under these names, dots written as two underscores; the manifest stays."""
    changed = archive.with_name("veranderd.zip")
    with ZipFile(archive) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, contents.get(name.replace(".", "__"), old.read(name)))
    return changed


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda archive: archive.write_bytes(archive.read_bytes()[:-2_000]), id="cut off"),
        pytest.param(lambda archive: archive.write_bytes(b"geen zip"), id="something else"),
        pytest.param(lambda archive: repacked(archive, secret_key=b"ander").replace(archive), id="another key"),
        pytest.param(lambda archive: repacked(archive, ipa__db=b"ander").replace(archive), id="another database"),
        pytest.param(lambda archive: repacked(archive, manifest__json=b"[]").replace(archive), id="no manifest"),
    ],
)
def test_a_damaged_backup_puts_nothing_back(archive: Path, tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    damage(archive)

    with pytest.raises(BackupDamaged):
        an_app(tmp_path / "new").restore(archive)

    assert list((tmp_path / "new").iterdir()) == []


def test_any_byte_that_changed_on_the_way_shows(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    for place in range(200, len(whole) - 2_000, len(whole) // 20):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])

        with pytest.raises(BackupDamaged):
            an_app(tmp_path / "new").restore(archive)


def changed_copy(world: World, archive: Path, *statements: str) -> None:
    """Make the backup anew after these statements in the database, with the manifest that belongs to it."""
    with closing(sqlite3.connect(world.app.settings.database_file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    archive.unlink()
    world.app.back_up(archive)


def test_a_backup_of_a_log_that_was_tampered_with_goes_back_and_says_so(
    world: World, archive: Path, tmp_path: Path
) -> None:
    statement = "UPDATE audit_entry SET details = ' ' || details WHERE seq = 4"
    changed_copy(world, archive, "DROP TRIGGER audit_entry_no_update", statement)

    manifest = an_app(tmp_path / "new").restore(archive)

    assert manifest.first_broken == 4
    assert an_app(tmp_path / "new").verify_audit(None).first_broken == 4


def test_a_backup_of_a_newer_version_is_refused(archive: Path, tmp_path: Path) -> None:
    with ZipFile(archive) as old:
        manifest = json.loads(old.read("manifest.json"))
    manifest["schema_revision"] = "9999"

    with pytest.raises(DatabaseTooNew):
        an_app(tmp_path / "new").restore(repacked(archive, manifest__json=json.dumps(manifest).encode()))


def test_a_database_of_a_newer_version_is_not_backed_up_nor_written_to(world: World, tmp_path: Path) -> None:
    with closing(sqlite3.connect(world.app.settings.database_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(DatabaseTooNew):
        world.app.back_up(tmp_path / "een.zip")
    with pytest.raises(DatabaseTooNew):
        world.run(DAY)


def test_an_older_backup_is_migrated_on_its_way_back(tmp_path: Path) -> None:
    from alembic import command

    home = tmp_path / "old"
    home.mkdir()
    engine = make_engine(f"sqlite:///{home / 'ipa.db'}")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")

    made = an_app(home).back_up(tmp_path / "een.zip")
    an_app(tmp_path / "new").restore(tmp_path / "een.zip")

    assert (made.schema_revision, current(engine)) == ("0001", "0001")
    assert current(make_engine(f"sqlite:///{tmp_path / 'new' / 'ipa.db'}")) == HEAD


def test_the_manifest_names_nothing_but_our_own_files() -> None:
    manifest = {
        "format": 1,
        "version": "1",
        "created_at": "",
        "database": "",
        "schema_revision": "",
        "counts": {},
        "anchor": "",
        "first_broken": None,
        "files": {"ipa.db": "", "../elders": ""},
    }

    with pytest.raises(ValueError, match="elders"):
        archives.Manifest.parse(json.dumps(manifest).encode())
