"""What a background job cannot do is said to people in a sentence, from the first time until it can."""

from __future__ import annotations

from datetime import datetime

from notifications.tables import Trouble

LONGEST = 300


async def met(job: str, said: str, *, now: datetime) -> None:
    """The job has this trouble; since when it could not be done stays as it was."""
    row = Trouble(job=job, said=said[:LONGEST], since=now)
    await Trouble.insert(row).on_conflict(target=Trouble.job, action="DO UPDATE", values=[Trouble.said])


async def over(job: str) -> None:
    """The job has no trouble any more."""
    await Trouble.delete().where(Trouble.job == job)


async def standing() -> list[Trouble]:
    """Every trouble there is, the oldest first."""
    return await Trouble.objects().order_by(Trouble.since, Trouble.job)
