"""Rounds of verification, two at once: the modules are loaded here, and each line on standard input makes two more.

A line is the time in ISO 8601 and, for each of the two, after how many of its statements it is killed; 0 for never.
Each is a process of its own. Once both have ended, the signals that ended them are printed, 0 for none.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg

import processes
from directory import verification_round
from web.letters import Sender

SENDER = Sender("meetings@invites.convene.example", "Convene meetings", "https://convene.example")
Statement = Callable[..., Awaitable[Any]]


def die_after(statements: int) -> None:
    """This process is killed, as by `kill -9`, once the database has done so many statements for it."""
    left = [statements]

    async def counted(original: Statement, *said: Any, **options: Any) -> Any:
        done = await original(*said, **options)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    def counting(original: Statement) -> Statement:
        return lambda connection, *said, **options: counted(original, connection, *said, **options)

    for name in ("execute", "_execute"):  # with all that begins and ends a transaction, and all that asks
        setattr(asyncpg.Connection, name, counting(getattr(asyncpg.Connection, name)))


async def one_round(now: datetime) -> None:
    async with processes.database(most=2):
        await verification_round.ask_due(sender=SENDER, now=now)


def fork(now: datetime, statements: int) -> int:
    child = os.fork()
    if child:
        return child
    die_after(statements)
    asyncio.run(one_round(now))
    os._exit(0)


def main() -> None:
    """Make rounds until standard input ends."""
    for line in sys.stdin:
        at, *moments = line.split()
        make = partial(fork, datetime.fromisoformat(at))
        both = [make(int(statements)) for statements in moments]
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in both]
        print(*(-end for end in ends), flush=True)  # noqa: T201  # whoever asked must know who was killed


if __name__ == "__main__":
    main()
