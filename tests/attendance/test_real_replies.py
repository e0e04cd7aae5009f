"""Three answers as Thunderbird really sent them, fitted to a meeting of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from attendance.tables import Response
from tests.attendance.mailing import sample, take_in

OFFICER = "duty.officer@police.example"
TEAM = "ppu-team@police.example"
RECEIVED = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)


async def answered(convene: Any, invited: str, name: str, **replaced: str) -> tuple[Any, Response]:
    """The sample came as the answer to an invitation of `invited`; how it ended, and what is kept of it."""
    meeting = await convene(
        starts_at=STARTS,
        invited_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        units=[("Central North", "bcu", invited, ("home police",))],
    )
    to = meeting.reply_address("Central North")
    fitted = {old: to if new == "to" else f"{new}{meeting.uid}" for old, new in replaced.items()}
    mail = await take_in(sample(f"thunderbird/{name}.eml", **fitted), to, letterhead=meeting.letterhead, now=RECEIVED)
    response = await Response.objects().first()
    assert response is not None
    return mail, response


@pytest.mark.usefixtures("rolled_back")
class TestThunderbird:
    async def test_an_acceptance_is_applied(self, convene: Any) -> None:
        fit = {"UID:feasibility-1@sched.example": "UID:", "meetings+tok123@sched.example": "to"}
        mail, response = await answered(convene, OFFICER, "accepted", **fit)
        assert mail.disposition == "applied"
        assert (response.row, response.partstat, response.flagged) == (9, "ACCEPTED", "")

    async def test_a_decline_is_applied(self, convene: Any) -> None:
        fit = {"UID:decl0001@s": "UID:", "meetings+tok0@sched.example": "to"}
        mail, response = await answered(convene, OFFICER, "declined", **fit)
        assert mail.disposition == "applied"
        assert (response.row, response.partstat) == (9, "DECLINED")

    async def test_a_member_of_the_team_who_was_not_invited_waits_for_a_person(self, convene: Any) -> None:
        fit = {"UID:team0002@s": "UID:", "meetings+tok0@sched.example": "to"}
        mail, response = await answered(convene, TEAM, "answered-by-another-member", **fit)
        assert mail.disposition == "set aside"
        assert (response.row, response.applied, response.answered_by) == (10, False, OFFICER)
