"""The form that asks for a report: a period, or other days, and a type of meeting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from meetings.tables import MeetingType
from reports import periods
from reports.periods import BadPeriod, Period
from web import forms
from web.moments import NotUnderstood, london_date

OTHER_DAYS = "days"


def asked_for(form: forms.Form, now: datetime) -> tuple[Period, MeetingType]:
    """The period and type that the address names; this financial year and the main type where it names none.

    :raises Mistakes: with a sentence for each field that cannot be taken.
    """
    problems = forms.Problems()
    period = periods.financial_year_of(london_date(now))
    try:
        if form.get("period") == OTHER_DAYS:
            period = _other_days(form, problems) or period
        elif form.get("period"):
            period = periods.parse(form["period"])
    except BadPeriod as problem:
        problems.add("to" if form.get("period") == OTHER_DAYS else "period", str(problem))
    kind = form.get("type") or MeetingType.MISSING.value
    if kind not in [known.value for known in MeetingType]:
        problems.add("type", "Choose a type of meeting from the list")
    if problems:
        raise forms.Mistakes(problems)
    return period, MeetingType(kind)


def _other_days(form: forms.Form, problems: forms.Problems) -> Period | None:
    ends = {}
    for name, sentence in (("from", "Enter the first day"), ("to", "Enter the last day")):
        try:
            day = forms.day(form, name)
        except NotUnderstood as problem:
            problems.add(name, str(problem))
            continue
        if day is None:
            problems.add(name, sentence)
        else:
            ends[name] = day
    return periods.between(ends["from"], ends["to"]) if len(ends) == 2 else None


def choices(now: datetime) -> dict[str, Any]:
    """What the form offers."""
    usual = [
        (period.code, period.name[0].upper() + period.name[1:])
        for listed in periods.recent(london_date(now)).values()
        for period in listed
    ]
    return {
        "periods": [*usual, (OTHER_DAYS, "Other days")],
        "types": forms.options(MeetingType),
    }


def filled_in(period: Period, kind: MeetingType, now: datetime) -> dict[str, str]:
    """The form as it would have been filled in for this report."""
    values = {"period": period.code, "type": kind.value}
    if period.code not in [code for code, _ in choices(now)["periods"]]:
        values["period"] = OTHER_DAYS
        for name, day in (("from", period.first), ("to", period.last)):
            values |= {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
    return values
