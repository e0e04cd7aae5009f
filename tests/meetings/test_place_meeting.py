"""A meeting about a place or a group: no child, no deadline, no figure of strategy meetings."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from directory.errors import NoUnit
from meetings import errors
from meetings.about import known_place, propose_about, set_up_about, subject_of
from meetings.letters import Letterhead
from meetings.tables import About, Invitation, Meeting, MeetingType
from meetings.waiting import meetings_too_late
from notifications.tables import OutboundMail
from reports.figures import Asked
from tests.both_ways import both_ways
from tests.factories import close_register
from tests.meetings.waiting_children import BY, LAMBETH, tomorrow
from web.moments import london_date
from web.viewer import MACHINE

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("rolled_back", "london")


async def about_lambeth(now: datetime, letterhead: Letterhead) -> Meeting:
    proposal = await propose_about(LAMBETH, london_date(now), now)
    units = [seat.unit for seat in proposal.seats]
    reference = await set_up_about(About.GROUP, LAMBETH, tomorrow(now), units, by=BY, now=now, letterhead=letterhead)
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    return meeting


async def test_the_units_of_the_area_are_asked_the_police_first(now: datetime) -> None:
    proposal = await propose_about(LAMBETH, london_date(now), now)
    assert proposal.seats[0].capacities == ("home police",)
    assert proposal.type is MeetingType.CONTEXT
    assert {"chair", "health", "education"} <= {c for seat in proposal.seats for c in seat.capacities}


async def test_it_is_set_up_without_a_child_and_everybody_is_invited(now: datetime, letterhead: Letterhead) -> None:
    meeting = await about_lambeth(now, letterhead)
    assert meeting.child is None
    assert (meeting.about, meeting.about_place) == (About.GROUP, LAMBETH)
    assert await subject_of(meeting) == "A group in Lambeth"
    invitations = await Invitation.count().where(Invitation.meeting == meeting.id)
    assert invitations == await OutboundMail.count().where(OutboundMail.uid == meeting.uid) > 1


async def test_it_gets_a_room_of_its_own_to_join_where_the_link_asks_for_one(
    now: datetime, letterhead: Letterhead
) -> None:
    proposal = await propose_about(LAMBETH, london_date(now), now)
    when = tomorrow(now, link="https://meet.example/{reference}")
    units = [seat.unit for seat in proposal.seats]
    reference = await set_up_about(About.PLACE, LAMBETH, when, units, by=BY, now=now, letterhead=letterhead)
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    assert meeting.link == f"https://meet.example/{reference}"


async def test_its_letters_do_not_say_what_it_is_about(now: datetime, letterhead: Letterhead) -> None:
    meeting = await about_lambeth(now, letterhead)
    for letter in await OutboundMail.objects().where(OutboundMail.uid == meeting.uid):
        text = bytes(letter.content)
        assert b"group in" not in text
        assert meeting.reference.encode() in text


async def test_it_has_no_deadline_to_be_late_for(now: datetime, letterhead: Letterhead) -> None:
    meeting = await about_lambeth(now, letterhead)
    assert meeting.reference not in [late.reference for late in await meetings_too_late(now, MACHINE)]


async def test_it_is_counted_as_a_kind_of_its_own(now: datetime, letterhead: Letterhead) -> None:
    meeting = await about_lambeth(now, letterhead)
    await close_register(meeting=meeting)
    after = meeting.ends_at + DAY
    held = {
        kind: (await both_ways(Asked(now - DAY, after, kind, after))).meetings.total.held
        for kind in (MeetingType.MISSING, MeetingType.CONTEXT)
    }
    assert held == {MeetingType.MISSING: 0, MeetingType.CONTEXT: 1}


async def test_an_area_the_directory_does_not_know_is_refused(now: datetime) -> None:
    with pytest.raises(errors.UnknownArea):
        await known_place("nowhere")
    with pytest.raises(NoUnit):
        await propose_about("nowhere", london_date(now), now)
