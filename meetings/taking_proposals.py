"""A proposed time that a coordinator chose becomes the meeting's, unless it turned worse while she looked at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from directory.tables import Unit
from meetings import errors, scheduling, setting_up
from meetings.letters import Letterhead
from meetings.slot_words import read_choice, turned_worse
from meetings.slots import LATE_SEARCHED, SEARCHED, Wanted
from meetings.tables import Meeting
from meetings.times_shown import Joining
from meetings.wanting import weighed_at
from meetings.when import When
from web.viewer import Viewer


async def set_up_as_proposed(
    asked: Wanted, chosen: str, joining: Joining, *, by: str, now: datetime, letterhead: Letterhead, viewer: Viewer
) -> str:
    """What waits for the child `asked.key` is a meeting at the chosen time, and its reference is returned.

    The units that must come are locked first, in the order of their ids: of two who send at once, the second sees the
    first one's meeting in the diaries. Then `set_up` locks the child.

    :raises MeetingError: UnsuitableTime, where somebody who must come was taken meanwhile, and as `set_up`; nothing
        was changed.
    """
    async with Meeting._meta.db.transaction():
        starts_at = await _still_as_seen(asked, chosen, now)
        when = When(starts_at, asked.minutes, joining.place, joining.link)
        units = [seat.unit for seat in asked.seats]
        return await setting_up.set_up(asked.key, when, units, by=by, now=now, letterhead=letterhead, viewer=viewer)


async def move_as_proposed(
    meeting: Meeting, asked: Wanted, chosen: str, *, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The meeting has the chosen time, at its place and of its length; it is not in its own way. Locks as above.

    :raises MeetingError: UnsuitableTime, where somebody who must come was taken meanwhile, and as `move`; nothing
        was changed.
    """
    async with Meeting._meta.db.transaction():
        starts_at = await _still_as_seen(asked, chosen, now, leaving_out=meeting.id)
        when = When(starts_at, asked.minutes, meeting.place, meeting.link, meeting.fixed)
        await scheduling.move(meeting.reference, when, by=by, now=now, letterhead=letterhead)


async def _still_as_seen(asked: Wanted, chosen: str, now: datetime, *, leaving_out: UUID | None = None) -> datetime:
    """The start that was chosen, where nobody who must come was taken since the page was drawn; those are locked.

    :raises UnsuitableTime: where somebody was, it has passed meanwhile, or no page of ours offered it.
    """
    try:
        starts_at, letters = read_choice(chosen)
    except ValueError:
        raise errors.UnsuitableTime("Choose one of the proposed times.") from None
    if not now < starts_at < now + SEARCHED + LATE_SEARCHED + timedelta(days=1):
        raise errors.UnsuitableTime("That time has passed. Nothing was sent. These are the times that are best now.")
    must = [seat.unit for seat in asked.seats if seat.required]
    await Unit.select(Unit.id).where(Unit.id.is_in(must or [asked.key])).order_by(Unit.id).lock_rows("NO KEY UPDATE")
    worse = turned_worse(await weighed_at(asked, starts_at, now, leaving_out=leaving_out), letters)
    if worse:
        raise errors.UnsuitableTime(
            f"Since you opened this page, the time has become worse for {worse}. Nothing was sent. "
            "These are the times that are best now."
        )
    return starts_at
