"""The children a briefing or a panel speaks about, a line each."""

from enum import StrEnum

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from meetings.episode_tables import Child
from meetings.tables import Meeting


class Discussed(StrEnum):
    """What a briefing or panel decided about one child. GOES_ON comes back at the next date, the others do not."""

    NOT_YET = ""
    GOES_ON = "discussed, comes back next time"
    MEETING = "strategy meeting called for"
    COVERED = "covered by its own meeting"
    RETURNED = "returned, no longer discussed"


class Line(Table, tablename="briefing_line"):
    """One child on the list of one date of a series. It is no meeting about the child, and counts as none."""

    id = UUID(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    child = ForeignKey(Child, null=False, on_delete=OnDelete.restrict, index=True)
    added_at = Timestamptz(default=None, null=False)
    added_by = Varchar(length=80)
    decided = Varchar(length=40, choices=Discussed, default=Discussed.NOT_YET)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=80, default="")
    taken_off_at = Timestamptz(default=None, null=True)
    child_listed_once = Unique(["meeting", "child"])
