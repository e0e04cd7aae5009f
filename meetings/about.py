"""A meeting about a place or a group of young people, without any child's record (contextual safeguarding).

It says which borough or area the place or group is in, and never which address or who. It has no trigger and
no deadline, and is counted as a kind of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from directory.areas import place_names, serving
from directory.tables import UnitKind
from meetings import errors, invitations, scheduling
from meetings.letters import Letterhead, in_words
from meetings.occurrences import new_reference
from meetings.proposal import Proposal, described
from meetings.seats import PARTNERS, Capacity, merge
from meetings.setting_up import chosen
from meetings.tables import About, Meeting, MeetingType
from meetings.when import When, answers_wanted_by
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
        meeting = Meeting(
            id=uuid4(),
            reference=new_reference("SM"),
            uid=f"{uuid4()}@{letterhead.domain}",
            about=about,
            about_place=place,
            type=proposal.type,
            starts_at=when.starts_at,
            ends_at=when.ends_at,
            place=when.place,
            link=when.link,
            fixed=when.fixed,
            due_at=proposal.due_at,
            reply_by=answers_wanted_by(proposal.reply_clocks, when.starts_at, now),
            quorum=list(proposal.quorum),
            home_unit=proposal.home_unit,
            set_up_at=now,
            set_up_by=by,
        )
        await Meeting.insert(meeting)
        seats = {uuid4(): seat for seat in kept}
        await scheduling.insert_seats(meeting, seats, now)
        await invitations.invite(meeting, seats, letterhead=letterhead, now=now)
        asked = sum(bool(seat.address) for seat in kept)
        await scheduling.happened(meeting, by, f"set up for {in_words(when.starts_at)}: {asked} invited", now)
    return meeting.reference


async def known_place(place: str) -> str:
    """The name of a borough or area of the directory.

    :raises UnknownArea: where there is none of this code.
    """
    name = (await place_names()).get(place)
    if name is None:
        raise errors.UnknownArea
    return name


async def subject_of(meeting: Meeting) -> str:
    """What the meeting is about, in words; "" for one about a child, and for a date of a series."""
    if not meeting.about:
        return ""
    name = (await place_names()).get(meeting.about_place, meeting.about_place)
    return f"A {meeting.about} in {name}"
