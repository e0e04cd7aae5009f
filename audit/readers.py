"""How much each person has read lately, and what is usual for them, counted from the log."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from audit.tables import Entry
from audit.unusual import AT_NIGHT, EMERGENCIES, MANY, REFUSED, WEEKS, Reading

# A case is opened as a meeting, a child or an episode; lists and single letters are none.
_CASE = "action LIKE 'opened %' AND (subject LIKE 'meeting:%' OR subject LIKE 'child:%' OR subject LIKE 'episode:%')"
_NIGHT = """
(extract(hour FROM at AT TIME ZONE 'Europe/London') >= 20 OR extract(hour FROM at AT TIME ZONE 'Europe/London') < 6
 OR extract(isodow FROM at AT TIME ZONE 'Europe/London') > 5)
"""
_TODAY = f"""
SELECT actor,
       count(DISTINCT subject) FILTER (WHERE at > {{}} AND {_CASE}) AS in_an_hour,
       count(DISTINCT subject) FILTER (WHERE {_CASE} AND {_NIGHT}) AS at_night,
       count(*) FILTER (WHERE action = 'was refused a case') AS refused,
       count(*) FILTER (WHERE action = 'took emergency access') AS emergencies
FROM audit_entry WHERE at >= {{}} AND at <= {{}} AND length(actor) = 36 GROUP BY actor
"""
_USUAL = f"""
SELECT coalesce(max(cases), 0) AS busiest_hour, coalesce(sum(nights), 0)::int AS nights_before FROM (
    SELECT count(DISTINCT subject) AS cases, count(DISTINCT subject) FILTER (WHERE {_NIGHT}) AS nights
    FROM audit_entry WHERE actor = {{}} AND at >= {{}} AND at < {{}} AND {_CASE} GROUP BY date_trunc('hour', at)
) AS hours
"""


async def readings(now: datetime, *, day_began: datetime) -> dict[UUID, Reading]:
    """Everybody whose numbers of this day or hour reach one that a rule asks for, with what is usual for them.

    :param day_began: midnight in London; what came before is what is usual.
    """
    found = {}
    for row in await Entry.raw(_TODAY, now - timedelta(hours=1), min(day_began, now - timedelta(hours=1)), now):
        numbers = {name: value for name, value in row.items() if name != "actor"}
        if _reaches(numbers):
            usual = (await Entry.raw(_USUAL, row["actor"], day_began - timedelta(weeks=WEEKS), day_began))[0]
            found[UUID(row["actor"])] = Reading(**numbers, **usual)
    return found


def _reaches(numbers: dict[str, int]) -> bool:
    limits = {"in_an_hour": MANY, "at_night": AT_NIGHT, "refused": REFUSED, "emergencies": EMERGENCIES}
    return any(numbers[name] >= limit for name, limit in limits.items())
