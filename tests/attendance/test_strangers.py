"""Somebody else answered: what a person says about it is applied to all that waits behind it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance import aliases, strangers
from attendance.errors import NotOffered
from attendance.likeness import Likely
from attendance.strangers import Question, Who, question
from attendance.tables import AliasKind
from meetings.tables import Invitation, InviteState
from notifications import inbox
from notifications.kinds import InboundKind
from notifications.tables import InboundMail
from tests.attendance.asked import BY, letters_of, readable
from tests.attendance.conftest import DESTINATION, HOME
from tests.attendance.mailing import answer, ended, from_home, responses, standing_answer, take_in
from tests.notifications.outgoing.outbox_checks import check_all_sent
from web.viewer import MACHINE

MEMBER = "pc.duty@central-north.police.example"
OUTSIDER = "somebody@elsewhere.example"
HOUR = timedelta(hours=1)


async def answers(meeting: Any, sender: str, at: datetime, **how: Any) -> InboundMail:
    """Somebody answers the home unit's invitation, by its token."""
    return await from_home(meeting, at, sender=sender, **how)


async def asked(mail: InboundMail, meeting: Any, now: datetime) -> Question:
    found = await question(await ended(mail.id), letterhead=meeting.letterhead, authserv_id="", now=now)
    assert found is not None
    return found


def told(meeting: Any, now: datetime) -> dict[str, Any]:
    return {"letterhead": meeting.letterhead, "authserv_id": "", "by": BY, "now": now}


class TestTheQuestion:
    async def test_a_team_member_may_be_any_of_the_four(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, MEMBER, now)
        found = await asked(mail, coming, now)
        assert mail.kind == InboundKind.STRANGER
        assert (found.invitation.address, found.answered_by, found.by_token) == (HOME, MEMBER, True)
        assert found.likely is Likely.COLLEAGUE
        assert found.offered == tuple(Who)

    async def test_without_the_code_nothing_can_be_remembered(self, coming: Any, now: datetime) -> None:
        raw = answer(uid=coming.uid, to="meetings@invites.convene.example", sender=MEMBER, at=now, answered_by=HOME)
        to = "meetings@invites.convene.example"
        mail = await take_in(raw, to, letterhead=coming.letterhead, now=now)
        found = await asked(mail, coming, now)
        assert found.offered == (Who.ITSELF, Who.ONCE, Who.NOBODY)

    async def test_another_seats_invitee_is_remembered_for_nobody_else_and_never_refused(
        self, coming: Any, now: datetime
    ) -> None:
        found = await asked(await answers(coming, DESTINATION, now), coming, now)
        assert found.likely is Likely.OTHER_SEAT
        assert found.offered == (Who.ITSELF,)

    async def test_other_mail_asks_nothing(self, coming: Any, now: datetime) -> None:
        mail = await from_home(coming, now)
        assert await question(mail, letterhead=coming.letterhead, authserv_id="", now=now) is None


class TestTheUnitItself:
    async def test_what_nothing_proves_stands_when_the_unit_says_so(self, coming: Any, now: datetime) -> None:
        to = "meetings@invites.convene.example"
        raw = answer(uid=coming.uid, to=to, sender=HOME, at=now, partstat="DECLINED")
        mail = await take_in(raw, to, letterhead=coming.letterhead, now=now)
        assert (await asked(mail, coming, now)).offered == (Who.ITSELF,)
        assert await strangers.confirm(mail.id, **told(coming, now + HOUR))
        assert await standing_answer(coming, "Central North") == "DECLINED"
        assert not await inbox.set_aside_waiting()
        assert not await aliases.learnt(MACHINE)
        assert not await strangers.confirm(mail.id, **told(coming, now + HOUR))


class TestTheSameMailbox:
    async def test_the_answer_counts_and_the_alias_is_learnt(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, MEMBER, now)
        assert await strangers.remember(mail.id, Who.SAME, **told(coming, now + HOUR))
        assert await standing_answer(coming, "Central North") == "ACCEPTED"
        (one,) = await aliases.learnt(MACHINE)
        assert (one.address, one.alias, one.kind) == (HOME, MEMBER, AliasKind.SAME)
        after = await ended(mail.id)
        assert (after.disposition, after.reviewed_by) == ("applied", BY)

    async def test_every_other_answer_that_waits_for_the_same_counts_too(
        self, coming: Any, convene: Any, now: datetime
    ) -> None:
        other = await convene()
        first = await answers(coming, MEMBER, now)
        await answers(other, MEMBER, now, partstat="DECLINED")
        await strangers.remember(first.id, Who.SAME, **told(coming, now + HOUR))
        assert await standing_answer(coming, "Central North") == "ACCEPTED"
        assert await standing_answer(other, "Central North") == "DECLINED"
        assert not await inbox.set_aside_waiting()

    async def test_what_somebody_else_answered_still_waits(self, coming: Any, now: datetime) -> None:
        first = await answers(coming, MEMBER, now)
        second = await answers(coming, OUTSIDER, now + HOUR)
        await strangers.remember(first.id, Who.SAME, **told(coming, now + 2 * HOUR))
        assert [mail.id for mail in await inbox.set_aside_waiting()] == [second.id]

    async def test_of_two_answers_the_later_stands(self, coming: Any, now: datetime) -> None:
        await answers(coming, MEMBER, now)
        later = await answers(coming, MEMBER, now + HOUR, partstat="DECLINED")
        await strangers.remember(later.id, Who.SAME, **told(coming, now + 2 * HOUR))
        assert await standing_answer(coming, "Central North") == "DECLINED"

    async def test_the_next_answer_counts_at_once_until_it_is_forgotten(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, MEMBER, now)
        await strangers.remember(mail.id, Who.SAME, **told(coming, now))
        assert (await answers(coming, MEMBER, now + HOUR, partstat="TENTATIVE")).disposition == "applied"
        await aliases.forget((await aliases.learnt(MACHINE))[0].id, by=BY, now=now)
        assert (await answers(coming, MEMBER, now + 2 * HOUR)).disposition == "set aside"

    async def test_waiting_for_a_person_makes_no_answer_late(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, MEMBER, now)
        await strangers.remember(mail.id, Who.SAME, **told(coming, coming.ends_at + HOUR))
        assert await standing_answer(coming, "Central North") == "ACCEPTED"

    async def test_twice_changes_nothing_more(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, MEMBER, now)
        assert await strangers.remember(mail.id, Who.SAME, **told(coming, now))
        before = len(await responses(coming.invitations["Central North"]))
        assert not await strangers.remember(mail.id, Who.SAME, **told(coming, now))
        assert len(await responses(coming.invitations["Central North"])) == before


