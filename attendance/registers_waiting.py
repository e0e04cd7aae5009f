"""Who is asked about a register that nobody has closed: each question is due once, and ends once.

It stops when the register is closed or the meeting called off. A worker locks one question, leaving out those that
another has locked, and ends it in the transaction that enqueues its letters: so it is asked once, also with two
workers, or when one is killed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from attendance.register import closing_of, expected
from attendance.register_clock import questions
from attendance.register_letters import OpenRegister, still_open
from attendance.register_tables import RegisterReminder
from attendance.tables import Attendance
from audit import trail
from directory.one_by_one import one_by_one
from meetings.invitations import new_message_id
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.tables import Meeting, MeetingState
from notifications import outbox
from web.tables import Person

ACTOR: Final = "registers"
LOOKED_BACK: Final = timedelta(days=21)  # longer than the questions go on, also over Christmas
MOST_COLLEAGUES: Final = 5
_MOST_AT_ONCE: Final = 500


class QuestionEnd(StrEnum):
    """How a question about a register ended."""

    SENT = "sent"
    MISSED = "missed"  # the next one was due before this one could be sent
    NOT_NEEDED = "not needed"
    NOBODY = "nobody"  # nobody is left with an account who could be asked


_OPEN = """
SELECT id, ends_at FROM meeting
WHERE state = 'scheduled' AND ends_at <= {} AND ends_at > {}
  AND register_closed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM register_reminder WHERE register_reminder.meeting = meeting.id)
ORDER BY ends_at LIMIT {}
"""


async def plan(now: datetime) -> int:
    """Each register that stands open after its meeting's end has its questions; returns how many are new.

    Planning twice, or by two workers, adds nothing.
    """
    rows: list[dict[str, Any]] = await Meeting.raw(_OPEN, now, now - LOOKED_BACK, _MOST_AT_ONCE)
    wanted = [
        RegisterReminder(meeting=row["id"], due_at=one.due_at, useful_until=one.useful_until)
        for row in rows
        for one in questions(row["ends_at"])
    ]
    if not wanted:
        return 0
    once = (RegisterReminder.meeting, RegisterReminder.due_at)
    written = RegisterReminder.insert(*wanted).on_conflict(target=once, action="DO NOTHING")
    return len(await written.returning(RegisterReminder.id))


async def ask_due(*, letterhead: Letterhead, now: datetime) -> int:
    """Each question whose time has come has ended; returns how many. One that fails is logged, and tried again."""
    due: list[dict[str, Any]] = (
        await RegisterReminder.select(RegisterReminder.id)
        .where(RegisterReminder.settled_at.is_null() & (RegisterReminder.due_at <= now))
        .order_by(RegisterReminder.due_at, RegisterReminder.id)
        .limit(_MOST_AT_ONCE)
    )
    ids = [row["id"] for row in due]
    return await one_by_one("question about a register", ids, lambda one: _ask(one, letterhead, now))


async def asked_of(meetings: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """When each of these registers was asked about, the first time first."""
    if not meetings:
        return {}
    rows: list[dict[str, Any]] = (
        await RegisterReminder.select(RegisterReminder.meeting, RegisterReminder.settled_at)
        .where(RegisterReminder.meeting.is_in(list(meetings)) & (RegisterReminder.outcome == QuestionEnd.SENT.value))
        .order_by(RegisterReminder.settled_at)
    )
    found: dict[UUID, list[datetime]] = {}
    for row in rows:
        found.setdefault(row["meeting"], []).append(row["settled_at"])
    return found


async def _ask(question_id: int, letterhead: Letterhead, now: datetime) -> bool:
    """The question has ended; False when another worker ended it, or is at it."""
    async with RegisterReminder._meta.db.transaction():
        question = (
            await RegisterReminder.objects()
            .where((RegisterReminder.id == question_id) & RegisterReminder.settled_at.is_null())
            .lock_rows("UPDATE", skip_locked=True)
            .first()
        )
        if question is None:
            return False
        end = await _end(question, letterhead, now)
        await RegisterReminder.update({RegisterReminder.settled_at: now, RegisterReminder.outcome: end.value}).where(
            RegisterReminder.id == question.id
        )
        await trail.record(ACTOR, f"question about a register {end.value}", f"meeting:{question.meeting}", now=now)
    return True


async def _end(question: RegisterReminder, letterhead: Letterhead, now: datetime) -> QuestionEnd:
    """How the question ends, with its letters on their way where it is asked."""
    meeting = await Meeting.objects().where(Meeting.id == question.meeting).lock_rows().first()
    assert meeting is not None
    if meeting.state != MeetingState.SCHEDULED or await closing_of(meeting.id) is not None:
        return QuestionEnd.NOT_NEEDED
    if now > question.useful_until:
        return QuestionEnd.MISSED
    people = await _whom(meeting, now)
    if not people:
        await happened(meeting, ACTOR, "nobody could be asked about the register: nobody has an account", now)
        return QuestionEnd.NOBODY
    register = await _register(meeting, question)
    for person in people:
        message_id = new_message_id(letterhead)
        letter = still_open(register, letterhead, to=person.email, message_id=message_id, now=now)
        key = f"register:{question.id}:{person.id}"
        await outbox.enqueue(letter, key=key, kind="register", useful_until=question.useful_until, now=now)
    missing = f"{register.unmarked} of {register.seats} seats not marked" if register.unmarked else "not closed"
    titles = " and ".join(dict.fromkeys(person.title for person in people))
    await happened(meeting, ACTOR, f"asked about the register ({missing}): {titles}", now)
    return QuestionEnd.SENT


async def _register(meeting: Meeting, question: RegisterReminder) -> OpenRegister:
    seats = await expected(meeting)
    later = await RegisterReminder.exists().where(
        (RegisterReminder.meeting == meeting.id) & (RegisterReminder.due_at > question.due_at)
    )
    return OpenRegister(
        meeting.reference,
        meeting.type,
        meeting.starts_at,
        seats=len(seats),
        unmarked=sum(seat.mark is None for seat in seats),
        last=not later,
    )


async def _whom(meeting: Meeting, now: datetime) -> list[Person]:
    """Who set the meeting up, and who marked last; where neither has access any more, their colleagues."""
    marked = (
        await Attendance.select(Attendance.marked_by)
        .where(Attendance.meeting == meeting.id)
        .order_by(Attendance.id, ascending=False)
        .first()
    )
    named = [actor for actor in (meeting.set_up_by, marked and marked["marked_by"]) if actor]
    known = await Person.objects().where(Person.id.is_in([one for one in map(_uuid, named) if one] or [_NOBODY]))
    active = [person for person in known if person.active_until is None or person.active_until > now]
    if active:
        return sorted(active, key=lambda person: named.index(str(person.id)))
    agency = known[0].agency_code if known else ""
    return (
        await Person.objects()
        .where((Person.agency_code == agency) & (Person.active_until.is_null() | (Person.active_until > now)))
        .order_by(Person.email)
        .limit(MOST_COLLEAGUES)
    )


_NOBODY: Final = UUID(int=0)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
