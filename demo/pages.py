"""The mailroom, in the demonstration only: each message as its officer sees it, to be answered as that officer.

Also the demonstration's clock, which can be moved forward so that a meeting's time comes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance.listing import awaiting_register
from demo import asking, client, programs
from demo.clock import MovedClock
from demo.programs import Posted
from demo.tables import Delivered
from demo.teams_file import AskedSeat, teams_file
from directory.addresses import BadAddress, address
from meetings.tables import Invitation, InviteState, Meeting
from notifications.errors import Refused, TryLater
from notifications.smtp import Relay
from web import forms
from web.guards import CLOSED, Needs
from web.moments import NotUnderstood, london_date
from web.pages import page
from web.roles import Act
from web.viewer import Viewer

DONE = {
    "answered": "The answer left as calendar mail through the mail door. The meeting's page shows it within seconds.",
    "moved": "The demonstration's clock was moved forward.",
}
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
PER_PAGE = 50
CALLS = 5
_NO_WORDS = "Thank you. Sorry, we cannot attend."
AnyRequest = Request[Any, Any, Any]


@get("/mailroom", include_in_schema=False, needs=Needs(Act.RUN, everywhere=True))
async def mailroom(request: AnyRequest, now: NamedDependency[datetime], viewer: NamedDependency[Viewer]) -> Template:
    """The newest messages of every mailbox, or of one."""
    mailbox = request.query_params.get("to", "")
    chosen = Delivered.objects().order_by(Delivered.id, ascending=False).limit(PER_PAGE)
    messages = await (chosen.where(Delivered.recipient == mailbox) if mailbox else chosen)
    mailboxes = await Delivered.select(Delivered.recipient).distinct().order_by(Delivered.recipient)
    return page(
        "demo/mailroom.html",
        request,
        done=DONE,
        messages=[(m, client.show(m.content)) for m in messages],
        mailboxes=[("", "All mailboxes"), *((m["recipient"], m["recipient"]) for m in mailboxes)],
        calls=(await awaiting_register(now, viewer, size=CALLS)).rows,
        values=forms.Form([("to", mailbox)]),
    )


@get("/mailroom/teams/{reference:str}", include_in_schema=False, needs=Needs(Act.RUN, everywhere=True))
async def teams_report(reference: FromPath[str]) -> Response[bytes]:
    """The attendance report that Teams would offer for this meeting."""
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    if meeting is None:
        raise NotFoundException("There is no such meeting.")
    rows = (
        await Invitation.select(Invitation.cn, Invitation.address)
        .where((Invitation.meeting == meeting.id) & (Invitation.state == InviteState.ACTIVE))
        .order_by(Invitation.cn)
    )
    seats = [AskedSeat(row["cn"], row["address"]) for row in rows]
    return Response(
        teams_file(reference, seats, meeting.starts_at, meeting.ends_at),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{meeting.reference} - Attendance report.csv"'},
    )


@get("/mailroom/{message:int}", include_in_schema=False, needs=Needs(Act.RUN, everywhere=True))
async def one_message(request: AnyRequest, message: FromPath[int]) -> Template:
    """One message as its officer sees it, with the buttons of a calendar."""
    return await _draw(request, await _found(message))


def answering(door: tuple[str, int]) -> Any:
    """The handler that answers as an officer: by SMTP, through the mail door at `door`."""

    @post("/mailroom/{message:int}", include_in_schema=False, needs=Needs(Act.RUN, everywhere=True))
    async def answer(
        request: AnyRequest, message: FromPath[int], now: NamedDependency[datetime]
    ) -> Redirect | Template:
        """The officer's answer is a real iMIP message, on its way through the mail door."""
        delivered = await _found(message)
        form = await forms.read(request)
        try:
            posted = _posted(delivered, form, now)
        except _NotSent as wrong:
            return await _draw(request, delivered, {wrong.field: str(wrong)}, form)
        relay = Relay(*door)
        try:
            await relay.send(posted.raw, posted.envelope_from, posted.envelope_to)
        except (Refused, TryLater) as failed:
            return await _draw(request, delivered, {"": f"The mail door did not take the answer: {failed}"})
        finally:
            await relay.close()
        await Delivered.update({Delivered.answered: form["partstat"]}).where(Delivered.id == delivered.id)
        return Redirect(f"/mailroom?to={quote(delivered.recipient)}&done=answered", status_code=303)

    return answer


