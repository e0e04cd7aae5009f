"""Challenges: a unit says that an outcome of its own is wrong, and somebody answers."""

from enum import StrEnum

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from attendance.tables import Attendance, Outcome
from meetings.tables import Meeting, Seat


class ChallengeState(StrEnum):
    """Where a challenge stands. OPEN waits for an answer; the others are final."""

    OPEN = "open"
    UPHELD = "upheld"  # the register is corrected
    KEPT = "kept"  # the outcome stays, with words why
    WITHDRAWN = "withdrawn"  # by the unit: it counts as never raised


class Challenge(Table, tablename="challenge"):
    """One outcome of one seat, called into doubt by its unit; a seat has at most one open challenge.

    An index of the migrations keeps the open ones to one a seat. `publication` is a row of the reports, which this
    room does not know.
    """

    id = UUID(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    seat = ForeignKey(Seat, null=False, on_delete=OnDelete.restrict, index=True)
    mark = ForeignKey(Attendance, null=True, on_delete=OnDelete.restrict)  # null: nobody had marked the seat
    challenged = Varchar(length=16, choices=Outcome)  # the outcome that stood when the unit challenged it
    says = Varchar(length=16, choices=Outcome)  # the outcome that the unit says is right
    reason = Varchar(length=300)  # the unit's words, of its own attendance; never about the child
    publication = UUID(default=None, null=True, index=True)  # the draft in which the unit saw the outcome
    period = Varchar(length=40, default="")  # the code of that draft's period
    raised_at = Timestamptz(default=None, null=False, index=True)
    raised_by = Varchar(length=80)  # the role or name that was given
    state = Varchar(length=10, choices=ChallengeState, default=ChallengeState.OPEN, index=True)
    answered_at = Timestamptz(default=None, null=True)  # or withdrawn
    answered_by = Varchar(length=80, default="")
    answer = Varchar(length=300, default="")
