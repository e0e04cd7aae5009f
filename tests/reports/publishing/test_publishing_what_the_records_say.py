"""From registers to a published file and a late correction, by the press that the installation publishes by."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from attendance.tables import Outcome
from directory.tables import Unit
from meetings.episode_tables import Child
from meetings.tables import Invitation, Meeting, Seat
from reports import corrections_due, periods, posting, publishing, sealing
from reports.document import Hidden
from reports.publication_tables import Publication, State
from reports.rates import Rate
from reports.standing_press import PRESS
from tests.factories import close_register, make_mark, make_meeting, make_seat, make_unit

pytestmark = pytest.mark.usefixtures("rolled_back")
OCTOBER = periods.month(2026, 10)
DRAFTED = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
AFTER = DRAFTED + timedelta(days=20)
TYPE = "missing strategy meeting"


async def held(unit: Unit, meetings: int, attended: int) -> list[Meeting]:
    """So many meetings of the unit in October, of which it attended some."""
    made = []
    for number in range(meetings):
        meeting = await make_meeting(home=unit, starts_at=datetime(2026, 10, 1 + number, 10, tzinfo=UTC))
        seat = await make_seat(meeting=meeting, unit=unit)
        outcome = Outcome.ATTENDED if number < attended else Outcome.NO_SHOW
        await make_mark(meeting=meeting, seat=seat, outcome=outcome)
        await close_register(meeting=meeting)
        made.append(meeting)
    return made


@pytest.fixture
async def meetings() -> list[Meeting]:
    found = []
    for code, attended in (("CE", 15), ("CN", 15), ("SN", 12)):
        found += await held(await make_unit(code=code, name=f"{code} BCU"), 25, attended)
    await posting.post_due(DRAFTED)
    return found


async def out(now: datetime = DRAFTED) -> Publication:
    publication = await publishing.draft(OCTOBER, TYPE, press=PRESS, by="analyst", now=now)
    return await release(publication, now + timedelta(days=20))


async def release(publication: UUID, now: datetime) -> Publication:
    row = await publishing.found(publication)
    await publishing.approve(row.id, "Read.", seen=row.sha256, press=PRESS, by="lead", now=now)
    await publishing.release(row.id, seen=row.sha256, press=PRESS, by="chief", now=now)
    return await publishing.found(row.id)


async def test_a_whole_month_is_published_with_its_definitions_rules_and_software(meetings: list[Meeting]) -> None:
    await held(await make_unit(code="SW", name="SW BCU"), 25, 23)  # two no-shows, which are hidden
    await posting.post_due(DRAFTED)
    published = await out()
    verified = sealing.verify(published.content)
    document = verified.published.document
    assert (published.state, verified.sha256) == (State.RELEASED, published.sha256)
    assert document.finding.startswith("In October 2026 ")
    assert re.fullmatch(r"Convene \d+\.\d+\.\d+, queries [0-9a-f]{12}", document.software)
    assert document.threshold == 5
    assert document.counted_at == DRAFTED
    cells = [cell for table in document.tables for one in table.rows for cell in one]
    assert Rate(15, 25) in cells
    assert not [cell for cell in cells if isinstance(cell, int) and 0 < cell < 5]
    assert any(isinstance(cell, Hidden) for cell in cells)
    assert all(column.means for column in document.tables[0].columns[1:])


async def test_the_published_file_holds_no_reference_of_a_meeting_or_child_and_no_person(
    meetings: list[Meeting],
) -> None:
    content = (await out()).content.decode()
    secrets = [meeting.reference for meeting in meetings] + [meeting.uid for meeting in meetings]
    secrets += await Child.select(Child.reference).output(as_list=True)
    secrets += await Invitation.select(Invitation.address).output(as_list=True)
    assert len(secrets) > 200
    assert [secret for secret in secrets if secret in content] == []
    assert not re.search(r"@|\banalyst\b|\bchief\b", content)
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}", content)


async def test_a_late_mark_is_due_and_its_revision_lists_exactly_what_it_changed(meetings: list[Meeting]) -> None:
    first = await out()
    seat = await Seat.objects().where(Seat.meeting == meetings[24].id).first()
    assert seat
    await make_mark(meeting=meetings[24], seat=seat, outcome=Outcome.ATTENDED, reason="She was there.")
    await posting.post_due(AFTER)
    await corrections_due.compare_released(PRESS, AFTER)
    assert list(await corrections_due.due()) == [first.id]
    second = await publishing.revise(first.id, "A register was corrected.", press=PRESS, by="analyst", now=AFTER)
    revised = await release(second, AFTER + timedelta(days=6))
    before, after = (sealing.verify(row.content).published for row in (first, revised))
    told = after.document.sections[0].tables[0]
    assert ("CE BCU", "60% (15 of 25)", "64% (16 of 25)") in [(r[1], r[3], r[4]) for r in told.rows]
    caption = next(table.caption for table in after.document.tables if table.name == "attendance")
    assert {r[1] for r in told.rows if r[0] == caption} == {"CE BCU", "All police units"}
    assert (after.replaces, before.revision, after.revision) == (first.sha256, 1, 2)
    assert (await publishing.found(first.id)).content == first.content
    assert await corrections_due.due() == {}
