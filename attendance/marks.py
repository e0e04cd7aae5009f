"""One mark of one seat: what may stand in it, how it reads, and which capacities of a quorum nobody filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from attendance import errors
from attendance.tables import Outcome
from meetings.seats import unfilled

PRESENT = (Outcome.ATTENDED, Outcome.DEPUTY)
REPORTED = (Outcome.REPORT_ONLY, Outcome.APOLOGIES)  # nobody came, and a written report may have
LONGEST_NAME = 80
BY_TEAMS = "teams"


@dataclass(frozen=True)
class Mark:
    """What became of one seat. Joined late and left early belong to somebody who came.

    :param deputy_name: a worker's name or role, of who came for the unit; never the child's.
    :param report_on: the London date on which a written report came.
    :param evidence: on what it rests; whoever marks the same again by another way has changed nothing.
    """

    seat: UUID
    outcome: Outcome
    joined_late: bool = False
    left_early: bool = False
    deputy_name: str = ""
    report_on: date | None = None
    evidence: str = field(default="", compare=False)


@dataclass(frozen=True)
class Expected:
    """A seat that was on the list when the meeting started, with the mark that stands."""

    seat: UUID
    unit: str
    capacities: tuple[str, ...]
    mark: Mark | None


def check(mark: Mark, unit: str, *, today: date) -> None:
    """What is noted beside the outcome belongs to it. `today` is London's date.

    :raises AttendanceError: FlagWithoutPresence, NameWithoutDeputy, NameTooLong, ReportMisplaced, ReportToCome.
    """
    if (mark.joined_late or mark.left_early) and mark.outcome not in PRESENT:
        raise errors.FlagWithoutPresence(mark.seat, unit)
    if mark.deputy_name and mark.outcome != Outcome.DEPUTY:
        raise errors.NameWithoutDeputy(unit)
    if len(mark.deputy_name) > LONGEST_NAME:
        raise errors.NameTooLong(LONGEST_NAME)
    if mark.report_on and mark.outcome not in REPORTED:
        raise errors.ReportMisplaced(unit)
    if mark.report_on and mark.report_on > today:
        raise errors.ReportToCome


def in_words(mark: Mark) -> str:
    """The mark in a line, without who the deputy was: a timeline names no people."""
    parts = [mark.outcome.value]
    parts += ["joined late"] * mark.joined_late + ["left early"] * mark.left_early
    if mark.report_on:
        parts.append(f"report of {mark.report_on.day} {mark.report_on:%B}")
    return ", ".join(parts)


def missing_for_quorum(quorum: Iterable[str], seats: Iterable[Expected]) -> list[str]:
    """The capacities of the quorum that nobody filled, in the quorum's order."""
    came = [seat for seat in seats if seat.mark and seat.mark.outcome in PRESENT]
    return unfilled(quorum, [capacity for seat in came for capacity in seat.capacities])
