"""Find the calendars of a message, plain or packed: signed, in Outlook's own packing, wrapped by a gateway; pure.

One packing is undone, never two, and never an archive. What is packed so that nobody here can read it is said to be.
"""

from dataclasses import dataclass
from email.message import Message

from notifications import signed, tnef
from notifications.errors import Unreadable
from notifications.headers import addresses_in
from notifications.parts import Part, calendars_in, human_text, is_report, messages_in, parsed, parts_of

_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_PKCS7 = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(frozen=True)
class Contents:
    """What a message holds. `wrapped` is how it was packed; `sealed` whether that could not be undone."""

    parts: list[Part]
    calendars: tuple[tuple[str, bytes], ...]
    wrapped: str = ""
    sealed: bool = False


def contents(message: Message, parts: list[Part]) -> Contents:
    """The parts and calendars of the message, out of their packing.

    :raises Unreadable: when what was packed is larger, wider or deeper than a real answer.
    """
    calendars = calendars_in(parts)
    if calendars or is_report(parts):
        is_signed = any(part.content_type == "multipart/signed" for part in parts)
        return Contents(parts, calendars, "signed" if calendars and is_signed else "")
    return _signed(parts) or _tnef(parts) or _gateway(message, parts) or _encrypted(parts) or Contents(parts, ())


def _signed(parts: list[Part]) -> Contents | None:
    """S/MIME whose signature holds the text inside (RFC 8551 section 3.5.2). The signature proves nothing to us."""
    for part in parts:
        if part.content_type in _PKCS7 or _named(part, ".p7m"):
            try:
                inner = list(parts_of(parsed(signed.content(_octets(part)))))
            except Unreadable:
                return Contents(parts, (), "encrypted", sealed=True)
            return Contents(inner, calendars_in(inner), "signed")
    return None


def _tnef(parts: list[Part]) -> Contents | None:
    """Outlook's own packing (winmail.dat). Round what a person wrote it holds only the fonts: then it is text."""
    for part in parts:
        if part.content_type in _TNEF or _named(part, "winmail.dat"):
            try:
                calendar = tnef.calendar(_octets(part))
            except Unreadable:
                return Contents(parts, (), "tnef", sealed=True)
            if calendar:
                return Contents(parts, (calendar,), "tnef")
            return Contents(parts, (), "tnef", sealed=not human_text(parts))
    return None


def _gateway(message: Message, parts: list[Part]) -> Contents | None:
    """The one message inside, where a gateway put the whole of it below a banner of its own (same author)."""
    inside = [inner for part in parts if part.content_type == "message/rfc822" for inner in messages_in(part.message)]
    authors = addresses_in(message, "From")
    if len(inside) != 1 or len(authors) != 1 or addresses_in(inside[0], "From") != authors:
        return None
    inner_parts = list(parts_of(inside[0]))
    calendars = () if is_report(inner_parts) else calendars_in(inner_parts)
    return Contents(parts, calendars, "gateway") if calendars else None


def _encrypted(parts: list[Part]) -> Contents | None:
    """OpenPGP, in a part of its own (RFC 3156) or within the text."""
    if any(part.content_type == "multipart/encrypted" for part in parts) or human_text(parts).startswith(
        "-----BEGIN PGP MESSAGE-----"
    ):
        return Contents(parts, (), "encrypted", sealed=True)
    return None


def _named(part: Part, ending: str) -> bool:
    """Whether it is a file of unknown type with such a name."""
    return part.content_type == "application/octet-stream" and str(part.message.get_filename("")).lower().endswith(
        ending
    )


def _octets(part: Part) -> bytes:
    content = part.message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
