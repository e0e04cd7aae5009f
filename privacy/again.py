"""After an older database was restored: whoever was forgotten since is forgotten again, before anybody signs in.

The list is of Convene's own random numbers and tells nobody anything; it is kept elsewhere than the backups.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from meetings.episode_tables import Child
from meetings.removed import ISSUER
from privacy.errors import PrivacyError
from privacy.forgetting import forget


async def forgotten() -> list[UUID]:
    """Every child that was forgotten, by its number."""
    rows = await Child.select(Child.id).where(Child.issuer == ISSUER).order_by(Child.id)
    return [row["id"] for row in rows]


async def forget_again(children: Iterable[UUID], *, by: str, now: datetime) -> tuple[int, dict[UUID, str]]:
    """Those of these children who are known again are forgotten; how many, and why some could not be.

    Doing so twice is doing so once. What is open in the older copy must end first.
    """
    done, left = 0, {}
    for child in children:
        try:
            done += bool(await forget(child, by=by, why="restored from a backup", now=now))
        except PrivacyError as why:
            left[child] = str(why)
    return done, left
