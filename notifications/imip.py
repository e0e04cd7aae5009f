"""Wrap a letter in the one MIME shape that every calendar client understands (RFC 6047); pure.

    multipart/mixed
      multipart/alternative
        text/plain, text/html, text/calendar; method=REQUEST     buttons in Outlook need this part here
      application/ics; name=invite.ics                           the same bytes, for those who save it
      application/pdf; name=…                                    whatever is attached besides

The message is written here and not by the email module: its bytes are frozen and must not depend on a
version of Python, and the module lets an encoded word in a header become a header (see addresses.py).
"""

import base64
import hashlib
import quopri
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from notifications.addresses import header_address, header_text, one_line
from notifications.errors import UnsafeHeader
from notifications.opening import Kind, Opened, open_message

__all__ = ["Attachment", "Kind", "Letter", "Opened", "compose", "open_message"]


@dataclass(frozen=True)
class Attachment:
    """A file that travels with a letter. `name` is at most 80 of `A-Z a-z 0-9 . _ -`, `content_type` as RFC 2045."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """One message to one person. `calendar` is a stream from itip.py, `method` the METHOD inside it."""

    to: str
    to_name: str
    from_address: str
    from_name: str
    reply_to: str
    envelope_from: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    references: str = ""
    calendar: bytes | None = None
    method: str = ""
    attachments: tuple[Attachment, ...] = ()


_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_CONTENT_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9][a-z0-9.+-]{0,80}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.+_=-]{1,120}@[A-Za-z0-9.-]{1,130}>")


def compose(letter: Letter) -> bytes:
    """The whole message as it will travel: 7-bit, lines ended by CRLF, the same bytes for the same letter.

    :raises UnsafeHeader: when a name, address, id, subject or attachment could break out of its header.
    :raises ValueError: when the calendar does not say the letter's method, or the date has no zone.
    """
    if letter.date.tzinfo is None:
        raise ValueError("a letter is dated by an instant with its zone")
    header_address(letter.envelope_from)  # it stands in an SMTP command, where the same harm could be done
    headers = [
        ("MIME-Version", "1.0"),
        ("Date", format_datetime(letter.date)),
        ("Message-ID", _message_ids(letter.message_id)),
        ("From", _mailbox(letter.from_name, letter.from_address)),
        ("To", _mailbox(letter.to_name, letter.to)),
        ("Reply-To", header_address(letter.reply_to)),
        (
            "Subject",
            _words(header_text(one_line(letter.subject) if letter.subject.isprintable() else letter.subject)),
        ),
    ]
    if letter.references:
        headers.append(("References", _message_ids(letter.references)))
    headers.append(("Auto-Submitted", "auto-generated"))
    # Absence notices are not suppressed: that somebody is away is news to the coordinator.
    headers.append(("X-Auto-Response-Suppress", "DR, RN, NRN, AutoReply"))
    head = "".join(_folded(name, value) for name, value in headers)
    return (head + _body(letter)).encode("ascii")


def _body(letter: Letter) -> str:
    """The parts, from the plainest to the richest; boundaries come from what they part."""
    mark = hashlib.sha256(f"{letter.message_id}\n{letter.text}".encode()).hexdigest()[:24]
    parts = [_readable("text/plain", letter.text), _readable("text/html", letter.html)]
    beside = [_attached(one) for one in letter.attachments]
    if letter.calendar is not None:
        calendar = _checked(letter.calendar, letter.method)
        parts.append(_encoded(f"text/calendar; charset=utf-8; method={letter.method}", calendar))
        beside.insert(0, _encoded("application/ics; name=invite.ics", calendar, _as_file("invite.ics")))
    alternative = _multipart("alternative", f"=_letter_{mark}", parts)
    return _multipart("mixed", f"=_mail_{mark}", [alternative, *beside]) if beside else alternative


def _checked(calendar: bytes, method: str) -> str:
    """The calendar in base64, if it is of this method.

    :raises ValueError: when it is not, or the method is not mailed.
    """
    if method not in ("REQUEST", "CANCEL", "REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"):
        raise ValueError(f"not a method that is mailed: {method!r}")
    if f"\r\nMETHOD:{method}\r\n".encode() not in calendar:
        raise ValueError(f"the calendar does not say METHOD:{method}")
    return _base64(calendar)


def _attached(one: Attachment) -> str:
    """:raises UnsafeHeader: when the file's name or kind is not plain."""
    if not _FILE_NAME.fullmatch(one.name) or not _CONTENT_TYPE.fullmatch(one.content_type):
        raise UnsafeHeader(f"not a plain file: {one.name!r:.100}, {one.content_type!r:.100}")
    return _encoded(f"{one.content_type}; name={one.name}", _base64(one.content), _as_file(one.name))


def _as_file(name: str) -> str:
    return f"Content-Disposition: attachment; filename={name}\r\n"


def _multipart(subtype: str, boundary: str, parts: list[str]) -> str:
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n{inside}--{boundary}--\r\n'


def _readable(content_type: str, text: str) -> str:
    """A part that a person may read in its source: quoted-printable, in which "=_" of a boundary cannot occur."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    body = quopri.encodestring(lines).decode("ascii").replace("\n", "\r\n")
    return f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}"


def _base64(content: bytes) -> str:
    """In lines of 76 characters (RFC 2045 section 6.8)."""
    whole = base64.b64encode(content).decode("ascii")
    return "".join(f"{whole[start : start + 76]}\r\n" for start in range(0, len(whole), 76))


def _encoded(content_type: str, body: str, more: str = "") -> str:
    """A part that no gateway on the way can alter without noticing: `body` is in base64."""
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n{body}"


def _mailbox(name: str, address: str) -> str:
    """`"Name" <address>`, the name quoted or, where it is not ASCII, in encoded words."""
    header_address(address)
    plain = one_line(header_text(name))
    if not plain:
        return address
    if plain.isascii():
        escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_words(plain)} <{address}>"


def _words(text: str) -> str:
    """The text as it is where it is ASCII, else as encoded words of at most 75 characters (RFC 2047)."""
    if text.isascii():
        return text
    chunks = [""]
    for character in text:
        if len((chunks[-1] + character).encode()) > 42:
            chunks.append("")
        chunks[-1] += character
    return " ".join(f"=?utf-8?b?{base64.b64encode(chunk.encode()).decode()}?=" for chunk in chunks)


def _message_ids(text: str) -> str:
    """One message id or several, each in angle brackets."""
    ids = text.split(" ")
    if not all(map(_MESSAGE_ID.fullmatch, ids)):
        raise UnsafeHeader(f"not a message id: {text!r:.80}")
    return " ".join(ids)


def _folded(name: str, value: str) -> str:
    """The header, broken at spaces before it passes 76 characters (RFC 5322 section 2.2.3)."""
    if len(name) + len(value) <= 74:
        return f"{name}: {value}\r\n"
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > 76 and lines[-1].strip() not in ("", f"{name}:"):
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"
