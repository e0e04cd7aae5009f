"""Who tries too often is held up: counted in the database, so that all web processes count together.

Only what is wrong is ever refused for it. A sealed link that is right works however many others guess: behind the
one address of a large office, or of a whole police force, nobody loses an invitation to a neighbour's script.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

import structlog

from audit import trail
from web.clients import NUMBERS
from web.signin_tables import Tally

log = structlog.get_logger()
WINDOW = timedelta(minutes=15)
_COUNT = """
INSERT INTO sign_in_tally AS tally (id, began_at, tries) VALUES ({}, {}, 1)
ON CONFLICT (id) DO UPDATE SET
    tries = CASE WHEN tally.began_at > {} THEN tally.tries + 1 ELSE 1 END,
    began_at = CASE WHEN tally.began_at > {} THEN tally.began_at ELSE EXCLUDED.began_at END
RETURNING tries
"""


class Kind(IntEnum):
    """What is counted. The values are in the database."""

    ASKING = 0  # letters asked for
    CODE = 1  # wrong codes
    LINK = 2  # addresses of links that lead nowhere


AT_MOST = {Kind.ASKING: 100, Kind.CODE: 30, Kind.LINK: 100}  # in WINDOW, of one network
_WORDS = {Kind.ASKING: "letters to sign in", Kind.CODE: "wrong codes", Kind.LINK: "links that lead nowhere"}


async def count(kind: Kind, number: int, *, now: datetime) -> bool:
    """One more is counted. Whether it was one too many; the first of those is in the audit trail and in the log."""
    since = now - WINDOW
    (row,) = await Tally.raw(_COUNT, kind * NUMBERS + number, now, since, since)
    if row["tries"] == AT_MOST[kind] + 1:
        await _alert(kind, now)
    return bool(row["tries"] > AT_MOST[kind])


async def is_held_up(kind: Kind, number: int, *, now: datetime) -> bool:
    """Whether the next one would be one too many. Asking counts nothing."""
    return await Tally.exists().where(
        (Tally.id == kind * NUMBERS + number) & (Tally.began_at > now - WINDOW) & (Tally.tries >= AT_MOST[kind])
    )


async def _alert(kind: Kind, now: datetime) -> None:
    """Where they come from stands in the proxy's log, which is made for that; ours holds no client's address."""
    await trail.record("web", "held up a network", f"too many {_WORDS[kind]}", now=now)
    log.warning("too many tries", of=_WORDS[kind], minutes=WINDOW.seconds // 60)
