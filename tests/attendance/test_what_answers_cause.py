"""What an answer causes beside its response: a person is asked, or something sent again; machines are left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance.tables import Asked, Deputy, Proposal
from meetings.calling_off import call_off
from meetings.scheduling import move
from meetings.when import When
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.asked import readable
from tests.attendance.conftest import HOME
from tests.attendance.mailing import answer, by_a_person, from_home, responses, standing_answer, take_in

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OUTSIDER = "somebody@elsewhere.example"
INSPECTOR = "duty.inspector@central-north.police.example"


@pytest.fixture
async def meeting(rolled_back: None, convene: Any) -> Any:
    return await convene()


async def personally(meeting: Any, at: datetime, *, envelope_from: str = HOME, **how: Any) -> InboundMail:
    """The home unit answers by a message that nothing marks as a machine's."""
    to = meeting.reply_address("Central North")
    raw = by_a_person(answer(**{"uid": meeting.uid, "to": to, "sender": HOME, "at": at} | how))
    return await take_in(raw, to, letterhead=meeting.letterhead, now=at, sender=envelope_from)


async def moved(meeting: Any, now: datetime) -> None:
    when = When(meeting.starts_at + DAY, 60, "", "https://meet.example/room")
    await move(meeting.reference, when, by="coordinator", now=now, letterhead=meeting.letterhead)


async def letters(like: str) -> list[OutboundMail]:
    return await OutboundMail.objects().where(OutboundMail.key.like(like)).order_by(OutboundMail.id)


class TestAnotherTime:
    async def test_waits_for_a_person_and_the_answer_beside_it_counts(self, meeting: Any, now: datetime) -> None:
        wanted = meeting.starts_at + 2 * HOUR
        mail = await from_home(
            meeting,
            now + MINUTE,
            method="COUNTER",
            partstat="TENTATIVE",
            starts_at=wanted,
            lines="COMMENT:We are in court until noon.\r\n",
        )

        (proposal,) = await Proposal.objects()
        assert (proposal.invitation, proposal.mail) == (meeting.invitations["Central North"], mail.id)
        assert (proposal.starts_at, proposal.ends_at, proposal.sequence) == (wanted, wanted + HOUR, 0)
        assert (proposal.proposed_by, proposal.comment) == (HOME, "We are in court until noon.")
        assert (proposal.state, mail.kind) == (Asked.OPEN, "proposal")
        assert await standing_answer(meeting, "Central North") == "TENTATIVE"
        (response,) = await responses(meeting.invitations["Central North"])
        assert response.comment == "We are in court until noon."

    async def test_overtakes_the_one_proposed_before_by_the_same_unit(self, meeting: Any, now: datetime) -> None:
        for hours in (2, 3):
            starts_at = meeting.starts_at + hours * HOUR
            await from_home(
                meeting, now + hours * MINUTE, method="COUNTER", partstat="TENTATIVE", starts_at=starts_at
            )
        states = await Proposal.select(Proposal.state).order_by(Proposal.id)
        assert [row["state"] for row in states] == [Asked.SUPERSEDED, Asked.OPEN]

    async def test_of_somebody_who_was_not_invited_asks_only_who_that_was(self, meeting: Any, now: datetime) -> None:
        starts_at = meeting.starts_at + HOUR
        mail = await from_home(meeting, now + MINUTE, method="COUNTER", sender=OUTSIDER, starts_at=starts_at)
        assert (mail.disposition, mail.kind) == ("set aside", "stranger")
        assert not await Proposal.exists()

    async def test_beside_a_time_that_is_gone_brings_the_present_one_and_a_word_once_a_day(
        self, meeting: Any, now: datetime
    ) -> None:
        await moved(meeting, now + MINUTE)
        for minutes in (30, 31):
            wanted = meeting.starts_at + minutes * HOUR
            at = now + minutes * MINUTE
            mail = await personally(meeting, at, method="COUNTER", partstat="TENTATIVE", starts_at=wanted)

        assert (mail.disposition, mail.kind) == ("recorded", "proposal")
        assert not await Proposal.exists()
        assert len(await letters("again:%")) == 1
        (told,) = await letters("told:%")
        assert "Already moved: " in readable(told)
        assert told.calendar is None

    async def test_from_a_machine_brings_no_word(self, meeting: Any, now: datetime) -> None:
        await moved(meeting, now + MINUTE)
        wanted = meeting.starts_at + HOUR
        await from_home(meeting, now + HOUR, method="COUNTER", partstat="TENTATIVE", starts_at=wanted)
        assert not await letters("told:%")


