"""Reminders: each invitee the right one, once, and what was missed is on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from attendance import letters
from attendance.answer_link import name_deputy
from attendance.chasing import plan, remind_due
from attendance.responses import record_by_hand
from attendance.tables import Reminder
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.scheduling import move, remove_seat
from meetings.tables import MeetingEvent
from meetings.when import When
from notifications.imip import open_message
from notifications.tables import OutboundMail
from tests.attendance.conftest import HOME

HOUR = timedelta(hours=1)
BY = "coordinator"


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    """In two days; answers are wanted in four hours."""
    return await convene()


async def chase(meeting: Any, at: datetime) -> int:
    await plan(at)
    return await remind_due(letterhead=meeting.letterhead, now=at)


async def sent() -> list[tuple[str, str]]:
    """The reminders in the outbox: to whom, and the first words of the subject."""
    rows = await OutboundMail.select(OutboundMail.recipient, OutboundMail.content).where(
        OutboundMail.kind == "reminder"
    )
    return sorted((row["recipient"].split("@")[1].split(".")[0], opened(row["content"])["Subject"]) for row in rows)


def opened(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


class TestPlanning:
    async def test_every_invitation_has_its_three_reminders(self, meeting: Any, now: datetime) -> None:
        assert await plan(now) == 9

    async def test_planning_again_adds_nothing(self, meeting: Any, now: datetime) -> None:
        await plan(now)
        assert await plan(now + HOUR) == 0

    async def test_a_meeting_called_off_has_none(self, meeting: Any, letterhead: Letterhead, now: datetime) -> None:
        await call_off(
            meeting.reference, asked_by="police", reason="set up in error", by=BY, now=now, letterhead=letterhead
        )
        assert await plan(now) == 0

    async def test_when_the_meeting_moves_the_reminders_of_the_old_time_are_not_needed(
        self, meeting: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await plan(now)
        when = When(meeting.starts_at + 24 * HOUR, 60, "", "https://meet.example/room")
        await move(meeting.reference, when, by=BY, now=now + HOUR, letterhead=letterhead)
        await plan(now + HOUR)

        old = await Reminder.count().where(Reminder.outcome == "not needed")
        day_before = await Reminder.select(Reminder.due_at).where(
            (Reminder.kind == "24h") & Reminder.settled_at.is_null()
        )
        assert old == 9
        assert {row["due_at"] for row in day_before} == {meeting.starts_at}

    async def test_a_meeting_moved_away_and_back_reminds_of_its_first_time_again(
        self, meeting: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await plan(now)
        for hours, starts_at in ((1, meeting.starts_at + 24 * HOUR), (2, meeting.starts_at)):
            when = When(starts_at, 60, "", "https://meet.example/room")
            await move(meeting.reference, when, by=BY, now=now + hours * HOUR, letterhead=letterhead)
            await plan(now + hours * HOUR)
        await remind_due(letterhead=letterhead, now=meeting.starts_at - 24 * HOUR)
        assert await Reminder.count().where((Reminder.kind == "24h") & (Reminder.outcome == "sent")) == 3

    async def test_a_meeting_moved_to_this_afternoon_sends_no_day_before(
        self, meeting: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        when = When(now + 6 * HOUR, 60, "", "https://meet.example/room")
        await move(meeting.reference, when, by=BY, now=now + HOUR, letterhead=letterhead)
        await plan(now + HOUR)
        assert not await Reminder.exists().where(Reminder.kind == "24h")


class TestWhoIsReminded:
    async def test_at_the_deadline_only_those_who_have_not_answered(self, meeting: Any, now: datetime) -> None:
        await record_by_hand(meeting.invitations["Central North"], "DECLINED", by=BY, now=now)
        await chase(meeting, now + 4 * HOUR)
        assert [unit for unit, _ in await sent()] == ["camden", "east-area"]

    async def test_a_day_before_everyone_in_the_words_of_their_answer(self, meeting: Any, now: datetime) -> None:
        await plan(now)
        await record_by_hand(meeting.invitations["Central North"], "DECLINED", by=BY, now=now)
        await record_by_hand(meeting.invitations["East Area"], "ACCEPTED", by=BY, now=now)
        await record_by_hand(meeting.invitations["Camden children's services"], "TENTATIVE", by=BY, now=now)
        await remind_due(letterhead=meeting.letterhead, now=meeting.starts_at - 24 * HOUR)

        said = {unit: subject.split(":")[0].split("?")[0] for unit, subject in await sent()}
        assert said == {"camden": "Please decide", "central-north": "Who comes instead", "east-area": "Reminder"}

    async def test_who_named_a_deputy_is_told_that_nobody_has_approved_yet_and_is_asked_nothing(
        self, meeting: Any, now: datetime
    ) -> None:
        await plan(now)
        await name_deputy(meeting.invitations["Central North"], "stand.in@borough.example", shown=0, now=now)
        await remind_due(letterhead=meeting.letterhead, now=meeting.starts_at - 24 * HOUR)
        (row,) = await OutboundMail.objects().where(
            (OutboundMail.kind == "reminder") & (OutboundMail.recipient == HOME)
        )
        text = " ".join(open_message(bytes(row.content)).text.split())
        assert "Nobody has approved that yet: you are still invited." in text
        assert row.calendar is None

    async def test_a_unit_whose_seat_was_removed_hears_no_more(
        self, meeting: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await plan(now)
        await remove_seat(meeting.reference, meeting.seats["East Area"], by=BY, now=now, letterhead=letterhead)
        await remind_due(letterhead=letterhead, now=now + 4 * HOUR)

        assert "east-area" not in dict(await sent())
        assert await Reminder.exists().where(Reminder.outcome == "not needed")

    async def test_nobody_is_reminded_of_a_meeting_called_off(
        self, meeting: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await plan(now)
        await call_off(
            meeting.reference, asked_by="police", reason="set up in error", by=BY, now=now, letterhead=letterhead
        )
        await remind_due(letterhead=letterhead, now=meeting.starts_at - 2 * HOUR)
        assert await sent() == []

    async def test_each_reminder_is_sent_once(self, meeting: Any, now: datetime) -> None:
        at = now + 4 * HOUR
        assert await chase(meeting, at) == 3
        assert await chase(meeting, at) == 0
        assert len(await sent()) == 3

    async def test_before_its_time_nothing_is_sent(self, meeting: Any, now: datetime) -> None:
        assert await chase(meeting, now + 4 * HOUR - timedelta(seconds=1)) == 0


class TestTheLetter:
    async def test_who_has_not_answered_gets_the_very_bytes_of_the_invitation_again(
        self, meeting: Any, now: datetime
    ) -> None:
        await chase(meeting, now + 4 * HOUR)
        streams = await OutboundMail.select(OutboundMail.calendar).where(OutboundMail.recipient.like("%east-area%"))
        assert len(streams) == 2
        assert streams[0]["calendar"] == streams[1]["calendar"]

    async def test_its_answer_comes_back_to_the_same_token(self, meeting: Any, now: datetime) -> None:
        await chase(meeting, now + 4 * HOUR)
        row = await OutboundMail.objects().where(OutboundMail.kind == "reminder").order_by(OutboundMail.id).first()
        assert row is not None
        addresses = {meeting.reply_address(unit) for unit in meeting.invitations}
        assert opened(row.content)["Reply-To"] in addresses

    async def test_it_outlives_its_use_with_the_reminder(self, meeting: Any, now: datetime) -> None:
        await chase(meeting, now + 4 * HOUR)
        row = await OutboundMail.objects().where(OutboundMail.kind == "reminder").first()
        assert row is not None
        assert row.useful_until == meeting.starts_at - 24 * HOUR


class TestMissed:
    async def test_after_an_outage_what_is_too_late_is_recorded_and_stands_on_the_timeline(
        self, meeting: Any, now: datetime
    ) -> None:
        await plan(now)
        ended = await remind_due(letterhead=meeting.letterhead, now=meeting.starts_at + HOUR)

        assert ended == 9
        assert await Reminder.count().where(Reminder.outcome == "missed") == 9
        events = [row["what"] for row in await MeetingEvent.select(MeetingEvent.what)]
        assert "the 2h reminder to East Area was missed" in events
        assert await sent() == []

    async def test_an_outage_from_the_setting_up_to_after_the_start_is_on_record_too(
        self, meeting: Any, now: datetime
    ) -> None:
        assert await chase(meeting, meeting.starts_at + 24 * HOUR) == 9
        assert await Reminder.count().where(Reminder.outcome == "missed") == 9
        assert await sent() == []

    async def test_what_was_missed_is_said_once(self, meeting: Any, now: datetime) -> None:
        await chase(meeting, meeting.starts_at + HOUR)
        assert await chase(meeting, meeting.starts_at + 2 * HOUR) == 0

    async def test_a_reminder_a_little_late_is_still_sent(self, meeting: Any, now: datetime) -> None:
        await plan(now)
        await remind_due(letterhead=meeting.letterhead, now=meeting.starts_at - HOUR)

        outcomes = await Reminder.select(Reminder.kind, Reminder.outcome)
        assert {(row["kind"], row["outcome"]) for row in outcomes} == {
            ("reply-by", "missed"),
            ("24h", "missed"),
            ("2h", "sent"),
        }

    async def test_one_that_fails_does_not_stop_the_others_and_is_tried_again(
        self, meeting: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await plan(now)
        made = letters.reminder

        def fails_for_camden(to: Any, *args: Any, **kwargs: Any) -> Any:
            if "camden" in to.address:
                raise ValueError
            return made(to, *args, **kwargs)

        with monkeypatch.context() as broken:
            broken.setattr(letters, "reminder", fails_for_camden)
            assert await remind_due(letterhead=meeting.letterhead, now=now + 4 * HOUR) == 2
        assert await remind_due(letterhead=meeting.letterhead, now=now + 4 * HOUR) == 1
