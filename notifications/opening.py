"""Open an incoming message: what kind of mail it is, and the calendars inside; pure.

Uses compat32 and decodes by hand: the newer policy of the email module needs 76 seconds for a hostile
header of 100 KB, and raises on about 2 % of broken ones. Every limit is checked before the work it limits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from notifications.errors import Unreadable
from notifications.headers import addresses_in, decoded_words, message_ids_in, plain_text, return_path, values_of

LARGEST = 2 * 1024 * 1024  # octets
LARGEST_HEADER = 16 * 1024
LARGEST_HEAD = 64 * 1024
MOST_PARTS = 20
DEEPEST = 5
LONGEST_TEXT = 20_000  # characters of the human text that are kept for display


class Kind(StrEnum):
    """What an incoming message is, the first that fits in this order."""

    REPORT = "report"  # a machine speaks about our mail: bounced, delayed, displayed
    CALENDAR = "calendar"  # it carries iCalendar with a METHOD; Google's answers are also automatic
    AUTOMATIC = "automatic"  # an absence notice or another robot
    DAMAGED = "damaged"  # its parts do not hold together and no calendar was found
    TEXT = "text"  # a person wrote it


@dataclass(frozen=True)
class Opened:
    """An incoming message as facts. Addresses are in lower case, without names.

    `from_addresses` holds every author that the From headers name: trust it only when there is exactly one.
    `delivered_to` runs from the strongest evidence (Delivered-To) to the weakest (To). `calendars` are pairs
    of METHOD and stream. `in_answer_to` are the message ids this mail refers to, the nearest first.
    """

    kind: Kind
    message_id: str
    from_addresses: tuple[str, ...]
    sender: str
    delivered_to: tuple[str, ...]
    calendars: tuple[tuple[str, bytes], ...]
    subject: str
    text: str
    in_answer_to: tuple[str, ...] = ()
    authentication_results: tuple[str, ...] = ()  # whole values; only those of our own server mean anything
    return_path: str | None = None  # "" for a null sender; None where no header says
    automatic: bool = False  # a robot wrote it, or its sender wants no automatic answer; Google's answers are such
    wrapped: str = ""  # how the calendar was packed: "tnef", "signed", "gateway", "" for plainly


_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_METHOD = re.compile(r"^METHOD[ \t]*:[ \t]*([A-Za-z]{1,20})[ \t]*$", re.IGNORECASE | re.MULTILINE)
_UNANSWERED = ("X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe", "List-Post")
_CALENDARS = ("text/calendar", "text/x-vcalendar", "application/ics")
_REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")


def open_message(raw: bytes) -> Opened:
    """The message's kind and facts. Messages inside it (message/rfc822) stay closed: a bounce holds our own.

    :raises Unreadable: when it is larger, wider or deeper than a real answer, or cannot be parsed.
    """
    _check_size(raw)
    try:
        message = message_from_bytes(raw)
        parts = list(parts_of(message))
        return _opened(message, parts)
    except Unreadable:
        raise
    except Exception as error:  # whatever the email module trips over, these bytes are for a person
        raise Unreadable(f"not a mail message: {type(error).__name__}") from error


def _check_size(raw: bytes) -> None:
    """The message is small enough to be parsed; the parser itself recurses without a limit."""
    if len(raw) > LARGEST:
        raise Unreadable(f"the message is larger than {LARGEST // 1024 // 1024} MB")
    end = _END_OF_HEAD.search(raw)
    if (end.start() if end else len(raw)) > LARGEST_HEAD:
        raise Unreadable(f"the message's headers are larger than {LARGEST_HEAD // 1024} KB")
    if sum(1 for _ in _CONTENT_TYPE.finditer(raw)) > 2 * MOST_PARTS:
        raise Unreadable(f"the message has more than {MOST_PARTS} parts")


def parts_of(message: Message) -> Iterator[Message]:
    """The message and its parts, outermost first, within the limits."""
    counted = 0
    waiting: list[tuple[Message, int]] = [(message, 1)]
    while waiting:
        part, depth = waiting.pop(0)
        counted += 1
        if counted > MOST_PARTS or depth > DEEPEST:
            raise Unreadable(f"the message has more than {MOST_PARTS} parts, or more than {DEEPEST} levels")
        sizes = [len(name) + len(str(value)) for name, value in part.raw_items()]
        if max(sizes, default=0) > LARGEST_HEADER:
            raise Unreadable(f"a header is larger than {LARGEST_HEADER // 1024} KB")
        if sum(sizes) > LARGEST_HEAD:
            raise Unreadable(f"a part's headers are larger than {LARGEST_HEAD // 1024} KB")
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += [(inner, depth + 1) for inner in part.get_payload() if isinstance(inner, Message)]


def _opened(message: Message, parts: list[Message]) -> Opened:
    calendars = _calendars(parts)
    return Opened(
        kind=_kind(message, parts, calendars),
        message_id=next(iter(message_ids_in(message, "Message-ID")), ""),
        from_addresses=addresses_in(message, "From"),
        sender=next(iter(addresses_in(message, "Sender")), ""),
        delivered_to=addresses_in(message, "Delivered-To", "X-Original-To", "To"),
        calendars=calendars,
        subject=decoded_words(str(message.get("Subject", ""))),
        text=_human_text(parts),
        in_answer_to=message_ids_in(message, "X-MS-Exchange-Parent-Message-Id", "In-Reply-To", "References"),
        authentication_results=values_of(message, "Authentication-Results"),
        return_path=return_path(message),
        automatic=_is_automatic(message) or any(name in message for name in _UNANSWERED),
    )


def _kind(message: Message, parts: list[Message], calendars: tuple[tuple[str, bytes], ...]) -> Kind:
    if any(part.get_content_type() in _REPORTS for part in parts):
        return Kind.REPORT
    if calendars:
        return Kind.CALENDAR
    if _is_automatic(message):
        return Kind.AUTOMATIC
    damaged = any(part.defects and part.get_content_maintype() == "multipart" for part in parts)
    return Kind.DAMAGED if damaged else Kind.TEXT


def _is_automatic(message: Message) -> bool:
    """RFC 3834, and what Exchange and older robots write instead."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    marks = ("X-MS-Exchange-Inbox-Rules-Loop", "X-Autoreply", "X-Autorespond")
    robot = "mailbox rules agent" in str(message.get("X-MS-Exchange-Generated-Message-Source", "")).lower()
    return (
        submitted != "no"
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or robot
        or any(name in message for name in marks)
    )


