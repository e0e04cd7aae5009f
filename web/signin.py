"""Signing in by an emailed one-use link: links, sessions and the people who may have them.

Sessions follow the real time: the demonstration moves its clock, and nobody should be signed out by that.
Only the SHA-256 of a token is stored: who reads the database cannot enter with what is in it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from piccolo.columns import Boolean

from audit import trail
from notifications import outbox
from notifications.addresses import header_address
from notifications.errors import UnsafeHeader
from web.appointing import appoint, end_all
from web.letters import Sender, sign_in_letter
from web.tables import Person, SignIn, SignInLink
from web.viewer import Post

LINK_LIFE = timedelta(minutes=15)
LINKS_AT_MOST = 5  # an address, in LINK_LIFE
IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=12)  # a working day, however busy
SEEN_EVERY = timedelta(minutes=1)  # how exactly the last act of a session is known


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
    now: datetime,
) -> UUID:
    """Somebody with this work address can sign in; an address that already can stays as it is.

    :param title: the role they are shown as, not their name.
    :param keeps_rules: whether they may change the rules from now on; None leaves that as it is, at first no.
    :param publishes: whether they may approve or release reports from now on; None likewise.
    :param appointments: posts that they hold from now on, beside those that they hold.
    :raises NotAnAddress: when the address is none.
    :raises NotAPost: when a post lacks its agency or its unit.
    """
    address = plain_address(email)
    async with Person._meta.db.transaction():
        person = Person(id=uuid4(), email=address, title=title, agency_code=agency_code)
        added = await Person.insert(person).on_conflict(target=Person.email, action="DO NOTHING")
        if added:
            await trail.record("operator", "added a person", f"person {person.id}", now=now)
        found = await Person.select(Person.id, Person.active_until).where(Person.email == address).first()
        assert found is not None, "the address was there a moment ago, and people are never deleted"
        if found["active_until"] is not None:
            await Person.update({Person.active_until: None}).where(Person.id == found["id"])
            await trail.record("operator", "gave a person access again", f"person {found['id']}", now=now)
        person_id = UUID(str(found["id"]))
        await _let(person_id, Person.keeps_rules, keeps_rules, "let a person keep the rules", now)
        await _let(person_id, Person.publishes, publishes, "let a person publish reports", now)
        for post in appointments:
            await appoint(person_id, post, by="operator", now=now)
    return person_id


async def _let(person_id: UUID, right: Boolean, may: bool | None, action: str, now: datetime) -> None:
    """The person has the right, or has it no more; None leaves it as it is. What changed is in the log."""
    if may is None:
        return
    changed = await Person.update({right: may}).where((Person.id == person_id) & right.ne(may)).returning(Person.id)
    if changed:
        await trail.record("operator", action if may else f"{action} no more", f"person {person_id}", now=now)


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
        await SignIn.update({SignIn.ended_at: now}).where((SignIn.person == person_id) & SignIn.ended_at.is_null())
        await end_all(person_id, by=by, now=now)
        await trail.record(by, "ended a person's access", f"person {person_id}", now=now)
    return True


async def send_link(email: str, *, sender: Sender, next_path: str, now: datetime, posted_at: datetime) -> None:
    """A one-use link is on its way, if this address may sign in and was not sent five just now; else nothing.

    The caller learns nothing of which it was.

    :param now: the real time, from which the link's 15 minutes run.
    :param posted_at: the application's time, by which the outbox decides when to send.
    :raises NotAnAddress: when the address is none.
    """
    address = plain_address(email)
    async with Person._meta.db.transaction():
        person = await Person.objects().where(Person.email == address).lock_rows().first()
        if person is None or not _is_active(person, now):
            return
        recent = await SignInLink.count().where(
            (SignInLink.person == person.id) & (SignInLink.created_at > now - LINK_LIFE)
        )
        if recent >= LINKS_AT_MOST:
            await trail.record(str(person.id), "was refused a sixth sign-in link", f"person {person.id}", now=now)
            return
        token, link_id = await _new_link(person.id, now)
        letter = sign_in_letter(sender, address, sender.link(token, next_path), link_id=link_id, sent_at=posted_at)
        await outbox.enqueue(
            letter,
            key=f"sign-in:{link_id}",
            kind="sign-in",
            now=posted_at,
            useful_until=posted_at + LINK_LIFE,
        )
        await trail.record(str(person.id), "asked for a sign-in link", f"person {person.id}", now=now)


async def make_link(person_id: UUID, base_url: str, *, now: datetime) -> str:
    """A one-use link for this person, good for 15 minutes, to be shown by whoever runs Convene."""
    async with Person._meta.db.transaction():
        token, _ = await _new_link(person_id, now)
        await trail.record("operator", "made a sign-in link", f"person {person_id}", now=now)
    return f"{base_url}/sign-in/{token}"


async def _new_link(person_id: UUID, now: datetime) -> tuple[str, UUID]:
    token, link_id = secrets.token_urlsafe(32), uuid4()
    await SignInLink.insert(
        SignInLink(
            id=link_id,
            person=person_id,
            token_sha256=sha256(token),
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    return token, link_id


async def is_good(token: str, *, now: datetime) -> bool:
    """Whether the link could still be used. Asking uses nothing up: mail scanners open links too."""
    return await SignInLink.exists().where(
        (SignInLink.token_sha256 == sha256(token)) & SignInLink.used_at.is_null() & (SignInLink.expires_at > now)
    )


async def use_link(token: str, *, replaces: str, now: datetime) -> str:
    """The link is used up and a session has begun: its token, which no browser has held before.

    1. One conditional update claims the link: of two that come at once, one finds no row and is refused.
    2. The session that the browser had (`replaces`) ends: nothing of it, planted or not, lives on.

    :raises LinkSpent: when the link is not good, or the person may no longer sign in.
    """
    async with SignIn._meta.db.transaction():
        claimed = (
            await SignInLink.update({SignInLink.used_at: now})
            .where(
                (SignInLink.token_sha256 == sha256(token))
                & SignInLink.used_at.is_null()
                & (SignInLink.expires_at > now)
            )
            .returning(SignInLink.person)
        )
        person = await Person.objects().get(Person.id == claimed[0]["person"]) if claimed else None
        if person is None or not _is_active(person, now):
            raise LinkSpent
        await _end(replaces, now)
        session, session_id = secrets.token_urlsafe(32), uuid4()
        await SignIn.insert(
            SignIn(
                id=session_id,
                person=person.id,
                token_sha256=sha256(session),
                started_at=now,
                last_seen_at=now,
                expires_at=now + LONGEST,
            )
        )
        await trail.record(str(person.id), "signed in", f"session {session_id}", now=now)
    return session


async def person_of(session: str, *, now: datetime) -> Person | None:
    """Who is signed in with this session's token, if it lives and they still may; its last use is noted."""
    if not session:
        return None
    found = (
        await SignIn.objects(SignIn.person)
        .where(
            (SignIn.token_sha256 == sha256(session))
            & SignIn.ended_at.is_null()
            & (SignIn.expires_at > now)
            & (SignIn.last_seen_at > now - IDLE)
        )
        .first()
    )
    if found is None or not _is_active(found.person, now):
        return None
    if now - found.last_seen_at > SEEN_EVERY:
        await SignIn.update({SignIn.last_seen_at: now}).where(SignIn.id == found.id)
    person: Person = found.person
    return person


async def sign_out(session: str, *, now: datetime) -> None:
    """The session is over; ending it again is harmless."""
    async with SignIn._meta.db.transaction():
        for ended in await _end(session, now):
            await trail.record(str(ended["person"]), "signed out", f"session {ended['id']}", now=now)


async def _end(session: str, now: datetime) -> list[dict[str, object]]:
    ended: list[dict[str, object]] = (
        await SignIn.update({SignIn.ended_at: now})
        .where((SignIn.token_sha256 == sha256(session)) & SignIn.ended_at.is_null())
        .returning(SignIn.id, SignIn.person)
    )
    return ended


def _is_active(person: Person, now: datetime) -> bool:
    return person.active_until is None or person.active_until > now


def sha256(token: str) -> str:
    """What is stored of a token; it is random enough that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