class TestSomebodyElse:
    async def test_named_to_come_waits_for_approval(self, meeting: Any, now: datetime) -> None:
        beside = f'DELEGATED-TO="mailto:{INSPECTOR}";'
        mail = await from_home(meeting, now + MINUTE, partstat="DELEGATED", beside=beside)

        (deputy,) = await Deputy.objects()
        assert (deputy.address, deputy.named_by, deputy.mail) == (INSPECTOR, HOME, mail.id)
        assert (deputy.state, mail.kind) == (Asked.OPEN, "deputy")
        assert await standing_answer(meeting, "Central North") == "DELEGATED"

    async def test_named_later_is_meant_instead(self, meeting: Any, now: datetime) -> None:
        for minute, address in enumerate((INSPECTOR, "other@central-north.police.example"), start=1):
            beside = f'DELEGATED-TO="mailto:{address}";'
            await from_home(meeting, now + minute * MINUTE, partstat="DELEGATED", beside=beside)
        states = await Deputy.select(Deputy.state).order_by(Deputy.id)
        assert [row["state"] for row in states] == [Asked.SUPERSEDED, Asked.OPEN]

    async def test_who_pressed_the_button_for_the_unit_is_kept(self, meeting: Any, now: datetime) -> None:
        beside = f'SENT-BY="mailto:{INSPECTOR}";'
        await from_home(meeting, now + MINUTE, beside=beside)
        (response,) = await responses(meeting.invitations["Central North"])
        assert (response.applied, response.agent) == (True, INSPECTOR)


class TestAFreshCopy:
    async def test_goes_out_at_the_same_sequence_with_a_new_dtstamp_once_an_hour(
        self, meeting: Any, now: datetime
    ) -> None:
        for minutes in (5, 10, 64, 66):
            mail = await personally(meeting, now + minutes * MINUTE, method="REFRESH")

        assert (mail.disposition, mail.kind) == ("recorded", "refresh")
        first, second = await letters("fresh:%")
        assert "SEQUENCE:0" in readable(first)
        assert "DTSTAMP:20261118T100500Z" in readable(first)
        assert "DTSTAMP:20261118T110600Z" in readable(second)
        assert await standing_answer(meeting, "Central North") == ""

    async def test_of_a_meeting_that_is_off_is_its_cancellation(self, meeting: Any, now: datetime) -> None:
        await call_off(
            meeting.reference,
            asked_by="police",
            reason="set up in error",
            by="coordinator",
            now=now + MINUTE,
            letterhead=meeting.letterhead,
        )
        await personally(meeting, now + HOUR, method="REFRESH")
        (fresh,) = await letters("fresh:%")
        assert fresh.kind == "cancel"
        assert "METHOD:CANCEL" in readable(fresh)
        assert "SEQUENCE:1" in readable(fresh)

    async def test_is_for_no_stranger(self, meeting: Any, now: datetime) -> None:
        mail = await personally(meeting, now + MINUTE, method="REFRESH", sender=OUTSIDER)
        assert (mail.disposition, mail.kind) == ("set aside", "stranger")
        assert not await letters("fresh:%")

    async def test_is_for_no_machine(self, meeting: Any, now: datetime) -> None:
        await from_home(meeting, now + MINUTE, method="REFRESH")
        assert not await letters("fresh:%")

    async def test_is_for_no_null_sender(self, meeting: Any, now: datetime) -> None:
        await personally(meeting, now + MINUTE, method="REFRESH", envelope_from="")
        assert not await letters("fresh:%")
