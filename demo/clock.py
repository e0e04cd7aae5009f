"""The demonstration's clock: the real one, moved forward by as much as somebody asked in the mailroom.

The tests of its pages begin it at a moment of their own, in the past.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path


class MovedClock:
    """The time of the demonstration, the same in every process that shares the state directory."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        """Now, in UTC, as far moved."""
        return datetime.now(UTC) + self.ahead()

    def ahead(self) -> timedelta:
        """How far ahead of the real time the demonstration is, below 0 behind it; 0 where it was never moved."""
        with contextlib.suppress(OSError, ValueError):
            return timedelta(seconds=float(self._file.read_text()))
        return timedelta(0)

    def put_to(self, moment: datetime) -> None:
        """The clock shows this moment and runs on from there, be it earlier or later than the real time.

        Only for a demonstration that is not running: what it wrote already keeps its times.
        """
        self._keep(moment - datetime.now(UTC))

    def move(self, by: timedelta) -> None:
        """The clock stands `by` later; it never goes back."""
        if by > timedelta(0):
            self._keep(self.ahead() + by)

    def _keep(self, ahead: timedelta) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()))
        new.replace(self._file)
