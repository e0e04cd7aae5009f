"""The published measures of meetings, triggers and reviews, as measures.py has those of seats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.document import Sum
from reports.measures import ANSWERS, ATTENDANCE, NUMBER, RATE, RECORDING, Measure
from reports.rates import Rate

MEETINGS: Final[Sequence[Measure]] = (
    Measure(
        "meetings_due",
        "Meetings due",
        "Meetings whose start lies in the period and has come.",
        lambda row: row.meetings.due,
    ),
    Measure("held", "Held", "Their time has come and they were not called off.", lambda row: row.meetings.held),
    Measure(
        "not_held",
        "Not held",
        "Meetings called off; by whom and why is listed below.",
        lambda row: row.meetings.called_off,
    ),
    Measure(
        "registers_open",
        "Registers open",
        "Meetings held whose register nobody has closed yet. Seats without a mark in them are not recorded.",
        lambda row: row.meetings.registers_open,
    ),
    Measure(
        "quorate",
        "Quorate",
        "Meetings held at which every seat of the quorum was filled, of the meetings held. While a register is open "
        "a meeting may still become quorate.",
        lambda row: Rate(row.meetings.quorate, row.meetings.held),
        RATE,
    ),
    Measure(
        "joint_attendance",
        "Joint attendance",
        "Meetings at which the home and a different destination police unit both came or sent a deputy, of those "
        "meetings held with two such units where both are recorded.",
        lambda row: Rate(row.meetings.joint_attended, row.meetings.joint_recorded),
        RATE,
    ),
    Measure(
        "held_without_police",
        "Held without police",
        "Meetings held to which no police unit was invited.",
        lambda row: row.meetings.without_police,
    ),
)
MEETINGS_SUMS: Final = (Sum("meetings_due", ("held", "not_held")), Sum("quorate.whole", ("held",)))

TRIGGERS: Final[Sequence[Measure]] = (
    Measure(
        "in_time",
        "In time",
        "Triggers whose meeting was held by its deadline, of the triggers whose deadline lies in the period and has "
        "passed.",
        lambda row: Rate(row.triggers.in_time, row.triggers.due),
        RATE,
    ),
    Measure(
        "median_hours",
        "Median hours to meeting",
        "Half of the meetings held for those triggers came sooner after the trigger than this, half later.",
        lambda row: row.triggers.median_hours,
        NUMBER,
        "hours",
        ("in_time.part", "held_late"),
    ),
    Measure(
        "held_late", "Held late", "Triggers whose meeting was held after the deadline.", lambda row: row.triggers.late
    ),
    Measure(
        "decided_against",
        "Decided against",
        "Triggers without a meeting for which a decision not to convene one is on record.",
        lambda row: row.triggers.decided_against,
    ),
    Measure(
        "neither",
        "Neither",
        "Triggers whose deadline passed with no meeting held and no decision on record.",
        lambda row: row.triggers.unmet,
    ),
    Measure(
        "not_convened",
        "Not convened",
        "Recorded decisions that no meeting is held by a deadline in the period; the reasons are listed below. One "
        "decision may answer several triggers.",
        lambda row: row.not_convened,
    ),
)
TRIGGERS_SUMS: Final = (Sum("in_time.whole", ("in_time.part", "held_late", "decided_against", "neither")),)

REVIEWS: Final[Sequence[Measure]] = (
    Measure(
        "reviews_in_time",
        "Reviews in time",
        "Reviews of an earlier meeting that were held by their day, of the reviews whose day lies in the period and "
        "has passed. They are not among the triggers.",
        lambda row: Rate(row.reviews.in_time, row.reviews.due),
        RATE,
    ),
    Measure(
        "reviews_late",
        "Reviews late",
        "Reviews held after the day on which they were due.",
        lambda row: row.reviews.late,
    ),
    Measure(
        "reviews_decided_against",
        "Reviews decided against",
        "Reviews due for which it is on record that none is held.",
        lambda row: row.reviews.decided_against,
    ),
    Measure(
        "reviews_neither",
        "Reviews neither",
        "Reviews whose day passed with none held and no decision on record.",
        lambda row: row.reviews.unmet,
    ),
)
REVIEWS_SUMS: Final = (
    Sum(
        "reviews_in_time.whole",
        ("reviews_in_time.part", "reviews_late", "reviews_decided_against", "reviews_neither"),
    ),
)

EVERY: Final[Sequence[Measure]] = (*ATTENDANCE, *RECORDING, *ANSWERS, *MEETINGS, *TRIGGERS, *REVIEWS)
