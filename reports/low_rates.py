"""A command unit whose attendance fell below the threshold: its superintendent and the director are told, once a
quarter. The threshold, the least number of seats and the days looked back on are data (LadderSetting)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance.escalations import raise_escalation
from attendance.ladder import Cause
from attendance.ladder_tables import LadderSetting
from attendance.low_attendance import threshold
from directory.one_by_one import one_by_one
from directory.tables import Unit, UnitKind
from meetings.tables import MeetingType
from reports import figures
from reports.counts import Asked
from reports.measures import attendance_rate
from reports.rates import Rate
from web.moments import london_date, start_of

_WANTED = "Please say to the coordinator what will change, and by when."


async def raise_for_low_rates(now: datetime) -> int:
    """Every BCU below the threshold has its ladder for this quarter; returns how many are new.

    The rate is the published one (docs/committee.md), of strategy meetings alone, on whole days in London up to now.

    :raises LedgerDiffers: nobody is told of figures that a recount does not bear out.
    """
    setting, today = await threshold(), london_date(now)
    since = start_of(today - timedelta(days=setting.low_rate_days))
    asked = Asked(since, start_of(today + timedelta(days=1)), MeetingType.MISSING, now)
    rates = {unit: attendance_rate(seats) for unit, seats in (await figures.count_seats(asked)).by_unit.items()}
    low = {
        unit["id"]: (unit["name"], rates[unit["id"]])
        for unit in await _bcus()
        if unit["id"] in rates and _is_low(rates[unit["id"]], setting)
    }
    return await one_by_one("low rate of a unit", low, lambda unit: _raise(unit, *low[unit], setting, now))


async def _bcus() -> list[dict[str, Any]]:
    units: list[dict[str, Any]] = (
        await Unit.select(Unit.id, Unit.name).where(Unit.kind == UnitKind.BCU).order_by(Unit.name)
    )
    return units


def _is_low(rate: Rate, setting: LadderSetting) -> bool:
    return rate.whole >= setting.low_rate_minimum and rate.part * 100 < setting.low_rate_percent * rate.whole


async def _raise(unit: UUID, name: str, rate: Rate, setting: LadderSetting, now: datetime) -> bool:
    today = london_date(now)
    found = await raise_escalation(
        cause=Cause.LOW_RATE,
        key=f"low attendance:{unit}:{today.year}-{(today.month - 1) // 3 + 1}",
        unit=unit,
        about=f"In the last {setting.low_rate_days} days {name} came to {rate.part} of {rate.whole} "
        f"strategy meetings that it was expected at. Less than {setting.low_rate_percent}% is told to you.",
        wanted=_WANTED,
        now=now,
    )
    return found is not None
