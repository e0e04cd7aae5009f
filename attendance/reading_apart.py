"""Messages are read in a process apart, which is killed when one takes too long; the next message gets a new one."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process
from collections.abc import Sequence

import msgspec
import structlog

from attendance.reading import NoReader, Reading, ToRead, unreadable
from attendance.reading_process import framed
from notifications.apart import started
from notifications.inbox import STOPPED

PATIENCE = 4.0  # seconds for one message, which may be tried twice; a real answer takes a thousandth of one
TO_START = 30.0  # seconds, on a machine that has much else to do
LARGEST_ANSWER = 16 * 1024 * 1024  # octets
AHEAD = 3  # messages that are handed over at a time, so that the process never waits for the next
log = structlog.get_logger()


class ReadsApart:
    """One reading process, started when it is first needed. Messages are read one after another.

    :param module: the module that the process runs.
    :param patience: seconds for one message.
    """

    def __init__(self, module: str = "attendance.reading_process", *, patience: float = PATIENCE) -> None:
        self._module, self._patience = module, patience
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> None:
        """A process is ready to read. Call it before messages are claimed.

        :raises NoReader: none could be started.
        """
        async with self._one_at_a_time:
            await self._ready()

    async def __call__(self, mails: Sequence[ToRead]) -> list[Reading]:
        """The first of these messages as `reading.read` reads them, at least one: all, where none stops the process.

        A process that ends gets a successor and its message is tried once more: the system may have ended it.
        What comes behind a message that stopped its process waits for another call, so that nothing that was read
        waits for it.

        :raises NoReader: no process could be started; nothing was read.
        """
        async with self._one_at_a_time:
            return await self._in_turn(mails) or [await self._once_more(mails[0])]

    async def _in_turn(self, mails: Sequence[ToRead]) -> list[Reading]:
        """The readings until all is read, or the process is gone."""
        process, given = await self._ready(), 0
        readings: list[Reading] = []
        while len(readings) < len(mails) and process is self._process:
            while given < min(len(readings) + AHEAD, len(mails)):
                _give(process, mails[given])
                given += 1
            reading = await self._said(process)
            readings += [reading] if reading else []
        return readings

    async def _once_more(self, mail: ToRead) -> Reading:
        process = await self._ready()
        _give(process, mail)
        return await self._said(process) or unreadable(f"{STOPPED} ended the process that read it.")

    async def _said(self, process: Process) -> Reading | None:
        """What the process says of the message in its hand, or that it took too long; None when it ended."""
        try:
            async with asyncio.timeout(self._patience):
                return msgspec.msgpack.decode(await _answer(process), type=Reading)
        except TimeoutError:
            await self._end("took too long")
            return unreadable(f"{STOPPED} took longer than {self._patience:g} seconds.")
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            await self._end(type(error).__name__)
            return None
        except BaseException:
            await self._end("given up")  # half an answer in the pipe must not meet the next message
            raise

    async def close(self) -> None:
        """No process is left."""
        async with self._one_at_a_time:
            await self._end("")

    async def _ready(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._end("had ended")
        try:
            async with asyncio.timeout(TO_START):
                self._process = await started(self._module)
                await _answer(self._process)
        except (OSError, EOFError) as error:  # TimeoutError is an OSError
            await self._end("did not start")
            raise NoReader(type(error).__name__) from error
        except BaseException:
            await self._end("given up")
            raise
        return self._process

    async def _end(self, why: str) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if why:
            log.warning("reading process killed", why=why)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # what it still said is read away, so that its pipes close


def _give(process: Process, mail: ToRead) -> None:
    """The message is on its way to the process. What it says is read meanwhile, so neither waits for the other."""
    assert process.stdin is not None, "it was started with a pipe"
    process.stdin.write(framed(mail))


async def _answer(process: Process) -> bytes:
    assert process.stdout is not None, "it was started with a pipe"
    size = int.from_bytes(await process.stdout.readexactly(4))
    if size > LARGEST_ANSWER:
        raise EOFError("the process says more than it can mean")
    return await process.stdout.readexactly(size)
