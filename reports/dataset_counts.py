"""What the dataset of missing children counts: incidents, individuals, and the triggers and meetings they led to.

An incident is one missing episode. An individual is one child, counted once however many incidents it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from reports.counts import MeetingCounts, SeatCounts, TriggerCounts
from reports.rates import DoesNotReconcile, reconcile


@dataclass(frozen=True)
class Incidents:
    """Episodes that began in the period. Each group of lines adds up to `incidents`."""

    incidents: int = 0

    missing: int = 0
    absent: int = 0

    accepted: int = 0
    refused: int = 0

    looked_after: int = 0
    protection_plan: int = 0
    in_need: int = 0
    no_status: int = 0
    status_not_known: int = 0

    placed_elsewhere: int = 0
    placed_here: int = 0
    placement_not_known: int = 0

    under_24_hours: int = 0
    one_to_3_days: int = 0
    three_to_7_days: int = 0
    seven_days_or_more: int = 0
    length_not_known: int = 0
    still_missing: int = 0

    police_high: int = 0
    police_medium: int = 0
    police_low: int = 0
    police_no_risk: int = 0
    police_not_graded: int = 0

    social_care_high: int = 0
    social_care_medium: int = 0
    social_care_low: int = 0
    social_care_no_risk: int = 0
    social_care_not_graded: int = 0

    def __add__(self, other: Incidents) -> Incidents:
        return Incidents(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class Individuals:
    """Children with an incident in the period, each counted once; never added to those of another row.

    `further`: incidents beyond each child's first. `looked_after`: children who were looked after in an incident.
    """

    individuals: int = 0
    once: int = 0
    more_than_once: int = 0
    further: int = 0
    looked_after: int = 0
    not_looked_after: int = 0
    looked_after_further: int = 0


@dataclass(frozen=True)
class Dataset:
    """All that the dataset is made of. Keys are names of boroughs, or months as "2026-09".

    `boroughs` are listed even with zeros. `individuals` is the count of all children by themselves.
    """

    boroughs: tuple[str, ...]
    incidents: Mapping[str, Incidents]
    incidents_by_month: Mapping[str, Incidents]
    individuals: Individuals
    individuals_of: Mapping[str, Individuals]
    individuals_by_month: Mapping[str, Individuals]
    triggers: Mapping[str, TriggerCounts] = field(default_factory=dict)
    meetings: Mapping[str, MeetingCounts] = field(default_factory=dict)
    not_convened: Mapping[str, int] = field(default_factory=dict)
    seats: Mapping[str, SeatCounts] = field(default_factory=dict)


_FATES: Mapping[str, tuple[str, ...]] = {  # of each row of these, the first is the sum of the others
    "triggers": ("due", "in_time", "late", "decided_against", "unmet"),
    "meetings": ("due", "held", "called_off"),
    "police seats": ("expected", "attended", "deputy", "apologies", "no_show", "report_only", "not_recorded"),
}


def check(dataset: Dataset) -> None:
    """Incidents and individuals agree with each other wherever both are counted.

    Months and boroughs hold the same incidents; incidents are individuals and their further incidents; all
    individuals are at least those of any one row and at most those of all rows together. Triggers, meetings and
    seats are each the sum of what became of them.

    :raises DoesNotReconcile: naming the figure and both numbers.
    """
    whole = sum((counts.incidents for counts in dataset.incidents.values()), 0)
    reconcile("incidents by month", (c.incidents for c in dataset.incidents_by_month.values()), whole)
    _check_children("all", dataset.individuals, whole)
    for incidents, individuals in (
        (dataset.incidents, dataset.individuals_of),
        (dataset.incidents_by_month, dataset.individuals_by_month),
    ):
        for row in incidents.keys() | individuals.keys():
            counted = individuals.get(row, Individuals())
            _check_children(row, counted, incidents.get(row, Incidents()).incidents)
        _check_distinct(individuals.values(), dataset.individuals.individuals)
    for name, counts in (
        ("triggers", dataset.triggers),
        ("meetings", dataset.meetings),
        ("police seats", dataset.seats),
    ):
        whole_name, *parts = _FATES[name]
        for row, one in counts.items():
            reconcile(f"{name}, {row}", (getattr(one, part) for part in parts), getattr(one, whole_name))


def _check_children(row: str, counted: Individuals, incidents: int) -> None:
    reconcile(f"incidents of individuals, {row}", (counted.individuals, counted.further), incidents)
    reconcile(f"individuals once and more, {row}", (counted.once, counted.more_than_once), counted.individuals)
    care = (counted.looked_after, counted.not_looked_after)
    reconcile(f"individuals by care, {row}", care, counted.individuals)


def _check_distinct(rows: Iterable[Individuals], whole: int) -> None:
    counts = [row.individuals for row in rows]
    if not max(counts, default=0) <= whole <= sum(counts):
        raise DoesNotReconcile("individuals", sum(counts), whole)
