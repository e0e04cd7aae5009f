"""The process in which messages are read: bytes in, what they say out, and nothing else within its reach.

It has no database, no secret and no setting. It is told messages on standard input: four octets of length, four for
the day they came, and so many octets. It answers each in turn on standard output: four octets of length and so many
octets. `reading_apart` starts it, and kills it.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import BinaryIO

import msgspec

from attendance.reading import Reading, ToRead, read, unreadable
from notifications.apart import bound

MOST_MEMORY = 512 * 1024 * 1024  # octets of address space; a real answer needs a tenth
MOST_CPU = 8  # seconds for one message; the parent's patience ends sooner, this ends a process without a parent


def serve(reader: Callable[[bytes, date], Reading] = read) -> None:
    """Every message from standard input is read and answered, until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the worker, which ends us when it is done
        signal.signal(number, signal.SIG_IGN)
    bound(MOST_MEMORY)
    _put(sys.stdout.buffer, b"")  # ready
    while (mail := _got(sys.stdin.buffer)) is not None:
        _allow_cpu()
        _put(sys.stdout.buffer, _said(reader, mail))


def framed(mail: ToRead) -> bytes:
    """The message as the process is told it."""
    return len(mail.raw).to_bytes(4) + mail.received_on.toordinal().to_bytes(4) + mail.raw


def _said(reader: Callable[[bytes, date], Reading], mail: ToRead) -> bytes:
    try:
        return msgspec.msgpack.encode(reader(mail.raw, mail.received_on))
    except Exception as error:  # what cannot be told, or a reader with a fault: these bytes are for a person
        return msgspec.msgpack.encode(unreadable(f"It cannot be read ({type(error).__name__})."))


def _allow_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + MOST_CPU, most))


def _got(stream: BinaryIO) -> ToRead | None:
    """The next message; None at the end, also where that comes in the middle of one."""
    head = stream.read(8)
    size = int.from_bytes(head[:4])
    body = stream.read(size) if len(head) == 8 else b""
    return ToRead(body, date.fromordinal(int.from_bytes(head[4:]))) if head and len(body) == size else None


def _put(stream: BinaryIO, body: bytes) -> None:
    stream.write(len(body).to_bytes(4) + body)
    stream.flush()


if __name__ == "__main__":
    serve()
