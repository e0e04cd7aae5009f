"""Recommendation 12: a child with missing history is moved, and the police of the new place are told, once."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from audit import trail
from directory.contacts import add as add_contact
from directory.tables import Contact, Place, Unit
from meetings import handovers
from meetings.errors import NoSuchHandover, UnsuitableWords
from meetings.handing_over import NO_ADDRESS, NO_UNIT, notice_moves
from meetings.handover_tables import Handover, HandoverState
from meetings.letters import Letterhead
from meetings.tables import Meeting
from notifications.tables import OutboundMail
from tests.areas import change_area
from tests.meetings.moves import CAMDEN, DAY, LAMBETH, NEWHAM, SOUTHWARK, corrected, handover_of, moved, notices
from web.viewer import MACHINE

BY = "the coordinator"
SCOTLAND = "scotland"

NOTICE = """\
A child with missing history was moved into the area of North East BCU. Please acknowledge by \
Thursday 19 November 2026 at 10am that your unit knows.

Handover: {reference}
Your unit: North East BCU
Ring: Central South BCU, {phone}

Acknowledge on this page, which asks for no password.

{link}

Then ring Central South BCU: it knows the child and tells you what your unit needs.

If it asks which child {reference} is, reply to this message. A coordinator tells it.

Do not put a child's name or details in your answer.

