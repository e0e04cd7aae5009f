"""Sessions: begun with a fresh token at each sign-in, limited in time, listed, and ended one by one or all at once.

They follow the real time: the demonstration moves its clock, and nobody should be signed out by that.
Only the SHA-256 of a token is stored: who reads the database cannot enter with what is in it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from piccolo.columns.combination import And
from piccolo.query.functions.aggregate import Max

from audit import trail
from web.tables import Person, SignIn

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=12)  # a working day, however busy
SEEN_EVERY = timedelta(minutes=1)  # how exactly the last act of a session is known


class Way(StrEnum):
    """How somebody signed in, as their list of sessions says it."""

    LETTER = "by an emailed link"
    CODE = "by an emailed code"
    OPERATOR = "by a link from whoever runs Convene"
    OPENID = "through your organisation"


@dataclass(frozen=True)
class Visitor:
    """What a browser brings when somebody comes in with it.

    :param session: the token of the session that it had, which ends.
    :param asked: the secret that it was given when it asked for a letter.
    :param words: the browser in plain words, `web.browsers`.
    """

    session: str = ""
    asked: str = ""
    words: str = ""


@dataclass(frozen=True)
class Session:
    """One live session as its owner sees it. Instants are aware."""

    id: UUID
    started_at: datetime
    last_seen_at: datetime
    browser: str
    way: str
    is_this: bool


async def begin(person: UUID, way: Way, visitor: Visitor, *, provider: str = "", now: datetime) -> str:
    """A session has begun: its token, which no browser has held before. Whoever calls has checked the person.

    The session that the browser had ends: nothing of it, planted or not, lives on.
    """
    async with SignIn._meta.db.transaction():
        await _end(visitor.session, now)
        token, session_id = secrets.token_urlsafe(32), uuid4()
        await SignIn.insert(
            SignIn(
                id=session_id,
                person=person,
                token_sha256=sha256(token),
                started_at=now,
                last_seen_at=now,
                expires_at=now + LONGEST,
                browser=visitor.words,
                way=way,
                provider=provider,
            )
        )
        await trail.record(str(person), "signed in", f"session {session_id}", now=now)
    return token


async def person_of(session: str, *, now: datetime) -> Person | None:
    """Who is signed in with this session's token, if it lives and they still may; its last use is noted."""
    if not session:
        return None
    found = await SignIn.objects(SignIn.person).where((SignIn.token_sha256 == sha256(session)) & _lives(now)).first()
    if found is None or not is_active(found.person, now):
        return None
    if now - found.last_seen_at > SEEN_EVERY:
        await SignIn.update({SignIn.last_seen_at: now}).where(SignIn.id == found.id)
    person: Person = found.person
    return person


async def of_person(person: UUID, *, this: str, now: datetime) -> list[Session]:
    """The person's live sessions, the newest first.

    :param this: the token of the session that asks.
    """
    rows = (
        await SignIn.select(
            SignIn.id, SignIn.started_at, SignIn.last_seen_at, SignIn.browser, SignIn.way, SignIn.token_sha256
        )
        .where((SignIn.person == person) & _lives(now))
        .order_by(SignIn.started_at, ascending=False)
    )
    own = sha256(this)
    return [Session(is_this=row.pop("token_sha256") == own, **row) for row in rows]


async def last_begun(people: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of these people last signed in, as far as sessions are kept; who is not in it has none on record."""
    if not people:
        return {}
    rows = (
        await SignIn.select(SignIn.person, Max(SignIn.started_at, alias="at"))
        .where(SignIn.person.is_in(list(people)))
        .group_by(SignIn.person)
    )
    return {row["person"]: row["at"] for row in rows}


async def sign_out(session: str, *, now: datetime) -> str:
    """The session is over; ending it again is harmless. Through which organisation it began, or ""."""
    provider = ""
    async with SignIn._meta.db.transaction():
        for ended in await _end(session, now):
            await trail.record(str(ended["person"]), "signed out", f"session {ended['id']}", now=now)
            provider = str(ended["provider"])
    return provider


async def end_one(session: UUID, *, person: UUID, now: datetime) -> bool:
    """The person's own session of this id is over, from the next request on; False when they have none such."""
    async with SignIn._meta.db.transaction():
        ended = (
            await SignIn.update({SignIn.ended_at: now})
            .where((SignIn.id == session) & (SignIn.person == person) & SignIn.ended_at.is_null())
            .returning(SignIn.id)
        )
        if ended:
            await trail.record(str(person), "ended a session", f"session {session}", now=now)
    return bool(ended)


async def end_all_of(person: UUID, *, by: str, now: datetime, but: str = "") -> int:
    """The person is signed out everywhere; how many sessions that ended.

    :param by: who does it: the person themselves, an administrator's id, or "operator".
    :param but: the token of the one session that goes on.
    """
    async with SignIn._meta.db.transaction():
        ended = (
            await SignIn.update({SignIn.ended_at: now})
            .where((SignIn.person == person) & SignIn.ended_at.is_null() & (SignIn.token_sha256 != sha256(but)))
            .returning(SignIn.id)
        )
        if ended:
            detail = {"sessions": len(ended)}
            await trail.record(by, "ended sessions", f"person {person}", now=now, detail=detail)
    return len(ended)


async def _end(session: str, now: datetime) -> list[dict[str, object]]:
    ended: list[dict[str, object]] = (
        await SignIn.update({SignIn.ended_at: now})
        .where((SignIn.token_sha256 == sha256(session)) & SignIn.ended_at.is_null())
        .returning(SignIn.id, SignIn.person, SignIn.provider)
    )
    return ended


def _lives(now: datetime) -> And:
    return And(And(SignIn.ended_at.is_null(), SignIn.expires_at > now), SignIn.last_seen_at > now - IDLE)


def is_active(person: Person, now: datetime) -> bool:
    """Whether the person may still enter."""
    return person.active_until is None or person.active_until > now


def sha256(token: str) -> str:
    """What is stored of a token; it is random enough that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
