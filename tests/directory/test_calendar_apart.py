"""A calendar is read in a process apart, and whatever it does to that process harms nobody."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from directory.availability import Period
from directory.calendar_apart import read_apart
from directory.calendar_reading import NoCalendar

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WINDOW = Period(NOON, NOON + timedelta(days=60))
HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
EVENT = b"BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261123T090000Z\r\nDURATION:PT1H\r\n"
TAIL = b"END:VEVENT\r\nEND:VCALENDAR\r\n"


async def test_a_calendar_is_read_as_it_would_be_here() -> None:
    read = await read_apart(HEAD + EVENT + TAIL, WINDOW)

    assert len(read.busy) == 1


async def test_our_own_invitations_are_left_out_there_too() -> None:
    raw = (HEAD + EVENT + TAIL).replace(b"UID:a", b"UID:a@invites.convene.example")

    assert (await read_apart(raw, WINDOW, ours="@invites.convene.example")).busy == []


async def test_why_nothing_was_read_comes_back_in_words() -> None:
    with pytest.raises(NoCalendar, match="signing in"):
        await read_apart(b"BEGIN:VCARD\r\nEND:VCARD\r\n", WINDOW)


async def test_a_rule_that_never_comes_to_a_date_is_killed() -> None:
    endless = b"RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30\r\n"
    began = time.monotonic()

    with pytest.raises(NoCalendar, match="takes too long"):
        await read_apart(HEAD + EVENT + endless + TAIL, WINDOW, patience=3)

    assert time.monotonic() - began < 8


async def test_components_within_components_without_end_harm_nobody() -> None:
    with pytest.raises(NoCalendar):
        await read_apart(HEAD + b"BEGIN:VEVENT\r\n" * 200_000, WINDOW, patience=4)


async def test_one_line_of_megabytes_harms_nobody() -> None:
    raw = HEAD + EVENT + b"X-FILLER;" + b"A=" * 2_000_000 + b"\r\n" + TAIL

    try:
        read = await read_apart(raw, WINDOW, patience=5)
    except NoCalendar:
        return
    assert read.unread or read.busy
