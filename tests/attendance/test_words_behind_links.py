"""What is written behind a link, by whoever holds it, turns no page of a coordinator around and is one line."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from meetings import actions, handovers
from meetings.action_tables import Action
from meetings.actions import NewAction
from meetings.handing_over import notice_moves
from meetings.letters import Letterhead
from tests.factories import make_meeting, make_unit
from tests.meetings.moves import handover_of, moved

HOSTILE = "Duty\N{RIGHT-TO-LEFT OVERRIDE} sergeant\N{LINE SEPARATOR}of\x00 the\x85unit <script>"
PLAIN = "Duty sergeant of the unit <script>"


@pytest.mark.usefixtures("rolled_back", "london")
async def test_who_acknowledges_a_move(now: datetime, letterhead: Letterhead) -> None:
    move = await moved(now)
    await notice_moves(now, letterhead=letterhead)
    row = await handover_of(move)
    await handovers.acknowledge(row.id, HOSTILE, via="link", by="handover link", now=now)
    assert (await handover_of(move)).acknowledged_by == PLAIN


async def test_a_note_on_an_action(rolled_back: None, now: datetime, letterhead: Letterhead) -> None:
    meeting = await make_meeting(home=await make_unit(code="CN"))
    new = NewAction("referral", "Refer", date(2026, 11, 25), role="Lead", address="lead@council.example")
    action = await actions.add(meeting.reference, new, by="tests", now=now, letterhead=letterhead)
    await actions.end(action, "done", of=None, note=HOSTILE, by=actions.BY_LINK, now=now)
    row = await Action.objects().where(Action.id == action).first()
    assert row is not None
    assert row.note == PLAIN
