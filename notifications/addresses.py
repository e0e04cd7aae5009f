"""What counts as a mail address, and which texts may stand in a header or a calendar line; pure."""

import re
from urllib.parse import unquote

from notifications.errors import UnsafeHeader

LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,190}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
# Ends a line (control characters, U+2028, U+2029), is half a character, or turns the direction of what follows.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def header_text(text: str) -> str:
    """The same text, when it may stand in a header.

    Control characters would end the header. `=?` would be read as an encoded word, and the email module
    of Python up to 3.11.9 and 3.12.4 turns a newline hidden in one into a new header (CVE-2024-6923).

    :raises UnsafeHeader: when it may not.
    """
    if "=?" in text or (not text.isprintable() and UNSAFE.search(text)):
        raise UnsafeHeader(f"not one plain line of text: {text!r:.80}")
    return text


def header_address(address: str) -> str:
    """The same address, when it is one plain ASCII mail address (a dot-atom at a domain, RFC 5321).

    :raises UnsafeHeader: when it is not.
    """
    if len(address) > LONGEST_ADDRESS or "=?" in address or not _ADDRESS.fullmatch(address):
        raise UnsafeHeader(f"not a plain mail address: {address!r:.80}")
    return address


def found_address(text: str) -> str:
    """The address, in lower case, in what a client wrote (`MAILTO:Jane@X.example`), or "" when there is none.

    Addresses are compared without regard to case: Google sends the organizer's local part in lower case.
    """
    text = text.replace("\u212a", "\ufffd")  # the Kelvin sign, which would become a plain k
    bare = unquote(text.lower().rpartition("mailto:")[2].strip()).strip().strip("<>")
    return bare if len(bare) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(bare) else ""


def one_line(text: str) -> str:
    """The text on one line: line ends and unsafe characters become spaces, and several spaces one."""
    return " ".join(spaced(text).split())


def spaced(text: str) -> str:
    """The text with a space for each unsafe character."""
    return text if text.isprintable() else UNSAFE.sub(" ", text)  # nothing unsafe is printable, and this is quick
