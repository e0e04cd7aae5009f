"""Which police unit leads a meeting: changed with a reason, disputed, held for now by the chair, settled by people.

Convene never decides who is right: no dispute changes the lead by itself, and no unit is suggested.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from directory.units import unit_names
from meetings import errors
from meetings.lead_tables import LeadDispute, LeadRefusal
from meetings.scheduling import found, happened
from meetings.seats import POLICE
from meetings.standing_clocks import Clock, Setting, setting
from meetings.tables import Meeting, MeetingState, Seat, Trigger

LONGEST_WHY, LONGEST_ROLE = 200, 80
LONGEST_REASON = 120  # stands on the timeline whole, behind the unit's name
HIGH = "HIGH"


async def change_lead(reference: str, unit: UUID, *, why: str, by: str, now: datetime) -> None:
    """This unit leads from now on, and why is on the timeline; the unit that leads already changes nothing.

    :raises MeetingError: NoSuchMeeting, AlreadyCalledOff, NoLeadHere, LeadIsDisputed, UnsuitableLead,
        UnsuitableWords; nothing was changed.
    """
    reason = _words("why", why, "Say why the lead changes", LONGEST_REASON)
    async with Meeting._meta.db.transaction():
        meeting = await _locked(reference)
        if await open_dispute(meeting.id) is not None:
            raise errors.LeadIsDisputed(reference)
        name = await _police_name(meeting, unit)
        if meeting.lead_unit == unit:
            return
        await Meeting.update({Meeting.lead_unit: unit}).where(Meeting.id == meeting.id)
        await happened(meeting, by, f"{name} leads from now on: {reason}", now)


async def say_not_lead(reference: str, unit: UUID, *, via: str, by: str, now: datetime) -> UUID:
    """A police unit of the meeting says that it is not the lead: who leads is disputed; returns the dispute's id.

    The first to say so starts the clock. Another unit that says so too is added to the same dispute, and the same
    unit again changes nothing. Who leads stays as it is on record until people decide.

    1. The meeting's row is locked, so that of two units at once one opens the dispute and the other joins it.
    2. A unit is written once a dispute, by a unique key.

    :param via: "telephone" or "answer link".
    :raises MeetingError: NoSuchMeeting, AlreadyCalledOff, NoLeadHere, UnsuitableLead; nothing was changed.
    """
    async with Meeting._meta.db.transaction():
        meeting = await _locked(reference)
        name = await _police_name(meeting, unit)
        dispute = await open_dispute(meeting.id) or await _opened(meeting, now)
        said = LeadRefusal(dispute=dispute.id, unit=unit, via=via, said_at=now, recorded_by=by)
        added = (
            await LeadRefusal.insert(said)
            .on_conflict(target=(LeadRefusal.dispute, LeadRefusal.unit), action="DO NOTHING")
            .returning(LeadRefusal.id)
        )
        if added:
            way = "by telephone" if via == "telephone" else "by the web page"
            await happened(meeting, by, f"{name} says {way} that it is not the lead", now)
    return UUID(str(dispute.id))


async def decide_interim(reference: str, unit: UUID, *, why: str, by: str, now: datetime) -> None:
    """The chair's decision which unit leads for now is on record; the dispute and its clock go on.

    :raises MeetingError: as `settle`, UnsuitableWords; nothing was changed.
    """
    reason = _words("why", why, "Say why the chair decided so", LONGEST_WHY)
    async with Meeting._meta.db.transaction():
        meeting, dispute = await _disputed(reference)
        name = await _police_name(meeting, unit)
        await LeadDispute.update(
            {
                LeadDispute.interim_unit: unit,
                LeadDispute.interim_why: reason,
                LeadDispute.interim_at: now,
                LeadDispute.interim_by: by,
            }
        ).where(LeadDispute.id == dispute.id)
        await happened(meeting, by, f"the chair decided that {name} leads for now: {reason}", now)


async def settle(reference: str, unit: UUID, *, agreed_by: str, by: str, now: datetime) -> UUID:
    """The dispute is settled: this unit leads, by whose agreement (a role) is on record; returns the dispute's id.

    Of two people at once the second is told that nothing is disputed any more.

    :raises MeetingError: NoSuchMeeting, AlreadyCalledOff, NoLeadHere, NoDispute, UnsuitableLead, UnsuitableWords;
        nothing was changed.
    """
    role = _words("agreed_by", agreed_by, "Say who agreed, by role", LONGEST_ROLE)
    async with Meeting._meta.db.transaction():
        meeting, dispute = await _disputed(reference)
        name = await _police_name(meeting, unit)
        await Meeting.update({Meeting.lead_unit: unit}).where(Meeting.id == meeting.id)
        await LeadDispute.update(
            {
                LeadDispute.settled_unit: unit,
                LeadDispute.agreed_by: role,
                LeadDispute.settled_at: now,
                LeadDispute.settled_by: by,
            }
        ).where(LeadDispute.id == dispute.id)
        await happened(meeting, by, f"settled that {name} leads, agreed by {role}", now)
    return UUID(str(dispute.id))


async def open_dispute(meeting: UUID) -> LeadDispute | None:
    """The meeting's dispute that nobody has settled."""
    return await (
        LeadDispute.objects()
        .where((LeadDispute.meeting == meeting) & LeadDispute.settled_at.is_null())
        .order_by(LeadDispute.raised_at)
        .first()
    )


