"""The log of a child: who changed and opened what before any meeting, for managers of the authorities it is of."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from attendance import log_pages
from attendance.handovers import pass_up
from audit import trail
from audit.tables import Entry
from directory.units import unit_of_code
from meetings import noticing
from meetings.calling_off import not_convened
from meetings.episode_tables import CareStatus, Child, Episode, EpisodeKind, Grading
from meetings.handing_over import notice_moves
from meetings.handover_tables import Handover
from meetings.intake.files import import_files
from meetings.intake.record import report_episode, report_move
from meetings.intake.reports import EpisodeReport, MoveReport
from meetings.interviews import NewInterview, record_interview
from meetings.letters import Letterhead
from meetings.line_tables import Line
from meetings.noticing import notice_children
from meetings.tables import Meeting, MeetingType, Trigger
from tests.attendance.reading_pages import words
from tests.browsing import Browser, application, sign_in_as
from tests.factories import make_meeting, make_seat
from tests.meetings.moves import handover_of
from web import signin
from web.roles import Role
from web.viewer import MACHINE, Post

LAMBETH, CAMDEN = "E09000022", "E09000007"
REFERENCE = "LB-77-104"
REASON = "no capacity to convene"


async def reported(by: str, now: datetime, *, seen_in: str = "", reference: str = "E-1") -> UUID:
    """The child of Lambeth is missing, graded high; last seen in another borough, if one is given."""
    report = EpisodeReport(
        source="tests",
        issuer=LAMBETH,
        source_reference=reference,
        child=REFERENCE,
        kind=EpisodeKind.MISSING,
        started_at=now - timedelta(hours=3),
        reported_at=now - timedelta(hours=2),
        home_place=LAMBETH,
        incident_place=seen_in,
        police_grading=Grading.HIGH,
        care_status=CareStatus.LOOKED_AFTER,
    )
    return (await report_episode(report, actor=by, now=now)).id


async def reported_by_camden(by: str, now: datetime) -> UUID:
    """The same child is missing from a placement in Camden, as Camden has it: no place of it is Lambeth's."""
    child = await the_child()
    episode = Episode(
        id=uuid4(),
        child=child,
        source="camden",
        source_reference="C-1",
        started_at=now - timedelta(hours=2),
        reported_at=now - timedelta(hours=2),
        home_place=CAMDEN,
        police_grading=Grading.HIGH,
        graded_high_at=now - timedelta(hours=2),
        recorded_at=now,
    )
    await Episode.insert(episode)
    await trail.record(by, "episode recorded", f"episode:{episode.id}", now=now, detail={"source": "camden"})
    await notice_children([child], now)
    return UUID(str(episode.id))


async def moved_to_camden(by: str, letterhead: Letterhead, now: datetime) -> Handover:
    """The child was missing, and was then moved; the police of Camden were told."""
    await reported(by, now - timedelta(days=2))
    move = MoveReport(
        source="tests",
        issuer=LAMBETH,
        source_reference="M-1",
        child=REFERENCE,
        moved_at=now - timedelta(hours=1),
        home_place=LAMBETH,
        from_place=LAMBETH,
        to_place=CAMDEN,
    )
    done = await report_move(move, actor="Placements system", now=now)
    await notice_moves(now, letterhead=letterhead)
    return await handover_of(done.id)


async def the_child() -> UUID:
    row = await Child.select(Child.id).where(Child.reference == REFERENCE).first()
    assert row is not None
    return UUID(str(row["id"]))


async def somebody(email: str, title: str, *posts: Post, now: datetime) -> str:
    return str(await signin.add_person(email, title, appointments=posts, now=now))


@pytest.fixture
async def coordinator(rolled_back: None, london: None, now: datetime) -> str:
    post = Post(Role.COORDINATOR, "lambeth-council")
    return await somebody("c@lambeth.example", "Coordinator, Lambeth", post, now=now - timedelta(days=30))


@pytest.fixture
async def camdens(rolled_back: None, london: None, now: datetime) -> str:
    post = Post(Role.COORDINATOR, "camden-council")
    return await somebody("c@camden.example", "Coordinator, Camden", post, now=now - timedelta(days=30))


@asynccontextmanager
async def signed_in(role: Role, agency: str) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        title = f"{role.capitalize()}, {agency}"
        yield await sign_in_as(browser, f"{uuid4().hex}@council.example", title, posts=[Post(role, agency)])


@pytest.fixture
async def manager(rolled_back: None, london: None) -> AsyncIterator[Browser]:
    async with signed_in(Role.MANAGER, "lambeth-council") as browser:
        yield browser


