"""Mail that is made to cost more than it weighs: each ends within its reader's few seconds, and moves nothing."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest_asyncio

from attendance.reading import ToRead
from attendance.reading_apart import ReadsApart
from attendance.reading_process import framed
from attendance.taking_in import take_in_due
from notifications import inbox
from notifications.inbox import STOPPED
from notifications.tables import InboundMail
from tests.attendance.conftest import HOME
from tests.attendance.mailing import answer, responses, standing_answer

UNIT, OTHER = "Central North", "East Area"
HEAD = f"From: {HOME}\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
CALENDAR = (
    HEAD + "Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n"
)
MIXED = HEAD + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261118T100000Z\r\nSEQUENCE:0\r\n"
ACCEPTS = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{HOME}\r\n"


@pytest_asyncio.fixture
async def reader() -> AsyncIterator[ReadsApart]:
    """As the worker has it: a process apart, killed when a message takes too long."""
    apart = ReadsApart()
    yield apart
    await apart.close()


async def taken_in(meeting: Any, reader: ReadsApart, hostile: Iterable[str | bytes], now: datetime) -> list[str]:
    """Why each of these waits; behind them stood a real answer, which counts, whatever was before it."""
    to, ids = meeting.reply_address(UNIT), []
    for number, raw in enumerate(hostile):
        raw = raw.encode() if isinstance(raw, str) else raw
        ids.append(await inbox.keep("lmtp", f"X-Number: {number}\r\n".encode() + raw, HOME, to, now=now))
    real = answer(uid=meeting.uid, to=to, sender=HOME, at=now, partstat="DECLINED")
    last = await inbox.keep("lmtp", real, HOME, to, now=now)
    at = now + timedelta(seconds=1)
    while await take_in_due(letterhead=meeting.letterhead, now=at, reader=reader):
        pass
    mails = {mail.id: mail for mail in await InboundMail.objects()}
    assert mails[last].disposition == "applied"
    assert await standing_answer(meeting, UNIT) == "DECLINED"
    assert {mails[one].disposition for one in ids} <= {"set aside", "ignored"}
    assert await standing_answer(meeting, OTHER) == ""
    return [mails[one].reason for one in ids]


def quickly(reasons: list[str]) -> bool:
    """None of them had to be stopped."""
    return not [reason for reason in reasons if STOPPED in reason]


async def test_abuse_case_17_a_header_of_a_hundred_kilobytes_of_commas(
    coming: Any, now: datetime, reader: ReadsApart
) -> None:
    names = ("From", "To", "Cc", "Subject", "Content-Type", "Authentication-Results", "References", "Date")
    hostile = [f"{name}: {',' * 100_000}\r\n{HEAD}\r\nYes\r\n" for name in names]
    assert quickly(await taken_in(coming, reader, hostile, now))


async def test_abuse_case_18_events_in_events_and_events_without_end(
    coming: Any, now: datetime, reader: ReadsApart
) -> None:
    event = EVENT.format(uid=coming.uid) + ACCEPTS
    hostile = [
        CALENDAR + event * 50_000,
        CALENDAR + event * 50_000 + "END:VEVENT\r\n" * 50_000 + "END:VCALENDAR\r\n",
        CALENDAR + (event + "END:VEVENT\r\n") * 20_000 + "END:VCALENDAR\r\n",
        CALENDAR + "BEGIN:VCALENDAR\r\n" * 100_000,
    ]
    reasons = await taken_in(coming, reader, [raw[: inbox_limit()] for raw in hostile], now)
    assert quickly(reasons)


def inbox_limit() -> int:
    """What the doors take at most, in characters of ASCII."""
    from notifications.lmtp import LARGEST

    return LARGEST - 1000


async def test_abuse_case_19_a_rule_of_each_second_and_a_zone_without_end_are_never_expanded(
    coming: Any, now: datetime, reader: ReadsApart
) -> None:
    event = EVENT.format(uid="another@invites.convene.example") + ACCEPTS
    zone = "BEGIN:VTIMEZONE\r\nTZID:Z\r\n{}END:VTIMEZONE\r\n"
    changes = "BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
    end = "END:VEVENT\r\nEND:VCALENDAR\r\n"
    hostile = [
        CALENDAR + event + "DTSTART:20261120T100000Z\r\nRRULE:FREQ=SECONDLY\r\n" + end,
        CALENDAR + event + "DTSTART:20261120T100000Z\r\nRRULE:FREQ=DAILY;COUNT=1000000000\r\n" + end,
        CALENDAR + event + "DTSTART:00010101T000000Z\r\nRRULE:FREQ=MINUTELY;UNTIL=99991231T235959Z\r\n" + end,
        CALENDAR + zone.format(changes * 100) + event + "DTSTART;TZID=Z:20261120T100000\r\n" + end,
        CALENDAR
        + zone.format("RDATE:20260101T000000\r\n" * 300)
        + event
        + "DTSTART;TZID=Z:20261120T100000\r\n"
        + end,
    ]
    assert quickly(await taken_in(coming, reader, hostile, now))


async def test_abuse_case_19_an_answer_that_says_it_recurs_without_end_is_an_answer_to_one_meeting(
    coming: Any, now: datetime, reader: ReadsApart
) -> None:
    """A rule in the meeting's own event, from whom was invited: it is neither followed nor held against them."""
    ids, at = [], now
    for rule in ("RRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY;COUNT=1000000000"):
        at += timedelta(seconds=1)
        raw = answer(uid=coming.uid, to=coming.reply_address(UNIT), sender=HOME, at=at, lines=f"{rule}\r\n")
        ids.append(await inbox.keep("lmtp", raw, HOME, coming.reply_address(UNIT), now=at))
    while await take_in_due(letterhead=coming.letterhead, now=at, reader=reader):
        pass
    mails = [mail for mail in await InboundMail.objects() if mail.id in ids]
    assert quickly([mail.reason for mail in mails])
    assert [mail.disposition for mail in mails] == ["applied"] * 2
    assert len(await responses(coming.invitations[UNIT])) == 2
    assert await standing_answer(coming, OTHER) == ""


