"""Calendars to subscribe to: read at a secret address by any calendar, made and revoked by people signed in."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from attendance.calendars import TellsOfAChild, calendar_of
from directory.units import all_units
from meetings import feeds
from meetings.errors import NoSuchFeed, UnsuitableFeed
from meetings.feed_tables import FeedKind
from meetings.letterhead import Letterhead
from meetings.subjects import FEED
from meetings.tables import MeetingType
from web import forms
from web.acting import Acting, Way, turn
from web.appointing import viewer_of
from web.guards import CLOSED, Needs
from web.pages import page, utc_now
from web.roles import Act
from web.signin import titles_of

log = structlog.get_logger()
AnyRequest = Request[Any, Any, Any]
DONE = {
    "made": "The calendar is made. Its address is below.",
    "revoked": "Revoked. The address leads nowhere now; calendars that subscribed show nothing new from it.",
}


@get("/feeds/{name:str}", include_in_schema=False)
async def feed_file(
    request: AnyRequest, name: FromPath[str], now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Response[bytes]:
    """The calendar itself, to whoever knows its address; 304 where the reader has it already (RFC 9110 13.1.2)."""
    token, dot, ending = name.partition(".")
    feed = await feeds.opened(token, now=now) if (dot, ending) == (".", "ics") else None
    if feed is None:  # the same whether it was revoked or never was, so that guessing teaches nothing
        return Response(b"There is no calendar at this address.\n", status_code=404, media_type="text/plain")
    made_by = UUID(feed.made_by)
    try:
        with turn(Acting(Way.PERSON, person=made_by)):
            # an emergency of the maker's is no reason to tell whoever holds the address
            maker = replace(await viewer_of(made_by, now=utc_now()), opened=())
            calendar = await calendar_of(feed, letterhead=letterhead, now=now, viewer=maker)
    except TellsOfAChild as why:  # calendars keep what they have, and ask again later
        log.error("feed held", feed=str(feed.id), found=str(why))
        return Response(
            b"This calendar is held for now. Sign in to Convene.\n", status_code=503, media_type="text/plain"
        )
    tag = f'"{hashlib.sha256(calendar).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(b"", status_code=304, headers={"etag": tag})
    named = {"etag": tag, "content-disposition": 'inline; filename="convene.ics"'}
    return Response(calendar, media_type="text/calendar", headers=named)


@get("/feeds", include_in_schema=False, needs=Needs(Act.SEE))
async def feeds_page(request: AnyRequest, letterhead: NamedDependency[Letterhead]) -> Template:
    """One's own calendars with their addresses, others' by name only, and a new one to make."""
    return await _page(request, letterhead)


@post("/feeds", include_in_schema=False, needs=Needs(Act.SEE))
async def feeds_step(
    request: AnyRequest, now: NamedDependency[datetime], letterhead: NamedDependency[Letterhead]
) -> Template | Redirect:
    """There is a calendar of the meetings chosen."""
    form = await forms.read(request)
    kind, _, subject = form.get("whose", "").partition(":")
    try:
        await feeds.make(kind, subject, by=request.user.id, now=now, letterhead=letterhead)
    except UnsuitableFeed as refused:
        return await _page(request, letterhead, status=400, values=form, problems={refused.field: str(refused)})
    return Redirect("/feeds?done=made", status_code=303)


@post("/feeds/{feed:uuid}/revocation", include_in_schema=False, needs=Needs(Act.SEE, FEED))
async def revocation_step(request: AnyRequest, feed: FromPath[UUID], now: NamedDependency[datetime]) -> Redirect:
    """The calendar's address leads nowhere any more."""
    try:
        await feeds.revoke(feed, by=request.user.id, now=now)
    except NoSuchFeed as unknown:
        raise NotFoundException(str(unknown)) from unknown
    return Redirect("/feeds?done=revoked", status_code=303)


async def _page(request: AnyRequest, letterhead: Letterhead, *, status: int = 200, **shown: Any) -> Template:
    live = await feeds.live(request.state.viewer)
    names = await feeds.names_of(live)
    titles = await titles_of({feed.made_by for feed in live})
    mine = str(request.user.id)
    return page(
        "attendance/feeds.html",
        request,
        status=status,
        done=DONE,
        mine=[(feed, names[feed.id], letterhead.feed_link(feed.id)) for feed in live if feed.made_by == mine],
        others=[(feed, names[feed.id], titles.get(feed.made_by, "")) for feed in live if feed.made_by != mine],
        choices=await _choices(),
        **shown,
    )


async def _choices() -> list[tuple[str, str]]:
    types = [(f"{FeedKind.TYPE}:{value}", f"All of type: {text}") for value, text in forms.options(MeetingType)]
    units = [(f"{FeedKind.UNIT}:{unit.code}", f"{unit.name} ({unit.kind})") for unit in await all_units()]
    return [("", "Choose"), (f"{FeedKind.COORDINATOR}:", "Meetings I set up"), *types, *units]


router = Router(
    path="/",
    route_handlers=[
        feed_file,
        Router(path="/", guards=CLOSED, route_handlers=[feeds_page, feeds_step, revocation_step]),
    ],
)
