"""What impatient people press twice, and two people at once, is done once."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from attendance.register import mark
from attendance.teams_evidence import confirm, discard, evidence, take_in
from attendance.teams_proposal import Decided
from attendance.teams_tables import TeamsPerson
from meetings import actions
from meetings.action_tables import Action
from meetings.actions import NewAction
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingEvent
from notifications.tables import OutboundMail
from tests.factories import make_meeting, make_unit

REPORT = (Path(__file__).parents[1] / "samples" / "teams" / "report-2022.csv").read_bytes()
ASKED = NewAction(
    "referral", "Refer to Rescue and Response", date(2026, 11, 25), role="Lead", address="lead@council.example"
)


@pytest.mark.usefixtures("committed")
async def test_an_action_given_twice_at_once_is_one_with_one_letter(now: datetime, letterhead: Letterhead) -> None:
    meeting = await make_meeting(home=await make_unit(code="CN"))
    given = await asyncio.gather(
        *(actions.add(meeting.reference, ASKED, by="tests", now=now, letterhead=letterhead) for _ in range(4))
    )
    assert len(set(given)) == 1
    assert await Action.count() == 1
    assert await OutboundMail.count() == 1
    assert await MeetingEvent.count() == 1


async def test_the_same_action_is_given_anew_once_the_first_has_ended(
    rolled_back: None, now: datetime, letterhead: Letterhead
) -> None:
    meeting = await make_meeting(home=await make_unit(code="CN"))
    first = await actions.add(meeting.reference, ASKED, by="tests", now=now, letterhead=letterhead)
    await actions.end(first, "not done", of=None, note="", by="tests", now=now)
    assert await actions.add(meeting.reference, ASKED, by="tests", now=now, letterhead=letterhead) != first


@pytest.mark.usefixtures("committed")
async def test_a_file_put_aside_while_another_confirms_it_loses_no_decision(
    convene: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await convene(starts_at=now)
    meeting = await Meeting.objects().where(Meeting.id == made.id).first()
    assert meeting is not None
    at = made.ends_at
    await take_in(meeting, REPORT, by="one", now=at)
    found = await evidence(meeting, at)
    assert found is not None
    seat = made.seats["Central North"]
    decided = Decided(
        shown=frozenset(one.id for one in found.people),
        taken=frozenset(one.seat.seat for one in found.present),
        seats={one.id: seat for one in (*found.doubtful, *found.nobodys)},
        late=[],
        early=[],
    )
    marking = asyncio.Event()

    async def slow(*args: Any, **more: Any) -> None:
        await mark(*args, **more)
        marking.set()
        await asyncio.sleep(0.4)

    monkeypatch.setattr("attendance.teams_evidence.mark", slow)

    async def puts_aside() -> None:
        await marking.wait()
        await discard(meeting, by="other", now=at)

    await asyncio.gather(confirm(meeting, decided, by="one", now=at), puts_aside())
    people = await TeamsPerson.objects()
    assert people
    assert all(one.seat is not None for one in people)
    assert not await MeetingEvent.exists().where(MeetingEvent.what.like("Teams attendance file put aside%"))
