"""The process in which charts are drawn, so that no other has to load the drawing libraries.

It has no database, no secret and no setting. It is told charts on standard input: four octets of length, and so many
of JSON (`ToDraw`). It answers each in turn on standard output: four octets of length, and so many of SVG; none where
the chart cannot be drawn. `drawing` starts it, and kills it.
"""

from __future__ import annotations

import resource
import signal
import sys
from typing import BinaryIO

import msgspec

from notifications.apart import bound
from reports.document import Chart, Table

MOST_MEMORY = 2 * 1024 * 1024 * 1024  # octets of data; drawing takes 0.6


class ToDraw(msgspec.Struct, frozen=True):
    """A chart, the table it draws, and for what width."""

    chart: Chart
    table: Table
    narrow: bool = False


def framed(content: bytes) -> bytes:
    """Octets as the process is told them, and as it answers."""
    return len(content).to_bytes(4) + content


def serve() -> None:
    """Every chart from standard input is drawn and answered, until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the parent, which ends us when it is done
        signal.signal(number, signal.SIG_IGN)
    bound(MOST_MEMORY, resource.RLIMIT_DATA)
    from reports.charts import svg  # only here, so that the limits hold while it loads

    def drawn(asked: bytes) -> bytes:
        try:
            to_draw = msgspec.json.decode(asked, type=ToDraw)
            return svg(to_draw.chart, to_draw.table, narrow=to_draw.narrow).encode()
        except Exception:  # a chart with a fault must not end the drawing of others; the parent says which it was
            return b""

    _put(sys.stdout.buffer, b"")  # ready
    while (asked := _got(sys.stdin.buffer)) is not None:
        _put(sys.stdout.buffer, drawn(asked))


def _got(stream: BinaryIO) -> bytes | None:
    """The next chart; None at the end, also where that comes in the middle of one."""
    head = stream.read(4)
    size = int.from_bytes(head)
    body = stream.read(size) if len(head) == 4 else b""
    return body if head and len(body) == size else None


def _put(stream: BinaryIO, body: bytes) -> None:
    stream.write(framed(body))
    stream.flush()


if __name__ == "__main__":
    serve()
