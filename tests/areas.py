"""One place changes hands, as most tests need it; a day that is past is said to be a correction."""

from datetime import date, datetime
from uuid import UUID

from directory.area_changes import serve_from
from web.moments import london_date


async def change_area(
    place: str, unit: UUID, on: date, *, by: str, now: datetime, source: str = "Told by the force."
) -> None:
    """From that day the unit serves the place."""
    past = on < london_date(now)
    await serve_from(unit, [(place, "")], on, correction=past, source=source, by=by, now=now)
