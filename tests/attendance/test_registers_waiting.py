"""An open register is asked about until it is closed; what nobody marks stays not recorded."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from attendance.listing import awaiting_register
from attendance.register import Mark, close, mark, standing_marks
from attendance.register_letters import OpenRegister, still_open
from attendance.register_tables import RegisterReminder
from attendance.registers_waiting import LOOKED_BACK, ask_due, asked_of, plan
from attendance.tables import Outcome
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingEvent
from notifications.tables import OutboundMail
from tests.browsing import Browser
from web import signin
from web.viewer import MACHINE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENING = datetime.fromisoformat("2026-11-18T18:00:00+00:00")
SHAPE = Path(__file__).parent / "register_letter.txt"


async def set_up_by(held: Any, email: str, title: str = "Missing coordinator", agency: str = "") -> str:
    """The person has an account, and set the meeting up."""
    person = str(await signin.add_person(email, title, now=held.starts_at))
    await Meeting.update({Meeting.set_up_by: person}).where(Meeting.id == held.id)
    return person


async def rounds(letterhead: Letterhead, *moments: datetime) -> None:
    for now in moments:
        await plan(now)
        await ask_due(letterhead=letterhead, now=now)


async def asked() -> list[str]:
    rows = (
        await OutboundMail.select(OutboundMail.recipient)
        .where(OutboundMail.kind == "register")
        .order_by(OutboundMail.id)
    )
    return [row["recipient"] for row in rows]


async def ends() -> list[str]:
    rows = await RegisterReminder.select(RegisterReminder.outcome).order_by(RegisterReminder.due_at)
    return [row["outcome"] for row in rows]


class TestAsking:
    async def test_nobody_is_asked_before_the_evening(self, held: Any, letterhead: Letterhead) -> None:
        await set_up_by(held, "one@council.example")
        await rounds(letterhead, held.ends_at, EVENING - timedelta(seconds=1))
        assert await asked() == []

    async def test_a_register_never_opened_is_asked_about_the_same_evening_once(
        self, held: Any, letterhead: Letterhead
    ) -> None:
        await set_up_by(held, "one@council.example")
        await rounds(letterhead, EVENING, EVENING, EVENING + HOUR)
        assert await asked() == ["one@council.example"]
        told = [row["what"] for row in await MeetingEvent.select(MeetingEvent.what)]
        assert told == ["asked about the register (3 of 3 seats not marked): Missing coordinator"]

    async def test_it_goes_on_each_working_morning_and_then_ends(self, held: Any, letterhead: Letterhead) -> None:
        await set_up_by(held, "one@council.example")
        mornings = [datetime.fromisoformat(f"2026-11-{day}T09:00:00+00:00") for day in range(19, 30)]
        await rounds(letterhead, EVENING, *mornings)
        assert await ends() == ["sent"] * 6
        assert len(await asked()) == 6

    async def test_who_marked_last_is_asked_as_well(self, held: Any, letterhead: Letterhead, now: datetime) -> None:
        await set_up_by(held, "one@council.example")
        chair = str(await signin.add_person("chair@council.example", "Chair", now=now))
        await mark(held.id, [Mark(held.seats["East Area"], Outcome.ATTENDED)], by=chair, now=now)
        await rounds(letterhead, EVENING)
        assert await asked() == ["one@council.example", "chair@council.example"]

    async def test_where_the_coordinator_left_her_colleagues_are_asked(
        self, held: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await set_up_by(held, "left@council.example")
        await signin.add_person("colleague@council.example", "Missing coordinator", now=now)
        await signin.end_person("left@council.example", by="operator", now=now)
        await rounds(letterhead, EVENING)
        assert await asked() == ["colleague@council.example"]

    async def test_that_nobody_is_left_to_ask_is_on_the_timeline(self, held: Any, letterhead: Letterhead) -> None:
        await rounds(letterhead, EVENING)
        assert (await ends())[0] == "nobody"
        told = [row["what"] for row in await MeetingEvent.select(MeetingEvent.what)]
        assert told == ["nobody could be asked about the register: nobody has an account"]

    async def test_seats_nobody_marks_stay_unmarked_however_often_it_is_asked(
        self, held: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await set_up_by(held, "one@council.example")
        await rounds(letterhead, EVENING, EVENING + 30 * DAY)
        assert await standing_marks(held.id) == {}


class TestEnding:
    async def test_a_closed_register_is_asked_about_no_more(
        self, held: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await set_up_by(held, "one@council.example")
        await rounds(letterhead, EVENING)
        marks = [Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()]
        await close(held.id, marks=marks, by="coordinator", now=EVENING + HOUR)
        await rounds(letterhead, EVENING + DAY)
        assert await ends() == ["sent", "not needed", "", "", "", ""]
        assert len(await asked()) == 1

    async def test_a_meeting_called_off_is_asked_about_no_more(
        self, held: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await set_up_by(held, "one@council.example")
        await plan(now)
        await call_off(
            held.reference, asked_by="police", reason="did not take place", by="x", now=now, letterhead=letterhead
        )
        await rounds(letterhead, EVENING)
        assert (await ends())[0] == "not needed"

    async def test_after_an_outage_only_the_latest_is_asked(self, held: Any, letterhead: Letterhead) -> None:
        await set_up_by(held, "one@council.example")
        await rounds(letterhead, EVENING + 2 * DAY)
        assert await ends() == ["missed", "missed", "sent", "", "", ""]
        assert len(await asked()) == 1

    async def test_registers_of_long_ago_are_left_alone(self, held: Any, letterhead: Letterhead) -> None:
        assert await plan(held.ends_at + LOOKED_BACK) == 0

    async def test_a_meeting_that_goes_on_is_not_asked_about(self, held: Any) -> None:
        assert await plan(held.ends_at - timedelta(seconds=1)) == 0


class TestFailing:
    async def test_a_question_that_failed_halfway_is_asked_whole_the_next_time(
        self, committed: None, convene: Any, letterhead: Letterhead, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held = await convene(starts_at=now - HOUR, invited_at=now - 2 * DAY)
        await set_up_by(held, "one@council.example")
        with monkeypatch.context() as broken:
            broken.setattr("attendance.registers_waiting.trail.record", _dies)
            await rounds(letterhead, EVENING)
        assert (await asked(), (await ends())[0]) == ([], "")
        await rounds(letterhead, EVENING)
        assert await asked() == ["one@council.example"]


async def _dies(*_: Any, **__: Any) -> None:
    """The last step before the transaction ends."""
    raise ConnectionError("the worker was killed")


class TestTheList:
    async def test_it_tells_how_far_a_register_is_marked_and_how_often_it_was_asked_about(
        self, held: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await set_up_by(held, "one@council.example")
        await mark(held.id, [Mark(held.seats["East Area"], Outcome.NO_SHOW)], by="x", now=now)
        await rounds(letterhead, EVENING)
        (one,) = (await awaiting_register(EVENING, MACHINE, size=5)).rows
        assert (one.marked, one.seats, one.asked) == (1, 3, (EVENING,))
        assert await asked_of([held.id]) == {held.id: [EVENING]}

    async def test_it_is_shown(self, coordinator: Browser, held: Any) -> None:
        page = await coordinator.get("/meetings")
        assert "Registers waiting" in page.text
        assert "Nobody" in page.text


class TestTheLetter:
    def letter(self, letterhead: Letterhead, now: datetime, **facts: Any) -> str:
        told = {"seats": 8, "unmarked": 3, "last": False} | facts
        register = OpenRegister("SM-2WW7V6", "missing strategy meeting", now, **told)
        letter = still_open(register, letterhead, to="one@council.example", message_id="<1@x.example>", now=now)
        return f"Subject: {letter.subject}\n\n{letter.text}"

    def test_whole(self, letterhead: Letterhead, now: datetime) -> None:
        assert self.letter(letterhead, now) == SHAPE.read_text()

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            (
                {"unmarked": 8},
                "Nobody has marked yet who came to this missing strategy meeting. Please mark its 8 seats.",
            ),
            ({"unmarked": 1}, "1 seat of 8 is not marked"),
            (
                {"unmarked": 0},
                "Every seat of this missing strategy meeting is marked, and its register is not closed",
            ),
            ({"last": True}, "This is the last time we ask."),
        ],
    )
    def test_what_is_missing_decides_the_words(
        self, letterhead: Letterhead, now: datetime, facts: dict[str, Any], said: str
    ) -> None:
        assert said in self.letter(letterhead, now, **facts)


class TestTwoWorkers:
    async def test_workers_that_ask_at_once_ask_once(
        self, committed: None, convene: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        held = await convene(starts_at=now - HOUR, invited_at=now - 2 * DAY)
        await set_up_by(held, "one@council.example")
        assert sum(await asyncio.gather(*(plan(EVENING) for _ in range(4)))) == 6
        ended = await asyncio.gather(*(ask_due(letterhead=letterhead, now=EVENING) for _ in range(4)))
        assert sum(ended) == 1
        assert await asked() == ["one@council.example"]
