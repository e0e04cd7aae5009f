"""What the simulated London has agreed about the rules: a change to come, and one authority's rule of its own.

Both begin after the year is over, so that what the year holds stays as it was.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from meetings.rule_changes import change, standing, versions_of
from meetings.rule_terms import terms_of
from web.moments import london_date

AGREED_BY: Final = "demonstration"
CAMDEN: Final = "E09000007"
FORTY_TWO: Final = {"when": "repeated", "count": 3, "days": 42, "count_refused": True}
_SOON, _LATER = timedelta(days=14), timedelta(days=42)


async def agree_on_rules(now: datetime) -> None:
    """Camden counts three episodes in 42 days; high gradings are soon to be met about within 18 hours."""
    await _agree("REPEAT", CAMDEN, now, _SOON, condition=FORTY_TWO)
    await _agree("HIGH", "", now, _LATER, clock_amount=18)


async def _agree(code: str, place: str, now: datetime, after: timedelta, **parts: Any) -> None:
    before = standing(await versions_of(code), "")
    assert before is not None, "the suggested rules are there before the demonstration begins"
    await change(
        code,
        place,
        replace(terms_of(before), **parts),
        seen=before.id,
        from_day=london_date(now + after),
        reason="Agreed for the demonstration",
        by=AGREED_BY,
        now=now,
    )
