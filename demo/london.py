"""The demonstration's London: a year of history up to this quarter of an hour, made once, by the product's own verbs.

The year is lived week by week, and each week is one transaction that ends with a note of how far it came. Whoever
is stopped in the middle finds the database at the end of a week, and goes on from there the next time.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from piccolo.query import Select

from attendance.chasing import LOOKED_BACK
from attendance.tables import Response
from audit import trail
from audit.tables import Entry
from demo.aftermath import follow_meetings_up
from demo.agenda import Agenda
from demo.agreements import agree_on_rules
from demo.city import LAST_DAYS, City, imagine
from demo.contacts import NEIGHBOURS, load_contacts
from demo.desk import Desk, Span
from demo.exchange import Exchange
from demo.hours import tell_hours
from demo.ladders import climb_in, load_ladders
from demo.progress import Share, bar
from demo.published import publish_a_quarter
from demo.standing import hold_series
from demo.tables import Delivered
from demo.two_forces import dispute_a_lead
from demo.year import Year
from directory.tables import Place
from meetings.letters import Letterhead
from meetings.tables import Meeting
from notifications.tables import OutboundMail, OutState
from reports import posting

YEAR, WEEK = timedelta(days=366), timedelta(days=7)
REMINDED = LOOKED_BACK + timedelta(days=2)  # each is a letter of its own; the worker looks no further back
SUBJECT = "demonstration"
FURTHER = ("Bedfordshire", "Sussex", "West Midlands")  # where a child may be placed beside the neighbours


@dataclass(frozen=True)
class Begun:
    """What a first load settled for good: a later one goes on with the same city, whatever it is asked."""

    seed: int
    scale: float
    until: datetime
    reached: datetime
    finished: bool


async def load_once(
    *,
    scale: float,
    seed: int,
    letterhead: Letterhead,
    clock: Callable[[], datetime],
    progress: Share | None = None,
) -> None:
    """The demonstration's partners, mailboxes and year of history are there. Where they are, nothing is done.

    Needs the directory and the rules. A load that was stopped is taken up at the last week it had finished.
    The history ends at the last full quarter of an hour: whoever begins in the same one has the same London.

    :param scale: 1.0 for the whole of London.
    :param progress: told the share that is done; a bar in the terminal where it is left out.
    """
    now = clock()
    await load_contacts(now)
    await load_ladders(now)
    begun = await begun_before()
    if begun is None:
        until = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
        begun = Begun(seed, scale, until, until - YEAR, False)
        await note("history begun", begun, now)
    if not begun.finished:
        with quietly(), bar("Living a year of the simulated London …") as shown:
            await simulate(begun, letterhead=letterhead, progress=progress or shown)


async def simulate(begun: Begun, *, letterhead: Letterhead, progress: Share) -> None:
    """The year is lived from where it was left to its end; each week is committed as a whole."""
    city = await city_of(begun)
    agenda = Agenda()
    last_days = begun.until - LAST_DAYS
    span = Span(begun.until, leaves_from=last_days, reminds_from=begun.until - REMINDED)
    post = Exchange(begun.seed, letterhead, agenda, unusual_from=last_days)
    desk = Desk(begun.seed, letterhead, agenda, post, span)
    climb_in(agenda, seed=begun.seed, letterhead=letterhead, post=post, until=begun.until)
    year = Year(city, agenda=agenda, desk=desk, post=post, until=begun.until)
    reached = begun.reached
    await year.begin(reached)
    while reached < begun.until:
        end = min(reached + WEEK, begun.until)
        async with Entry._meta.db.transaction():
            await year.tidy(reached)
            await year.live(end)
            if end == begun.until:
                await hold_series(begun.seed, end, letterhead=letterhead, post=post)
                await dispute_a_lead(end)
                await tell_hours(end)
                await follow_meetings_up(begun.seed, end, letterhead=letterhead, post=post)
                await fill_letter_boxes(end)
                await agree_on_rules(end)
                await Entry.raw("ANALYZE")  # a year came at once: without it the first reports are planned blindly
            await note("history finished" if end == begun.until else "history reached", begun, end)
        await posting.post_due(end)
        reached = end
        progress(1 - (begun.until - reached) / YEAR)
    await publish_a_quarter(begun.until, letterhead=letterhead, post=post)


async def city_of(begun: Begun) -> City:
    """The city of that seed, scale and end, over the places of the directory."""
    boroughs = await Place.select(Place.code, Place.name).where(Place.in_london.eq(True)).order_by(Place.code)
    places = (*NEIGHBOURS, *FURTHER)
    others = await Place.select(Place.code, Place.name).where(Place.name.is_in(list(places)))
    others.sort(key=lambda row: places.index(row["name"]))
    codes, nearest = [row["code"] for row in others], len(NEIGHBOURS)
    return imagine(
        scale=begun.scale,
        seed=begun.seed,
        until=begun.until,
        london=[(row["code"], row["name"]) for row in boroughs],
        elsewhere=[*codes[:nearest] * 4, *codes[nearest:]],
    )


async def fill_letter_boxes(now: datetime) -> None:
    """Letters about meetings to come and about actions are in the mailroom, as the officers' server keeps them."""
    coming = Meeting.select(Meeting.uid).where(Meeting.ends_at > now)
    rows: list[dict[str, Any]] = (
        await OutboundMail.select(
            OutboundMail.content,
            OutboundMail.envelope_from,
            OutboundMail.recipient,
            OutboundMail.settled_at,
            OutboundMail.uid,
            OutboundMail.kind,
        )
        .where(OutboundMail.uid.is_in(coming) | (OutboundMail.kind == "action"))
        .where(OutboundMail.state == OutState.SENT)
        .order_by(OutboundMail.id)
    )
    answered = await _answers(coming)
    letters = [
        Delivered(
            received_at=row["settled_at"],
            envelope_from=row["envelope_from"],
            recipient=row["recipient"].lower(),
            content=row["content"],
            answered=answered.get((row["uid"], row["recipient"]), "") if row["kind"] == "request" else "",
        )
        for row in rows
    ]
    if letters:
        await Delivered.insert(*letters)


