"""The record of processing, as the rooms declare it: each table, what it holds, and how that ends. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from keeping import STAYS, Ending, OfAChild
from privacy.kinds import CASES, Kind

BEGINS: Final = "<!-- The rooms' own declarations; `./run forgotten record` prints them. -->"
ENDS: Final = "<!-- End of the declarations. -->"


def table_of(
    endings: Iterable[Ending], of_a_child: Iterable[OfAChild], staying: Mapping[str, str], kinds: Mapping[str, Kind]
) -> str:
    """A table in Markdown: one row a table of the database, by name."""
    fates: dict[str, list[str]] = defaultdict(list)
    for one in of_a_child:
        fates[one.table].append(f"With its case, {kinds[CASES].days} days: {_of_case(one)}.")
    for ending in endings:
        kind = kinds[ending.kind]
        what = f"`{ending.sets}`" if ending.sets else "the row goes"
        fates[ending.table].append(f"{kind.title}, {kind.days} days: {what}.")
    for table, why in staying.items():
        fates[table].append(f"Stays. {why}")
    rows = [f"| `{table}` | {' '.join(said)} |" for table, said in sorted(fates.items())]
    return "\n".join(["| Table | What becomes of it, by the product’s own periods |", "| --- | --- |", *rows])


def _of_case(one: OfAChild) -> str:
    if one.sets == STAYS:
        return f"{_small(one.title)} stay, about a child that nobody can name"
    return f"`{one.sets}`" if one.sets else f"{_small(one.title)} go"


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]