@pytest.fixture
async def of_camden(rolled_back: None, london: None) -> AsyncIterator[Browser]:
    async with signed_in(Role.MANAGER, "camden-council") as browser:
        yield browser


def rows(file: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))[1:]


async def test_who_opened_an_episode_and_who_decided_about_it_is_read_before_any_meeting(
    coordinator: str, manager: Browser, now: datetime
) -> None:
    episode = await reported(coordinator, now)
    child = await the_child()
    async with Browser(application()) as police:
        post = [Post(Role.UNIT_LEAD, "metropolitan-police-service", "AS")]
        await sign_in_as(police, "lead@met.example", "Missing lead, AS", posts=post)
        assert (await police.get(f"/episodes/{episode}")).status_code == 200
        assert (await police.get(f"/waiting/{child}")).status_code == 200
    await not_convened(child, reason=REASON, by=coordinator, now=now, viewer=MACHINE)

    text = words(await manager.get(f"/log/children/{child}"))

    assert f"Child {REFERENCE}: log of acts" in text
    told = [
        "Coordinator, Lambeth Recorded as not convened A decision not to meet",
        "Missing lead, AS Opened what waits for a child A child’s case",
        "Missing lead, AS Opened the episode An episode",
        "Convene Rules called for a meeting A child’s case",
        "Coordinator, Lambeth Episode recorded An episode",
    ]
    assert [text.index(one) for one in told] == sorted(text.index(one) for one in told)
    assert await Entry.exists().where(
        Entry.action == "opened the log of the child", Entry.subject == f"child:{child}"
    )


async def test_the_file_has_the_same_rows(coordinator: str, manager: Browser, now: datetime) -> None:
    await reported(coordinator, now)
    child = await the_child()

    file = await manager.get(f"/log/children/{child}/file.csv")

    assert [(row[2], row[3], row[4]) for row in rows(file)] == [
        ("Convene", "Rules called for a meeting", "A child’s case"),
        ("Coordinator, Lambeth", "Episode recorded", "An episode"),
    ]
    assert REFERENCE not in file.headers["content-disposition"]


async def test_who_took_in_the_file_that_an_episode_came_with_is_in_it(
    coordinator: str, manager: Browser, now: datetime
) -> None:
    lines = b"CHILD,DOB,MISSING,MIS_START,MIS_END\nC1,12/03/2012,M,16/11/2026,\nC2,12/03/2012,M,16/11/2026,"
    for at, file in ((now, lines), (now + timedelta(hours=1), lines)):  # the second brings nothing new
        await import_files(file, None, authority=LAMBETH, actor=coordinator, now=at, dry_run=False)
    row = await Child.select(Child.id).where(Child.reference == "C1").first()
    assert row is not None

    told = rows(await manager.get(f"/log/children/{row['id']}/file.csv"))

    assert [(one[2], one[6]) for one in told if one[3] == "Files imported"] == [("Coordinator, Lambeth", "{}")]


async def test_who_sees_every_authority_reads_the_whole_log(coordinator: str, camdens: str, now: datetime) -> None:
    await reported(coordinator, now)
    await reported_by_camden(camdens, now)
    child = await the_child()
    await trail.record(camdens, "opened what waits for a child", f"child:{child}", now=now)
    async with signed_in(Role.MANAGER, "") as browser:
        text = words(await browser.get(f"/log/children/{child}"))
    assert text.count("Episode recorded") == text.count("Rules called for a meeting") == 2
    assert "Coordinator, Camden Opened what waits for a child" in text
    assert "What another authority did" not in text


async def test_a_long_log_is_read_page_by_page(
    coordinator: str, manager: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_pages, "ON_A_PAGE", 1)
    await reported(coordinator, now)
    here = f"/log/children/{await the_child()}"
    first = await manager.get(here)
    assert "Episode recorded" not in words(first)
    newest = (await Entry.select(Entry.id).where(Entry.action == noticing.CALLED))[0]["id"]
    assert f"{here}?before={newest}" in first.text
    assert "Episode recorded" in words(await manager.get(f"{here}?before={newest}"))


async def test_an_interview_after_the_return_is_in_it(coordinator: str, manager: Browser, now: datetime) -> None:
    episode = await reported(coordinator, now)
    await record_interview(episode, NewInterview("RHI", "no"), by=coordinator, now=now)
    text = words(await manager.get(f"/log/children/{await the_child()}"))
    assert "Coordinator, Lambeth Recorded an interview An episode" in text


