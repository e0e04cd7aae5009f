"""Read the headers and texts of an incoming part, believing nothing about how they are written; pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from notifications.addresses import UNSAFE, found_address, one_line

_ANGLED = re.compile(r"<([^<>]*)>")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
# Some of Python's codecs are not charsets, and some take minutes: only these are used.
_CHARSET = re.compile(r"utf-?8|utf-16(le|be)?|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d|cp125\d")
_UNSAFE_IN_TEXT = re.compile(rf"(?![\t\r\n]){UNSAFE.pattern}")
LONGEST_SUBJECT = 1000
_OLDEST_YEAR = 1970  # no mail is older, and PostgreSQL gives the first year back as minus infinity


def addresses_in(message: Message, *names: str) -> tuple[str, ...]:
    """The addresses of these headers in their order, each once. Display names are never taken for one."""
    found: dict[str, None] = {}
    for name in names:
        for value in message.get_all(name, []):
            found |= dict.fromkeys(filter(None, map(found_address, _written_addresses(str(value)))))
    return tuple(found)


def _written_addresses(value: str) -> Iterator[str]:
    """What stands where an address should, entry by entry, without names, quoted strings and comments."""
    for entry in re.split(r"[,;]", bare(value)):
        angled = _ANGLED.findall(entry)
        yield from angled or [entry.rpartition(":")[2]]


def bare(value: str) -> str:
    """The header without what is between quotes or in parentheses, however deep; in one pass, whatever is in it."""
    kept, depth, quoted, escaped = [], 0, False, False
    for character in value:
        if escaped or character == "\\":
            escaped = not escaped
        elif character == '"' and depth == 0:
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


def message_ids_in(message: Message, *names: str) -> tuple[str, ...]:
    """The message ids that these headers hold, each once, in their order."""
    values = (str(value) for name in names for value in message.get_all(name, []))
    return tuple(dict.fromkeys(found for value in values for found in _MESSAGE_ID.findall(value)))


def written_at(message: Message) -> datetime | None:
    """When its sender's clock says that it was written, in UTC; None where the Date header says nothing usable."""
    try:
        said = parsedate_to_datetime(str(message.get("Date", ""))[:100])
        return said.astimezone(UTC) if said.tzinfo is not None and said.year > _OLDEST_YEAR else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def values_of(message: Message, name: str) -> tuple[str, ...]:
    """Every header of this name, the topmost first, each on one line."""
    return tuple(one_line(str(value)) for value in message.get_all(name, []))


def return_path(message: Message) -> str | None:
    """The envelope's sender as the last mail server wrote it; "" for a null sender or none; None without header."""
    value = message.get("Return-Path")
    return None if value is None else next(iter(addresses_in(message, "Return-Path")), "")


def decoded_words(value: str) -> str:
    """A header's text for people: encoded words decoded, on one line; as it came where that fails."""
    value = value[:LONGEST_SUBJECT]
    try:
        pieces = [
            text if isinstance(text, str) else _decoded(text, name or "ascii") for text, name in decode_header(value)
        ]
    except Exception:  # the email module raises many kinds on broken words; the raw text serves a person too
        pieces = [value]
    return one_line("".join(pieces))


def plain_text(part: Message) -> str:
    """The part's text, decoded by its own charset where that is a known one; unsafe characters vanish."""
    content = part.get_payload(decode=True)
    text = _decoded(content, str(part.get_content_charset("utf-8"))) if isinstance(content, bytes) else ""
    return _UNSAFE_IN_TEXT.sub("", text)


def _decoded(content: bytes, charset: str) -> str:
    name = charset.lower() if _CHARSET.fullmatch(charset.lower()) else "utf-8"
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return content.decode(errors="replace")
