"""Append the newest head to a file that is kept elsewhere; a head covers all before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from audit import chain

SELDOM = timedelta(minutes=1)  # what is altered and sealed anew within it is not found; and 60 MB of file a year


def append(path: Path, head: chain.Head, *, now: datetime, last: tuple[int, datetime] | None) -> tuple[int, datetime]:
    """The head's line is at the end of the file, unless it is there or one was written less than a minute ago.

    :param last: what the call before returned: the number of the batch, and when it was written.
    :raises OSError: when the file cannot be written; the next round tries again.
    """
    if last and (last[0] == head.number or now - last[1] < SELDOM):
        return last
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{head.text()}\n")
    return head.number, now
