"""A relay that follows a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from notifications.smtp import Relay

OK = {"greeting": "220 relay.example", "EHLO": "250 relay.example", "MAIL": "250 OK", "RCPT": "250 OK"}
OK |= {"DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye"}


@dataclass
class Script:
    """A relay's answers by command; "break" cuts the connection, "stall" says nothing. Remembers what it took."""

    answers: dict[str, str]
    once: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    taken: list[bytes] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            alive = await self.answer("greeting", writer)
            while alive and (line := await reader.readline()):
                self.said.append(line.decode().strip())
                verb = line.split()[0].decode().upper()
                alive = await self.answer(verb, writer)
                if alive and verb == "DATA" and self.answers.get("DATA", "354").startswith("354"):
                    self.taken.append(await reader.readuntil(b"\r\n.\r\n"))
                    alive = await self.answer(".", writer)
        finally:
            writer.close()

    async def answer(self, step: str, writer: asyncio.StreamWriter) -> bool:
        answer = self.once.pop(step, "") or (OK | self.answers)[step]
        if answer == "stall":
            await asyncio.sleep(2)
        if answer in ("break", "stall"):
            return False
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return not answer.startswith(("421", "221"))


@asynccontextmanager
async def a_relay(
    answers: dict[str, str] | None = None, *, patience: float = 5, connections: int = 1
) -> AsyncIterator[tuple[Relay, Script]]:
    script = Script(answers or {})
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    relay = Relay("127.0.0.1", script.port, timeout=patience, hostname="convene.example", connections=connections)
    try:
        yield relay, script
    finally:
        await relay.close()
        server.close()
        await asyncio.sleep(0.01)
