"""A letter that came back, and inviting a unit at another address: what happened, whom to telephone, what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance import bounces
from attendance.bounces import Returned
from attendance.errors import AttendanceError
from attendance.next_contact import Next, invite_next, next_of
from attendance.subjects import INVITATION, MAIL
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from notifications.tables import InboundMail
from web import forms
from web.guards import Needs
from web.pages import page
from web.reading import View
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
_CHOOSE = {"decision": "Choose what becomes of the seat"}


@get("/post/{mail:int}/returned", include_in_schema=False, needs=Needs(Act.RUN, MAIL), opens=View("a message"))
async def returned_page(
    request: AnyRequest,
    mail: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template:
    """What the mail server says in plain words, the unit's telephone, and its next contact."""
    row, returned = await _returned(mail, letterhead, now)
    return _page(request, row, returned)


@post("/post/{mail:int}/returned", include_in_schema=False, needs=Needs(Act.RUN, MAIL))
async def returned_step(
    request: AnyRequest,
    mail: FromPath[int],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """A person has confirmed that our letters came back, and perhaps somebody else is invited."""
    form = await forms.read(request)
    by = str(request.user.id)
    decision, contact = form.get("decision", ""), forms.chosen_id(form.get("decision", ""))
    try:
        if contact is not None:
            done = await bounces.confirm_and_invite(mail, contact, letterhead=letterhead, by=by, now=now)
            return Redirect(f"/post?done={'next-invited' if done else 'not-waiting'}", status_code=303)
        if decision == "not-reached":
            done = await bounces.confirm(mail, letterhead=letterhead, by=by, now=now)
            return Redirect(f"/post?done={'not-reached' if done else 'not-waiting'}", status_code=303)
        problems = _CHOOSE
    except (AttendanceError, MeetingError) as refused:
        problems = {"decision": str(refused)}
    row, returned = await _returned(mail, letterhead, now)
    return _page(request, row, returned, form, problems)


@get(
    "/invitations/{invitation:uuid}/next-contact",
    include_in_schema=False,
    needs=Needs(Act.RUN, INVITATION),
    opens=View("an invitation"),
)
async def next_contact_page(
    request: AnyRequest, invitation: FromPath[UUID], now: NamedDependency[datetime]
) -> Template:
    """The unit's other contacts, one of whom could hold the seat's invitation."""
    dates = "every" if request.query_params.get("dates") == "every" else "one"
    return _next(request, await _invitation(invitation, now), {"dates": dates})


@post("/invitations/{invitation:uuid}/next-contact", include_in_schema=False, needs=Needs(Act.RUN, INVITATION))
async def next_contact_step(
    request: AnyRequest,
    invitation: FromPath[UUID],
    now: NamedDependency[datetime],
    letterhead: NamedDependency[Letterhead],
) -> Template | Redirect:
    """Another contact of the unit is invited, and the address invited before gets a cancellation."""
    form = await forms.read(request)
    seat = await _invitation(invitation, now)
    contact = forms.chosen_id(form.get("decision", ""))
    problems = {"decision": "Choose who is invited"}
    if contact is not None:
        try:
            every = form.get("dates") == "every"
            by = str(request.user.id)
            await invite_next(invitation, contact, every_date=every, by=by, now=now, letterhead=letterhead)
            return Redirect(f"/meetings/{seat.meeting.reference}?done=next-invited", status_code=303)
        except (AttendanceError, MeetingError) as refused:
            problems = {"decision": str(refused)}
    return _next(request, seat, form, problems)


async def _returned(mail: int, letterhead: Letterhead, now: datetime) -> tuple[InboundMail, Returned]:
    row = await InboundMail.objects().where(InboundMail.id == mail).first() if 0 < mail < 2**63 else None
    returned = await bounces.returned(row, letterhead=letterhead, now=now) if row is not None else None
    if row is None or returned is None:
        raise NotFoundException("This message says of no seat that our letters came back. Look at the post.")
    return row, returned


async def _invitation(invitation: UUID, now: datetime) -> Next:
    found = await next_of(invitation, now=now)
    if found is None:
        raise NotFoundException("There is no such invitation.")
    return found


def _page(
    request: AnyRequest,
    mail: InboundMail,
    returned: Returned,
    values: Any = None,
    problems: dict[str, str] | None = None,
) -> Template:
    return page(
        "attendance/returned.html",
        request,
        status=400 if problems else 200,
        mail=mail,
        returned=returned,
        seat=returned.seat,
        values=values or {},
        problems=problems or {},
    )


def _next(request: AnyRequest, seat: Next, values: Any = None, problems: dict[str, str] | None = None) -> Template:
    return page(
        "attendance/next_contact.html",
        request,
        status=400 if problems else 200,
        seat=seat,
        values=values or {},
        problems=problems or {},
    )


handlers = [returned_page, returned_step, next_contact_page, next_contact_step]
