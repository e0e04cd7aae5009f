"""Somebody has left: who follows, and, once it is done, what was handed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import leaving
from attendance.errors import AttendanceError
from attendance.leaving_tables import Departure, DepartureSeat
from attendance.timeline import ANSWERS as WORDS
from directory import capacities, contacts, units
from directory.addresses import BadAddress
from directory.entries import problems_of
from directory.errors import DirectoryError, NoSuchContact, NoSuchUnit
from directory.subjects import UNIT
from directory.tables import Contact, Unit
from directory.wording import NotPlain
from meetings import seeing
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.tables import Meeting, Series
from web import forms
from web.guards import Needs, viewer_of
from web.moments import london_date
from web.pages import page
from web.roles import Act
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
SOMEBODY_NEW = "new"
DONE = {
    "left": "The contact has ended, and the successor is being invited. Nothing that was accepted stands for them."
}


@dataclass(frozen=True)
class HandedOver:
    """One line of what was handed over: the meeting or series, what the leaver had answered, or why it stays.

    Of what the viewer may not see only whether it passed is told.
    """

    reference: str
    seen: bool
    starts_at: datetime | None
    answered: str
    invitation: UUID | None
    why_not: str


@get(
    "/directory/{unit_code:str}/contacts/{contact_id:uuid}/left",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def left_page(
    request: AnyRequest, unit_code: FromPath[str], contact_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Template:
    """What the contact holds and who could follow; or, once they have left, what was handed over."""
    unit, contact = await _found(unit_code, contact_id)
    departure = await Departure.objects().where(Departure.contact == contact_id).first()
    if departure is None:
        return await _form(request, unit, contact, now)
    lines = await _lines(departure.id, viewer_of(request))
    return page(
        "attendance/handed_over.html",
        request,
        done=DONE,
        unit=unit,
        contact=contact,
        departure=departure,
        lines=[line for line in lines if line.seen],
        others=[line for line in lines if not line.seen],
        also=await capacities.capacities(contact, london_date(now)),
        words=WORDS,
    )


@post(
    "/directory/{unit_code:str}/contacts/{contact_id:uuid}/left",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, UNIT),
)
async def left_step(
    request: AnyRequest,
    unit_code: FromPath[str],
    contact_id: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """The contact has left, and the successor holds what they held."""
    unit, contact = await _found(unit_code, contact_id)
    form = await forms.read(request)
    try:
        to = _chosen(form)
        await leaving.leave(contact_id, to, by=str(request.user.id), now=now, letterhead=letterhead)
    except (DirectoryError, BadAddress, NotPlain) as error:
        return await _form(request, unit, contact, now, form, problems_of(error))
    except MeetingError as refused:
        return await _form(request, unit, contact, now, form, {"email": str(refused)})
    except AttendanceError as refused:
        return await _form(request, unit, contact, now, form, {refused.field: str(refused)})
    return Redirect(f"/directory/{unit.code}/contacts/{contact_id}/left?done=left", status_code=303)


def _chosen(form: forms.Form) -> UUID | leaving.Newcomer:
    """The contact that was chosen, or who is new; an id of nobody where nothing was."""
    chosen = form.get("successor", "")
    if chosen == SOMEBODY_NEW:
        return leaving.Newcomer(form.get("role", ""), form.get("email", ""), form.get("phone", ""))
    return forms.chosen_id(chosen) or UUID(int=0)


async def _lines(departure: UUID, viewer: Viewer) -> list[HandedOver]:
    rows: list[dict[str, Any]] = await (
        DepartureSeat.select(
            DepartureSeat.meeting,
            DepartureSeat.series,
            DepartureSeat.answered,
            DepartureSeat.invitation,
            DepartureSeat.why_not,
            DepartureSeat.meeting.reference.as_alias("meeting_reference"),
            DepartureSeat.meeting.starts_at.as_alias("starts_at"),
            DepartureSeat.series.reference.as_alias("series_reference"),
        )
        .where(DepartureSeat.departure == departure)
        .order_by(DepartureSeat.id)
    )
    seen = await _seen([row["meeting"] for row in rows], [row["series"] for row in rows], viewer)
    return [
        HandedOver(
            reference=row["series_reference"] or row["meeting_reference"] or "",
            seen=(row["series"] or row["meeting"]) in seen,
            starts_at=row["starts_at"],
            answered=row["answered"],
            invitation=row["invitation"],
            why_not=row["why_not"],
        )
        for row in rows
    ]


async def _seen(meetings: Iterable[UUID | None], series: Iterable[UUID | None], viewer: Viewer) -> set[UUID]:
    """Which of these meetings and series the viewer may see: whoever keeps a unit's entry may learn how many."""
    single, whole = [one for one in meetings if one], [one for one in series if one]
    rows: list[dict[str, Any]] = []
    if single:
        mine = seeing.where(seeing.meetings(viewer))
        rows += await Meeting.select(Meeting.id).where(Meeting.id.is_in(single) & mine)
    if whole:
        mine = seeing.where(seeing.series(viewer))
        rows += await Series.select(Series.id).where(Series.id.is_in(whole) & mine)
    return {row["id"] for row in rows}


async def _found(unit_code: str, contact_id: UUID) -> tuple[Unit, Contact]:
    try:
        unit = await units.unit_of_code(unit_code)
        return unit, await contacts.contact_of(unit.id, contact_id)
    except (NoSuchUnit, NoSuchContact) as missing:
        raise NotFoundException from missing


async def _form(
    request: AnyRequest,
    unit: Unit,
    contact: Contact,
    now: datetime,
    values: forms.Form | None = None,
    problems: dict[str, str] | None = None,
) -> Template:
    others = await leaving.successors(contact, now=now)
    held = await leaving.held_by(contact, now=now)
    seen = await _seen((i.meeting.id for i in held.meetings), (i.series.id for i in held.series), viewer_of(request))
    return page(
        "attendance/left.html",
        request,
        status=400 if problems else 200,
        unit=unit,
        contact=contact,
        held=held,
        meetings=[one.meeting for one in held.meetings if one.meeting.id in seen],
        series=[one.series for one in held.series if one.series.id in seen],
        hidden=len(held.meetings) + len(held.series) - len(seen),
        also=await capacities.capacities(contact, london_date(now)),
        choices=[
            *(
                (
                    str(one.id),
                    one.role[:1].upper() + one.role[1:],
                    one.email + (f", {one.phone}" if one.phone else ""),
                )
                for one in others
            ),
            (SOMEBODY_NEW, "Somebody new", "They become a contact of the unit, in the leaver's place."),
        ],
        values=values or forms.Form([("successor", "" if others else SOMEBODY_NEW), ("role", contact.role)]),
        problems=problems or {},
    )


handlers = [left_page, left_step]
