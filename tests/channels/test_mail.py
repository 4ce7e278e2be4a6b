"""A mail is made of checked headers, and the same inputs make the same bytes."""

import email
import email.policy
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

import pytest

from ipa_core.channels.mail import Envelope, attach, read_envelope, read_stored, wire_bytes
from ipa_core.domain.attachments import Attachment, AttachmentKind

Build = Callable[..., EmailMessage]
LONG_ID = f"<{'a' * 120}@ipa.example>"


def test_the_same_inputs_give_the_same_bytes(a_mail: Build) -> None:
    assert wire_bytes(a_mail()) == wire_bytes(a_mail())
    assert wire_bytes(a_mail()).isascii()
    assert b"\n" not in wire_bytes(a_mail()).replace(b"\r\n", b"")


@pytest.mark.parametrize("references", [[], ["<a@ipa.example>"], [LONG_ID, LONG_ID.replace("a", "b")]])
def test_a_mail_that_was_stored_and_read_again_gives_the_same_bytes(a_mail: Build, references: list[str]) -> None:
    stored = wire_bytes(a_mail(references=references))

    again = email.message_from_bytes(stored, policy=email.policy.SMTP)

    assert wire_bytes(again) == wire_bytes(read_stored(stored)) == stored
    assert read_envelope(read_stored(stored)) == read_envelope(again) == read_envelope(a_mail(references=references))


def test_long_message_ids_stay_readable_for_mail_programs(a_mail: Build) -> None:
    raw = wire_bytes(a_mail(references=["<first@ipa.example>", LONG_ID]))

    assert b"References: <first@ipa.example>\r\n " + LONG_ID.encode() + b"\r\n" in raw
    assert b"In-Reply-To: " + LONG_ID.encode() + b"\r\n" in raw


def test_a_reader_finds_text_html_and_headers_as_they_went_in(a_mail: Build) -> None:
    mail = email.message_from_bytes(wire_bytes(a_mail()), policy=email.policy.SMTP)

    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().splitlines()[-1] == "https://ipa.example/?a=b&c=é"
    assert html.get_content().splitlines() == ["<p>Beste collega,</p>", "<p>é</p>"]
    assert mail["Subject"] == "Graag vóór dinsdag 4 februari"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "IPA-monitor <ipa@ipa.example>"
    assert "References" not in mail
    assert "In-Reply-To" not in mail


@pytest.mark.parametrize(
    "recipient",
    [
        "b@x.test&smtp=evil",
        "b@x.test?smtp=evil",
        "a@x.test,b@x.test",
        "a@x.test;b@x.test",
        "a@x.test b@x.test",
        "a@x.test\r\nBcc: b@x.test",
        "a@x.test\n",
        "A <a@x.test>",
        "<a@x.test>",
        '"a b"@x.test',
        "a%b.test@x.test",
        "b.test!a@x.test",
        "-oQ@x.test",
        "|sh@x.test",
        "a@b@x.test",
        "a..b@x.test",
        ".a@x.test",
        "a@",
        "@x.test",
        "",
        "a@-x.test",
        "a@x..test",
        "a@[127.0.0.1]",
        "é@x.test",
        "a@x.tést",
        "a" * 65 + "@x.test",
        "a@" + "x." * 130 + "test",
    ],
)
def test_only_one_plain_address_can_be_a_recipient(a_mail: Build, recipient: str) -> None:
    with pytest.raises(ValueError, match=r"^recipient$"):
        a_mail(recipient=recipient)


@pytest.mark.parametrize("recipient", ["j.d'arc+ipa@min-szw.example", "a@localhost", "A_b=c&d~e@X1.test"])
def test_ordinary_addresses_pass(a_mail: Build, recipient: str) -> None:
    assert read_envelope(a_mail(recipient=recipient)).recipient == recipient


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\nBcc: b@x.test"},
        {"subject": "a\rb"},
        {"subject": "a\x00b"},
        {"subject": "a\u2028b"},
        {"subject": "a\u202eb"},
        {"subject": "a\ud800b"},
        {"sender": "a@x.test, b@x.test"},
        {"sender": "Piet <p@x.test> <a@x.test>"},
        {"sender": "p@x.test <a@x.test>"},
        {"sender": '"p@x.test" <a@x.test>'},
        {"sender": "IPA, SZW <a@x.test>"},
        {"sender": "Piet\n <a@x.test>"},
        {"sender": "Piet"},
        {"message_id": "o@x.test"},
        {"message_id": "<o@x.test>\r\nBcc: b@x.test"},
        {"message_id": "<o@x.test> <p@x.test>"},
        {"message_id": f"<{'a' * 200}@x.test>"},
        {"references": ["<a@x.test>", "<b@x.test>\n"]},
        {"date": datetime(2026, 2, 4, 9, 0)},
    ],
)
def test_what_could_break_a_header_is_refused_without_repeating_it(a_mail: Build, changes: dict[str, object]) -> None:
    (name,) = changes

    with pytest.raises(ValueError, match=f"^{name}$"):
        a_mail(**changes)


