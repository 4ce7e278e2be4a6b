"""What does a backup file look like? A zip with a copy of the database, the key of the home, and what they should be.

`manifest.json` names each file with its SHA-256, so that damage shows before anything is put back.
"""

from __future__ import annotations

import json
import os
import zlib
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from ipa_core.errors import BackupDamaged, FileTaken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT: Final = 1
DATABASE: Final = "ipa.db"
SECRET_KEY: Final = "secret_key"  # noqa: S105 - the name of a file
_MANIFEST: Final = "manifest.json"
_CHUNK: Final = 1_000_000
_MANIFEST_AT_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds; `anchor` is the last entry of the log of acts, `first_broken` the first that is not whole.

    `files` gives the SHA-256 of each file, `counts` the rows of each table.
    """

    format: int
    version: str
    created_at: str
    database: str
    schema_revision: str
    counts: Mapping[str, int]
    anchor: str
    first_broken: int | None
    files: Mapping[str, str]

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read `manifest.json`; anything else raises ValueError."""
        try:
            found = cls(**json.loads(content))
        except TypeError as error:
            raise ValueError(content) from error
        if found.format != FORMAT or not {DATABASE} <= set(found.files) <= {DATABASE, SECRET_KEY}:
            raise ValueError(content)
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


def pack(target: Path, manifest: Manifest, files: Sequence[Path]) -> None:
    """Write the archive under another name, flush it to disk, and only then give it its own; for its owner alone.

    Raises:
        FileTaken: there is a file with this name. It is left alone.
    """
    with TemporaryDirectory(prefix=".ipa-backup-", dir=target.parent) as folder:
        part = Path(folder, target.name)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        with os.fdopen(handle, "w+b") as stream:
            with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(_MANIFEST, json.dumps(manifest.as_json(), ensure_ascii=False, indent=2))
                for file in files:
                    archive.write(file, file.name)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            raise FileTaken(target)
        part.rename(target)
    flush_folder(target.parent)


def unpack(source: Path, folder: Path) -> Manifest:
    """Write the files of the archive into the folder, and return what they are; a missing file raises OSError.

    Raises:
        BackupDamaged: it is no backup, or not what the manifest says.
    """
    try:
        with ZipFile(source) as archive:
            manifest = _read_manifest(archive)
            for name, digest in manifest.files.items():
                _extract(archive, name, folder / name, digest)
    except (BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError) as error:
        raise BackupDamaged(source) from error
    return manifest


def sha256_of(file: Path) -> str:
    """Return SHA-256 in hex."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_manifest(archive: ZipFile) -> Manifest:
    with closing(archive.open(_MANIFEST)) as stream:
        return Manifest.parse(stream.read(_MANIFEST_AT_MOST))


def _extract(archive: ZipFile, name: str, file: Path, digest: str) -> None:
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as target, archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if sha256_of(file) != digest:
        raise ValueError(name)
