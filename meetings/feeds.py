"""Calendars to subscribe to by a secret address: made, revoked, and which meetings each shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from piccolo.custom_types import Combinable

from audit import reading, trail
from directory.tables import Unit
from meetings import seeing
from meetings.errors import NoSuchFeed, UnsuitableFeed
from meetings.feed_tables import Feed, FeedKind
from meetings.letterhead import Letterhead, token_hash
from meetings.tables import Meeting, MeetingType, Seat
from web.tables import Person
from web.viewer import Viewer

MOST = 2000  # meetings in one feed: the earliest of those shown
BEHIND = timedelta(days=30)  # how long a meeting is shown after its end, called off or not
SELDOM = timedelta(minutes=10)  # how often it is written down that a feed was read
_TOKEN = re.compile(r"[a-z2-7]{26}")


async def make(kind: str, subject: str, *, by: UUID, now: datetime, letterhead: Letterhead) -> UUID:
    """There is a feed of these meetings, whose address its maker can look up; the one they have is kept.

    `subject` is the unit's code or the meeting type; a coordinator's feed is of the meetings they set up themselves.

    :raises UnsuitableFeed: when there is no such unit or type; nothing was made.
    """
    kind, subject = await _checked(kind, subject, by)
    async with Feed._meta.db.transaction():
        await Person.select(Person.id).where(Person.id == by).lock_rows()  # so that pressing twice makes one
        known = await Feed.objects().where(
            (Feed.kind == kind) & (Feed.subject == subject) & (Feed.made_by == str(by)) & Feed.revoked_at.is_null()
        )
        if known:
            found: UUID = known[0].id
            return found
        feed = uuid4()
        hashed = token_hash(letterhead.feed_token(feed))
        await Feed.insert(
            Feed(id=feed, kind=kind, subject=subject, token_sha256=hashed, made_at=now, made_by=str(by))
        )
        await trail.record(str(by), "calendar feed made", f"feed:{feed}", now=now, detail={"kind": kind})
    return feed


async def revoke(feed: UUID, *, by: UUID, now: datetime) -> None:
    """The feed's address leads nowhere from now on. Twice is harmless.

    :raises NoSuchFeed: when there never was one.
    """
    async with Feed._meta.db.transaction():
        if not await Feed.exists().where(Feed.id == feed):
            raise NoSuchFeed
        revoked = (
            await Feed.update({Feed.revoked_at: now, Feed.revoked_by: str(by)})
            .where((Feed.id == feed) & Feed.revoked_at.is_null())
            .returning(Feed.id)
        )
        if revoked:
            await trail.record(str(by), "calendar feed revoked", f"feed:{feed}", now=now)


async def opened(token: str, *, now: datetime) -> Feed | None:
    """The feed at this address; None where there is none, it was revoked, or who made it has no access any more.

    That it was read is written down at most every ten minutes: programs ask by themselves, again and again.
    """
    if not _TOKEN.fullmatch(token):
        return None
    feed = await Feed.objects().where((Feed.token_sha256 == token_hash(token)) & Feed.revoked_at.is_null()).first()
    if feed is None or not await _has_access(feed.made_by, now):
        return None
    if feed.read_at is None or feed.read_at < now - SELDOM:
        async with Feed._meta.db.transaction():
            await Feed.update({Feed.read_at: now}).where(Feed.id == feed.id)
            await reading.opened(feed.made_by, "a calendar by subscription", f"feed:{feed.id}", now=now)
    return feed


async def live(viewer: Viewer) -> list[Feed]:
    """The viewer's feeds that are not revoked, the newest first."""
    own = seeing.where(seeing.feeds(viewer))
    return await Feed.objects().where(Feed.revoked_at.is_null() & own).order_by(Feed.made_at, ascending=False)


async def names_of(feeds: Sequence[Feed]) -> dict[UUID, str]:
    """What each feed is called: by its unit, its type, or the one whose meetings it shows."""
    subjects = [UUID(feed.subject) for feed in feeds if feed.kind == FeedKind.UNIT]
    rows: list[dict[str, Any]] = (
        await Unit.select(Unit.id, Unit.name).where(Unit.id.is_in(subjects)) if subjects else []
    )
    units = {str(row["id"]): row["name"] for row in rows}
    return {feed.id: _name(feed, units) for feed in feeds}


async def meetings_of(feed: Feed, *, now: datetime, viewer: Viewer) -> list[Meeting]:
    """What the feed shows of what its maker may see: what comes and what was in the last 30 days, in order."""
    shown = await _shown(feed, now - BEHIND)
    if shown is None:
        return []
    seen = seeing.where(seeing.meetings(viewer))
    return await Meeting.objects().where(shown & seen).order_by(Meeting.starts_at).limit(MOST)


async def _shown(feed: Feed, since: datetime) -> Combinable | None:
    if feed.kind == FeedKind.COORDINATOR:
        return (Meeting.ends_at >= since) & (Meeting.set_up_by == feed.subject)
    if feed.kind == FeedKind.TYPE:
        return (Meeting.ends_at >= since) & (Meeting.type == feed.subject)
    seats: list[dict[str, Any]] = await (
        Seat.select(Seat.meeting)
        .where((Seat.unit == UUID(feed.subject)) & Seat.removed_at.is_null() & (Seat.meeting._.ends_at >= since))
        .order_by(Seat.meeting._.starts_at)
        .limit(MOST)
    )
    return Meeting.id.is_in([seat["meeting"] for seat in seats]) if seats else None


async def _checked(kind: str, subject: str, by: UUID) -> tuple[FeedKind, str]:
    if kind == FeedKind.COORDINATOR:
        return FeedKind.COORDINATOR, str(by)
    if kind == FeedKind.TYPE and subject in set(MeetingType):
        return FeedKind.TYPE, subject
    if kind == FeedKind.UNIT:
        unit = await Unit.select(Unit.id).where(Unit.code == subject).first()
        if unit is not None:
            return FeedKind.UNIT, str(unit["id"])
    raise UnsuitableFeed


async def _has_access(maker: str, now: datetime) -> bool:
    person = await Person.select(Person.active_until).where(Person.id == UUID(maker)).first()
    return person is not None and (person["active_until"] is None or person["active_until"] > now)


def _name(feed: Feed, units: dict[str, str]) -> str:
    if feed.kind == FeedKind.UNIT:
        return units.get(feed.subject, "")
    return "Meetings I set up" if feed.kind == FeedKind.COORDINATOR else feed.subject[:1].upper() + feed.subject[1:]
