"""What is known of a seat besides its answer: what its invitee asks for, and that they are away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from attendance.proposals import is_open
from attendance.tables import Absence, Asked, Deputy, Proposal
from directory.contacts import FIRST_TRIED, holds_on
from directory.tables import Contact
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from web.moments import london_date

_UNDATED = timedelta(days=14)  # an absence notice without dates is news for so long


@dataclass(frozen=True)
class Away:
    """An automatic reply of the invitee's. `over_it`: by its dates they are away on the meeting's day."""

    first_day: date | None
    last_day: date | None
    over_it: bool


@dataclass(frozen=True)
class SeatNotes:
    """What stands beside one invitation. `next_contact` is who of the unit could be invited instead."""

    proposals: tuple[tuple[int, datetime], ...] = ()
    deputies: tuple[tuple[int, str], ...] = ()
    away: Away | None = None
    next_contact: str = ""


@dataclass
class _Gathered:
    proposals: list[tuple[int, datetime]] = field(default_factory=list)
    deputies: list[tuple[int, str]] = field(default_factory=list)
    away: Away | None = None


async def notes_on(
    meeting: Meeting, invitations: Sequence[Invitation], units: Mapping[UUID, UUID], *, now: datetime
) -> Mapping[UUID, SeatNotes]:
    """By invitation, what is open and known of it; of a meeting that is over or called off, nothing.

    :param units: of the meeting's seats.
    """
    active = {one.id: one for one in invitations if one.state == InviteState.ACTIVE}
    if not active or meeting.state == MeetingState.CALLED_OFF or now >= meeting.starts_at:
        return {}
    found = {invitation: _Gathered() for invitation in active}
    for proposal in await Proposal.objects().where(
        Proposal.invitation.is_in(list(active)) & (Proposal.state == Asked.OPEN)
    ):
        if is_open(proposal, meeting):
            found[proposal.invitation].proposals.append((proposal.id, proposal.starts_at))
    for deputy in await Deputy.objects().where(Deputy.invitation.is_in(list(active)) & (Deputy.state == Asked.OPEN)):
        found[deputy.invitation].deputies.append((deputy.id, deputy.address))
    for invitation, away in (await _away(meeting, active, now)).items():
        found[invitation].away = away
    instead = await _next_contacts(meeting, list(active.values()), units)
    return {
        invitation: SeatNotes(tuple(notes.proposals), tuple(notes.deputies), notes.away, instead.get(invitation, ""))
        for invitation, notes in found.items()
    }


async def _away(meeting: Meeting, active: Mapping[UUID, Invitation], now: datetime) -> dict[UUID, Away]:
    """The latest notice of each address that is not over, whichever meeting's letter it answered."""
    rows: list[dict[str, Any]] = (
        await Absence.select(
            Absence.received_at,
            Absence.first_day,
            Absence.last_day,
            Absence.invitation._.address.as_alias("address"),
        )
        .where(Absence.invitation._.address.is_in([one.address for one in active.values()]))
        .order_by(Absence.id)
    )
    latest = {row["address"]: row for row in rows}
    found = {}
    for invitation in active.values():
        row = latest.get(invitation.address)
        if row is not None and _is_news(row, now):
            found[invitation.id] = _as_told(row, london_date(meeting.starts_at))
    return found


def _is_news(row: Mapping[str, Any], now: datetime) -> bool:
    last: date | None = row["last_day"]
    received: datetime = row["received_at"]
    return last >= london_date(now) if last is not None else now - received <= _UNDATED


def _as_told(row: Mapping[str, Any], day: date) -> Away:
    first, last = row["first_day"], row["last_day"]
    over_it = last is not None and (first is None or first <= day) and day <= last
    return Away(first, last, over_it)


async def _next_contacts(
    meeting: Meeting, invitations: Sequence[Invitation], units: Mapping[UUID, UUID]
) -> dict[UUID, str]:
    """Who else speaks for the unit of each of these invitations on the meeting's day: role and address."""
    asked = [units[one.seat] for one in invitations]
    contacts = (
        await Contact.objects()
        .where(Contact.unit.is_in(asked) & holds_on(london_date(meeting.starts_at)))
        .order_by(*FIRST_TRIED)
    )
    found = {}
    for one in invitations:
        others = [
            c
            for c in contacts
            if c.unit == units[one.seat] and c.email.lower() != one.address.lower() and c.failing_since is None
        ]
        found[one.id] = f"{others[0].role}, {others[0].email}" if others else ""
    return found
