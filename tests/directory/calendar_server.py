"""A small server on this machine that gives calendars as the tests want them: well, slowly, packed, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class CalendarServer:
    """What it was asked, and how it answers."""

    port: int = 0
    scheme: str = "http"
    answer: Answer | None = None
    asked: list[str] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        return f"{self.scheme}://calendar.example:{self.port}/secret/of-the-unit.ics"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
            self.was_asked.set()
            assert self.answer is not None
            await self.answer(writer)
        writer.close()


def says(body: bytes, status: str = "200 OK", **headers: str) -> Answer:
    """The body at once, with these headers (`etag` for ETag)."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *lines])
        writer.write(head.encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


def drips(piece: bytes, seconds: float, **headers: str) -> Answer:
    """The piece again and again, for ever, with a pause after each."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 200 OK\r\n{lines}Connection: close\r\n\r\n".encode())
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(seconds)

    return answer


async def is_silent(writer: asyncio.StreamWriter) -> None:
    """It takes the request and says nothing."""
    await asyncio.sleep(60)


@contextlib.asynccontextmanager
async def running(answer: Answer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[CalendarServer]:
    """The server answers on a port of its own until the end."""
    server = CalendarServer(scheme="https" if tls else "http", answer=answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


async def means_this_machine(host: str, port: int) -> list[str]:
    """A resolver by which every name means this machine."""
    return ["127.0.0.1"]
