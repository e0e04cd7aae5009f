"""The forms of a series, as a coordinator fills them in, read into what its verbs take."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from meetings.errors import UnsuitableSeries
from meetings.occurrences import rule_of
from meetings.recurrence import DAYS, Recurring
from meetings.seats import Capacity
from meetings.series import Plan
from meetings.series_listing import units_by_code
from meetings.tables import Series
from web import forms
from web.moments import NotUnderstood, read_time

UNIT_ROWS = range(1, 7)


class Held(msgspec.Struct):
    """When and where a series is held; `starts` is a time on London's clocks."""

    weekdays: Annotated[list[int], forms.ask("Choose at least one day of the week")]
    starts: Annotated[str, forms.ask("Enter the time at which it starts, like 9:30am")]
    minutes: Annotated[int, forms.ask("Enter how many minutes each meeting lasts")]
    last_on: Annotated[date, forms.ask("Enter the last day")]
    every: Annotated[int, forms.ask("Enter a number of weeks")] = 1
    bank_holidays: bool = False
    place: str = ""
    link: str = ""

    def rule(self, first_on: date) -> Recurring:
        """:raises Mistakes: where the time of day cannot be read."""
        try:
            starts = read_time(self.starts)
        except NotUnderstood as unclear:
            raise forms.Mistakes(forms.Problems(starts=str(unclear))) from unclear
        weekdays = tuple(sorted(set(self.weekdays)))
        return Recurring(weekdays, self.every, first_on, self.last_on, starts, self.minutes, self.bank_holidays)


class NewSeries(Held, kw_only=True):
    """The form that sets a series up; its units are in rows beside it."""

    title: Annotated[str, forms.ask("Enter what the series is called", max_length=80)]
    type: Annotated[str, forms.ask("Choose a briefing or a panel")]
    first_on: Annotated[date, forms.ask("Enter the first day")]
    home: Annotated[str, forms.ask("Choose the police unit that convenes it")]
    quorum: list[str] = []


def weekday_choices() -> list[tuple[str, str]]:
    """The days of the week for checkboxes."""
    return [(str(number), name) for number, name in enumerate(DAYS)]


def held_as_shown(series: Series) -> forms.Form:
    """The present days, time and place of a series, to be changed."""
    rule = rule_of(series)
    return forms.shown(
        Held(
            weekdays=list(rule.weekdays),
            starts=f"{rule.starts:%H:%M}",
            minutes=rule.minutes,
            last_on=rule.last_on,
            every=rule.every,
            bank_holidays=rule.bank_holidays,
            place=series.place,
            link=series.link,
        )
    )


async def plan_of(form: forms.Form) -> Plan:
    """The series that the form describes.

    :raises Mistakes: with a problem for each field that cannot be taken.
    :raises UnsuitableSeries: where a row names a unit without a capacity, or the reverse.
    """
    new = forms.fill(NewSeries, form)
    return Plan(
        title=new.title,
        type=new.type,
        rule=new.rule(new.first_on),
        units=await _units(form, new.home),
        quorum=tuple(capacity for capacity in new.quorum if capacity in set(Capacity)),
        place=new.place,
        link=new.link,
    )


async def _units(form: forms.Form, home: str) -> list[tuple[UUID, list[str]]]:
    """Each unit of the form's rows with its capacities; one named in two rows holds one seat with both."""
    asked: dict[str, list[str]] = {home: [Capacity.HOME]}
    for row in UNIT_ROWS:
        unit, capacity = form.get(f"unit-{row}", ""), form.get(f"capacity-{row}", "")
        if unit and capacity not in set(Capacity):
            raise UnsuitableSeries(f"capacity-{row}", "Choose in which capacity the unit is asked.")
        if capacity and not unit:
            raise UnsuitableSeries(f"unit-{row}", "Choose the unit that is asked in this capacity.")
        if unit and capacity not in asked.setdefault(unit, []):
            asked[unit].append(capacity)
    known = await units_by_code(list(asked))
    unknown = next((code for code in asked if code not in known), None)
    if unknown is not None:
        raise UnsuitableSeries("home" if unknown == home else "unit-1", "Choose units of the directory.")
    return [(known[code], capacities) for code, capacities in asked.items()]
