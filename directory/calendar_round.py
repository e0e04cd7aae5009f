"""Published calendars are read when they are due: claimed, fetched, read in a process apart, and written down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from piccolo.columns import Column
from piccolo.columns.combination import And

from directory.availability import Period
from directory.calendar_apart import read_apart
from directory.calendar_fetching import Fetched, Fetcher, NotFetched
from directory.calendar_reading import NoCalendar, Taken
from directory.duty_tables import BusyTime, PublishedCalendar

EVERY: Final = timedelta(minutes=15)
SELDOM: Final = timedelta(hours=6)  # between two tries of one that fails again and again
LEASE: Final = timedelta(minutes=2)  # a worker that takes longer is dead: fetching and reading have their own limits
TOO_OLD: Final = timedelta(hours=24)  # a copy of that age counts no more
BACK, AHEAD = timedelta(days=1), timedelta(days=60)  # the window that is read
IN_FULL: Final = timedelta(days=7)  # what is unchanged is asked for in full again when the window moved on by this
AT_ONCE: Final = 4
Row = PublishedCalendar
Changes = dict[Column | str, Any]
log = structlog.get_logger()

_CLAIM: Final = """
UPDATE published_calendar SET claimed_until = {}::timestamptz
WHERE unit = (
    SELECT unit FROM published_calendar
    WHERE next_at <= {}::timestamptz AND (claimed_until IS NULL OR claimed_until <= {}::timestamptz)
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING unit
"""


async def read_due(
    *,
    fetcher: Fetcher,
    ours: str,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Every calendar that is due has been tried once; what is too old counts no more.

    Safe to run twice at once, and to be killed: a calendar is claimed for two minutes before it is fetched, and what
    it says is written in one transaction, if the claim still holds.

    :param ours: what the UIDs of our own invitations end with; their meetings are known here.
    """
    await outdate(clock())

    async def in_turn() -> None:
        while not stopping() and await read_one(fetcher=fetcher, ours=ours, clock=clock):
            pass

    async with asyncio.TaskGroup() as readers:
        for _ in range(AT_ONCE):
            readers.create_task(in_turn())


async def outdate(now: datetime) -> None:
    """What was read more than a day ago counts no more."""
    old = (Row.read_at <= now - TOO_OLD) & Row.counts.eq(True)
    for row in await Row.update({Row.counts: False}).where(old).returning(Row.unit):
        log.warning("published calendar too old", unit=str(row["unit"]))


async def read_one(*, fetcher: Fetcher, ours: str, clock: Callable[[], datetime]) -> bool:
    """One calendar that was due has been tried; False where none was."""
    row = await _claimed(clock())
    if row is None:
        return False
    try:
        await _read(row, fetcher, ours, clock)
    except (NotFetched, NoCalendar) as why:
        await _failed(row, str(why), clock())
    except Exception as error:  # a fault of ours with one calendar must not keep the others from being read
        log.error("published calendar not read", unit=str(row.unit), error=type(error).__name__)
        await _failed(row, "Convene could not read it.", clock())
    return True


async def _read(row: Row, fetcher: Fetcher, ours: str, clock: Callable[[], datetime]) -> None:
    window = Period(clock() - BACK, clock() + AHEAD)
    fresh = row.known_to is not None and row.known_to > window.ends_at - IN_FULL
    etag, since = (row.etag, row.last_modified) if fresh else ("", "")
    fetched = await fetcher(row.address, etag=etag, last_modified=since)
    said = await read_apart(fetched.body, window, ours=ours) if fetched.body is not None else None
    await _settled(row, fetched, said, clock())


async def _claimed(now: datetime) -> Row | None:
    claimed = await Row.raw(_CLAIM, now + LEASE, now, now)
    if not claimed:
        return None
    return await Row.objects().where(Row.unit == claimed[0]["unit"], Row.claimed_until == now + LEASE).first()


async def _failed(row: Row, why: str, now: datetime) -> None:
    """What was read before stays; the next try comes the later the more failed."""
    failures = row.failures + 1
    after = min(EVERY * 2 ** min(failures - 1, 10), SELDOM)
    changed: Changes = {
        Row.failures: failures,
        Row.failure: why[:200],
        Row.next_at: now + after,
        Row.claimed_until: None,
    }
    if await Row.update(changed).where(_still(row)).returning(Row.unit):
        log.info("published calendar not read", unit=str(row.unit), failures=failures)


async def _settled(row: Row, fetched: Fetched, said: Taken | None, now: datetime) -> None:
    """What it says is what counts, in place of all that it said before; None where it is as it was."""
    changed: Changes = {
        Row.read_at: now,
        Row.counts: True,
        Row.failures: 0,
        Row.failure: "",
        Row.next_at: now + EVERY,
        Row.claimed_until: None,
    }
    if said is not None:
        known_to = datetime.fromtimestamp(said.known_to, UTC)
        changed |= {Row.etag: fetched.etag, Row.last_modified: fetched.last_modified}
        changed |= {Row.known_to: known_to, Row.unread: said.unread}
    async with Row._meta.db.transaction():
        if await Row.update(changed).where(_still(row)).returning(Row.unit) and said is not None:
            await _replace(row.unit, said)


async def _replace(unit: UUID, said: Taken) -> None:
    await BusyTime.delete().where(BusyTime.unit == unit)
    times = [
        BusyTime(unit=unit, starts_at=datetime.fromtimestamp(a, UTC), ends_at=datetime.fromtimestamp(b, UTC))
        for a, b in said.busy
    ]
    for first in range(0, len(times), 1000):
        await BusyTime.insert(*times[first : first + 1000])


def _still(row: Row) -> And:
    """The claim is still this worker's, and the calendar still the same."""
    return And(And(Row.unit == row.unit, Row.claimed_until == row.claimed_until), Row.address == row.address)