def _calendars(parts: list[Message]) -> tuple[tuple[str, bytes], ...]:
    """The streams that have a METHOD, each once; a copy attached as a file counts only where it is alone.

    Header and stream may disagree: Apple's attachments have the METHOD in the stream alone. What the stream
    says goes before what was written round it.
    """
    inline: dict[bytes, str] = {}
    attached: dict[bytes, str] = {}
    for part in parts:
        if part.get_content_type() not in _CALENDARS:
            continue
        text = plain_text(part)
        said = _METHOD.search(text.replace("\r", "\n"))
        header = str(part.get_param("method", "")).strip().upper()
        method = said.group(1).upper() if said else header
        if method:
            chosen = inline if part.get_content_type() == "text/calendar" else attached
            chosen.setdefault(text.encode(errors="replace"), method)
    return tuple((method, stream) for stream, method in (inline or attached).items())


def _human_text(parts: list[Message]) -> str:
    """What a person wrote, for another person to read: the plain part, else the HTML without its tags."""
    for content_type in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == content_type and part.get_content_disposition() != "attachment":
                text = plain_text(part)[: 4 * LONGEST_TEXT]
                if content_type == "text/html":
                    text = re.sub(r"<[^<>]*>", " ", text)
                if text.strip():
                    return text.replace("\r\n", "\n").strip()[:LONGEST_TEXT]
    return ""
