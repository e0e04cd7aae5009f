"""Signing in by a one-use link or its code: the people who may have one, and what it takes to use it.

An emailed link, and the code beside it, work in the browser that asked and in no other: a letter that was read
on the way, or a person who was talked into asking, gives nobody else a session. Only SHA-256 sums are stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid4

from piccolo.columns import Boolean
from piccolo.columns.combination import And, Where

from audit import trail
from notifications.addresses import header_address
from notifications.errors import UnsafeHeader
from web import sessions
from web.appointing import appoint, end_all
from web.sessions import Visitor, Way, is_active, sha256
from web.signin_tables import Asking
from web.tables import Person, SignInLink
from web.viewer import Post

LINK_LIFE = timedelta(minutes=15)
TRIES = 5  # codes that one browser may enter
_DIGITS = 8


class NotAnAddress(ValueError):
    """What was given is not a mail address such as name@council.gov.uk."""


class LinkSpent(Exception):
    """The link was used before, is older than 15 minutes, or never was one of ours."""


def plain_address(text: str) -> str:
    """The address without letter case, as it is stored and looked up.

    :raises NotAnAddress: when it is none.
    """
    try:
        return header_address(text.strip().casefold())
    except UnsafeHeader:
        raise NotAnAddress("not a mail address") from None


async def add_person(
    email: str,
    title: str,
    agency_code: str = "",
    *,
    keeps_rules: bool | None = None,
    publishes: bool | None = None,
    appointments: Iterable[Post] = (),
    by: str = "operator",
    now: datetime,
) -> UUID:
    """Somebody with this work address can sign in; an address that already can stays as it is.

    :param title: the role they are shown as, not their name.
    :param keeps_rules: whether they may change the rules from now on; None leaves that as it is, at first no.
    :param publishes: whether they may approve or release reports from now on; None likewise.
    :param appointments: posts that they hold from now on, beside those that they hold.
    :param by: who does it: an administrator's id, or "operator".
    :raises NotAnAddress: when the address is none.
    :raises NotAPost: when a post lacks its agency or its unit.
    """
    address = plain_address(email)
    async with Person._meta.db.transaction():
        person = Person(id=uuid4(), email=address, title=title, agency_code=agency_code)
        added = await Person.insert(person).on_conflict(target=Person.email, action="DO NOTHING")
        if added:
            await trail.record(by, "added a person", f"person {person.id}", now=now)
        found = await Person.select(Person.id, Person.active_until).where(Person.email == address).first()
        assert found is not None, "the address was there a moment ago, and people are never deleted"
        if found["active_until"] is not None:
            await Person.update({Person.active_until: None}).where(Person.id == found["id"])
            await trail.record(by, "gave a person access again", f"person {found['id']}", now=now)
        person_id = UUID(str(found["id"]))
        await _let(person_id, Person.keeps_rules, keeps_rules, "let a person keep the rules", by, now)
        await _let(person_id, Person.publishes, publishes, "let a person publish reports", by, now)
        for post in appointments:
            await appoint(person_id, post, by=by, now=now)
    return person_id


async def _let(person_id: UUID, right: Boolean, may: bool | None, action: str, by: str, now: datetime) -> None:
    """The person has the right, or has it no more; None leaves it as it is. What changed is in the log."""
    if may is None:
        return
    changed = await Person.update({right: may}).where((Person.id == person_id) & right.ne(may)).returning(Person.id)
    if changed:
        await trail.record(by, action if may else f"{action} no more", f"person {person_id}", now=now)


async def id_of(email: str) -> UUID | None:
    """The person with this address, whether or not they may still enter.

    :raises NotAnAddress: when the address is none.
    """
    found = await Person.select(Person.id).where(Person.email == plain_address(email)).first()
    return UUID(str(found["id"])) if found else None


async def titles_of(actors: Iterable[str]) -> dict[str, str]:
    """Each person's role by their id, of actors in the audit trail; processes and source systems are not in it."""
    ids = [UUID(actor) for actor in actors if _is_id(actor)]
    rows = await Person.select(Person.id, Person.title).where(Person.id.is_in(ids)) if ids else []
    return {str(row["id"]): row["title"] for row in rows}


def _is_id(actor: str) -> bool:
    try:
        return str(UUID(actor)) == actor
    except ValueError:
        return False


async def end_person(email: str, *, by: str, now: datetime) -> bool:
    """The person holds no post or right any more, can no longer sign in and is signed out; False where unknown.

    :raises NotAnAddress: when the address is none.
    """
    async with Person._meta.db.transaction():
        ended = (
            await Person.update({Person.active_until: now, Person.keeps_rules: False, Person.publishes: False})
            .where(Person.email == plain_address(email))
            .returning(Person.id)
        )
        if not ended:
            return False
        person_id = ended[0]["id"]
        await sessions.end_all_of(person_id, by=by, now=now)
        await end_all(person_id, by=by, now=now)
        await trail.record(by, "ended a person's access", f"person {person_id}", now=now)
    return True


