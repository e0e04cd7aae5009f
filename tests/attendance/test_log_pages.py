"""The log as pages and files: plain words, for managers of the agency, and for administrators of people."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from attendance import log_pages
from audit import trail
from audit.tables import Entry
from directory.tables import Agency, Unit
from meetings.tables import Meeting
from tests.attendance.reading_pages import words
from tests.browsing import Browser, application, sign_in_as
from tests.factories import make_meeting, make_seat, make_unit
from web import signin
from web.roles import Role
from web.tables import Appointment
from web.viewer import Post


@pytest.fixture
async def meeting(rolled_back: None) -> Meeting:
    """A meeting of Camden's."""
    unit = await make_unit(code="camden-care")
    await Agency.update({Agency.code: "camden"}).where(Agency.id == unit.agency)
    meeting = await make_meeting(home=unit)
    await Meeting.update({Meeting.reference: "7F3K2M"}).where(Meeting.id == meeting.id)
    await make_seat(meeting=meeting, unit=unit)
    return meeting


@pytest.fixture
async def coordinator(rolled_back: None, now: datetime) -> UUID:
    post = [Post(Role.COORDINATOR, "camden")]
    return await signin.add_person("c@camden.example", "Coordinator, Camden", "camden", appointments=post, now=now)


@pytest.fixture
async def manager(rolled_back: None) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        yield await sign_in_as(browser, "m@camden.example", "Manager, Camden", posts=[Post(Role.MANAGER, "camden")])


@pytest.fixture
async def somebody_elses(rolled_back: None) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        post = [Post(Role.MANAGER, "southwark"), Post(Role.ADMINISTRATOR, "southwark")]
        yield await sign_in_as(browser, "m@southwark.example", "Manager, Southwark", posts=post)


async def test_a_meetings_log_is_everything_about_it_in_plain_words(
    meeting: Meeting, coordinator: UUID, manager: Browser, now: datetime
) -> None:
    invitation = (await Meeting.raw("SELECT id FROM invitation WHERE meeting = {}", meeting.id))[0]["id"]
    await trail.record(str(coordinator), "moved", "meeting:7F3K2M", now=now)
    await trail.record("reminders", "first reminder sent", f"invitation:{invitation}", now=now)
    await trail.record("sealed link", "opened an invitation by its link", f"invitation:{invitation}", now=now)
    await trail.record(str(coordinator), "moved", "meeting:ANOTHER", now=now)

    text = words(await manager.get("/log/meetings/7F3K2M"))

    assert "When Who What About" in text
    assert text.index("Whoever has the letter with the link Opened an invitation by its link") < text.index(
        "Reminders First reminder sent An invitation"
    )
    assert "Wednesday 18 November 2026 at 10am Coordinator, Camden Moved Meeting 7F3K2M" in text
    assert "ANOTHER" not in text
    assert await Entry.exists().where(Entry.action == "opened the log of the meeting")


async def test_a_meetings_log_leads_to_those_of_the_childs_other_meetings_that_one_may_read(
    meeting: Meeting, manager: Browser
) -> None:
    camden = await Unit.objects().get(Unit.agency.code == "camden")
    assert camden is not None
    for reference, unit, child in (
        ("SAME22", camden, meeting.child),
        ("OTHER2", camden, None),
        ("HIDDEN", await make_unit(code="SW"), meeting.child),
    ):
        other = await make_meeting(home=unit)
        await Meeting.update({Meeting.reference: reference, Meeting.child: child or other.child}).where(
            Meeting.id == other.id
        )
        await make_seat(meeting=other, unit=unit)

    text = (await manager.get("/log/meetings/7F3K2M")).text
    assert '<a class="govuk-link" href="/log/meetings/SAME22">SAME22</a></p>' in text
    assert "OTHER2" not in text
    assert "HIDDEN" not in text
    assert 'href="/log/meetings/7F3K2M">' in (await manager.get("/log/meetings/SAME22")).text
    assert "same child" not in (await manager.get("/log/meetings/OTHER2")).text


