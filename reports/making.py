"""A report is made into a file in a process apart, which is killed when it takes too long or too much."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

import msgspec

from notifications.apart import started
from reports.making_words import LARGEST, End, Format, Step

MODULE = "reports.making_process"
PATIENCE = 60.0  # seconds, with the start of the process; a committee's report takes about five
AT_ONCE = 2  # processes that each may take a core and some hundred megabytes

Told = Callable[[Step], Awaitable[None]]
_room = asyncio.Semaphore(AT_ONCE)

__all__ = ["Format", "NotMade", "Step", "made"]


class NotMade(Exception):
    """The file could not be made; the message says why, in words for people."""


async def made(frozen: bytes, kind: str, told: Told | None = None, *, patience: float = PATIENCE) -> bytes:
    """The file of this format, whatever the frozen report does to the process that makes it.

    :param kind: of Format.
    :param told: is awaited after each chart that was drawn.
    :raises NotMade: when it takes too long, or the process ends without a file.
    """
    if len(frozen) > LARGEST:
        raise NotMade("The report is too large to be made into a file.")
    async with _room:
        process = await started(MODULE)
        try:
            async with asyncio.timeout(patience):
                return await _answer(process, Format(kind).value.encode() + b"\n" + frozen, told)
        except TimeoutError:
            raise NotMade("It took too long to be made.") from None
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.MsgspecError, ValueError):
            raise NotMade("The program that makes it stopped.") from None
        finally:
            await _ended(process)


async def _answer(process: Process, asked: bytes, told: Told | None) -> bytes:
    """The file that the process writes after its steps."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(asked)
    await process.stdin.drain()
    process.stdin.close()
    while isinstance(said := msgspec.json.decode(await process.stdout.readline(), type=Step | End), Step):
        if told:
            await told(said)
    if said.why or said.size > LARGEST:
        raise NotMade(f"It could not be made ({said.why or 'too large'}).")
    return await process.stdout.readexactly(said.size)


async def _ended(process: Process) -> None:
    """The process is gone, also where whoever asked gave up in the middle."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
