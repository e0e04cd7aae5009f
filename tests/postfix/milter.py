"""A milter as opendmarc is one: it writes what it found about a message's sender into the top of its head."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

_MAY_ADD_HEADERS = 0x01
_TELL_ME_NOTHING = 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200  # but for the end of each message


@dataclass
class Milter:
    """Writes `found` as Authentication-Results of each message, or nothing while it is empty."""

    port: int = 0
    found: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                packet = await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))
                for answer in self.answers(packet[:1]):
                    writer.write(len(answer).to_bytes(4, "big") + answer)
        writer.close()

    def answers(self, command: bytes) -> list[bytes]:
        if command == b"O":
            flags = (6, _MAY_ADD_HEADERS, _TELL_ME_NOTHING)
            return [b"O" + b"".join(flag.to_bytes(4, "big") for flag in flags)]
        if command != b"E":  # macros, and the ends of conversations
            return []
        header = b"Authentication-Results\0" + self.found.encode() + b"\0"
        return [b"i" + bytes(4) + header, b"a"] if self.found else [b"a"]


@contextlib.asynccontextmanager
async def a_milter() -> AsyncIterator[Milter]:
    """It listens within."""
    milter = Milter()
    server = await asyncio.start_server(milter.serve, "127.0.0.1", 0)
    milter.port = server.sockets[0].getsockname()[1]
    try:
        yield milter
    finally:
        server.close()
        await asyncio.sleep(0.01)
