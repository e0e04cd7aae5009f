"""Words as every file may carry them: on one line, and nothing in them that programs obey and nobody sees."""

from __future__ import annotations

import struct
import unicodedata
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

FONTS = Path(__file__).parent / "fonts"
_LONDON = ZoneInfo("Europe/London")
_UNSEEN = {
    "Cc",
    "Cf",
    "Cn",
    "Co",
    "Cs",
}  # control, format (which turns writing round), unassigned, private, surrogate


def clean(text: str) -> str:
    """The text on one line, without characters that are not seen: they may turn a number round or break a file."""
    if (
        text.isprintable()
    ):  # nearly every cell is: then nothing in it is unseen, and its only white space is the space
        return " ".join(text.split())
    spaced = (" " if char.isspace() else char for char in text)
    return " ".join("".join(char for char in spaced if unicodedata.category(char) not in _UNSEEN).split())


def in_font(text: str) -> str:
    """The text with U+FFFD for what the font of charts and PDFs cannot show; a PDF/UA may hold nothing else."""
    known = _in_font()
    return "".join(char if ord(char) in known else "\ufffd" for char in text)


def day(one: date) -> str:
    """A day as people write it: 1 July 2026."""
    return f"{one.day} {one:%B %Y}"


def moment(at: datetime) -> str:
    """An instant on London's clocks: 9 October 2026, 09:00."""
    there = at.astimezone(_LONDON)
    return f"{day(there.date())}, {there:%H:%M}"


@cache
def _in_font() -> frozenset[int]:
    """The characters that the regular face has a glyph for, by its table "cmap" (OpenType 1.9, format 4)."""
    face = (FONTS / "NotoSans-Regular.ttf").read_bytes()
    cmap = _table(face, b"cmap")
    found: set[int] = set()
    for n in range(struct.unpack_from(">H", face, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">I", face, cmap + 8 + 8 * n)[0]
        if struct.unpack_from(">H", face, start)[0] == 4:
            count = struct.unpack_from(">H", face, start + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", face, start + 14)
            starts = struct.unpack_from(f">{count}H", face, start + 16 + 2 * count)
            for first, last in zip(starts, ends, strict=True):
                found.update(range(first, last + 1))
    return frozenset(found - {0xFFFF})


def _table(face: bytes, tag: bytes) -> int:
    """Where the table of this tag begins."""
    for n in range(struct.unpack_from(">H", face, 4)[0]):
        name, _, offset, _ = struct.unpack_from(">4sIII", face, 12 + 16 * n)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag!r}")
