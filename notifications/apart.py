"""A process apart for bytes that strangers sent: nothing of ours is in its reach, and it may be killed."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

ROOT = Path(__file__).parents[1]


async def started(module: str) -> Process:
    """The module runs in a session of its own, because Ctrl-C is for the worker; without its environment or log."""
    command = (sys.executable, "-m", module)
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT, env={}, start_new_session=True
    )


def bound(memory: int, limit: int = resource.RLIMIT_AS) -> None:
    """This process leaves no core behind and takes no more than so many octets.

    :param limit: of what: address space, or `RLIMIT_DATA` where a library reserves far more of it than it uses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # not every system limits this
        resource.setrlimit(limit, (memory, memory))
