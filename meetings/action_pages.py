"""The actions of a meeting for its coordinators, and the page on which an owner says how one ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory.units import unit_names
from meetings import actions
from meetings.action_rules import ENDS, KINDS, LONGEST_TITLE, is_overdue
from meetings.action_tables import Action
from meetings.actions import NewAction
from meetings.errors import MeetingError, NoSuchAction
from meetings.letters import Letterhead
from meetings.meeting_pages import meeting_of
from meetings.subjects import MEETING
from meetings.tables import Seat
from web import forms
from web.guards import Needs
from web.pages import link_gone, page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
OTHER = "other"
DONE = {
    "given": "The action is given, and its owner is being told where there is an address.",
    "ended": "It is recorded how the action ended.",
    "open": "The action is open again, and its owner is being told.",
}
HINTS = {"done": "", "overtaken by events": "It need not be done any more.", "not done": "It will not be done."}
CHOICES = [(end.value, end.value.capitalize(), HINTS[end.value]) for end in ENDS]


class Given(msgspec.Struct):
    """The form that gives an action: to a unit at the meeting, or to an address with a role."""

    kind: Annotated[str, forms.ask("Choose what kind of action it is")]
    title: Annotated[str, forms.ask("Say what is to be done", max_length=LONGEST_TITLE)]
    owner: Annotated[str, forms.ask("Choose whose action it is")]
    due: Annotated[date, forms.ask("Enter the day by which it is to be done")]
    role: str = ""
    address: str = ""


class OpenAgain(msgspec.Struct):
    due: Annotated[date, forms.ask("Enter the day by which it is to be done")]


@get(
    "/meetings/{reference:str}/actions",
    include_in_schema=False,
    needs=Needs(Act.SEE, MEETING),
    opens=View("the actions"),
)
async def actions_page(request: AnyRequest, reference: FromPath[str], now: NamedDependency[datetime]) -> Template:
    """The meeting's actions, and a form for another."""
    return await _draw(request, reference, now, forms.Form(), {})


@post("/meetings/{reference:str}/actions", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def actions_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The action is given, and its owner is being told."""
    form = await forms.read(request)
    try:
        new = _new(forms.fill(Given, form))
        await actions.add(reference, new, by=str(request.user.id), now=now, letterhead=letterhead)
    except forms.Mistakes as mistakes:
        return await _draw(request, reference, now, form, mistakes.problems)
    except MeetingError as refused:
        return await _draw(request, reference, now, form, {refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}/actions?done=given", status_code=303)


@get(
    "/meetings/{reference:str}/actions/{action:uuid}",
    include_in_schema=False,
    needs=Needs(Act.SEE, MEETING),
    opens=View("an action"),
)
async def action_page(
    request: AnyRequest, reference: FromPath[str], action: FromPath[UUID], now: NamedDependency[datetime]
) -> Template:
    """One action: how it ended, or that it is open again."""
    return await _draw_one(request, reference, action, now, forms.Form(), {})


@post("/meetings/{reference:str}/actions/{action:uuid}", include_in_schema=False, needs=Needs(Act.RUN, MEETING))
async def action_step(
    request: AnyRequest,
    reference: FromPath[str],
    action: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The action has ended, or is open again, as the pressed button says."""
    form, by = await forms.read(request), str(request.user.id)
    try:
        if form.get("act") == "open":
            due = forms.fill(OpenAgain, form).due
            await actions.open_again(action, due, of=reference, by=by, now=now, letterhead=letterhead)
            return Redirect(f"/meetings/{reference}/actions?done=open", status_code=303)
        await actions.end(action, form.get("state", ""), of=reference, note=form.get("note", ""), by=by, now=now)
    except forms.Mistakes as mistakes:
        return await _draw_one(request, reference, action, now, form, mistakes.problems)
    except MeetingError as refused:
        return await _draw_one(request, reference, action, now, form, {refused.field: str(refused)})
    return Redirect(f"/meetings/{reference}/actions?done=ended", status_code=303)


@get("/actions/{link:str}", include_in_schema=False, opens=View("an action by its link", "action", "link"))
async def action_link_page(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template:
    """What is to be done, for its owner. Opening the page changes nothing: mail scanners open links as well."""
    return await _owners_page(request, await actions.of_link(link, letterhead, now), now, forms.Form(), {})


@post("/actions/{link:str}", include_in_schema=False)
async def action_link_step(
    request: AnyRequest, link: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """The owner said how the action ended."""
    form, action = await forms.read(request), await actions.of_link(link, letterhead, now)
    if action is None:
        return link_gone(request)
    try:
        await actions.end(
            action, form.get("state", ""), of=None, note=form.get("note", ""), by=actions.BY_LINK, now=now
        )
    except NoSuchAction:
        return link_gone(request)
    except MeetingError as refused:
        return await _owners_page(request, action, now, form, {refused.field: str(refused)})
    return Redirect(f"/actions/{link}?done=ended", status_code=303)


def _new(given: Given) -> NewAction:
    if given.owner == OTHER:
        return NewAction(given.kind, given.title, given.due, role=given.role, address=given.address)
    unit = forms.chosen_id(given.owner)
    if unit is None:
        raise forms.Mistakes(forms.Problems(owner="Choose whose action it is"))
    return NewAction(given.kind, given.title, given.due, unit=unit)


async def _draw(
    request: AnyRequest, reference: str, now: datetime, values: forms.Form, problems: dict[str, str]
) -> Template:
    meeting = await meeting_of(reference)
    seats = await Seat.select(Seat.unit).where((Seat.meeting == meeting.id) & Seat.removed_at.is_null())
    units = await unit_names([row["unit"] for row in seats])
    owners = [(str(unit), name) for unit, name in sorted(units.items(), key=lambda one: one[1])]
    return page(
        "meetings/actions.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        meeting=meeting,
        actions=[(one, is_overdue(one.due_on, now)) for one in await actions.of_meeting(meeting.id)],
        previous=await actions.previous_to(meeting, now),
        kinds=[("", "Choose one"), *forms.options(KINDS)],
        owners=[("", "Choose one"), *owners, (OTHER, "Somebody else: role and address below")],
        values=values,
        problems=problems,
    )


async def _draw_one(
    request: AnyRequest,
    reference: str,
    action_id: UUID,
    now: datetime,
    values: forms.Form,
    problems: dict[str, str],
) -> Template:
    try:
        action, meeting = await actions.action_and_meeting(action_id)
    except NoSuchAction as unknown:
        raise NotFoundException(str(unknown)) from unknown
    if meeting.reference != reference:
        raise NotFoundException(str(NoSuchAction()))
    return page(
        "meetings/action.html",
        request,
        status=400 if problems else 200,
        meeting=meeting,
        **_shown(action, now, values, problems),
    )


async def _owners_page(
    request: AnyRequest, action_id: UUID | None, now: datetime, values: forms.Form, problems: dict[str, str]
) -> Template:
    if action_id is None:
        return link_gone(request)
    try:
        action, meeting = await actions.action_and_meeting(action_id)
    except NoSuchAction:
        return link_gone(request)
    return page(
        "meetings/action_link.html",
        request,
        status=400 if problems else 200,
        done=DONE,
        reference=meeting.reference,
        **_shown(action, now, values, problems),
    )


def _shown(action: Action, now: datetime, values: forms.Form, problems: dict[str, str]) -> dict[str, Any]:
    overdue = is_overdue(action.due_on, now)
    return {"action": action, "overdue": overdue, "choices": CHOICES, "values": values, "problems": problems}


handlers = [actions_page, actions_step, action_page, action_step]
link_router = Router(path="/", route_handlers=[action_link_page, action_link_step])
