"""What a meeting agreed that somebody does: an owner, a day, and how it ended."""

from piccolo.columns import UUID, Date, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from directory.tables import Unit
from meetings.action_rules import ActionState
from meetings.tables import Meeting


class Action(Table, tablename="action"):
    """One action of one meeting; its owner's name and address are copied, so that later edits move nothing."""

    id = UUID(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=40)  # one of meetings/action_rules.py
    title = Varchar(length=120)  # what is to be done; never a child's name or details
    owner_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)
    owner_name = Varchar(length=120)  # the unit, or the role of whoever has the address
    owner_address = Varchar(length=254, default="")  # "" where the directory had none: telephone
    due_on = Date(default=None, null=False)  # done by the end of this day in London
    state = Varchar(length=20, choices=ActionState, default=ActionState.OPEN, index=True)
    note = Varchar(length=200, default="")
    added_at = Timestamptz(default=None, null=False)
    added_by = Varchar(length=80)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=80, default="")
    remind_at = Timestamptz(default=None, null=True, index=True)  # when the owner is next written to; null: never
