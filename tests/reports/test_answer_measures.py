"""What is counted of the answers of police seats, and what was asked of them; each rule on rows made for it."""

from __future__ import annotations

import pytest

from attendance.tables import Outcome
from directory.tables import Unit
from meetings.tables import InviteState, Meeting, Seat
from tests.factories import (
    DAY,
    HOUR,
    MONDAY,
    call_off,
    make_invitation,
    make_mark,
    make_meeting,
    make_response,
    make_seat,
)
from tests.reports.counting import of

pytestmark = pytest.mark.usefixtures("rolled_back")


class TestAnswers:
    async def test_an_acceptance_that_stood_at_the_start_is_confirmed(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_response(meeting=meeting, seat=seat, partstat="ACCEPTED")
        counts = await of(home)
        assert (counts.invited, counts.answered, counts.accepted) == (1, 1, 1)

    @pytest.mark.parametrize("partstat", ["TENTATIVE", "DECLINED"])
    async def test_any_other_answer_is_an_answer_and_no_confirmation(
        self, meeting: Meeting, seat: Seat, home: Unit, partstat: str
    ) -> None:
        await make_response(meeting=meeting, seat=seat, partstat=partstat)
        counts = await of(home)
        assert (counts.answered, counts.accepted) == (1, 0)

    async def test_the_latest_applied_answer_stands(self, meeting: Meeting, seat: Seat, home: Unit) -> None:
        await make_response(meeting=meeting, seat=seat, partstat="DECLINED", received_at=MONDAY - 2 * DAY)
        await make_response(meeting=meeting, seat=seat, partstat="ACCEPTED", received_at=MONDAY - DAY)
        await make_response(meeting=meeting, seat=seat, partstat="DECLINED", received_at=MONDAY - HOUR, applied=False)
        counts = await of(home)
        assert (counts.accepted, counts.late_withdrawal) == (1, 0)

    async def test_a_question_that_a_coordinator_put_back_is_not_answered(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_response(meeting=meeting, seat=seat, partstat="DELEGATED", received_at=MONDAY - 2 * DAY)
        assert (await of(home)).answered == 1
        await make_response(meeting=meeting, seat=seat, partstat="NEEDS-ACTION", received_at=MONDAY - DAY)
        assert (await of(home)).answered == 0

    async def test_an_answer_after_the_start_is_no_answer(self, meeting: Meeting, seat: Seat, home: Unit) -> None:
        await make_response(meeting=meeting, seat=seat, received_at=MONDAY)
        assert (await of(home)).answered == 0

    async def test_an_answer_to_the_earlier_time_does_not_count(self, home: Unit) -> None:
        moved = await make_meeting(home=home, sequence=3, last_major_sequence=2)
        seat = await make_seat(meeting=moved, unit=home)
        await make_response(meeting=moved, seat=seat, sequence=1)
        assert (await of(home)).answered == 0
        await make_response(meeting=moved, seat=seat, sequence=2)
        assert (await of(home)).accepted == 1

    async def test_a_meeting_called_off_counts_for_answers_and_not_for_confirmations(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_response(meeting=meeting, seat=seat)
        await call_off(meeting=meeting, at=MONDAY - HOUR)
        counts = await of(home)
        assert (counts.invited, counts.answered, counts.accepted) == (1, 1, 0)

    async def test_an_answer_to_an_invitation_that_was_taken_back_does_not_count(
        self, meeting: Meeting, home: Unit
    ) -> None:
        seat = await make_seat(meeting=meeting, unit=home, invited=False)
        await make_invitation(meeting=meeting, seat=seat, state=InviteState.REMOVED, ended_at=MONDAY - 2 * DAY + HOUR)
        await make_response(meeting=meeting, seat=seat, received_at=MONDAY - 2 * DAY)
        await make_invitation(meeting=meeting, seat=seat, invited_at=MONDAY - DAY)
        counts = await of(home)
        assert (counts.invited, counts.answered) == (1, 0)

    async def test_who_accepted_and_did_not_come_is_a_no_show_after_accepting(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_response(meeting=meeting, seat=seat)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        assert (await of(home)).no_show_after_accepting == 1

    async def test_who_declined_and_did_not_come_is_not_a_no_show_after_accepting(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_response(meeting=meeting, seat=seat, received_at=MONDAY - 3 * DAY + HOUR)
        await make_response(meeting=meeting, seat=seat, partstat="DECLINED")
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        assert (await of(home)).no_show_after_accepting == 0


class TestLateWithdrawal:
    @pytest.mark.parametrize(
        ("answers", "late"),
        [
            ([("ACCEPTED", 48), ("DECLINED", 23)], 1),
            ([("ACCEPTED", 48), ("DECLINED", 24)], 0),
            ([("ACCEPTED", 48), ("DECLINED", 30), ("DECLINED", 2)], 0),
            ([("ACCEPTED", 48), ("TENTATIVE", 30), ("DECLINED", 2)], 1),
            ([("ACCEPTED", 48), ("DECLINED", 3), ("ACCEPTED", 2)], 0),
            ([("DECLINED", 2)], 0),
            ([("ACCEPTED", 48), ("TENTATIVE", 2)], 0),
        ],
    )
    async def test_an_acceptance_turned_into_a_decline_within_a_day_of_the_start(
        self, meeting: Meeting, seat: Seat, home: Unit, answers: list[tuple[str, int]], late: int
    ) -> None:
        for partstat, hours in answers:
            await make_response(meeting=meeting, seat=seat, partstat=partstat, received_at=MONDAY - hours * HOUR)
        assert (await of(home)).late_withdrawal == late


class TestCost:
    async def test_a_unit_is_asked_for_the_minutes_of_the_meetings_held(self, home: Unit) -> None:
        for minutes in (45, 60):
            await make_seat(meeting=await make_meeting(home=home, minutes=minutes), unit=home)
        counts = await of(home)
        assert (counts.invitations, counts.seat_minutes) == (2, 105)

    async def test_a_meeting_called_off_costs_an_invitation_and_no_minutes(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await call_off(meeting=meeting, at=MONDAY - HOUR)
        counts = await of(home)
        assert (counts.invitations, counts.seat_minutes) == (1, 0)
