"""A rule as the tests of its changes begin: the suggested one, and what is to become of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from meetings.rule_changes import change, standing, versions_of
from meetings.rule_terms import Terms, terms_of
from meetings.tables import Rule
from web.moments import london_date

CAMDEN, LAMBETH = "E09000007", "E09000022"
BY = "keeper"
TOMORROW = timedelta(days=1)


async def present(code: str, place: str = "") -> Rule:
    versions = await versions_of(code)
    found = standing(versions, place) or standing(versions, "")
    assert found is not None
    return found


async def says(code: str, place: str = "") -> Terms:
    return terms_of(await present(code, place))


async def is_changed(code: str, now: datetime, *, place: str = "", from_day: date | None = None, **parts: Any) -> int:
    """The rule's terms with these parts another, from tomorrow where no day is given; the new version's number."""
    before = await present(code, place)
    return await change(
        code,
        place,
        replace(terms_of(before), **parts),
        seen=before.id,
        from_day=from_day or london_date(now + TOMORROW),
        reason="Agreed by the partnership on 12 November 2026",
        by=BY,
        now=now,
    )
