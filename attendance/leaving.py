"""Somebody left: the contact ends, and what they were invited to passes to whoever follows, in one act.

So do their steps on the unit's ladder. What else they were elsewhere is listed: nobody knows who follows there.

An answer that the leaver gave never stands for the successor: the invitation is a new one, and is asked anew. The
leaver gets a CANCEL for each, unless letters to them come back: then nothing more is sent there, or waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from attendance.answers import standing
from attendance.errors import NoSuccessor
from attendance.leaving_tables import Departure, DepartureSeat
from attendance.state import given_to
from audit import trail
from directory import capacities, contacts, failing
from directory.addresses import same_address
from directory.tables import Contact
from meetings.action_rules import ActionState
from meetings.action_tables import Action
from meetings.deputising import hand_over, usable_address
from meetings.errors import MeetingError
from meetings.letters import Letterhead
from meetings.series_units import replace_contact
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Series, SeriesInvitation
from web.acting import Way, beyond_own_cases
from web.moments import london_date


@dataclass(frozen=True)
class Newcomer:
    """Who follows, where the unit has no contact for them yet."""

    role: str
    email: str
    phone: str = ""


@dataclass(frozen=True)
class Held:
    """What a contact is invited to: single meetings, whole series, and open actions that are theirs."""

    meetings: Sequence[Invitation]  # with their meetings
    series: Sequence[SeriesInvitation]  # with their series
    actions: Sequence[Action]

    @property
    def nothing(self) -> bool:
        return not (self.meetings or self.series or self.actions)


@beyond_own_cases(Way.HANDING)
async def held_by(contact: Contact, *, now: datetime) -> Held:
    """All that is still to come of what this contact was invited to for its unit, whoever's cases those are.

    Whoever keeps the unit's entry may be told how much it is; which cases, only as far as they are theirs.
    """
    whole = await (
        SeriesInvitation.objects(SeriesInvitation.series)
        .where((SeriesInvitation.unit == contact.unit) & (SeriesInvitation.state == InviteState.ACTIVE))
        .where(SeriesInvitation.series.state == MeetingState.SCHEDULED)
        .where(SeriesInvitation.series.last_on >= london_date(now))
    )
    theirs = [one for one in whole if same_address(one.address, contact.email)]
    with_series = {one.id for one in theirs}
    rows = await (
        Invitation.objects(Invitation.meeting)
        .where((Invitation.seat.unit == contact.unit) & (Invitation.state == InviteState.ACTIVE))
        .where((Invitation.meeting.state == MeetingState.SCHEDULED) & (Invitation.meeting.starts_at > now))
        .order_by(Invitation.meeting.starts_at)
    )
    single = [r for r in rows if same_address(r.address, contact.email) and r.of_series not in with_series]
    actions = await (
        Action.objects()
        .where((Action.owner_unit == contact.unit) & (Action.state == ActionState.OPEN.value))
        .order_by(Action.due_on)
    )
    return Held(single, theirs, [one for one in actions if same_address(one.owner_address, contact.email)])


async def successors(contact: Contact, *, now: datetime) -> list[Contact]:
    """The unit's other contacts of today whose letters arrive, the one to try first in front."""
    return await failing.others(contact.unit, contact.email, london_date(now))


@beyond_own_cases(Way.HANDING)
async def leave(contact_id: UUID, to: UUID | Newcomer, *, by: str, now: datetime, letterhead: Letterhead) -> UUID:
    """The contact has left, and the successor holds what they were invited to; returns the departure's id.

    All of it or nothing. What cannot pass (the successor's mailbox has an invitation to the same meeting) stays with
    the leaver and is listed with the reason, for a person to ring the unit.

    1. The departure is written first, by a key that only one of two people at once can have; the second gets its id.
    2. Series are locked before meetings, each kind in the order of ids, as every verb that locks several does.

    :param to: another contact of the unit, or somebody new, who becomes one.
    :raises DirectoryError, BadAddress, NotPlain: where the newcomer cannot be a contact; nothing was changed.
    :raises AttendanceError: NoSuccessor; nothing was changed.
    :raises MeetingError: UnusableAddress; nothing was changed.
    """
    async with Departure._meta.db.transaction():
        contact = await Contact.objects().where(Contact.id == contact_id).lock_rows("NO KEY UPDATE").first()
        if contact is None:
            raise NoSuccessor
        known = await Departure.objects().where(Departure.contact == contact_id).first()
        if known is not None:
            return UUID(str(known.id))
        successor = await _successor(contact, to, by, now)
        usable_address(successor.email, letterhead)
        held = await held_by(contact, now=now)
        departure = await _departed(contact, successor, held, by, now)
        handing = _Handing(departure, contact, successor, by, now, letterhead)
        await handing.all_of(held)
        await capacities.pass_on(contact, successor, on=london_date(now), by=by, now=now)
        await contacts.end(contact_id, on=max(london_date(now), contact.active_from), by=by, now=now)
        detail = {"contact": contact_id, "meetings": len(held.meetings), "series": len(held.series)}
        await trail.record(by, "handed over what a leaver held", f"contact:{contact_id}", now=now, detail=detail)
    return departure


