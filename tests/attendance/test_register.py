"""The register: what a coordinator may mark, close and correct, and what stays on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import errors
from attendance.register import Mark, close, closing_of, correct, expected, mark
from attendance.tables import Attendance, Outcome, Register
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingEvent, Seat

BY = "coordinator"


@pytest.fixture
async def held(rolled_back: None, convene: Any, now: datetime) -> Any:
    """A meeting that started an hour ago."""
    return await convene(starts_at=now - timedelta(hours=1), invited_at=now - timedelta(days=2))


def all_attended(held: Any) -> list[Mark]:
    return [Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()]


async def outcomes(held: Any) -> dict[str, str]:
    """What stands for each seat, by unit."""
    meeting = await Meeting.objects().where(Meeting.id == held.id).first()
    assert meeting is not None
    return {seat.unit: seat.mark.outcome.value if seat.mark else "" for seat in await expected(meeting)}


class TestMarking:
    async def test_only_the_seats_named_are_marked(self, held: Any, now: datetime) -> None:
        await mark(held.id, [Mark(held.seats["Central North"], Outcome.NO_SHOW)], by=BY, now=now)

        assert await outcomes(held) == {
            "Central North": "no-show",
            "East Area": "",
            "Camden children's services": "",
        }

    async def test_the_last_mark_stands_and_the_earlier_one_stays(self, held: Any, now: datetime) -> None:
        seat = held.seats["East Area"]
        await mark(held.id, [Mark(seat, Outcome.NO_SHOW)], by=BY, now=now)
        await mark(held.id, [Mark(seat, Outcome.DEPUTY)], by=BY, now=now)

        assert (await outcomes(held))["East Area"] == "deputy attended"
        assert await Attendance.count().where(Attendance.seat == seat) == 2

    async def test_marking_the_same_twice_writes_one_mark(self, held: Any, now: datetime) -> None:
        for _ in range(2):
            await mark(held.id, all_attended(held), by=BY, now=now)

        assert await Attendance.count() == 3

    async def test_joined_late_is_a_flag_on_who_attended(self, held: Any, now: datetime) -> None:
        late = Mark(held.seats["East Area"], Outcome.ATTENDED, joined_late=True)
        await mark(held.id, [late], by=BY, now=now)

        row = await Attendance.objects().first()
        assert row is not None
        assert (row.outcome, row.joined_late, row.left_early) == ("attended", True, False)

    async def test_who_did_not_come_cannot_have_joined_late(self, held: Any, now: datetime) -> None:
        with pytest.raises(errors.FlagWithoutPresence, match="East Area"):
            await mark(held.id, [Mark(held.seats["East Area"], Outcome.NO_SHOW, joined_late=True)], by=BY, now=now)
        assert await Attendance.count() == 0

    async def test_a_meeting_that_has_not_started_cannot_be_marked(
        self, rolled_back: None, convene: Any, now: datetime
    ) -> None:
        coming = await convene(starts_at=now + timedelta(seconds=1))
        with pytest.raises(errors.NotYetStarted):
            await mark(coming.id, all_attended(coming), by=BY, now=now)

    async def test_a_seat_that_came_after_the_start_is_still_on_the_list_when_removed_later(
        self, held: Any, now: datetime
    ) -> None:
        await Seat.update({Seat.removed_at: now}).where(Seat.id == held.seats["East Area"])
        assert "East Area" in await outcomes(held)

    async def test_a_seat_removed_before_the_start_is_not_expected(self, held: Any, now: datetime) -> None:
        removed = now - timedelta(hours=2)
        await Seat.update({Seat.removed_at: removed}).where(Seat.id == held.seats["East Area"])
        assert "East Area" not in await outcomes(held)


class TestWhatOtherRegistersGotWrong:
    async def test_a_deputy_of_the_same_unit_counts_as_present_never_as_a_no_show(
        self, held: Any, now: datetime
    ) -> None:
        marks = [Mark(held.seats["Central North"], Outcome.DEPUTY), *all_attended(held)[1:]]
        await close(held.id, marks=marks, by=BY, now=now)

        register = await Register.objects().first()
        assert register is not None
        assert register.quorate

    async def test_a_meeting_called_off_has_no_no_shows(
        self, held: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await call_off(
            held.reference, asked_by="police", reason="did not take place", by=BY, now=now, letterhead=letterhead
        )
        with pytest.raises(errors.WasCalledOff):
            await mark(held.id, [Mark(held.seats["Central North"], Outcome.NO_SHOW)], by=BY, now=now)
        assert await Attendance.count() == 0

    async def test_one_units_no_show_is_never_put_down_to_another(self, held: Any, now: datetime) -> None:
        await mark(held.id, all_attended(held), by=BY, now=now)
        await mark(held.id, [Mark(held.seats["Central North"], Outcome.NO_SHOW)], by=BY, now=now)

        assert await outcomes(held) == {
            "Central North": "no-show",
            "East Area": "attended",
            "Camden children's services": "attended",
        }

    async def test_a_seat_of_another_meeting_cannot_be_marked_here(
        self, held: Any, convene: Any, now: datetime
    ) -> None:
        other = await convene(starts_at=now - timedelta(hours=1), invited_at=now - timedelta(days=2))
        with pytest.raises(errors.NotASeat):
            await mark(held.id, [Mark(other.seats["Central North"], Outcome.NO_SHOW)], by=BY, now=now)

    async def test_who_never_answered_but_came_is_on_the_register(self, held: Any, now: datetime) -> None:
        await mark(held.id, [Mark(held.seats["East Area"], Outcome.ATTENDED)], by=BY, now=now)
        assert (await outcomes(held))["East Area"] == "attended"


class TestClosing:
    async def test_every_seat_must_be_marked(self, held: Any, now: datetime) -> None:
        with pytest.raises(errors.SeatsUnmarked) as refused:
            await close(held.id, marks=all_attended(held)[:1], by=BY, now=now)
        assert refused.value.units == ("East Area", "Camden children's services")
        assert await Register.count() == 0

    async def test_a_seat_may_be_left_not_recorded_on_purpose(self, held: Any, now: datetime) -> None:
        marks = [*all_attended(held)[:2], Mark(held.seats["Camden children's services"], Outcome.NOT_RECORDED)]
        await close(held.id, marks=marks, inquorate_reason="the team was called away", by=BY, now=now)

        assert (await outcomes(held))["Camden children's services"] == "not recorded"

    async def test_a_meeting_with_its_quorum_is_quorate(self, held: Any, now: datetime) -> None:
        marks = [*all_attended(held)]
        marks[1] = Mark(held.seats["East Area"], Outcome.NO_SHOW)
        await close(held.id, marks=marks, by=BY, now=now)

        register = await Register.objects().first()
        assert register is not None
        assert (register.quorate, register.inquorate_reason, register.closed_by) == (True, "", BY)

    async def test_without_its_quorum_it_needs_a_reason(self, held: Any, now: datetime) -> None:
        marks = all_attended(held)
        marks[0] = Mark(held.seats["Central North"], Outcome.REPORT_ONLY)
        with pytest.raises(errors.QuorumReasonWanted, match="home police missing"):
            await close(held.id, marks=marks, inquorate_reason="  ", by=BY, now=now)

        await close(held.id, marks=marks, inquorate_reason="urgent", by=BY, now=now)
        register = await Register.objects().first()
        assert register is not None
        assert (register.quorate, register.inquorate_reason) == (False, "urgent")

    async def test_a_closed_register_takes_no_plain_marks(self, held: Any, now: datetime) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        with pytest.raises(errors.RegisterClosed):
            await mark(held.id, [Mark(held.seats["East Area"], Outcome.NO_SHOW)], by=BY, now=now)

    async def test_it_is_closed_once(self, held: Any, now: datetime) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        with pytest.raises(errors.RegisterClosed):
            await close(held.id, by=BY, now=now)

    async def test_closing_stands_on_the_timeline(self, held: Any, now: datetime) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        events = await MeetingEvent.select(MeetingEvent.what, MeetingEvent.actor)
        assert events == [{"what": "register closed: quorate", "actor": BY}]

    async def test_the_meeting_says_when_it_was_closed_first(self, held: Any, now: datetime) -> None:
        async def closed() -> list[datetime | None]:
            return await Meeting.select(Meeting.register_closed_at).output(as_list=True)

        assert await closed() == [None]
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        change = [Mark(held.seats["East Area"], Outcome.NO_SHOW)]
        await correct(held.id, change, reason="mixed up", by=BY, now=now + timedelta(days=1))
        assert await Register.count() == 2
        assert await closed() == [now]


class TestCorrecting:
    async def test_an_open_register_is_marked_not_corrected(self, held: Any, now: datetime) -> None:
        with pytest.raises(errors.RegisterOpen):
            await correct(held.id, all_attended(held), reason="typing error", by=BY, now=now)

    async def test_a_correction_needs_its_reason(self, held: Any, now: datetime) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        with pytest.raises(errors.CorrectionReasonWanted):
            await correct(held.id, [Mark(held.seats["East Area"], Outcome.NO_SHOW)], reason=" ", by=BY, now=now)
        assert (await outcomes(held))["East Area"] == "attended"

    async def test_the_corrected_mark_stands_and_the_first_stays_with_the_reason_beside_it(
        self, held: Any, now: datetime
    ) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        seat = held.seats["East Area"]
        await correct(held.id, [Mark(seat, Outcome.DEPUTY)], reason="a deputy came", by=BY, now=now)

        rows = await Attendance.select(Attendance.outcome, Attendance.reason).where(Attendance.seat == seat)
        assert rows == [
            {"outcome": "attended", "reason": ""},
            {"outcome": "deputy attended", "reason": "a deputy came"},
        ]

    async def test_quorate_follows_the_corrected_marks_and_the_first_closing_stays(
        self, held: Any, now: datetime
    ) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        home = Mark(held.seats["Central North"], Outcome.NO_SHOW)
        await correct(held.id, [home], reason="nobody was there", by=BY, now=now)

        closings = await Register.objects().order_by(Register.id)
        assert [(c.quorate, c.inquorate_reason) for c in closings] == [(True, ""), (False, "nobody was there")]
        standing = await closing_of(held.id)
        assert standing is not None
        assert standing.id == closings[-1].id

    async def test_a_correction_that_changes_nothing_leaves_no_trace(self, held: Any, now: datetime) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        await correct(held.id, all_attended(held), reason="checked", by=BY, now=now)
        assert await Attendance.count() == 3

    async def test_a_reason_longer_than_is_kept_is_refused(self, held: Any, now: datetime) -> None:
        await close(held.id, marks=all_attended(held), by=BY, now=now)
        with pytest.raises(errors.ReasonTooLong):
            await correct(held.id, all_attended(held), reason="x" * 201, by=BY, now=now)
