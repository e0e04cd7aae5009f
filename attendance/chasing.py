"""Who is reminded, when: each reminder is due once and ends once, as sent, as not needed, or as missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance import letters, series_chasing
from attendance.answers import standing
from attendance.reminders import Due, ReminderEnd, ReminderKind, timetable
from attendance.state import given_to, locked, told_at
from attendance.tables import Reminder
from audit import trail
from directory.one_by_one import one_by_one
from meetings.invitations import invited, letter_key, new_message_id, series_of
from meetings.letters import Letterhead
from meetings.scheduling import happened
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat
from notifications import outbox
from notifications.itip import Partstat
from notifications.tables import OutboundMail

ACTOR = "reminders"
LOOKED_BACK = timedelta(days=7)  # an outage that lasts longer is one that people know of
_MOST_AT_ONCE = 500

_DECIDED = (Partstat.ACCEPTED, Partstat.DECLINED, Partstat.DELEGATED)  # their reminder asks no question


async def plan(now: datetime, *, looking_back: timedelta = LOOKED_BACK) -> int:
    """Every invitation to a coming meeting has its reminders; returns how many are new.

    So has one to a meeting that began so short a time ago: what an outage kept from being planned is then recorded
    as missed. Reminders of a time that the meeting no longer has are not needed any more, and wait again when it
    comes back to that time. Planning twice, or by two workers, adds nothing.
    """
    asked = await _in_view(now - looking_back)
    wanted = await _wanted(asked)  # of a series, only what `series_chasing` says
    rows = await Reminder.objects().where(Reminder.invitation.is_in([i.id for i, _ in asked])) if asked else []
    planned = {(row.invitation, row.kind, row.due_at) for row in rows}
    stale = [r.id for r in rows if r.settled_at is None and (r.invitation, r.kind, r.due_at) not in wanted]
    await _not_needed(stale, now)
    await _needed_again([r.id for r in rows if (r.invitation, r.kind, r.due_at) in wanted and _was_set_aside(r)])
    return await _insert([Reminder(**_columns(key, due)) for key, due in wanted.items() if key not in planned])


async def remind_due(*, letterhead: Letterhead, now: datetime) -> int:
    """Each reminder whose time has come has ended; returns how many. One that fails is logged, and tried next time.

    A worker locks one reminder, leaving out those another has locked, and ends it in the transaction that
    enqueues its letter: it is sent once, also with two workers or a crash.
    """
    due: list[dict[str, Any]] = (
        await Reminder.select(Reminder.id)
        .where(Reminder.settled_at.is_null() & (Reminder.due_at <= now))
        .order_by(Reminder.due_at, Reminder.id)
        .limit(_MOST_AT_ONCE)
    )
    ids = [row["id"] for row in due]
    return await one_by_one("reminder", ids, lambda one: _remind(one, letterhead, now))


async def _remind(reminder_id: int, letterhead: Letterhead, now: datetime) -> bool:
    """The reminder has ended; False when another worker ended it, or is at it."""
    async with Reminder._meta.db.transaction():
        reminder = (
            await Reminder.objects()
            .where((Reminder.id == reminder_id) & Reminder.settled_at.is_null())
            .lock_rows("UPDATE", skip_locked=True)
            .first()
        )
        if reminder is None:
            return False
        end, mail = await _end(reminder, letterhead, now)
        await Reminder.update({Reminder.settled_at: now, Reminder.outcome: end.value, Reminder.mail: mail}).where(
            Reminder.id == reminder.id
        )
        subject = f"invitation:{reminder.invitation}"
        await trail.record(ACTOR, f"{reminder.kind} reminder {end.value}", subject, now=now)
    return True


async def _end(reminder: Reminder, letterhead: Letterhead, now: datetime) -> tuple[ReminderEnd, int | None]:
    """How the reminder ends, and the letter it became."""
    meeting, invitation = await locked(reminder.invitation)
    if series_chasing.stands_for_series(invitation, meeting):
        return await series_chasing.end(reminder, invitation, meeting, letterhead, now)
    answer = await _answer(invitation, meeting)
    if not await _is_needed(reminder, invitation, meeting, answer):
        return ReminderEnd.NOT_NEEDED, None
    if now > reminder.useful_until:
        await happened(meeting, ACTOR, f"the {reminder.kind} reminder to {invitation.cn} was missed", now)
        return ReminderEnd.MISSED, None
    return ReminderEnd.SENT, await _send(reminder, invitation, meeting, answer, letterhead, now)


async def _is_needed(reminder: Reminder, invitation: Invitation, meeting: Meeting, answer: str | None) -> bool:
    """Whether the meeting still stands at the time this reminder is about, and still wants it said."""
    if invitation.state != InviteState.ACTIVE or meeting.state != MeetingState.SCHEDULED:
        return False
    if reminder.kind == ReminderKind.REPLY_BY and answer is not None:
        return False
    return (invitation.id, reminder.kind, reminder.due_at) in await _wanted([(invitation, meeting)])


async def _send(
    reminder: Reminder,
    invitation: Invitation,
    meeting: Meeting,
    answer: str | None,
    letterhead: Letterhead,
    now: datetime,
) -> int | None:
    seat: dict[str, Any] | None = await Seat.select(Seat.capacities).where(Seat.id == invitation.seat).first()
    assert seat is not None
    calendar = None if answer in _DECIDED else await _last_request(invitation)
    letter = letters.reminder(
        invited(meeting, invitation, seat["capacities"], await series_of(meeting)),
        letterhead,
        answer=answer,
        calendar=calendar,
        message_id=new_message_id(letterhead),
        now=now,
    )
    return await outbox.enqueue(
        letter,
        key=f"reminder:{reminder.id}",
        kind="reminder",
        uid=meeting.uid,
        sequence=invitation.sent_sequence,
        useful_until=reminder.useful_until,
        now=now,
    )


async def _last_request(invitation: Invitation) -> bytes | None:
    """The iCalendar bytes that the invitee was last sent, never made anew: one SEQUENCE has one payload."""
    key = letter_key("request", invitation.id, invitation.sent_sequence)
    row: dict[str, Any] | None = (
        await OutboundMail.select(OutboundMail.calendar).where(OutboundMail.key == key).first()
    )
    return bytes(row["calendar"]) if row and row["calendar"] else None


async def _answer(invitation: Invitation, meeting: Meeting) -> str | None:
    stands = standing((await given_to([invitation.id]))[invitation.id], meeting.last_major_sequence)
    return stands.partstat if stands else None


async def _in_view(since: datetime) -> list[tuple[Invitation, Meeting]]:
    rows = await Invitation.objects(Invitation.meeting).where(
        (Invitation.state == InviteState.ACTIVE)
        & (Invitation.meeting.state == MeetingState.SCHEDULED)
        & (Invitation.meeting.starts_at > since)
        & series_chasing.concerns_reminders(since)
    )
    return [(row, row.meeting) for row in rows]


async def _wanted(asked: Sequence[tuple[Invitation, Meeting]]) -> dict[tuple[UUID, str, datetime], Due]:
    """The reminders that these invitations have by their meetings' present times."""
    told = await told_at(asked)
    alone = [(invitation, meeting) for invitation, meeting in asked if invitation.of_series is None]
    return {
        (invitation.id, due.kind.value, due.due_at): due
        for invitation, meeting in alone
        for due in timetable(starts_at=meeting.starts_at, reply_by=meeting.reply_by, told_at=told[invitation.id])
    } | await series_chasing.wanted([one for one in asked if one[0].of_series is not None], told)


