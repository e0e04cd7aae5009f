"""Every published measure: its words, what they mean, how it is made of counts. docs/committee.md says more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.document import Cell, Column, Kind, Sum
from reports.rates import Rate

if TYPE_CHECKING:
    from reports.counts import MeetingCounts, SeatCounts, TriggerCounts

OUTCOMES: Final = ("attended", "deputy", "apologies", "no_show", "report_only", "not_recorded")
FATES: Final = ("in_time", "late", "decided_against", "unmet")
RATE, INTERVAL, NUMBER = Kind.RATE, Kind.INTERVAL, Kind.NUMBER


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
    """A column: its name for machines, its heading, its definition, and its cell for a row."""

    column: str
    name: str
    means: str
    of: Callable[[UnitRow], Cell]
    kind: Kind = Kind.COUNT
    unit: str = ""
    tells: tuple[str, ...] = ()  # see Column

    def as_column(self) -> Column:
        """The column of a table."""
        return Column(
            name=self.column, title=self.name, kind=self.kind, means=self.means, unit=self.unit, tells=self.tells
        )


def attendance_rate(seats: SeatCounts) -> Rate:
    """Came, or sent a deputy, of the expected seats with an outcome."""
    return Rate(seats.attended + seats.deputy, seats.expected - seats.not_recorded)


EXPECTED: Final = Measure(
    "expected",
    "Expected",
    "Seats on the invitation list when a meeting that was held started, unless their invitation is known to be "
    "undeliverable. A meeting is held when its time has come and it was not called off.",
    lambda row: row.seats.expected,
)
NOT_RECORDED: Final = Measure(
    "not_recorded",
    "Not recorded",
    "Nobody has yet marked what became of the seat. It counts neither as attended nor as absent.",
    lambda row: row.seats.not_recorded,
)
ATTENDANCE_RATE: Final = Measure(
    "attendance_rate",
    "Attendance rate",
    "Attended and deputy, of the expected seats with an outcome.",
    lambda row: attendance_rate(row.seats),
    RATE,
)
ATTENDANCE_INTERVAL: Final = Measure(
    "attendance_interval",
    "95% interval",
    "Where the attendance rate plausibly lies, given how few meetings were counted (Wilson). Two units whose "
    "intervals overlap widely cannot be told apart.",
    lambda row: attendance_rate(row.seats).interval,
    INTERVAL,
    tells=("attendance_rate.part", "attendance_rate.whole"),
)

ATTENDANCE: Final[Sequence[Measure]] = (
    EXPECTED,
    Measure(
        "attended",
        "Attended",
        "Somebody of the unit came; coming late or leaving early counts.",
        lambda row: row.seats.attended,
    ),
    Measure(
        "deputy",
        "Deputy",
        "Somebody else of the same unit, or somebody it named, came instead. A deputy counts as attendance.",
        lambda row: row.seats.deputy,
    ),
    Measure(
        "apologies",
        "Apologies",
        "The unit said before the start that nobody would come.",
        lambda row: row.seats.apologies,
    ),
    Measure("no_show", "No-show", "Nobody came and nobody had said so.", lambda row: row.seats.no_show),
    Measure(
        "report_only", "Report only", "Written information was sent; nobody came.", lambda row: row.seats.report_only
    ),
    NOT_RECORDED,
    ATTENDANCE_RATE,
    ATTENDANCE_INTERVAL,
)
ATTENDANCE_SUMS: Final = (
    Sum("expected", OUTCOMES),
    Sum("expected", ("attendance_rate.whole", "not_recorded")),
    Sum("attendance_rate.part", ("attended", "deputy")),
)
BY_CUT: Final[Sequence[Measure]] = (EXPECTED, NOT_RECORDED, ATTENDANCE_RATE, ATTENDANCE_INTERVAL)
BY_CUT_SUMS: Final = (Sum("expected", ("attendance_rate.whole", "not_recorded")),)

RECORDING: Final[Sequence[Measure]] = (
    Measure(
        "recording_completeness",
        "Recording completeness",
        "Expected seats with an outcome, of the expected seats. A rate over half of the seats says little.",
        lambda row: Rate(row.seats.expected - row.seats.not_recorded, row.seats.expected),
        RATE,
    ),
    Measure(
        "not_reached",
        "Not reached",
        "Seats at meetings held whose every invitation bounced, or for which the directory had no address. "
        "They are not expected and never a no-show.",
        lambda row: row.seats.not_reached,
    ),
    Measure(
        "short_notice",
        "Short notice",
        "Expected seats invited less than 24 hours before the start. They stay in every rate.",
        lambda row: Rate(row.seats.short_notice, row.seats.expected),
        RATE,
    ),
    Measure(
        "challenged",
        "Challenged",
        "Expected seats whose outcome the unit challenged, whatever was answered. They count as recorded.",
        lambda row: row.seats.challenged,
    ),
    Measure(
        "corrected_late",
        "Corrected late",
        "Expected seats whose outcome was written or changed after the register was first closed.",
        lambda row: row.seats.corrected_late,
    ),
)
RECORDING_SUMS: Final = (
    Sum("expected", ("recording_completeness.part", "not_recorded")),
    Sum("recording_completeness.whole", ("expected",)),
    Sum("short_notice.whole", ("expected",)),
)

ANSWERS: Final[Sequence[Measure]] = (
    Measure(
        "answer_rate",
        "Answer rate",
        "Seats that had answered when the meeting was to start, of the seats invited, over every meeting whose "
        "time has come, held or called off.",
        lambda row: Rate(row.seats.answered, row.seats.invited),
        RATE,
    ),
    Measure(
        "confirmation_rate",
        "Confirmation rate",
        "Expected seats whose answer at the start was “accepted”, of the expected seats. An answer to an earlier "
        "time of a meeting that was moved does not count.",
        lambda row: Rate(row.seats.accepted, row.seats.expected),
        RATE,
    ),
    Measure(
        "no_show_after_accepting",
        "No-show after accepting",
        "Seats whose last answer was “accepted” and that nobody filled without a word, of the accepted seats.",
        lambda row: Rate(row.seats.no_show_after_accepting, row.seats.accepted),
        RATE,
    ),
    Measure(
        "late_withdrawal",
        "Late withdrawal",
        "Expected seats that had accepted and declined less than 24 hours before the start.",
        lambda row: row.seats.late_withdrawal,
    ),
    Measure(
        "invitations",
        "Invitations",
        "Invitations written to the unit's listed seats, for every meeting whose time has come, held or called off.",
        lambda row: row.seats.invitations,
        tells=("answer_rate.whole",),
    ),
    Measure(
        "seat_minutes",
        "Seat-minutes",
        "Planned minutes of the meetings held, added up over the unit's expected seats: the time asked of it.",
        lambda row: row.seats.seat_minutes,
        unit="minutes",
        tells=("expected",),
    ),
)
ANSWERS_SUMS: Final = (
    Sum("confirmation_rate.whole", ("expected",)),
    Sum("no_show_after_accepting.whole", ("confirmation_rate.part",)),
)
