"""Which systems may report through the JSON door: each by a bearer token, of which only the SHA-256 is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from typing import Final

from audit import trail
from meetings.episode_tables import SourceSystem
from meetings.intake.errors import SourceExists, UnsuitableSource

RESERVED: Final = frozenset({"form", "convene", "demo"})

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
_ISSUER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}", re.ASCII)


async def add_source(name: str, issuer: str, now: datetime) -> str:
    """The system may report from now on; its token is returned, this once.

    :param name: what its episodes are marked with, such as `lambeth-lcs`.
    :param issuer: whose numbering its child references belong to; systems with the same issuer speak of the same
        children. The files of an authority are issued by its place code, so use that for its own systems.
    :raises UnsuitableSource: when name or issuer are no short plain words, or reserved.
    :raises SourceExists: when there is a system of this name.
    """
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise UnsuitableSource(
            "A source's name is 2 to 40 small letters, numbers and . _ - and none of " + ", ".join(sorted(RESERVED))
        )
    if not _ISSUER.fullmatch(issuer):
        raise UnsuitableSource("An issuer is 2 to 40 letters, numbers and . _ - such as E09000022.")
    token = secrets.token_urlsafe(32)
    row = SourceSystem(name=name, issuer=issuer, token_sha256=_digest(token), created_at=now)
    async with SourceSystem._meta.db.transaction():
        added = (
            await SourceSystem.insert(row)
            .on_conflict(target=SourceSystem.name, action="DO NOTHING")
            .returning(SourceSystem.name)
        )
        if not added:
            raise SourceExists(name)
        await trail.record("operator", "source system added", f"source:{name}", now=now, detail={"issuer": issuer})
    return token


async def end_source(name: str, now: datetime) -> None:
    """The system's token is taken no more; ending it again does nothing. What it reported stays."""
    async with SourceSystem._meta.db.transaction():
        ended = (
            await SourceSystem.update({SourceSystem.ended_at: now})
            .where(SourceSystem.name == name, SourceSystem.ended_at.is_null())
            .returning(SourceSystem.name)
        )
        if ended:
            await trail.record("operator", "source system ended", f"source:{name}", now=now)


async def source_of_token(token: str, now: datetime) -> SourceSystem | None:
    """The system that this token belongs to, if it may still report."""
    row = await SourceSystem.objects().where(SourceSystem.token_sha256 == _digest(token)).first()
    if row is None or (row.ended_at is not None and row.ended_at <= now):
        return None
    return row


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
