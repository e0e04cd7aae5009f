"""A no-show in a closed register: the first to the supervisor the same day, the second and third in a row higher."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from attendance.acknowledging import acknowledge
from attendance.ladder_tables import Escalation, EscalationLetter
from attendance.register import Mark, close, correct
from attendance.tables import Outcome
from directory.rungs import Rung
from meetings.tables import Meeting
from tests.attendance.ladder.conftest import (
    DIRECTOR,
    INSPECTOR,
    LADDER,
    SERGEANT,
    SUPERINTENDENT,
    on_ladder,
    timeline,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNIT = "Central North"
UNITS = ((UNIT, "bcu", "missing.team@central-north.police.example", ("home police",)),)


@pytest.fixture
async def child(rolled_back: None, convene: Any) -> Any:
    """Makes meetings about one child and closes their registers with one outcome."""
    first: list[Any] = []

    async def held(starts_at: datetime, outcome: Outcome) -> Any:
        meeting = await convene(starts_at=starts_at, invited_at=starts_at - 2 * DAY, units=UNITS, quorum=())
        if first:
            await Meeting.update({Meeting.child: first[0]}).where(Meeting.id == meeting.id)
        else:
            row = await Meeting.select(Meeting.child).where(Meeting.id == meeting.id).first()
            assert row is not None
            first.append(row["child"])
            for rung, (email, role) in LADDER.items():
                await on_ladder(None if rung is Rung.DIRECTOR else UNIT, rung, email, role)
        await close(
            meeting.id, marks=[Mark(meeting.seats[UNIT], outcome)], by="coordinator", now=meeting.ends_at + HOUR
        )
        return meeting

    return held


async def causes() -> list[str]:
    rows = await Escalation.select(Escalation.cause).order_by(Escalation.raised_at, Escalation.key)
    return [row["cause"] for row in rows if row["cause"] != "no answer"]


class TestTheFirst:
    async def test_the_supervisor_has_a_note_the_same_day(
        self, child: Any, round_at: Any, sent: Any, now: datetime
    ) -> None:
        await child(now, Outcome.NO_SHOW)
        await round_at(now + 3 * HOUR)
        ((to, (subject, text)),) = (await sent.since()).items()
        assert to == SERGEANT
        assert subject.startswith("Nobody came: Central North, meeting SM-")
        assert "and nobody had said so." in " ".join(text.split())
        assert "no-show, Central North: step 1 is sent to the supervisor (detective sergeant)" in await timeline()

    async def test_acknowledged_it_goes_no_higher(self, child: Any, round_at: Any, sent: Any, now: datetime) -> None:
        await child(now, Outcome.NO_SHOW)
        await round_at(now + 3 * HOUR)
        letter = await EscalationLetter.objects().first()
        assert letter is not None
        await acknowledge(letter.id, who="detective sergeant", now=now + 4 * HOUR)
        await sent.since()
        for days in range(1, 9):
            await round_at(now + days * DAY)
        assert await sent.since() == {}

    async def test_unacknowledged_the_head_hears_after_two_working_days_and_the_top_after_five(
        self, child: Any, round_at: Any, sent: Any, now: datetime
    ) -> None:
        await child(now, Outcome.NO_SHOW)
        raised = now + 3 * HOUR
        told: dict[int, set[str]] = {}
        for days in range(9):
            await round_at(raised + days * DAY)
            letters = set(await sent.since())
            if letters:
                told[days] = letters
        assert told == {0: {SERGEANT}, 2: {INSPECTOR}, 7: {SUPERINTENDENT, DIRECTOR}}

    async def test_a_seat_that_was_attended_raises_nothing(self, child: Any, round_at: Any, now: datetime) -> None:
        for outcome in (Outcome.ATTENDED, Outcome.DEPUTY, Outcome.APOLOGIES, Outcome.REPORT_ONLY):
            await child(now, outcome)
        await round_at(now + 3 * HOUR)
        assert await causes() == []

    async def test_a_corrected_register_stops_it(self, child: Any, round_at: Any, sent: Any, now: datetime) -> None:
        meeting = await child(now, Outcome.NO_SHOW)
        await round_at(now + 3 * HOUR)
        marks = [Mark(meeting.seats[UNIT], Outcome.ATTENDED)]
        await correct(meeting.id, marks, reason="signed in by name", by="coordinator", now=now + 4 * HOUR)
        await sent.since()
        for days in range(1, 9):
            await round_at(now + days * DAY)
        assert await sent.since() == {}
        row = await Escalation.objects().where(Escalation.cause == "no-show").first()
        assert row is not None
        assert row.stopped_why == "the register was corrected"

    async def test_a_register_closed_long_ago_raises_nothing(self, child: Any, round_at: Any, now: datetime) -> None:
        await child(now - 10 * DAY, Outcome.NO_SHOW)
        await round_at(now)
        assert await causes() == []


class TestTheSecondInARow:
    async def test_the_inspector_hears_at_once_and_the_top_after_two_working_days(
        self, child: Any, round_at: Any, sent: Any, now: datetime
    ) -> None:
        await child(now - 20 * DAY, Outcome.NO_SHOW)
        await child(now, Outcome.NO_SHOW)
        await round_at(now + 3 * HOUR)
        ((to, (subject, text)),) = (await sent.since()).items()
        assert to == INSPECTOR
        assert subject.startswith("Nobody came, for the second time: Central North")
        assert "It is the second time in a row for the same child." in " ".join(text.split())
        await round_at(now + 3 * HOUR + DAY)
        assert await sent.since() == {}
        await round_at(now + 3 * HOUR + 2 * DAY)
        assert set(await sent.since()) == {SUPERINTENDENT, DIRECTOR}

    async def test_one_meeting_attended_in_between_begins_the_count_anew(
        self, child: Any, round_at: Any, now: datetime
    ) -> None:
        for days, outcome in ((20, Outcome.NO_SHOW), (10, Outcome.ATTENDED), (0, Outcome.NO_SHOW)):
            await child(now - days * DAY, outcome)
        await round_at(now + 3 * HOUR)
        assert await causes() == ["no-show"]


class TestTheThirdInARow:
    @pytest.mark.parametrize(("times", "word"), [(3, "third"), (4, "4th")])
    async def test_the_superintendent_and_the_director_hear_at_once(
        self, child: Any, round_at: Any, sent: Any, now: datetime, times: int, word: str
    ) -> None:
        for before in reversed(range(times)):
            await child(now - before * 10 * DAY, Outcome.NO_SHOW)
        await round_at(now + 3 * HOUR)
        letters = await sent.since()
        assert set(letters) == {SUPERINTENDENT, DIRECTOR}
        assert f"It is the {word} time in a row for the same child." in " ".join(letters[DIRECTOR][1].split())
        assert await causes() == ["third no-show"]

    async def test_unacknowledged_they_hear_again_after_five_working_days(
        self, child: Any, round_at: Any, sent: Any, now: datetime
    ) -> None:
        for before in (20, 10, 0):
            await child(now - before * DAY, Outcome.NO_SHOW)
        await round_at(now + 3 * HOUR)
        await sent.since()
        await round_at(now + 3 * HOUR + 7 * DAY)
        assert set(await sent.since()) == {SUPERINTENDENT, DIRECTOR}
