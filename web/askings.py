"""Asking for a letter to sign in: taken down at once, answered a moment later by the worker.

The page that takes an asking down does the same for every address and looks nobody up: neither its words nor its
time can tell who has an account, because it does not know. The worker looks, and writes to those who have one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

import structlog

from audit import trail
from notifications import outbox
from web.letters import Sender, organisation_letter, sign_in_letter
from web.sessions import is_active, sha256
from web.signin import LINK_LIFE, NewLink, cancel, new_link, plain_address
from web.signin_tables import Asking
from web.tables import Person, SignInLink

log = structlog.get_logger()
ASKING_LIFE = 2 * LINK_LIFE  # the letter is written within it, and its link outlives it not
FROM_ONE_NETWORK, FROM_ALL = 5, 15  # letters to one account, in LINK_LIFE
AT_ONCE = 100
NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


async def ask(email: str, *, asked: str, next_path: str, network: int, now: datetime) -> str:
    """It is taken down that this browser asks for a letter; the secret that the browser is to keep.

    :param asked: the secret that it keeps from an earlier asking, or "": while no code was tried with it, it goes
        on, so that whichever letter comes first can be used.
    :param now: the real time, from which everything here runs.
    :raises NotAnAddress: when the address is none.
    """
    address = plain_address(email)
    fresh = Asking.exists().where(
        (Asking.browser_sha256 == sha256(asked)) & (Asking.expires_at > now) & (Asking.tries == 0)
    )
    secret = asked if asked and await fresh else secrets.token_urlsafe(32)
    await Asking.insert(
        Asking(
            id=uuid4(),
            email=address,
            next_path=next_path,
            browser_sha256=sha256(secret),
            network=network,
            asked_at=now,
            expires_at=now + ASKING_LIFE,
        )
    )
    return secret


async def answer_due(
    sender: Sender, *, through: Mapping[str, str] = NOBODY, now: datetime, posted_at: datetime
) -> None:
    """Every asking has its letter if its address may sign in; those that are over are forgotten.

    :param through: mail domains whose people sign in through their organisation alone, and what it is called.
    :param now: the real time.
    :param posted_at: the application's time, by which the outbox decides when to send.
    """
    await Asking.delete().where(Asking.expires_at <= now)
    due = await Asking.select(Asking.id).where(Asking.answered_at.is_null()).order_by(Asking.asked_at).limit(AT_ONCE)
    for row in due:
        try:
            await _answer(row["id"], sender, through, now, posted_at)
        except Exception as failure:  # the others get their letters; this one is tried again until it is over
            log.error("letter to sign in not written", asking=str(row["id"]), error=type(failure).__name__)


async def _answer(
    asking_id: UUID, sender: Sender, through: Mapping[str, str], now: datetime, posted_at: datetime
) -> None:
    """The asking is answered once, however many workers there are; its address is kept no longer."""
    async with Asking._meta.db.transaction():
        waits = (Asking.id == asking_id) & Asking.answered_at.is_null()
        asking = await Asking.objects().where(waits).lock_rows(skip_locked=True).first()
        if asking is None:
            return
        await Asking.update({Asking.answered_at: now, Asking.email: ""}).where(Asking.id == asking_id)
        person = await Person.objects().where(Person.email == asking.email).lock_rows().first()
        if person is None or not is_active(person, now):
            return
        subject = f"person {person.id}"
        if await _has_enough(person.id, asking.network, now):
            await trail.record(str(person.id), "was refused one more sign-in link", subject, now=now)
            return
        link = await new_link(person.id, browser_sha256=asking.browser_sha256, network=asking.network, now=now)
        organisation = through.get(asking.email.rpartition("@")[2], "")
        if organisation:
            await cancel(link, now=now)
        await _send(sender, asking, link, organisation, posted_at)
        await trail.record(str(person.id), "asked for a sign-in link", subject, now=now)


async def _send(sender: Sender, asking: Asking, link: NewLink, organisation: str, posted_at: datetime) -> None:
    if organisation:
        letter = organisation_letter(sender, asking.email, organisation, link_id=link.id, sent_at=posted_at)
    else:
        address = sender.link(link.token, asking.next_path)
        letter = sign_in_letter(sender, asking.email, address, link.code, link_id=link.id, sent_at=posted_at)
    await outbox.enqueue(
        letter, key=f"sign-in:{link.id}", kind="sign-in", now=posted_at, useful_until=posted_at + LINK_LIFE
    )


async def _has_enough(person: UUID, network: int, now: datetime) -> bool:
    """Five letters asked for from one network, fifteen in all: one who pesters leaves room for the person."""
    recent = await SignInLink.select(SignInLink.network).where(
        (SignInLink.person == person) & (SignInLink.created_at > now - LINK_LIFE) & (SignInLink.browser_sha256 != "")
    )
    return len(recent) >= FROM_ALL or sum(row["network"] == network for row in recent) >= FROM_ONE_NETWORK
