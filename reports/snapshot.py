"""One snapshot of the database for whatever must agree: no change made meanwhile is seen in part."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meetings.tables import Meeting

ROOM = "set local work_mem = '128MB'"  # a month of facts is added up in memory, and thousands of lines are sorted


@asynccontextmanager
async def one_snapshot(*, read_only: bool = True) -> AsyncIterator[None]:
    """A transaction in which every statement sees the same; inside another transaction, that one's view."""
    from piccolo_conf import DB  # imported late: it reads DATABASE_URL

    joined = DB.transaction_exists()
    async with DB.transaction(of_one_moment=True):
        if read_only and not joined:
            await Meeting.raw("set transaction read only")
        await Meeting.raw("set local jit = off")  # compiling these queries takes longer than running them
        await Meeting.raw(ROOM)
        yield
