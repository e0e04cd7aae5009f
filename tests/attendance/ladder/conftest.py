"""A meeting that nobody answers, the units' mailboxes, and who is on their ladders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from directory.rungs import Rung
from meetings.letters import Letterhead
from tests.attendance.conftest import DESTINATION, HOME, SOCIAL_CARE, Convene

HOUR = timedelta(hours=1)
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)  # a day before the meeting: the first step
DUTY = "duty.desk@central-north.police.example"
SERGEANT, INSPECTOR = "sergeant@central-north.police.example", "inspector@central-north.police.example"
SUPERINTENDENT, DIRECTOR = "superintendent@central-north.police.example", "director@london.example"
LADDER = {
    Rung.SUPERVISOR: (SERGEANT, "detective sergeant"),
    Rung.HEAD: (INSPECTOR, "detective inspector"),
    Rung.SUPERINTENDENT: (SUPERINTENDENT, "BCU superintendent"),
    Rung.DIRECTOR: (DIRECTOR, "director of safeguarding"),
}
SINCE = date(2026, 1, 1)


async def unit_id(name: str) -> Any:
    from directory.tables import Unit

    row = await Unit.select(Unit.id).where(Unit.name == name).first()
    assert row is not None
    return row["id"]


async def in_directory(unit: str, email: str, rank: int = 1, role: str = "missing unit") -> None:
    """The unit's own mailbox."""
    from directory import contacts

    now = datetime(2026, 1, 1, tzinfo=UTC)
    await contacts.add(await unit_id(unit), role=role, email=email, rank=rank, active_from=SINCE, by="tests", now=now)


async def on_ladder(unit: str | None, rung: Rung, email: str, role: str) -> Any:
    from directory import ladder

    now = datetime(2026, 1, 1, tzinfo=UTC)
    of = await unit_id(unit) if unit else None
    return await ladder.add(of, rung=rung, role=role, email=email, active_from=SINCE, by="tests", now=now)


@dataclass
class Sent:
    """The escalation letters written since the last look: to whom, their subjects and words."""

    seen: set[int] = field(default_factory=set)

    async def since(self) -> dict[str, tuple[str, str]]:
        from email import message_from_bytes, policy

        from notifications.tables import OutboundMail

        rows = await OutboundMail.select().where(OutboundMail.kind == "escalation").order_by(OutboundMail.id)
        fresh = [row for row in rows if row["id"] not in self.seen]
        self.seen |= {row["id"] for row in fresh}
        found = {}
        for row in fresh:
            message = message_from_bytes(row["content"], policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            assert row["recipient"] not in found, f"two letters at once to {row['recipient']}"
            found[row["recipient"]] = (str(message["Subject"]), str(body.get_content()))
        return found


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def round_at(letterhead: Letterhead) -> Callable[[datetime], Awaitable[None]]:
    """One round of the worker: reminders, then ladders."""

    async def run(now: datetime) -> None:
        from attendance import chasing, ladder_round

        await chasing.plan(now)
        await chasing.remind_due(letterhead=letterhead, now=now)
        await ladder_round.look_back(now)
        await ladder_round.escalate(letterhead=letterhead, now=now)

    return run


@pytest.fixture
async def ladders(rolled_back: None, convene: Convene) -> Any:
    """The meeting on Friday at 10am, of which Central North says nothing, with its whole ladder known."""
    return await with_ladders(convene)


async def with_ladders(convene: Convene) -> Any:
    from attendance.responses import record_by_hand

    meeting = await convene()
    await in_directory("Central North", HOME)
    await in_directory("Central North", DUTY, rank=2, role="duty desk")
    await in_directory("East Area", DESTINATION)
    await in_directory("Camden children's services", SOCIAL_CARE)
    for rung, (email, role) in LADDER.items():
        await on_ladder(None if rung is Rung.DIRECTOR else "Central North", rung, email, role)
    now = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    for unit in ("East Area", "Camden children's services"):
        await record_by_hand(meeting.invitations[unit], "ACCEPTED", by="coordinator", now=now)
    return meeting


async def steps() -> list[tuple[int, str]]:
    """Every step that has ended: its number and how."""
    from attendance.ladder_tables import EscalationStep

    rows = (
        await EscalationStep.select().where(EscalationStep.settled_at.is_not_null()).order_by(EscalationStep.number)
    )
    return [(row["number"], row["outcome"]) for row in rows]


async def timeline() -> list[str]:
    from meetings.tables import MeetingEvent

    rows = await MeetingEvent.select(MeetingEvent.what).order_by(MeetingEvent.id)
    return [row["what"] for row in rows]