async def clock_of(meeting: UUID) -> Setting:
    """How long a dispute about the lead of this meeting may last: shorter where a HIGH rule called for it."""
    high = await Trigger.exists().where((Trigger.meeting == meeting) & (Trigger.rule_code == HIGH))
    return await setting(Clock.DISPUTE_HIGH if high else Clock.DISPUTE)


async def police_of(meeting: Meeting) -> dict[UUID, str]:
    """The police units of a meeting, home, destination and incident first, with their names."""
    seated: list[dict[str, Any]] = await Seat.select(Seat.unit, Seat.capacities).where(
        (Seat.meeting == meeting.id) & Seat.removed_at.is_null()
    )
    units = [meeting.home_unit, meeting.destination_unit, meeting.incident_unit]
    units += [row["unit"] for row in seated if {str(c) for c in POLICE} & set(row["capacities"])]
    wanted = list(dict.fromkeys(unit for unit in units if unit))
    names = await unit_names(wanted)
    return {unit: names[unit] for unit in wanted}


async def _opened(meeting: Meeting, now: datetime) -> LeadDispute:
    clock = await clock_of(meeting.id)
    units = list(await police_of(meeting))
    row = LeadDispute(id=uuid4(), meeting=meeting.id, units=units, raised_at=now, due_at=clock.after(now))
    await LeadDispute.insert(row)
    return row


async def _locked(reference: str) -> Meeting:
    meeting = await found(reference)
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.AlreadyCalledOff(reference)
    if meeting.child is None:
        raise errors.NoLeadHere(reference)
    return meeting


async def _disputed(reference: str) -> tuple[Meeting, LeadDispute]:
    meeting = await _locked(reference)
    dispute = await open_dispute(meeting.id)
    if dispute is None:
        raise errors.NoDispute(reference)
    return meeting, dispute


async def _police_name(meeting: Meeting, unit: UUID) -> str:
    names = await police_of(meeting)
    if unit not in names:
        raise errors.UnsuitableLead("Choose one of the meeting's police units. Nothing was changed.")
    return names[unit]


def _words(field: str, text: str, ask: str, longest: int) -> str:
    line = " ".join(text.split())
    if not line:
        raise errors.UnsuitableWords(field, f"{ask}.")
    if len(line) > longest:
        raise errors.UnsuitableWords(field, f"{ask}, in {longest} characters or fewer.")
    return line
