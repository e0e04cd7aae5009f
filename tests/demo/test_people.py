"""The demonstration's people: each role has somebody, at an agency and a unit that there are."""

from __future__ import annotations

from datetime import UTC, datetime

from demo import people
from directory.posts import post_at
from web.roles import Role


async def test_each_role_has_somebody_at_an_agency_that_the_directory_knows(rolled_back: None, london: None) -> None:
    posts = [post for one in people.PEOPLE for post in one.posts]
    assert {post.role for post in posts} == set(Role)
    for post in posts:
        assert await post_at(post.role, post.agency, post.unit) == post


async def test_each_has_a_link_and_starting_again_adds_nobody(rolled_back: None) -> None:
    from web.tables import Appointment, Person

    now = datetime.now(UTC)
    first = await people.links("http://convene.example", now=now, since=now)
    counted = await Person.count(), await Appointment.count()
    again = await people.links("http://convene.example", now=now, since=now)
    assert len({link for _, link in (*first, *again)}) == 2 * (1 + len(people.PEOPLE))
    assert (await Person.count(), await Appointment.count()) == counted
