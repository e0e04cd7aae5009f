"""Taking in with crashes and two workers: nothing is half done, nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from attendance import reading
from attendance.tables import Response
from attendance.taking_in import take_in_one
from audit.tables import Entry
from meetings.letters import Letterhead
from notifications import inbox
from tests.attendance.conftest import HOME
from tests.attendance.mailing import answer, ended

AFTER_THE_LEASE = timedelta(minutes=3)


class StoppedError(Exception):
    """The step that failed."""


@pytest.fixture
async def meeting(committed: None, convene: Any) -> Any:
    return await convene()


async def arrived(meeting: Any, now: datetime) -> int:
    """An acceptance of the home unit is kept and waits."""
    to = meeting.reply_address("Central North")
    return await inbox.keep("smtp", answer(uid=meeting.uid, to=to, sender=HOME, at=now), HOME, to, now=now)


@pytest.mark.parametrize("step", ["trail.record_all", "inbox.settle", "held", "append_all", "effects.cause"])
async def test_a_failure_at_any_step_leaves_the_message_kept_and_nothing_else(
    meeting: Any, letterhead: Letterhead, now: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    mail = await arrived(meeting, now)
    entries = await Entry.count()

    async def stop(*args: object, **kwargs: object) -> None:
        raise StoppedError

    with monkeypatch.context() as broken:
        broken.setattr(f"attendance.deciding.{step}", stop)
        assert await take_in_one(letterhead=letterhead, now=now)

    assert (await ended(mail)).disposition == "kept"
    assert await Response.count() == 0
    assert await Entry.count() == entries


async def test_what_a_crash_left_behind_is_taken_in_once_when_its_lease_ends(
    meeting: Any, letterhead: Letterhead, now: datetime
) -> None:
    mail = await arrived(meeting, now)
    await inbox.claim(1, now=now)  # a worker claims it and dies

    assert not await take_in_one(letterhead=letterhead, now=now)
    assert await take_in_one(letterhead=letterhead, now=now + AFTER_THE_LEASE)
    assert (await ended(mail)).disposition == "applied"
    assert await Response.count() == 1


async def test_a_message_that_kills_its_worker_three_times_is_set_aside(
    meeting: Any, letterhead: Letterhead, now: datetime
) -> None:
    mail = await arrived(meeting, now)
    for _ in range(3):
        await inbox.claim(1, now=now)
        now += AFTER_THE_LEASE

    await take_in_one(letterhead=letterhead, now=now)
    assert (await ended(mail)).disposition == "set aside"
    assert await Response.count() == 0


async def test_a_message_that_fails_three_times_is_set_aside_with_the_reason(
    meeting: Any, letterhead: Letterhead, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = await arrived(meeting, now)

    async def stop(*args: object, **kwargs: object) -> None:
        raise StoppedError

    monkeypatch.setattr("attendance.deciding.held", stop)
    for _ in range(3):
        assert await take_in_one(letterhead=letterhead, now=now)
        now += AFTER_THE_LEASE

    assert not await take_in_one(letterhead=letterhead, now=now)
    settled = await ended(mail)
    assert (settled.disposition, settled.reason) == ("set aside", "Convene failed on it 3 times (StoppedError).")


async def test_one_message_that_fails_does_not_stop_the_next(
    meeting: Any, letterhead: Letterhead, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await inbox.keep("smtp", b"poison", "", meeting.reply_address("East Area"), now=now)
    good = await arrived(meeting, now)
    read = reading.read

    def choke(raw: bytes, received_on: date) -> Any:
        if raw == b"poison":
            raise StoppedError
        return read(raw, received_on)

    monkeypatch.setattr("attendance.taking_in.read", choke)
    while await take_in_one(letterhead=letterhead, now=now):
        pass
    assert (await ended(good)).disposition == "applied"


async def test_two_workers_take_each_message_in_once(meeting: Any, letterhead: Letterhead, now: datetime) -> None:
    for minute in range(6):
        await arrived(meeting, now + timedelta(minutes=minute))

    async def work() -> int:
        done = 0
        while await take_in_one(letterhead=letterhead, now=now + timedelta(minutes=10)):
            done += 1
        return done

    assert sum(await asyncio.gather(work(), work(), work())) == 6
    rows = await Response.select(Response.mail)
    assert len(rows) == len({row["mail"] for row in rows}) == 6
