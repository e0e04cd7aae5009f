"""Disputes about which police unit leads a meeting: who said no, what holds meanwhile, how it was settled."""

from piccolo.columns import UUID, Array, BigSerial, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from directory.tables import Unit
from meetings.tables import Meeting


class LeadDispute(Table, tablename="lead_dispute"):
    """Which unit leads a meeting is disputed, from the first that said it does not until people have agreed."""

    id = UUID(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    units = Array(base_column=UUID(default=None), default=list)  # every police unit of the meeting: it counts to each
    raised_at = Timestamptz(default=None, null=False, index=True)
    due_at = Timestamptz(default=None, null=False)
    overdue_at = Timestamptz(default=None, null=True)  # when it was passed up because nobody had settled it
    interim_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)  # the chair's: it leads for now
    interim_why = Varchar(length=200, default="")
    interim_at = Timestamptz(default=None, null=True)
    interim_by = Varchar(length=80, default="")
    settled_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)
    agreed_by = Varchar(length=80, default="")  # the role of who agreed, never a name
    settled_at = Timestamptz(default=None, null=True, index=True)
    settled_by = Varchar(length=80, default="")


class LeadRefusal(Table, tablename="lead_refusal"):
    """One police unit said that it is not the lead; once in one dispute."""

    id = BigSerial(primary_key=True)
    dispute = ForeignKey(LeadDispute, null=False, on_delete=OnDelete.restrict, index=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    via = Varchar(length=12)  # telephone, answer link
    said_at = Timestamptz(default=None, null=False)
    recorded_by = Varchar(length=80)
    refusal_once = Unique(["dispute", "unit"])
