"""Answers as real clients send them, to a meeting of ours: applied, or set aside with the row that says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from attendance.tables import Response
from meetings.tables import Invitation, Meeting
from notifications.tables import InboundMail
from tests.attendance.mailing import sample, take_in

MEMBER = "pc.smith@police.example"
TEAM = "ppu-team@police.example"
STARTS = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
INVITED_AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


async def answered(
    convene: Any, invited: str, name: str, *, uid: str, organizer: str = "", sequence: int = 0
) -> tuple[InboundMail, Sequence[Response]]:
    """The sample came to the token of an invitation of `invited`: how it ended, and what is kept of it."""
    meeting = await convene(
        starts_at=STARTS, invited_at=INVITED_AT, units=[("Central North", "bcu", invited, ("home police",))], uid=uid
    )
    await Meeting.update({Meeting.sequence: sequence}).where(Meeting.id == meeting.id)
    await Invitation.update({Invitation.sent_sequence: sequence}).where(Invitation.meeting == meeting.id)
    to = meeting.reply_address("Central North")
    raw = sample(f"{name}.eml", **({organizer: to} if organizer else {}))
    mail = await take_in(raw, to, letterhead=meeting.letterhead, now=RECEIVED)
    return mail, await Response.objects()


@pytest.mark.usefixtures("rolled_back")
class TestThunderbird:
    async def test_an_acceptance_is_applied(self, convene: Any) -> None:
        ours = ("feasibility-1@sched.example", "meetings+tok123@sched.example")
        mail, (response,) = await answered(convene, MEMBER, "accept-single", uid=ours[0], organizer=ours[1])
        assert mail.disposition == "applied"
        assert (response.row, response.partstat, response.flagged) == (9, "ACCEPTED", "")

    async def test_a_decline_is_applied(self, convene: Any) -> None:
        ours = ("decl0001@s", "meetings+tok0@sched.example")
        mail, (response,) = await answered(convene, MEMBER, "decline-single", uid=ours[0], organizer=ours[1])
        assert mail.disposition == "applied"
        assert (response.row, response.partstat) == (9, "DECLINED")

    async def test_a_member_of_the_team_who_was_not_invited_waits_for_a_person(self, convene: Any) -> None:
        ours = ("team0002@s", "meetings+tok0@sched.example")
        mail, (response,) = await answered(
            convene, TEAM, "reply-from-uninvited-member-of-team", uid=ours[0], organizer=ours[1]
        )
        assert mail.disposition == "set aside"
        assert (response.row, response.applied, response.answered_by) == (10, False, MEMBER)


@pytest.mark.usefixtures("rolled_back")
class TestOtherClients:
    @pytest.mark.parametrize(
        ("name", "invited", "partstat"),
        [
            ("exchange-accept", "missing.ce@police.example", "ACCEPTED"),
            ("exchange-delegate-tentative", "duty.inspector@police.example", "TENTATIVE"),
            ("google-accept", "home.unit@police.example", "ACCEPTED"),
            ("apple-decline", "mash@council.example", "DECLINED"),
        ],
    )
    async def test_the_answer_is_applied(self, convene: Any, name: str, invited: str, partstat: str) -> None:
        uid = "meeting-7f3k2m@invites.example"
        mail, (response,) = await answered(convene, invited, name, uid=uid, sequence=2)
        assert mail.disposition == "applied"
        assert (response.row, response.partstat) == (9, partstat)

    async def test_a_room_that_names_nobody_and_says_nothing_waits_for_a_person(self, convene: Any) -> None:
        uid = "meeting-7f3k2m@invites.example"
        mail, (response,) = await answered(
            convene, "room1@police.example", "room-accept-no-attendee", uid=uid, sequence=2
        )
        assert (mail.disposition, response.row) == ("set aside", 12)


@pytest.mark.usefixtures("rolled_back")
class TestMachines:
    @pytest.mark.parametrize(
        ("name", "disposition", "reason"),
        [
            ("bounce", "set aside", "Central North: Our letter could not be delivered."),
            (
                "absence-notice",
                "recorded",
                "Central North: An automatic reply: it is not an answer. Away until 30 November 2026.",
            ),
            ("read-receipt", "recorded", "Central North: Our letter was displayed."),
        ],
    )
    async def test_what_machines_say_is_never_an_answer(
        self, convene: Any, name: str, disposition: str, reason: str
    ) -> None:
        mail, kept = await answered(convene, TEAM, name, uid="meeting-7f3k2m@invites.example")
        assert (mail.disposition, mail.reason) == (disposition, reason)
        assert not kept
