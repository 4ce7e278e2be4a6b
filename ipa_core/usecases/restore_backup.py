"""Put a backup back into an empty home: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ipa_core.errors import BackupDamaged, DatabaseTooNew, HomeNotEmpty
from ipa_core.store import archives, audit, schema
from ipa_core.store.address import read_address
from ipa_core.store.archives import DATABASE, SECRET_KEY
from ipa_core.store.copies import copy_in
from ipa_core.store.engine import make_engine
from ipa_core.store.looking import LOOKING_ERRORS, looking

if TYPE_CHECKING:
    from ipa_core.store.archives import Manifest

_LEFT_BY_SQLITE = ("", "-journal", "-wal")


def restore_backup(source: Path, *, url: str, secret_key_file: Path) -> Manifest:
    """Put back database and key, and return what the backup held.

    The database comes last and in one step. If the machine stops before that, there is still no database, and the same
    backup can be put back again.

    Raises:
        BackupDamaged: it is no backup, or not all of it. Nothing was put back.
        DatabaseTooNew: a later version of the monitor made it.
        HomeNotEmpty: there is a database, or another key.
    """
    place = read_address(url)
    file = Path(place.database or "") if place.get_backend_name() == "sqlite" else None
    _refuse_filled(file)
    home = secret_key_file.parent
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".ipa-restore-", dir=file.parent if file else home) as folder:
        manifest = archives.unpack(source, Path(folder))
        copy = Path(folder, DATABASE)
        _bring_up_to_date(copy, manifest, source)
        _put_back_key(Path(folder, SECRET_KEY), secret_key_file)
        if file is None:
            _fill(copy, url)
        else:
            _refuse_filled(file)
            copy.rename(file)
            archives.flush_folder(file.parent)
    return manifest


def _refuse_filled(file: Path | None) -> None:
    for ending in _LEFT_BY_SQLITE if file else ():
        found = Path(f"{file}{ending}")
        if found.exists():
            raise HomeNotEmpty(found)


def _bring_up_to_date(copy: Path, manifest: Manifest, source: Path) -> None:
    """Compare the copy with what the manifest says, then migrate it if it is of an older version."""
    if manifest.schema_revision > schema.HEAD:
        raise DatabaseTooNew(manifest.schema_revision, schema.HEAD)
    try:
        with looking(f"sqlite:///{copy}") as session:
            found = (schema.revision(session), str(audit.head(session)), audit.verify(session))
    except LOOKING_ERRORS as error:
        raise BackupDamaged(source) from error
    if found != (manifest.schema_revision, manifest.anchor, manifest.first_broken):
        raise BackupDamaged(source)
    engine = make_engine(f"sqlite:///{copy}")
    schema.upgrade(engine)
    engine.dispose()


def _put_back_key(copy: Path, secret_key_file: Path) -> None:
    """Put the key back, if there is one; the same key may be there already, after a stop half-way."""
    if not copy.exists():
        return
    if not secret_key_file.exists():
        copy.rename(secret_key_file)
        archives.flush_folder(secret_key_file.parent)
    elif secret_key_file.read_bytes() != copy.read_bytes():
        raise HomeNotEmpty(secret_key_file)


def _fill(copy: Path, url: str) -> None:
    engine = make_engine(url)
    copy_in(copy, engine)
    engine.dispose()
