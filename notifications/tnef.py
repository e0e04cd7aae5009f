"""Turn the meeting answer inside Outlook's own packing (winmail.dat, MS-OXTNEF) into a calendar; pure.

Exchange packs so for domains that its administrator marked, ours among them by mistake. Only the properties of the
message itself reach the library, and only once their lengths are known to fit: on a wrong count it goes on for ever.
"""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tnefparse import TNEF
from tnefparse.mapi import TNEFMAPI_Attribute

from notifications.addresses import found_address, one_line
from notifications.errors import Unreadable
from notifications.lines import escaped, folded

logging.getLogger("tnefparse").disabled = True  # what it trips over is told by its result, and mail is not for logs
LARGEST = 512 * 1024  # octets; a meeting answer has 3 to 20 KB
MOST_PROPERTIES = 400

_SIGNATURE = 0x223E9F78
_MESSAGE, _CLASS, _PROPERTIES, _CODEPAGE = 1, 0x00078008, 0x00069003, 0x00069007
_FIXED = {0x2: 2, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_COUNTED = (0x0, 0xD, 0x1E, 0x1F, 0x102)
_MEETING = "6ed8da90-450b-101b-98da-00aa003f1305"
_APPOINTMENT = "00062002-0000-0000-c000-000000000046"
_CLASSES = {
    "ipm.schedule.meeting.resp.pos": ("REPLY", "ACCEPTED"),
    "ipm.schedule.meeting.resp.tent": ("REPLY", "TENTATIVE"),
    "ipm.schedule.meeting.resp.neg": ("REPLY", "DECLINED"),
    "ipm.schedule.meeting.request": ("REQUEST", ""),
    "ipm.schedule.meeting.canceled": ("CANCEL", ""),
    # the names of MS-OXTNEF section 2.1.3.3
    "ipm.microsoft schedule.mtgrespp": ("REPLY", "ACCEPTED"),
    "ipm.microsoft schedule.mtgrespa": ("REPLY", "TENTATIVE"),
    "ipm.microsoft schedule.mtgrespn": ("REPLY", "DECLINED"),
    "ipm.microsoft schedule.mtgreq": ("REQUEST", ""),
    "ipm.microsoft schedule.mtgcncl": ("CANCEL", ""),
}
_GLOBAL_OBJECT = bytes.fromhex("040000008200E00074C5B7101A82E008")  # MS-OXOCAL section 2.2.1.27
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Said:
    """The message's properties: tagged ones by number, named ones by set and number."""

    message_class: str
    values: dict[tuple[str, int], object]

    def octets(self, name: int, of: str = "") -> bytes:
        value = self.values.get((of, name))
        if isinstance(value, list):
            return b"".join(one for one in value if isinstance(one, bytes))
        return value if isinstance(value, bytes) else b""

    def text(self, name: int) -> str:
        value = self.values.get(("", name))
        return one_line("".join(map(str, value)).rstrip("\x00")) if isinstance(value, list) else ""

    def number(self, name: int, of: str) -> int | None:
        octets = self.octets(name, of)
        return int.from_bytes(octets[:4], "little") if octets else None

    def moment(self, name: int, of: str) -> str:
        """The instant as iCalendar writes it; "" where it is absent or absurd."""
        octets = self.octets(name, of)
        try:
            instant = _EPOCH + timedelta(microseconds=int.from_bytes(octets, "little") // 10)
        except OverflowError:
            return ""
        return f"{instant:%Y%m%dT%H%M%SZ}" if octets and instant.year >= 1970 else ""


def calendar(packed: bytes) -> tuple[str, bytes] | None:
    """The METHOD and the iCalendar stream that say what this answer says; None where it is no meeting message.

    :raises Unreadable: when it is broken, too large, or a meeting message that does not say which meeting.
    """
    try:
        said = _said(packed)
    except Unreadable:
        raise
    except Exception as error:  # the library and struct raise many kinds on broken structures
        raise Unreadable(f"not Outlook's packing: {type(error).__name__}") from error
    if said.message_class.lower() not in _CLASSES:
        return None
    method, partstat = _CLASSES[said.message_class.lower()]
    if method == "REPLY" and said.number(0x8257, _APPOINTMENT):
        method = "COUNTER"
    lines = [
        "BEGIN:VCALENDAR",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        *_which(said),
        *_when(said, method),
        *_who(said, partstat),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return method, "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _which(said: _Said) -> Iterator[str]:
    """The meeting's UID as we gave it out, the version that is answered, and the occurrence (MS-OXOCAL 2.2.1.27)."""
    whole = said.octets(0x03, _MEETING) or said.octets(0x23, _MEETING)
    if len(whole) < 40 or not whole.startswith(_GLOBAL_OBJECT):
        raise Unreadable("it does not say which meeting it answers")
    size = int.from_bytes(whole[36:40], "little")
    data = whole[40 : 40 + size]
    if data.startswith(_FOREIGN):
        uid = one_line(data[len(_FOREIGN) :].rstrip(b"\x00").decode("utf-8", errors="replace"))
    else:
        uid = (whole[:16] + bytes(4) + whole[20 : 40 + size]).hex().upper()
    yield f"UID:{escaped(uid)}"
    sequence = said.number(0x8201, _APPOINTMENT)
    if sequence is not None:
        yield f"SEQUENCE:{sequence}"
    yield from _occurrence(said, whole[16:20])


def _occurrence(said: _Said, day: bytes) -> Iterator[str]:
    replaced = said.moment(0x8228, _APPOINTMENT)
    if replaced:
        yield f"RECURRENCE-ID:{replaced}"
    elif any(day):
        year, month, number = int.from_bytes(day[:2], "big"), day[2], day[3]
        try:
            yield f"RECURRENCE-ID;VALUE=DATE:{date(year, month, number):%Y%m%d}"
        except ValueError:  # no such day; that it is an occurrence must still be seen
            yield "RECURRENCE-ID:unknown"


def _when(said: _Said, method: str) -> Iterator[str]:
    """When it was answered, and the times that the sender's calendar holds or proposes."""
    starts, ends = said.moment(0x820D, _APPOINTMENT), said.moment(0x820E, _APPOINTMENT)
    if method == "COUNTER":
        yield f"X-MS-OLK-ORIGINALSTART:{starts}"
        starts, ends = said.moment(0x8250, _APPOINTMENT), said.moment(0x8251, _APPOINTMENT)
    answered = said.moment(0x01, _MEETING) or said.moment(0x8220, _APPOINTMENT)
    yield from (f"{name}:{at}" for name, at in (("DTSTAMP", answered), ("DTSTART", starts), ("DTEND", ends)) if at)


def _who(said: _Said, partstat: str) -> Iterator[str]:
    """The mailbox that answered, and its delegate; nobody where only Exchange's own names for them are given."""
    represented = _smtp(said, 0x5D02, kind=0x0064, address=0x0065)
    sender = _smtp(said, 0x5D01, kind=0x0C1E, address=0x0C1F)
    attendee = represented or sender
    agent = f';SENT-BY="mailto:{sender}"' if sender and sender != attendee else ""
    if attendee and partstat:
        yield f"ATTENDEE;PARTSTAT={partstat}{agent}:mailto:{attendee}"
    elif partstat:
        yield f"ATTENDEE;PARTSTAT={partstat}:invalid:nomail"


def _smtp(said: _Said, smtp: int, *, kind: int, address: int) -> str:
    written = said.text(smtp) or (said.text(address) if said.text(kind).upper() == "SMTP" else "")
    return found_address(written)


def _said(packed: bytes) -> _Said:
    """What the library reads of the message's own properties, their sizes having been checked."""
    if len(packed) > LARGEST:
        raise Unreadable(f"Outlook's packing is larger than {LARGEST // 1024} KB")
    kept = {kind: data for level, kind, data in _attributes(packed) if level == _MESSAGE}
    _check_properties(kept.get(_PROPERTIES, b""))
    body = _attribute(_CODEPAGE, struct.pack("<I", 28591))  # in which no octet is unknown; what we need is ASCII
    body += _attribute(_PROPERTIES, kept[_PROPERTIES])
    read = TNEF(struct.pack("<IH", _SIGNATURE, 0) + body + bytes(TNEF.MIN_OBJ_SIZE), do_checksum=False)
    values = {_key(one): one.raw_data for one in reversed(read.mapiprops)}
    named = kept.get(_CLASS, b"").rstrip(b"\x00").decode("ascii", errors="replace")
    whole = _Said("", values)
    return _Said(named or whole.text(0x001A), values)


def _attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("<BII", _MESSAGE, kind, len(data)) + data + b"\x00\x00"


def _attributes(packed: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, kind and data of each attribute of the stream (MS-OXTNEF section 2.1.3)."""
    if packed[:4] != struct.pack("<I", _SIGNATURE):
        raise Unreadable("not Outlook's packing")
    offset = 6
    while offset + 11 <= len(packed):
        level, kind, size = struct.unpack_from("<BII", packed, offset)
        if offset + 11 + size > len(packed):
            raise Unreadable("Outlook's packing is cut short")
        yield level, kind, packed[offset + 9 : offset + 9 + size]
        offset += 11 + size


def _key(one: TNEFMAPI_Attribute) -> tuple[str, int]:
    return (str(one.guid), int(one.guid_prop)) if one.guid and one.guid_prop is not None else ("", int(one.name))


def _check_properties(data: bytes) -> None:
    """Every count and every length in the properties stays within them (MS-OXTNEF section 2.1.3.4)."""
    if not data:
        raise Unreadable("it has no properties")
    count = int.from_bytes(data[:4], "little")
    if count > MOST_PROPERTIES:
        raise Unreadable(f"it has more than {MOST_PROPERTIES} properties")
    offset = 4
    for _ in range(count):
        offset = _after(data, offset)
        if offset > len(data):
            raise Unreadable("its properties are cut short")


def _after(data: bytes, offset: int) -> int:
    """Where the next property begins."""
    kind, name = struct.unpack_from("<HH", data, offset)
    offset += 4
    if name >= 0x8000:
        (by_name,) = struct.unpack_from("<I", data, offset + 16)
        offset += 24
        if by_name:
            offset += _padded(struct.unpack_from("<I", data, offset - 4)[0])
    several, kind = bool(kind & 0x1000), kind & ~0x1000
    count = 1
    if several or kind in _COUNTED:
        (count,) = struct.unpack_from("<I", data, offset)
        offset += 4
    if kind in _FIXED:
        return offset + _padded(count * _FIXED[kind])
    if kind not in _COUNTED:
        raise Unreadable("it has properties of an unknown type")
    for _ in range(count):  # each has four octets at least, or unpacking ends it
        offset += 4 + _padded(struct.unpack_from("<I", data, offset)[0])
    return offset


def _padded(size: int) -> int:
    return size + -size % 4
