"""What somebody sets up is their colleagues' to see who were colleagues then, not what came before or after."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from meetings import seeing
from meetings.tables import Meeting, Series
from tests.factories import make_meeting, make_unit
from web import signin
from web.roles import Act, Role
from web.tables import Appointment
from web.viewer import Post, Viewer

WEEK = timedelta(days=7)
VISITED = Viewer(uuid4(), (Post(Role.COORDINATOR, "camden"),))
OWN = Viewer(uuid4(), (Post(Role.COORDINATOR, "lambeth"),))


@pytest.fixture
async def visitor(rolled_back: None, now: datetime) -> UUID:
    """A coordinator of Lambeth, who covered at Camden for a week and left it."""
    person = await signin.add_person("v@lambeth.example", "Coordinator, Lambeth", now=now - 9 * WEEK)
    for agency, since, until in (("lambeth", now - 9 * WEEK, None), ("camden", now, now + WEEK)):
        await Appointment.insert(
            Appointment(
                id=uuid4(),
                person=person,
                role=Role.COORDINATOR,
                agency_code=agency,
                since=since,
                until=until,
                given_by="tests",
            )
        )
    return person


async def seen_by(viewer: Viewer) -> tuple[int, int]:
    """How many meetings and series, to read and to change alike."""
    found = []
    for act in (Act.SEE, Act.RUN):
        meetings = await Meeting.count().where(seeing.where(seeing.meetings(viewer, act)))
        found.append((meetings, await Series.count().where(seeing.where(seeing.series(viewer, act)))))
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("after", "theirs"),
    [
        (-timedelta(seconds=1), 0),
        (timedelta(0), 1),
        (WEEK - timedelta(seconds=1), 1),
        (WEEK, 0),
        (8 * WEEK, 0),
    ],
)
async def test_a_colleague_for_a_week_shows_what_they_set_up_in_that_week(
    visitor: UUID, now: datetime, after: timedelta, theirs: int
) -> None:
    meeting = await make_meeting(home=await make_unit(code="southwark-care"), starts_at=now + 20 * WEEK)
    await Meeting.update({Meeting.set_up_by: str(visitor), Meeting.set_up_at: now + after}).where(
        Meeting.id == meeting.id
    )
    await Series.insert(
        Series(
            id=uuid4(), reference="SE-1", uid="1@convene.example", title="Panel", weekdays=[1],
            first_on=date(2026, 11, 24), last_on=date(2026, 12, 22), starts=time(10), home_unit=meeting.home_unit,
            set_up_at=now + after, set_up_by=str(visitor),
        )
    )  # fmt: skip
    assert await seen_by(VISITED) == (theirs, theirs)
    assert await seen_by(OWN) == (1, 1)


async def test_what_a_program_set_up_is_nobodys_by_that(rolled_back: None, visitor: UUID) -> None:
    """Its name is no person's id, which the condition must bear."""
    await make_meeting(home=await make_unit(code="southwark-care"))
    assert await seen_by(VISITED) == (0, 0)
