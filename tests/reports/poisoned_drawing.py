"""A drawing process that does badly with charts of some names; started by test_drawing_apart.py."""

from __future__ import annotations

import os
import sys
import time

import msgspec

from reports.drawing_process import ToDraw, framed


def main() -> None:
    sys.stdout.buffer.write(framed(b""))
    sys.stdout.buffer.flush()
    while head := sys.stdin.buffer.read(4):
        name = msgspec.json.decode(sys.stdin.buffer.read(int.from_bytes(head)), type=ToDraw).chart.name
        if name == "hang":
            time.sleep(60)
        if name == "die":
            os._exit(1)
        said = (64 * 1024 * 1024).to_bytes(4) if name == "swell" else framed(b"x" * (3 * 1024 * 1024))
        sys.stdout.buffer.write(said)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
