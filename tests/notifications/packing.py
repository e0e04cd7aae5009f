"""Pack a calendar answer as mail systems pack it: Outlook's winmail.dat, S/MIME, a gateway's banner.

No product's encoder is at hand, so the winmail.dat is written here, after MS-OXTNEF, MS-OXOCAL and MS-OXPROPS.
"""

import base64
import struct
import uuid
from datetime import UTC, date, datetime

MEETING = uuid.UUID("6ed8da90-450b-101b-98da-00aa003f1305")
APPOINTMENT = uuid.UUID("00062002-0000-0000-c000-000000000046")
LONG, BOOLEAN, TEXT, UNICODE, TIME, BINARY, TEXTS = 0x3, 0xB, 0x1E, 0x1F, 0x40, 0x102, 0x101F
Value = int | bool | str | bytes | datetime | list[str]


def attribute(kind: int, data: bytes, level: int = 1) -> bytes:
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tagged(name: int, kind: int, value: Value) -> bytes:
    return struct.pack("<HH", kind, name) + _value(kind, value)


def named(of: uuid.UUID, number: int, kind: int, value: Value) -> bytes:
    """A property with a number in a set; its tag is only a handle within the message."""
    return (
        struct.pack("<HH", kind, 0x8000 + number % 0x7000)
        + of.bytes_le
        + struct.pack("<II", 0, number)
        + _value(kind, value)
    )


def _value(kind: int, value: Value) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<HH", value, 0)
    if isinstance(value, int):
        return struct.pack("<i", value)
    if isinstance(value, datetime):
        return struct.pack("<Q", int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000)
    if isinstance(value, list):
        return struct.pack("<I", len(value)) + b"".join(_sized(f"{one}\0".encode("utf-16-le")) for one in value)
    octets = value if isinstance(value, bytes) else f"{value}\0".encode("utf-16-le" if kind == UNICODE else "ascii")
    return struct.pack("<I", 1) + _sized(octets)


def _sized(octets: bytes) -> bytes:
    return struct.pack("<I", len(octets)) + octets + bytes(-len(octets) % 4)


def global_object(uid: str, day: date | None = None) -> bytes:
    """Which meeting: as Exchange wraps a UID that is not its own (MS-OXOCAL 2.2.1.27)."""
    data = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00"
    instance = struct.pack(">HBB", day.year, day.month, day.day) if day else bytes(4)
    head = bytes.fromhex("040000008200E00074C5B7101A82E008") + instance + bytes(8) + bytes(8)
    return head + struct.pack("<I", len(data)) + data


def winmail(*properties: bytes, message_class: str = "IPM.Schedule.Meeting.Resp.Pos", more: bytes = b"") -> bytes:
    """The whole packing, with an attachment beside the properties that nobody needs."""
    attached = attribute(0x00069002, bytes(14), level=2) + attribute(0x0006800F, b"room plan", level=2)
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(0x00089006, struct.pack("<I", 0x10000))
        + attribute(0x00069007, struct.pack("<I", 1252))
        + attribute(0x00078008, f"{message_class}\0".encode())
        + attribute(0x00069003, struct.pack("<I", len(properties)) + b"".join(properties))
        + more
        + attached
    )


def answered(
    uid: str,
    *,
    attendee: str = "home.unit@police.example",
    sender: str = "",
    at: datetime,
    sequence: int = 1,
    day: date | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    proposed: tuple[datetime, datetime] | None = None,
) -> tuple[bytes, ...]:
    """The properties of an answer to a meeting, as Outlook writes them."""
    found = [
        tagged(0x001A, UNICODE, "IPM.Schedule.Meeting.Resp.Pos"),
        tagged(0x0064, UNICODE, "SMTP"),
        tagged(0x0065, UNICODE, attendee),
        tagged(0x0C1E, UNICODE, "EX"),
        tagged(0x0C1F, UNICODE, "/O=POLICE/OU=EXCHANGE/CN=RECIPIENTS/CN=7F3K2M"),
        tagged(0x5D01, UNICODE, sender or attendee),
        named(MEETING, 0x0003, BINARY, global_object(uid, day)),
        named(MEETING, 0x0023, BINARY, global_object(uid)),
        named(MEETING, 0x0001, TIME, at),
        named(APPOINTMENT, 0x8201, LONG, sequence),
        named(APPOINTMENT, 0x8218, LONG, 3),
        named(APPOINTMENT, 0x8223, BOOLEAN, False),
        named(APPOINTMENT, 0x9000, TEXTS, ["Duty", "Missing"]),
    ]
    for number, instant in ((0x820D, starts_at), (0x820E, ends_at)):
        found += [named(APPOINTMENT, number, TIME, instant)] if instant else []
    if proposed:
        found.append(named(APPOINTMENT, 0x8257, BOOLEAN, True))
        found += [named(APPOINTMENT, 0x8250, TIME, proposed[0]), named(APPOINTMENT, 0x8251, TIME, proposed[1])]
    return tuple(found)


def attached(headers: str, content: bytes, content_type: str = "application/ms-tnef; name=winmail.dat") -> bytes:
    """A message of a text and one packed part."""
    body = base64.encodebytes(content).decode().replace("\n", "\r\n")
    return (
        f'{headers}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="_P_"\r\n\r\n'
        "--_P_\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\r\n"
        f"--_P_\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}--_P_--\r\n"
    ).encode()
