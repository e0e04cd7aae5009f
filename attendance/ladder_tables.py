"""Ladders: one is raised for one cause, has its steps, and each step its letters; what was acknowledged, by whom."""

from enum import StrEnum

from piccolo.columns import (
    UUID,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table

from directory.rungs import Rung
from directory.tables import Unit
from meetings.tables import Meeting, Seat


class StepEnd(StrEnum):
    """How a step ended. Sent is not received, and received is not acknowledged."""

    SENT = "sent"
    NOBODY = "nobody known"  # the directory has nobody on its rungs
    MISSED = "missed"  # its time passed while it could not be taken; a later step was
    NOT_NEEDED = "not needed"  # the ladder stopped first


class Escalation(Table, tablename="escalation"):
    """One ladder, raised once for one cause (`key`) against one unit; it climbs until it is stopped."""

    id = UUID(primary_key=True)
    key = Varchar(length=200, unique=True)
    cause = Varchar(length=24, index=True)
    meeting = ForeignKey(Meeting, null=True, on_delete=OnDelete.restrict, index=True)
    seat = ForeignKey(Seat, null=True, on_delete=OnDelete.restrict)
    unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict, index=True)  # null: about all of London
    about = Varchar(length=500)  # what happened, one sentence, without personal data
    wanted = Varchar(length=500)  # what is asked of whoever is told, one sentence
    raised_at = Timestamptz(default=None, null=False, index=True)
    until = Timestamptz(default=None, null=True)  # nobody is told from then on, such as the meeting's start
    ends_when_acknowledged = Boolean(default=True)
    held_until = Timestamptz(default=None, null=True)
    stopped_at = Timestamptz(default=None, null=True)
    stopped_why = Varchar(length=80, default="")


class EscalationStep(Table, tablename="escalation_step"):
    """One step of one ladder: due once, ended once."""

    id = BigSerial(primary_key=True)
    escalation = ForeignKey(Escalation, null=False, on_delete=OnDelete.restrict)
    number = Integer()
    rungs = Array(base_column=Varchar(length=24, choices=Rung))
    due_at = Timestamptz(default=None, null=False, index=True)
    settled_at = Timestamptz(default=None, null=True)
    outcome = Varchar(length=14, choices=StepEnd, default="")
    step_once = Unique(["escalation", "number"])


class EscalationLetter(Table, tablename="escalation_letter"):
    """One letter to one person on the ladder, about one step or several; they acknowledge it by its link."""

    id = UUID(primary_key=True)
    address = Varchar(length=254, index=True)
    role = Varchar(length=60)
    sent_at = Timestamptz(default=None, null=False)
    mail = BigInt(default=None, null=True)  # the OutboundMail that it is
    acknowledged_at = Timestamptz(default=None, null=True)
    acknowledged_by = Varchar(length=80, default="")


class EscalationNotice(Table, tablename="escalation_notice"):
    """That a letter told of a step."""

    id = BigSerial(primary_key=True)
    step = ForeignKey(EscalationStep, null=False, on_delete=OnDelete.restrict)
    letter = ForeignKey(EscalationLetter, null=False, on_delete=OnDelete.restrict, index=True)
    notice_once = Unique(["step", "letter"])


class LadderSetting(Table, tablename="ladder_setting"):
    """When attendance is low enough to tell the superintendent. One row, which rounds of the ladder also lock."""

    id = Integer(primary_key=True)
    low_rate_percent = Integer(default=60)  # of expected seats with an outcome, attended or by a deputy
    low_rate_minimum = Integer(default=10)  # of those seats, below which a rate says nothing
    low_rate_days = Integer(default=91)
