"""Whom a step of the ladder tells: the unit's own mailboxes, or those who stand on its rungs in the directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from piccolo.columns.combination import And, Or

from attendance.ladder_tables import Escalation, EscalationStep
from attendance.reminders import ReminderEnd
from attendance.tables import Reminder
from directory import failing, ladder
from directory.addresses import same_address
from directory.rungs import Rung
from meetings.tables import Invitation, InviteState, Meeting
from web.moments import london_date

QUIET = timedelta(minutes=15)  # between two letters to one person
REMINDED = timedelta(hours=2)  # an invitee reminded so shortly before or after is not asked again beside the others


@dataclass(frozen=True)
class Taken:
    """A step to take now: its ladder with all its steps in order, and the meeting that it is about, if one."""

    ladder: Escalation
    meeting: Meeting | None
    step: EscalationStep
    steps: tuple[EscalationStep, ...]


@dataclass(frozen=True)
class Recipient:
    """Somebody by role. `just_reminded` is an invitee whose reminder goes out about now: the step waits for it."""

    address: str
    role: str
    just_reminded: bool = False


async def recipients(one: Taken, now: datetime) -> list[Recipient]:
    """Everybody whom the step tells, each address once; nobody where the directory knows nobody."""
    on = london_date(now)
    found: list[Recipient] = []
    if Rung.UNIT in one.step.rungs and one.ladder.unit is not None:
        found = await _of_the_unit(one.ladder.unit, one.ladder.seat, now)
    above = [rung for rung in one.step.rungs if rung != Rung.UNIT]
    for contact in await ladder.on_rungs(one.ladder.unit, above, on) if above else []:
        found.append(Recipient(contact.email, contact.role))
    once: dict[str, Recipient] = {}
    for who in found:
        once.setdefault(who.address.lower(), who)
    return list(once.values())


async def _of_the_unit(unit: UUID, seat: UUID | None, now: datetime) -> list[Recipient]:
    """The unit's contacts, the one to try first in front, and whoever holds the seat's invitation.

    Those whose letters come back are left out where there are others; so is the invitee, while being reminded.
    """
    contacts = await failing.in_use(unit, london_date(now))
    working = [c for c in contacts if c.failing_since is None] or contacts
    found = [Recipient(contact.email, contact.role) for contact in working]
    invited = (
        await Invitation.objects().where((Invitation.seat == seat) & (Invitation.state == InviteState.ACTIVE)).first()
        if seat is not None
        else None
    )
    if invited is None:
        return found
    others = [who for who in found if not same_address(who.address, invited.address)]
    reminded_at = await _reminded_about(invited.id, now)
    if reminded_at is not None and others:
        return others
    just_now = reminded_at is not None and abs(now - reminded_at) < QUIET
    return [Recipient(invited.address, "the invited mailbox", just_reminded=just_now), *others]


async def _reminded_about(invitation: UUID, now: datetime) -> datetime | None:
    """When the invitee is reminded, if that was just done or is about to be."""
    sent = And(Reminder.outcome == ReminderEnd.SENT.value, Reminder.settled_at > now - REMINDED)
    planned = And(Reminder.settled_at.is_null(), Reminder.due_at < now + REMINDED)
    row = await Reminder.objects().where((Reminder.invitation == invitation) & Or(sent, planned)).first()
    return (row.settled_at or row.due_at) if row else None
