"""When an invitee is reminded, and for how long a late reminder is still of use; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class ReminderKind(StrEnum):
    """Before which moment a reminder is due. REPLY_BY is for those who have not answered; the others for all."""

    REPLY_BY = "reply-by"
    DAY_BEFORE = "24h"
    HOURS_BEFORE = "2h"


class ReminderEnd(StrEnum):
    """How a reminder ended."""

    SENT = "sent"
    MISSED = "missed"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True)
class Due:
    """One reminder. After `useful_until` it would say nothing that a later one, or the meeting itself, does not."""

    kind: ReminderKind
    due_at: datetime
    useful_until: datetime


def timetable(*, starts_at: datetime, reply_by: datetime, told_at: datetime) -> tuple[Due, ...]:
    """The reminders of one invitation, soonest first: each is useful until the next is due, the last until the start.

    Left out is what had passed when the invitee was told the time (`told_at`): the letter itself had just come.
    Hours are elapsed hours, also across a change of the clocks.
    """
    start = starts_at.astimezone(UTC)
    moments = (
        (ReminderKind.REPLY_BY, reply_by.astimezone(UTC)),
        (ReminderKind.DAY_BEFORE, start - timedelta(hours=24)),
        (ReminderKind.HOURS_BEFORE, start - timedelta(hours=2)),
    )
    coming = sorted((due_at, kind) for kind, due_at in moments if told_at < due_at < start)
    ends = [due_at for due_at, _ in coming[1:]] + [start]
    return tuple(Due(kind, due_at, end) for (due_at, kind), end in zip(coming, ends, strict=False))
