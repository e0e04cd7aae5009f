"""A move is acknowledged by its link or by telephone, listed until then, and passed up when nobody does."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from litestar import Litestar

from attendance import overdue
from attendance.ladder_tables import Escalation
from directory.tables import Place
from meetings.handing_over import notice_moves
from meetings.handover_tables import Handover, HandoverState
from meetings.letters import Letterhead
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.meetings.moves import CAMDEN, DAY, NEWHAM, corrected, handover_of, moved, notices

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def app() -> Litestar:
    """Each test sets its clock."""
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now + HOUR


async def told(now: datetime, letterhead: Letterhead, to: str = NEWHAM) -> Handover:
    move = await moved(now, to=to)
    await notice_moves(now, letterhead=letterhead)
    return await handover_of(move)


def path(letterhead: Letterhead, row: Handover) -> str:
    return letterhead.handover_link(row.id).removeprefix("https://convene.example")


@pytest.mark.usefixtures("rolled_back", "london")
class TestTheLink:
    async def test_the_receiving_unit_acknowledges_without_an_account(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        row = await told(now, letterhead)
        page = path(letterhead, row)
        assert "Acknowledge by Thursday 19 November 2026 at 10am" in words(await stranger.get(page))
        answer = await stranger.send_form(page, who="Duty sergeant")
        assert answer.status_code == 303
        text = words(await stranger.get(answer.headers["location"]))
        assert "It is recorded that your unit knows of the move." in text
        assert "Acknowledged Duty sergeant, Wednesday 18 November 2026 at 11am" in text

    async def test_abuse_case_38_opening_it_acknowledges_nothing(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        row = await told(now, letterhead)
        for _ in range(2):
            await stranger.get(path(letterhead, row))
        assert (await handover_of(row.move)).state == HandoverState.WAITING

    async def test_it_shows_nothing_about_the_child(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        from meetings.handovers import listed

        row = await told(now, letterhead)
        (one,) = await listed([row])
        assert one.child not in (await stranger.get(path(letterhead, row))).text

    async def test_a_made_up_link_and_one_of_a_corrected_move_show_the_same(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        row = await told(now, letterhead)
        right = path(letterhead, row)
        made_up = await stranger.get(right[:-1] + ("a" if right[-1] != "a" else "b"))
        await corrected(row.move, to=CAMDEN)
        await notice_moves(now, letterhead=letterhead)
        overtaken = await stranger.get(right)
        assert made_up.status_code == overtaken.status_code == 404
        assert made_up.text == overtaken.text

    async def test_an_old_link_works_no_more(self, stranger: Browser, now: datetime, letterhead: Letterhead) -> None:
        row = await told(now, letterhead)
        page = path(letterhead, row)
        assert (await stranger.get(page)).status_code == 200
        Clock.at = row.due_at + 61 * DAY
        assert (await stranger.get(page)).status_code == 404
        late = await stranger.send_form("/sign-in", page, who="Sergeant")
        assert late.status_code == 404
        assert (await handover_of(row.move)).state == HandoverState.WAITING

    async def test_nobody_acknowledges_without_saying_who(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        row = await told(now, letterhead)
        answer = await stranger.send_form(path(letterhead, row), who=" ")
        assert answer.status_code == 400
        assert "Say who acknowledges it" in words(answer)


@pytest.mark.usefixtures("rolled_back", "london")
class TestTheCoordinator:
    async def test_sees_what_waits_and_records_a_telephone_call(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        row = await told(now, letterhead)
        assert "1 move waits to be acknowledged" in words(await coordinator.get("/"))
        assert f"{row.reference} REF-" in words(await coordinator.get("/handovers"))
        answer = await coordinator.send_form(f"/handovers/{row.reference}", act="acknowledge", who="Duty inspector")
        assert answer.headers["location"] == "/handovers?done=acknowledged"
        text = words(await coordinator.get("/handovers"))
        assert "Every move is acknowledged." in text
        assert "Duty inspector, by telephone" in text

    async def test_tells_a_unit_where_none_was_known(
        self, coordinator: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        await Place.insert(Place(code="scotland", name="Scotland"))
        row = await told(now, letterhead, "scotland")
        page = f"/handovers/{row.reference}"
        assert "No police unit of the directory serves the place" in words(await coordinator.get(page))
        assert (await coordinator.send_form(page, act="tell", unit="")).status_code == 400
        answer = await coordinator.send_form(page, act="tell", unit="CN")
        assert answer.headers["location"] == "/handovers?done=told"
        assert len(await notices()) == 1

    async def test_nobody_who_is_not_signed_in_sees_the_list(self, stranger: Browser) -> None:
        for page in ("/handovers", "/handovers/HO-NOSUCH"):
            assert (await stranger.get(page)).status_code == 303

    async def test_one_that_does_not_exist_is_not_found(self, coordinator: Browser) -> None:
        assert (await coordinator.get("/handovers/HO-NOSUCH")).status_code == 404


@pytest.mark.usefixtures("rolled_back", "london")
class TestWhatNobodyAcknowledges:
    async def test_it_goes_on_the_receiving_units_ladder_after_its_clock_once(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        row = await told(now, letterhead)
        assert await overdue.pass_up(now + DAY - HOUR) == 0
        assert await overdue.pass_up(now + DAY) == 1
        assert await overdue.pass_up(now + 2 * DAY) == 0
        (ladder,) = await Escalation.objects()
        assert (ladder.unit, ladder.cause) == (row.to_unit, "move handover")
        assert row.reference in ladder.about

    async def test_an_acknowledgement_stops_the_ladder(
        self, stranger: Browser, now: datetime, letterhead: Letterhead
    ) -> None:
        row = await told(now, letterhead)
        await overdue.pass_up(now + DAY)
        await stranger.send_form(path(letterhead, row), who="Duty sergeant")
        assert not await Escalation.exists().where(Escalation.stopped_at.is_null())

    async def test_a_correction_stops_the_ladder(self, now: datetime, letterhead: Letterhead) -> None:
        row = await told(now, letterhead)
        await overdue.pass_up(now + DAY)
        await corrected(row.move, to=CAMDEN)
        await notice_moves(now + DAY, letterhead=letterhead)
        await overdue.pass_up(now + DAY)
        assert not await Escalation.exists().where(Escalation.stopped_at.is_null())


@pytest.mark.usefixtures("committed", "london")
async def test_two_workers_raise_one_ladder(now: datetime, letterhead: Letterhead) -> None:
    await told(now, letterhead)
    assert sorted(await asyncio.gather(*(overdue.pass_up(now + DAY) for _ in range(2)))) == [0, 1]
    assert await Escalation.count() == 1