async def test_a_manager_of_an_authority_that_the_child_is_not_of_finds_no_log(
    coordinator: str, of_camden: Browser, now: datetime
) -> None:
    await reported(coordinator, now)
    child = await the_child()
    for address in (f"/log/children/{child}", f"/log/children/{child}/file.csv", f"/log/children/{uuid4()}"):
        assert (await of_camden.get(address)).status_code == 404, address


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MANAGER])
async def test_nobody_but_a_manager_reads_it(coordinator: str, now: datetime, role: Role) -> None:
    await reported(coordinator, now)
    child = await the_child()
    unit = "AS" if role is Role.UNIT_LEAD else ""
    agency = "metropolitan-police-service" if unit else "lambeth-council"
    everywhere = role in (Role.ADMINISTRATOR, Role.ANALYST, Role.COMMITTEE)
    async with Browser(application()) as browser:
        post = [Post(role) if everywhere else Post(role, agency, unit)]
        await sign_in_as(browser, "somebody@council.example", "Somebody", posts=post)
        for address in (f"/log/children/{child}", f"/log/children/{child}/file.csv"):
            assert (await browser.get(address)).status_code == 404


async def test_of_a_child_of_two_authorities_each_reads_its_own_part(
    coordinator: str, camdens: str, manager: Browser, of_camden: Browser, now: datetime
) -> None:
    lambeths = await reported(coordinator, now)
    later = now + timedelta(minutes=5)
    theirs = await reported_by_camden(camdens, later)
    child = await the_child()
    await trail.record(camdens, "opened what waits for a child", f"child:{child}", now=later)
    await trail.record(coordinator, "opened what waits for a child", f"child:{child}", now=later)

    for browser, own, others in (
        (manager, (lambeths, "Coordinator, Lambeth"), (theirs, "Coordinator, Camden")),
        (of_camden, (theirs, "Coordinator, Camden"), (lambeths, "Coordinator, Lambeth")),
    ):
        page, file = [await browser.get(f"/log/children/{child}{end}") for end in ("", "/file.csv")]
        assert words(page).count("Rules called for a meeting") == 1
        assert f"{own[1]} Opened what waits for a child" in words(page)
        assert f"{own[1]} Episode recorded" in words(page)
        assert str(own[0]) in file.text
        for text in (words(page), file.text):
            assert others[1] not in text
            assert str(others[0]) not in text


async def test_what_two_authorities_causes_call_for_at_one_moment_is_told_to_each_alone(
    coordinator: str, camdens: str, manager: Browser, now: datetime
) -> None:
    lambeths = await reported(coordinator, now)
    await Trigger.delete(force=True)
    theirs = await reported_by_camden(camdens, now + timedelta(minutes=5))
    causes = {row["cause"] for row in await Trigger.select(Trigger.cause)}
    assert causes == {lambeths, theirs}, "one round noticed both"

    file = await manager.get(f"/log/children/{await the_child()}/file.csv")

    told = [row for row in rows(file) if row[3] == "Rules called for a meeting"]
    assert len(told) == 2, "when it was reported, and again with the other"
    assert all(str(lambeths) in row[6] for row in told)


async def test_where_the_child_is_seen_in_another_borough_both_managers_read_of_that_episode(
    coordinator: str, manager: Browser, of_camden: Browser, now: datetime
) -> None:
    await reported(coordinator, now, seen_in=CAMDEN)
    child = await the_child()
    for browser in (manager, of_camden):
        assert "Coordinator, Lambeth Episode recorded" in words(await browser.get(f"/log/children/{child}"))


async def test_a_child_that_was_moved_between_authorities_has_a_log_for_each(
    coordinator: str, manager: Browser, of_camden: Browser, letterhead: Letterhead, now: datetime
) -> None:
    """The new authority reads of the move, its handover and the ladder about it, not of what came before it."""
    handover = await moved_to_camden(coordinator, letterhead, now)
    await pass_up(handover.id, now + timedelta(days=1))
    child = await the_child()

    old, new = [words(await browser.get(f"/log/children/{child}")) for browser in (manager, of_camden)]

    for text in (old, new):
        assert "Placements system Placement move new A move" in text
        assert f"Receiving unit told of a move Move {handover.reference}" in text
        assert "Ladder raised: move handover A ladder" in text
    assert "Episode recorded" in old
    assert "Episode recorded" not in new
    assert "Coordinator, Lambeth" not in new


async def test_the_page_of_a_move_leads_to_the_log_of_the_child(
    coordinator: str, of_camden: Browser, letterhead: Letterhead, now: datetime
) -> None:
    handover = await moved_to_camden(coordinator, letterhead, now)
    link = f'href="/log/children/{await the_child()}"'

    assert link in (await of_camden.get(f"/handovers/{handover.reference}")).text
    async with signed_in(Role.COORDINATOR, "camden-council") as browser:
        assert link not in (await browser.get(f"/handovers/{handover.reference}")).text


