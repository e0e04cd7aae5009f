"""A calendar feed as its subscribers read it: where and when, and how many have accepted.

Nothing here names a child, and nothing lets the reader answer: no address with a token, no answer link. The link
to join is in a unit's own feed only, while the unit has its seat: a feed's address is passed on more easily than
an invitation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.query.functions.aggregate import Max

from attendance.answers import standing
from attendance.state import given_to
from meetings import feeds
from meetings.feed_tables import Feed, FeedKind
from meetings.letterhead import Letterhead
from meetings.outgoing import told_in
from meetings.tables import Invitation, InviteState, Meeting, MeetingEvent, MeetingState, Seat
from notifications import publishing
from notifications.itip import Partstat
from notifications.publishing import Entry
from notifications.telling import said_in_calendar
from web.viewer import Viewer


class TellsOfAChild(Exception):
    """The feed is held: a place or title in it would tell who a child is; the words say what was found."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__(", ".join(found))


@dataclass
class _Seen:
    """What is known of one meeting beside its row."""

    seats: list[tuple[UUID, str, Sequence[str]]] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    changed: list[datetime] = field(default_factory=list)


async def calendar_of(feed: Feed, *, letterhead: Letterhead, now: datetime, viewer: Viewer) -> bytes:
    """The feed's iCalendar stream: the same bytes until something that it shows changes.

    :raises TellsOfAChild: where something in it would tell who a child is.
    """
    stream = await _stream(feed, letterhead, now, viewer)
    if found := await told_in(said_in_calendar(stream)):
        raise TellsOfAChild(found)
    return stream


async def _stream(feed: Feed, letterhead: Letterhead, now: datetime, viewer: Viewer) -> bytes:
    meetings = await feeds.meetings_of(feed, now=now, viewer=viewer)
    seen = await _seen(meetings)
    name = (await feeds.names_of([feed]))[feed.id]
    return publishing.published(
        f"Convene: {name}",
        [_entry(feed, meeting, seen[meeting.id]) for meeting in meetings],
        organizer_address=letterhead.sender_address(),
        organizer_cn=letterhead.sender_name,
    )


def _entry(feed: Feed, meeting: Meeting, seen: _Seen) -> Entry:
    off = meeting.state == MeetingState.CALLED_OFF
    own = feed.kind == FeedKind.UNIT
    what = f"{meeting.type} {meeting.reference}"
    return Entry(
        uid=_uid(meeting),
        sequence=meeting.sequence,
        changed_at=max([meeting.set_up_at, *seen.changed]),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=f"Called off: {what}" if off else what[:1].upper() + what[1:],
        description=_told(feed, seen, off=off),
        location=meeting.place,
        link=meeting.link if own and not off else "",
        cancelled=off,
    )


def _uid(meeting: Meeting) -> str:
    """The UID of the invitations; with its date before it for one of a series, whose dates all share theirs."""
    if meeting.recurrence_id is None:
        return meeting.uid
    return f"{meeting.recurrence_id:%Y%m%dT%H%M%SZ}-{meeting.uid}"


def _told(feed: Feed, seen: _Seen, *, off: bool) -> str:
    """A unit reads of its own seat; who convenes, of all that are asked."""
    if feed.kind == FeedKind.UNIT:
        seats = [(name, capacities) for unit, name, capacities in seen.seats if str(unit) == feed.subject]
        lines = [f"Seat: {name}, as {' and '.join(capacities)}" for name, capacities in seats]
    else:
        lines = [f"Asked: {', '.join(sorted(name for _, name, _ in seen.seats))}"]
    if not off:
        lines.append(f"Accepted: {seen.answers[Partstat.ACCEPTED]} of {len(seen.seats)}")
    return "\n".join(lines)


async def _seen(meetings: Sequence[Meeting]) -> Mapping[UUID, _Seen]:
    """The seats, answers and changes of these meetings, in a fixed number of queries."""
    seen: defaultdict[UUID, _Seen] = defaultdict(_Seen)
    if not meetings:
        return seen
    majors = {meeting.id: meeting.last_major_sequence for meeting in meetings}
    rows: list[dict[str, Any]] = await Seat.select(
        Seat.meeting, Seat.unit, Seat.capacities, Seat.unit._.name.as_alias("name")
    ).where(Seat.meeting.is_in(list(majors)) & Seat.removed_at.is_null())
    for row in rows:
        seen[row["meeting"]].seats.append((row["unit"], row["name"], row["capacities"]))
    events: list[dict[str, Any]] = (
        await MeetingEvent.select(MeetingEvent.meeting, Max(MeetingEvent.at, alias="at"))
        .where(MeetingEvent.meeting.is_in(list(majors)))
        .group_by(MeetingEvent.meeting)
    )
    for row in events:
        seen[row["meeting"]].changed.append(row["at"])
    await _add_answers(seen, majors)
    return seen


async def _add_answers(seen: Mapping[UUID, _Seen], majors: Mapping[UUID, int]) -> None:
    invitations = await Invitation.objects().where(
        Invitation.meeting.is_in(list(majors)) & (Invitation.state == InviteState.ACTIVE)
    )
    given = await given_to([invitation.id for invitation in invitations])
    for invitation in invitations:
        answers = given[invitation.id]
        meeting = seen[invitation.meeting]
        answer = standing(answers, majors[invitation.meeting])
        meeting.answers[answer.partstat if answer else ""] += 1
        meeting.changed += [one.received_at for one in answers]
