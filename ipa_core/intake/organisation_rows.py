"""Who takes part, to whom do we write, and who carries which dossier?"""

from ipa_core.domain.mail_addresses import is_mail_address
from ipa_core.domain.organisations import Contact, Organisation, Responsibility, Role, Share
from ipa_core.domain.teams_addresses import is_teams_address
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
    """Read one line of contacts.csv; a contact that ends keeps whatever address it has in the register."""
    valid_from, valid_to = row.term()
    email = row.required("email")
    if email and valid_to is None and not is_mail_address(email):
        row.refuse("email_malformed", "email")
    channel = row.text("channel")
    if channel and valid_to is None and not is_teams_address(channel):
        # Whoever knows the whole address can post there, so it is not repeated.
        row.refuse("channel_malformed", "channel", value=channel.partition("/")[0])
    return Contact(
        organisation=_organisation(row, known),
        name=row.required("name"),
        email=email,
        role=row.required_word("role", Role),
        valid_from=valid_from,
        valid_to=valid_to,
        channel=channel,
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


def _organisation(row: Row, known: KnownCodes) -> str:
    code = row.required("organisation")
    known.check_organisations(row, "organisation", (code,))
    return code
