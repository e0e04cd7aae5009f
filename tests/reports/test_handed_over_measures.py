"""A seat whose invitation passed to a deputy, or to the unit's next contact, is still one seat in every figure."""

from __future__ import annotations

from datetime import datetime

import pytest

from attendance.tables import Outcome
from directory.tables import Unit
from meetings.deputising import hand_over
from meetings.letters import Letterhead
from meetings.tables import Invitation, Meeting, Seat
from notifications import outbox
from notifications.tables import OutboundMail, OutState
from reports.figures import SeatCounts
from tests.factories import DAY, HOUR, MONDAY, make_mark, make_request, make_response
from tests.reports.counting import of

pytestmark = pytest.mark.usefixtures("rolled_back")

BY = "the coordinator"
OTHER = "other@unit.example"
EARLY, LATE = MONDAY - 2 * DAY, MONDAY - 3 * HOUR


class Handing:
    """The seat's invitation passes on, as a person approves it."""

    def __init__(self, meeting: Meeting, seat: Seat, letterhead: Letterhead) -> None:
        self.meeting, self.seat, self.letterhead = meeting, seat, letterhead

    async def over(self, *, to_deputy: bool, at: datetime) -> None:
        held = await Invitation.objects().where(Invitation.seat == self.seat.id).first()
        assert held is not None
        await make_request(meeting=self.meeting, seat=self.seat)
        await hand_over(held.id, OTHER, to_deputy=to_deputy, by=BY, now=at, letterhead=self.letterhead)

    async def did_not_arrive(self, at: datetime) -> None:
        """The letter to whom it passed came back."""
        await OutboundMail.update({OutboundMail.state: OutState.SENT, OutboundMail.settled_at: at}).where(
            OutboundMail.recipient == OTHER
        )
        assert await outbox.came_back(self.meeting.uid, OTHER, before=at, by=BY, now=at) == 1


@pytest.fixture
def handing(meeting: Meeting, seat: Seat, letterhead: Letterhead) -> Handing:
    return Handing(meeting, seat, letterhead)


async def reconciled(home: Unit) -> SeatCounts:
    counts = await of(home)
    recorded = counts.attended + counts.deputy + counts.apologies + counts.no_show + counts.report_only
    assert counts.expected == recorded + counts.not_recorded
    return counts


async def test_a_seat_whose_deputy_has_not_answered_is_answered_and_not_confirmed(
    handing: Handing, meeting: Meeting, seat: Seat, home: Unit
) -> None:
    await make_response(meeting=meeting, seat=seat, partstat="DELEGATED", received_at=EARLY)
    await handing.over(to_deputy=True, at=EARLY)
    counts = await reconciled(home)
    assert (counts.expected, counts.invited, counts.answered, counts.accepted) == (1, 1, 1, 0)
    assert (counts.invitations, counts.short_notice) == (2, 0)


async def test_the_deputys_answer_is_the_seats(handing: Handing, meeting: Meeting, seat: Seat, home: Unit) -> None:
    await make_response(meeting=meeting, seat=seat, partstat="DELEGATED", received_at=EARLY)
    await handing.over(to_deputy=True, at=EARLY)
    await make_response(meeting=meeting, seat=seat, partstat="ACCEPTED", sequence=1, received_at=EARLY + HOUR)
    await make_mark(meeting=meeting, seat=seat, outcome=Outcome.DEPUTY)
    counts = await reconciled(home)
    assert (counts.expected, counts.deputy, counts.answered, counts.accepted) == (1, 1, 1, 1)


async def test_a_deputy_named_at_the_last_moment_makes_no_short_notice(handing: Handing, home: Unit) -> None:
    await handing.over(to_deputy=True, at=LATE)
    assert (await reconciled(home)).short_notice == 0


async def test_a_seat_is_reached_where_only_the_letter_to_its_deputy_came_back(handing: Handing, home: Unit) -> None:
    await handing.over(to_deputy=True, at=EARLY)
    await handing.did_not_arrive(EARLY + HOUR)
    counts = await reconciled(home)
    assert (counts.expected, counts.not_reached) == (1, 0)


async def test_the_next_contacts_invitation_is_the_seats_only_one(
    handing: Handing, meeting: Meeting, seat: Seat, home: Unit
) -> None:
    await make_response(meeting=meeting, seat=seat, partstat="TENTATIVE", received_at=EARLY)
    await handing.over(to_deputy=False, at=EARLY)
    counts = await reconciled(home)
    assert (counts.expected, counts.invited, counts.invitations, counts.answered) == (1, 1, 1, 0)


async def test_the_next_contact_invited_on_the_day_is_shown_as_short_notice(handing: Handing, home: Unit) -> None:
    await handing.over(to_deputy=False, at=LATE)
    counts = await reconciled(home)
    assert (counts.expected, counts.short_notice) == (1, 1)


async def test_a_seat_is_not_reached_where_the_letter_to_its_next_contact_came_back_too(
    handing: Handing, meeting: Meeting, seat: Seat, home: Unit
) -> None:
    await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
    await handing.over(to_deputy=False, at=EARLY)
    await handing.did_not_arrive(EARLY + HOUR)
    await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
    counts = await reconciled(home)
    assert (counts.expected, counts.not_reached, counts.no_show) == (0, 1, 0)
