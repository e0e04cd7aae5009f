"""Who is expected, what became of each seat, and who was reached in time; each rule on rows made for it."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from attendance.tables import Outcome
from directory.tables import Unit, UnitKind
from meetings.tables import Meeting, MeetingType, Seat
from notifications.tables import OutState
from reports.figures import SeatCounts
from tests.factories import (
    DAY,
    HOUR,
    MONDAY,
    call_off,
    close_register,
    make_invitation,
    make_mark,
    make_meeting,
    make_request,
    make_seat,
    make_unit,
)
from tests.reports.counting import NOW, counted, of

pytestmark = pytest.mark.usefixtures("rolled_back")


class TestExpectedAndOutcomes:
    async def test_a_seat_that_nobody_marked_is_not_recorded_and_never_absent(self, seat: Seat, home: Unit) -> None:
        counts = await of(home)
        assert (counts.expected, counts.not_recorded, counts.no_show) == (1, 1, 0)

    @pytest.mark.parametrize(
        ("outcome", "column"),
        [
            (Outcome.ATTENDED, "attended"),
            (Outcome.DEPUTY, "deputy"),
            (Outcome.APOLOGIES, "apologies"),
            (Outcome.NO_SHOW, "no_show"),
            (Outcome.REPORT_ONLY, "report_only"),
            (Outcome.NOT_RECORDED, "not_recorded"),
        ],
    )
    async def test_each_outcome_is_counted_in_its_own_column_and_no_other(
        self, meeting: Meeting, seat: Seat, home: Unit, outcome: Outcome, column: str
    ) -> None:
        await make_mark(meeting=meeting, seat=seat, outcome=outcome)
        counts = await of(home)
        columns = ("attended", "deputy", "apologies", "no_show", "report_only", "not_recorded")
        assert {name: getattr(counts, name) for name in columns} == {name: int(name == column) for name in columns}

    async def test_a_correction_changes_the_figure(self, meeting: Meeting, seat: Seat, home: Unit) -> None:
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        await close_register(meeting=meeting)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.DEPUTY, reason="came as the duty sergeant")
        counts = await of(home)
        assert (counts.no_show, counts.deputy, counts.expected) == (0, 1, 1)

    async def test_a_mark_that_is_taken_back_leaves_the_seat_not_recorded(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NOT_RECORDED, reason="marked by mistake")
        counts = await of(home)
        assert (counts.no_show, counts.not_recorded) == (0, 1)

    async def test_a_meeting_that_was_called_off_expects_nobody(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        await call_off(meeting=meeting, at=MONDAY - HOUR)
        counts = await of(home)
        assert (counts.expected, counts.no_show, counts.not_recorded, counts.seat_minutes) == (0, 0, 0, 0)

    async def test_a_meeting_whose_time_has_not_come_expects_nobody_yet(self, home: Unit) -> None:
        later = await make_meeting(home=home, starts_at=NOW + timedelta(minutes=1))
        await make_seat(meeting=later, unit=home)
        assert await of(home) == SeatCounts()

    async def test_a_seat_that_was_removed_before_the_start_is_not_expected(
        self, meeting: Meeting, home: Unit
    ) -> None:
        await make_seat(meeting=meeting, unit=home, removed_at=MONDAY - HOUR)
        assert (await of(home)).expected == 0

    async def test_a_seat_that_was_removed_after_the_start_stays_expected(self, meeting: Meeting, home: Unit) -> None:
        await make_seat(meeting=meeting, unit=home, removed_at=MONDAY + HOUR)
        assert (await of(home)).expected == 1

    async def test_a_seat_that_was_added_once_the_meeting_ran_is_not_expected(
        self, meeting: Meeting, home: Unit
    ) -> None:
        await make_seat(meeting=meeting, unit=home, added_at=MONDAY + timedelta(minutes=5))
        assert (await of(home)).expected == 0

    async def test_a_partner_that_is_no_police_unit_is_in_no_police_figure(self, meeting: Meeting) -> None:
        council = await make_unit(code="camden-social-care", kind=UnitKind.SOCIAL_CARE)
        await make_seat(meeting=meeting, unit=council, capacities=("social worker",))
        assert (await counted()).total == SeatCounts()

    async def test_types_of_meeting_are_never_mixed(self, home: Unit, meeting: Meeting, seat: Seat) -> None:
        panel = await make_meeting(home=home, meeting_type=MeetingType.PANEL)
        await make_seat(meeting=panel, unit=home)
        assert (await counted()).total.expected == 1
        assert (await counted(kind=MeetingType.PANEL)).total.expected == 1
        assert (await counted(kind=MeetingType.DISCUSSION)).total.expected == 0


class TestUnitsAndCapacities:
    async def test_one_unit_in_two_capacities_is_counted_once(self, meeting: Meeting, home: Unit) -> None:
        await make_seat(meeting=meeting, unit=home, capacities=("home police", "destination police"))
        counts = await counted()
        assert counts.total.expected == counts.by_unit[home.id].expected == 1
        assert {tuple(sorted(k)): v.expected for k, v in counts.by_capacities.items()} == {
            ("destination police", "home police"): 1
        }

    async def test_each_seat_counts_for_the_unit_it_belongs_to(
        self, meeting: Meeting, seat: Seat, home: Unit, destination: Unit
    ) -> None:
        other = await make_seat(meeting=meeting, unit=destination, capacities=("destination police",))
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        await make_mark(meeting=meeting, seat=other, outcome=Outcome.ATTENDED)
        assert (await of(home)).no_show == 1
        assert (await of(destination)).no_show == 0
        assert (await of(destination)).attended == 1

    async def test_the_units_sum_to_the_total_in_every_figure(
        self, meeting: Meeting, seat: Seat, destination: Unit
    ) -> None:
        await make_seat(meeting=meeting, unit=destination, capacities=("destination police",))
        counts = await counted()
        for field in fields(SeatCounts):
            parts = [getattr(c, field.name) for c in counts.by_unit.values()]
            assert sum(parts) == getattr(counts.total, field.name), field.name

    async def test_the_same_capacities_in_another_order_are_one_row(self, home: Unit, destination: Unit) -> None:
        for unit, capacities in ((home, ("home police", "chair")), (destination, ("chair", "home police"))):
            await make_seat(meeting=await make_meeting(home=unit), unit=unit, capacities=capacities)
        assert [c.expected for c in (await counted()).by_capacities.values()] == [2]


class TestPeriods:
    @pytest.mark.parametrize(
        ("starts_at", "month"),
        [
            (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "2026-06"),
            (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "2026-07"),
            (datetime(2026, 10, 31, 23, 59, tzinfo=UTC), "2026-10"),
            (datetime(2026, 11, 1, 0, 0, tzinfo=UTC), "2026-11"),
        ],
    )
    async def test_a_month_begins_at_midnight_in_london(self, home: Unit, starts_at: datetime, month: str) -> None:
        await make_seat(meeting=await make_meeting(home=home, starts_at=starts_at), unit=home)
        found = [m for m in ("2026-06", "2026-07", "2026-10", "2026-11") if (await of(home, m)).expected]
        assert found == [month]


class TestReach:
    async def test_a_seat_whose_every_invitation_bounced_is_not_reached_and_no_no_show(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
        await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        counts = await of(home)
        assert (counts.not_reached, counts.expected, counts.no_show) == (1, 0, 0)

    async def test_a_seat_without_an_address_is_not_reached(self, meeting: Meeting, home: Unit) -> None:
        await make_seat(meeting=meeting, unit=home, invited=False)
        counts = await of(home)
        assert (counts.not_reached, counts.expected, counts.invited) == (1, 0, 0)

    @pytest.mark.parametrize("state", [OutState.SENT, OutState.QUEUED, OutState.SENDING])
    async def test_one_request_that_may_have_arrived_makes_the_seat_expected(
        self, meeting: Meeting, seat: Seat, home: Unit, state: OutState
    ) -> None:
        await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
        await make_request(meeting=meeting, seat=seat, state=state)
        counts = await of(home)
        assert (counts.not_reached, counts.expected) == (0, 1)

    async def test_a_reminder_that_arrived_does_not_make_a_bounced_invitation_good(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
        await make_request(meeting=meeting, seat=seat, state=OutState.SENT, kind="reminder")
        assert (await of(home)).not_reached == 1

    async def test_a_seat_reached_at_its_second_address_is_expected(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
        await make_invitation(meeting=meeting, seat=seat, invited_at=seat.added_at + HOUR)
        await make_request(meeting=meeting, seat=seat, state=OutState.SENT)
        counts = await of(home)
        assert (counts.not_reached, counts.expected, counts.invitations) == (0, 1, 2)

    async def test_a_seat_whose_invitation_bounced_before_a_calling_off_was_invited_and_is_not_not_reached(
        self, meeting: Meeting, seat: Seat, home: Unit
    ) -> None:
        await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
        await call_off(meeting=meeting, at=MONDAY - HOUR)
        counts = await of(home)
        assert (counts.not_reached, counts.invited, counts.answered) == (0, 1, 0)


class TestNotice:
    async def test_a_late_invitation_counts_and_is_shown_as_short_notice(self, meeting: Meeting, home: Unit) -> None:
        await make_seat(meeting=meeting, unit=home, added_at=MONDAY - timedelta(hours=23, minutes=59))
        counts = await of(home)
        assert (counts.expected, counts.short_notice) == (1, 1)

    async def test_an_invitation_a_day_before_is_not_short_notice(self, meeting: Meeting, home: Unit) -> None:
        await make_seat(meeting=meeting, unit=home, added_at=MONDAY - DAY)
        assert (await of(home)).short_notice == 0
