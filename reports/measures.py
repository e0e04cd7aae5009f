"""Every published measure: its words, what they mean, how it is made of counts. docs/committee.md says more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.document import Cell
from reports.rates import Rate

if TYPE_CHECKING:
    from reports.figures import MeetingCounts, SeatCounts, TriggerCounts


@dataclass(frozen=True)
class UnitRow:
    """All that is counted of one police unit, or of all together. Meetings count for their home unit."""

    code: str
    name: str
    seats: SeatCounts
    meetings: MeetingCounts
    triggers: TriggerCounts
    reviews: TriggerCounts
    not_convened: int


@dataclass(frozen=True)
class Measure:
    """A column: its heading, its definition, and its cell for a row."""

    name: str
    means: str
    of: Callable[[UnitRow], Cell]


def attendance_rate(seats: SeatCounts) -> Rate:
    """Came, or sent a deputy, of the expected seats with an outcome."""
    return Rate(seats.attended + seats.deputy, seats.expected - seats.not_recorded)


ATTENDANCE: Sequence[Measure] = (
    Measure(
        "Expected",
        "Seats on the invitation list when a meeting that was held started, unless their invitation is known to be "
        "undeliverable. A meeting is held when its time has come and it was not called off.",
        lambda row: row.seats.expected,
    ),
    Measure(
        "Attended", "Somebody of the unit came; coming late or leaving early counts.", lambda row: row.seats.attended
    ),
    Measure(
        "Deputy",
        "Somebody else of the same unit, or somebody it named, came instead. A deputy counts as attendance.",
        lambda row: row.seats.deputy,
    ),
    Measure("Apologies", "The unit said before the start that nobody would come.", lambda row: row.seats.apologies),
    Measure("No-show", "Nobody came and nobody had said so.", lambda row: row.seats.no_show),
    Measure("Report only", "Written information was sent; nobody came.", lambda row: row.seats.report_only),
    Measure(
        "Not recorded",
        "Nobody has yet marked what became of the seat. It counts neither as attended nor as absent.",
        lambda row: row.seats.not_recorded,
    ),
    Measure(
        "Attendance rate",
        "Attended and deputy, of the expected seats with an outcome.",
        lambda row: attendance_rate(row.seats),
    ),
)

RECORDING: Sequence[Measure] = (
    Measure(
        "95% interval",
        "Where the attendance rate plausibly lies, given how few meetings were counted (Wilson). Two units whose "
        "intervals overlap widely cannot be told apart.",
        lambda row: attendance_rate(row.seats).interval,
    ),
    Measure(
        "Recording completeness",
        "Expected seats with an outcome, of the expected seats. A rate over half of the seats says little.",
        lambda row: Rate(row.seats.expected - row.seats.not_recorded, row.seats.expected),
    ),
    Measure(
        "Not reached",
        "Seats at meetings held whose every invitation bounced, or for which the directory had no address. "
        "They are not expected and never a no-show.",
        lambda row: row.seats.not_reached,
    ),
    Measure(
        "Short notice",
        "Expected seats invited less than 24 hours before the start. They stay in every rate.",
        lambda row: Rate(row.seats.short_notice, row.seats.expected),
    ),
)

ANSWERS: Sequence[Measure] = (
    Measure(
        "Answer rate",
        "Seats that had answered when the meeting was to start, of the seats invited, over every meeting whose "
        "time has come, held or called off.",
        lambda row: Rate(row.seats.answered, row.seats.invited),
    ),
    Measure(
        "Confirmation rate",
        "Expected seats whose answer at the start was “accepted”, of the expected seats. An answer to an earlier "
        "time of a meeting that was moved does not count.",
        lambda row: Rate(row.seats.accepted, row.seats.expected),
    ),
    Measure(
        "No-show after accepting",
        "Seats whose last answer was “accepted” and that nobody filled without a word, of the accepted seats.",
        lambda row: Rate(row.seats.no_show_after_accepting, row.seats.accepted),
    ),
    Measure(
        "Late withdrawal",
        "Expected seats that had accepted and declined less than 24 hours before the start.",
        lambda row: row.seats.late_withdrawal,
    ),
    Measure(
        "Invitations",
        "Invitations written to the unit's listed seats, for every meeting whose time has come, held or called off.",
        lambda row: row.seats.invitations,
    ),
    Measure(
        "Seat-minutes",
        "Planned minutes of the meetings held, added up over the unit's expected seats: the time asked of it.",
        lambda row: row.seats.seat_minutes,
    ),
)

MEETINGS: Sequence[Measure] = (
    Measure("Meetings due", "Meetings whose start lies in the period and has come.", lambda row: row.meetings.due),
    Measure("Held", "Their time has come and they were not called off.", lambda row: row.meetings.held),
    Measure("Not held", "Meetings called off; by whom and why is listed below.", lambda row: row.meetings.called_off),
    Measure(
        "Registers open",
        "Meetings held whose register nobody has closed yet. Seats without a mark in them are not recorded.",
        lambda row: row.meetings.registers_open,
    ),
    Measure(
        "Quorate",
        "Meetings held at which every seat of the quorum was filled, of the meetings held. While a register is open "
        "a meeting may still become quorate.",
        lambda row: Rate(row.meetings.quorate, row.meetings.held),
    ),
    Measure(
        "Joint attendance",
        "Meetings at which the home and a different destination police unit both came or sent a deputy, of those "
        "meetings held with two such units where both are recorded.",
        lambda row: Rate(row.meetings.joint_attended, row.meetings.joint_recorded),
    ),
    Measure(
        "Held without police",
        "Meetings held to which no police unit was invited.",
        lambda row: row.meetings.without_police,
    ),
)

TRIGGERS: Sequence[Measure] = (
    Measure(
        "In time",
        "Triggers whose meeting was held by its deadline, of the triggers whose deadline lies in the period and has "
        "passed.",
        lambda row: Rate(row.triggers.in_time, row.triggers.due),
    ),
    Measure(
        "Median hours to meeting",
        "Half of the meetings held for those triggers came sooner after the trigger than this, half later.",
        lambda row: row.triggers.median_hours,
    ),
    Measure("Held late", "Triggers whose meeting was held after the deadline.", lambda row: row.triggers.late),
    Measure(
        "Decided against",
        "Triggers without a meeting for which a decision not to convene one is on record.",
        lambda row: row.triggers.decided_against,
    ),
    Measure(
        "Neither",
        "Triggers whose deadline passed with no meeting held and no decision on record.",
        lambda row: row.triggers.unmet,
    ),
    Measure(
        "Not convened",
        "Recorded decisions that no meeting is held by a deadline in the period; the reasons are listed below. One "
        "decision may answer several triggers.",
        lambda row: row.not_convened,
    ),
)

REVIEWS: Sequence[Measure] = (
    Measure(
        "Reviews in time",
        "Reviews of an earlier meeting that were held by their day, of the reviews whose day lies in the period and "
        "has passed. They are not among the triggers.",
        lambda row: Rate(row.reviews.in_time, row.reviews.due),
    ),
    Measure("Reviews late", "Reviews held after the day on which they were due.", lambda row: row.reviews.late),
    Measure(
        "Reviews decided against",
        "Reviews due for which it is on record that none is held.",
        lambda row: row.reviews.decided_against,
    ),
    Measure(
        "Reviews neither",
        "Reviews whose day passed with none held and no decision on record.",
        lambda row: row.reviews.unmet,
    ),
)


CODE = Measure("Code", "The unit's code in the directory.", lambda row: row.code)
EVERY: Sequence[Measure] = (*ATTENDANCE, *RECORDING, *ANSWERS, *MEETINGS, *TRIGGERS, *REVIEWS)

CAVEATS = """
Rates cover recorded triggers only. Children whose absence was never reported, or whose report was not accepted, \
called no meeting here.
The rules that call for meetings are starting values. Each authority must confirm its own before figures that rest \
on their deadlines are published.
A register can be corrected, with a reason, after it is closed. The figures are counted afresh each time this page \
is opened, so they may differ from ones read earlier.
Who came is marked by the meeting's coordinator. Attendance says nothing about what was contributed.
Few meetings make wide intervals. The units are in the order of their codes, and are not ranked.
""".strip().splitlines()
