"""The times that a page offers for a meeting, how it would be joined, and the one that was chosen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from directory.duty_hours import next_on_duty
from meetings import errors
from meetings.slot_words import Choice, choice, read_choice, turned_worse
from meetings.slots import LATE_SEARCHED, SEARCHED, Wanted
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


async def chosen_time(asked: Wanted, value: str, now: datetime, *, leaving_out: UUID | None = None) -> datetime:
    """The start that was chosen, where nobody who must be there was taken since the page was drawn.

    :raises UnsuitableTime: where somebody was, it has passed meanwhile, or no page of ours offered it.
    """
    try:
        starts_at, letters = read_choice(value)
    except ValueError:
        raise errors.UnsuitableTime("Choose one of the proposed times.") from None
    if not now < starts_at < now + SEARCHED + LATE_SEARCHED + timedelta(days=1):
        raise errors.UnsuitableTime("That time has passed. Nothing was sent. These are the times that are best now.")
    taken = turned_worse(await weighed_at(asked, starts_at, now, leaving_out=leaving_out), letters)
    if taken:
        raise errors.UnsuitableTime(
            f"Since you opened this page, the time has become worse for {taken}. Nothing was sent. "
            "These are the times that are best now."
        )
    return starts_at


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
