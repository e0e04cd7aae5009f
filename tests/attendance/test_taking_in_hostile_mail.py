"""Hostile and broken messages through the whole way in: kept, read, placed, judged and written down."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from attendance.taking_in import take_in_due
from bench import fuzz
from meetings.tables import Invitation, Meeting
from notifications import inbox
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail
from tests.attendance.conftest import HOME

STARTS = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
INVITED_AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
UID = "meeting-7f3k2m@invites.example"
SEEDS = range(2_000_000, 2_000_300)


async def test_every_one_ends_once_and_nothing_fails_on_it(committed: None, convene: Any) -> None:
    who = "home.unit@police.example"
    meeting = await convene(
        starts_at=STARTS, invited_at=INVITED_AT, units=[("Central North", "bcu", who, ("home police",))], uid=UID
    )
    await Meeting.update({Meeting.sequence: 2}).where(Meeting.id == meeting.id)
    await Invitation.update({Invitation.sent_sequence: 2}).where(Invitation.meeting == meeting.id)
    to = (meeting.reply_address("Central North"), meeting.letterhead.sender_address())
    for seed in SEEDS:
        await inbox.keep("lmtp", fuzz.message(seed), HOME, to[seed % 2], now=RECEIVED)

    while await take_in_due(letterhead=meeting.letterhead, now=RECEIVED + timedelta(seconds=1)):
        pass

    ended = await InboundMail.select(InboundMail.disposition, InboundMail.kind, InboundMail.tries)
    found = Counter(Disposition(row["disposition"]) for row in ended)
    assert Disposition.KEPT not in found
    assert {row["tries"] for row in ended} == {1}
    assert all(InboundKind(row["kind"]) for row in ended)
    assert set(found) >= {Disposition.APPLIED, Disposition.RECORDED, Disposition.SET_ASIDE}
