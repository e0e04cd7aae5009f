"""Waiting meetings made up by a seed: so many, over twelve command units and forty partner units, for a week."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from directory.availability import Diary, Period, merged
from meetings.seats import Capacity
from meetings.slots import SeatAsked, Wanted
from web.moments import LONDON, london_date

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)  # a Monday
_OF = UUID(int=12)
POLICE = [uuid5(_OF, f"police {n}") for n in range(12)]
SOCIAL_CARE = [uuid5(_OF, f"social care {n}") for n in range(12)]
HEALTH = [uuid5(_OF, f"health {n}") for n in range(12)]
OTHERS = [uuid5(_OF, f"other {n}") for n in range(16)]
QUORUM = (Capacity.HEALTH, Capacity.HOME, Capacity.SOCIAL_WORKER)


def waiting(number: int, seed: int, minutes: int = 60) -> list[Wanted]:
    """So many meetings: one in six urgent, due within a day and a half, the others within five working days."""
    rng = random.Random(f"waiting {seed}")
    return [_wanted(rng, UUID(int=position + 1), minutes) for position in range(number)]


def _wanted(rng: random.Random, key: UUID, minutes: int) -> Wanted:
    home = rng.randrange(12)
    seats = {
        POLICE[home]: (Capacity.HOME,),
        SOCIAL_CARE[home]: (Capacity.CHAIR, Capacity.SOCIAL_WORKER),
        HEALTH[home]: (Capacity.HEALTH,),
        OTHERS[home % 8]: (Capacity.EDUCATION,),
    }
    if rng.random() < 0.4 and (away := rng.randrange(12)) != home:
        seats |= {POLICE[away]: (Capacity.DESTINATION,), SOCIAL_CARE[away]: (Capacity.HOST_SOCIAL_CARE,)}
    for capacity in (Capacity.PLACEMENT, Capacity.INTERVIEW, Capacity.VOLUNTARY):
        if rng.random() < 0.5:
            seats[OTHERS[8 + rng.randrange(8)]] = (capacity,)
    urgent = rng.random() < 1 / 6
    return Wanted(
        key=key,
        seats=tuple(SeatAsked(u, str(u)[:4], c, _required(c)) for u, c in seats.items()),
        quorum=QUORUM,
        due_at=NOW + timedelta(hours=rng.uniform(4, 36) if urgent else rng.uniform(24, 103)),
        minutes=minutes,
        urgent=urgent,
    )


def _required(capacities: tuple[Capacity, ...]) -> bool:
    return bool({*capacities} & {Capacity.HOME, Capacity.DESTINATION, *QUORUM})


def diaries(seed: int, *, days: int = 14) -> dict[UUID, Diary]:
    """Police in turns of eight hours, the others in office hours; each is taken for an eighth of the time."""
    rng = random.Random(f"diaries {seed}")
    found = {}
    for unit in (*POLICE, *SOCIAL_CARE, *HEALTH, *OTHERS):
        turns = [(7, 15), (14, 22)] if unit in POLICE else [(9, 17)]
        shifts = [_shift(day, *rng.choice(turns)) for day in range(days) if (NOW + timedelta(days=day)).weekday() < 5]
        taken = [_part(rng, shift) for shift in shifts]
        found[unit] = Diary(unit, merged(shifts), merged(taken))
    return found


def _shift(day: int, begins: int, ends: int) -> Period:
    date = london_date(NOW + timedelta(days=day))
    opens, closes = (datetime.combine(date, time(hour), LONDON).astimezone(UTC) for hour in (begins, ends))
    return Period(opens, closes)


def _part(rng: random.Random, shift: Period) -> Period:
    begins = shift.starts_at + timedelta(minutes=30 * rng.randrange(15))
    return Period(begins, begins + timedelta(hours=1))
