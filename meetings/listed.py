"""What a briefing or panel sees of its children: each line with what is known, and who should be on the list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from directory.areas import services_of
from meetings import seeing
from meetings.episode_tables import Child, Episode
from meetings.line_tables import Discussed, Line
from meetings.tables import Meeting, MeetingState, Trigger
from web.moments import london_date
from web.viewer import Viewer

SHOWN_AT_MOST = 100  # suggestions on one page, the longest missing first


@dataclass(frozen=True)
class Known:
    """What is known of one child. `missing_since` is None where the child is not missing; instants in UTC."""

    child: UUID
    reference: str
    missing_since: datetime | None
    police_grading: str
    social_care_grading: str
    waits: bool  # a strategy meeting was called for and is not set up
    meeting: str  # the reference of its next meeting, or ""
    meeting_at: datetime | None


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    line: UUID
    known: Known
    decided: Discussed


async def on_the_list(meeting: UUID, now: datetime, viewer: Viewer) -> list[Listed]:
    """The lines that stand, the longest missing first, in a fixed number of queries."""
    rows = await Line.objects().where((Line.meeting == meeting) & Line.taken_off_at.is_null())
    known = await _known([row.child for row in rows], now, viewer)
    return sorted(
        (Listed(row.id, known[row.child], Discussed(row.decided)) for row in rows), key=lambda one: _rank(one.known)
    )


async def suggested(meeting: Meeting, now: datetime, viewer: Viewer) -> list[Known]:
    """Children who are not on the list and belong there, the longest missing first.

    They are those that the last date left to come back, and those missing now from, placed in or last seen in a place
    that the convening unit serves on the day.
    """
    listed = {row["child"] for row in await Line.select(Line.child).where(Line.meeting == meeting.id)}
    wanted = (await _left_to_come_back(meeting) | await _missing_there(meeting, viewer)) - listed
    return sorted((await _known(wanted, now, viewer)).values(), key=_rank)[:SHOWN_AT_MOST]


async def _left_to_come_back(meeting: Meeting) -> set[UUID]:
    """Whom the last date with a list left to come back, or did not get to."""
    if meeting.series is None:
        return set()
    rows = (
        await Line.select(Line.child, Line.decided, Line.meeting)
        .where((Line.meeting._.series == meeting.series) & Line.taken_off_at.is_null())
        .where((Line.meeting._.starts_at < meeting.starts_at) & (Line.meeting._.state == MeetingState.SCHEDULED))
        .order_by(Line.meeting._.starts_at, ascending=False)
    )
    back = (Discussed.GOES_ON, Discussed.NOT_YET)
    return {row["child"] for row in rows if row["meeting"] == rows[0]["meeting"] and row["decided"] in back}


async def _missing_there(meeting: Meeting, viewer: Viewer) -> set[UUID]:
    day = london_date(meeting.starts_at)
    places = [service.place for service in await services_of(meeting.home_unit) if service.holds_on(day)]
    if not places:
        return set()
    there = [column.is_in(places) for column in (Episode.home_place, Episode.host_place, Episode.incident_place)]
    rows = await Episode.select(Episode.child).where(
        _open() & (there[0] | there[1] | there[2]) & seeing.where(seeing.episodes(viewer))
    )
    return {row["child"] for row in rows}


def _open() -> Any:
    return Episode.ended_at.is_null() & Episode.withdrawn_at.is_null() & Episode.history_only.eq(False)


async def _known(children: Collection[UUID], now: datetime, viewer: Viewer) -> dict[UUID, Known]:
    wanted = list(children)
    if not wanted:
        return {}
    names = await Child.select(Child.id, Child.reference).where(Child.id.is_in(wanted))
    episodes = await Episode.objects().where(_open() & Episode.child.is_in(wanted)).order_by(Episode.started_at)
    waiting = await Trigger.select(Trigger.child).where(
        (Trigger.child.is_in(wanted) & Trigger.meeting.is_null() & Trigger.not_convened.is_null())
        & seeing.where(seeing.triggers(viewer))
    )
    coming = (
        await Meeting.select(Meeting.child, Meeting.reference, Meeting.starts_at)
        .where(Meeting.child.is_in(wanted) & (Meeting.state == MeetingState.SCHEDULED) & (Meeting.ends_at > now))
        .where(seeing.where(seeing.meetings(viewer)))
        .order_by(Meeting.starts_at, ascending=False)
    )
    waits = {row["child"] for row in waiting}
    of_child, next_one = _first(episodes), {row["child"]: row for row in coming}
    return {
        row["id"]: _one(row, of_child.get(row["id"]), row["id"] in waits, next_one.get(row["id"])) for row in names
    }


def _first(episodes: Iterable[Episode]) -> dict[UUID, Episode]:
    """The longest open episode of each child; they come oldest first."""
    found: dict[UUID, Episode] = {}
    for episode in episodes:
        found.setdefault(episode.child, episode)
    return found


def _one(child: dict[str, Any], episode: Episode | None, waits: bool, coming: dict[str, Any] | None) -> Known:
    return Known(
        child=child["id"],
        reference=child["reference"],
        missing_since=episode.started_at if episode else None,
        police_grading=episode.police_grading if episode else "",
        social_care_grading=episode.social_care_grading if episode else "",
        waits=waits,
        meeting=coming["reference"] if coming else "",
        meeting_at=coming["starts_at"] if coming else None,
    )


def _rank(known: Known) -> tuple[bool, float, str]:
    since = known.missing_since
    return (since is None, since.timestamp() if since else 0, known.reference)
