"""Part a message, within limits that no real answer passes; find the calendars and the text in its parts; pure.

Uses compat32 and decodes by hand: the newer policy of the email module needs 76 seconds for a hostile
header of 100 KB, and raises on about 2 % of broken ones. Every limit is checked before the work it limits.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from notifications.errors import Unreadable
from notifications.headers import plain_text
from notifications.html_text import lines_of

LARGEST = 2 * 1024 * 1024  # octets
LARGEST_HEADER = 16 * 1024
LARGEST_HEAD = 64 * 1024
MOST_LINES = 50_000  # 2 MB of base64 have 28,000; the parser needs minutes for two million empty ones
MOST_LINES_OF_A_REPORT = 5_000  # of which it makes a message for each group of fields
MOST_PARTS = 20
DEEPEST = 5
LONGEST_TEXT = 20_000  # characters of the human text that are kept for display


@dataclass(frozen=True, slots=True)
class Part:
    """One part, or the whole message. Its type is asked for again and again, and found out by parsing: so once."""

    message: Message
    content_type: str


_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_METHOD = re.compile(r"^METHOD[ \t]*:[ \t]*([A-Za-z]{1,20})[ \t]*$", re.IGNORECASE | re.MULTILINE)
_REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")


def parsed(raw: bytes) -> Message:
    """The message, when it is small enough to be parsed; the parser itself recurses without a limit.

    :raises Unreadable: when it is larger than a real answer.
    """
    if len(raw) > LARGEST:
        raise Unreadable(f"the message is larger than {LARGEST // 1024 // 1024} MB")
    end = _END_OF_HEAD.search(raw)
    if (end.start() if end else len(raw)) > LARGEST_HEAD:
        raise Unreadable(f"the message's headers are larger than {LARGEST_HEAD // 1024} KB")
    if sum(1 for _ in _CONTENT_TYPE.finditer(raw)) > 2 * MOST_PARTS:
        raise Unreadable(f"the message has more than {MOST_PARTS} parts")
    most = MOST_LINES_OF_A_REPORT if b"delivery-status" in raw.lower() else MOST_LINES
    if line_count(raw) > most:
        raise Unreadable(f"the message has more than {most:,} lines")
    return message_from_bytes(raw)


def line_count(raw: bytes) -> int:
    """How many lines the parser makes of it, at most: it takes a lone CR for an end too."""
    return raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n") + 1


def parts_of(message: Message) -> Iterator[Part]:
    """The message and its parts, outermost first. Messages inside it (message/rfc822) stay closed.

    :raises Unreadable: when it is wider or deeper than a real answer.
    """
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
        content_type = part.get_content_type()
        yield Part(part, content_type)
        if content_type.startswith("multipart/"):
            waiting += [(inner, depth + 1) for inner in messages_in(part)]


def messages_in(part: Message) -> list[Message]:
    """What the parser took for messages within the part: parts, a whole message, or groups of fields."""
    payload = part.get_payload() if part.is_multipart() else []  # of text, even asking for it may fail
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def is_report(parts: Iterable[Part]) -> bool:
    """Whether a machine speaks about our mail: RFC 3464, RFC 8098."""
    return any(part.content_type in _REPORTS for part in parts)


def calendars_in(parts: list[Part]) -> tuple[tuple[str, bytes], ...]:
    """The streams that have a METHOD, each once; a copy attached as a file counts only where it is alone.

    Header and stream may disagree: Apple's attachments have the METHOD in the stream alone. What the stream
    says goes before what was written round it.
    """
    return _streams(parts, ("text/calendar",)) or _streams(parts, ("text/x-vcalendar", "application/ics"))


def _streams(parts: Iterable[Part], types: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    found: dict[bytes, str] = {}
    for part in parts:
        if part.content_type in types:
            text = plain_text(part.message)
            said = _METHOD.search(text.replace("\r", "\n"))
            header = str(part.message.get_param("method", "")).strip().upper()
            method = said.group(1).upper() if said else header
            if method:
                found.setdefault(text.encode(errors="replace"), method)
    return tuple((method, stream) for stream, method in found.items())


def human_text(parts: list[Part]) -> str:
    """What a person wrote, for another person to read: the plain part, else the HTML without its tags."""
    for content_type in ("text/plain", "text/html"):
        for part in parts:
            if part.content_type == content_type and part.message.get_content_disposition() != "attachment":
                text = plain_text(part.message)[: 4 * LONGEST_TEXT]
                if content_type == "text/html":
                    text = lines_of(text)
                if text.strip():
                    return text.replace("\r\n", "\n").strip()[:LONGEST_TEXT]
    return ""