async def test_the_index_leads_to_a_meeting_however_it_was_typed(meeting: Meeting, manager: Browser) -> None:
    assert (await manager.get("/log?case=7f3k2m")).headers["location"] == "/log/meetings/7F3K2M"
    assert (await manager.get("/log?case=/../x")).headers["location"] == "/log/meetings/%2F..%2FX"


async def test_a_persons_log_is_what_they_did_page_by_page(
    meeting: Meeting, coordinator: UUID, manager: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_pages, "ON_A_PAGE", 2)
    for number in range(3):
        await trail.record(str(coordinator), "opened the register", f"meeting:M{number}", now=now)

    first = await manager.get(f"/log/people/{coordinator}")
    assert "Meeting M2" in words(first)
    assert "Meeting M0" not in words(first)
    oldest = (await Entry.select(Entry.id).where(Entry.subject == "meeting:M1"))[0]["id"]
    older = f"/log/people/{coordinator}?before={oldest}"
    assert older in first.text
    assert "Meeting M0" in words(await manager.get(older))


async def test_the_file_holds_no_formula(coordinator: UUID, manager: Browser, now: datetime) -> None:
    await trail.record(str(coordinator), "=cmd|' /C calc'!A0", "meeting:-1+1", now=now)

    answer = await manager.get(f"/log/people/{coordinator}/file.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    head, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[:2]
    assert head == ["Number", "When (London)", "Who", "What", "About", "Reference", "Detail"]
    assert row[3].startswith("'=")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


async def test_nobody_reads_the_log_of_another_agency(
    meeting: Meeting, coordinator: UUID, somebody_elses: Browser
) -> None:
    for address in ("meetings/7F3K2M", "meetings/7F3K2M/file.csv", f"people/{coordinator}", "meetings/NOSUCH"):
        assert (await somebody_elses.get(f"/log/{address}")).status_code == 404, address
    assert "Coordinator, Camden" not in (await somebody_elses.get("/log")).text


async def test_what_somebody_did_in_a_post_elsewhere_is_not_for_a_manager_of_their_post_here(
    meeting: Meeting, coordinator: UUID, manager: Browser, now: datetime
) -> None:
    week, everything = timedelta(days=7), "They also have or had a post elsewhere"
    assert everything not in words(await manager.get(f"/log/people/{coordinator}"))
    ended: dict[Any, Any] = {Appointment.since: now - 3 * week, Appointment.until: now - week}
    await Appointment.update(ended).where(Appointment.person == coordinator)
    there = Appointment(
        id=uuid4(), person=coordinator, role=Role.COORDINATOR, agency_code="southwark", since=now - week,
        until=now + week, given_by="t",
    )  # fmt: skip
    await Appointment.insert(there)
    spoken = {"FIRST": -3 * week, "HERE": -2 * week, "LEFT": -week, "THERE": timedelta(), "AFTER": week}
    for reference, ago in spoken.items():
        await trail.record(str(coordinator), "opened the register", f"meeting:{reference}", now=now + ago)

    page = words(await manager.get(f"/log/people/{coordinator}"))
    file = (await manager.get(f"/log/people/{coordinator}/file.csv")).text

    for shown in (page, file):
        assert [reference for reference in spoken if reference in shown] == ["FIRST", "HERE", "AFTER"]
    assert everything in page


async def test_an_administrator_reads_of_people_and_of_no_case(
    meeting: Meeting, coordinator: UUID, rolled_back: None
) -> None:
    async with Browser(application()) as browser:
        post = [Post(Role.ADMINISTRATOR)]
        await sign_in_as(browser, "administrator@convene.example", "Administrator", posts=post)
        assert (await browser.get(f"/log/people/{coordinator}")).status_code == 200
        assert (await browser.get("/log/meetings/7F3K2M")).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER, Role.ANALYST, Role.COMMITTEE])
async def test_others_read_no_log(meeting: Meeting, coordinator: UUID, role: Role) -> None:
    async with Browser(application()) as browser:
        await sign_in_as(browser, "somebody@camden.example", "Somebody", posts=[Post(role, "camden")])
        for address in ("", f"/people/{coordinator}", "/unusual"):
            assert (await browser.get(f"/log{address}")).status_code == 403
        assert (await browser.get("/log/meetings/7F3K2M")).status_code == 404
