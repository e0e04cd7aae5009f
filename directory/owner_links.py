"""Links in letters to the owners of entries: random, kept as hashes, each for one purpose, one thing and one address.

Whoever guesses one has 256 bits to guess. A later link to the same address about the same unit takes the place of
the one before it; what is over, used, replaced or never was looks the same to whoever opens it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from piccolo.custom_types import Combinable

from directory.errors import LinkGone
from directory.verification_tables import OwnerLink
from web.letters import Sender


class Purpose(StrEnum):
    """What a link is good for; the value is written in the database."""

    VERIFY = "verify"
    DECIDE = "decide"


PATHS = {Purpose.VERIFY: "/verify", Purpose.DECIDE: "/proposed"}


@dataclass(frozen=True)
class Made:
    """A link as the letter has it, and the Message-ID of that letter."""

    link: str
    message_id: str
    expires_at: datetime


async def make(
    purpose: Purpose, about: UUID, *, unit: UUID, sent_to: str, expires_at: datetime, sender: Sender, now: datetime
) -> Made:
    """A link for this address; one that it had for the same purpose and unit is over. In the caller's transaction."""
    await _end(
        (OwnerLink.purpose == purpose.value) & (OwnerLink.unit == unit) & (OwnerLink.sent_to == sent_to)
        if purpose is Purpose.VERIFY
        else (OwnerLink.about == about) & (OwnerLink.sent_to == sent_to),
        now,
    )
    token, link_id = secrets.token_urlsafe(32), uuid4()
    message_id = f"<{purpose.value}.{link_id}@{sender.address.rpartition('@')[2]}>"
    await OwnerLink.insert(
        OwnerLink(
            id=link_id,
            purpose=purpose.value,
            about=about,
            unit=unit,
            token_sha256=_sha256(token),
            sent_to=sent_to,
            message_id=message_id,
            made_at=now,
            expires_at=expires_at,
        )
    )
    return Made(f"{sender.base_url}{PATHS[purpose]}/{token}", message_id, expires_at)


async def found(purpose: Purpose, token: str, *, now: datetime) -> OwnerLink:
    """The link of this purpose. Looking uses nothing up: mail scanners open links as well.

    One that was used is found too, with `used`, so that its page can say what was done.

    :raises LinkGone: when there is none, or it is over without having been used.
    """
    row = await OwnerLink.objects().where(*_is(purpose, token)).first()
    if row is None or (not row.used and (row.ended_at is not None or row.expires_at <= now)):
        raise LinkGone
    return row


async def use(purpose: Purpose, token: str, *, used: str, now: datetime) -> OwnerLink:
    """The link is used up, in the caller's transaction: of two who use it at once, one finds it gone.

    :raises LinkGone: when it cannot be used (any more).
    """
    good = OwnerLink.ended_at.is_null() & (OwnerLink.expires_at > now)
    claimed = (
        await OwnerLink.update({OwnerLink.ended_at: now, OwnerLink.used: used})
        .where(*_is(purpose, token), good)
        .returning(OwnerLink.id)
    )
    row = await OwnerLink.objects().where(OwnerLink.id == claimed[0]["id"]).first() if claimed else None
    if row is None:
        raise LinkGone
    return row


async def end_all(about: UUID, *, now: datetime) -> None:
    """Every link about this is over, in the caller's transaction."""
    await _end(OwnerLink.about == about, now)


async def _end(which: Combinable, now: datetime) -> None:
    await OwnerLink.update({OwnerLink.ended_at: now}).where(which & OwnerLink.ended_at.is_null())


def _is(purpose: Purpose, token: str) -> tuple[Combinable, Combinable]:
    return OwnerLink.purpose == purpose.value, OwnerLink.token_sha256 == _sha256(token)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
