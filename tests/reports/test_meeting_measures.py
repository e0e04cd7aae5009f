"""What is counted of meetings, triggers and decisions, each rule on rows made for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from attendance.tables import Outcome
from directory.tables import Unit, UnitKind
from meetings.tables import Meeting, MeetingType
from notifications.tables import OutState
from reports import periods
from reports.figures import Asked, CalledOff, MeetingCounts, NotConvened, TriggerCounts
from tests.both_ways import both_ways
from tests.factories import (
    DAY,
    HOUR,
    MONDAY,
    call_off,
    close_register,
    make_area,
    make_episode,
    make_mark,
    make_meeting,
    make_not_convened,
    make_request,
    make_rule,
    make_seat,
    make_trigger,
    make_unit,
)

pytestmark = pytest.mark.usefixtures("rolled_back")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NOVEMBER = periods.month(2026, 11)
ASKED = Asked(NOVEMBER.since, NOVEMBER.until, MeetingType.MISSING, NOW)


async def meetings() -> MeetingCounts:
    return (await both_ways(ASKED)).meetings.total


async def triggers() -> TriggerCounts:
    return (await both_ways(ASKED)).triggers.total


async def held(home: Unit, destination: Unit | None, outcomes: tuple[Outcome | None, Outcome | None]) -> Meeting:
    """A meeting whose home and destination units were marked so."""
    meeting = await make_meeting(home=home, destination=destination)
    for unit, capacity, outcome in zip(
        (home, destination), ("home police", "destination police"), outcomes, strict=True
    ):
        if unit is not None and (unit is not home or capacity == "home police"):
            seat = await make_seat(meeting=meeting, unit=unit, capacities=(capacity,))
            if outcome is not None:
                await make_mark(meeting=meeting, seat=seat, outcome=outcome)
    return meeting


class TestHeldAndNot:
    async def test_a_meeting_whose_time_has_come_was_held(self, home: Unit) -> None:
        await make_meeting(home=home, starts_at=NOW)
        await make_meeting(home=home, starts_at=NOW + HOUR)
        counts = await meetings()
        assert (counts.due, counts.held, counts.called_off) == (1, 1, 0)

    async def test_a_meeting_called_off_was_not_held(self, home: Unit) -> None:
        await call_off(meeting=await make_meeting(home=home), at=MONDAY - HOUR)
        counts = await meetings()
        assert (counts.due, counts.held, counts.called_off) == (1, 0, 1)

    async def test_a_register_that_nobody_closed_is_printed_as_open(self, home: Unit) -> None:
        await close_register(meeting=await make_meeting(home=home))
        await make_meeting(home=home)
        await call_off(meeting=await make_meeting(home=home), at=MONDAY - HOUR)
        assert (await meetings()).registers_open == 1

    async def test_a_meeting_counts_for_its_home_unit(self, home: Unit, destination: Unit) -> None:
        await make_meeting(home=home, destination=destination)
        counts = (await both_ways(ASKED)).meetings
        assert {unit: c.held for unit, c in counts.by_home_unit.items()} == {home.id: 1}

    async def test_who_called_off_why_and_with_how_much_notice_is_told(self, home: Unit) -> None:
        for hours in (2, 40, 60):
            await call_off(meeting=await make_meeting(home=home), at=MONDAY - hours * HOUR)
        await call_off(
            meeting=await make_meeting(home=home), at=MONDAY + HOUR, by="chair", reason="did not take place"
        )
        assert (await both_ways(ASKED)).called_off == [
            CalledOff("police", "police could not attend", 3, 1, 40.0),
            CalledOff("chair", "did not take place", 1, 1, -1.0),
        ]


class TestQuorate:
    async def test_every_quorum_seat_filled_makes_a_meeting_quorate(self, home: Unit) -> None:
        council = await make_unit(code="camden-social-care", kind=UnitKind.SOCIAL_CARE)
        meeting = await make_meeting(home=home, quorum=("home police", "social worker"))
        police = await make_seat(meeting=meeting, unit=home)
        social = await make_seat(meeting=meeting, unit=council, capacities=("chair", "social worker"))
        await make_mark(meeting=meeting, seat=police, outcome=Outcome.DEPUTY)
        assert (await meetings()).quorate == 0
        await make_mark(meeting=meeting, seat=social, outcome=Outcome.ATTENDED)
        assert (await meetings()).quorate == 1

    @pytest.mark.parametrize("outcome", [Outcome.APOLOGIES, Outcome.NO_SHOW, Outcome.REPORT_ONLY])
    async def test_a_seat_that_nobody_filled_leaves_the_meeting_inquorate(self, home: Unit, outcome: Outcome) -> None:
        meeting = await make_meeting(home=home, quorum=("home police",))
        seat = await make_seat(meeting=meeting, unit=home)
        await make_mark(meeting=meeting, seat=seat, outcome=outcome)
        assert (await meetings()).quorate == 0

    async def test_a_correction_of_the_register_changes_the_quorum(self, home: Unit) -> None:
        meeting = await make_meeting(home=home, quorum=("home police",))
        seat = await make_seat(meeting=meeting, unit=home)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        await close_register(meeting=meeting)
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.ATTENDED, reason="joined by telephone")
        assert (await meetings()).quorate == 1

    async def test_a_seat_removed_before_the_start_fills_nothing(self, home: Unit) -> None:
        meeting = await make_meeting(home=home, quorum=("home police",))
        seat = await make_seat(meeting=meeting, unit=home, removed_at=MONDAY - HOUR)
        await make_mark(meeting=meeting, seat=seat)
        assert (await meetings()).quorate == 0


class TestPolicePresence:
    async def test_a_meeting_to_which_no_police_unit_was_invited_is_held_without_police(self, home: Unit) -> None:
        council = await make_unit(code="camden-social-care", kind=UnitKind.SOCIAL_CARE)
        meeting = await make_meeting(home=home)
        await make_seat(meeting=meeting, unit=council, capacities=("chair",))
        assert (await meetings()).without_police == 1

    async def test_a_police_unit_without_an_address_was_not_invited(self, home: Unit) -> None:
        await make_seat(meeting=await make_meeting(home=home), unit=home, invited=False)
        assert (await meetings()).without_police == 1

    async def test_an_invited_police_unit_that_stayed_away_is_no_meeting_without_police(self, home: Unit) -> None:
        await held(home, None, (Outcome.NO_SHOW, None))
        assert (await meetings()).without_police == 0


class TestJointAttendance:
    @pytest.mark.parametrize(
        ("outcomes", "attended", "recorded"),
        [
            ((Outcome.ATTENDED, Outcome.ATTENDED), 1, 1),
            ((Outcome.ATTENDED, Outcome.DEPUTY), 1, 1),
            ((Outcome.ATTENDED, Outcome.NO_SHOW), 0, 1),
            ((Outcome.REPORT_ONLY, Outcome.ATTENDED), 0, 1),
            ((Outcome.ATTENDED, None), 0, 0),
            ((None, None), 0, 0),
        ],
    )
    async def test_both_units_must_come_of_those_meetings_where_both_are_recorded(
        self,
        home: Unit,
        destination: Unit,
        outcomes: tuple[Outcome | None, Outcome | None],
        attended: int,
        recorded: int,
    ) -> None:
        await held(home, destination, outcomes)
        counts = await meetings()
        assert (counts.joint_attended, counts.joint_recorded) == (attended, recorded)

    async def test_a_destination_that_is_the_home_unit_is_no_joint_meeting(self, home: Unit) -> None:
        await held(home, home, (Outcome.ATTENDED, None))
        await held(home, None, (Outcome.ATTENDED, None))
        assert (await meetings()).joint_recorded == 0

    async def test_a_meeting_called_off_is_no_joint_meeting(self, home: Unit, destination: Unit) -> None:
        meeting = await held(home, destination, (Outcome.ATTENDED, Outcome.ATTENDED))
        await call_off(meeting=meeting, at=MONDAY)
        assert (await meetings()).joint_recorded == 0

    async def test_a_unit_that_was_not_reached_is_not_judged_in_joint_attendance(
        self, home: Unit, destination: Unit
    ) -> None:
        meeting = await make_meeting(home=home, destination=destination)
        for unit in (home, destination):
            seat = await make_seat(meeting=meeting, unit=unit)
            await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
        await make_request(meeting=meeting, seat=seat, state=OutState.REFUSED)
        assert (await meetings()).joint_recorded == 0


class TestInTime:
    async def test_a_meeting_held_by_the_deadline_is_in_time(self, home: Unit) -> None:
        rule = await make_rule()
        meeting = await make_meeting(home=home)
        await make_trigger(rule=rule, meeting=meeting, due_at=MONDAY)
        await make_trigger(rule=rule, meeting=meeting, due_at=MONDAY - timedelta(minutes=1))
        counts = await triggers()
        assert (counts.due, counts.in_time, counts.late) == (2, 1, 1)

    async def test_a_trigger_whose_meeting_was_called_off_is_not_met(self, home: Unit) -> None:
        meeting = await make_meeting(home=home)
        await make_trigger(rule=await make_rule(), meeting=meeting)
        await call_off(meeting=meeting, at=MONDAY - HOUR)
        counts = await triggers()
        assert (counts.due, counts.in_time, counts.unmet) == (1, 0, 1)

    async def test_a_deadline_that_has_not_come_is_not_judged(self) -> None:
        await make_trigger(rule=await make_rule(), due_at=NOW + HOUR)
        counts = await triggers()
        assert (counts.due, counts.not_yet_due) == (0, 1)

    async def test_a_decision_against_a_meeting_is_told_from_silence(self, home: Unit) -> None:
        rule = await make_rule()
        await make_trigger(rule=rule, not_convened=await make_not_convened(home=home))
        await make_trigger(rule=rule)
        counts = await triggers()
        assert (counts.due, counts.decided_against, counts.unmet) == (2, 1, 1)

    async def test_a_deadline_after_the_period_is_another_periods(self) -> None:
        await make_trigger(rule=await make_rule(), due_at=NOVEMBER.until)
        assert await triggers() == TriggerCounts()

    async def test_triggers_of_another_type_of_meeting_are_not_mixed_in(self, home: Unit) -> None:
        rule = await make_rule(meeting_type=MeetingType.PANEL)
        await make_trigger(rule=rule, due_at=MONDAY)
        await make_trigger(rule=rule, meeting=await make_meeting(home=home, meeting_type=MeetingType.PANEL))
        assert await triggers() == TriggerCounts()

    async def test_a_rule_that_makes_no_meeting_has_no_deadline_to_miss(self) -> None:
        await make_trigger(rule=await make_rule(code="REFUSED", makes_meeting=False))
        assert await triggers() == TriggerCounts()

    async def test_the_hours_from_trigger_to_meeting_are_told_by_their_median(self, home: Unit) -> None:
        rule = await make_rule()
        for hours in (10, 20, 60):
            meeting = await make_meeting(home=home, starts_at=MONDAY)
            await make_trigger(rule=rule, meeting=meeting, fired_at=MONDAY - hours * HOUR)
        assert (await triggers()).median_hours == 20.0

    async def test_a_trigger_counts_for_the_home_unit_of_its_meeting_or_decision(
        self, home: Unit, destination: Unit
    ) -> None:
        rule = await make_rule()
        await make_trigger(rule=rule, meeting=await make_meeting(home=home))
        await make_trigger(rule=rule, not_convened=await make_not_convened(home=destination))
        counts = (await both_ways(ASKED)).triggers.by_home_unit
        assert {unit: c.due for unit, c in counts.items()} == {home.id: 1, destination.id: 1}

    async def test_a_trigger_without_a_meeting_counts_for_the_police_of_the_childs_borough_on_that_day(
        self, home: Unit, destination: Unit
    ) -> None:
        await make_area(unit=destination, place="E09000007", until=date(2026, 11, 16))
        await make_area(unit=home, place="E09000007", since=date(2026, 11, 16))
        episode = await make_episode(home_place="E09000007")
        await make_trigger(rule=await make_rule(), cause=episode.id, due_at=MONDAY)
        counts = (await both_ways(ASKED)).triggers.by_home_unit
        assert {unit: c.unmet for unit, c in counts.items()} == {home.id: 1}

    async def test_a_trigger_of_an_unknown_place_is_kept_without_a_unit(self) -> None:
        await make_trigger(rule=await make_rule())
        counts = (await both_ways(ASKED)).triggers.by_home_unit
        assert {unit: c.due for unit, c in counts.items()} == {None: 1}


class TestNotConvened:
    async def test_decisions_are_counted_by_reason_and_home_unit(self, home: Unit) -> None:
        rule = await make_rule()
        for reason in ("no capacity to convene", "no capacity to convene", "covered by another meeting"):
            decision = await make_not_convened(home=home, reason=reason)
            await make_trigger(rule=rule, not_convened=decision)
        assert (await both_ways(ASKED)).not_convened == [
            NotConvened(home.id, "covered by another meeting", 1),
            NotConvened(home.id, "no capacity to convene", 2),
        ]

    async def test_a_decision_about_two_triggers_is_one_decision(self, home: Unit) -> None:
        decision = await make_not_convened(home=home)
        for code in ("HIGH", "OPEN72"):
            await make_trigger(rule=await make_rule(code=code), not_convened=decision)
        assert [d.decisions for d in (await both_ways(ASKED)).not_convened] == [1]

    async def test_a_decision_about_another_type_of_meeting_is_not_mixed_in(self, home: Unit) -> None:
        rule = await make_rule(meeting_type=MeetingType.PANEL)
        await make_trigger(rule=rule, not_convened=await make_not_convened(home=home))
        assert (await both_ways(ASKED)).not_convened == []

    async def test_a_decision_counts_in_the_period_of_its_deadline(self, home: Unit) -> None:
        decision = await make_not_convened(home=home, due_at=NOVEMBER.since - DAY)
        await make_trigger(rule=await make_rule(), not_convened=decision, due_at=decision.due_at)
        assert (await both_ways(ASKED)).not_convened == []
