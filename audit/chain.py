"""What a seal is made of: a line for each entry, and a head that follows from all before it. Pure.

Written down so that another program can verify a log: an entry's digest is the SHA-256 of the JSON list
[id, at, actor, action, subject, detail] in UTF-8, without spaces, non-ASCII characters as they are; `at` as ISO 8601
in UTC with six places, `detail` as the text that PostgreSQL makes of jsonb. A line is the entry's id (8 bytes, big
end first), that digest, and two bytes of the CRC-32 of each field after the id, which only help to say what differs.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

FIELDS = ("time", "actor", "action", "subject", "detail")
NOTHING_BEFORE = "0" * 64
_LINE = struct.Struct(">q32s5H")
_HEAD = re.compile(r"convene-audit-head\s+1\s+([0-9]{1,9})\s+([0-9]{1,18})\s+([0-9T:.+-]{20,40})\s+([0-9a-f]{64})")


@dataclass(frozen=True)
class Row:
    """An entry as it is sealed and read; `detail` is the text of its jsonb."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str

    def fields(self) -> tuple[str, str, str, str, str]:
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return at, self.actor, self.action, self.subject, self.detail


@dataclass(frozen=True)
class Line:
    """What was sealed of one entry."""

    id: int
    digest: bytes
    marks: tuple[int, ...]

    def differing(self, row: Row) -> tuple[str, ...]:
        """The fields in which the row is not what was sealed; "contents" where the marks cannot say which."""
        now = read_line(line(row))
        if now.digest == self.digest:
            return ()
        pairs = zip(FIELDS, self.marks, now.marks, strict=True)
        return tuple(name for name, sealed, found in pairs if sealed != found) or ("contents",)


@dataclass(frozen=True)
class Head:
    """The newest seal as it is sent elsewhere: of which batch, the last entry's number, when, and its hash."""

    number: int
    upto: int
    sealed_at: datetime
    hash: str

    def text(self) -> str:
        """The line of a heads file or of a letter."""
        return (
            f"convene-audit-head 1 {self.number} {self.upto} {self.sealed_at.astimezone(UTC).isoformat()} {self.hash}"
        )


def line(row: Row) -> bytes:
    """The sealed line of an entry, 50 bytes."""
    fields = row.fields()
    text = json.dumps([row.id, *fields], ensure_ascii=False, separators=(",", ":")).encode()
    marks = (zlib.crc32(field.encode()) & 0xFFFF for field in fields)
    return _LINE.pack(row.id, hashlib.sha256(text).digest(), *marks)


def read_line(packed: bytes) -> Line:
    number, digest, *marks = _LINE.unpack(packed)
    return Line(number, digest, tuple(marks))


def read_lines(packed: bytes) -> Iterator[Line]:
    """The lines of a batch, in their order; what is no whole line at the end is left out."""
    for number, digest, *marks in _LINE.iter_unpack(packed[: len(packed) // _LINE.size * _LINE.size]):
        yield Line(number, digest, tuple(marks))


def head(previous: str, number: int, after: int, upto: int, sealed_at: datetime, lines: bytes) -> str:
    """The head of a batch: the SHA-256 of the head before, which batch it is, and all of its lines."""
    at = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    told = f"{previous} {number} {after} {upto} {at}\n".encode()
    return hashlib.sha256(told + lines).hexdigest()


def read_heads(text: str) -> list[Head]:
    """The heads in a file of them, or in letters pasted one after another; other words say nothing."""
    return [
        Head(int(number), int(upto), datetime.fromisoformat(at), hashed)
        for number, upto, at, hashed in _HEAD.findall(text)
    ]
