"""Handovers: a child with missing history was moved, and the police of the new place must say that they know."""

from enum import StrEnum

from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from directory.tables import Unit
from meetings.episode_tables import PlacementMove


class HandoverState(StrEnum):
    WAITING = "waiting"  # the receiving unit was told, and has not acknowledged
    SET_ASIDE = "set aside"  # nobody could be told; a person decides
    ACKNOWLEDGED = "acknowledged"
    OVERTAKEN = "overtaken"  # the source corrected the move: it was to somewhere else


class Handover(Table, tablename="handover"):
    """One move and one police unit that it brought a child to; a corrected move may have had another before."""

    id = UUID(primary_key=True)
    reference = Varchar(length=12, unique=True)
    move = ForeignKey(PlacementMove, null=False, on_delete=OnDelete.restrict, index=True)
    from_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)
    to_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)  # null: no known unit polices the place
    state = Varchar(length=14, choices=HandoverState, default=HandoverState.WAITING, index=True)
    why_aside = Varchar(length=120, default="")
    address = Varchar(length=254, default="")  # where the notice went
    told = Integer(default=0)  # how many notices it had
    noticed_at = Timestamptz(default=None, null=False)
    due_at = Timestamptz(default=None, null=False)
    overdue_at = Timestamptz(default=None, null=True)  # when it was passed up because nobody had acknowledged
    acknowledged_at = Timestamptz(default=None, null=True)
    acknowledged_by = Varchar(length=80, default="")  # the role or name that was given
    acknowledged_via = Varchar(length=12, default="")  # link, telephone
    recorded_by = Varchar(length=80, default="")
    handover_once = Unique(["move", "to_unit"])
