"""Somebody left: with one act the contact ends, and whoever follows is invited to all that is still to come."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from attendance import answer_link, leaving
from attendance.answers import standing
from attendance.errors import NoSuccessor
from attendance.leaving import Newcomer
from attendance.leaving_tables import Departure, DepartureSeat
from attendance.state import given_to
from directory.addresses import BadAddress
from directory.contacts import speaks_for
from directory.failing import flag
from directory.tables import Contact, Unit
from meetings import setting_up
from meetings.action_tables import Action
from meetings.actions import of_link
from meetings.letters import Letterhead
from meetings.tables import Invitation, InviteState, Meeting
from notifications.tables import OutboundMail
from tests.meetings.series_set_up import dates, panel
from tests.meetings.waiting_children import BY, child_waiting, tomorrow, units_of
from web.viewer import MACHINE

LEAVER, DESK, NEW = "missing-as@met-police.example", "duty-as@met-police.example", "new-sergeant@met-police.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOMEBODY_NEW = Newcomer("missing coordinator", NEW, "020 7946 0123")


async def contact(email: str = LEAVER) -> Contact:
    row = await Contact.objects().where(Contact.email == email).first()
    assert row is not None
    return row


async def meeting(now: datetime, letterhead: Letterhead) -> Meeting:
    """A meeting of a child of Lambeth, to which the missing unit of Central South is asked."""
    child = await child_waiting(now)
    reference = await setting_up.set_up(
        child, tomorrow(now), await units_of(child, now), by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    row = await Meeting.objects().where(Meeting.reference == reference).first()
    assert row is not None
    return row


async def police_of(row: Meeting) -> list[Invitation]:
    """Every invitation there was for the police seat, the active one last."""
    rows = await Invitation.objects().where(
        (Invitation.meeting == row.id) & (Invitation.seat.unit == (await contact()).unit)
    )
    return sorted(rows, key=lambda one: one.state == InviteState.ACTIVE)


async def letters(recipient: str, since: int = 0) -> list[str]:
    rows = await OutboundMail.select(OutboundMail.kind).where(
        (OutboundMail.recipient == recipient) & (OutboundMail.id > since)
    )
    return sorted(row["kind"] for row in rows)


@pytest.mark.usefixtures("rolled_back", "london")
class TestHandingOver:
    async def test_each_coming_meeting_invites_the_successor_and_cancels_the_leaver(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        first, second = await meeting(now, letterhead), await meeting(now, letterhead)
        await leaving.leave(
            (await contact()).id, (await contact(DESK)).id, by=BY, now=now + HOUR, letterhead=letterhead
        )
        for one in (first, second):
            former, active = await police_of(one)
            assert (former.address, former.state) == (LEAVER, InviteState.REMOVED)
            assert (active.address, active.state) == (DESK, InviteState.ACTIVE)
        assert await letters(LEAVER) == ["cancel", "cancel", "request", "request"]
        assert await letters(DESK) == ["request", "request"]

    async def test_an_answer_of_the_leaver_does_not_stand_for_the_successor(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        one = await meeting(now, letterhead)
        (invited,) = await police_of(one)
        await answer_link.answer(invited.id, "ACCEPTED", shown=0, now=now)
        await leaving.leave((await contact()).id, (await contact(DESK)).id, by=BY, now=now, letterhead=letterhead)
        _, active = await police_of(one)
        given = (await given_to([active.id]))[active.id]
        assert standing(given, one.last_major_sequence) is None
        (listed,) = await DepartureSeat.objects()
        assert (listed.answered, listed.why_not) == ("ACCEPTED", "")

    async def test_every_coming_date_of_a_series_passes_with_one_letter_each(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        await leaving.leave((await contact()).id, (await contact(DESK)).id, by=BY, now=now, letterhead=letterhead)
        for one in await dates(series):
            assert (await police_of(one))[-1].address == DESK
        assert await letters(LEAVER) == ["cancel", "request"]
        assert await letters(DESK) == ["request"]

    async def test_the_contact_ends_and_the_unit_is_spoken_for_by_the_successor(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        leaver = await contact()
        await leaving.leave(leaver.id, SOMEBODY_NEW, by=BY, now=now, letterhead=letterhead)
        assert (await contact()).active_to == date(2026, 11, 18)
        speaker = await speaks_for(leaver.unit, date(2026, 11, 18))
        assert speaker is not None
        assert (speaker.email, speaker.rank, speaker.role) == (NEW, leaver.rank, "missing coordinator")

    async def test_open_actions_pass_too_and_done_ones_stay(self, now: datetime, letterhead: Letterhead) -> None:
        one, leaver = await meeting(now, letterhead), await contact()
        for state in ("open", "done"):
            await Action.insert(
                Action(
                    id=uuid4(),
                    meeting=one.id,
                    kind="other",
                    title="Ring the school",
                    owner_unit=leaver.unit,
                    owner_name="Central South",
                    owner_address=LEAVER.upper(),
                    due_on=date(2026, 11, 20),
                    state=state,
                    added_at=now,
                    added_by=BY,
                )
            )
        (opened,) = await Action.objects().where(Action.state == "open")
        link = letterhead.action_link(opened.id, opened.owner_address).rpartition("/")[2]
        assert await of_link(link, letterhead, now) == opened.id
        await leaving.leave(leaver.id, (await contact(DESK)).id, by=BY, now=now, letterhead=letterhead)
        assert await of_link(link, letterhead, now) is None  # the leaver's letters open nothing any more
        rows = await Action.select(Action.state, Action.owner_address, Action.remind_at)
        assert {(r["state"], r["owner_address"], r["remind_at"]) for r in rows} == {
            ("open", DESK, now),
            ("done", LEAVER.upper(), None),
        }

    async def test_to_a_mailbox_that_does_not_work_nothing_more_is_sent(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await meeting(now, letterhead)
        await panel(now, letterhead)
        before = max(row["id"] for row in await OutboundMail.select(OutboundMail.id))
        await flag(LEAVER, "no such user", by=BY, now=now)
        await leaving.leave((await contact()).id, (await contact(DESK)).id, by=BY, now=now, letterhead=letterhead)
        assert await letters(LEAVER, since=before) == []
        assert await letters(DESK, since=before) == ["request", "request"]

    async def test_what_is_over_or_another_units_stays_as_it_is(self, now: datetime, letterhead: Letterhead) -> None:
        one = await meeting(now, letterhead)
        after = one.starts_at + DAY
        await leaving.leave((await contact()).id, (await contact(DESK)).id, by=BY, now=after, letterhead=letterhead)
        assert [row.address for row in await police_of(one)] == [LEAVER]
        assert await DepartureSeat.count() == 0


@pytest.mark.usefixtures("rolled_back", "london")
class TestWhatCannotPass:
    async def test_a_meeting_that_the_successors_mailbox_is_asked_to_already_is_listed_with_why(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        one, other = await meeting(now, letterhead), await meeting(now, letterhead)
        social_care = await Invitation.objects().where(
            (Invitation.meeting == one.id) & (Invitation.address == "missing-coordinator@lambeth-council.example")
        )
        assert len(social_care) == 1
        await Invitation.update({Invitation.address: DESK}).where(Invitation.id == social_care[0].id)
        await leaving.leave((await contact()).id, (await contact(DESK)).id, by=BY, now=now, letterhead=letterhead)
        listed = {row.meeting: row for row in await DepartureSeat.objects()}
        assert "already has an invitation" in listed[one.id].why_not
        assert listed[one.id].invitation == (await police_of(one))[0].id
        assert listed[other.id].why_not == ""

    async def test_somebody_must_follow(self, now: datetime, letterhead: Letterhead) -> None:
        with pytest.raises(NoSuccessor):
            await leaving.leave((await contact()).id, UUID(int=0), by=BY, now=now, letterhead=letterhead)
        assert (await contact()).active_to is None

    async def test_the_leaver_does_not_follow_themselves_and_another_unit_does_not(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        elsewhere = await contact("duty-ne@met-police.example")
        for one in (await contact(), elsewhere):
            with pytest.raises(NoSuccessor):
                await leaving.leave((await contact()).id, one.id, by=BY, now=now, letterhead=letterhead)

    async def test_a_newcomer_without_an_address_changes_nothing(self, now: datetime, letterhead: Letterhead) -> None:
        with pytest.raises(BadAddress):
            await leaving.leave((await contact()).id, Newcomer("desk", "x"), by=BY, now=now, letterhead=letterhead)
        assert await Departure.count() == 0


@pytest.mark.usefixtures("committed", "london")
async def test_two_coordinators_at_once_hand_over_once(now: datetime, letterhead: Letterhead) -> None:
    one, other = await meeting(now, letterhead), await panel(now, letterhead)
    leaver, desk = (await contact()).id, (await contact(DESK)).id
    acts = (leaving.leave(leaver, to, by=BY, now=now, letterhead=letterhead) for to in (desk, SOMEBODY_NEW, desk))
    assert len(set(await asyncio.gather(*acts))) == 1
    assert await Departure.count() == 1
    assert len(await police_of(one)) == 2
    assert await DepartureSeat.count() == 2
    assert other.state == "scheduled"
    assert await Unit.exists().where(Unit.code == "AS")
