"""Invitees of a plain domain are asked by the role mailbox, for calendars that cannot answer to a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import proposals
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.scheduling import move
from meetings.tables import SeriesInvitation
from meetings.when import When
from notifications.addresses import found_address
from notifications.tables import OutboundMail
from tests.attendance.asked import letters_of, proposes
from tests.attendance.conftest import DESTINATION, HOME
from tests.attendance.mailing import answer, report, responses, standing_answer, take_in
from tests.meetings.series_set_up import panel, police, posted

HOUR = timedelta(hours=1)
PLAIN = "meetings@invites.convene.example"
OUR_SERVER = "mx.convene.example"
ALIAS = "missing.team@central-north.pnn.police.example"


@pytest.fixture
def letterhead(letterhead: Letterhead) -> Letterhead:
    return replace(letterhead, plain_domains=frozenset({"central-north.police.example"}))


def organizer(letter: OutboundMail) -> str:
    calendar = bytes(letter.calendar or b"").decode().replace("\r\n ", "")
    (line,) = [line for line in calendar.splitlines() if line.startswith("ORGANIZER")]
    return found_address(line.rpartition(":")[2])


def reply_to(letter: OutboundMail) -> str:
    from email import message_from_bytes

    return found_address(str(message_from_bytes(bytes(letter.content))["Reply-To"]))


async def written_to(meeting: Any, address: str) -> list[OutboundMail]:
    return [letter for letter in await letters_of(meeting) if letter.recipient == address]


async def from_the_home_unit(meeting: Any, at: datetime, *, proved: bool, sender: str = HOME) -> Any:
    """The home unit's calendar answers to the ORGANIZER that it knows."""
    raw = answer(uid=meeting.uid, to=PLAIN, sender=sender, at=at)
    if proved:
        domain = sender.partition("@")[2]
        raw = f"Authentication-Results: {OUR_SERVER}; dmarc=pass header.from={domain}\r\n".encode() + raw
    return await take_in(raw, PLAIN, letterhead=meeting.letterhead, now=at, authserv_id=OUR_SERVER)


class TestLetters:
    async def test_organizer_and_reply_to_are_the_role_mailbox_for_this_domain_alone(self, coming: Any) -> None:
        (home,) = await written_to(coming, HOME)
        (destination,) = await written_to(coming, DESTINATION)
        token = coming.reply_address("East Area")
        assert (organizer(home), reply_to(home)) == (PLAIN, PLAIN)
        assert (organizer(destination), reply_to(destination)) == (token, token)

    async def test_a_bounce_still_tells_whose_letter_it_was(self, coming: Any, now: datetime) -> None:
        (letter,) = await written_to(coming, HOME)
        assert letter.envelope_from == coming.letterhead.bounce_address(coming.invitations["Central North"])
        mail = await take_in(report("failed"), letter.envelope_from, letterhead=coming.letterhead, now=now)
        assert mail.reason.startswith("Central North: ")

    async def test_no_later_letter_comes_from_another_organizer(self, coming: Any, now: datetime) -> None:
        when = When(coming.starts_at + HOUR, 60, "", "https://meet.example/room")
        await move(coming.reference, when, by="coordinator", now=now, letterhead=coming.letterhead)
        await call_off(
            coming.reference,
            asked_by="police",
            reason="police could not attend",
            by="coordinator",
            now=now,
            letterhead=coming.letterhead,
        )
        letters = await written_to(coming, HOME)
        assert [letter.kind for letter in letters] == ["request", "request", "cancel"]
        assert {organizer(letter) for letter in letters} == {PLAIN}

    async def test_nor_when_the_letter_goes_to_another_address_that_answered(
        self, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "Central North", coming.starts_at + HOUR, at=now, by=ALIAS)
        await proposals.decline(proposal.id, reason="", by="coordinator", now=now, letterhead=coming.letterhead)
        (letter,) = await written_to(coming, ALIAS)
        assert (organizer(letter), reply_to(letter)) == (PLAIN, PLAIN)


class TestAnswers:
    async def test_it_counts_where_its_domain_proves_it_and_is_flagged(self, coming: Any, now: datetime) -> None:
        mail = await from_the_home_unit(coming, now, proved=True)
        assert mail.disposition == "applied"
        assert await standing_answer(coming, "Central North") == "ACCEPTED"
        (response,) = await responses(coming.invitations["Central North"])
        assert response.flagged == "It came without the code of its invitation."

    async def test_it_waits_for_a_person_where_nothing_proves_it(self, coming: Any, now: datetime) -> None:
        mail = await from_the_home_unit(coming, now, proved=False)
        assert mail.disposition == "set aside"
        assert await standing_answer(coming, "Central North") == ""

    async def test_a_colleague_of_the_same_domain_is_for_a_person(self, coming: Any, now: datetime) -> None:
        mail = await from_the_home_unit(coming, now, proved=True, sender="officer@central-north.police.example")
        assert mail.disposition == "set aside"
        assert await standing_answer(coming, "Central North") == ""


@pytest.mark.usefixtures("rolled_back", "london")
class TestSeries:
    async def test_is_asked_and_answered_by_the_role_mailbox(self, letterhead: Letterhead, now: datetime) -> None:
        address = await self.address_of_police(await panel(now, letterhead))
        plainly = replace(letterhead, plain_domains=frozenset({address.partition("@")[2]}))
        series = await panel(now, plainly)
        (letter,) = [one for one in await posted(series) if one.recipient == address]
        assert (organizer(letter), reply_to(letter)) == (PLAIN, PLAIN)

        proof = f"Authentication-Results: {OUR_SERVER}; dmarc=pass header.from={address.partition('@')[2]}\r\n"
        raw = proof.encode() + answer(uid=series.uid, to=PLAIN, sender=address, at=now)
        mail = await take_in(raw, PLAIN, letterhead=plainly, now=now, authserv_id=OUR_SERVER)
        assert mail.disposition == "applied"

    async def address_of_police(self, series: Any) -> str:
        row = (
            await SeriesInvitation.objects()
            .where((SeriesInvitation.series == series.id) & (SeriesInvitation.unit == await police()))
            .first()
        )
        assert row is not None
        return found_address(row.address)
