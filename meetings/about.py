"""A meeting about a place or a group of young people, without any child's record (contextual safeguarding).

It says which borough or area the place or group is in, and never which address or who. It has no trigger and
no deadline, and is counted as a kind of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from directory.areas import place_name, serving
from directory.tables import UnitKind
from meetings import errors
from meetings.letters import Letterhead
from meetings.proposal import Proposal, described
from meetings.seats import PARTNERS, Capacity, merge
from meetings.setting_up import chosen, convene, new_meeting
from meetings.tables import About, Meeting, MeetingType
from meetings.when import When
from web.moments import london_date

PARTNERS_ASKED = (
    Capacity.CHAIR,
    Capacity.SOCIAL_WORKER,
    Capacity.HEALTH,
    Capacity.EDUCATION,
    Capacity.VOLUNTARY,
)
QUORUM = (Capacity.HOME, Capacity.CHAIR)
REPLY_CLOCKS = ((1, "working days"),)


async def propose_about(place: str, on: date, due_at: datetime) -> Proposal:
    """The units of a borough or area that a meeting about a place or group there would seat on a date (London).

    :param due_at: there is no deadline; this is the time of the meeting, or now.
    :raises NoUnit: where the directory has no police unit for the place on that date.
    """
    served = await serving({place}, on)
    home = served.police(place)
    pairs: list[tuple[UUID, Capacity]] = [(home, Capacity.HOME)]
    unfilled = []
    for capacity in PARTNERS_ASKED:
        unit = served.partner(place, UnitKind(PARTNERS[capacity].kind))
        if unit is None:
            unfilled.append(capacity.value)
        else:
            pairs.append((unit, capacity))
    return Proposal(
        home_unit=home,
        destination_unit=None,
        incident_unit=None,
        seats=await described(((s.unit, s.capacities) for s in merge(pairs)), QUORUM, on),
        unfilled=tuple(unfilled),
        quorum=QUORUM,
        type=MeetingType.CONTEXT,
        due_at=due_at,
        reply_clocks=REPLY_CLOCKS,
    )


async def set_up_about(
    about: About,
    place: str,
    when: When,
    units: Sequence[UUID],
    *,
    by: str,
    now: datetime,
    letterhead: Letterhead,
) -> str:
    """A meeting about a place or group in this borough or area is set up, its seats invited, its reference returned.

    :param units: those of the proposal that the coordinator kept.
    :raises MeetingError: UnsuitableTime, UnsuitablePlace, UnsuitableSeats; nothing was changed.
    :raises NoUnit: as `propose_about`.
    """
    when.check(now)
    async with Meeting._meta.db.transaction():
        proposal = await propose_about(place, london_date(when.starts_at), when.starts_at)
        kept = chosen(proposal, units)
        meeting = new_meeting(when, proposal, by=by, now=now, letterhead=letterhead)
        meeting.about, meeting.about_place = about, place
        await convene(meeting, kept, proposal, by=by, now=now, letterhead=letterhead)
    return meeting.reference


async def known_place(place: str) -> str:
    """The name of a borough or area of the directory.

    :raises UnknownArea: where there is none of this code.
    """
    name = await place_name(place)
    if name is None:
        raise errors.UnknownArea
    return name


async def subject_of(meeting: Meeting) -> str:
    """What the meeting is about, in words; "" for one about a child, and for a date of a series."""
    if not meeting.about:
        return ""
    name = await place_name(meeting.about_place) or meeting.about_place
    return f"A {meeting.about} in {name}"
