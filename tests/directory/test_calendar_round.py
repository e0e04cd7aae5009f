"""Published calendars are read when they are due, once, and their last good copy counts for a day."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from structlog.testing import capture_logs

from audit.tables import Entry
from directory import calendar_round, calendars
from directory.calendar_address import BadCalendarAddress
from directory.calendar_fetching import Fetched, Fetcher
from directory.calendar_reading import Taken
from directory.calendar_round import read_due, read_one
from directory.duty_tables import BusyTime, PublishedCalendar
from directory.tables import Unit
from tests.directory.calendar_server import CalendarServer, is_silent, means_this_machine, running, says
from tests.factories import make_unit

pytestmark = pytest.mark.usefixtures("committed")
HERE = (ip_network("127.0.0.0/8"),)
MINUTE = timedelta(minutes=1)


def calendar(*days: int) -> bytes:
    """Taken from 9 to 10 on these days of November 2026."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{day}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:202611{day}T090000Z\r\nDURATION:PT1H\r\n"
        "SUMMARY:Secret\r\nEND:VEVENT\r\n"
        for day in days
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n".encode()


@dataclass
class Reader:
    """A worker's round, at a time that the test moves on."""

    now: datetime
    fetcher: Fetcher = field(default_factory=lambda: Fetcher(opened=HERE, names=means_this_machine, in_all=3))

    async def goes(self) -> None:
        await read_due(fetcher=self.fetcher, ours="@invites.convene.example", clock=lambda: self.now)

    async def goes_after(self, while_: timedelta) -> None:
        self.now += while_
        await self.goes()


async def publishing(server: CalendarServer, now: datetime) -> Unit:
    unit = await make_unit(code="XA")
    await calendars.publish(unit.id, server.address, opened=HERE, by="tests", now=now)
    return unit


async def row_of(unit: Unit) -> PublishedCalendar:
    row = await calendars.calendar_of(unit.id)
    assert row is not None
    return row


async def days_taken(unit: Unit) -> list[int]:
    rows = await BusyTime.objects().where(BusyTime.unit == unit.id).order_by(BusyTime.starts_at)
    assert all(row.ends_at - row.starts_at == timedelta(hours=1) for row in rows)
    return [row.starts_at.astimezone(UTC).day for row in rows]


async def test_a_new_calendar_is_read_in_the_next_round(now: datetime) -> None:
    async with running(says(calendar(23, 24))) as server:
        unit = await publishing(server, now)
        await Reader(now).goes()

    row = await row_of(unit)
    assert await days_taken(unit) == [23, 24]
    assert (row.read_at, row.counts, row.failures) == (now, True, 0)
    assert row.next_at == now + 15 * MINUTE


async def test_what_it_said_before_is_replaced(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23, 24))) as server:
        unit = await publishing(server, now)
        await reader.goes()
        server.answer = says(calendar(25))
        await reader.goes_after(15 * MINUTE)

    assert await days_taken(unit) == [25]


async def test_a_calendar_that_is_not_due_is_not_asked(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23))) as server:
        await publishing(server, now)
        await reader.goes()
        await reader.goes_after(14 * MINUTE)

    assert len(server.asked) == 1


async def test_what_is_as_it_was_stays_and_is_young_again(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23), etag='"one"')) as server:
        unit = await publishing(server, now)
        await reader.goes()
        server.answer = says(b"", "304 Not Modified")
        await reader.goes_after(15 * MINUTE)

    assert 'if-none-match: "one"' in server.asked[1].lower()
    assert await days_taken(unit) == [23]
    assert (await row_of(unit)).read_at == now + 15 * MINUTE


async def test_what_stays_as_it_was_is_read_in_full_again_as_the_weeks_go_by(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23), etag='"one"')) as server:
        await publishing(server, now)
        await reader.goes()
        await reader.goes_after(timedelta(days=8))

    assert "if-none-match" not in server.asked[1].lower()


