"""Each Monday at nine, managers are asked to review the emergency access to their agency's cases."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from directory.one_by_one import one_by_one
from meetings import break_glass_letters as letters
from meetings.letterhead import Letterhead
from notifications import outbox
from web.appointed import Holder, holders
from web.moments import LONDON, london_at
from web.roles import Role
from web.tables import BreakGlass


async def ask_for_reviews(now: datetime, *, posted_at: datetime, letterhead: Letterhead) -> None:
    """Each manager of an agency with access taken before Monday at nine and not reviewed has one letter this week.

    A worker that was not running on Monday asks later in the week; a second one asks nobody again.

    :param now: the real time, which emergency access follows; letters follow `posted_at`.
    """
    monday = _monday_at_nine(now)
    rows = await BreakGlass.select(BreakGlass.owner_agency, BreakGlass.person).where(
        BreakGlass.reviewed_at.is_null(), BreakGlass.since < monday
    )
    agencies = sorted({row["owner_agency"] for row in rows})

    async def ask(agency: str) -> int:
        asked = 0
        takers = [row["person"] for row in rows if row["owner_agency"] == agency]
        for manager in await holders(agency, [Role.MANAGER], now=now):
            count = sum(taker != manager.person for taker in takers)
            if count:
                asked += await _ask(manager, agency, count, monday, posted_at, letterhead)
        return asked

    await one_by_one("review of emergency access", agencies, ask)


async def _ask(
    manager: Holder, agency: str, count: int, monday: datetime, posted_at: datetime, letterhead: Letterhead
) -> int:
    """How many letters were written: none where the manager was asked this week."""
    key = f"break-glass-review:{agency}:{manager.person}:{monday.date()}"
    message_id = f"<break-glass-review.{manager.person}.{monday:%Y%m%d}.{agency}@{letterhead.domain}>"
    letter = letters.to_review(
        count, letterhead, to=manager.email, to_name=manager.title, message_id=message_id, now=posted_at
    )
    return int(await outbox.enqueue(letter, key=key, kind="break-glass", now=posted_at) is not None)


def _monday_at_nine(now: datetime) -> datetime:
    """The latest Monday at nine in London that has come."""
    today = now.astimezone(LONDON).date()
    monday = london_at(today - timedelta(days=today.weekday()), time(9))
    return monday if monday <= now else london_at(today - timedelta(days=today.weekday() + 7), time(9))
