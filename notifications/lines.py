"""Write the values and lines of iCalendar so that nothing in them can start a line of its own; pure."""

import re

from notifications.addresses import UNSAFE, one_line


def quoted(name: str) -> str:
    """The name between quotes, always: clients misread a bare name that holds a comma or a colon."""
    return '"' + one_line(name).replace('"', "'") + '"'


def escaped(text: str) -> str:
    """TEXT of RFC 5545 section 3.3.11: escaped, line ends as \\n, no other control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    safe = [re.sub(r"([\\;,])", r"\\\1", UNSAFE.sub(" ", line)) for line in lines]
    return "\\n".join(safe)


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never parting the octets of one character."""
    pieces, room = [""], 75
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append("")
            room = 74  # the space that marks a continuation counts
        pieces[-1] += character
        room -= size
    return "\r\n ".join(pieces)
