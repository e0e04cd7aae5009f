"""Charts are drawn in a process apart, which is killed when one takes too long; what was drawn is kept for a while.

The process is started with the first chart and ends after a minute without one, so that nothing of it is left when
nobody reads reports. Call `close` before the loop ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from asyncio.subprocess import Process
from collections import OrderedDict
from typing import Final

import msgspec
import structlog

from notifications.apart import started
from reports.document import Chart, Table
from reports.drawing_process import ToDraw, framed

PATIENCE: Final = 10.0  # seconds for one chart, which takes a twentieth
TO_START: Final = 60.0  # seconds, on a machine that has much else to do
REST: Final = 60.0  # seconds without a chart after which the process ends
MOST_KEPT: Final = 16 * 1024 * 1024  # octets of drawn charts
LARGEST: Final = 4 * 1024 * 1024  # octets of one chart; a real one has a hundredth
log = structlog.get_logger()


class NotDrawn(Exception):
    """The chart could not be drawn. Its finding, its description and its table say the same in words and numbers."""


class DrawsApart:
    """One drawing process and what it drew last, by what it was drawn from.

    :param module: the module that the process runs.
    """

    def __init__(
        self, module: str = "reports.drawing_process", *, patience: float = PATIENCE, rest: float = REST
    ) -> None:
        self._module, self._patience, self._rest = module, patience, rest
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._ending: asyncio.Task[None] | None = None

    async def __call__(self, chart: Chart, table: Table, *, narrow: bool = False) -> bytes:
        """The SVG of the chart, drawn from the cells of the table.

        :raises NotDrawn: when it cannot be drawn, takes too long, or no process could be started.
        """
        asked = msgspec.json.encode(ToDraw(chart, table, narrow), order="deterministic")
        key = hashlib.sha256(asked).hexdigest()
        async with self._one_at_a_time:
            if key not in self._kept:
                self._keep(key, await self._drawn(asked, chart.name))
            self._kept.move_to_end(key)
            return self._kept[key]

    async def close(self) -> None:
        """No process is left."""
        async with self._one_at_a_time:
            if self._ending is not None:
                self._ending.cancel()
                self._ending = None
            await self._end("")

    def _keep(self, key: str, drawn: bytes) -> None:
        self._kept[key] = drawn
        while sum(map(len, self._kept.values())) > MOST_KEPT:
            self._kept.popitem(last=False)

    async def _drawn(self, asked: bytes, name: str) -> bytes:
        process = await self._ready()
        assert process.stdin is not None, "it was started with a pipe"
        try:
            async with asyncio.timeout(self._patience):
                process.stdin.write(framed(asked))
                drawn = await _answer(process)
        except (OSError, EOFError) as error:  # TimeoutError is an OSError
            await self._end(type(error).__name__)
            raise NotDrawn(f"{name}: the drawing was stopped ({type(error).__name__}).") from error
        except BaseException:
            await self._end("given up")  # half an answer in the pipe must not meet the next chart
            raise
        if not drawn:
            raise NotDrawn(f"{name}: its table cannot be drawn so.")
        return drawn

    async def _ready(self) -> Process:
        self._rest_later()
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._end("had ended")
        try:
            async with asyncio.timeout(TO_START):
                self._process = await started(self._module)
                await _answer(self._process)
        except (OSError, EOFError) as error:
            await self._end("did not start")
            raise NotDrawn(f"No drawing process could be started ({type(error).__name__}).") from error
        except BaseException:
            await self._end("given up")
            raise
        return self._process

    def _rest_later(self) -> None:
        """The process ends when no other chart follows for a while."""
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.create_task(self._rest_then_end())

    async def _rest_then_end(self) -> None:
        await asyncio.sleep(self._rest)
        async with self._one_at_a_time:
            await self._end("")

    async def _end(self, why: str) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if why:
            log.warning("drawing process killed", why=why)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # what it still said is read away, so that its pipes close


async def _answer(process: Process) -> bytes:
    assert process.stdout is not None, "it was started with a pipe"
    size = int.from_bytes(await process.stdout.readexactly(4))
    if size > LARGEST:
        raise EOFError("the process says more than a chart can be")
    return await process.stdout.readexactly(size)


drawn = DrawsApart()
"""The one of this process: `await drawn(chart, table)`; `await drawn.close()` when the process ends."""
