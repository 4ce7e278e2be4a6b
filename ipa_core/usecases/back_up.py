"""Make a backup while the monitor is in use: one file that holds the database as it is at one moment."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ipa_core.errors import DatabaseTooNew, FileTaken, FolderMissing, NoDatabase
from ipa_core.store import archives, audit, schema
from ipa_core.store.address import read_address
from ipa_core.store.archives import DATABASE, FORMAT, SECRET_KEY, Manifest
from ipa_core.store.copies import copy_out, count_rows
from ipa_core.store.engine import make_engine
from ipa_core.store.looking import looking

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


def back_up(target: Path, *, url: str, secret_key_file: Path, at: datetime) -> Manifest:
    """Write the backup to `target` and return what it holds.

    What it says about itself is read from the copy, so it is true of the copy, whatever is written meanwhile.

    Raises:
        FileTaken: there is a file with this name.
        FolderMissing: there is no folder for it.
        NoDatabase: nothing was ever stored.
        DatabaseTooNew: a later version of the monitor made this database.
    """
    if target.exists():
        raise FileTaken(target)
    if not target.parent.is_dir():
        raise FolderMissing(target.parent)
    with TemporaryDirectory(prefix=".ipa-backup-", dir=target.parent) as folder:
        copy = Path(folder, DATABASE)
        kind = _copy(url, copy)
        files = [copy, *_copy_key(secret_key_file, Path(folder, SECRET_KEY))]
        manifest = _describe(copy, files, kind=kind, at=at)
        archives.pack(target, manifest, files)
    return manifest


def _copy(url: str, copy: Path) -> str:
    """Copy the database and return its kind. An older shape is left as it is, where that can be."""
    place = read_address(url)
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file():
        raise NoDatabase
    engine = make_engine(url)
    _refuse_unknown_shape(engine)
    copy_out(engine, copy)
    engine.dispose()
    return engine.dialect.name


def _refuse_unknown_shape(engine: Engine) -> None:
    revision = schema.current(engine)
    if revision is None:
        raise NoDatabase
    if revision > schema.HEAD:
        raise DatabaseTooNew(revision, schema.HEAD)
    if engine.dialect.name != "sqlite":
        schema.upgrade(engine)


def _copy_key(secret_key_file: Path, copy: Path) -> list[Path]:
    if not secret_key_file.is_file():
        return []
    copy.write_bytes(secret_key_file.read_bytes())
    return [copy]


def _describe(copy: Path, files: list[Path], *, kind: str, at: datetime) -> Manifest:
    with looking(f"sqlite:///{copy}") as session:
        return Manifest(
            format=FORMAT,
            version=version("ipa-monitor"),
            created_at=at.isoformat(timespec="seconds"),
            database=kind,
            schema_revision=schema.revision(session) or "",
            counts=count_rows(session.connection()),
            anchor=str(audit.head(session)),
            first_broken=audit.verify(session),
            files={file.name: archives.sha256_of(file) for file in files},
        )
