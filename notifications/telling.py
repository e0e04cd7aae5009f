"""What a text says that may not leave: whatever would tell who a child is. Pure.

Convene holds none of it, so it can only have been typed where something else was asked for: a place, a title, a
reason. Looks are all that can be judged here; the references that are held are looked up besides
(meetings/outgoing.py). Addresses of the web are left out of the looks: a number in one is a meeting room's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from notifications.headers import decoded_words

_URL = re.compile(r"https?://\S+", re.ASCII)
_DATE = r"\W{0,3}(?:\d{1,2}(?:st|nd|rd|th)?[ ./-](?:\d{1,2}|[A-Za-z]{3,9})[ ./,-]{1,2}\d{2,4}|\d{4}-\d\d-\d\d)"
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|born(?: on)?|aged?)\b" + _DATE, re.IGNORECASE
)
_NHS = re.compile(r"(?<![\w+.])(\d{3})([ -]?)(\d{3})\2(\d{4})(?!\w)", re.ASCII)
_ROOM = re.compile(
    r"(?:\bid|\bpin|passcode|conference|meeting|dial|tel(?:ephone)?|phone|call)\W{0,12}$", re.IGNORECASE
)
_SYSTEM = re.compile(
    r"\b(?:merlin|lcs|liquidlogic|mosaic|niche|athena|compact|ecins)\b"
    r"(?: (?:id|ref(?:erence)?|no|number|report))?\W{0,3}[A-Z0-9/-]*\d{3,}|\b\d{2}MIS\d{4,}\b",
    re.IGNORECASE,
)
_UPN = re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b", re.ASCII)
_NI = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.ASCII)
_TAG = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{4,63}", re.ASCII)
_MIXED = re.compile(r"[a-z].*\d|\d.*[a-z]", re.ASCII | re.DOTALL)
_SAYS = ("SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "X-ALT-DESC", "CONTACT", "CATEGORIES")
_LOOKS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("a birth date", lambda text: bool(_BORN.search(text))),
    ("an NHS number", lambda text: any(_is_nhs(found, text) for found in _NHS.finditer(text))),
    ("a reference of another system", lambda text: bool(_SYSTEM.search(text))),
    ("a pupil number", lambda text: bool(_UPN.search(text))),
    ("a National Insurance number", lambda text: bool(_NI.search(text))),
)


def looks_of(text: str) -> list[str]:
    """What of a text would tell who a child is, in words; empty where nothing does."""
    plain = _URL.sub(" ", text)
    return [words for words, found in _LOOKS if found(plain)]


def possible_references(text: str) -> set[str]:
    """Whatever in the text could be a reference of a child or an episode, in lower case; also within addresses.

    Letters and digits, from five characters on: of plain numbers too many mean something else.
    """
    found: set[str] = set()
    for token in _TOKEN.findall(text.lower()):
        parts = [token, *token.split("/")]
        found |= {part.strip("._/-") for part in parts if len(part) >= 5 and _MIXED.search(part)}
    return found


def said_in_letter(raw: bytes) -> str:
    """Everything that a person can read of a message of ours, line by line: its subject, its texts, its calendar."""
    return "\n".join(_said(BytesParser(policy=compat32).parsebytes(raw)))


def said_in_calendar(calendar: bytes) -> str:
    """What an iCalendar stream says in words: titles, descriptions, places."""
    lines = calendar.decode("utf-8", "replace").replace("\r\n ", "").replace("\r\n\t", "").splitlines()
    named = (line.partition(":") for line in lines)
    said = [value for name, _, value in named if name.partition(";")[0].upper() in _SAYS]
    return "\n".join(said).replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")


def _said(message: Message) -> Iterator[str]:
    yield decoded_words(str(message.get("Subject", "")))
    for part in message.walk():
        if part.is_multipart():
            continue
        yield str(part.get_filename() or "")
        kind, body = part.get_content_type(), part.get_payload(decode=True)
        assert isinstance(body, bytes), "what has no parts has a body"
        if kind == "text/calendar":
            yield said_in_calendar(body)
        elif kind == "text/html":
            yield html.unescape(_TAG.sub(" ", body.decode("utf-8", "replace")))
        elif kind.startswith("text/"):
            yield body.decode("utf-8", "replace")


def _is_nhs(found: re.Match[str], text: str) -> bool:
    """Ten digits whose last is the check digit of the others (modulus 11), and no room's or telephone's."""
    digits = found[1] + found[3] + found[4]
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    if check == 10 or check % 11 != int(digits[9]) or len(set(digits)) == 1:
        return False
    return not _ROOM.search(text[max(0, found.start() - 30) : found.start()])