class _NotSent(Exception):
    """The form says nothing that could be sent; the message says what to fill in, `field` where."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def _posted(delivered: Delivered, form: forms.Form, now: datetime) -> Posted:
    """What the officer sends back.

    :raises _NotSent: when a field that it needs is not filled in.
    """
    shown, act = client.show(delivered.content), form.get("partstat", "")
    if not shown.answerable:
        raise _NotSent("partstat", "This message cannot be answered")
    answered_by = _address(form.get("answered_by", "") or delivered.recipient, "answered_by")
    asked = replace(programs.asked_by(delivered.content), attendee=answered_by)
    if act == "COUNTER":
        return asking.proposal(asked, _moment(form), note=form.get("note", ""), at=now)
    if act == "DELEGATED":
        return asking.deputy(asked, _address(form.get("deputy", ""), "deputy"), note=form.get("note", ""), at=now)
    if act == "WORDS":
        return asking.words(asked, form.get("note", "") or _NO_WORDS, shown.text, at=now)
    if act == "AWAY":
        return asking.away(asked, london_date(now + timedelta(days=7)), at=now)
    if act == "RETURNED":
        return asking.undeliverable(replace(asked, attendee=delivered.recipient), at=now)
    if act not in programs.ANSWERED:
        raise _NotSent("partstat", "Choose what is sent back")
    return programs.answer(asked, partstat=act, at=now)


def _address(text: str, field: str) -> str:
    try:
        return address(text)
    except BadAddress:
        raise _NotSent(field, "Enter one email address") from None


def _moment(form: forms.Form) -> datetime:
    try:
        proposed = forms.moment(form, "proposed")
    except NotUnderstood as wrong:
        raise _NotSent("proposed", str(wrong)) from None
    if proposed is None:
        raise _NotSent("proposed", "Enter when you could come")
    return proposed


def moving(clock: MovedClock) -> Any:
    """The handler that moves the demonstration's clock."""

    @post("/mailroom/clock", include_in_schema=False, needs=Needs(Act.RUN, everywhere=True))
    async def move(request: AnyRequest) -> Redirect:
        """The clock of the demonstration stands an hour or a day later, or where the form says."""
        form = await forms.read(request)
        by = STEPS.get(form.get("by", ""), timedelta(0))
        try:
            until = datetime.fromisoformat(form["until"]) if "until" in form else None
        except ValueError:
            until = None
        if until is not None and until.tzinfo is not None:
            by = min(until - clock(), timedelta(days=60))
        clock.move(by)
        return Redirect("/mailroom?done=moved", status_code=303)

    return move


async def _found(message: int) -> Delivered:
    delivered = await Delivered.objects().where(Delivered.id == message).first()
    if delivered is None:
        raise NotFoundException("There is no such message in the mailroom.")
    return delivered


async def _draw(
    request: AnyRequest,
    delivered: Delivered,
    problems: dict[str, str] | None = None,
    values: forms.Form | None = None,
) -> Template:
    shown = client.show(delivered.content)
    return page(
        "demo/message.html",
        request,
        status=400 if problems else 200,
        message=delivered,
        shown=shown,
        source=delivered.content.decode("utf-8", "replace"),
        problems=problems or {},
        values=values or forms.Form([("answered_by", delivered.recipient)]),
    )


def mailroom_router(door: tuple[str, int], clock: MovedClock) -> Router:
    """The mailroom's pages, answering through the SMTP door at `door` and moving `clock`."""
    return Router(
        path="/",
        guards=CLOSED,
        route_handlers=[mailroom, teams_report, one_message, answering(door), moving(clock)],
    )
