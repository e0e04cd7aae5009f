"""Which case a reference is of, and which agency's case it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from meetings.tables import Meeting
from web.acting import Way, beyond_own_cases

_MEETING = """
SELECT meeting.id AS meeting, NULL::uuid AS child, meeting.reference AS called,
       chair.agency AS chairs, home.agency AS leads
FROM meeting JOIN unit AS home ON home.id = meeting.home_unit
LEFT JOIN LATERAL (
    SELECT unit.agency FROM seat JOIN unit ON unit.id = seat.unit
    WHERE seat.meeting = meeting.id AND 'chair' = ANY(seat.capacities) ORDER BY seat.removed_at NULLS FIRST LIMIT 1
) AS chair ON true
WHERE upper(meeting.reference) = upper({})
"""
# By the child's reference where one authority alone uses it, or by the number in the address of a page.
_CHILD = """
SELECT NULL::uuid AS meeting, child.id AS child, '' AS called, chair.agency AS chairs, leads.agency AS leads
FROM child
LEFT JOIN LATERAL (
    SELECT home_place, started_at::date AS day FROM episode WHERE episode.child = child.id
    ORDER BY started_at DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
    SELECT unit.agency FROM area JOIN unit ON unit.id = area.unit WHERE area.place = latest.home_place
    AND unit.kind = 'social care' AND (area.effective_to IS NULL OR area.effective_to > latest.day) LIMIT 1
) AS chair ON true
LEFT JOIN LATERAL (
    SELECT unit.agency FROM area JOIN unit ON unit.id = area.unit WHERE area.place = latest.home_place
    AND unit.kind IN ('bcu', 'force') AND (area.effective_to IS NULL OR area.effective_to > latest.day) LIMIT 1
) AS leads ON true
WHERE child.reference = {} OR child.id::text = {}
   OR child.id IN (SELECT child FROM episode WHERE episode.id::text = {})
"""
_AGENCY = "SELECT code FROM agency WHERE id = {}"


@dataclass(frozen=True)
class Case:
    """A meeting or a child; `called` is the meeting's reference, "" for a child, whose own says too much.

    `owner` is the code of the responsible authority's agency, or of the home police unit's where no council chairs.
    """

    meeting: UUID | None
    child: UUID | None
    called: str
    owner: str


@beyond_own_cases(Way.GLASS)
async def case_of(reference: str) -> Case | None:
    """The one case of this reference; None where there is none, or several."""
    rows = await Meeting.raw(_MEETING, reference)
    if not rows:
        rows = await Meeting.raw(_CHILD, reference, reference, reference)
    if len(rows) != 1:
        return None
    return Case(rows[0]["meeting"], rows[0]["child"], rows[0]["called"], await _owner(rows[0]))


async def _owner(row: dict[str, Any]) -> str:
    agency = row["chairs"] or row["leads"]
    found = await Meeting.raw(_AGENCY, agency) if agency else []
    return str(found[0]["code"]) if found else ""
