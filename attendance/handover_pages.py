"""Moves that wait to be acknowledged: told, set aside, or recorded by telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import child_log
from attendance import handovers as with_ladder
from directory.tables import POLICE, Unit
from meetings import handovers
from meetings.errors import MeetingError
from meetings.handover_tables import HandoverState
from meetings.letters import Letterhead
from meetings.subjects import HANDOVER
from web import forms
from web.guards import Needs, viewer_of
from web.pages import page
from web.reading import View
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
DONE = {
    "told": "The unit is being told, and asked to acknowledge.",
    "not-told": "The unit is on record. The directory has no mail address of it: telephone it.",
    "acknowledged": "Recorded: the receiving unit knows of the move.",
    "already": "Nothing was changed: somebody had acknowledged it before.",
}


@get("/handovers", include_in_schema=False, needs=Needs(Act.SEE_PLACES), opens=View("the list of moves"))
async def handovers_page(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
    """The moves that nobody has acknowledged, and the latest that somebody has."""
    return page(
        "attendance/handovers.html",
        request,
        done=DONE,
        waiting=await handovers.waiting(viewer),
        acknowledged=await handovers.acknowledged(viewer),
    )


@get(
    "/handovers/{reference:str}", include_in_schema=False, needs=Needs(Act.SEE_PLACES, HANDOVER), opens=View("a move")
)
async def handover_page(request: AnyRequest, reference: FromPath[str]) -> Template:
    """One move: who was told, and the forms for what a person knows."""
    return await _draw(request, reference)


@post("/handovers/{reference:str}", include_in_schema=False, needs=Needs(Act.RUN, HANDOVER))
async def handover_step(
    request: AnyRequest,
    reference: FromPath[str],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """A unit is told, or who acknowledged by telephone is on record."""
    form, by = await forms.read(request), str(request.user.id)
    try:
        if form.get("act") == "tell":
            told = await _tell(reference, form, by, now, letterhead)
            return Redirect(f"/handovers?done={'told' if told else 'not-told'}", status_code=303)
        row = await handovers.found(reference)
        new = await with_ladder.acknowledge(row.id, form.get("who", ""), via="telephone", by=by, now=now)
    except MeetingError as refused:
        return await _draw(request, reference, form, {refused.field: str(refused)})
    return Redirect(f"/handovers?done={'acknowledged' if new else 'already'}", status_code=303)


async def _tell(reference: str, form: forms.Form, by: str, now: datetime, letterhead: Letterhead) -> bool:
    unit = await Unit.select(Unit.id).where(Unit.code == form.get("unit", "")).first()
    chosen = unit["id"] if unit else UUID(int=0)
    return await handovers.tell_unit(reference, chosen, by=by, now=now, letterhead=letterhead)


async def _draw(
    request: AnyRequest, reference: str, values: forms.Form | None = None, problems: dict[str, str] | None = None
) -> Template:
    try:
        row = await handovers.found(reference)
    except MeetingError as unknown:
        raise NotFoundException(str(unknown)) from unknown
    (one,) = await handovers.listed([row])
    police = (
        await Unit.select(Unit.code, Unit.name)
        .where(Unit.kind.is_in([kind.value for kind in POLICE]))
        .order_by(Unit.name)
    )
    return page(
        "attendance/handover.html",
        request,
        status=400 if problems else 200,
        one=one,
        row=row,
        logged=one.child_id if await child_log.may_read(one.child_id, viewer_of(request)) else None,
        open=row.state in handovers.OPEN,
        aside=row.state == HandoverState.SET_ASIDE,
        units=[("", "Choose a police unit"), *((unit["code"], unit["name"]) for unit in police)],
        longest=handovers.LONGEST_WHO,
        values=values or forms.Form(),
        problems=problems or {},
    )


handlers = [handovers_page, handover_page, handover_step]
