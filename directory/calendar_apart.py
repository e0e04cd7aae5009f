"""A published calendar is read in a process apart, which is killed when it takes too long or too much."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process

import msgspec

from directory.availability import Period
from directory.calendar_process import Read, ToRead
from directory.calendar_reading import NoCalendar, Taken
from notifications.apart import started

MODULE = "directory.calendar_process"
PATIENCE = 15.0  # seconds, with the start of the process; a calendar of some thousand entries takes two


async def read_apart(raw: bytes, window: Period, *, ours: str = "", patience: float = PATIENCE) -> Taken:
    """What `calendar_reading.taken` says of these bytes, whatever they do to the process that reads them.

    :raises NoCalendar: with the reason in words for people.
    """
    asked = ToRead(int(window.starts_at.timestamp()), int(window.ends_at.timestamp()), ours)
    process = await started(MODULE)
    try:
        async with asyncio.timeout(patience):
            said, _ = await process.communicate(msgspec.json.encode(asked) + b"\n" + raw)
    except TimeoutError:
        raise NoCalendar("It takes too long to be read.") from None
    finally:
        await _ended(process)
    try:
        read = msgspec.json.decode(said, type=Read)
    except msgspec.MsgspecError:
        raise NoCalendar("It stopped the program that reads it.") from None
    if read.taken is None:
        raise NoCalendar(read.why)
    return read.taken


async def _ended(process: Process) -> None:
    """The process is gone, also where the worker gives up in the middle."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
