"""How instants are shown to people: in London's time, in the words of the government style guide."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from web.moments import LONDON


def london(moment: datetime) -> str:
    """`Friday 20 November 2026 at 10am`."""
    there = moment.astimezone(LONDON)
    return f"{there:%A} {day(moment)} at {time_of_day(moment)}"


def london_short(moment: datetime, now: datetime) -> str:
    """`20 Nov, 10am`, or `5 Dec 2025, 10am` where that is not the year of `now` in London: for tables."""
    there = moment.astimezone(LONDON)
    year = "" if there.year == now.astimezone(LONDON).year else f" {there.year}"
    return f"{there.day} {there:%b}{year}, {time_of_day(moment)}"


def until(deadline: datetime) -> str:
    """As `london`; a deadline at midnight is `the end of Thursday 19 November 2026`, which names one day only."""
    last = _day_that_ends(deadline)
    return f"the end of {last:%A} {day(last)}" if last else london(deadline)


def until_short(deadline: datetime, now: datetime) -> str:
    """As `london_short`; a deadline at midnight is `end of 19 Nov`."""
    last = _day_that_ends(deadline)
    return f"end of {london_short(last, now).rpartition(',')[0]}" if last else london_short(deadline, now)


def _day_that_ends(deadline: datetime) -> datetime | None:
    """An instant of the day that ends at this deadline; None where it is not midnight in London."""
    there = deadline.astimezone(LONDON)
    return there - timedelta(hours=12) if (there.hour, there.minute) == (0, 0) else None


def day(moment: datetime | date) -> str:
    """`20 November 2026`."""
    there = moment.astimezone(LONDON) if isinstance(moment, datetime) else moment
    return f"{there.day} {there:%B %Y}"


def time_of_day(moment: datetime) -> str:
    """`10am`, `2:30pm`, `midday`, `midnight`; in the hour that happens twice, `1:30am BST` or `1:30am GMT`."""
    there = moment.astimezone(LONDON)
    if (there.hour, there.minute) in ((0, 0), (12, 0)):
        return "midday" if there.hour else "midnight"
    minutes = f":{there:%M}" if there.minute else ""
    shown = f"{there.hour % 12 or 12}{minutes}{'am' if there.hour < 12 else 'pm'}"
    twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return f"{shown} {there.tzname()}" if twice else shown


def clock(due: datetime, now: datetime) -> str:
    """How long is left: `4 hours left`, `2 days overdue`; hours up to two days, never rounded up."""
    away = abs(due - now)
    if away < timedelta(minutes=1):
        return "due now"
    if away < timedelta(hours=1):
        amount, unit = int(away / timedelta(minutes=1)), "minute"
    elif away < timedelta(days=2):
        amount, unit = int(away / timedelta(hours=1)), "hour"
    else:
        amount, unit = away.days, "day"
    return f"{amount} {unit}{'' if amount == 1 else 's'} {'left' if due > now else 'overdue'}"


def clock_colour(due: datetime, now: datetime) -> str:
    """Red once overdue, orange in the last four hours, blue before; the words say the same."""
    if due <= now:
        return "red"
    return "orange" if due - now < timedelta(hours=4) else "blue"
