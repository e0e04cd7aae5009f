"""A plan as it was proposed, so that what a coordinator sends is what she saw."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from meetings.episode_tables import Child
from meetings.tables import Meeting


class TimeState(StrEnum):
    """Whether a kept time has been sent: never back again."""

    OPEN = "to be sent"
    SENT = "sent"


class KeptPlan(Table, tablename="kept_plan"):
    """Times that were proposed at once for all that waited; a working paper, forgotten after a while."""

    id = UUID(primary_key=True)
    made_at = Timestamptz(default=None, null=False, index=True)
    made_by = Varchar(length=80)
    minutes = Integer()
    link = Varchar(length=255, default="")
    beyond = Integer(default=0)  # how many waited beyond what one plan takes


class KeptTime(Table, tablename="kept_time"):
    """One child's meeting in a plan: the times offered and what was seen of them, the one chosen, its fate."""

    id = UUID(primary_key=True)
    plan = ForeignKey(KeptPlan, null=False, on_delete=OnDelete.cascade, index=True)
    child = ForeignKey(Child, null=False, on_delete=OnDelete.restrict)
    due_at = Timestamptz(default=None, null=False)
    wanted = JSONB(default="null")  # meetings.slots.Wanted; null where nobody polices the place
    times = JSONB(default="[]")  # starts, and a letter a seat: the proposed one first
    chosen_at = Timestamptz(default=None, null=True)  # null: left out, or none was found
    remark = Varchar(length=1000, default="")
    state = Varchar(length=10, choices=TimeState, default=TimeState.OPEN)
    problem = Varchar(length=400, default="")  # why the last attempt to send it failed
    meeting = ForeignKey(Meeting, null=True, on_delete=OnDelete.restrict)
    child_once_in_a_plan = Unique(["plan", "child"])
