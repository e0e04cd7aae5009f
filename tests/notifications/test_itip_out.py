"""The iCalendar streams we send, whole: what Outlook, Google, Apple and Thunderbird are known to need."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifications import itip
from notifications.errors import UnsafeHeader
from notifications.itip import Event, Invitee, Partstat

EVENT = Event(
    uid="meeting-7f3k2m@invites.example",
    sequence=2,
    dtstamp=datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
    starts_at=datetime(2026, 12, 1, 11, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 12, 0, tzinfo=UTC),
    summary="Missing strategy meeting 7f3k2m",
    description="Please say, by Monday; whether you can attend.\nC:\\Now",
    location="Room 1, Town Hall",
    link="https://meet.example/7f3k2m",
    organizer_address="meetings+abcdefghijklmnopqrstuvwxyz@invites.example",
    organizer_cn="Convene meetings",
    invitee=Invitee("missing.ce@police.example", "Met: Central East, missing team", group=True),
)

ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:STANDARD
DTSTART:19701025T020000
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T010000
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""

REQUEST = f"""\
BEGIN:VCALENDAR
PRODID:-//Convene//Strategy meetings//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REQUEST
{ZONE}\
BEGIN:VEVENT
UID:meeting-7f3k2m@invites.example
SEQUENCE:2
DTSTAMP:20261118T100000Z
DTSTART;TZID=Europe/London:20261201T110000
DTEND;TZID=Europe/London:20261201T120000
ORGANIZER;CN="Convene meetings":mailto:meetings+abcdefghijklmnopqrstuvwxyz@
 invites.example
STATUS:CONFIRMED
CLASS:PRIVATE
TRANSP:OPAQUE
SUMMARY:Missing strategy meeting 7f3k2m
LOCATION:Room 1\\, Town Hall
CONFERENCE;VALUE=URI;LABEL="Join the meeting":https://meet.example/7f3k2m
DESCRIPTION:Please say\\, by Monday\\; whether you can attend.\\nC:\\\\Now\\n\\nJo
 in: https://meet.example/7f3k2m
ATTENDEE;CUTYPE=GROUP;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;
 CN="Met: Central East, missing team":mailto:missing.ce@police.example
END:VEVENT
END:VCALENDAR
"""

CANCEL = f"""\
BEGIN:VCALENDAR
PRODID:-//Convene//Strategy meetings//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:CANCEL
{ZONE}\
BEGIN:VEVENT
UID:meeting-7f3k2m@invites.example
SEQUENCE:3
DTSTAMP:20261118T100000Z
DTSTART;TZID=Europe/London:20261201T110000
DTEND;TZID=Europe/London:20261201T120000
ORGANIZER;CN="Convene meetings":mailto:meetings+abcdefghijklmnopqrstuvwxyz@
 invites.example
STATUS:CANCELLED
CLASS:PRIVATE
TRANSP:OPAQUE
SUMMARY:Missing strategy meeting 7f3k2m
DESCRIPTION:The meeting is called off.
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;CN="Health":mailto:safeguar
 ding@icb.example
END:VEVENT
END:VCALENDAR
"""

REPLY = f"""\
BEGIN:VCALENDAR
PRODID:-//Convene//Strategy meetings//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
{ZONE}\
BEGIN:VEVENT
UID:meeting-7f3k2m@invites.example
SEQUENCE:2
DTSTAMP:20261118T120000Z
DTSTART;TZID=Europe/London:20261201T110000
DTEND;TZID=Europe/London:20261201T120000
ORGANIZER;CN="Convene meetings":mailto:meetings+abcdefghijklmnopqrstuvwxyz@
 invites.example
