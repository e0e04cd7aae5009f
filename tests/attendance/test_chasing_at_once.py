"""Two workers remind at the same time: every reminder is still sent once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from attendance.chasing import plan, remind_due
from attendance.tables import Reminder
from notifications.tables import OutboundMail


async def test_two_workers_send_each_reminder_once(committed: None, convene: Any, now: datetime) -> None:
    meeting = await convene()
    at = now + timedelta(hours=4)
    await asyncio.gather(plan(at), plan(at))
    ended = await asyncio.gather(*(remind_due(letterhead=meeting.letterhead, now=at) for _ in range(3)))

    assert sum(ended) == 3
    assert await Reminder.count() == 9
    assert await OutboundMail.count().where(OutboundMail.kind == "reminder") == 3