def test_a_long_subject_is_cut(a_mail: Build) -> None:
    assert a_mail(subject="x" * 200)["Subject"] == "x" * 200
    assert a_mail(subject="x" * 201)["Subject"] == "x" * 199 + "…"


def test_the_envelope_is_what_the_headers_say(a_mail: Build) -> None:
    mail = a_mail()

    assert read_envelope(mail) == Envelope(
        sender="ipa@ipa.example",
        recipient="szw-main@ministerie.example",
        message_id="<o.2025-q4.szw@ipa.example>",
        sent_at=mail["Date"].datetime,
    )


@pytest.mark.parametrize("name", ["Cc", "Bcc", "Sender", "Resent-To"])
def test_a_mail_that_names_somebody_else_has_no_envelope(a_mail: Build, name: str) -> None:
    mail = a_mail()
    mail[name] = "b@x.test"

    with pytest.raises(ValueError, match=f"^{name}$"):
        read_envelope(mail)


@pytest.mark.parametrize("name", ["From", "To", "Date", "Message-ID"])
def test_a_mail_without_an_essential_header_has_no_envelope(a_mail: Build, name: str) -> None:
    mail = a_mail()
    del mail[name]

    with pytest.raises(ValueError, match=f"^{name}$"):
        read_envelope(mail)


@pytest.mark.parametrize(
    "sender",
    [
        "IPA-monitor <ipa@ipa.example>",
        "Projectbureau één (IPA) <ipa@ipa.example>",
        "ipa@ipa.example",
        '"IPA, ministerie SZW" <ipa@ipa.example>',
        '"Projectbureau één; SZW, BZK" <ipa@ipa.example>',
    ],
)
def test_the_sender_of_a_stored_mail_is_found_whatever_its_name(a_mail: Build, sender: str) -> None:
    stored = wire_bytes(a_mail(sender=sender))

    assert read_envelope(read_stored(stored)).sender == "ipa@ipa.example"


@pytest.mark.parametrize("date", ["", "gisteren", "Wed, 04 Feb 2026 00:00:00"])
def test_a_mail_without_a_proper_date_has_no_envelope(date: str) -> None:
    stored = f"From: a@x.test\r\nTo: b@x.test\r\nMessage-ID: <o@x.test>\r\nDate: {date}\r\n\r\nHallo\r\n".encode()

    with pytest.raises(ValueError, match=r"^Date$"):
        read_envelope(read_stored(stored))


def test_two_recipients_in_one_header_are_one_too_many(a_mail: Build) -> None:
    mail = a_mail()
    mail.replace_header("To", "a@x.test, b@x.test")

    with pytest.raises(ValueError, match=r"^To$"):
        read_envelope(mail)


FILES = (
    Attachment(name="ipa-uitvraag-2025-Q4-SZW.xlsx", kind=AttachmentKind.FORM, content=bytes(range(256)) * 9),
    Attachment(
        name="ipa-uitvraag-2025-Q4-SZW.ics", kind=AttachmentKind.DEADLINE, content=b"BEGIN:VCALENDAR\r\n\xc3\xa9"
    ),
)


def with_files(mail: EmailMessage) -> EmailMessage:
    attach(mail, FILES)
    return mail


def test_files_go_along_byte_for_byte_below_the_words(a_mail: Build) -> None:
    mail = email.message_from_bytes(wire_bytes(with_files(a_mail())), policy=email.policy.SMTP)

    words, *files = mail.iter_parts()
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_filename() for part in files] == [one.name for one in FILES]
    assert [part.get_payload(decode=True) for part in files] == [one.content for one in FILES]
    assert [part.get_content_disposition() for part in files] == ["attachment", "attachment"]
    assert files[0].get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert files[1]["Content-Type"].params["method"] == "PUBLISH"


def test_a_mail_with_files_gives_the_same_bytes_each_time(a_mail: Build) -> None:
    stored = wire_bytes(with_files(a_mail()))

    assert wire_bytes(with_files(a_mail())) == stored
    assert wire_bytes(email.message_from_bytes(stored, policy=email.policy.SMTP)) == stored  # type: ignore[arg-type] # typeshed knows only the old message class
    assert stored.isascii()
    assert max(map(len, stored.split(b"\r\n"))) < 998


def test_no_files_change_nothing(a_mail: Build) -> None:
    mail = a_mail()

    attach(mail, ())

    assert wire_bytes(mail) == wire_bytes(a_mail())