SUMMARY:Missing strategy meeting 7f3k2m
ATTENDEE;PARTSTAT=TENTATIVE;CN="Duty officer":mailto:duty@police.example
END:VEVENT
END:VCALENDAR
"""


def lines_of(stream: bytes) -> list[str]:
    """The content lines, unfolded."""
    return stream.decode().replace("\r\n ", "").split("\r\n")


def as_a_client_reads(stream: bytes) -> Any:
    (event,) = Calendar.from_ical(stream).walk("VEVENT")
    return event


def test_an_invitation_is_this_stream_and_no_other() -> None:
    assert itip.request(EVENT) == REQUEST.replace("\n", "\r\n").encode()


def test_a_cancellation_is_this_stream_and_no_other() -> None:
    cancelled = replace(
        EVENT,
        sequence=3,
        description="The meeting is called off.",
        location="",
        link="",
        invitee=Invitee("safeguarding@icb.example", "Health", role="OPT-PARTICIPANT"),
    )

    assert itip.cancel(cancelled) == CANCEL.replace("\n", "\r\n").encode()


def test_an_answer_is_this_stream_and_no_other() -> None:
    answer = itip.reply(
        EVENT,
        partstat=Partstat.TENTATIVE,
        answered_by=Invitee("duty@police.example", "Duty officer"),
        dtstamp=datetime(2026, 11, 18, 12, 0, tzinfo=UTC),
    )

    assert answer == REPLY.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("instant", "line"),
    [
        (datetime(2026, 7, 1, 10, 0, tzinfo=UTC), "DTSTART;TZID=Europe/London:20260701T110000"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "DTSTART;TZID=Europe/London:20261025T013000"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "DTSTART:20261025T013000Z"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "DTSTART;TZID=Europe/London:20261025T023000"),
    ],
    ids=["summer", "the repeated hour, first time", "the repeated hour, second time", "after it"],
)
def test_a_time_is_read_as_the_same_instant_on_londons_clocks(instant: datetime, line: str) -> None:
    stream = itip.request(replace(EVENT, starts_at=instant))

    assert line in lines_of(stream)
    event = as_a_client_reads(stream)
    assert event["DTSTART"].dt.astimezone(UTC) == instant


def test_summary_and_place_are_one_line_of_at_most_255_characters() -> None:
    stream = itip.request(replace(EVENT, summary="x\r\ny " + "z" * 300, location="Room\n1 " + "é" * 300))

    summary = next(line for line in lines_of(stream) if line.startswith("SUMMARY:"))
    place = next(line for line in lines_of(stream) if line.startswith("LOCATION:"))
    assert summary == "SUMMARY:x y " + "z" * 251
    assert place == "LOCATION:Room 1 " + "é" * 248


def test_a_link_that_is_already_in_the_text_is_not_repeated_there() -> None:
    stream = itip.request(replace(EVENT, location="https://meet.example/7f3k2m"))

    assert b"Join: " not in stream


def test_nothing_that_exchange_would_prefer_to_sequence_is_sent() -> None:
    assert b"X-MICROSOFT" not in itip.request(EVENT)


def test_calendars_are_asked_not_to_offer_another_time_only_where_the_time_is_fixed() -> None:
    assert b"\r\nX-MICROSOFT-DISALLOW-COUNTER:TRUE\r\n" in itip.request(replace(EVENT, fixed=True))


def test_no_delegate_is_named_because_some_clients_would_answer_the_delegate() -> None:
    assert b"SENT-BY" not in itip.request(EVENT)


@pytest.mark.parametrize(
    "changed",
    [
        {"uid": "a\r\nATTENDEE:mailto:stranger@elsewhere.example"},
        {"uid": ""},
        {"organizer_address": "meetings@invites.example\r\nX:y"},
        {"organizer_address": "not an address"},
        {"link": "javascript:alert(1)"},
        {"link": "file://server/share"},
        {"link": "https://meet.example/\r\nATTACH:x"},
        {"invitee": Invitee("a@b.example,c@d.example", "x")},
        {"invitee": Invitee("a@b.example", "x", role="CHAIR:mailto:z")},
    ],
)
@pytest.mark.parametrize("write", [itip.request, itip.cancel])
def test_what_could_break_out_of_its_line_is_refused(
    write: Callable[[Event], bytes], changed: dict[str, Any]
) -> None:
    with pytest.raises(UnsafeHeader):
        write(replace(EVENT, **changed))


TEXT = st.text(max_size=300)


@given(summary=TEXT, description=TEXT, location=TEXT, cn=TEXT)
def test_whatever_is_written_cannot_add_a_line_or_a_property(
    summary: str, description: str, location: str, cn: str
) -> None:
    stream = itip.request(
        replace(
            EVENT,
            summary=summary,
            description=description,
            location=location or "x",
            organizer_cn=cn,
            invitee=Invitee("missing.ce@police.example", cn),
        )
    )

    names = [line.partition(":")[0].partition(";")[0] for line in lines_of(stream)]
    expected = [line.partition(":")[0].partition(";")[0] for line in lines_of(itip.request(EVENT))]
    assert names == expected
    assert all(len(line) <= 75 for line in stream.split(b"\r\n"))
    assert stream.count(b"\r") == stream.count(b"\n") == stream.count(b"\r\n")


@given(description=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), cn=TEXT)
def test_a_client_reads_the_same_text_and_the_same_attendee(description: str, cn: str) -> None:
    described = f"a\\b;c,d\n{description}".replace("\\N", "")  # which icalendar itself reads as a line end
    stream = itip.request(replace(EVENT, description=described, link="", invitee=Invitee("a@b.example", cn)))

    event = as_a_client_reads(stream)
    assert str(event["ATTENDEE"]) == "mailto:a@b.example"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert str(event["DESCRIPTION"]).startswith("a\\b;c,d\n")
