"""The mailroom, in the demonstration only: each message as its officer sees it, to be answered as that officer.

Also the demonstration's clock, which can be moved forward so that a meeting's time comes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from demo import client, programs
from demo.clock import MovedClock
from demo.tables import Delivered
from directory.addresses import BadAddress, address
from notifications.errors import Refused, TryLater
from notifications.smtp import Relay
from web import forms
from web.guards import signed_in
from web.pages import page

DONE = {
    "answered": "The answer left as calendar mail through the mail door. The meeting's page shows it within seconds.",
    "moved": "The demonstration's clock was moved forward.",
}
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
PER_PAGE = 50
AnyRequest = Request[Any, Any, Any]


@get("/mailroom", include_in_schema=False)
async def mailroom(request: AnyRequest) -> Template:
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
        values=forms.Form([("to", mailbox)]),
    )


@get("/mailroom/{message:int}", include_in_schema=False)
async def one_message(request: AnyRequest, message: FromPath[int]) -> Template:
    """One message as its officer sees it, with the buttons of a calendar."""
    return await _draw(request, await _found(message))


def answering(door: tuple[str, int]) -> Any:
    """The handler that answers as an officer: by SMTP, through the mail door at `door`."""

    @post("/mailroom/{message:int}", include_in_schema=False)
    async def answer(
        request: AnyRequest, message: FromPath[int], now: NamedDependency[datetime]
    ) -> Redirect | Template:
        """The officer's answer is a real iMIP message, on its way through the mail door."""
        delivered = await _found(message)
        form = await forms.read(request)
        partstat, answered_by = form.get("partstat", ""), form.get("answered_by", "") or delivered.recipient
        if partstat not in programs.ANSWERED or not client.show(delivered.content).answerable:
            return await _draw(request, delivered, {"partstat": "Choose accept, tentative or decline"})
        try:
            asked = replace(programs.asked_by(delivered.content), attendee=address(answered_by))
        except BadAddress:
            return await _draw(request, delivered, {"answered_by": "Enter one email address"})
        posted = programs.answer(asked, partstat=partstat, at=now)
        relay = Relay(*door)
        try:
            await relay.send(posted.raw, posted.envelope_from, posted.envelope_to)
        except (Refused, TryLater) as failed:
            return await _draw(request, delivered, {"": f"The mail door did not take the answer: {failed}"})
        finally:
            await relay.close()
        await Delivered.update({Delivered.answered: partstat}).where(Delivered.id == delivered.id)
        return Redirect(f"/mailroom?to={quote(delivered.recipient)}&done=answered", status_code=303)

    return answer


def moving(clock: MovedClock) -> Any:
    """The handler that moves the demonstration's clock."""

    @post("/mailroom/clock", include_in_schema=False)
    async def move(request: AnyRequest) -> Redirect:
        """The clock of the demonstration stands an hour or a day later, or where the form says."""
        form = await forms.read(request)
        by = STEPS.get(form.get("by", ""), timedelta(0))
        try:
            until = datetime.fromisoformat(form["until"]) if "until" in form else None
        except ValueError:
            until = None
        if until is not None and until.tzinfo is not None:
            by = min(until - datetime.now(UTC) - clock.ahead(), timedelta(days=60))
        clock.move(by)
        return Redirect("/mailroom?done=moved", status_code=303)

    return move


async def _found(message: int) -> Delivered:
    delivered = await Delivered.objects().where(Delivered.id == message).first()
    if delivered is None:
        raise NotFoundException("There is no such message in the mailroom.")
    return delivered


async def _draw(request: AnyRequest, delivered: Delivered, problems: dict[str, str] | None = None) -> Template:
    shown = client.show(delivered.content)
    return page(
        "demo/message.html",
        request,
        status=400 if problems else 200,
        message=delivered,
        shown=shown,
        source=delivered.content.decode("utf-8", "replace"),
        problems=problems or {},
        values=forms.Form([("answered_by", delivered.recipient)]),
    )


def mailroom_router(door: tuple[str, int], clock: MovedClock) -> Router:
    """The mailroom's pages, answering through the SMTP door at `door` and moving `clock`."""
    return Router(
        path="/",
        guards=[signed_in],
        route_handlers=[mailroom, one_message, answering(door), moving(clock)],
    )
