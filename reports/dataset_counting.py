"""The counts of the dataset, read by the named queries of figures.sql; meetings and seats come from the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from meetings.tables import Meeting
from reports import figures
from reports.counts import Asked, Cut, TriggerCounts
from reports.dataset_counts import Dataset, Incidents, Individuals
from reports.figures import QUERIES
from reports.rates import reconcile
from reports.snapshot import one_snapshot
from web.acting import Way, beyond_own_cases

Counts = TypeVar("Counts")


@beyond_own_cases(Way.FIGURES)
async def count(asked: Asked) -> Dataset:
    """Incidents and individuals that began in the period, and what was counted of the meetings of the asked type.

    One snapshot of the rows: no change made meanwhile can set one count against another.

    :raises DoesNotReconcile: when the triggers by borough are not those of the report.
    """
    async with one_snapshot():
        counted = await figures.count(asked)
        asked = replace(asked, now=counted.quality.posted_at or asked.now)  # as of when the ledger is
        incidents = await _rows("dataset_incidents_counted", asked)
        individuals = await _rows("dataset_individuals_counted", asked)
        triggers = await _rows("dataset_triggers_counted", asked)
        decisions = await _rows("dataset_not_convened_counted", asked)
        boroughs = await _rows("dataset_boroughs", asked)
    reconcile("triggers by borough", (row["due"] for row in triggers), counted.triggers.total.due)
    whole = [row for row in individuals if not row["of_borough"] and not row["of_month"]]
    return Dataset(
        boroughs=tuple(row["name"] for row in boroughs),
        incidents=_keyed(Incidents, "borough", incidents, lambda row: row["of_borough"]),
        incidents_by_month=_keyed(Incidents, "month", incidents, lambda row: not row["of_borough"]),
        individuals=_as(Individuals, whole[0]) if whole else Individuals(),
        individuals_of=_keyed(Individuals, "borough", individuals, lambda row: row["of_borough"]),
        individuals_by_month=_keyed(Individuals, "month", individuals, lambda row: row["of_month"]),
        triggers=_keyed(TriggerCounts, "borough", triggers),
        meetings=counted.meeting_cuts.get(Cut.BOROUGH, {}),
        not_convened={row["borough"]: row["decisions"] for row in decisions},
        seats=counted.cuts.get(Cut.BOROUGH, {}),
    )


def _keyed(
    kind: type[Counts],
    key: str,
    rows: list[dict[str, Any]],
    wanted: Callable[[dict[str, Any]], bool] = lambda row: True,
) -> Mapping[str, Counts]:
    return {row[key]: _as(kind, row) for row in rows if wanted(row)}


def _as(kind: type[Counts], row: Mapping[str, Any]) -> Counts:
    return msgspec.convert({name: row[name] for name in kind.__annotations__ if name in row}, kind)


async def _rows(name: str, asked: Asked) -> list[dict[str, Any]]:
    query = QUERIES[name]
    given = {"since": asked.since, "until": asked.until, "type": asked.type, "now": asked.now}
    rows: list[dict[str, Any]] = await Meeting.raw(query.text, *query.values(given))
    return rows
