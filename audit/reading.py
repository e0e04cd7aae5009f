"""Write down who opened what: like every act, in the transaction that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from audit import trail

OPENED = "opened "
"""How the action of every view begins; no change is called so."""


async def opened(
    actor: str, what: str, subject: str, *, now: datetime, detail: Mapping[str, object] | None = None
) -> None:
    """That this was shown to the actor is in the log, if and only if the caller's transaction commits.

    Each time is an entry of its own: entries are never changed, so nothing is counted up in one, and whoever asks
    how often a case was opened, and when, is owed the answer.

    :param what: with its article, for example "the register".
    :param subject: as in `trail.record`.
    """
    await trail.record(actor, f"{OPENED}{what}", subject, now=now, detail=detail)
