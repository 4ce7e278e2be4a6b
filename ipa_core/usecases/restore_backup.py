"""Put a backup back into an empty home: all of it, or nothing."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ipa_core.errors import BackupDamaged, DatabaseTooNew, HomeNotEmpty
from ipa_core.store import archives, audit, schema
from ipa_core.store.address import read_address
from ipa_core.store.archives import DATABASE, SECRET_KEY
from ipa_core.store.copies import copying_in, is_filled
from ipa_core.store.engine import make_engine
from ipa_core.store.looking import LOOKING_ERRORS, Hindrance, diagnose, looking
from ipa_core.store.secret_key import put_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipa_core.store.archives import Manifest

_LEFT_BY_SQLITE = ("", "-journal", "-wal")


def restore_backup(source: Path, *, url: str, secret_key_file: Path) -> Manifest:
    """Put back database and key, and return what the backup held.

    The database comes last and in one step. If the machine stops before that, there is still no database, and the same
    backup can be put back again. Whatever else goes wrong leaves nothing behind.

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
        is_key_new = False
        try:
            with _putting_back(copy, file, url):
                is_key_new = _put_back_key(Path(folder, SECRET_KEY), secret_key_file)
        except BaseException:
            # After an error during COMMIT the database may be there all the same, and then it needs its key.
            if is_key_new and _is_surely_empty(url):
                secret_key_file.unlink()
            raise
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


@contextmanager
def _putting_back(copy: Path, file: Path | None, url: str) -> Iterator[None]:
    """Get the database ready for one last step, and take that step if the block ends well."""
    if file is None:
        engine = make_engine(url)
        with copying_in(copy, engine):
            yield
        engine.dispose()
    else:
        _refuse_filled(file)
        yield
        copy.rename(file)
        archives.flush_folder(file.parent)


def _put_back_key(copy: Path, secret_key_file: Path) -> bool:
    """Put the key back, if there is one, and tell whether this did it; after a stop half-way it may be there already.

    Its folder need not be on the disk of the database.
    """
    if not copy.exists():
        return False
    is_new = put_key(secret_key_file, copy.read_bytes())
    if secret_key_file.read_bytes() != copy.read_bytes():
        raise HomeNotEmpty(secret_key_file)
    return is_new


def _is_surely_empty(url: str) -> bool:
    try:
        with looking(url) as session:
            return not is_filled(session.connection())
    except LOOKING_ERRORS as error:
        return diagnose(error) is Hindrance.ABSENT
