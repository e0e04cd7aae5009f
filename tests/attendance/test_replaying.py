"""Mail that comes twice, or in another order than it was written, changes nothing more: tried with every sample."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from attendance.reading import read
from attendance.tables import Deputy, Proposal, Response
from attendance.taking_in import take_in_due
from meetings.tables import Invitation, Meeting
from notifications import inbox
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.conftest import HOME
from tests.attendance.mailing import SAMPLES, answer, standing_answer, take_in

STARTS = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
INVITED_AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
UID = "meeting-7f3k2m@invites.example"
MINUTE = timedelta(minutes=1)
NAMES = sorted(path.stem for path in SAMPLES.glob("*.eml"))


async def invited_to(convene: Any, raw: bytes) -> Any:
    """The meeting of the samples, changed twice, to which the one who answers in this message was invited."""
    answers = read(raw).answers
    who = next((address for one in answers for address in one.attendees), HOME)
    units = [("Central North", "bcu", who, ("home police",))]
    meeting = await convene(starts_at=STARTS, invited_at=INVITED_AT, units=units, uid=UID)
    await Meeting.update({Meeting.sequence: 2}).where(Meeting.id == meeting.id)
    await Invitation.update({Invitation.sent_sequence: 2}).where(Invitation.meeting == meeting.id)
    return meeting


async def caused() -> tuple[int, int, int, int]:
    """How many answers count, proposals and deputies wait, and letters were written."""
    return (
        await Response.count().where(Response.applied.eq(True)),
        await Proposal.count(),
        await Deputy.count(),
        await OutboundMail.count(),
    )


@pytest.mark.parametrize("name", NAMES)
async def test_every_sample_ends_once_and_coming_again_causes_nothing(
    rolled_back: None, convene: Any, name: str
) -> None:
    raw = (SAMPLES / f"{name}.eml").read_bytes()
    meeting = await invited_to(convene, raw)
    to, letterhead = meeting.reply_address("Central North"), meeting.letterhead
    first = await take_in(raw, to, letterhead=letterhead, now=RECEIVED)
    before, stands = await caused(), await standing_answer(meeting, "Central North")

    again = await take_in(b"Received: by another way\r\n" + raw, to, letterhead=letterhead, now=RECEIVED + MINUTE)

    assert first.disposition in ("applied", "recorded", "set aside")
    assert first.kind
    assert again.disposition == "duplicate" if first.disposition == "applied" else again.disposition != "applied"
    assert await caused() == before
    assert await standing_answer(meeting, "Central North") == stands


async def test_answers_may_come_in_any_order(committed: None, convene: Any, now: datetime) -> None:
    meeting = await convene()
    to = meeting.reply_address("Central North")
    said = [("ACCEPTED", 1), ("DECLINED", 2), ("TENTATIVE", 3), ("ACCEPTED", 4), ("DECLINED", 5)]
    raws = [
        answer(uid=meeting.uid, to=to, sender=HOME, at=now + minute * MINUTE, partstat=partstat)
        for partstat, minute in said
    ]
    stands = set()
    for order in permutations(raws):
        async with InboundMail._meta.db.transaction() as transaction:
            for raw in order:
                await inbox.keep("smtp", raw, HOME, to, now=now + 10 * MINUTE)
            assert await take_in_due(letterhead=meeting.letterhead, now=now + 10 * MINUTE) == len(raws)
            stands.add(await standing_answer(meeting, "Central North"))
            await transaction.rollback()
    assert stands == {"DECLINED"}
