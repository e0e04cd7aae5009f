"""Our own check of what calendar clients need: every kind passes, and each fact is missed where it is broken."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes

import pytest

from notifications import itip
from notifications.imip import compose
from tests.notifications.outgoing.facts import CALENDAR, MESSAGE, broken, broken_in_calendar, broken_in_thread
from tests.notifications.outgoing.messages import (
    CALENDARS,
    HOUR,
    MAILED,
    MEETING,
    OCCURRENCE,
    SERIES,
    WRITTEN,
    letter,
)

BOUNCES = letter("invitation").envelope_from
GOOD = compose(letter("invitation"))


def header(name: str, value: str) -> Callable[[bytes], bytes]:
    """The invitation with this header so, or without it."""
    line = f"{name}: {value}\r\n".encode() if value else b""

    def change(raw: bytes) -> bytes:
        found = re.compile(rf"^{name}: .*\r\n".encode(), re.MULTILINE)
        return found.sub(line, raw, count=1) if found.search(raw) else line + raw

    return change


def inside(before: str, after: str) -> Callable[[bytes], bytes]:
    """The invitation with its calendar changed in both places."""

    def change(raw: bytes) -> bytes:
        return with_calendar(raw, calendar_of(raw).replace(before.encode(), after.encode()))

    return change


def calendar_of(raw: bytes) -> bytes:
    (part,) = (part for part in message_from_bytes(raw).walk() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def with_calendar(raw: bytes, calendar: bytes) -> bytes:
    def coded(content: bytes) -> bytes:
        return base64.encodebytes(content).replace(b"\n", b"\r\n")

    assert coded(calendar_of(raw)) in raw
    return raw.replace(coded(calendar_of(raw)), coded(calendar))


def only_attached(raw: bytes) -> bytes:
    before, _, rest = raw.partition(b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n")
    return before + b"Content-Type: text/x-calendar\r\n" + rest


def nothing_attached(raw: bytes) -> bytes:
    return raw.replace(b"application/ics", b"application/octet-stream")


HARMED: list[tuple[str, Callable[[bytes], bytes], set[int]]] = [
    ("an attachment alone", only_attached, {1, 2, 3}),
    ("nothing attached", nothing_attached, {2}),
    ("another method in the header", lambda raw: raw.replace(b"method=REQUEST", b"method=CANCEL"), {3}),
    ("no method in the header", lambda raw: raw.replace(b"; method=REQUEST", b""), {3}),
    ("a line that Outlook hides text above", lambda raw: raw.replace(b"OFFICIAL", b"*~*~*~*~*\r\nOFFICIAL"), {4}),
    ("no HTML to read", lambda raw: re.sub(rb"<p>.*</p>", b"", raw), {4}),
    ("two recipients", header("To", "missing.ce@police.example, b@c.example"), {6}),
    ("a copy", header("Cc", "b@c.example"), {6}),
    ("From at another domain", header("From", "meetings@council.example"), {7}),
    ("a Sender", header("Sender", "x@invites.example"), {7}),
    ("a Reply-To without the token", header("Reply-To", "meetings@invites.example"), {7}),
    ("no Auto-Submitted", header("Auto-Submitted", ""), {9}),
    ("absence notices suppressed", header("X-Auto-Response-Suppress", "All"), {9}),
    ("old Exchange's stamp", header("Content-Class", "urn:content-classes:calendarmessage"), {10}),
    ("bare line ends", lambda raw: raw.replace(b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\n"), {12}),
    ("8-bit text", lambda raw: raw.replace(b"quoted-printable", b"8bit", 1), {12}),
    ("two calendars", inside("END:VCALENDAR", "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR"), {5}),
    ("a delegate to answer", inside("CUTYPE=GROUP;", 'SENT-BY="b@c.d";\r\n CUTYPE=GROUP;\r\n '), {8}),
    ("a line too long", inside("SUMMARY:", "SUMMARY:" + "x" * 80), {12}),
    ("a UID that is not ASCII", inside("UID:4b1e", "UID:é"), {13}),
    ("no SEQUENCE", inside("SEQUENCE:0\r\n", ""), {14}),
    ("Microsoft's SEQUENCE", inside("SEQUENCE:0", "SEQUENCE:0\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:0"), {14}),
    ("DTSTAMP on a local clock", inside("DTSTAMP:20261118T100000Z", "DTSTAMP:20261118T100000"), {15}),
    ("no answer asked for", inside("RSVP=TRUE", "RSVP=NO"), {16}),
    ("a summary on two lines", inside("SUMMARY:", "SUMMARY:a\\nb "), {17}),
    ("a link that only CONFERENCE has", inside("Join: https", "Join: http"), {17}),
    ("no zone", inside("TZID:Europe/London", "TZID:Etc/UTC"), {18}),
    ("an observance without its offset", inside("TZOFFSETTO:+0000\r\n", ""), {18}),
    ("no CUTYPE", inside("CUTYPE=GROUP;", ""), {19}),
    ("a bare name", inside('CN="Met: Central East, missing team"', "CN=Team"), {19}),
    ("somebody else's name", inside("mailto:missing.ce@", "mailto:b@"), {19}),
    ("two attendees", inside("END:VEVENT", "ATTENDEE:mailto:b@c.d\r\nEND:VEVENT"), {19}),
    ("a file", inside("END:VEVENT", "ATTACH:https://x.example\r\nEND:VEVENT"), {0}),
    ("an alarm", inside("END:VEVENT", "BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"), {0}),
    ("hiding propose-new-time by halves", inside("END:VEV", "X-MICROSOFT-DISALLOW-COUNTER:FALSE\r\nEND:VEV"), {22}),
]


@pytest.mark.parametrize("kind", MAILED)
def test_every_kind_of_message_respects_what_is_known_of_clients(kind: str) -> None:
    assert broken(compose(letter(kind)), letter(kind).envelope_from) == {}


@pytest.mark.parametrize("kind", [kind for kind in CALENDARS if "feed" in kind])
def test_a_feed_respects_what_is_known_of_clients(kind: str) -> None:
    assert broken_in_calendar(CALENDARS[kind]) == {}


@pytest.mark.parametrize(
    ("harm", "change", "facts"), HARMED, ids=[f"fact {min(facts)}, {harm}" for harm, _, facts in HARMED]
)
def test_each_breach_is_named_by_its_fact(harm: str, change: Callable[[bytes], bytes], facts: set[int]) -> None:
    harmed = change(GOOD)

    assert harmed != GOOD
    assert set(broken(harmed, BOUNCES)) == facts


def test_an_envelope_sender_without_the_token_is_named() -> None:
    assert set(broken(GOOD, "meetings@invites.example")) == set(broken(GOOD, "")) == {11}


@pytest.mark.parametrize(
    ("calendar", "facts"),
    [
        (itip.request(replace(OCCURRENCE, sequence=0)), {20}),
        (itip.request(OCCURRENCE).replace(b"STATUS:", b"RRULE:FREQ=DAILY\r\nSTATUS:"), {20}),
        (itip.cancel(MEETING), {21}),
        (itip.cancel(replace(MEETING, sequence=1)).replace(b"CANCELLED", b"CONFIRMED"), {21}),
        (itip.request(SERIES).replace(b";TZID=Europe/London:20261201T100000", b":20261201T100000Z"), {18}),
        (itip.request(SERIES).replace(b"T090000Z\r\n", b"T100000\r\n"), {18}),
        (itip.request(MEETING).replace(b"METHOD:REQUEST", b"METHOD:ADD"), {0}),
    ],
    ids=[
        "an occurrence whose SEQUENCE did not rise",
        "an occurrence with a rule",
        "a cancellation whose SEQUENCE did not rise",
        "a cancellation that is confirmed",
        "a series in UTC",
        "a series that ends on a local clock",
        "the method ADD",
    ],
)
def test_each_breach_in_a_calendar_is_named_by_its_fact(calendar: bytes, facts: set[int]) -> None:
    assert set(broken_in_calendar(calendar)) == facts


def test_each_fact_is_broken_by_some_message_here() -> None:
    here = set().union(*(facts for _, _, facts in HARMED)) | {11, 18, 20, 21}
    assert here == set(MESSAGE) | set(CALENDAR)
    assert here == set(range(23))


def test_a_thread_must_rise_and_never_go_back_in_time() -> None:
    first = itip.request(MEETING)
    second = itip.request(replace(MEETING, sequence=1, dtstamp=WRITTEN + HOUR, location="Room 2"))
    unraised = itip.request(replace(MEETING, location="Room 2"))
    earlier = itip.request(replace(MEETING, sequence=2, dtstamp=WRITTEN - HOUR))

    assert broken_in_thread([first, second, second]) == {}  # the second went out again as it was
    assert set(broken_in_thread([first, unraised])) == {14}
    assert set(broken_in_thread([first, second, earlier])) == {15}
