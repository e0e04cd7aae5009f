"""The demonstration's people: one in each role, so that each can be looked at with their own eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from web import signin
from web.roles import Role
from web.viewer import Post

COUNCIL, HEALTH, POLICE, BCU = "lambeth-council", "lambeth-health", "metropolitan-police-service", "AS"


@dataclass(frozen=True)
class Somebody:
    """One person: the address, the role they are shown as, and what they are appointed to."""

    email: str
    title: str
    posts: Sequence[Post]
    keeps_rules: bool = False
    publishes: bool = False


DESK = Somebody(
    "coordinator@convene.example",
    "Missing coordinator, demonstration",
    [Post(role) for role in (Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)],
    keeps_rules=True,
    publishes=True,
)
PEOPLE = (
    Somebody("lambeth@convene.example", "Missing coordinator, Lambeth", [Post(Role.COORDINATOR, COUNCIL)]),
    Somebody("manager@convene.example", "Safeguarding manager, Lambeth", [Post(Role.MANAGER, COUNCIL)]),
    Somebody("lead@convene.example", "Missing unit lead, AS", [Post(Role.UNIT_LEAD, POLICE, BCU)]),
    Somebody("nurse@convene.example", "Safeguarding nurse, Lambeth", [Post(Role.PARTNER, HEALTH)]),
    Somebody("officer@convene.example", "Committee officer, demonstration", [Post(Role.ANALYST)], publishes=True),
    Somebody("member@convene.example", "Member of the committee", [Post(Role.COMMITTEE)]),
    Somebody("administrator@convene.example", "Administrator, demonstration", [Post(Role.ADMINISTRATOR)]),
)


async def links(base_url: str, *, now: datetime, since: datetime) -> list[tuple[str, str]]:
    """Everybody has an account, their appointments and a one-use link; first the desk that sees the whole city.

    :param now: the real time, by which links end.
    :param since: from when on the appointments hold, where they are new.
    """
    found = []
    for one in (DESK, *PEOPLE):
        person = await signin.add_person(
            one.email,
            one.title,
            keeps_rules=one.keeps_rules or None,
            publishes=one.publishes or None,
            appointments=one.posts,
            now=since,
        )
        found.append((one.title, await signin.make_link(person, base_url, now=now)))
    return found
