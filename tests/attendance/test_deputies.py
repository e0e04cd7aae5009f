"""Who comes instead: an approved deputy holds the seat's invitation, a refused one leaves it with who named them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from attendance import chasing, deputies
from attendance.errors import DecidedOtherwise, UnknownReason
from attendance.tables import Asked, Deputy
from meetings.errors import AlreadyInvited, UnusableAddress
from meetings.scheduling import move
from meetings.tables import Invitation, InviteState, Meeting
from meetings.when import When
from notifications import inbox
from tests.attendance.asked import BY, letters_of, names, readable
from tests.attendance.conftest import DESTINATION, HOME, HOUR
from tests.attendance.mailing import answer, responses, standing_answer, take_in

DEPUTY = "sergeant@central-north.police.example"


async def approve(deputy: Deputy, meeting: Any, now: datetime, by: str = BY) -> str:
    return await deputies.approve(deputy.id, by=by, now=now, letterhead=meeting.letterhead)


async def refuse(deputy: Deputy, meeting: Any, now: datetime, reason: str = "", by: str = BY) -> str:
    return await deputies.refuse(deputy.id, reason=reason, by=by, now=now, letterhead=meeting.letterhead)


async def invitations(meeting: Any) -> list[Invitation]:
    seat = meeting.seats["Central North"]
    return await Invitation.objects().where(Invitation.seat == seat).order_by(Invitation.invited_at, Invitation.state)


async def row(deputy: Deputy) -> Deputy:
    found = await Deputy.objects().where(Deputy.id == deputy.id).first()
    assert found is not None
    return found


class TestApproving:
    async def test_the_deputy_holds_the_seats_invitation_with_a_token_of_their_own(
        self, coming: Any, now: datetime
    ) -> None:
        deputy = await names(coming, "Central North", DEPUTY, at=now)
        await approve(deputy, coming, now + HOUR)
        old, new = await invitations(coming)
        assert (old.state, old.ended_at) == (InviteState.DELEGATED, now + HOUR)
        assert (new.state, new.address, new.delegated_from) == (InviteState.ACTIVE, DEPUTY, HOME)
        assert new.token_sha256 not in (None, old.token_sha256)
        assert (await row(deputy)).invited == new.id

    async def test_only_the_two_concerned_are_written_to(self, coming: Any, now: datetime) -> None:
        before = len(await letters_of(coming))
        await approve(await names(coming, "Central North", DEPUTY, at=now), coming, now)
        after = (await letters_of(coming))[before:]
        assert [(letter.kind, letter.recipient) for letter in after] == [("request", DEPUTY), ("decision", HOME)]

    async def test_their_request_says_for_whom(self, coming: Any, now: datetime) -> None:
        await approve(await names(coming, "Central North", DEPUTY, at=now), coming, now)
        (request,) = [letter for letter in await letters_of(coming, "request") if letter.sequence == 1]
        said = readable(request)
        assert f"{HOME} named you to come in their place. Please say by" in said
        assert f'DELEGATED-FROM="mailto:{HOME}"' in said
        assert "SEQUENCE:1" in said

    async def test_who_named_them_is_told_and_gets_no_updates_any_more(self, coming: Any, now: datetime) -> None:
        await approve(await names(coming, "Central North", DEPUTY, at=now), coming, now)
        (told,) = await letters_of(coming, "decision")
        assert f"{DEPUTY} now has your seat's invitation" in readable(told)
        when = When(coming.starts_at + HOUR, 60, "", "https://meet.example/room")
        await move(coming.reference, when, by=BY, now=now, letterhead=coming.letterhead)
        moved = {letter.recipient for letter in await letters_of(coming) if letter.sequence == 2}
        assert DEPUTY in moved
        assert HOME not in moved

    async def test_the_deputys_own_answer_counts_for_the_seat(self, coming: Any, now: datetime) -> None:
        await approve(await names(coming, "Central North", DEPUTY, at=now), coming, now + HOUR)
        _, new = await invitations(coming)
        to = coming.letterhead.reply_address(new.id)
        raw = answer(uid=coming.uid, to=to, sender=DEPUTY, at=now + 2 * HOUR, sequence=1)
        assert (await take_in(raw, to, letterhead=coming.letterhead, now=now + 2 * HOUR)).disposition == "applied"
        coming.invitations["Central North"] = new.id
        assert await standing_answer(coming, "Central North") == "ACCEPTED"

    async def test_twice_invites_once(self, coming: Any, now: datetime) -> None:
        deputy = await names(coming, "Central North", DEPUTY, at=now)
        await approve(deputy, coming, now)
        await approve(deputy, coming, now)
        assert len(await invitations(coming)) == 2

    async def test_another_deputy_named_for_the_seat_is_overtaken(self, coming: Any, now: datetime) -> None:
        other = await names(coming, "Central North", "constable@central-north.police.example", at=now)
        await approve(await names(coming, "Central North", DEPUTY, at=now + HOUR), coming, now)
        assert (await row(other)).state == Asked.SUPERSEDED
        assert not await inbox.set_aside_waiting()
        with pytest.raises(DecidedOtherwise, match="overtaken"):
            await approve(other, coming, now)

    async def test_one_mailbox_never_holds_two_invitations_to_a_meeting(self, coming: Any, now: datetime) -> None:
        deputy = await names(coming, "Central North", DESTINATION.upper(), at=now)
        with pytest.raises(AlreadyInvited):
            await approve(deputy, coming, now)
        assert (await row(deputy)).state == Asked.OPEN
        assert len(await invitations(coming)) == 1

    async def test_what_is_no_address_is_not_invited(self, coming: Any, now: datetime) -> None:
        with pytest.raises(UnusableAddress):
            await approve(await names(coming, "Central North", "the sergeant", at=now), coming, now)

    async def test_nobody_is_invited_to_a_meeting_that_has_begun(self, coming: Any, now: datetime) -> None:
        with pytest.raises(DecidedOtherwise, match="begun"):
            await approve(await names(coming, "Central North", DEPUTY, at=now), coming, coming.starts_at)


class TestRefusing:
    async def test_the_invitee_holds_the_seat_without_an_answer(self, coming: Any, now: datetime) -> None:
        await delegates(coming, now)
        await refuse(await names(coming, "Central North", DEPUTY, at=now), coming, now + HOUR)
        assert await standing_answer(coming, "Central North") == ""
        (held,) = await invitations(coming)
        assert held.state == InviteState.ACTIVE

    async def test_they_are_told_by_text_and_why(self, coming: Any, now: datetime) -> None:
        deputy = await names(coming, "Central North", DEPUTY, at=now)
        await refuse(deputy, coming, now, reason="the seat needs somebody of your unit")
        (letter,) = await letters_of(coming, "decision")
        said = readable(letter)
        assert letter.recipient == HOME
        assert f"You named {DEPUTY} to come to this missing strategy meeting in your place." in said
        assert "Why: The seat needs somebody of your unit" in said
        assert letter.calendar is None

    async def test_they_are_reminded_to_answer(self, coming: Any, now: datetime) -> None:
        await delegates(coming, now)
        await refuse(await names(coming, "Central North", DEPUTY, at=now), coming, now + HOUR)
        await chasing.plan(now)
        later = now + 5 * HOUR
        await chasing.remind_due(letterhead=coming.letterhead, now=later)
        reminded = {letter.recipient for letter in await letters_of(coming, "reminder")}
        assert HOME in reminded

    async def test_an_answer_that_they_give_afterwards_counts(self, coming: Any, now: datetime) -> None:
        await refuse(await names(coming, "Central North", DEPUTY, at=now), coming, now + HOUR)
        to = coming.reply_address("Central North")
        raw = answer(uid=coming.uid, to=to, sender=HOME, at=now + 2 * HOUR)
        await take_in(raw, to, letterhead=coming.letterhead, now=now + 2 * HOUR)
        assert await standing_answer(coming, "Central North") == "ACCEPTED"

    async def test_twice_writes_once(self, coming: Any, now: datetime) -> None:
        deputy = await names(coming, "Central North", DEPUTY, at=now)
        await refuse(deputy, coming, now)
        await refuse(deputy, coming, now)
        assert len(await letters_of(coming, "decision")) == 1
        assert len(await responses(coming.invitations["Central North"])) == 1

    async def test_free_words_are_no_reason(self, coming: Any, now: datetime) -> None:
        with pytest.raises(UnknownReason):
            await refuse(await names(coming, "Central North", DEPUTY, at=now), coming, now, reason="because")


async def test_of_two_coordinators_at_once_one_decides(committed: None, convene: Any, now: datetime) -> None:
    meeting = await convene()
    deputy = await names(meeting, "Central North", DEPUTY, at=now)
    ended = await asyncio.gather(
        approve(deputy, meeting, now, by="first"),
        refuse(deputy, meeting, now, by="second"),
        approve(deputy, meeting, now, by="third"),
        return_exceptions=True,
    )
    assert all(isinstance(end, str | DecidedOtherwise) for end in ended)
    held = [one for one in await invitations(meeting) if one.state == InviteState.ACTIVE]
    assert len(held) == 1
    sequence = (await Meeting.select(Meeting.sequence).where(Meeting.id == meeting.id).first() or {})["sequence"]
    assert (sequence, held[0].address) in ((1, DEPUTY), (0, HOME))


async def delegates(meeting: Any, at: datetime) -> None:
    """The home unit's calendar says DELEGATED, and it was applied."""
    from attendance.tables import Response

    invitation: UUID = meeting.invitations["Central North"]
    await Response.insert(
        Response(
            invitation=invitation,
            received_at=at,
            partstat="DELEGATED",
            sequence=0,
            dtstamp=at,
            answered_by=HOME,
            row=11,
            applied=True,
        )
    )
