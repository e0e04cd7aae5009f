"""What may be written as a role, a name or a telephone number. Pure."""

import re
import unicodedata

_PHONE = re.compile(r"[+(]?[0-9][0-9 ()-]{3,24}[0-9](?: ext\.? ?[0-9]{1,6})?", re.ASCII)


class NotPlain(ValueError):
    """Not one short line of plain text; the message begins with `what` is wrong and says what it should be."""

    def __init__(self, what: str, rest: str) -> None:
        super().__init__(f"{what} {rest}")
        self.what = what


def plain_line(text: str, what: str, longest: int) -> str:
    """The text as one line of plain characters, composed (NFC), runs of spaces made one.

    It goes into letters, calendars and logs, so line ends, other control and format characters (among them
    those that turn the reading direction) and the opening of an encoded word (RFC 2047) are refused.

    :raises NotPlain: when it is empty, longer than `longest` characters, or not plain.
    """
    line = re.sub(" +", " ", unicodedata.normalize("NFC", text).strip(" "))
    if not line:
        raise NotPlain(what, "is empty. Write it in a few words.")
    if len(line) > longest:
        raise NotPlain(what, f"has {len(line)} characters. Use {longest} or fewer.")
    if "=?" in line or any(_hidden(character) for character in line):
        raise NotPlain(what, "has a line break or a hidden character in it. Type it again as plain text.")
    return line


def phone(text: str) -> str:
    """A telephone number as given, or nothing.

    :raises NotPlain: when it is neither.
    """
    number = text.strip(" ")
    if number and not _PHONE.fullmatch(number):
        raise NotPlain("The telephone number", "must be digits and spaces, for example 020 7946 0018 ext 12.")
    return number


def _hidden(character: str) -> bool:
    """Control, format, private, surrogate and unassigned characters, and line and paragraph separators."""
    return unicodedata.category(character)[0] == "C" or unicodedata.category(character) in ("Zl", "Zp")
