"""Meetings that want a time, and what is known of their units, in few words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from directory.availability import Diary, Period, merged
from meetings.seats import Capacity
from meetings.slots import SeatAsked, Wanted
from web.moments import LONDON

KEY = UUID("6f0e4f5c-2a4b-4a43-9df5-0f6a2f3f8a11")
QUORUM = (Capacity.SOCIAL_WORKER, Capacity.HEALTH, Capacity.HOME)


def unit(name: str) -> UUID:
    return uuid5(KEY, name)


def asked(name: str, *capacities: Capacity, required: bool = True) -> SeatAsked:
    return SeatAsked(unit(name), name, tuple(c.value for c in capacities), required)


HOME = asked("Central North", Capacity.HOME)
DESTINATION = asked("South East", Capacity.DESTINATION)
SOCIAL_CARE = asked("Camden social care", Capacity.CHAIR, Capacity.SOCIAL_WORKER)
HEALTH = asked("Camden health", Capacity.HEALTH)
SCHOOLS = asked("Camden schools", Capacity.EDUCATION, required=False)
EVERYBODY = (HOME, DESTINATION, SOCIAL_CARE, HEALTH, SCHOOLS)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """A time in London in 2026, in UTC. The 16th of November is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def wanted(
    due_at: datetime,
    seats: Iterable[SeatAsked] = EVERYBODY,
    *,
    minutes: int = 60,
    urgent: bool = False,
    place: str = "",
    key: UUID = KEY,
) -> Wanted:
    return Wanted(key, tuple(seats), tuple(c.value for c in QUORUM), due_at, minutes, urgent, place)


def diary(
    seat: SeatAsked,
    *busy: tuple[datetime, datetime],
    duty: Iterable[tuple[datetime, datetime]] | None = None,
    read: datetime | None = None,
) -> Diary:
    return Diary(
        seat.unit,
        None if duty is None else merged(Period(*one) for one in duty),
        merged(Period(*one) for one in busy),
        read,
    )


def working_week(first: int = 16, days: int = 5) -> list[tuple[datetime, datetime]]:
    return [(at(day, 9), at(day, 17)) for day in range(first, first + days)]


def all_free(seats: Iterable[SeatAsked] = EVERYBODY, *, days: int = 5) -> dict[UUID, Diary]:
    """Everybody on duty from nine to five, and not taken."""
    return {seat.unit: diary(seat, duty=working_week(days=days)) for seat in seats}


def shifted(period: Period, by: timedelta) -> Period:
    return Period(period.starts_at + by, period.ends_at + by)
