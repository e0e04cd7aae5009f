"""Figures cut as somebody asks, every number leading to the meetings behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Template

from audit import reading
from directory.areas import place_names
from directory.tables import Unit
from meetings.seats import Capacity
from reports.asking import asked_for, choices, filled_in
from reports.counts import SeatCounts
from reports.exploring import AT_ONCE, By, Question, explore, police_units, seats_behind
from reports.measures import attendance_rate
from reports.rates import DoesNotReconcile
from web import forms
from web.guards import CLOSED, Needs
from web.pages import page
from web.roles import Act

CUTS: Final = {
    By.UNIT: "Police unit",
    By.MONTH: "Month",
    By.CAPACITIES: "Capacity",
    By.BOROUGH: "Responsible borough",
    By.RULE: "Rule",
    By.NOTICE: "Notice given",
    By.RETURN: "The child's return",
}
COUNTS: Final = {  # of a seat each is 0 or 1, so that a number is as many seats as its list has rows
    "expected": "Expected",
    "attended": "Attended",
    "deputy": "Deputy",
    "apologies": "Apologies",
    "no_show": "No-show",
    "report_only": "Report only",
    "not_recorded": "Not recorded",
    "not_reached": "Not reached",
    "short_notice": "Short notice",
    "invited": "Invited",
    "answered": "Answered",
    "accepted": "Accepted",
    "no_show_after_accepting": "No-show after accepting",
    "late_withdrawal": "Late withdrawal",
    "challenged": "Challenged",
    "corrected_late": "Corrected late",
}
OF_RATE: Final = {"came": "Attended, or sent a deputy", "recorded": "Expected, with an outcome"}
AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Shown:
    """One row of the table: its label, how the address names its value, and its counts."""

    label: str
    value: str
    counts: SeatCounts


@dataclass(frozen=True)
class Asked:
    """A question as the address put it, with the names that its answer is shown by."""

    question: Question
    units: Sequence[Unit]
    values: dict[str, str]

    def link(self, **more: str) -> str:
        """The address of the list of seats behind a number of this question."""
        return "/reports/explore/meetings?" + urlencode(self.values | more)


@get("/reports/explore", include_in_schema=False, needs=Needs(Act.READ_FIGURES, everywhere=True))
async def explore_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """Police seats of a period and type, of all units or one, in any capacity or one, cut by one thing."""
    form = forms.Form(request.query_params.multi_items())
    units = await police_units()
    try:
        asked = _asked(form, units, now)
    except forms.Mistakes as mistakes:
        return _draw(request, units, now, status=400, problems=mistakes.problems, values=form)
    try:
        found = await explore(asked.question)
    except DoesNotReconcile as difference:
        return _draw(request, units, now, status=500, difference=difference, values=asked.values)
    rows = await _rows(asked, found)
    total = sum(found.values(), SeatCounts())
    return _draw(request, units, now, asked=asked, rows=rows, total=Shown("All", "", total), values=asked.values)


@get("/reports/explore/meetings", include_in_schema=False, needs=Needs(Act.SEE, everywhere=True))
async def behind_page(request: AnyRequest, now: NamedDependency[datetime]) -> Template:
    """The meetings behind one number, newest first; that they were looked at is in the audit trail."""
    form = forms.Form(request.query_params.multi_items())
    units = await police_units()
    count = form.get("count", "expected")
    try:
        asked = _asked(form, units, now)
    except forms.Mistakes as mistakes:
        raise NotFoundException("These meetings are reached from a number of the exploring page.") from mistakes
    if count not in COUNTS | OF_RATE:
        raise NotFoundException("There is no such count.")
    value, number = form.get("value"), _page_number(form.get("page", "1"))
    seats, whole = await seats_behind(asked.question, count, _stored(asked, value), number)
    await _record(str(request.user.id), asked, count, value, now)
    more = {"count": count} | ({"value": value} if value is not None else {})
    return page(
        "reports/behind.html",
        request,
        asked=asked,
        count=(COUNTS | OF_RATE)[count],
        cut=CUTS[asked.question.by],
        label=await _label(asked, value) if value is not None else "",
        seats=seats,
        whole=whole,
        back="/reports/explore?" + urlencode(asked.values),
        earlier=asked.link(**more, page=str(number - 1)) if number > 1 else "",
        later=asked.link(**more, page=str(number + 1)) if number * AT_ONCE < whole else "",
    )


def _asked(form: forms.Form, units: Sequence[Unit], now: datetime) -> Asked:
    """The question of the form; every field it leaves open means all.

    :raises Mistakes: with a sentence for each field that cannot be taken.
    """
    problems = forms.Problems()
    by, unit = form.get("cut") or By.UNIT.value, form.get("unit", "")
    capacity = form.get("capacity", "")
    found = {one.code: one.id for one in units}
    if by not in [one.value for one in By]:
        problems.add("cut", "Choose by what to cut the figures from the list")
    if unit and unit not in found:
        problems.add("unit", "Choose a police unit from the list")
    if capacity and capacity not in list(Capacity):
        problems.add("capacity", "Choose a capacity from the list")
    try:
        period, kind = asked_for(form, now)
    except forms.Mistakes as mistakes:
        problems.update(mistakes.problems)
    if problems:
        raise forms.Mistakes(problems)
    values = filled_in(period, kind, now) | {"unit": unit, "capacity": capacity, "cut": by}
    return Asked(Question(period, kind.value, By(by), found.get(unit), capacity), units, values)


async def _rows(asked: Asked, found: dict[str, SeatCounts]) -> list[Shown]:
    """The rows in the order of their kind: units by code, months in time, all else by its name."""
    by = asked.question.by
    if by is By.UNIT:
        return [Shown(unit.name, unit.code, found[str(unit.id)]) for unit in asked.units if str(unit.id) in found]
    labels = {value: await _label(asked, value) for value in found}
    order = sorted(found, key=lambda value: value if by is By.MONTH else labels[value])
    return [Shown(labels[value], value, found[value]) for value in order]


async def _label(asked: Asked, value: str) -> str:
    """What people call a value of the cut."""
    by = asked.question.by
    if by is By.UNIT:
        return next((unit.name for unit in asked.units if unit.code == value), value)
    if by is By.MONTH:
        return f"{date.fromisoformat(f'{value}-01'):%B %Y}"
    if by is By.CAPACITIES:
        return " and ".join(reversed(value.split(", ")))
    if by is By.BOROUGH:
        return (await place_names()).get(value, value or "Not known")
    return "No rule" if (by, value) == (By.RULE, "none") else value[:1].upper() + value[1:]


def _stored(asked: Asked, value: str | None) -> str | None:
    """The value of the cut as the facts have it: a unit is named by its code in the address."""
    if asked.question.by is not By.UNIT or value is None:
        return value
    return next((str(unit.id) for unit in asked.units if unit.code == value), str(UUID(int=0)))


async def _record(by: str, asked: Asked, count: str, value: str | None, now: datetime) -> None:
    detail = {**asked.values, "count": count, **({"value": value} if value is not None else {})}
    await reading.opened(by, "the meetings behind a figure", f"figure:{count}", now=now, detail=detail)


def _page_number(text: str) -> int:
    return int(text) if text.isdecimal() and 1 <= int(text) <= 1_000_000 else 1


def _draw(request: AnyRequest, units: Sequence[Unit], now: datetime, *, status: int = 200, **shown: Any) -> Template:
    return page(
        "reports/explore.html",
        request,
        status=status,
        cuts=[(by.value, name) for by, name in CUTS.items()],
        units=[("", "All police units"), *((unit.code, unit.name) for unit in units)],
        capacities=[("", "Any capacity"), *((one.value, one.value.capitalize()) for one in Capacity)],
        counts=COUNTS,
        rate=attendance_rate,
        **choices(now),
        **shown,
    )


router = Router(path="/", route_handlers=[explore_page, behind_page], guards=CLOSED)
