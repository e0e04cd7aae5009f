"""The coordinators of the simulated London at their work, by the same verbs that the pages call."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from attendance import chasing, register
from attendance.register import Mark
from attendance.tables import Outcome, Reminder, Response
from demo import coordinators, officers
from demo.agenda import Agenda
from demo.exchange import Exchange
from meetings import calling_off, errors, scheduling, setting_up
from meetings.letters import Letterhead
from meetings.proposal import Proposal, propose
from meetings.tables import Meeting, MeetingState, Seat
from meetings.waiting import refusal_seen, refusals_unseen, triggers_waiting
from meetings.when import When
from notifications import inbox, outbox
from web.moments import london_date
from web.viewer import MACHINE

COORDINATOR = "demonstration"
MOST_LEFT_OPEN = 4
_SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """When the simulated time ends, from when on things are left undone, and from when on reminders go out."""

    until: datetime
    leaves_from: datetime
    reminds_from: datetime


class Desk:
    """One simulated coordinator for the whole city."""

    def __init__(self, seed: int, letterhead: Letterhead, agenda: Agenda, post: Exchange, span: Span) -> None:
        self._seed, self._letterhead, self._agenda, self._post, self._span = seed, letterhead, agenda, post, span
        self._looking: set[UUID] = set()
        self._reminding: set[datetime] = set()
        self._left_open_so_far = 0
        self.done: Counter[str] = Counter()  # what was done how often: "set up", "called off", …

    async def consider(self, child: UUID, now: datetime) -> None:
        """If something waits for this child, somebody will look at it in time, or a little late."""
        waiting = await triggers_waiting(child, MACHINE) if child not in self._looking else []
        if not waiting:
            return
        due = waiting[0].due_at
        rng = officers.dice(self._seed, "look", waiting[0].fired_at, due)
        leaves = now > self._span.leaves_from and rng.random() < (0.55 if due > self._span.until else 0.35)
        if not leaves:
            self._looking.add(child)
            self._agenda.put(coordinators.looks_at(rng, now, due), partial(self._look_at, child))

    async def _look_at(self, child: UUID, now: datetime) -> None:
        """The child's triggers get a meeting, or the decision that there is none."""
        self._looking.discard(child)
        waiting = await triggers_waiting(child, MACHINE)
        if not waiting:
            return
        due = waiting[0].due_at
        rng = officers.dice(self._seed, "decide", now, due)
        starts_at = coordinators.meets_at(rng, self._earliest(now, due), due)
        proposal = await propose(waiting, london_date(starts_at))
        home = next(seat for seat in proposal.seats if seat.unit == proposal.home_unit)
        reason = officers.not_convened(rng, self._post.habit(home.code, "bcu").reliable)
        if reason:
            await calling_off.not_convened(child, reason=reason, by=COORDINATOR, now=now, viewer=MACHINE)
            self.done["not convened"] += 1
            return
        when = When(starts_at, rng.choice((30, 45, 60, 60, 60, 90)), *_room(rng.random()))
        left_out = _forgotten(proposal) if rng.random() < 0.04 else set()
        units = [seat.unit for seat in proposal.seats if seat.unit not in left_out]
        reference = await setting_up.set_up(
            child, when, units, by=COORDINATOR, now=now, letterhead=self._letterhead, viewer=MACHINE
        )
        self.done["set up"] += 1
        await self._told(reference, now)

    def _earliest(self, now: datetime, due: datetime) -> datetime:
        """Now; in the last days the end of the simulated time where the deadline allows it, so that some come."""
        room = due > self._span.until + timedelta(hours=6)
        return self._span.until if room and now > self._span.leaves_from else now

    async def _told(self, reference: str, now: datetime) -> None:
        """The letters about a meeting are on their way, and what follows is put down."""
        meeting = await Meeting.objects().where(Meeting.reference == reference).first()
        assert meeting is not None
        await self._post.deliver(now)
        await self.follow(meeting, told=now, after=now)
        if now > self._span.reminds_from:
            await self._plan_reminders(now)

    async def follow(self, meeting: Meeting, *, told: datetime, after: datetime) -> None:
        """What becomes of a meeting after an instant is put down: answers, a move, a calling off, the register."""
        await self._post.expect_answers(meeting, told, after)
        notice = meeting.starts_at - meeting.set_up_at
        rng = officers.dice(self._seed, "meeting", meeting.starts_at, meeting.due_at)
        off, moves = officers.calling_off(rng, notice=notice), rng.random() < 0.05
        never_held, never_marked = rng.random() < 0.012, rng.random() < 0.02
        marked_at = coordinators.marks_at(rng, meeting.ends_at)
        if off:
            self._put(meeting.starts_at - off.before_start, after, self._call_off, meeting, off.asked_by, off.reason)
        elif moves and meeting.sequence == 0 and notice > timedelta(hours=20):
            self._put(meeting.set_up_at + notice * 0.4, after, self._move, meeting)
        elif never_held:
            self._put(marked_at, after, self._call_off, meeting, "police", "did not take place")
        elif not never_marked and not self._left_open(meeting, rng.random()):
            self._put(marked_at, after, self._mark, meeting)

    def _left_open(self, meeting: Meeting, throw: float) -> bool:
        """A few registers of the last days wait for whoever tries the demonstration, at least one of a week."""
        span, so_far = self._span, self._left_open_so_far
        left = so_far < MOST_LEFT_OPEN and meeting.ends_at > span.leaves_from and throw < 0.8
        left |= (
            so_far == 0 and span.leaves_from < span.until and meeting.ends_at > span.leaves_from - timedelta(days=7)
        )
        self._left_open_so_far += left
        return left

    def _put(self, at: datetime, after: datetime, act: Any, *about: Any) -> None:
        if at > after:
            self._agenda.put(at, partial(act, *about))

    async def _move(self, meeting: Meeting, now: datetime) -> None:
        """The meeting stands half an hour to two hours later, and everybody is asked again."""
        later = timedelta(minutes=30 * (1 + meeting.starts_at.day % 4))
        minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
        when = When(meeting.starts_at + later, minutes, meeting.place, meeting.link)
        try:
            await scheduling.move(meeting.reference, when, by=COORDINATOR, now=now, letterhead=self._letterhead)
        except errors.MeetingError:
            return
        await self._told(meeting.reference, now)

    async def _call_off(self, meeting: Meeting, asked_by: str, reason: str, now: datetime) -> None:
        await calling_off.call_off(
            meeting.reference, asked_by=asked_by, reason=reason, by=COORDINATOR, now=now, letterhead=self._letterhead
        )
        self.done["called off"] += 1
        await self._post.deliver(now)
        await self.consider(meeting.child, now)  # what called for it may wait again

    async def _mark(self, meeting: Meeting, now: datetime) -> None:
        """The register of a meeting that stood until its time is marked and closed."""
        current = await Meeting.select(Meeting.state, Meeting.starts_at).where(Meeting.id == meeting.id).first()
        if current is None or current["state"] != MeetingState.SCHEDULED:
            return
        await register.close(
            meeting.id,
            marks=await self._marks(meeting),
            inquorate_reason="urgent: held with those who could come",
            by=COORDINATOR,
            now=now,
        )
        self.done["closed"] += 1

    async def _marks(self, meeting: Meeting) -> list[Mark]:
        rows: list[dict[str, Any]] = (
            await Response.select(Response.invitation._.seat.as_alias("seat"), Response.partstat)
            .where(Response.invitation._.meeting == meeting.id, Response.applied.eq(True))
            .order_by(Response.id)
        )
        answered = {row["seat"]: row["partstat"] for row in rows}
        seats: list[dict[str, Any]] = await Seat.select(
            Seat.id, Seat.unit._.code.as_alias("unit"), Seat.unit._.kind.as_alias("kind")
        ).where(Seat.meeting == meeting.id, Seat.removed_at.is_null())
        marks = []
        for seat in seats:
            rng = officers.dice(self._seed, "came", meeting.starts_at, meeting.due_at, seat["unit"])
            came = officers.coming(self._post.habit(seat["unit"], seat["kind"]), rng, answered.get(seat["id"], ""))
            outcome = Outcome(came.outcome) if came.outcome else Outcome.NOT_RECORDED
            marks.append(Mark(seat["id"], outcome, came.joined_late, came.left_early))
        return marks

    async def _plan_reminders(self, now: datetime) -> None:
        await chasing.plan(now, looking_back=timedelta(0))  # nothing was down in the simulated time
        rows = await Reminder.select(Reminder.due_at).where(Reminder.settled_at.is_null(), Reminder.due_at > now)
        for due in {row["due_at"] for row in rows} - self._reminding:
            self._reminding.add(due)
            self._agenda.put(due + _SOON, self._remind)

    async def _remind(self, now: datetime) -> None:
        await chasing.remind_due(letterhead=self._letterhead, now=now)
        await self._post.deliver(now)

    async def tidy(self, now: datetime) -> None:
        """What waited for a person has been dealt with: answers set aside, refused letters, refused reports."""
        for mail in await inbox.set_aside_waiting():
            await inbox.review(mail.id, by=COORDINATOR, now=now)
        for letter in await outbox.needing_a_person():
            await outbox.seen(letter.id, by=COORDINATOR, now=now)
        for episode in await refusals_unseen(MACHINE):
            await refusal_seen(episode.id, by=COORDINATOR, now=now)


def _room(throw: float) -> tuple[str, str]:
    """A place and a link; one of them may be empty."""
    number = int(throw * 900) + 100
    return ("", f"https://meet.convene.example/{number}") if throw > 0.2 else (f"Town hall, room {number}", "")


def _forgotten(proposal: Proposal) -> set[UUID]:
    """The seats that a hurried coordinator forgets to ask."""
    return {seat.unit for seat in proposal.seats if not seat.required and set(seat.capacities) <= {"education"}}
