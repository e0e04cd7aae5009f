"""Appointments: given, held for a time, ended at once, and in the trail."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from audit.tables import Entry
from tests.browsing import COORDINATOR
from web import signin
from web.appointing import NotAPost, appoint, end_appointment, viewer_of
from web.roles import Act, Role
from web.tables import Appointment
from web.viewer import Post, Viewer

MINUTE = timedelta(minutes=1)
LAMBETH = Post(Role.COORDINATOR, "lambeth")


@pytest.fixture
async def somebody(rolled_back: None, real_now: datetime) -> UUID:
    return await signin.add_person("somebody@council.example", "Coordinator", now=real_now)


async def test_who_is_appointed_to_nothing_may_enter_and_no_more(somebody: UUID, real_now: datetime) -> None:
    viewer = await viewer_of(somebody, now=real_now)
    assert [act for act in Act if viewer.may(act)] == [Act.ENTER]


async def test_an_appointment_holds_from_now_until_it_is_ended(somebody: UUID, real_now: datetime) -> None:
    given = await appoint(somebody, LAMBETH, by="operator", now=real_now)
    assert (await viewer_of(somebody, now=real_now - MINUTE)).posts == ()
    assert (await viewer_of(somebody, now=real_now)).posts == (LAMBETH,)
    assert await end_appointment(given, by="operator", now=real_now + MINUTE)
    assert (await viewer_of(somebody, now=real_now + MINUTE)).posts == ()


async def test_an_appointment_for_a_time_ends_by_itself(somebody: UUID, real_now: datetime) -> None:
    await appoint(somebody, LAMBETH, by="operator", now=real_now, until=real_now + MINUTE)
    assert not (await viewer_of(somebody, now=real_now + MINUTE)).may(Act.SEE)


async def test_the_same_appointment_is_held_once(somebody: UUID, real_now: datetime) -> None:
    first = await appoint(somebody, LAMBETH, by="operator", now=real_now)
    assert await appoint(somebody, LAMBETH, by="operator", now=real_now + MINUTE) == first
    assert await Appointment.count().where(Appointment.person == somebody) == 1


async def test_ending_an_appointment_twice_is_said_once(somebody: UUID, real_now: datetime) -> None:
    given = await appoint(somebody, LAMBETH, by="operator", now=real_now)
    assert await end_appointment(given, by="operator", now=real_now + MINUTE)
    assert not await end_appointment(given, by="operator", now=real_now + MINUTE)
    told = await Entry.select(Entry.action).where(Entry.subject == f"person {somebody}").order_by(Entry.id)
    assert [row["action"] for row in told][-2:] == ["appointed a person", "ended an appointment"]


async def test_who_leaves_holds_no_post_even_when_they_come_back(real_now: datetime, rolled_back: None) -> None:
    person = await signin.add_person(COORDINATOR, "Coordinator", appointments=[LAMBETH], now=real_now)
    assert (await viewer_of(person, now=real_now)).posts == (LAMBETH,)
    await signin.end_person(COORDINATOR, by="operator", now=real_now + MINUTE)
    await signin.add_person(COORDINATOR, "Coordinator", now=real_now + 2 * MINUTE)
    assert (await viewer_of(person, now=real_now + 2 * MINUTE)).posts == ()


@pytest.mark.parametrize("post", [Post(Role.UNIT_LEAD, "met"), Post(Role.COORDINATOR, "", "CN")])
async def test_a_post_without_its_place_is_not_given(somebody: UUID, real_now: datetime, post: Post) -> None:
    with pytest.raises(NotAPost, match="Nothing was changed"):
        await appoint(somebody, post, by="operator", now=real_now)
    assert (await viewer_of(somebody, now=real_now)).posts == ()


def test_a_post_at_one_agency_reaches_no_other() -> None:
    viewer = of(LAMBETH, Post(Role.UNIT_LEAD, "met", "CN"))
    assert viewer.agencies(Act.SEE) == {"lambeth"}
    assert viewer.units(Act.SEE) == {"CN"}
    assert not viewer.may_everywhere(Act.SEE)


def test_an_administrator_of_everything_sees_no_case() -> None:
    viewer = of(Post(Role.ADMINISTRATOR))
    assert viewer.may(Act.APPOINT)
    assert not viewer.may(Act.SEE)


def of(*posts: Post) -> Viewer:
    return Viewer(UUID(int=7), posts)
