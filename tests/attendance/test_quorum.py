"""Whether a meeting is quorate if all who accepted come, at every moment; and whom to ring about what is missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import deputies
from attendance.answer_link import answer, name_deputy
from attendance.overview import meeting_overview
from attendance.quorum import lacking
from attendance.tables import Deputy
from directory.tables import Contact
from meetings.deputising import hand_over
from meetings.letters import Letterhead
from meetings.occurrences import dates_of
from meetings.scheduling import add_seat, move, remove_seat
from meetings.tables import Invitation, InviteState, Meeting, Seat
from meetings.when import When
from tests.attendance.conftest import HOUR
from tests.meetings.series_set_up import panel

HOME, CARE = "Central North", "Camden children's services"
QUORUM = ("home police", "chair", "social worker")
DEPUTY = "deputy@camden.council.example"


async def missing(meeting: Any, now: datetime) -> tuple[str, ...]:
    overview = await meeting_overview(meeting.reference, now=now)
    assert overview is not None
    assert overview.quorate_if_they_come == (not overview.missing)
    return overview.missing


async def asked_now(meeting: Any, unit: str) -> Any:
    """The invitation that the unit holds now."""
    row = await Invitation.objects().where(
        (Invitation.seat == meeting.seats[unit]) & (Invitation.state == InviteState.ACTIVE)
    )
    (one,) = row
    return one.id


async def accept(meeting: Any, unit: str, at: datetime, shown: int = 0, partstat: str = "ACCEPTED") -> None:
    await answer(await asked_now(meeting, unit), partstat, shown=shown, now=at)


@pytest.mark.usefixtures("rolled_back")
class TestWhoCounts:
    async def test_a_unit_in_two_capacities_fills_both_with_one_answer(self, convene: Any, now: datetime) -> None:
        meeting = await convene(quorum=QUORUM)
        assert await missing(meeting, now) == QUORUM
        await accept(meeting, CARE, now)
        assert await missing(meeting, now) == ("home police",)
        await accept(meeting, HOME, now)
        assert await missing(meeting, now) == ()

    @pytest.mark.parametrize("partstat", ["TENTATIVE", "DECLINED"])
    async def test_another_answer_fills_nothing(self, convene: Any, now: datetime, partstat: str) -> None:
        meeting = await convene(quorum=("home police",))
        await accept(meeting, HOME, now)
        await accept(meeting, HOME, now + HOUR, partstat=partstat)
        assert await missing(meeting, now) == ("home police",)

    async def test_an_answer_to_an_earlier_time_fills_nothing(
        self, convene: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await convene(quorum=("home police",))
        await accept(meeting, HOME, now)
        later = When(meeting.starts_at + HOUR, 60, "", "https://meet.example/room")
        await move(meeting.reference, later, by="c", now=now, letterhead=letterhead)
        assert await missing(meeting, now) == ("home police",)
        await accept(meeting, HOME, now + HOUR, shown=1)
        assert await missing(meeting, now) == ()

    async def test_a_named_deputy_fills_the_seat_once_approved_and_accepted(
        self, convene: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await convene(quorum=("chair",))
        await accept(meeting, CARE, now)
        await name_deputy(await asked_now(meeting, CARE), DEPUTY, shown=0, now=now + HOUR)
        assert await missing(meeting, now) == ("chair",), "the invitee comes no more, and nobody else is invited yet"
        (named,) = await Deputy.objects()
        await deputies.approve(named.id, by="c", now=now + HOUR, letterhead=letterhead)
        assert await missing(meeting, now) == ("chair",)
        await accept(meeting, CARE, now + 2 * HOUR, shown=1)
        assert await missing(meeting, now) == ()

    async def test_what_the_former_contact_accepted_does_not_stand_for_the_next(
        self, convene: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await convene(quorum=("chair",))
        await accept(meeting, CARE, now)
        invited = await asked_now(meeting, CARE)
        await hand_over(invited, DEPUTY, to_deputy=False, by="c", now=now, letterhead=letterhead)
        assert await missing(meeting, now) == ("chair",)

    async def test_a_seat_taken_back_fills_nothing_and_taken_anew_is_asked_anew(
        self, convene: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        meeting = await convene(quorum=("home police",))
        await accept(meeting, HOME, now)
        seat = await Seat.objects().where(Seat.id == meeting.seats[HOME]).first()
        assert seat is not None
        await Contact.insert(
            Contact(unit=seat.unit, role="desk", email="desk@cn.example", rank=1, active_from=now.date())
        )
        told: dict[str, Any] = {"by": "c", "now": now, "letterhead": letterhead}
        await remove_seat(meeting.reference, seat.id, **told)
        assert await missing(meeting, now) == ("home police",)
        await add_seat(meeting.reference, seat.unit, ["home police"], **told)
        assert await missing(meeting, now) == ("home police",)
        await accept(meeting, HOME, now + HOUR, shown=2)
        assert await missing(meeting, now) == ()

    async def test_each_date_of_a_series_has_a_quorum_of_its_own(
        self, london: None, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second = (await dates_of(series.id))[:2]
        for row in await Invitation.objects().where(Invitation.meeting == first.id):
            await answer(row.id, "ACCEPTED", shown=0, now=now)
        assert await missing(first, now) == ()
        assert await missing(second, now) == ("home police", "chair")


@pytest.mark.usefixtures("rolled_back")
class TestWhomToRing:
    async def test_the_units_of_the_missing_seats_with_their_numbers_and_hours(
        self, convene: Any, now: datetime
    ) -> None:
        meeting = await convene(quorum=("home police", "chair", "health"))
        seat = await Seat.objects().where(Seat.id == meeting.seats[HOME]).first()
        row = await Meeting.objects().where(Meeting.id == meeting.id).first()
        assert seat is not None
        assert row is not None
        for rank, phone in ((2, "020 7946 0002"), (1, "020 7946 0001"), (3, "")):
            await Contact.insert(
                Contact(
                    unit=seat.unit,
                    role=f"desk {rank}",
                    email=f"desk{rank}@cn.example",
                    phone=phone,
                    rank=rank,
                    active_from=now.date(),
                )
            )
        police, chair, health = await lacking(row, ("home police", "chair", "health"), now=now)
        assert [(one.unit, one.phones) for one in police.ring] == [
            (HOME, (("desk 1", "020 7946 0001"), ("desk 2", "020 7946 0002")))
        ]
        assert police.ring[0].duty == "No duty hours known"
        assert [one.unit for one in chair.ring] == [CARE]
        assert health.ring == (), "no unit has a seat for it"

    async def test_once_it_has_begun_nobody_is_rung(self, convene: Any, now: datetime) -> None:
        meeting = await convene()
        row = await Meeting.objects().where(Meeting.id == meeting.id).first()
        assert row is not None
        assert await lacking(row, ("home police",), now=row.starts_at) == ()
        assert await lacking(row, (), now=row.starts_at - timedelta(hours=1)) == ()
