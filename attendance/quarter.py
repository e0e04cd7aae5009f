"""After each quarter the safeguarding partners and MOPAC get a note: counts of ladders by unit, and no child."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from attendance import ladder_counts
from attendance.escalations import raise_escalation
from attendance.ladder import Cause
from directory.working_days import is_working_day
from web.moments import london_at, london_date

NINE = time(9)
LATEST = timedelta(days=21)  # an installation that begins later than this sends no note of the quarter before
_WANTED = "Please take it up with the units concerned. Each was told by its own ladder at the time."


async def raise_for_the_quarter(now: datetime) -> bool:
    """On the first working day of a quarter, from 9:00 on, the note of the one before is due; once.

    There is none where no ladder was raised in it.
    """
    today = london_date(now)
    first = ladder_counts.quarter_before(today)
    begins, ends = ladder_counts.quarter_of_key(ladder_counts.quarter_key(first))
    day = london_date(ends)
    while not is_working_day(day):
        day += timedelta(days=1)
    if now < london_at(day, NINE) or now > ends + LATEST:
        return False
    counts = [count for count in await ladder_counts.counted(begins, ends) if count.raised]
    if not counts:
        return False
    raised, units = sum(count.raised for count in counts), len(counts)
    unheard = sum(count.unacknowledged for count in counts)
    last = london_date(ends) - timedelta(days=1)
    found = await raise_escalation(
        cause=Cause.QUARTER,
        key=ladder_counts.quarter_key(first),
        unit=None,
        about=f"From {first:%B} to {last:%B %Y} we asked the ladder of {units} unit{'' if units == 1 else 's'} "
        f"{raised} time{'' if raised == 1 else 's'} to act on strategy meetings for missing children. "
        f"{unheard or 'None'} of these {'was' if unheard == 1 else 'were'} acknowledged by nobody.",
        wanted=_WANTED,
        now=now,
    )
    return found is not None