async def test_a_failure_keeps_the_last_good_copy_and_says_why(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        await reader.goes()
        server.answer = says(b"", "404 Not Found")
        await reader.goes_after(15 * MINUTE)

    row = await row_of(unit)
    assert await days_taken(unit) == [23]
    assert (row.read_at, row.counts) == (now, True)
    assert (row.failures, row.failure) == (1, "It is no longer there. Ask the unit whether it still publishes it.")


async def test_a_calendar_that_cannot_be_read_keeps_the_last_good_copy_too(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        await reader.goes()
        server.answer = says(b"<html>Sign in</html>")
        await reader.goes_after(15 * MINUTE)

    assert await days_taken(unit) == [23]
    assert "not a calendar" in (await row_of(unit)).failure


async def test_what_fails_again_and_again_is_tried_ever_more_seldom(now: datetime) -> None:
    reader, waits = Reader(now), []
    async with running(says(b"", "503 Busy")) as server:
        unit = await publishing(server, now)
        for _ in range(7):
            await reader.goes()
            next_at = (await row_of(unit)).next_at
            waits.append((next_at - reader.now) // MINUTE)
            reader.now = next_at

    assert waits == [15, 30, 60, 120, 240, 360, 360]


async def test_a_copy_counts_for_a_day_and_no_longer(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        await reader.goes()
        server.answer = says(b"", "503 Busy")
        await reader.goes_after(timedelta(hours=23, minutes=59))
        assert (await row_of(unit)).counts

        await reader.goes_after(MINUTE)

    assert not (await row_of(unit)).counts


async def test_a_calendar_that_answers_again_counts_again(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(b"", "503 Busy")) as server:
        unit = await publishing(server, now)
        await reader.goes()
        server.answer = says(calendar(23))
        await reader.goes_after(15 * MINUTE)

    row = await row_of(unit)
    assert (row.counts, row.failures, row.failure) == (True, 0, "")


async def test_two_workers_at_once_ask_once(now: datetime) -> None:
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        await asyncio.gather(Reader(now).goes(), Reader(now).goes())

    assert len(server.asked) == 1
    assert await days_taken(unit) == [23]


async def test_a_worker_killed_while_it_fetched_leaves_the_calendar_to_the_next_one(now: datetime) -> None:
    async with running(is_silent) as server:
        unit = await publishing(server, now)
        killed = asyncio.create_task(Reader(now).goes())
        await server.was_asked.wait()
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
        server.answer = says(calendar(23))

        await Reader(now + MINUTE).goes()
        assert await days_taken(unit) == []  # its claim still holds
        await Reader(now + 2 * MINUTE).goes()

    assert await days_taken(unit) == [23]


async def test_who_lost_the_claim_writes_nothing(now: datetime) -> None:
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        seen = await calendar_round._claimed(now)
        assert seen is not None
        await Reader(now + 2 * MINUTE).goes()

        await calendar_round._failed(seen, "It came too late.", now + 3 * MINUTE)
        await calendar_round._settled(seen, Fetched(b""), Taken([], 0), now + 3 * MINUTE)

    row = await row_of(unit)
    assert (row.failure, row.read_at) == ("", now + 2 * MINUTE)
    assert await days_taken(unit) == [23]


async def test_what_is_read_of_an_address_that_was_changed_meanwhile_is_dropped(now: datetime) -> None:
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        seen = await calendar_round._claimed(now)
        assert seen is not None
        await calendars.publish(unit.id, f"{server.address}?new", opened=HERE, by="tests", now=now)

        await calendar_round._settled(seen, Fetched(b""), Taken([(0, 60)], 60), now)

    assert (await row_of(unit)).read_at is None
    assert await days_taken(unit) == []


async def test_a_fault_of_ours_with_one_calendar_keeps_no_other_from_being_read(now: datetime) -> None:
    class Broken(Fetcher):
        async def __call__(self, address: str, *, etag: str = "", last_modified: str = "") -> Fetched:
            if "broken" in address:
                raise RuntimeError(address)
            return await super().__call__(address, etag=etag, last_modified=last_modified)

    other = await make_unit(code="XB")
    async with running(says(calendar(23))) as server:
        await calendars.publish(other.id, f"{server.address}?broken", opened=HERE, by="tests", now=now - MINUTE)
        unit = await publishing(server, now)
        with capture_logs() as logs:
            await Reader(now, Broken(opened=HERE, names=means_this_machine)).goes()

    assert await days_taken(unit) == [23]
    assert (await row_of(other)).failure == "Convene could not read it."
    assert "of-the-unit" not in str(logs)


async def test_one_silent_server_does_not_keep_the_others_waiting(now: datetime) -> None:
    other = await make_unit(code="XB")
    async with running(is_silent) as silent, running(says(calendar(23))) as server:
        await calendars.publish(other.id, silent.address, opened=HERE, by="tests", now=now - MINUTE)
        unit = await publishing(server, now)
        await Reader(now).goes()

    assert await days_taken(unit) == [23]
    assert (await row_of(other)).failure == "It did not come within 3 seconds."


async def test_a_calendar_is_read_again_when_a_person_asks(now: datetime) -> None:
    reader = Reader(now)
    async with running(says(calendar(23), etag='"one"')) as server:
        unit = await publishing(server, now)
        await reader.goes()
        await calendars.read_again(unit.id, by="tests", now=now + MINUTE)
        await reader.goes_after(MINUTE)

    assert len(server.asked) == 2
    assert "if-none-match" not in server.asked[1].lower()


async def test_a_calendar_that_is_removed_leaves_nothing(now: datetime) -> None:
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        await Reader(now).goes()
        await calendars.withdraw(unit.id, by="tests", now=now)
        await calendars.withdraw(unit.id, by="tests", now=now)

    assert await calendars.calendar_of(unit.id) is None
    assert await days_taken(unit) == []


async def test_a_calendar_that_is_removed_while_a_worker_writes_leaves_nothing(now: datetime) -> None:
    unit = await make_unit(code="XA")
    await calendars.publish(unit.id, "https://calendar.example/", by="tests", now=now)
    written = asyncio.Event()

    async def worker() -> None:
        async with PublishedCalendar._meta.db.transaction():
            await PublishedCalendar.update({PublishedCalendar.read_at: now}).where(PublishedCalendar.unit == unit.id)
            await calendar_round._replace(unit.id, Taken([(1795424400, 1795428000)], 1795428000))
            written.set()
            await asyncio.sleep(0.3)  # the removal has come to wait by then

    writing = asyncio.create_task(worker())
    await written.wait()
    await calendars.withdraw(unit.id, by="tests", now=now)
    await writing

    assert await days_taken(unit) == []


async def test_each_change_has_its_audit_entry_and_none_holds_the_address(now: datetime) -> None:
    async with running(says(calendar(23))) as server:
        unit = await publishing(server, now)
        await calendars.read_again(unit.id, by="tests", now=now)
        await calendars.withdraw(unit.id, by="tests", now=now)

    entries = await Entry.objects().where(Entry.subject == "unit XA").order_by(Entry.id)
    assert [entry.action for entry in entries] == [
        "published calendar added",
        "published calendar tried",
        "published calendar removed",
    ]
    assert not any("calendar.example" in str(entry.detail) for entry in entries)


async def test_an_address_that_may_not_be_used_changes_nothing(now: datetime) -> None:
    unit = await make_unit(code="XA")

    with pytest.raises(BadCalendarAddress):
        await calendars.publish(unit.id, "http://calendar.example/", by="tests", now=now)

    assert await calendars.calendar_of(unit.id) is None


async def test_nothing_is_due_where_nobody_publishes(now: datetime) -> None:
    assert not await read_one(fetcher=Fetcher(), ours="", clock=lambda: now)