async def _departed(contact: Contact, successor: Contact, held: Held, by: str, now: datetime) -> UUID:
    """The departure is on record, by the contact's id, which is its key."""
    departure = Departure(
        id=uuid4(),
        contact=contact.id,
        successor=successor.email,
        left_at=now,
        recorded_by=by,
        actions=len(held.actions),
    )
    await Departure.insert(departure)
    return UUID(str(departure.id))


@dataclass(frozen=True)
class _Handing:
    """One departure in hand."""

    departure: UUID
    leaver: Contact
    successor: Contact
    by: str
    now: datetime
    letterhead: Letterhead

    async def all_of(self, held: Held) -> None:
        """Everything that can pass is the successor's: series before meetings, each kind in the order of ids."""
        await _lock(held)
        for series in sorted(held.series, key=lambda one: one.series.id):
            await self.series(series)
        for invitation in sorted(held.meetings, key=lambda one: one.meeting.id):
            await self.meeting(invitation)
        await _hand_actions(held.actions, self.successor, self.now)

    async def meeting(self, invitation: Invitation) -> None:
        """The seat of one meeting is the successor's, or the list says why not."""
        given = (await given_to([invitation.id]))[invitation.id]
        answer = standing(given, invitation.meeting.last_major_sequence)
        why_not = ""
        try:
            await hand_over(invitation.id, self.successor.email, to_deputy=False, **self._told())
        except MeetingError as refused:
            why_not = str(refused)[:300]
        await DepartureSeat.insert(
            DepartureSeat(
                departure=self.departure,
                meeting=invitation.meeting.id,
                answered=answer.partstat if answer else "",
                invitation=invitation.id if why_not else None,
                why_not=why_not,
            )
        )

    async def series(self, invitation: SeriesInvitation) -> None:
        """Every coming date of the series is the successor's, or the list says why not."""
        why_not = ""
        try:
            await replace_contact(invitation.id, self.successor.email, **self._told())
        except MeetingError as refused:
            why_not = str(refused)[:300]
        await DepartureSeat.insert(
            DepartureSeat(departure=self.departure, series=invitation.series.id, why_not=why_not)
        )

    def _told(self) -> dict[str, Any]:
        return {
            "group": self.successor.group,
            "tell_former": self.leaver.failing_since is None,
            "by": self.by,
            "now": self.now,
            "letterhead": self.letterhead,
        }


async def _successor(contact: Contact, to: UUID | Newcomer, by: str, now: datetime) -> Contact:
    if isinstance(to, Newcomer):
        new = await contacts.add(
            contact.unit,
            role=to.role,
            email=to.email,
            phone=to.phone,
            rank=contact.rank,
            active_from=london_date(now),
            by=by,
            now=now,
        )
        return await contacts.contact_of(contact.unit, new)
    found = next((other for other in await successors(contact, now=now) if other.id == to), None)
    if found is None:
        raise NoSuccessor
    return found


async def _lock(held: Held) -> None:
    """Everything that will change, before anything does: actions first, as whoever reminds of them locks them."""
    actions = [one.id for one in held.actions] or [UUID(int=0)]
    await Action.select(Action.id).where(Action.id.is_in(actions)).order_by(Action.id).lock_rows()
    series = {one.series.id for one in held.series} | {one.meeting.series for one in held.meetings}
    await (
        Series.select(Series.id)
        .where(Series.id.is_in([one for one in series if one] or [UUID(int=0)]))
        .order_by(Series.id)
        .lock_rows()
    )
    of_series = [one.series.id for one in held.series] or [UUID(int=0)]
    single = [one.meeting.id for one in held.meetings] or [UUID(int=0)]
    await (
        Meeting.select(Meeting.id)
        .where(Meeting.id.is_in(single) | Meeting.series.is_in(of_series))
        .order_by(Meeting.id)
        .lock_rows()
    )


async def _hand_actions(actions: Sequence[Action], successor: Contact, now: datetime) -> None:
    """The successor owns the open actions, and is written to about them in the next round."""
    if not actions:
        return
    await Action.update({Action.owner_address: successor.email, Action.remind_at: now}).where(
        Action.id.is_in([one.id for one in actions]) & (Action.state == ActionState.OPEN.value)
    )
