"""The three tables of facts, the ledger that each is folded into, and the statements that do so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from reports.counts import MeetingCounts, SeatCounts
from reports.figures import PATH, TEXTS, WORDS
from reports.ledger_tables import LedgerState
from reports.queries import Query, load

BASES = ("meeting", "trigger", "decision", "dispute")  # what facts are made of and posted by
GIVEN = {f"chosen_{base}s": f"given_{base}s" for base in BASES}
FACTS = load(
    PATH,
    words=WORDS,
    texts=TEXTS,
    instead={
        **GIVEN,
        "edge_seats": "seats_of_meetings",
        "edge_meetings": "meetings_of_meetings",
        "edge_tallies": "tallies_of_sources",
    },
)
# The first of April that a month follows, or is.
YEAR = "(date_trunc('year', month - interval '3 months') + interval '3 months')::date"


@dataclass(frozen=True)
class Kept:
    """One table of facts and the ledger of its lines; `counts` are the columns that are added up."""

    facts: str
    source: str
    ledger: str
    made: str  # the query that makes the facts from the records
    added_up: str  # the query that makes lines of facts
    dimensions: Sequence[str]
    key: Sequence[str]
    counts: Sequence[str]

    def upsert(self, sign: str, lines: str) -> str:
        """The statement that adds the lines to those of their months and years, or (sign "-") takes them off."""
        columns = ", ".join((*self.key, *self.counts))
        chosen = ", ".join((*self.key, *(f"{sign}{name} as {name}" for name in self.counts)))
        moved = ", ".join(f"{name} = {self.ledger}.{name} + excluded.{name}" for name in self.counts)
        return (
            f"insert into {self.ledger} (span, {columns}) "  # our names
            f"with lines as materialized (select {chosen} from ({lines}) as added_up) "
            f"select 'month', {columns} from lines "
            f"union all select 'year', {columns} from ({self.years('lines')}) as years "
            f"on conflict (span, {', '.join(self.key)}) do update set {moved}"
        )

    def year(self) -> str:
        """The lines of one year that those of its months add up to; its first day and that of the next are given."""
        of_year = f"{self.ledger} where span = 'month' and month >= {{}} and month < {{}}"  # our names
        return self.years(of_year)

    def years(self, months: str) -> str:
        """The lines of years that lines of months, a table or part of this name, add up to."""
        chosen = ", ".join(f"{YEAR} as month" if name == "month" else name for name in self.key)
        sums = ", ".join(f"sum({name})::bigint as {name}" for name in self.counts)
        places = ", ".join(str(number) for number in range(1, len(self.key) + 1))
        return f"select {chosen}, {sums} from {months} group by {places}"  # our names


CUTS = ("borough", "rule", "returned")
SEATS, MEETINGS = (tuple(f.name for f in fields(kind)) for kind in (SeatCounts, MeetingCounts))
LEDGERS = (
    Kept(
        "seat_fact",
        "meeting",
        "seat_ledger",
        "seat_facts",
        "seats_added_up",
        ("seat", "meeting", "unit", "kind", "police", "day", "type", "capacities", *CUTS, "notice"),
        ("type", "month", "cut", "value", "unit", "kind"),
        SEATS,
    ),
    Kept(
        "meeting_fact",
        "meeting",
        "meeting_ledger",
        "meeting_facts",
        "meetings_added_up",
        ("meeting", "day", "type", "home_unit", *CUTS),
        ("type", "month", "cut", "value", "unit"),
        MEETINGS,
    ),
    Kept(
        "tally_fact",
        "source",
        "tally_ledger",
        "tally_facts",
        "tallies_added_up",
        ("subject", "source", "day", "type", "what", "why", "unit", "hours"),
        ("type", "subject", "month", "what", "why", "unit", "hours"),
        ("n",),
    ),
)


async def run(query: Query, given: Mapping[str, object], text: str = "") -> list[dict[str, Any]]:
    """The rows of a named query, or of a statement around it, with its values."""
    rows: list[dict[str, Any]] = await LedgerState.raw(text or query.text, *query.values(given))
    return rows