async def _answers(meetings: Select[Any]) -> dict[tuple[str, str], str]:
    """The last answer to each meeting from each address."""
    rows: list[dict[str, Any]] = (
        await Response.select(
            Response.invitation._.meeting._.uid.as_alias("uid"),
            Response.invitation._.address.as_alias("address"),
            Response.partstat,
        )
        .where(Response.invitation._.meeting._.uid.is_in(meetings))
        .order_by(Response.id)
    )
    return {(row["uid"], row["address"]): row["partstat"] for row in rows}


async def begun_before() -> Begun | None:
    """What the log says of an earlier load."""
    rows = await Entry.select(Entry.at, Entry.action, Entry.detail).where(Entry.subject == SUBJECT).order_by(Entry.id)
    if not rows:
        return None
    detail, last = json.loads(rows[-1]["detail"]), rows[-1]
    return Begun(
        seed=detail["seed"],
        scale=detail["scale"],
        until=datetime.fromisoformat(detail["until"]),
        reached=datetime.fromisoformat(detail["reached"]),
        finished=last["action"] == "history finished",
    )


async def note(action: str, begun: Begun, reached: datetime) -> None:
    when = begun.reached if action == "history begun" else reached
    detail = {
        "seed": begun.seed,
        "scale": begun.scale,
        "until": begun.until.isoformat(),
        "reached": when.isoformat(),
    }
    await trail.record(SUBJECT, action, SUBJECT, now=reached, detail=detail)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """The log stays silent within: refused and delayed letters belong to the story here and alarm nobody."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        yield
    finally:
        structlog.configure(**before)
