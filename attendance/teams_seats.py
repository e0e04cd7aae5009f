"""What is known of the seats of a meeting, for finding whom a Teams file shows: addresses, domains, telephones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from attendance.likeness import house
from attendance.marks import PRESENT, Expected
from attendance.register import expected
from attendance.seat_matching import SeatSought
from attendance.tables import Alias, AliasKind, Outcome
from directory.tables import Contact
from meetings.tables import Invitation, InviteState, Meeting, Seat
from notifications.addresses import found_address


async def sought(meeting: Meeting, today: date) -> list[SeatSought]:
    """The meeting's seats with all that leads to them, in the order of the register. `today` is London's date."""
    seats = await expected(meeting)
    units: list[dict[str, Any]] = await Seat.select(Seat.id, Seat.unit).where(Seat.meeting == meeting.id)
    unit_of = {row["id"]: row["unit"] for row in units}
    invited = await _invited(meeting.id)
    aliases = await _aliases({address for one in invited.values() for address in one})
    contacts = await _contacts(today)
    used_by: defaultdict[str, set[UUID]] = defaultdict(set)
    for unit, rows in contacts.items():
        for row in rows:
            used_by[house(found_address(row["email"]))].add(unit)
    return [
        _sought(seat, unit_of[seat.seat], invited.get(seat.seat, {}), aliases, contacts, used_by) for seat in seats
    ]


def _sought(
    seat: Expected,
    unit: UUID,
    invited: Mapping[str, Invitation],
    aliases: Mapping[tuple[str, str], set[str]],
    contacts: Mapping[UUID, list[dict[str, Any]]],
    used_by: Mapping[str, set[UUID]],
) -> SeatSought:
    own = {address for address, one in invited.items() if not one.delegated_from}
    named = set(invited) - own
    rows = contacts.get(unit, [])
    theirs = {found_address(row["email"]) for row in rows}
    houses = {house(address) for address in own | theirs}
    return SeatSought(
        seat=seat.seat,
        unit=seat.unit,
        addresses=frozenset(own | {alias for a in own for alias in aliases.get((a, AliasKind.SAME), ())}),
        contacts=frozenset(theirs - own - named),
        deputies=frozenset(named | {alias for a in own for alias in aliases.get((a, AliasKind.DEPUTY), ())}),
        group=any(one.group for one in invited.values()),
        own_houses=frozenset(one for one in houses if used_by.get(one) == {unit}),
        phones=frozenset(row["phone"] for row in rows if row["phone"]),
        stands_absent=seat.mark is not None and seat.mark.outcome not in (*PRESENT, Outcome.NOT_RECORDED),
    )


async def _invited(meeting: UUID) -> dict[UUID, dict[str, Invitation]]:
    """The invitations of each seat by their address, without those that were taken back."""
    rows = await Invitation.objects().where(
        (Invitation.meeting == meeting) & (Invitation.state != InviteState.REMOVED)
    )
    found: defaultdict[UUID, dict[str, Invitation]] = defaultdict(dict)
    for row in rows:
        found[row.seat][found_address(row.address)] = row
    return found


async def _aliases(addresses: set[str]) -> dict[tuple[str, str], set[str]]:
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    if addresses:
        rows = await Alias.objects().where(Alias.address.is_in(list(addresses)) & Alias.forgotten_at.is_null())
        for row in rows:
            found[row.address, row.kind].add(row.alias)
    return found


async def _contacts(today: date) -> dict[UUID, list[dict[str, Any]]]:
    """The contacts of every unit that are in use: a domain is a unit's own if no other has it."""
    rows: list[dict[str, Any]] = await Contact.select(Contact.unit, Contact.email, Contact.phone).where(
        (Contact.active_from <= today) & (Contact.active_to.is_null() | (Contact.active_to > today))
    )
    found: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["unit"]].append(row)
    return found
