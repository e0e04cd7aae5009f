"""Write the values and lines of iCalendar so that nothing in them can start a line of its own; pure."""

import re
from collections.abc import Iterable

from notifications.addresses import one_line, spaced
from notifications.errors import UnsafeHeader

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})


def calendar(prodid: str, properties: Iterable[str], components: Iterable[str]) -> bytes:
    """One VCALENDAR of these lines, folded at 75 octets, ended by CRLF."""
    head = ("BEGIN:VCALENDAR", f"PRODID:{prodid}", "VERSION:2.0", "CALSCALE:GREGORIAN")
    whole = (*head, *properties, *components, "END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in whole).encode()


def plain_uid(uid: str) -> str:
    """The same UID, when it is one of ours: ASCII, at most 255 characters, nothing that needs an escape.

    :raises UnsafeHeader: when it is not.
    """
    if not re.fullmatch(r"[A-Za-z0-9@._+-]{1,255}", uid):
        raise UnsafeHeader(f"not a UID of ours: {uid!r:.80}")
    return uid


def word(text: str) -> str:
    """The same word, when it is one of iCalendar's own, such as a ROLE.

    :raises UnsafeHeader: when it is not.
    """
    if not re.fullmatch(r"[A-Z-]{1,40}", text):
        raise UnsafeHeader(f"not a word of iCalendar: {text!r:.80}")
    return text


def conference(link: str) -> str:
    """The line that offers to join online (RFC 7986 section 5.11), when it is an https address on one line.

    :raises UnsafeHeader: when it is not.
    """
    if not re.fullmatch(r"https://[!-~]{1,400}", link):
        raise UnsafeHeader(f"not a link that begins with https://: {link!r:.80}")
    return f'CONFERENCE;VALUE=URI;LABEL="Join the meeting":{link}'


def quoted(name: str) -> str:
    """The name between quotes, always: clients misread a bare name that holds a comma or a colon."""
    return '"' + one_line(name).replace('"', "'") + '"'


def escaped(text: str) -> str:
    """TEXT of RFC 5545 section 3.3.11: escaped, line ends as \\n, no other control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join(spaced(line).translate(_ESCAPES) for line in lines)


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never parting the octets of one character."""
    if len(line) <= 75 and line.isascii():
        return line
    if line.isascii():  # an octet is a character; each further piece begins with the space that counts
        return "\r\n ".join((line[:75], *(line[start : start + 74] for start in range(75, len(line), 74))))
    pieces, room = [""], 75
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append("")
            room = 74  # the space that marks a continuation counts
        pieces[-1] += character
        room -= size
    return "\r\n ".join(pieces)


def with_link(description: str, link: str, *, place: str) -> str:
    """The description with the link, unless it or the place has it: few clients show CONFERENCE."""
    return description if link in f"{place}\n{description}" else f"{description.rstrip()}\n\nJoin: {link}".lstrip()
