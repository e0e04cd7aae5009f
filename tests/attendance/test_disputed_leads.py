"""A police unit says that it is not the lead: on its answer page or by telephone, shown, and passed up once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar

from attendance import overdue
from attendance.ladder_tables import Escalation, EscalationStep
from attendance.lead_link import say_not_lead
from meetings import leads
from meetings.calling_off import call_off
from meetings.lead_tables import LeadDispute, LeadRefusal
from meetings.letters import Letterhead
from meetings.scheduling import remove_seat
from meetings.tables import Meeting, MeetingEvent
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.conftest import HOUR
from tests.attendance.reading_pages import words
from tests.browsing import Browser

HOME, SOCIAL_CARE = "Central North", "Camden children's services"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def app() -> Litestar:
    """Each test sets its clock."""
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now + HOUR


def link(meeting: Any, unit: str = HOME) -> str:
    return str(meeting.letterhead.answer_link(meeting.invitations[unit])).removeprefix("https://convene.example")


async def unit_of(meeting: Any, destination: bool = False) -> Any:
    row = await Meeting.objects().where(Meeting.id == meeting.id).first()
    assert row is not None
    return row.destination_unit if destination else row.home_unit


class TestTheAnswerPage:
    async def test_a_police_unit_can_say_that_it_is_not_the_lead(self, stranger: Browser, coming: Any) -> None:
        page = link(coming)
        assert "Record that Central North is not the lead" in words(await stranger.get(page))
        answer = await stranger.send_form(page, f"{page}/not-the-lead")
        assert answer.status_code == 303
        text = words(await stranger.get(answer.headers["location"]))
        assert "It is recorded that your unit says it is not the lead" in text
        assert "Lead police unit Central North, on record. It is disputed." in text
        assert "Record that Central North is not the lead" not in text
        assert await LeadRefusal.count() == 1

    async def test_a_unit_that_is_not_police_is_not_asked_who_leads(self, stranger: Browser, coming: Any) -> None:
        page = link(coming, SOCIAL_CARE)
        assert "lead" not in words(await stranger.get(page)).lower()
        answer = await stranger.send_form(page, f"{page}/not-the-lead")
        assert answer.status_code == 404
        assert await LeadDispute.count() == 0

    async def test_abuse_case_38_opening_the_page_disputes_nothing(self, stranger: Browser, coming: Any) -> None:
        await stranger.get(link(coming))
        assert (await stranger.get(link(coming) + "/not-the-lead")).status_code == 405
        assert await LeadDispute.count() == 0

    async def test_a_seat_taken_back_cannot_dispute(
        self, stranger: Browser, coming: Any, now: datetime, letterhead: Letterhead
    ) -> None:
        page = link(coming)
        token = words(await stranger.get(page))
        assert "We are not the lead" in token
        other = link(coming, "East Area")
        await remove_seat(coming.reference, coming.seats[HOME], by="c", now=now, letterhead=letterhead)
        answer = await stranger.send_form(other, f"{page}/not-the-lead")
        assert answer.status_code == 404
        assert await LeadDispute.count() == 0


class TestTheCoordinatorsPages:
    async def test_the_dispute_shows_on_the_meeting_in_the_list_and_among_the_disputes(
        self, coordinator: Browser, coming: Any
    ) -> None:
        lead = f"/meetings/{coming.reference}/lead"
        refusing = str(await unit_of(coming))
        answer = await coordinator.send_form(lead, act="refuse", refused_by=refusing)
        assert answer.status_code == 303
        assert "The lead is disputed" not in words(await coordinator.get(lead))
        meeting = words(await coordinator.get(f"/meetings/{coming.reference}"))
        assert "Central North says it is not the lead." in meeting
        assert "Lead police unit Central North Lead disputed" in meeting
        assert "Lead disputed" in words(await coordinator.get("/meetings"))
        disputes = words(await coordinator.get("/disputes"))
        assert (
            f"{coming.reference} 20 Nov, 10am Central North and East Area Central North No decision yet" in disputes
        )

    async def test_the_chairs_decision_and_the_settlement_are_recorded(
        self, coordinator: Browser, coming: Any
    ) -> None:
        lead = f"/meetings/{coming.reference}/lead"
        await coordinator.send_form(lead, act="refuse", refused_by=str(await unit_of(coming)))
        other = str(await unit_of(coming, destination=True))
        await coordinator.send_form(lead, act="interim", interim=other, interim_why="the child is in its area")
        text = words(await coordinator.get(lead))
        assert "Leads for now East Area, by the chair’s decision of" in text
        await coordinator.send_form(lead, act="settle", settled=other, agreed_by="both inspectors")
        assert "On record East Area" in words(await coordinator.get(lead))
        assert "No lead is disputed." in words(await coordinator.get("/disputes"))

    @pytest.mark.parametrize(
        ("form", "problem"),
        [
            ({"act": "refuse"}, "Choose a police unit"),
            ({"act": "refuse", "refused_by": "x"}, "Choose a police unit"),
            ({"act": "refuse", "refused_by": "00000000-0000-0000-0000-000000000000"}, "Choose one of the meeting"),
            ({"act": "change", "new_lead": "other"}, "Say why the lead changes"),
            ({"act": "settle", "settled": "other", "agreed_by": "x"}, "is not disputed"),
            ({"act": "adjudicate"}, "Choose what you want to record"),
        ],
    )
    async def test_what_cannot_be_is_said_beside_its_field(
        self, coordinator: Browser, coming: Any, form: dict[str, str], problem: str
    ) -> None:
        other = str(await unit_of(coming, destination=True))
        filled = {name: other if value == "other" else value for name, value in form.items()}
        answer = await coordinator.send_form(f"/meetings/{coming.reference}/lead", **filled)
        assert answer.status_code == 400
        assert problem in words(answer)
        assert await LeadDispute.count() == 0

    async def test_nobody_who_is_not_signed_in_sees_it(self, stranger: Browser, coming: Any) -> None:
        for path in ("/disputes", f"/meetings/{coming.reference}/lead"):
            assert (await stranger.get(path)).status_code == 303


class TestWhatNobodySettles:
    async def test_it_is_passed_up_when_its_time_is_over_and_not_before(self, coming: Any, now: datetime) -> None:
        await say_not_lead(coming.invitations[HOME], now=now)
        assert await overdue.pass_up(now + DAY - HOUR) == 0
        assert await overdue.pass_up(now + DAY) == 1
        assert await overdue.pass_up(now + DAY) == 0
        row = await LeadDispute.objects().first()
        assert row is not None
        assert row.overdue_at == now + DAY

    async def test_what_was_settled_in_time_is_not(self, coming: Any, now: datetime) -> None:
        unit = await unit_of(coming)
        await leads.say_not_lead(coming.reference, unit, via="telephone", by="c", now=now)
        await leads.settle(coming.reference, unit, agreed_by="both inspectors", by="c", now=now)
        assert await overdue.pass_up(now + DAY) == 0


@pytest.mark.usefixtures("committed")
class TestAtOnce:
    async def test_two_units_that_refuse_at_once_stand_in_one_dispute(self, convene: Any, now: datetime) -> None:
        meeting = await convene()
        await asyncio.gather(
            *(say_not_lead(meeting.invitations[unit], now=now) for unit in (HOME, "East Area", HOME))
        )
        assert await LeadDispute.count() == 1
        assert await LeadRefusal.count() == 2

    async def test_two_workers_pass_one_dispute_up_once(self, convene: Any, now: datetime) -> None:
        meeting = await convene()
        await say_not_lead(meeting.invitations[HOME], now=now)
        assert sorted(await asyncio.gather(overdue.pass_up(now + DAY), overdue.pass_up(now + DAY))) == [0, 1]
        told = await MeetingEvent.count().where(MeetingEvent.what.like("who leads was not settled%"))
        assert told == 1


class TestItsLadder:
    async def test_both_units_supervisors_hear_at_once_and_those_above_when_the_clock_runs_out(
        self, coming: Any, now: datetime
    ) -> None:
        await say_not_lead(coming.invitations[HOME], now=now)
        await say_not_lead(coming.invitations["East Area"], now=now + HOUR)
        ladders = await Escalation.objects().order_by(Escalation.raised_at)
        assert {ladder.unit for ladder in ladders} == {
            await unit_of(coming),
            await unit_of(coming, destination=True),
        }
        assert len({ladder.about for ladder in ladders}) == 1, "the same is said to both: nobody is blamed"
        steps = await EscalationStep.objects().where(EscalationStep.escalation == ladders[0].id)
        assert [(step.rungs, step.due_at - now) for step in sorted(steps, key=lambda step: step.number)] == [
            (["supervisor"], timedelta(0)),
            (["head of service"], DAY),
            (["superintendent", "director"], 2 * DAY),
        ]

    async def test_settling_stops_it(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        await say_not_lead(coming.invitations[HOME], now=now)
        settled = str(await unit_of(coming))
        lead = f"/meetings/{coming.reference}/lead"
        await coordinator.send_form(lead, act="settle", settled=settled, agreed_by="both inspectors")
        assert not await Escalation.exists().where(Escalation.stopped_at.is_null())

    async def test_calling_the_meeting_off_stops_it(self, coming: Any, now: datetime, letterhead: Letterhead) -> None:
        await say_not_lead(coming.invitations[HOME], now=now)
        await call_off(
            coming.reference,
            asked_by="police",
            reason="police could not attend",
            by="c",
            now=now,
            letterhead=letterhead,
        )
        await overdue.pass_up(now + DAY)
        assert not await Escalation.exists().where(Escalation.stopped_at.is_null())
