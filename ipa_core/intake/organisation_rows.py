"""Who takes part, to whom do we write, and who carries which dossier?"""

import re

from ipa_core.domain.organisations import Contact, Organisation, Responsibility, Role, Share
from ipa_core.intake.csv_rows import TableLayout
from ipa_core.intake.known_codes import KnownCodes
from ipa_core.intake.table_rows import Row

ORGANISATIONS = TableLayout(
    file="organisations.csv",
    columns=("code", "name", "kind", "valid_from", "valid_to", "successors", "source"),
    is_required=True,
)
CONTACTS = TableLayout(
    file="contacts.csv",
    columns=("organisation", "name", "email", "role", "valid_from", "valid_to"),
    optional_columns=("channel",),
    is_required=True,
)
RESPONSIBILITIES = TableLayout(
    file="responsibilities.csv", columns=("recommendation", "role", "organisation", "valid_from", "valid_to")
)

_LONGEST_EMAIL = 254  # RFC 5321 leaves no room for more.
# Plain addresses only: no display names, quotes, comments or lists, and nothing that could end a header of a mail.
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*")


def read_organisation(row: Row, known: KnownCodes) -> Organisation:
    """Read one line of organisations.csv."""
    valid_from, valid_to = row.term()
    successors = row.texts("successors")
    known.check_organisations(row, "successors", successors)
    return Organisation(
        code=row.code(),
        name=row.required("name"),
        kind=row.required("kind"),
        valid_from=valid_from,
        valid_to=valid_to,
        successors=successors,
        source=row.text("source"),
    )


def read_contact(row: Row, known: KnownCodes) -> Contact:
    """Read one line of contacts.csv."""
    valid_from, valid_to = row.term()
    email = row.required("email")
    if email and not is_email(email):
        row.refuse("email_malformed", "email")
    return Contact(
        organisation=_organisation(row, known),
        name=row.required("name"),
        email=email,
        role=row.required_word("role", Role),
        valid_from=valid_from,
        valid_to=valid_to,
        channel=row.text("channel"),
    )


def read_responsibility(row: Row, known: KnownCodes) -> Responsibility:
    """Read one line of responsibilities.csv."""
    valid_from, valid_to = row.term()
    dossier = row.required("recommendation")
    known.check_dossiers(row, "recommendation", (dossier,))
    return Responsibility(
        dossier=dossier,
        share=row.required_word("role", Share),
        organisation=_organisation(row, known),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def is_email(text: str) -> bool:
    """Tell whether the text is one plain address to which a mail can be sent."""
    local_part = text.partition("@")[0]
    has_stray_dot = ".." in text or local_part.startswith(".") or local_part.endswith(".")
    return len(text) <= _LONGEST_EMAIL and not has_stray_dot and _EMAIL.fullmatch(text) is not None


def _organisation(row: Row, known: KnownCodes) -> str:
    code = row.required("organisation")
    known.check_organisations(row, "organisation", (code,))
    return code
