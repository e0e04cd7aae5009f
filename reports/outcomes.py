"""A unit's own outcomes in a period, as the report counts them: what it may see before publication, and challenge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from meetings.tables import Meeting
from reports import queries
from reports.figures import PATH, TEXTS, WORDS, Asked

_ALL = queries.load(PATH, words=WORDS, texts=TEXTS)
_OF_UNIT = queries.load(PATH, words=WORDS, texts=TEXTS, instead={"chosen_meetings": "meetings_of_unit"})


@dataclass(frozen=True)
class OwnOutcome:
    """One expected seat. `answer` is the PARTSTAT that stood at the start, "" where there was none."""

    seat: UUID
    reference: str
    starts_at: datetime
    capacities: tuple[str, ...]
    outcome: str
    answer: str


@dataclass
class OutcomesOfUnit:
    """How many outcomes of which kind one unit has."""

    unit: UUID
    name: str
    outcomes: Counter[str]


async def outcomes_by_unit(asked: Asked) -> list[OutcomesOfUnit]:
    """Every unit with an outcome in the period, by name."""
    found: dict[UUID, OutcomesOfUnit] = {}
    for row in await _rows(_ALL["outcomes_by_unit"], asked):
        one = found.setdefault(row["unit"], OutcomesOfUnit(row["unit"], row["name"], Counter()))
        one.outcomes[row["outcome"]] = row["seats"]
    return list(found.values())


async def outcomes_of(unit: UUID, asked: Asked) -> list[OwnOutcome]:
    """The unit's outcomes, the latest meeting first."""
    return [
        OwnOutcome(**{**row, "capacities": tuple(row["capacities"])})
        for row in await _rows(_OF_UNIT["outcomes_of_unit"], asked, unit=unit)
    ]


async def _rows(query: queries.Query, asked: Asked, **more: object) -> list[dict[str, Any]]:
    given = {"since": asked.since, "until": asked.until, "type": asked.type, "now": asked.now, **more}
    rows: list[dict[str, Any]] = await Meeting.raw(query.text, *query.values(given))
    return rows
