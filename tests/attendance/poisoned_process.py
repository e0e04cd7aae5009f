"""A reading process that three kinds of message poison; every other message is read as ever."""

import os
import time
from datetime import date

from attendance.reading import Reading, read
from attendance.reading_process import serve


def choke(raw: bytes, received_on: date) -> Reading:
    if raw.startswith(b"hang"):
        time.sleep(3600)
    if raw.startswith(b"spin"):
        while True:
            pass
    if raw.startswith(b"swell"):
        bytearray(4 * 1024**3)
    if raw.startswith(b"die"):
        os._exit(1)
    return read(raw, received_on)


if __name__ == "__main__":
    serve(choke)
