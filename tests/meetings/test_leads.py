"""Which police unit leads: proposed, changed with a reason, disputed, decided for now, settled; never by Convene."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from directory.tables import Unit
from meetings import leads, setting_up
from meetings.calling_off import call_off
from meetings.errors import (
    AlreadyCalledOff,
    LeadIsDisputed,
    MeetingError,
    NoDispute,
    NoLeadHere,
    UnsuitableLead,
    UnsuitableWords,
)
from meetings.lead_listing import lead_of, open_disputes
from meetings.lead_tables import LeadDispute, LeadRefusal
from meetings.letters import Letterhead
from meetings.standing_clocks import Clock, set_clock
from meetings.tables import Meeting, MeetingEvent
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
LAMBETH, NEWHAM = "E09000022", "E09000025"


async def unit(code: str) -> UUID:
    row = await Unit.select(Unit.id).where(Unit.code == code).first()
    assert row is not None
    found: UUID = row["id"]
    return found


async def meeting_of(reference: str) -> Meeting:
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    return meeting


async def set_up(
    now: datetime, letterhead: Letterhead, *, rules: tuple[str, ...] = ("HIGH",), lead: UUID | None = None
) -> str:
    """A meeting of a child of Lambeth (AS) who is placed in Newham (NE)."""
    child = await child_waiting(now, home=LAMBETH, host=NEWHAM, rules=rules)
    units = await units_of(child, now)
    return await setting_up.set_up(
        child, tomorrow(now), units, lead=lead, by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )


async def timeline(reference: str) -> list[str]:
    rows = await MeetingEvent.select(MeetingEvent.what).where(MeetingEvent.meeting.reference == reference)
    return [row["what"] for row in rows]


async def test_the_unit_of_the_responsible_authority_leads_where_nobody_chooses(
    now: datetime, letterhead: Letterhead
) -> None:
    assert (await meeting_of(await set_up(now, letterhead))).lead_unit == await unit("AS")


async def test_the_coordinator_may_choose_the_other_police_unit(now: datetime, letterhead: Letterhead) -> None:
    reference = await set_up(now, letterhead, lead=await unit("NE"))
    assert (await meeting_of(reference)).lead_unit == await unit("NE")


async def test_a_unit_that_is_not_police_of_this_meeting_cannot_lead(now: datetime, letterhead: Letterhead) -> None:
    with pytest.raises(UnsuitableLead):
        await set_up(now, letterhead, lead=await unit("CN"))
    assert await Meeting.count() == 0


async def test_a_change_keeps_its_reason_on_the_timeline(now: datetime, letterhead: Letterhead) -> None:
    reference = await set_up(now, letterhead)
    await leads.change_lead(reference, await unit("NE"), why=" Both units \n agreed ", by=BY, now=now)
    assert (await meeting_of(reference)).lead_unit == await unit("NE")
    assert (await timeline(reference))[-1] == "North East BCU leads from now on: Both units agreed"


async def test_to_change_the_lead_to_the_unit_that_leads_already_writes_nothing(
    now: datetime, letterhead: Letterhead
) -> None:
    reference = await set_up(now, letterhead)
    before = await timeline(reference)
    await leads.change_lead(reference, await unit("AS"), why="as before", by=BY, now=now)
    assert await timeline(reference) == before


@pytest.mark.parametrize("why", ["", "  \n ", "x" * 121])
async def test_a_change_needs_a_reason_that_the_timeline_can_hold(
    now: datetime, letterhead: Letterhead, why: str
) -> None:
    reference = await set_up(now, letterhead)
    with pytest.raises(UnsuitableWords) as refused:
        await leads.change_lead(reference, await unit("NE"), why=why, by=BY, now=now)
    assert refused.value.field == "why"


async def test_a_refusal_changes_no_lead_and_suggests_none(now: datetime, letterhead: Letterhead) -> None:
    reference = await set_up(now, letterhead)
    await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
    meeting = await meeting_of(reference)
    assert meeting.lead_unit == await unit("AS")
    dispute = (await lead_of(meeting)).dispute
    assert dispute is not None
    assert dispute.interim == ""
    assert dispute.lead == "Central South BCU"
    assert [one.unit for one in dispute.refused] == ["Central South BCU"]


async def test_both_units_that_refuse_stand_in_one_dispute_and_it_counts_to_both(
    now: datetime, letterhead: Letterhead
) -> None:
    reference = await set_up(now, letterhead)
    first = await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
    second = await leads.say_not_lead(
        reference, await unit("NE"), via="answer link", by="answer link", now=now + timedelta(hours=1)
    )
    again = await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
    assert first == second == again
    row = await LeadDispute.objects().first()
    assert row is not None
    assert set(row.units) == {await unit("AS"), await unit("NE")}
    assert await LeadRefusal.count() == 2
    (dispute,) = await open_disputes(MACHINE)
    assert [(one.unit, one.via) for one in dispute.refused] == [
        ("Central South BCU", "telephone"),
        ("North East BCU", "answer link"),
    ]


class TestTheClock:
    """Wednesday 18 November 2026, 10am in London."""

    async def test_one_working_day_where_no_high_rule_fired(self, now: datetime, letterhead: Letterhead) -> None:
        reference = await set_up(now, letterhead, rules=("REPEAT",))
        await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
        (dispute,) = await open_disputes(MACHINE)
        assert dispute.due_at == datetime(2026, 11, 19, 10, 0, tzinfo=UTC)

    async def test_four_working_hours_where_a_high_rule_fired(self, now: datetime, letterhead: Letterhead) -> None:
        reference = await set_up(now, letterhead, rules=("REPEAT", "HIGH"))
        late = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
        await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=late)
        (dispute,) = await open_disputes(MACHINE)
        assert dispute.due_at == datetime(2026, 11, 19, 11, 0, tzinfo=UTC)

    async def test_a_new_setting_times_what_begins_after_it_and_rewrites_nothing(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        first, second = await set_up(now, letterhead), await set_up(now, letterhead)
        await leads.say_not_lead(first, await unit("AS"), via="telephone", by=BY, now=now)
        await set_clock(Clock.DISPUTE_HIGH, amount=2, unit="hours", why="agreed locally", by=BY, now=now)
        await leads.say_not_lead(second, await unit("AS"), via="telephone", by=BY, now=now)
        assert {one.reference: one.due_at - now for one in await open_disputes(MACHINE)} == {
            first: timedelta(hours=4),
            second: timedelta(hours=2),
        }

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"code": "other"}, "clock"),
            ({"unit": "weeks"}, "unit"),
            ({"amount": 0}, "amount"),
            ({"amount": 81}, "amount"),
            ({"why": " "}, "why"),
        ],
    )
    async def test_a_clock_that_cannot_be_is_refused(
        self, now: datetime, change: dict[str, object], field: str
    ) -> None:
        given: dict[str, object] = {"code": Clock.DISPUTE, "amount": 4, "unit": "working hours", "why": "agreed"}
        with pytest.raises(MeetingError) as refused:
            await set_clock(**(given | change), by=BY, now=now)  # type: ignore[arg-type]  # each case changes one field
        assert refused.value.field == field


class TestWhatPeopleDecide:
    async def test_the_chairs_decision_holds_for_now_and_leaves_the_dispute_open(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        reference = await set_up(now, letterhead)
        await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
        await leads.decide_interim(reference, await unit("NE"), why="the child is there", by=BY, now=now)
        meeting = await meeting_of(reference)
        assert meeting.lead_unit == await unit("AS"), "the lead on record is for the units to settle"
        (dispute,) = await open_disputes(MACHINE)
        assert (dispute.interim, dispute.interim_why) == ("North East BCU", "the child is there")
        last = (await timeline(reference))[-1]
        assert last == "the chair decided that North East BCU leads for now: the child is there"

    async def test_settling_puts_the_agreed_unit_on_record_with_the_role_that_agreed(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        reference = await set_up(now, letterhead)
        await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
        await leads.settle(reference, await unit("NE"), agreed_by="both detective inspectors", by=BY, now=now)
        assert (await meeting_of(reference)).lead_unit == await unit("NE")
        assert await open_disputes(MACHINE) == []
        assert (await timeline(reference))[
            -1
        ] == "settled that North East BCU leads, agreed by both detective inspectors"
        with pytest.raises(NoDispute):
            await leads.settle(reference, await unit("AS"), agreed_by="nobody", by=BY, now=now)

    async def test_a_settled_lead_can_be_disputed_again(self, now: datetime, letterhead: Letterhead) -> None:
        reference = await set_up(now, letterhead)
        for at in (now, now + timedelta(hours=2)):
            await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=at)
            await leads.settle(reference, await unit("AS"), agreed_by="both inspectors", by=BY, now=at)
        assert await LeadDispute.count() == 2

    async def test_while_it_is_disputed_nobody_changes_the_lead_past_it(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        reference = await set_up(now, letterhead)
        await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
        with pytest.raises(LeadIsDisputed):
            await leads.change_lead(reference, await unit("NE"), why="quicker", by=BY, now=now)

    async def test_only_a_police_unit_of_the_meeting_can_be_named(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        reference = await set_up(now, letterhead)
        with pytest.raises(UnsuitableLead):
            await leads.say_not_lead(reference, await unit("CN"), via="telephone", by=BY, now=now)
        assert await LeadDispute.count() == 0

    async def test_of_a_meeting_called_off_nothing_is_decided_and_no_dispute_is_listed(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        reference = await set_up(now, letterhead)
        await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
        await call_off(
            reference,
            asked_by="police",
            reason="police could not attend",
            by=BY,
            now=now,
            letterhead=letterhead,
        )
        assert await open_disputes(MACHINE) == []
        with pytest.raises(AlreadyCalledOff):
            await leads.settle(reference, await unit("AS"), agreed_by="both", by=BY, now=now)

    async def test_a_meeting_about_no_child_has_no_lead(self, now: datetime, letterhead: Letterhead) -> None:
        reference = await set_up(now, letterhead)
        await Meeting.update({Meeting.child: None, Meeting.lead_unit: None}).where(Meeting.reference == reference)
        with pytest.raises(NoLeadHere):
            await leads.say_not_lead(reference, await unit("AS"), via="telephone", by=BY, now=now)
        assert (await lead_of(await meeting_of(reference))).unit == ""
