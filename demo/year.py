"""One year of the simulated London, event by event in the order of time: each sees only what was known then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from uuid import UUID

from attendance.tables import Register
from demo import sources
from demo.agenda import Agenda
from demo.city import City, Imagined, ImaginedMove
from demo.desk import Desk
from demo.exchange import Exchange
from meetings import noticing
from meetings.episode_tables import Child
from meetings.intake import record
from meetings.intake.reports import EpisodeReport
from meetings.tables import Meeting, MeetingState
from meetings.waiting import list_waiting
from web.viewer import MACHINE


class Year:
    """The city's events from an instant on; what the database holds of earlier ones is taken up from there."""

    def __init__(self, city: City, *, agenda: Agenda, desk: Desk, post: Exchange, until: datetime) -> None:
        self._city, self._agenda, self._desk, self._post, self._until = city, agenda, desk, post, until
        self._children: dict[str, UUID] = {}
        self._places: Collection[str] = ()

    async def begin(self, since: datetime) -> None:
        """All that happens after `since` is put down: by the city, and by what is under way in the database."""
        self._places = await record.place_codes()
        rows = await Child.select(Child.id, Child.reference).where(Child.issuer == sources.ISSUER)
        self._children = {row["reference"]: row["id"] for row in rows}
        for episode in self._city.episodes:
            for at, report in sources.reports_of(episode):
                if since < at <= self._until:
                    self._agenda.put(at, partial(self._report, report, episode.child))
            for at in sources.crossings(episode):
                if since < at <= self._until:
                    self._agenda.put(at, partial(self._notice, episode))
        for move in self._city.moves:
            if since < move.moved_at <= self._until:
                self._agenda.put(move.moved_at, partial(self._move, move))
        await self._take_up(since)

    async def live(self, until: datetime) -> int:
        """Everything up to `until` has happened; returns how many acts that were."""
        acts = 0
        for at, act in self._agenda.due(until):
            await act(at)
            acts += 1
        return acts

    async def tidy(self, now: datetime) -> None:
        """What waited for a person until now has been dealt with."""
        await self._desk.tidy(now)

    async def _take_up(self, since: datetime) -> None:
        """A year that was broken off goes on: what waits is looked at, and open meetings take their course."""
        for child in await list_waiting(MACHINE):
            await self._desk.consider(child.child, since)
        closed = Register.select(Register.meeting)
        for meeting in await Meeting.objects().where(
            (Meeting.state == MeetingState.SCHEDULED) & Meeting.id.not_in(closed)
        ):
            told = meeting.set_up_at if meeting.sequence == 0 else since
            await self._desk.follow(meeting, told=told, after=since)
        await self._post.deliver(since)

    async def _report(self, report: EpisodeReport, child: str, now: datetime) -> None:
        await record.report_episode(report, actor=report.source, now=now, places=self._places)
        await self._desk.consider(await self._known(child), now)

    async def _notice(self, episode: Imagined, now: datetime) -> None:
        child = await self._known(episode.child)
        if await noticing.notice_children([child], now):
            await self._desk.consider(child, now)

    async def _move(self, move: ImaginedMove, now: datetime) -> None:
        await record.report_move(sources.move_report(move), actor="social care records", now=now, places=self._places)
        await self._desk.consider(await self._known(move.child), now)

    async def _known(self, reference: str) -> UUID:
        if reference not in self._children:
            self._children[reference] = await record.known_child(sources.ISSUER, reference)
        return self._children[reference]
