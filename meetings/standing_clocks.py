"""The clocks that no rule has, as they are set: data, with a default that each authority may change and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from audit import trail
from meetings import errors
from meetings.clock_tables import StandingClock
from meetings.clocks import deadline, reply_by

LONGEST_WHY: Final = 200
UNITS: Final = ("working hours", "hours", "working days")
MOST: Final = {"working hours": 80, "hours": 240, "working days": 20}


class Clock(StrEnum):
    """What is timed."""

    DISPUTE = "lead dispute"
    DISPUTE_HIGH = "lead dispute, high"
    HANDOVER = "handover"


TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Clock.DISPUTE: "A dispute about the lead is settled within",
        Clock.DISPUTE_HIGH: "The same, where a HIGH rule called for the meeting",
        Clock.HANDOVER: "The receiving police unit acknowledges a move within",
    }
)


@dataclass(frozen=True)
class Setting:
    """How long a clock runs, since when and why; `set_at` is None for the default of the product."""

    amount: int
    unit: str
    why: str
    set_at: datetime | None = None
    set_by: str = ""

    def after(self, start: datetime) -> datetime:
        """The instant at which the clock has run out, in UTC."""
        return (deadline if self.unit == "hours" else reply_by)(start, self.amount, self.unit)

    @property
    def words(self) -> str:
        return f"{self.amount} {self.unit.removesuffix('s') if self.amount == 1 else self.unit}"


DEFAULTS: Final[Mapping[str, Setting]] = MappingProxyType(
    {
        Clock.DISPUTE: Setting(1, "working days", "Default of the product; each authority confirms its own"),
        Clock.DISPUTE_HIGH: Setting(4, "working hours", "Default of the product; each authority confirms its own"),
        Clock.HANDOVER: Setting(1, "working days", "Default of the product; each authority confirms its own"),
    }
)


async def setting(clock: Clock) -> Setting:
    """How long this clock runs now."""
    return (await settings())[clock]


async def settings() -> dict[str, Setting]:
    """Every clock as it stands."""
    return {code: history[0] for code, history in (await history_of_all()).items()}


async def history_of_all() -> dict[str, list[Setting]]:
    """Every clock's settings, the one that stands in front, the default of the product last."""
    found: dict[str, list[Setting]] = {code: [] for code in DEFAULTS}
    for row in await StandingClock.objects().order_by(StandingClock.id, ascending=False):
        if row.code in found:
            found[row.code].append(Setting(row.amount, row.unit, row.why, row.set_at, row.set_by))
    return {code: [*rows, DEFAULTS[code]] for code, rows in found.items()}


async def set_clock(code: str, *, amount: int, unit: str, why: str, by: str, now: datetime) -> None:
    """The clock runs so long for all that begins from now on; what runs already keeps its time.

    :raises UnsuitableClock: when there is no such clock, or it cannot run so long; nothing was changed.
    """
    if code not in DEFAULTS:
        raise errors.UnsuitableClock("clock", "Choose which clock is changed.")
    if unit not in UNITS:
        raise errors.UnsuitableClock("unit", "Choose hours, working hours or working days.")
    if not 1 <= amount <= MOST[unit]:
        raise errors.UnsuitableClock("amount", f"Enter a number from 1 to {MOST[unit]}.")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise errors.UnsuitableClock("why", f"Say why, in {LONGEST_WHY} characters or fewer.")
    async with StandingClock._meta.db.transaction():
        row = StandingClock(code=code, amount=amount, unit=unit, why=why.strip(), set_at=now, set_by=by)
        await StandingClock.insert(row)
        detail = {"clock": code, "amount": amount, "unit": unit}
        await trail.record(by, "clock set", f"clock:{code}", now=now, detail=detail)
