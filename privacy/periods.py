"""How long each kind of data is kept: the product's default, or what the authority set, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from audit import trail
from privacy.errors import Unsuitable
from privacy.kinds import KINDS
from privacy.tables import RetentionPeriod

NOTICE: Final = timedelta(days=7)  # what will go is shown for so long before it goes
LONGEST_WHY: Final = 300


@dataclass(frozen=True)
class Period:
    """How long a kind is kept; `holds_from` is None for the product's default."""

    days: int
    why: str
    holds_from: datetime | None = None
    set_by: str = ""

    def before(self, at: datetime) -> datetime:
        """What began before this instant has had its time at `at`."""
        return at - timedelta(days=self.days)


async def periods(at: datetime) -> dict[str, Period]:
    """The period of every kind as it holds at this instant."""
    return {kind: rows[0] for kind, rows in (await histories(at)).items()}


async def histories(at: datetime) -> dict[str, list[Period]]:
    """Every period that held until this instant, the one that holds in front, the default last."""
    found: dict[str, list[Period]] = {code: [] for code in KINDS}
    for row in (
        await RetentionPeriod.objects()
        .where(RetentionPeriod.holds_from <= at)
        .order_by(RetentionPeriod.id, ascending=False)
    ):
        if row.kind in found:
            found[row.kind].append(Period(row.days, row.why, row.holds_from, row.set_by))
    return {code: [*rows, Period(KINDS[code].days, KINDS[code].why)] for code, rows in found.items()}


async def set_period(kind: str, days: int, *, why: str, by: str, now: datetime) -> datetime:
    """The kind is kept so long from some days on, when what will go has been seen; returns from when.

    :raises Unsuitable: with the field and the sentence; nothing was changed.
    """
    known = KINDS.get(kind)
    if known is None:
        raise Unsuitable("kind", "Choose which kind of data is meant.")
    if not known.least <= days <= known.most:
        raise Unsuitable("days", f"Enter a number of days from {known.least} to {known.most}.")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Unsuitable("why", f"Say why, in {LONGEST_WHY} characters or fewer.")
    async with RetentionPeriod._meta.db.transaction():
        row = RetentionPeriod(kind=kind, days=days, why=why.strip(), set_at=now, set_by=by, holds_from=now + NOTICE)
        await RetentionPeriod.insert(row)
        await trail.record(by, "period set", f"retention:{kind}", now=now, detail={"days": days})
    return now + NOTICE
