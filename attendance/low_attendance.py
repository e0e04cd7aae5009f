"""When attendance is low enough to tell a superintendent: data that whoever keeps the rules may change."""

from __future__ import annotations

from datetime import datetime

from attendance.climbing import in_turn
from attendance.errors import UnsuitableThreshold
from attendance.ladder_tables import LadderSetting
from audit import trail

LONGEST_WHY = 200


async def threshold() -> LadderSetting:
    """The setting as it stands; the product's own where nobody has changed it."""
    return await LadderSetting.objects().first() or LadderSetting()


async def set_threshold(*, percent: int, minimum: int, days: int, why: str, by: str, now: datetime) -> None:
    """From the next look at attendance on, these decide; what was told already stays told. Why is in the audit trail.

    :param percent: of expected seats with an outcome; :param minimum: of those seats; :param days: looked back on.
    :raises UnsuitableThreshold: where one of them cannot be; nothing was changed.
    """
    for field, value, least, most in (
        ("percent", percent, 1, 100),
        ("minimum", minimum, 1, 1000),
        ("days", days, 7, 366),
    ):
        if not least <= value <= most:
            raise UnsuitableThreshold(field, f"Enter a number from {least} to {most}.")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise UnsuitableThreshold("why", f"Say why, in {LONGEST_WHY} characters or fewer.")
    async with LadderSetting._meta.db.transaction():
        row = await in_turn()
        await LadderSetting.update(
            {
                LadderSetting.low_rate_percent: percent,
                LadderSetting.low_rate_minimum: minimum,
                LadderSetting.low_rate_days: days,
            }
        ).where(LadderSetting.id == row.id)
        detail = {"percent": percent, "minimum": minimum, "days": days, "why": why.strip()}
        await trail.record(by, "low attendance threshold set", "ladder", now=now, detail=detail)