class TestSomebodyWhoMayAnswer:
    async def test_the_answer_counts_and_says_who_gave_it(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, OUTSIDER, now)
        await strangers.remember(mail.id, Who.DEPUTY, **told(coming, now))
        assert await standing_answer(coming, "Central North") == "ACCEPTED"
        *_, last = await responses(coming.invitations["Central North"])
        assert OUTSIDER in last.flagged


class TestADeputyForThisMeeting:
    async def test_they_are_invited_and_answer_for_themselves(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, OUTSIDER, now)
        assert await strangers.stands_in(mail.id, **told(coming, now + HOUR))
        active = await Invitation.objects().where(
            (Invitation.seat == coming.seats["Central North"]) & (Invitation.state == InviteState.ACTIVE)
        )
        assert [(one.address, one.delegated_from) for one in active] == [(OUTSIDER, HOME)]
        assert await standing_answer(coming, "Central North") == ""
        assert not await aliases.learnt(MACHINE)
        assert not await inbox.set_aside_waiting()

    async def test_twice_invites_once(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, OUTSIDER, now)
        await strangers.stands_in(mail.id, **told(coming, now))
        assert not await strangers.stands_in(mail.id, **told(coming, now))


class TestRefusing:
    async def test_whoever_holds_the_code_gets_a_cancellation_and_words(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, OUTSIDER, now)
        assert await strangers.refuse(mail.id, **told(coming, now))
        (letter,) = await letters_of(coming, "refusal")
        said = readable(letter)
        assert letter.recipient == OUTSIDER
        assert "You answered an invitation to missing strategy meeting" in said
        assert "METHOD:CANCEL" in said
        assert "SEQUENCE:1" in said
        assert f"mailto:{OUTSIDER}" in said
        assert "meet.example" not in said
        assert "Central North" not in said
        assert (await check_all_sent())["CANCEL"] == 1

    async def test_the_invitees_own_invitation_stands(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, OUTSIDER, now)
        await strangers.refuse(mail.id, **told(coming, now))
        assert (await from_home(coming, now + HOUR)).disposition == "applied"

    async def test_who_came_without_the_code_learns_nothing_of_it(self, coming: Any, now: datetime) -> None:
        to = "meetings@invites.convene.example"
        raw = answer(uid=coming.uid, to=to, sender=OUTSIDER, at=now, answered_by=HOME)
        mail = await take_in(raw, to, letterhead=coming.letterhead, now=now)
        await strangers.refuse(mail.id, **told(coming, now))
        (letter,) = await letters_of(coming, "refusal")
        token = coming.reply_address("Central North").split("+")[1].split("@")[0]
        assert letter.calendar is None
        assert coming.reference not in readable(letter)
        assert token not in bytes(letter.content).decode()
        assert token not in letter.envelope_from

    async def test_twice_writes_once(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, OUTSIDER, now)
        await strangers.refuse(mail.id, **told(coming, now))
        assert not await strangers.refuse(mail.id, **told(coming, now))
        assert len(await letters_of(coming, "refusal")) == 1

    async def test_another_invitee_cannot_be_refused(self, coming: Any, now: datetime) -> None:
        mail = await answers(coming, DESTINATION, now)
        with pytest.raises(NotOffered):
            await strangers.refuse(mail.id, **told(coming, now))


async def test_of_three_people_at_once_one_decides(committed: None, convene: Any, now: datetime) -> None:
    meeting = await convene()
    mail = await answers(meeting, OUTSIDER, now)
    ends = await asyncio.gather(
        strangers.refuse(mail.id, **told(meeting, now)),
        strangers.stands_in(mail.id, **told(meeting, now)),
        strangers.refuse(mail.id, **told(meeting, now)),
        return_exceptions=True,
    )
    done = [end for end in ends if end is True]
    assert len(done) == 1, ends
    assert len(await letters_of(meeting, "refusal")) + len(await letters_of(meeting, "decision")) == 1
