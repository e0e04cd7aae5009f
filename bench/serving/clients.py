"""Clients that read pages again and again over connections that stay open, as browsers do; how long each took."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Address = tuple[str, int]


@dataclass(frozen=True)
class Reading:
    """Who reads what: one of the paths each time, with the token of a session; the clients share the servers."""

    servers: tuple[Address, ...]
    paths: tuple[str, ...]
    token: str


@dataclass(frozen=True)
class Answers:
    """How long each page took, in milliseconds, and how many there were a second."""

    taken: list[float]
    seconds: float

    @property
    def median(self) -> float:
        return median(self.taken)

    def __str__(self) -> str:
        hundredths = quantiles(self.taken, n=100)
        rate = len(self.taken) / self.seconds
        return f"median {self.median:6.1f}  p99 {hundredths[98]:6.1f} ms, {rate:5.1f} pages a second"


def together(rounds: Sequence[Answers]) -> Answers:
    """Several readings as one."""
    return Answers([one for answers in rounds for one in answers.taken], sum(one.seconds for one in rounds))


async def read(reading: Reading, clients: int, seconds: float, rest: float) -> Answers:
    """So many clients, read for so long, each resting about `rest` seconds after a page."""
    begun = time.perf_counter()
    taken: list[list[float]] = [[] for _ in range(clients)]
    shared = zip(taken, itertools.cycle(reading.servers), strict=False)
    await asyncio.gather(*(_client(reading, server, begun + seconds, rest, mine) for mine, server in shared))
    return Answers([one for mine in taken for one in mine], time.perf_counter() - begun)


async def _client(reading: Reading, server: Address, end: float, rest: float, taken: list[float]) -> None:
    reader, writer = await asyncio.open_connection(*server)
    host, cookie = f"{server[0]}:{server[1]}", f"convene-session={reading.token}"
    await asyncio.sleep(random.random() * rest)  # noqa: S311 - so that not all ask at once
    while len(taken) < 2 or time.perf_counter() < end:
        path = random.choice(reading.paths)  # noqa: S311
        begun = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode())
        await _answer(reader, path)
        taken.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(rest * (0.5 + random.random()))  # noqa: S311
    writer.close()


async def _answer(reader: asyncio.StreamReader, path: str) -> None:
    """:raises RuntimeError: where the page was not shown, because then nothing was measured."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if not head.startswith("http/1.1 200"):
        raise RuntimeError(f"{path} was answered with {head.splitlines()[0]}")
    length = next(line.partition(":")[2] for line in head.splitlines() if line.startswith("content-length:"))
    await reader.readexactly(int(length))