--\x20
OFFICIAL-SENSITIVE
Sent by Convene meetings. Replies reach the coordinators.
"""


async def unit(code: str) -> Unit:
    row = await Unit.objects().where(Unit.code == code).first()
    assert row is not None
    return row


def said(letter: OutboundMail) -> str:
    message = message_from_bytes(bytes(letter.content), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.usefixtures("rolled_back", "london")
class TestTheNotice:
    async def test_it_says_who_to_ring_and_where_to_acknowledge_and_nothing_about_the_child(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        move = await moved(now)
        assert await notice_moves(now, letterhead=letterhead) == 1
        row, (letter,) = await handover_of(move), await notices()
        known = await Contact.objects().where(Contact.unit == (await unit("AS")).id, Contact.rank == 1).first()
        assert known is not None
        link = letterhead.handover_link(row.id)
        assert said(letter) == NOTICE.format(reference=row.reference, phone=known.phone, link=link)
        assert letter.recipient == "missing-ne@met-police.example"
        listed = (await handovers.listed([row]))[0]
        assert listed.child.encode() not in bytes(letter.content)

    async def test_it_waits_one_working_day_for_its_acknowledgement(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        row = await handover_of(move)
        assert (row.state, row.due_at) == (HandoverState.WAITING, now + DAY)

    async def test_the_same_move_again_tells_nobody_again(self, now: datetime, letterhead: Letterhead) -> None:
        await moved(now)
        for later in range(3):
            await notice_moves(now + later * timedelta(hours=1), letterhead=letterhead)
        assert len(await notices()) == 1


@pytest.mark.usefixtures("rolled_back", "london")
class TestWhatNeedsNone:
    @pytest.mark.parametrize(
        "move",
        [
            {"history": False},
            {"missing_after": True},
            {"to": SOUTHWARK},  # of the same command unit as Lambeth
            {"to": LAMBETH},
            {"days_ago": 29},
        ],
    )
    async def test_nothing_is_handed_over(
        self, now: datetime, letterhead: Letterhead, move: dict[str, object]
    ) -> None:
        await moved(
            now,
            to=str(move.get("to", NEWHAM)),
            history=bool(move.get("history", True)),
            missing_at=now if move.get("missing_after") else None,
            moved_at=now - 29 * DAY if move.get("days_ago") else None,
        )
        assert await notice_moves(now, letterhead=letterhead) == 0
        assert await Handover.count() == 0


@pytest.mark.usefixtures("rolled_back", "london")
class TestSetAside:
    async def test_a_move_outside_every_known_area_waits_for_a_person(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await Place.insert(Place(code=SCOTLAND, name="Scotland"))
        row = await self._aside(now, letterhead)
        assert (row.state, row.why_aside, row.to_unit) == (HandoverState.SET_ASIDE, NO_UNIT, None)
        assert await notices() == []
        assert await notice_moves(now + DAY, letterhead=letterhead) == 0
        assert await handovers.count_waiting(MACHINE) == 1

    async def test_the_person_chooses_whom_to_tell_and_no_round_undoes_it(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await Place.insert(Place(code=SCOTLAND, name="Scotland"))
        row = await self._aside(now, letterhead)
        chosen = (await unit("CN")).id
        assert await handovers.tell_unit(row.reference, chosen, by=BY, now=now, letterhead=letterhead)
        assert [letter.recipient for letter in await notices()] == ["missing-cn@met-police.example"]
        assert await notice_moves(now, letterhead=letterhead) == 0
        with pytest.raises(NoSuchHandover):
            await handovers.tell_unit(row.reference, chosen, by=BY, now=now, letterhead=letterhead)

    async def test_once_the_directory_knows_the_unit_it_is_told(self, now: datetime, letterhead: Letterhead) -> None:
        await Place.insert(Place(code=SCOTLAND, name="Scotland"))
        row = await self._aside(now, letterhead)
        await change_area(SCOTLAND, (await unit("CN")).id, date(2026, 1, 1), source="found", by=BY, now=now)
        assert await notice_moves(now, letterhead=letterhead) == 1
        assert (await handover_of(row.move)).state == HandoverState.WAITING
        assert len(await notices()) == 1

    async def test_a_unit_without_an_address_waits_until_it_has_one(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        receiving = (await unit("NE")).id
        await Contact.delete().where(Contact.unit == receiving)
        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        row = await handover_of(move)
        assert (row.state, row.why_aside) == (HandoverState.SET_ASIDE, NO_ADDRESS)
        assert await notice_moves(now, letterhead=letterhead) == 0
        await add_contact(
            receiving, role="desk", email="desk@ne.example", active_from=date(2026, 1, 1), by=BY, now=now
        )
        assert await notice_moves(now, letterhead=letterhead) == 1
        assert [letter.recipient for letter in await notices()] == ["desk@ne.example"]

    async def test_only_a_police_unit_can_be_told(self, now: datetime, letterhead: Letterhead) -> None:
        await Place.insert(Place(code=SCOTLAND, name="Scotland"))
        row = await self._aside(now, letterhead)
        health = await Unit.objects().where(Unit.kind == "health").first()
        assert health is not None
        with pytest.raises(UnsuitableWords):
            await handovers.tell_unit(row.reference, health.id, by=BY, now=now, letterhead=letterhead)

    async def _aside(self, now: datetime, letterhead: Letterhead) -> Handover:
        move = await moved(now, to=SCOTLAND)
        assert await notice_moves(now, letterhead=letterhead) == 1
        return await handover_of(move)


@pytest.mark.usefixtures("rolled_back", "london")
class TestCorrections:
    async def test_a_correction_of_the_time_tells_nobody_again(self, now: datetime, letterhead: Letterhead) -> None:
        from meetings.episode_tables import PlacementMove

        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        await PlacementMove.update({PlacementMove.moved_at: now - 2 * DAY}).where(PlacementMove.id == move)
        assert await notice_moves(now, letterhead=letterhead) == 0
        assert len(await notices()) == 1

    async def test_corrected_to_another_area_the_first_unit_is_told_so_and_the_right_one_is_told(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        await corrected(move, to=CAMDEN)
        assert await notice_moves(now + DAY, letterhead=letterhead) == 1
        assert [(one.recipient, one.key.partition(":")[0]) for one in await notices()] == [
            ("missing-ne@met-police.example", "handover"),
            ("missing-ne@met-police.example", "handover-not-yours"),
            ("missing-cn@met-police.example", "handover"),
        ]
        assert said((await notices())[1]).startswith("The move that we wrote to you about was corrected")
        assert [one.to_unit for one in await handovers.waiting(MACHINE)] == ["Central North BCU"]

    async def test_and_back_again_the_first_unit_is_asked_once_more(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        move = await moved(now)
        for step, place in enumerate((NEWHAM, CAMDEN, NEWHAM)):
            await corrected(move, to=place)
            await notice_moves(now + step * DAY, letterhead=letterhead)
        assert [one.to_unit for one in await handovers.waiting(MACHINE)] == ["North East BCU"]
        assert len([one for one in await notices() if one.key.startswith("handover:")]) == 3

    async def test_corrected_within_one_area_nothing_is_handed_over_any_more(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        await corrected(move, to=SOUTHWARK)
        await notice_moves(now, letterhead=letterhead)
        assert await handovers.waiting(MACHINE) == []
        with pytest.raises(NoSuchHandover):
            await handovers.acknowledge((await handover_of(move)).id, "desk", via="link", by="link", now=now)

    async def test_what_was_acknowledged_by_telephone_is_asked_of_the_right_unit_after_a_correction(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        await handovers.acknowledge((await handover_of(move)).id, "duty desk", via="telephone", by=BY, now=now)
        assert await notice_moves(now, letterhead=letterhead) == 0
        await corrected(move, to=CAMDEN)
        assert await notice_moves(now, letterhead=letterhead) == 1
        assert [one.to_unit for one in await handovers.waiting(MACHINE)] == ["Central North BCU"]


@pytest.mark.usefixtures("rolled_back", "london")
class TestTheAcknowledgement:
    async def test_who_and_when_are_on_record_and_the_first_stands(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        row = await handover_of(move)
        assert await handovers.acknowledge(row.id, " duty  sergeant ", via="link", by="link", now=now + DAY)
        assert not await handovers.acknowledge(row.id, "somebody else", via="link", by="link", now=now + 2 * DAY)
        row = await handover_of(move)
        assert (row.acknowledged_by, row.acknowledged_at) == ("duty sergeant", now + DAY)
        assert await handovers.count_waiting(MACHINE) == 0
        assert [one.reference for one in await handovers.acknowledged(MACHINE)] == [row.reference]

    @pytest.mark.parametrize("who", ["", "  ", "x" * 81])
    async def test_it_needs_somebody(self, now: datetime, letterhead: Letterhead, who: str) -> None:
        move = await moved(now)
        await notice_moves(now, letterhead=letterhead)
        with pytest.raises(UnsuitableWords):
            await handovers.acknowledge((await handover_of(move)).id, who, via="link", by="link", now=now)


@pytest.mark.usefixtures("committed", "london")
class TestAtOnce:
    async def test_two_workers_tell_the_unit_once(self, now: datetime, letterhead: Letterhead) -> None:
        await moved(now)
        rounds = (notice_moves(now, letterhead=letterhead) for _ in range(4))
        assert sorted(await asyncio.gather(*rounds)) == [0, 0, 0, 1]
        assert len(await notices()) == 1
        assert await Handover.count() == 1

    async def test_a_worker_killed_before_its_commit_leaves_nothing_and_the_next_tells_once(
        self, now: datetime, letterhead: Letterhead, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await moved(now)

        async def killed(*_: object, **__: object) -> None:
            raise asyncio.CancelledError

        with monkeypatch.context() as at_the_last_act:
            at_the_last_act.setattr(trail, "record", killed)
            with pytest.raises(asyncio.CancelledError):
                await notice_moves(now, letterhead=letterhead)
        assert (await Handover.count(), len(await notices())) == (0, 0)
        assert await notice_moves(now, letterhead=letterhead) == 1
        assert len(await notices()) == 1
        assert await Meeting.count() == 0
