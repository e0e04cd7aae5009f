"""The times that a page offers for a meeting, and how it would be joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from directory.duty_hours import next_on_duty
from meetings.slot_words import Choice, choice
from meetings.slots import Wanted
from meetings.tables import Meeting
from meetings.wanting import times_for, wanted_again, weighed_at


@dataclass(frozen=True)
class Times:
    """What a page shows: the best times, why none is better, for each unit when it is on duty next.

    `planned` is the time that a meeting which stands has now.
    """

    choices: tuple[Choice, ...]
    why_not_better: str
    minutes: int
    duty: Mapping[UUID, str]
    planned: Choice | None = None


@dataclass(frozen=True)
class Joining:
    """How people come together: a place, or a link, or neither where none is known."""

    place: str = ""
    link: str = ""


async def times_shown(asked: Wanted, now: datetime) -> Times:
    """The proposals for a meeting that waits, in words."""
    proposals = await times_for(asked, now)
    duty = await next_on_duty([seat.unit for seat in asked.seats], now)
    return Times(tuple(map(choice, proposals.slots)), proposals.why_not_better, asked.minutes, duty)


async def other_times(meeting: Meeting, now: datetime) -> Times:
    """The proposals for a meeting that stands, beside the time that it has; it is not in its own way."""
    asked = await wanted_again(meeting, now)
    proposals = await times_for(asked, now, leaving_out=meeting.id)
    return Times(
        choices=tuple(choice(slot) for slot in proposals.slots if slot.period.starts_at != meeting.starts_at),
        why_not_better=proposals.why_not_better,
        minutes=asked.minutes,
        duty=await next_on_duty([seat.unit for seat in asked.seats], now),
        planned=choice(await weighed_at(asked, meeting.starts_at, now, leaving_out=meeting.id)),
    )


async def usual_joining(by: str, otherwise: str) -> Joining:
    """As at the meeting that this person set up last: its link, or its place where it had none.

    A place beside a link is not taken over: it may have been chosen for that one child.

    :param otherwise: the installation's own link, for somebody who has set none up yet; "" for none.
    """
    last = (
        await Meeting.select(Meeting.place, Meeting.link)
        .where((Meeting.set_up_by == by) & Meeting.series.is_null())
        .order_by(Meeting.set_up_at, ascending=False)
        .first()
    )
    if last is None:
        return Joining(link=otherwise)
    return Joining(link=last["link"]) if last["link"] else Joining(place=last["place"])
