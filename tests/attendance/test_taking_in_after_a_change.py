"""Answers to a meeting that was moved, called off or is over, and answers given by telephone."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from attendance import errors
from attendance.responses import record_by_hand
from attendance.taking_in import take_in_one
from directory.tables import Contact
from meetings.calling_off import call_off
from meetings.scheduling import add_seat, move, remove_seat
from meetings.tables import Invitation, Seat
from meetings.when import When
from notifications import inbox
from notifications.tables import OutboundMail
from tests.attendance.conftest import HOME
from tests.attendance.mailing import HOUR, answer, by_a_person, from_home, responses, standing_answer, take_in

MINUTE = timedelta(minutes=1)
OUTSIDER = "somebody@elsewhere.example"


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    return await convene()


class TestAfterAChange:
    async def test_an_answer_to_the_earlier_time_is_kept_and_the_invitation_sent_again_once(
        self, meeting: Any, now: datetime
    ) -> None:
        await from_home(meeting, now + MINUTE)
        await moved(meeting, now + 2 * MINUTE)
        stale = now + 30 * MINUTE
        mail = await from_home(meeting, stale, sequence=0)
        await from_home(meeting, stale + MINUTE, sequence=0, partstat="DECLINED")

        assert (mail.disposition, mail.reason) == ("recorded", "Central North: It answers the earlier time.")
        assert await standing_answer(meeting, "Central North", 1) == ""
        assert await OutboundMail.count().where(OutboundMail.key.like("again:%")) == 1

    async def test_an_answer_to_the_new_time_counts(self, meeting: Any, now: datetime) -> None:
        await moved(meeting, now + MINUTE)
        mail = await from_home(meeting, now + 2 * MINUTE, sequence=1)
        assert mail.disposition == "applied"

    async def test_a_sequence_from_the_future_is_set_aside(self, meeting: Any, now: datetime) -> None:
        mail = await from_home(meeting, now + MINUTE, sequence=2147483647)
        assert mail.disposition == "set aside"
        assert await standing_answer(meeting, "Central North") == ""

    async def test_after_the_meeting_was_called_off_a_yes_gets_the_cancel_again_once(
        self, meeting: Any, now: datetime
    ) -> None:
        await call_off(
            meeting.reference,
            asked_by="police",
            reason="set up in error",
            by="coordinator",
            now=now + MINUTE,
            letterhead=meeting.letterhead,
        )
        mail = await from_home(meeting, now + 2 * MINUTE)
        await from_home(meeting, now + 3 * MINUTE, partstat="TENTATIVE")

        assert mail.disposition == "recorded"
        again = await OutboundMail.select(OutboundMail.kind).where(OutboundMail.key.like("again:%"))
        assert again == [{"kind": "cancel"}]

    async def test_after_its_seat_was_removed_a_yes_is_recorded_and_the_cancel_sent_again(
        self, meeting: Any, now: datetime
    ) -> None:
        seat = meeting.seats["Central North"]
        await remove_seat(meeting.reference, seat, by="coordinator", now=now + MINUTE, letterhead=meeting.letterhead)
        await from_home(meeting, now + 2 * MINUTE)

        (response,) = await responses(meeting.invitations["Central North"])
        assert (response.row, response.applied) == (3, False)
        assert await OutboundMail.exists().where(OutboundMail.key.like("again:cancel:%"))

    @pytest.mark.parametrize("method", ["REPLY", "REFRESH"])
    async def test_who_was_asked_anew_since_is_sent_that_invitation_and_no_cancel(
        self, meeting: Any, now: datetime, method: str
    ) -> None:
        seat, letterhead = meeting.seats["Central North"], meeting.letterhead
        row = await Seat.objects().get(Seat.id == seat)
        assert row is not None
        await Contact.insert(Contact(unit=row.unit, role="missing team", email=HOME.title(), active_from=now.date()))
        for verb in (
            partial(remove_seat, meeting.reference, seat),
            partial(add_seat, meeting.reference, row.unit, row.capacities),
        ):
            await verb(by="coordinator", now=now + MINUTE, letterhead=letterhead)
        raw = answer(uid=meeting.uid, to=meeting.reply_address("Central North"), sender=HOME, at=now, method=method)
        before = await OutboundMail.count()
        await take_in(
            by_a_person(raw),
            meeting.reply_address("Central North"),
            letterhead=letterhead,
            now=now + HOUR,
            sender=HOME,
        )

        (again,) = (await OutboundMail.objects().order_by(OutboundMail.id))[before:]
        assert (again.kind, again.recipient.lower(), again.sequence) == ("request", HOME, 2)

    async def test_after_the_end_an_answer_is_recorded_and_not_counted(self, meeting: Any) -> None:
        mail = await from_home(meeting, meeting.ends_at + MINUTE)
        assert (mail.disposition, mail.reason) == ("recorded", "Central North: The meeting was over.")

    async def test_an_answer_received_in_time_counts_however_late_it_is_taken_in(self, meeting: Any) -> None:
        to = meeting.reply_address("Central North")
        received = meeting.starts_at - MINUTE
        raw = answer(uid=meeting.uid, to=to, sender=HOME, at=received)
        await inbox.keep("smtp", raw, HOME, to, now=received)
        await take_in_one(letterhead=meeting.letterhead, now=meeting.ends_at + timedelta(days=1))
        assert await standing_answer(meeting, "Central North") == "ACCEPTED"


class TestByTelephone:
    async def test_the_answer_stands_and_says_who_wrote_it_down(self, meeting: Any, now: datetime) -> None:
        invitation = meeting.invitations["Central North"]
        await record_by_hand(invitation, "DECLINED", by="coordinator", now=now)

        assert await standing_answer(meeting, "Central North") == "DECLINED"
        (response,) = await responses(invitation)
        assert (response.via, response.row, response.answered_by) == ("coordinator", 24, "coordinator")

    async def test_a_later_mail_changes_it(self, meeting: Any, now: datetime) -> None:
        await record_by_hand(meeting.invitations["Central North"], "DECLINED", by="coordinator", now=now)
        await from_home(meeting, now + MINUTE)
        assert await standing_answer(meeting, "Central North") == "ACCEPTED"

    async def test_only_yes_perhaps_and_no_are_answers(self, meeting: Any, now: datetime) -> None:
        with pytest.raises(errors.UnknownAnswer):
            await record_by_hand(meeting.invitations["Central North"], "DELEGATED", by="coordinator", now=now)

    async def test_after_the_end_the_register_is_the_place(self, meeting: Any) -> None:
        with pytest.raises(errors.NoAnswerWanted, match="over"):
            await record_by_hand(
                meeting.invitations["Central North"], "ACCEPTED", by="coordinator", now=meeting.ends_at + MINUTE
            )

    async def test_an_invitation_taken_back_takes_no_answer(self, meeting: Any, now: datetime) -> None:
        invitation = meeting.invitations["Central North"]
        await Invitation.update({Invitation.state: "removed"}).where(Invitation.id == invitation)
        with pytest.raises(errors.NoAnswerWanted, match="Central North"):
            await record_by_hand(invitation, "ACCEPTED", by="coordinator", now=now)


async def moved(meeting: Any, now: datetime) -> None:
    """The meeting is a day later: a major change."""
    when = When(meeting.starts_at + timedelta(days=1), 60, "", "https://meet.example/room")
    await move(meeting.reference, when, by="coordinator", now=now, letterhead=meeting.letterhead)
