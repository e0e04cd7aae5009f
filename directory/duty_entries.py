"""What people fill in of duty hours, and beside which field a refusal is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec

from directory.calendar_address import BadCalendarAddress
from directory.duty import Pattern, Shift
from directory.errors import BadPromise, NoShift, WrongDates
from directory.wording import NotPlain
from web.forms import Mistakes, Problems, ask, fill
from web.moments import NotUnderstood, read_time

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RUNS: Final = tuple(f"run{number}" for number in range(1, 7))
LONGEST_RUN: Final = 14  # days
_FIELDS: Final[dict[type[Exception], str]] = {
    WrongDates: "last_on",
    NoShift: WEEK[0],
    BadPromise: "amount",
    BadCalendarAddress: "address",
}
_WORDING: Final = {"The team's name": "name", "The reason": "reason"}
_HALF = "Enter both times, or leave both empty"


class Team(msgspec.Struct):
    """Whose hours they are, and from when until when they hold."""

    name: Annotated[str, ask("Enter what the team is called", max_length=60)]
    valid_from: Annotated[date, ask("Enter the first day")]
    last_on: date | None = None
    bank_holidays: bool = False


class FirstRun(msgspec.Struct):
    anchor: Annotated[date, ask("Enter a day on which the first run begins")]


class HoursEnd(msgspec.Struct):
    last_on: Annotated[date, ask("Enter the last day on which they are worked")]


class NewDaysOff(msgspec.Struct):
    reason: Annotated[str, ask("Enter a short reason, such as training day", max_length=60)]
    first_on: Annotated[date, ask("Enter the first day off")]
    last_on: date | None = None


class NewPromise(msgspec.Struct):
    amount: Annotated[int, ask("Enter a number, or 0 for no promise", ge=0, le=80)]
    counted_in: Annotated[str, ask("Choose what it is counted in")]


class NewCalendar(msgspec.Struct):
    address: Annotated[str, ask("Enter the address of the calendar", max_length=1000)]


def weekly(form: Mapping[str, str]) -> tuple[Team, Pattern]:
    """A team and its hours on each day of the week.

    :raises Mistakes: with a problem for each field that cannot be taken.
    """
    problems = Problems()
    days = [_shift(form, day, problems) for day in WEEK]
    if not problems and not any(days):
        problems.add(WEEK[0], "Enter the hours of at least one day")
    team = _team(form, problems)
    monday = team.valid_from - timedelta(days=team.valid_from.weekday())
    return team, _pattern(team, monday, [(day,) if day else () for day in days])


def rotating(form: Mapping[str, str]) -> tuple[Team, Pattern]:
    """A team and its cycle: runs of days with the same hours, or off, from a day on which the first run begins.

    :raises Mistakes: as above.
    """
    problems = Problems()
    cycle: list[tuple[Shift, ...]] = []
    for run in RUNS:
        cycle += _days_of(form, run, problems)
    if not problems and not any(cycle):
        problems.add(RUNS[0], "Enter a run of days with hours")
    anchor = _first_day(form, problems)
    team = _team(form, problems)
    return team, _pattern(team, anchor or team.valid_from, cycle)


def problems_of(error: Exception) -> Problems:
    """The error's own sentence, at the field it belongs to."""
    if isinstance(error, Mistakes):
        return error.problems
    if isinstance(error, NotPlain):
        return Problems({_WORDING.get(error.what, ""): str(error)})
    return Problems({_FIELDS.get(type(error), ""): str(error)})


def _team(form: Mapping[str, str], problems: Problems) -> Team:
    """The team, where neither it nor anything before has a problem."""
    try:
        team = fill(Team, form)
    except Mistakes as more:
        for name, message in more.problems.items():
            problems.add(name, message)
        raise Mistakes(problems) from more
    if problems:
        raise Mistakes(problems)
    return team


def _pattern(team: Team, anchor: date, cycle: list[tuple[Shift, ...]]) -> Pattern:
    until = None if team.last_on is None else team.last_on + timedelta(days=1)
    return Pattern(tuple(cycle), anchor, team.valid_from, until, team.bank_holidays)


def _days_of(form: Mapping[str, str], run: str, problems: Problems) -> list[tuple[Shift, ...]]:
    """The days of one run; none where its number is left empty."""
    shift, days = _shift(form, run, problems), form.get(f"{run}-days", "")
    if not days and shift is None:
        return []
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= LONGEST_RUN):
        problems.add(run, f"Enter how many days, from 1 to {LONGEST_RUN}")
        return []
    return [(shift,) if shift else ()] * int(days)


def _first_day(form: Mapping[str, str], problems: Problems) -> date | None:
    try:
        return fill(FirstRun, form).anchor
    except Mistakes as missing:
        problems.add("anchor", missing.problems["anchor"])
        return None


def _shift(form: Mapping[str, str], name: str, problems: Problems) -> Shift | None:
    """The hours in the fields name-from and name-to; None where both are empty."""
    texts = form.get(f"{name}-from", ""), form.get(f"{name}-to", "")
    if not any(texts):
        return None
    if not all(texts):
        problems.add(name, _HALF)
        return None
    try:
        return Shift(*map(read_time, texts))
    except NotUnderstood as error:
        problems.add(name, str(error))
        return None
