"""Messages are read in a process apart, which is killed when one takes too long; the next message gets a new one."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import msgspec
import structlog

from attendance.reading import NoReader, NotAnAnswer, Read
from attendance.reading_process import Said

ROOT = Path(__file__).parents[1]
PATIENCE = 4.0  # seconds for one message, which may be tried twice; a real answer takes a thousandth of one
TO_START = 30.0  # seconds, on a machine that has much else to do
LARGEST_ANSWER = 16 * 1024 * 1024  # octets
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
        """A process is ready to read. Call it before a message is claimed.

        :raises NoReader: none could be started.
        """
        async with self._one_at_a_time:
            await self._ready()

    async def __call__(self, raw: bytes) -> Read:
        """The one calendar answer of a message, as `reading.read` finds it.

        A process that ends gets a successor and the message is tried once more: the system may have ended it.

        :raises NotAnAnswer: whatever else it is; and when reading it took too long or ended two processes.
        :raises NoReader: no process could be started; nothing was read.
        """
        async with self._one_at_a_time:
            said = await self._said(raw) or await self._said(raw)
        if said is None:
            raise NotAnAnswer("Reading it ended the process that read it.", waits=True)
        return _told(said)

    async def _said(self, raw: bytes) -> Said | None:
        """What the process says of the message; None when it ended.

        :raises NotAnAnswer: when it took too long, and was killed.
        """
        process = await self._ready()
        try:
            async with asyncio.timeout(self._patience):
                return msgspec.msgpack.decode(await _asked(process, raw), type=Said)
        except TimeoutError as error:
            await self._end("took too long")
            raise NotAnAnswer(f"Reading it took longer than {self._patience:g} seconds.", waits=True) from error
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
                self._process = await self._started()
                await _answer(self._process)
        except (OSError, EOFError) as error:  # TimeoutError is an OSError
            await self._end("did not start")
            raise NoReader(type(error).__name__) from error
        except BaseException:
            await self._end("given up")
            raise
        return self._process

    async def _started(self) -> Process:
        """A session of its own, because Ctrl-C is for the worker; and nothing of the worker's environment or log."""
        command = (sys.executable, "-m", self._module)
        return await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT, env={}, start_new_session=True
        )

    async def _end(self, why: str) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if why:
            log.warning("reading process killed", why=why)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # what it still said is read away, so that its pipes close


async def _asked(process: Process, raw: bytes) -> bytes:
    assert process.stdin is not None, "it was started with a pipe"
    process.stdin.write(len(raw).to_bytes(4) + raw)
    await process.stdin.drain()
    return await _answer(process)


async def _answer(process: Process) -> bytes:
    assert process.stdout is not None, "it was started with a pipe"
    size = int.from_bytes(await process.stdout.readexactly(4))
    if size > LARGEST_ANSWER:
        raise EOFError("the process says more than it can mean")
    return await process.stdout.readexactly(size)


def _told(said: Said) -> Read:
    if said.answer is not None:
        return said.answer
    if said.other is not None:
        raise NotAnAnswer(said.other.what, waits=said.other.waits, opened=said.other.opened, event=said.other.event)
    raise NotAnAnswer("Reading it gave nothing.", waits=True)
