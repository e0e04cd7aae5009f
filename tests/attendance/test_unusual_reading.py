"""Somebody who goes through cases is reported to their manager, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from attendance import unusual_reading
from attendance.unusual_tables import UnusualReading
from audit import reading, trail
from meetings.letters import Letterhead
from notifications.tables import OutboundMail
from tests.attendance.reading_pages import words
from tests.browsing import Browser, application, letters, sign_in_as
from web import signin
from web.roles import Role
from web.viewer import Post

SAMPLE = (Path(__file__).parent / "unusual_letter.txt").read_text()


@pytest.fixture
async def officer(rolled_back: None, now: datetime) -> UUID:
    """A coordinator in Southwark, whose manager, and Camden's, have accounts."""
    for agency in ("southwark", "camden"):
        post = [Post(Role.MANAGER, agency)]
        await signin.add_person(f"manager@{agency}.example", "Manager", agency, appointments=post, now=now)
    post = [Post(Role.COORDINATOR, "southwark")]
    title = "Missing coordinator, Southwark"
    return await signin.add_person("c@southwark.example", title, "southwark", appointments=post, now=now)


async def opens(person: UUID, cases: int, at: datetime) -> None:
    for number in range(cases):
        when = at + timedelta(seconds=10 * number)
        await reading.opened(str(person), "the meeting", f"meeting:M{number}", now=when)
        await reading.opened(str(person), "the register", f"meeting:M{number}", now=when)


async def reported(now: datetime, letterhead: Letterhead) -> list[str]:
    """Who was written to in all so far."""
    await unusual_reading.report(now, real_now=now, letterhead=letterhead)
    rows = await OutboundMail.select(OutboundMail.recipient).order_by(OutboundMail.id)
    return [row["recipient"] for row in rows]


async def test_abuse_case_34_two_hundred_cases_in_an_hour_are_reported_to_the_manager_once(
    officer: UUID, now: datetime, letterhead: Letterhead
) -> None:
    await opens(officer, 2, now - timedelta(days=3))
    await opens(officer, 200, now - timedelta(minutes=50))

    assert await reported(now, letterhead) == ["manager@southwark.example"]
    assert await reported(now + timedelta(minutes=5), letterhead) == ["manager@southwark.example"]
    assert [text.replace("\r\n", "\n") for text in await letters()] == [SAMPLE.replace("PERSON", str(officer))]


async def test_a_day_at_work_is_reported_to_nobody(officer: UUID, now: datetime, letterhead: Letterhead) -> None:
    evening = now.replace(hour=18)
    for hour in range(8):
        await opens(officer, 20, evening - timedelta(hours=hour + 1))

    assert await reported(evening, letterhead) == []


async def test_who_is_on_duty_at_night_is_usual_and_who_never_was_is_not(
    officer: UUID, now: datetime, letterhead: Letterhead
) -> None:
    sunday = now.replace(day=22)
    await opens(officer, 12, sunday - timedelta(days=8))
    await opens(officer, 12, sunday - timedelta(hours=2))
    assert await reported(sunday, letterhead) == []

    later = sunday + timedelta(days=49)
    await opens(officer, 12, later - timedelta(hours=2))
    assert await reported(later, letterhead) == ["manager@southwark.example"]


async def test_guessing_references_is_reported(officer: UUID, now: datetime, letterhead: Letterhead) -> None:
    for number in range(10):
        await trail.record(str(officer), "was refused a case", f"meeting:G{number}", now=now)

    assert await reported(now, letterhead) == ["manager@southwark.example"]


async def test_a_manager_is_not_told_of_their_own_reading(
    officer: UUID, now: datetime, letterhead: Letterhead
) -> None:
    post = [Post(Role.ADMINISTRATOR)]
    await signin.add_person("administrator@convene.example", "Administrator", "", appointments=post, now=now)
    manager = await signin.add_person("manager@camden.example", "", now=now)
    await opens(manager, 120, now - timedelta(minutes=40))

    assert await reported(now, letterhead) == ["administrator@convene.example"]


async def test_the_page_shows_managers_the_people_of_their_own_agency(
    officer: UUID, now: datetime, letterhead: Letterhead
) -> None:
    await opens(officer, 200, now - timedelta(minutes=50))
    await reported(now, letterhead)
    assert await UnusualReading.count() == 1

    app = application()
    async with Browser(app) as southwark, Browser(app) as camden:
        await sign_in_as(southwark, "manager@southwark.example", "", posts=[])
        await sign_in_as(camden, "manager@camden.example", "", posts=[])
        assert "Missing coordinator, Southwark" in words(await southwark.get("/log/unusual"))
        assert "Nothing unusual was seen." in words(await camden.get("/log/unusual"))
