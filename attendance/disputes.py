"""A dispute about the lead, with its ladder: both units' supervisors hear at once, and who is above them in time.

Each verb is that of `meetings.leads`, and what the ladder does because of it, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attendance.escalations import raise_escalation, stop_escalation
from attendance.ladder import TOP, Cause, Step
from directory.rungs import Rung
from directory.units import unit_names
from meetings import leads
from meetings.lead_tables import LeadDispute
from meetings.standing_clocks import Setting
from meetings.tables import Meeting

_WANTED = "Agree with the other police units which of you leads, and tell the meeting's coordinator."


async def say_not_lead(reference: str, unit: UUID, *, via: str, by: str, now: datetime) -> UUID:
    """As `leads.say_not_lead`; the first refusal raises a ladder against every police unit of the meeting alike.

    :raises MeetingError: as `leads.say_not_lead`; nothing was changed.
    """
    async with Meeting._meta.db.transaction():
        dispute = await leads.say_not_lead(reference, unit, via=via, by=by, now=now)
        row = await _found(dispute)
        steps = steps_of(row.raised_at, row.due_at, await leads.clock_of(row.meeting))
        names = await unit_names(row.units)
        who = ", ".join(names[one] for one in row.units)
        for one in row.units:
            await raise_escalation(
                cause=Cause.DISPUTE,
                key=ladder_key(dispute, one),
                unit=one,
                about=f"It is disputed which police unit leads meeting {reference}. Its police units: {who}."[:500],
                wanted=_WANTED,
                now=now,
                meeting=row.meeting,
                steps=steps,
            )
    return dispute


async def settle(reference: str, unit: UUID, *, agreed_by: str, by: str, now: datetime) -> None:
    """As `leads.settle`; the ladders climb no further.

    :raises MeetingError: as `leads.settle`; nothing was changed.
    """
    async with Meeting._meta.db.transaction():
        dispute = await leads.settle(reference, unit, agreed_by=agreed_by, by=by, now=now)
        await stop_ladders(await _found(dispute), "the lead is settled", now)


async def stop_ladders(dispute: LeadDispute, why: str, now: datetime) -> int:
    """The dispute's ladders climb no further; how many did until now. Joins the caller's transaction."""
    return sum([await stop_escalation(ladder_key(dispute.id, unit), why=why, now=now) for unit in dispute.units])


def ladder_key(dispute: UUID, unit: UUID) -> str:
    return f"dispute:{dispute}:{unit}"


def steps_of(raised_at: datetime, due_at: datetime, clock: Setting) -> Sequence[Step]:
    """The supervisors at once; heads of service when the clock has run out; the top when it has run out again."""
    return (
        Step((Rung.SUPERVISOR,), raised_at),
        Step((Rung.HEAD,), due_at),
        Step(TOP, clock.after(due_at)),
    )


async def _found(dispute: UUID) -> LeadDispute:
    row = await LeadDispute.objects().where(LeadDispute.id == dispute).first()
    assert row is not None
    return row
