"""What came after the last weeks' meetings in the simulated London: actions, checklists, interviews, records.

Added when the year is over: what the year holds of meetings stays as it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from attendance.tables import Register
from demo import officers
from demo.exchange import Exchange
from meetings import actions, checklists, meeting_records
from meetings.actions import NewAction
from meetings.checklist import CODES
from meetings.interview_rules import WITHIN, InterviewKind
from meetings.interviews import NewInterview, interviews_of, record_interview
from meetings.letterhead import Letterhead
from meetings.tables import Meeting, Seat
from web.moments import london_date

COORDINATOR = "demonstration"
LAST = timedelta(days=21)
_ASKED = (
    ("information sharing", "Send the grab pack to the police unit that leads"),
    ("return home interview (RHI)", "Offer the interview again, with the worker who is known already"),
    ("referral", "Refer to Rescue and Response, and say when it was taken"),
    ("TextSafe request", "Ask for TextSafe through the missing unit"),
    ("family contact named", "Name one contact for the family, and tell the other agencies"),
    ("care plan review", "Bring the care plan review forward"),
    ("trusted adult's views", "Ask the adult whom the child trusts what would help"),
)
_ENDS = ("done", "done", "done", "overtaken by events", "not done", "", "", "")
_ANSWERS = ("yes", "yes", "no", "unknown", "")
_ROLES = ("response officer", "missing unit officer", "independent worker")


async def follow_meetings_up(seed: int, now: datetime, *, letterhead: Letterhead, post: Exchange) -> None:
    """The meetings about a child held in the last three weeks have what a coordinator would have recorded since."""
    closed = Register.select(Register.meeting).where(Register.closed_at > now - LAST)
    held = await (
        Meeting.objects()
        .where(Meeting.id.is_in(closed) & Meeting.child.is_not_null() & (Meeting.starts_at > now - LAST))
        .order_by(Meeting.starts_at, Meeting.due_at)
    )
    for meeting in held:
        rng = officers.dice(seed, "after", meeting.starts_at, meeting.due_at)
        at = min(meeting.ends_at + timedelta(hours=1), now)
        await _record(rng, meeting, at)
        for _ in range(rng.choice((0, 1, 1, 2))):
            await _act(rng, meeting, at, now, letterhead, rng.choice(_ENDS))
        await _interview(rng, meeting, now)
    if held:  # whatever the dice say, one action is open for whoever tries the demonstration
        newest = held[-1]
        rng = officers.dice(seed, "open", newest.starts_at, newest.due_at)
        await _act(rng, newest, min(newest.ends_at + timedelta(hours=1), now), now, letterhead, "")
    await post.deliver(now)


async def _record(rng: Random, meeting: Meeting, at: datetime) -> None:
    answers = {code: rng.choice(_ANSWERS) for code in CODES}
    given = {code: said for code, said in answers.items() if said}
    await checklists.answer(meeting.id, given, by=COORDINATOR, now=at)
    if rng.random() < 0.7:
        minutes = f"Case system, note {rng.randint(10_000, 99_999)}"
        await meeting_records.record(
            meeting.reference, lead_agency="Children's social care", minutes=minutes, by=COORDINATOR, now=at
        )


async def _act(rng: Random, meeting: Meeting, at: datetime, now: datetime, letterhead: Letterhead, end: str) -> None:
    kind, title = rng.choice(_ASKED)
    units = await _units(meeting.id)
    due_on = london_date(at) + timedelta(days=rng.randint(2, 10))
    new = NewAction(kind, title, due_on, unit=rng.choice(units))
    action = await actions.add(meeting.reference, new, by=COORDINATOR, now=at, letterhead=letterhead)
    if end:
        ended_at = min(at + timedelta(days=rng.randint(1, 8)), now)
        await actions.end(action, end, of=None, note="", by=actions.BY_LINK, now=ended_at)


async def _units(meeting: UUID) -> list[UUID]:
    rows: list[dict[str, Any]] = (
        await Seat.select(Seat.unit)
        .where((Seat.meeting == meeting) & Seat.removed_at.is_null())
        .order_by(Seat.unit._.code)
    )
    return [row["unit"] for row in rows]


async def _interview(rng: Random, meeting: Meeting, now: datetime) -> None:
    """Most interviews of returned children were done, some late, of some nothing is known."""
    for one in await interviews_of(meeting, now):
        throw, late = rng.random(), rng.random() * 1.2
        if one.due_at is None or one.said is not None or throw > 0.7:
            continue
        done_at = one.due_at - WITHIN[InterviewKind(one.kind)] * (1 - late)
        if done_at < now:
            done = NewInterview(one.kind.value, "yes", done_at, rng.choice(_ROLES), "in person", "the child alone")
            await record_interview(one.episode, done, by=COORDINATOR, now=now)