async def test_abuse_case_20_a_thousand_levels_and_two_hundred_thousand_parts_are_refused(
    coming: Any, now: datetime, reader: ReadsApart
) -> None:
    levels = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(1_000))
    parts = "--b\r\nContent-Type: text/plain\r\n\r\n\r\n" * 40_000
    within = HEAD + "Content-Type: message/rfc822\r\n\r\n" + (HEAD + "Content-Type: message/rfc822\r\n\r\n") * 1_000
    hostile = [HEAD + levels, MIXED + parts, MIXED + "--b\n\n" * 200_000, within]
    reasons = await taken_in(coming, reader, hostile, now)
    assert quickly(reasons)


async def test_abuse_case_21_what_is_packed_is_never_unpacked(coming: Any, now: datetime, reader: ReadsApart) -> None:
    """A bomb costs what it weighs. An answer in an archive is none, nor is one deeper than gateways wrap answers."""
    hidden = answer(uid=coming.uid, to=coming.reply_address(UNIT), sender=HOME, at=now)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("invite.ics", hidden)
        archive.writestr("bomb", bytes(200_000_000))
    hostile = [
        packed("application/zip", "answer.zip", zipped.getvalue()),
        packed("application/gzip", "answer.ics.gz", gzip.compress(hidden + bytes(100_000_000))),
        packed("text/calendar; method=REPLY", "answer.ics", gzip.compress(hidden)),
        packed(
            "application/ms-tnef", "winmail.dat", b"\x78\x9f\x3e\x22" + b"\x00\x00" + b"\x01\x02\x80\x06" * 100_000
        ),
        within(within(hidden)),
    ]
    assert quickly(await taken_in(coming, reader, hostile, now))


def within(raw: bytes) -> bytes:
    return MIXED.encode() + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + raw + b"\r\n--b--\r\n"


def packed(kind: str, name: str, content: bytes) -> bytes:
    coded = base64.encodebytes(content).decode()
    part = f"--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename={name}\r\n"
    return (MIXED + part + f"Content-Transfer-Encoding: base64\r\n\r\n{coded}\r\n--b--\r\n").encode()


ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">{}]><a>&x;&l9;</a>'
LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


async def test_abuse_case_22_nothing_on_the_way_in_reads_xml(coming: Any, now: datetime, reader: ReadsApart) -> None:
    text = ENTITY.format(LAUGHS)
    kinds = ("text/xml", "application/xml", "application/calendar+xml", "image/svg+xml", "application/xhtml+xml")
    hostile = [packed(kind, "a.xml", text.encode()) for kind in kinds]
    hostile += [f"{HEAD}Content-Type: text/html\r\n\r\n{text}".encode()]
    assert quickly(await taken_in(coming, reader, hostile, now))
    assert loaded_by_reading(hostile, now) == [], "a parser of XML stands on the way in"


def loaded_by_reading(hostile: list[bytes], now: datetime) -> list[str]:
    """The parsers of XML that a process has loaded once it has read these messages as the reading process does."""
    import subprocess
    import sys

    parsers = ("pyexpat", "xml.etree.ElementTree", "xml.sax.expatreader", "xml.dom.minidom", "lxml.etree")
    asked = (
        "import sys; from attendance import reading_process as apart\n"
        "while mail := apart._got(sys.stdin.buffer): apart.read(mail.raw, mail.received_on)\n"
        f"print(*[name for name in sys.modules if name in {parsers!r}])"
    )
    given = b"".join(framed(ToRead(raw, now.date())) for raw in hostile)
    done = subprocess.run([sys.executable, "-c", asked], input=given, capture_output=True, check=True)
    return done.stdout.decode().split()
