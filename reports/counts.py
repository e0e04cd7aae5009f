"""What one report counts: plain numbers of seats, meetings and triggers, and by what they are cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from meetings.checklists import Tally


class Cut(StrEnum):
    """By what the same seats or meetings are counted again; the values of each are in the comments."""

    BOROUGH = "borough"  # the name of the responsible place, or "Not known"
    RULE = "rule"  # the code of the rule whose deadline is the soonest, or "none"
    NOTICE = "notice"  # one of NOTICES: from the first invitation to the start
    RETURN = "returned"  # one of RETURNS


NOTICES = ("under 24 hours", "1 to 2 days", "3 to 5 days", "6 days or more", "not invited")
RETURNS = ("before the child's return", "after the child's return", "no missing episode")


@dataclass(frozen=True)
class Asked:
    """What is counted: meetings of one type that start from `since` up to, not including, `until` (instants, UTC).

    `now` says whose time has come.
    """

    since: datetime
    until: datetime
    type: str
    now: datetime


@dataclass(frozen=True)
class SeatCounts:
    """Seats; the measures are those of docs/committee.md. `seat_minutes` are minutes.

    `challenged`: expected seats whose outcome a unit challenged, whatever was answered; `corrected_late`: expected
    seats whose standing mark was written after the register was first closed.
    """

    expected: int = 0
    attended: int = 0
    deputy: int = 0
    apologies: int = 0
    no_show: int = 0
    report_only: int = 0
    not_recorded: int = 0
    not_reached: int = 0
    short_notice: int = 0
    invited: int = 0
    answered: int = 0
    accepted: int = 0
    no_show_after_accepting: int = 0
    late_withdrawal: int = 0
    invitations: int = 0
    seat_minutes: int = 0
    challenged: int = 0
    corrected_late: int = 0

    def __add__(self, other: SeatCounts) -> SeatCounts:
        return added((self, other))


NO_SEATS: Final = SeatCounts()
_each = attrgetter(*(one.name for one in fields(SeatCounts)))


def added(parts: Iterable[SeatCounts]) -> SeatCounts:
    """Their sum, count by count."""
    return SeatCounts(*map(sum, zip(*map(_each, parts), strict=True)))


@dataclass(frozen=True)
class MeetingCounts:
    """Meetings whose time has come."""

    due: int = 0
    held: int = 0
    called_off: int = 0
    registers_open: int = 0
    quorate: int = 0
    without_police: int = 0
    joint_recorded: int = 0
    joint_attended: int = 0


@dataclass(frozen=True)
class TriggerCounts:
    """Triggers by what came of them once their deadline passed; `median_hours` from trigger to meeting, if any."""

    due: int = 0
    in_time: int = 0
    late: int = 0
    decided_against: int = 0
    unmet: int = 0
    not_yet_due: int = 0
    median_hours: float | None = None


@dataclass(frozen=True)
class SeatFigures:
    """The same seats counted by unit, by the capacities they were asked in, and all together."""

    by_unit: dict[UUID, SeatCounts]
    by_capacities: dict[frozenset[str], SeatCounts]
    total: SeatCounts


@dataclass(frozen=True)
class MeetingFigures:
    by_home_unit: dict[UUID | None, MeetingCounts]
    total: MeetingCounts


@dataclass(frozen=True)
class TriggerFigures:
    by_home_unit: dict[UUID | None, TriggerCounts]
    total: TriggerCounts


@dataclass(frozen=True)
class CalledOff:
    """Meetings not held: by whom, why, how many with less than 24 h of notice, and the median notice in hours."""

    called_off_by: str
    called_off_reason: str
    meetings: int
    within_a_day: int
    median_hours: float


@dataclass(frozen=True)
class NotConvened:
    """Recorded decisions to hold no meeting; the home unit is None where nobody knew it."""

    unit: UUID | None
    reason: str
    decisions: int


@dataclass(frozen=True)
class LeadDisputes:
    """Disputes about the lead that a police unit was party to, whoever raised them or was right."""

    unit: UUID
    disputes: int
    in_time: int
    late: int
    unsettled: int


@dataclass(frozen=True)
class Returns:
    """Meetings whose child had returned before they started, by what that meant (meetings/return_rules.py)."""

    policy: str
    meetings: int
    held: int
    called_off: int


@dataclass(frozen=True)
class ListedUnit:
    """A police unit; `always` when the report lists it even with zeros."""

    id: UUID
    code: str
    name: str
    always: bool


@dataclass(frozen=True)
class MonthOfUnit:
    """The seats of one police unit in one month; `month` is its first day.

    The unit is None for all together that the report does not always list.
    """

    month: date
    unit: UUID | None
    seats: SeatCounts


@dataclass(frozen=True)
class Quality:
    """How far the figures of the period can be trusted.

    `posted_at` is the instant up to which the ledger is posted; `waiting` are the meetings that changed, or whose
    time came, since, and are not yet posted.
    """

    expected: int = 0
    not_recorded: int = 0
    registers_open: int = 0
    challenged: int = 0
    challenges_open: int = 0
    corrected_late: int = 0
    posted_at: datetime | None = None
    waiting: int = 0


@dataclass(frozen=True)
class Counted:
    """Everything that one report is made of, read from one snapshot.

    `cuts`: police seats; each cut adds up to the total of `seats`. `unit_capacities`: home and destination per unit,
    adding up to each unit. `partners`: seats of other agencies by the kind of their unit. `months`: police units,
    the 36 months up to the last of the period. `types`: police seats of every meeting type in the period.
    `trigger_rules`: first triggers by the code of their rule.
    """

    units: list[ListedUnit]
    seats: SeatFigures
    meetings: MeetingFigures
    triggers: TriggerFigures
    reviews: TriggerFigures
    called_off: list[CalledOff]
    not_convened: list[NotConvened]
    returns: list[Returns]
    lead_disputes: list[LeadDisputes]
    checklist: list[Tally]
    cuts: dict[Cut, dict[str, SeatCounts]] = field(default_factory=dict)
    unit_capacities: dict[tuple[UUID, frozenset[str]], SeatCounts] = field(default_factory=dict)
    partners: dict[str, SeatCounts] = field(default_factory=dict)
    meeting_cuts: dict[Cut, dict[str, MeetingCounts]] = field(default_factory=dict)
    trigger_rules: dict[str, TriggerCounts] = field(default_factory=dict)
    months: list[MonthOfUnit] = field(default_factory=list)
    types: dict[str, SeatCounts] = field(default_factory=dict)
    quality: Quality = field(default_factory=Quality)
