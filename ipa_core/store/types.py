"""How are our values kept in a column, the same on SQLite and PostgreSQL?

Importing this module also gives `SQLModel.metadata` its naming convention, so every table module imports it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import Column, DateTime, Dialect, Enum, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

NAMING_CONVENTION: Final = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING_CONVENTION

_UTC_TEXT_LENGTH: Final = len("2026-10-25T00:30:00.000000Z")
_ENUM_LENGTH: Final = 64
_CACHED_INSTANTS: Final = 65_536

_Choice = TypeVar("_Choice", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, returns aware ones in UTC.

    On SQLite it is text of fixed width, always in UTC and always with microseconds, so that the order of the text is
    the order of time and range queries are right. Arithmetic on instants is done in Python, not in SQL.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Keep text on SQLite, `timestamp with time zone` elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(_UTC_TEXT_LENGTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - text or datetime
        """Refuse naive values; bring the others to UTC."""
        if value is None:
            return None
        return utc_text(value) if dialect.name == "sqlite" else _plain_utc(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - see above
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value as canonical text; what is read back is a copy, and changing it in place is not noticed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> str | None:  # noqa: ARG002 - given by SQLAlchemy
        """Write canonical JSON; None becomes NULL."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - whatever is in it
        """Read the JSON value."""
        return None if value is None else json.loads(value)


class JsonList(TypeDecorator[tuple[Any, ...]]):
    """A list as canonical JSON text, read back as a tuple: an empty list is `[]`, not NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[JsonValue] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - given by SQLAlchemy
        """Write canonical JSON; a string is refused, since it would be taken for a list of letters."""
        if isinstance(value, str):
            raise TypeError(type(value).__name__)
        return None if value is None else canonical_json(list(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:  # noqa: ARG002 - given by SQLAlchemy
        """Read the list as a tuple; most are empty."""
        if value == "[]":
            return ()
        return None if value is None else tuple(json.loads(value))


def enum_column(
    choices: type[_Choice], *, name: str | None = None, nullable: bool = False, index: bool = False
) -> Column[_Choice]:
    """Make a column that holds the value of a `StrEnum` member, guarded by a CHECK; it reads back as the member.

    The CHECK is called `ck_<table>_<name>`, by default after the class in lower case; two columns of the same enum in
    one table need a name each. A new member needs a migration that replaces the CHECK: Alembic does not see it, the
    test that compares a migrated database with the tables does.
    """
    kind = Enum(
        choices,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=_ENUM_LENGTH,
        name=name or choices.__name__.lower(),
    )
    return Column(kind, nullable=nullable, index=index)


def canonical_json(value: JsonValue) -> str:
    """Write equal values as equal text: sorted keys, no spaces, no NaN, UTF-8 as it is."""
    return _CANONICAL.encode(value)


def utc_text(value: datetime) -> str:
    """Write an instant as `2026-10-25T00:30:00.000000Z`; the order of the text is the order of time."""
    return _text_of(_plain_utc(value))


# Only of instants in UTC: both half past twos of a night in October are equal on the clock of Amsterdam.
@lru_cache(maxsize=_CACHED_INSTANTS)
def _text_of(utc: datetime) -> str:
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _plain_utc(value: datetime) -> datetime:
    """Return a plain datetime in UTC, also for subclasses such as pendulum's, which write themselves differently."""
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        msg = "an instant needs a time zone"
        raise ValueError(msg)
    utc = value.astimezone(UTC)
    if type(utc) is datetime:
        return utc
    return datetime(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, UTC)


def _plain_mapping(value: object) -> dict[str, JsonValue]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


# Made once: json.dumps with these arguments would make one for each call. Nothing that is kept contains itself.
_CANONICAL: Final = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
    default=_plain_mapping,
)
