"""Which challenges a publication waits for: of outcomes that it counts, raised while units could challenge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from attendance.challenge_tables import Challenge
from reports import periods
from reports.publication_tables import Publication
from web.acting import Way, beyond_own_cases

# Whoever has the unit's link challenges an outcome in one draft. A unit lead who is signed in challenges the outcome
# itself, and with it every report that counts it and could be challenged at that moment: the month's, the quarter's.
# What was said of a draft that was withdrawn is said of the next one of the same period as well.
_OF_PUBLICATION = """
SELECT count(*) FILTER (WHERE c.state = 'open' OR c.raised_at >= {}) AS raised,
       count(*) FILTER (WHERE c.state = 'open') AS open
FROM challenge c JOIN meeting m ON m.id = c.meeting
WHERE c.state <> 'withdrawn'
  AND (c.publication = {} OR m.type = {} AND (
      c.period = {}
      OR m.starts_at >= {} AND m.starts_at < {} AND EXISTS (
          SELECT 1 FROM publication p
          WHERE p.period = {} AND p.type = m.type AND c.raised_at >= p.drafted_at AND c.raised_at < p.challenge_until
            AND c.raised_at < coalesce(p.released_at, p.withdrawn_at, 'infinity'))))
"""


@dataclass(frozen=True)
class Challenged:
    """How many challenges there are to a draft that were not withdrawn, and how many of them wait for an answer."""

    raised: int
    open: int


@beyond_own_cases(Way.FIGURES)
async def challenges_of(publication: Publication) -> Challenged:
    """Challenges of outcomes that this publication counts, since it was drafted, or earlier and still without answer.

    Only those that were raised by its own link, or while it or another draft of its period could be challenged.
    """
    code, period = publication.period, periods.parse(publication.period)
    values = (publication.drafted_at, publication.id, publication.type, code, period.since, period.until, code)
    rows: list[dict[str, Any]] = await Challenge.raw(_OF_PUBLICATION, *values)
    return Challenged(**rows[0])