@dataclass(frozen=True)
class NewLink:
    """What a letter carries: the link's token and its code, neither of which is stored."""

    id: UUID
    token: str
    code: str


class Standing(Enum):
    """What a link is good for in the browser that opens it."""

    GONE = "used, too old, or none of ours"
    ELSEWHERE = "asked for in another browser"
    GOOD = "good"


async def make_link(person_id: UUID, base_url: str, *, now: datetime) -> str:
    """A one-use link for this person, good for 15 minutes in any browser, to be shown by whoever runs Convene."""
    async with Person._meta.db.transaction():
        link = await new_link(person_id, now=now)
        await trail.record("operator", "made a sign-in link", f"person {person_id}", now=now)
    return f"{base_url}/sign-in/{link.token}"


async def new_link(person_id: UUID, *, browser_sha256: str = "", network: int = 0, now: datetime) -> NewLink:
    """There is a link, and a code, for this person in this browser; in any where none is given, and then no code."""
    link = NewLink(uuid4(), secrets.token_urlsafe(32), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}")
    await SignInLink.insert(
        SignInLink(
            id=link.id,
            person=person_id,
            token_sha256=sha256(link.token),
            created_at=now,
            expires_at=now + LINK_LIFE,
            browser_sha256=browser_sha256,
            code_sha256=_sealed(browser_sha256, link.code) if browser_sha256 else "",
            network=network,
        )
    )
    return link


async def cancel(link: NewLink, *, now: datetime) -> None:
    """The link opens nothing; it counts all the same among those that were asked for."""
    await SignInLink.update({SignInLink.used_at: now}).where(SignInLink.id == link.id)


async def standing(token: str, visitor: Visitor, *, now: datetime) -> Standing:
    """What the link is good for. Asking uses nothing up: mail scanners open links too."""
    found = await SignInLink.select(SignInLink.browser_sha256).where(_open(now), _is(token)).first()
    if found is None:
        return Standing.GONE
    return Standing.GOOD if found["browser_sha256"] in ("", sha256(visitor.asked)) else Standing.ELSEWHERE


async def use_link(token: str, visitor: Visitor, *, now: datetime) -> str:
    """The link is used up and a session has begun: its token.

    One conditional update claims the link: of two that come at once, one finds no row and is refused.

    :raises LinkSpent: when the link is not good, or not in this browser, or the person may no longer sign in.
    """
    here = SignInLink.browser_sha256.is_in(["", sha256(visitor.asked)])
    return await _enter(And(_is(token), here), visitor, by_code=False, now=now)


async def use_code(code: str, visitor: Visitor, *, now: datetime) -> str:
    """The code of a letter that this browser asked for is used up and a session has begun: its token.

    A try is counted before the code is looked at, whether or not the address has an account, so that neither
    many tries at once nor their number tell anything.

    :raises LinkSpent: when it is not the code, or not any more, or too many were tried.
    """
    own = sha256(visitor.asked)
    tried = (
        await Asking.update({Asking.tries: Asking.tries + 1})
        .where((Asking.browser_sha256 == own) & (Asking.expires_at > now) & (Asking.tries < TRIES))
        .returning(Asking.id)
    )
    digits = "".join(character for character in code if character in "0123456789")
    wanted = _sealed(own, digits) if tried else ""
    right = And(SignInLink.browser_sha256 == own, SignInLink.code_sha256 == wanted)
    return await _enter(right, visitor, by_code=True, now=now)


async def _enter(which: And, visitor: Visitor, *, by_code: bool, now: datetime) -> str:
    async with SignInLink._meta.db.transaction():
        claimed = (
            await SignInLink.update({SignInLink.used_at: now})
            .where(which, _open(now))
            .returning(SignInLink.person, SignInLink.browser_sha256)
        )
        person = await Person.objects().get(Person.id == claimed[0]["person"]) if claimed else None
        if person is None or not is_active(person, now):
            raise LinkSpent
        emailed = Way.CODE if by_code else Way.LETTER
        way = emailed if claimed[0]["browser_sha256"] else Way.OPERATOR
        return await sessions.begin(person.id, way, visitor, now=now)


def _open(now: datetime) -> And:
    return And(SignInLink.used_at.is_null(), SignInLink.expires_at > now)


def _is(token: str) -> Where:
    return SignInLink.token_sha256 == sha256(token)


def _sealed(browser_sha256: str, code: str) -> str:
    """Eight digits could be tried out by who reads the database; it gains them nothing without the browser."""
    return sha256(f"{browser_sha256} {code}")
