"""A letter that is held keeps no other waiting."""

from __future__ import annotations

from datetime import datetime

import pytest

from notifications.tables import OutboundMail
from tests.meetings.test_nothing_outgoing_tells_of_a_child import a_meeting, sent, write
from tests.notifications.test_telling import letter

pytestmark = pytest.mark.usefixtures("committed")


async def test_one_held_letter_keeps_no_other_from_leaving(now: datetime) -> None:
    meeting = await a_meeting(now, "LCS-7719")
    await write(letter(text="LCS-7719"), now, meeting.uid)
    await OutboundMail.update({OutboundMail.message_id: "<2@invites.convene.example>"}, force=True)
    await write(letter(), now, meeting.uid)
    assert len(await sent(now)) == 1