def _columns(key: tuple[UUID, str, datetime], due: Due) -> dict[str, Any]:
    invitation, kind, due_at = key
    return {"invitation": invitation, "kind": kind, "due_at": due_at, "useful_until": due.useful_until}


async def _insert(rows: Sequence[Reminder]) -> int:
    written = 0
    for start in range(0, len(rows), _MOST_AT_ONCE):
        once = (Reminder.invitation, Reminder.kind, Reminder.due_at)
        written += len(
            await Reminder.insert(*rows[start : start + _MOST_AT_ONCE])
            .on_conflict(target=once, action="DO NOTHING")
            .returning(Reminder.id)
        )
    return written


def _was_set_aside(reminder: Reminder) -> bool:
    """Whether it ended before its time, because the meeting had moved away from it."""
    early = reminder.settled_at is not None and reminder.settled_at < reminder.due_at
    return early and reminder.outcome == ReminderEnd.NOT_NEEDED


async def _needed_again(reminders: Sequence[int]) -> None:
    if reminders:
        await Reminder.update({Reminder.settled_at: None, Reminder.outcome: ""}).where(
            Reminder.id.is_in(list(reminders)) & (Reminder.outcome == ReminderEnd.NOT_NEEDED.value)
        )


async def _not_needed(reminders: Sequence[int], now: datetime) -> None:
    if reminders:
        await Reminder.update({Reminder.settled_at: now, Reminder.outcome: ReminderEnd.NOT_NEEDED.value}).where(
            Reminder.id.is_in(list(reminders)) & Reminder.settled_at.is_null()
        )
