"""Reminders about series: few, because everybody meets again tomorrow or next week.

A date that stands where its series puts it is not reminded of: it is in the calendar with all the others. What goes
out is one letter a unit when the answers to the series were wanted, if a date is still unanswered then; and for a
date that was moved by itself, the reply-by and day-before reminders of a single meeting, because habit points to the
usual time. A Reminder belongs to one invitation; that of the first coming date stands for the series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.custom_types import Combinable

from attendance.answers import standing
from attendance.reminders import Due, ReminderEnd, ReminderKind, timetable
from attendance.state import given_to
from attendance.tables import Reminder
from meetings import series_letters
from meetings.invitations import new_message_id
from meetings.letters import Letterhead
from meetings.occurrences import rule_of
from meetings.series_post import asked_to_series, invited_to, last_sent
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from notifications import outbox

_FOR_A_MOVED_DATE = (ReminderKind.REPLY_BY, ReminderKind.DAY_BEFORE)


def stands_for_series(invitation: Invitation, meeting: Meeting) -> bool:
    """Whether a reminder of this invitation is about the whole series, and not about a date moved by itself."""
    return invitation.of_series is not None and meeting.starts_at == meeting.recurrence_id


def concerns_reminders(since: datetime) -> Combinable:
    """The invitations that reminders can be about: of a series, the dates just asked about and those moved."""
    return (
        Invitation.of_series.is_null()
        | (Invitation.meeting.reply_by > since)
        | (Invitation.meeting.starts_at != Invitation.meeting.recurrence_id)
    )


async def wanted(
    asked: Sequence[tuple[Invitation, Meeting]], told: Mapping[UUID, datetime]
) -> dict[tuple[UUID, str, datetime], Due]:
    """The reminders of these invitations to dates of series, by invitation, kind and time."""
    found = {
        (invitation.id, due.kind.value, due.due_at): due
        for invitation, meeting in asked
        if not stands_for_series(invitation, meeting)
        for due in timetable(starts_at=meeting.starts_at, reply_by=meeting.reply_by, told_at=told[invitation.id])
        if due.kind in _FOR_A_MOVED_DATE
    }
    usual = [one for one in asked if stands_for_series(*one)]
    reminded = await _reminded({invitation.of_series for invitation, _ in usual})
    for (of_series, reply_by), (invitation, meeting) in _first_dates(usual).items():
        if told[invitation.id] < reply_by < meeting.starts_at and (of_series, reply_by) not in reminded:
            due = Due(ReminderKind.REPLY_BY, reply_by, meeting.starts_at)
            found[invitation.id, due.kind.value, due.due_at] = due
    return found


async def end(
    reminder: Reminder, invitation: Invitation, meeting: Meeting, letterhead: Letterhead, now: datetime
) -> tuple[ReminderEnd, int | None]:
    """How the one reminder of a series ends, and the letter it became."""
    stands = invitation.state == InviteState.ACTIVE and meeting.state == MeetingState.SCHEDULED
    if not stands or meeting.reply_by != reminder.due_at:
        return ReminderEnd.NOT_NEEDED, None
    unanswered, dates = await _unanswered(invitation.of_series, reminder.due_at, now)
    found = await asked_to_series(invitation.of_series, now)
    if not unanswered or found is None:
        return ReminderEnd.NOT_NEEDED, None
    if now > reminder.useful_until:
        return ReminderEnd.MISSED, None
    one, series, heard = found
    letter = series_letters.reminder(
        invited_to(series, one, heard, reminder.due_at),
        rule_of(series),
        letterhead,
        unanswered=unanswered,
        dates=dates,
        calendar=await last_sent(one, "request"),
        message_id=new_message_id(letterhead),
        now=now,
    )
    mail = await outbox.enqueue(
        letter,
        key=f"reminder:{reminder.id}",
        kind="reminder",
        uid=series.uid,
        sequence=one.sent_sequence,
        useful_until=reminder.useful_until,
        now=now,
    )
    return ReminderEnd.SENT, mail


def _first_dates(
    usual: Sequence[tuple[Invitation, Meeting]],
) -> dict[tuple[UUID, datetime], tuple[Invitation, Meeting]]:
    """For each unit's invitation to a series and time by which an answer was wanted, the first date it is about."""
    found: dict[tuple[UUID, datetime], tuple[Invitation, Meeting]] = {}
    for invitation, meeting in sorted(usual, key=lambda one: one[1].starts_at):
        found.setdefault((invitation.of_series, meeting.reply_by), (invitation, meeting))
    return found


async def _reminded(of_series: set[UUID]) -> set[tuple[UUID, datetime]]:
    """What was reminded of, or missed, by whichever date stood for the series then."""
    if not of_series:
        return set()
    rows: list[dict[str, Any]] = await Reminder.select(
        Reminder.invitation._.of_series.as_alias("of_series"), Reminder.due_at
    ).where(
        (Reminder.kind == ReminderKind.REPLY_BY.value)
        & Reminder.outcome.is_in([ReminderEnd.SENT.value, ReminderEnd.MISSED.value])
        & Reminder.invitation.of_series.is_in(list(of_series))
    )
    return {(row["of_series"], row["due_at"]) for row in rows}


async def _unanswered(of_series: UUID, reply_by: datetime, now: datetime) -> tuple[int, int]:
    """Of the coming dates for which an answer was wanted by then, how many have none; and how many there are."""
    rows = await Invitation.objects(Invitation.meeting).where(
        (Invitation.of_series == of_series)
        & (Invitation.state == InviteState.ACTIVE)
        & (Invitation.meeting.state == MeetingState.SCHEDULED)
        & (Invitation.meeting.starts_at > now)
        & (Invitation.meeting.reply_by == reply_by)
    )
    given = await given_to([row.id for row in rows])
    waiting = [row for row in rows if standing(given[row.id], row.meeting.last_major_sequence) is None]
    return len(waiting), len(rows)
