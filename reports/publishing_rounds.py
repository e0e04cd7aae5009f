"""What the worker does about publishing, round by round: each does what is due, and one that fails stops no other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from meetings.letterhead import Letterhead
from reports import announcing, calendar_round, delivering, open_data, telling_units
from reports.made_files import Make
from reports.press import Press


@dataclass(frozen=True)
class PublishingRounds:
    """The rounds, with what they need: the folder of open data, where there is one, and its address on the web."""

    letterhead: Letterhead
    clock: Callable[[], datetime]
    press: Press
    make: Make
    open_data: Path | None = None
    open_data_url: str = ""

    def named(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """Each round by the name of its heartbeat."""
        return {
            "draw up reports": self.draw_up,
            "tell units": self.tell_units,
            "announce drafts": self.announce,
            "deliver reports": self.deliver,
            "open data": self.write_open_data,
        }

    async def draw_up(self) -> None:
        """Every draft of the calendar whose day has come is drawn up."""
        await calendar_round.draw_up_due(self.press, now=self.clock())

    async def tell_units(self) -> None:
        """Each unit with outcomes in a draft report has been told of them, while it may challenge."""
        await telling_units.tell_units(letterhead=self.letterhead, now=self.clock())

    async def announce(self) -> None:
        """Those who publish know which drafts wait for them, and for which the units' time is over."""
        await announcing.announce(letterhead=self.letterhead, now=self.clock())

    async def deliver(self) -> None:
        """Every release is on its way to the committee's list."""
        delivery = delivering.Delivery(self.letterhead, self.make, self.open_data_url if self.open_data else "")
        await delivering.deliver(delivery, now=self.clock())

    async def write_open_data(self) -> None:
        """Every release is in the open-data folder, where there is one."""
        await open_data.write_open_data(self.open_data, make=self.make, now=self.clock())