async def test_emergency_access_to_the_child_is_in_the_log_of_every_authority(
    coordinator: str, camdens: str, manager: Browser, of_camden: Browser, now: datetime
) -> None:
    await reported(coordinator, now)
    await reported_by_camden(camdens, now)
    child = await the_child()
    async with signed_in(Role.COORDINATOR, "southwark-council") as stranger:
        asked = {"reference": REFERENCE, "reason": "She was seen at our office, and nobody answers.", "hours": "1"}
        assert (await stranger.send_form("/break-glass", **asked)).status_code in (200, 303)
        assert (await stranger.get(f"/waiting/{child}")).status_code == 200

    for browser in (manager, of_camden):
        text = words(await browser.get(f"/log/children/{child}"))
        assert "Coordinator, southwark-council Took emergency access A child’s case" in text
        assert "Coordinator, southwark-council Opened what waits for a child" in text


async def test_who_was_refused_the_child_is_in_it(
    coordinator: str, camdens: str, manager: Browser, now: datetime
) -> None:
    await reported(coordinator, now)
    child = await the_child()
    async with signed_in(Role.COORDINATOR, "southwark-council") as stranger:
        assert (await stranger.get(f"/waiting/{child}")).status_code == 404
    text = words(await manager.get(f"/log/children/{child}"))
    assert "Coordinator, southwark-council Was refused a case" in text


async def test_what_a_panel_decided_about_the_child_is_in_the_log_of_whose_panel_it_is(
    coordinator: str, manager: Browser, now: datetime
) -> None:
    await reported(coordinator, now)
    child = await the_child()
    for code, decided in (("lambeth-social-care", "decided: discussed"), ("camden-social-care", "decided: covered")):
        panel = await make_meeting(home=await unit_of_code(code), meeting_type=MeetingType.PANEL)
        line = Line(id=uuid4(), meeting=panel.id, child=child, added_at=now, added_by=coordinator)
        await Line.insert(line)
        await trail.record(coordinator, decided, f"line:{line.id}", now=now)
    text = words(await manager.get(f"/log/children/{child}"))
    assert "Decided: discussed A line of a list" in text
    assert "Decided: covered" not in text


async def test_it_leads_to_the_logs_of_the_childs_meetings_and_they_lead_back(
    coordinator: str, manager: Browser, now: datetime
) -> None:
    await reported(coordinator, now)
    child = await the_child()
    for reference, code in (("OWN222", "lambeth-social-care"), ("THEIRS", "camden-social-care")):
        home = await unit_of_code(code)
        meeting = await make_meeting(home=home)
        await Meeting.update({Meeting.reference: reference, Meeting.child: child}).where(Meeting.id == meeting.id)
        await make_seat(meeting=meeting, unit=home)

    text = (await manager.get(f"/log/children/{child}")).text
    assert 'href="/log/meetings/OWN222"' in text
    assert "THEIRS" not in text
    assert f'href="/log/children/{child}"' in (await manager.get("/log/meetings/OWN222")).text


async def test_a_meeting_about_no_child_of_the_managers_leads_to_no_childs_log(manager: Browser) -> None:
    home = await unit_of_code("lambeth-social-care")
    meeting = await make_meeting(home=home)
    await make_seat(meeting=meeting, unit=home)
    assert "/log/children/" not in (await manager.get(f"/log/meetings/{meeting.reference}")).text


async def test_the_pages_of_an_episode_and_of_what_waits_lead_managers_to_it_and_nobody_else(
    coordinator: str, manager: Browser, now: datetime
) -> None:
    episode = await reported(coordinator, now)
    child = await the_child()
    async with signed_in(Role.COORDINATOR, "lambeth-council") as other:
        for address in (f"/episodes/{episode}", f"/waiting/{child}"):
            link = f'href="/log/children/{child}"'
            assert link in (await manager.get(address)).text, address
            answer = await other.get(address)
            assert answer.status_code == 200
            assert link not in answer.text, address


async def test_a_manager_who_coordinates_elsewhere_is_led_to_the_logs_that_they_may_read_alone(
    coordinator: str, now: datetime
) -> None:
    """Manager of Camden, and coordinator in Lambeth whose episode it is."""
    episode = await reported(coordinator, now)
    child = await the_child()
    async with Browser(application()) as browser:
        posts = [Post(Role.MANAGER, "camden-council"), Post(Role.COORDINATOR, "lambeth-council")]
        await sign_in_as(browser, "both@council.example", "Somebody", posts=posts)
        assert "/log/children/" not in (await browser.get(f"/episodes/{episode}")).text
        assert (await browser.get(f"/log/children/{child}")).status_code == 404
