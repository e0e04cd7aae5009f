"""Another time that an invitee proposed: what accepting and declining do, once, whoever is quicker."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from attendance import proposals
from attendance.errors import DecidedOtherwise, NoSuchRequest, UnknownReason
from attendance.tables import Asked, Proposal
from attendance.weighing import Weighed, weigh
from directory.availability import Free
from directory.duty import Shift
from directory.duty_hours import kept
from directory.duty_tables import DutyKind, DutyPattern
from meetings import calling_off, scheduling
from meetings.errors import UnsuitableTime
from meetings.tables import Meeting, MeetingEvent, Seat
from meetings.when import When
from notifications import inbox
from tests.attendance.asked import BY, letters_of, proposes, readable
from tests.attendance.conftest import DESTINATION, HOME
from tests.attendance.mailing import from_home, standing_answer

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def of(meeting: Any) -> Meeting:
    found = await Meeting.objects().where(Meeting.id == meeting.id).first()
    assert found is not None
    return found


async def state(proposal: Proposal) -> str:
    found = await Proposal.select(Proposal.state).where(Proposal.id == proposal.id).first()
    assert found is not None
    return str(found["state"])


async def accept(proposal: Proposal, meeting: Any, now: datetime, by: str = BY) -> str:
    return await proposals.accept(proposal.id, by=by, now=now, letterhead=meeting.letterhead)


async def decline(proposal: Proposal, meeting: Any, now: datetime, reason: str = "", by: str = BY) -> str:
    return await proposals.decline(proposal.id, reason=reason, by=by, now=now, letterhead=meeting.letterhead)


async def move(meeting: Any, to: datetime, now: datetime) -> None:
    when = When(to, 60, "", "https://meet.example/room")
    await scheduling.move(meeting.reference, when, by=BY, now=now, letterhead=meeting.letterhead)


async def weighed(proposal: Proposal, now: datetime) -> Weighed:
    found = await weigh(proposal.id, now=now)
    assert found is not None
    return found


async def on_duty(unit: UUID, starts: time, ends: time) -> None:
    """The unit works these hours on every day."""
    day = date(2026, 11, 16)
    cycle = kept(((Shift(starts, ends),),) * 7)
    row = DutyPattern(unit=unit, name="Team", kind=DutyKind.WEEKLY, cycle=cycle, anchor=day, valid_from=day)
    await DutyPattern.insert(row)


class TestAccepting:
    async def test_the_meeting_moves_for_everybody_at_one_sequence(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + 3 * HOUR, at=now)
        assert await accept(proposal, coming, now) == coming.reference
        meeting = await of(coming)
        assert (meeting.starts_at, meeting.sequence, meeting.last_major_sequence) == (
            coming.starts_at + 3 * HOUR,
            1,
            1,
        )
        changes = [letter for letter in await letters_of(coming) if letter.sequence == 1]
        assert len(changes) == 3
        assert {letter.kind for letter in changes} == {"request"}

    async def test_the_place_and_the_length_that_was_proposed_are_kept(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now, minutes=30)
        await accept(proposal, coming, now)
        meeting = await of(coming)
        assert (meeting.ends_at - meeting.starts_at, meeting.link) == (
            timedelta(minutes=30),
            "https://meet.example/room",
        )

    async def test_nobody_counts_as_coming_to_the_new_time_unasked(self, coming: Any, now: datetime) -> None:
        await from_home(coming, now)
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await accept(proposal, coming, now)
        assert await standing_answer(coming, "Central North", last_major_sequence=1) == ""

    async def test_every_other_proposal_is_overtaken_and_its_message_waits_no_more(
        self, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        other = await proposes(coming, "East Area", coming.starts_at + 2 * HOUR, at=now, by=DESTINATION)
        await accept(proposal, coming, now)
        assert (await state(proposal), await state(other)) == (Asked.ACCEPTED, Asked.SUPERSEDED)
        assert not await inbox.set_aside_waiting()

    async def test_it_is_on_the_timeline(self, coming: Any, now: datetime) -> None:
        await accept(await proposes(coming, "East Area", coming.starts_at + HOUR, at=now), coming, now)
        said = [row["what"] for row in await MeetingEvent.select(MeetingEvent.what)]
        assert "the time that East Area proposed was accepted" in said

    async def test_twice_moves_it_once(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await accept(proposal, coming, now)
        await accept(proposal, coming, now)
        assert (await of(coming)).sequence == 1

    async def test_a_time_that_has_passed_meanwhile_cannot_be_accepted(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", now + HOUR, at=now)
        with pytest.raises(UnsuitableTime, match="future"):
            await accept(proposal, coming, now + 2 * HOUR)
        assert await state(proposal) == Asked.OPEN

    async def test_after_the_meeting_was_moved_otherwise_it_is_overtaken(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await move(coming, coming.starts_at + 4 * HOUR, now)
        with pytest.raises(DecidedOtherwise, match="overtaken"):
            await accept(proposal, coming, now)

    async def test_a_change_of_place_does_not_overtake_it(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        when = When(coming.starts_at, 60, "Room 4", "")
        await scheduling.move(coming.reference, when, by=BY, now=now, letterhead=coming.letterhead)
        await accept(proposal, coming, now)
        assert (await of(coming)).place == "Room 4"

    async def test_a_meeting_called_off_meanwhile_stays_so(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await calling_off.call_off(
            coming.reference,
            asked_by="police",
            reason="police could not attend",
            by=BY,
            now=now,
            letterhead=coming.letterhead,
        )
        with pytest.raises(DecidedOtherwise, match="called off"):
            await accept(proposal, coming, now)

    async def test_a_meeting_that_has_begun_is_left_alone(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        with pytest.raises(DecidedOtherwise, match="begun"):
            await accept(proposal, coming, coming.starts_at)

    async def test_a_proposal_that_does_not_exist_is_said_to_be_none(self, coming: Any, now: datetime) -> None:
        with pytest.raises(NoSuchRequest):
            await proposals.accept(404, by=BY, now=now, letterhead=coming.letterhead)


class TestDeclining:
    async def test_the_proposer_is_told_in_words_and_by_their_calendar(self, coming: Any, now: datetime) -> None:
        member = "pc.duty@central-north.police.example"
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now, by=member)
        await decline(proposal, coming, now, reason="others cannot come at that time")
        (letter,) = await letters_of(coming, "declined")
        said = readable(letter)
        assert letter.recipient == member
        assert "The time stays: missing strategy meeting" in said
        assert "stays on Friday 20 November 2026 at 10am. The time that you proposed, Friday 20 November 2026" in said
        assert "Why: Others cannot come at that time" in said
        assert "METHOD:DECLINECOUNTER" in said
        assert f"mailto:{member}" in said
        assert "SEQUENCE:0" in said

    async def test_the_meeting_and_its_answers_stay(self, coming: Any, now: datetime) -> None:
        await from_home(coming, now)
        await decline(await proposes(coming, "East Area", coming.starts_at + HOUR, at=now), coming, now)
        assert (await of(coming)).sequence == 0
        assert await standing_answer(coming, "Central North") == "ACCEPTED"

    async def test_twice_writes_once(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await decline(proposal, coming, now)
        await decline(proposal, coming, now)
        assert len(await letters_of(coming, "declined")) == 1
        assert not await inbox.set_aside_waiting()

    async def test_free_words_are_no_reason(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        with pytest.raises(UnknownReason):
            await decline(proposal, coming, now, reason="a child's name")

    async def test_what_was_accepted_cannot_be_declined_any_more(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await accept(proposal, coming, now)
        with pytest.raises(DecidedOtherwise, match="has accepted"):
            await decline(proposal, coming, now)

    async def test_what_was_declined_cannot_be_accepted_any_more(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await decline(proposal, coming, now)
        with pytest.raises(DecidedOtherwise, match="has declined"):
            await accept(proposal, coming, now)


async def test_of_two_coordinators_at_once_one_decides(committed: None, convene: Any, now: datetime) -> None:
    meeting = await convene()
    proposal = await proposes(meeting, "Central North", meeting.starts_at + HOUR, at=now)
    ended = await asyncio.gather(
        accept(proposal, meeting, now, by="first"),
        decline(proposal, meeting, now, by="second"),
        return_exceptions=True,
    )
    assert [type(end) for end in ended].count(DecidedOtherwise) == 1
    moved = (await of(meeting)).sequence
    assert (moved, len(await letters_of(meeting, "declined"))) in ((1, 0), (0, 1))


class TestWeighing:
    async def test_of_seats_nothing_is_invented(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        seats = (await weighed(proposal, now)).seats
        assert [(s.unit, s.proposes, s.elsewhere, s.agrees, s.answer) for s in seats] == [
            ("Central North", True, (), False, None),
            ("East Area", False, (), False, None),
            ("Camden children's services", False, (), False, None),
        ]

    async def test_another_meeting_of_a_unit_at_that_time_is_known(
        self, coming: Any, convene: Any, now: datetime
    ) -> None:
        units = [("East Area", "bcu", DESTINATION, ("home police",))]
        other = await convene(starts_at=coming.starts_at + 90 * timedelta(minutes=1), units=units)
        before = await convene(starts_at=coming.starts_at, units=units)
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        seats = {s.unit: s for s in (await weighed(proposal, now)).seats}
        assert seats["East Area"].elsewhere == (other.reference,), f"{before.reference} ends as it would begin"
        assert seats["Central North"].elsewhere == ()

    async def test_duty_hours_say_who_could_come_and_the_meeting_itself_keeps_nobody(
        self, coming: Any, now: datetime
    ) -> None:
        seats = await Seat.select(Seat.unit, Seat.unit.name.as_alias("name")).where(Seat.meeting == coming.id)
        units = {row["name"]: row["unit"] for row in seats}
        await on_duty(units["East Area"], time(8), time(16))
        await on_duty(units["Camden children's services"], time(8), time(11))
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR / 2, at=now)
        told = await weighed(proposal, now)
        assert {s.unit: s.free for s in told.seats} == {
            "Central North": Free.UNKNOWN,
            "East Area": Free.FREE,
            "Camden children's services": Free.OFF_DUTY,
        }
        assert told.missing_then == ("social worker",)

    async def test_a_time_at_the_end_of_all_calendars_is_shown_as_one_that_cannot_be_accepted(
        self, coming: Any, now: datetime
    ) -> None:
        last = datetime(9999, 12, 31, 22, 0, tzinfo=now.tzinfo)
        told = await weighed(await proposes(coming, "Central North", last, at=now), now)
        assert "within the next six months" in told.why_not
        assert {s.free for s in told.seats} == {Free.UNKNOWN}

    async def test_who_proposed_the_same_time_agrees(self, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now)
        await proposes(coming, "East Area", coming.starts_at, at=now, by=DESTINATION, minutes=180)
        assert [s.unit for s in (await weighed(proposal, now)).seats if s.agrees] == ["East Area"]

    async def test_the_quorum_of_now_and_then_is_told(self, coming: Any, convene: Any, now: datetime) -> None:
        await convene(starts_at=coming.starts_at + HOUR, units=[("Central North", "bcu", HOME, ("home police",))])
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now, by=DESTINATION)
        await from_home(coming, now)
        told = await weighed(proposal, now)
        assert told.missing_now == ("social worker",)
        assert told.missing_then == ("home police",)

    async def test_the_deadline_and_unusual_hours_are_told(self, coming: Any, now: datetime) -> None:
        saturday_evening = datetime(2026, 11, 21, 18, tzinfo=now.tzinfo)
        told = await weighed(await proposes(coming, "Central North", saturday_evening, at=now), now)
        assert told.late_by == timedelta(hours=8)
        assert told.unusual == ("on a Saturday", "starting outside 9am to 5pm")

    async def test_why_it_cannot_be_accepted_is_told(self, coming: Any, now: datetime) -> None:
        told = await weighed(await proposes(coming, "Central North", now - HOUR, at=now), now)
        assert (told.open, told.why_not) == (True, "The start must be in the future.")
